//! The network of the day: every arc of the reference, and how the arcs hang together.

use std::collections::BTreeMap;

use serde::Serialize;

use super::record::{Link, Reference};
use crate::feeds::Reading;
use crate::geo::{Geometry, Point};
use crate::ids::LinkId;
use crate::network::{CountedDay, CountedShape, is_ring};
use crate::numbers::{mean, sum};
use crate::quality::{Quality, Source};
use crate::zones::{ZoneCode, Zones};

/// `metrics` of `referentiel`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReferentielMetrics {
    /// Every arc of the reference; keys are ids as text, in numeric order.
    #[serde(rename = "mapping")]
    pub links: BTreeMap<LinkId, MappedLink>,
    /// The network as a whole.
    #[serde(rename = "statistiques")]
    pub statistics: NetworkStatistics,
    /// Arcs of the day that the reference lacks, in numeric order; null without counts on the day.
    #[serde(rename = "hors_referentiel")]
    pub missing_links: Option<Vec<LinkId>>,
    /// The object read, its rows and its issues.
    #[serde(rename = "qualite")]
    pub quality: Quality,
}

/// An entry of `mapping{}`. Labels, nodes and place are those of the arc's newest row.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MappedLink {
    /// Label.
    #[serde(rename = "libelle")]
    pub label: Option<String>,
    /// Metres: sum of the arc's distinct geometries with the newest row's nodes; null without one.
    #[serde(rename = "longueur_metres")]
    pub length_m: Option<f64>,
    /// Node that traffic comes from.
    #[serde(rename = "noeud_amont")]
    pub upstream_node: Option<String>,
    /// Node that traffic goes to.
    #[serde(rename = "noeud_aval")]
    pub downstream_node: Option<String>,
    /// Label of the upstream node.
    #[serde(rename = "libelle_noeud_amont")]
    pub upstream_label: Option<String>,
    /// Label of the downstream node.
    #[serde(rename = "libelle_noeud_aval")]
    pub downstream_label: Option<String>,
    /// Zone of `geo_point_2d`; null outside every zone.
    #[serde(rename = "arrondissement")]
    pub zone: Option<ZoneCode>,
    /// Whether the label is one of the ring road's (`PI_`, `PE_`).
    #[serde(rename = "peripherique")]
    pub ring: bool,
    /// Place in degrees: the newest row's, else the first met in the counts, else `center`.
    #[serde(rename = "geo_point_2d")]
    pub point: Option<Point>,
    /// Vertex number n div 2, from 0, of the newest row's n vertices, degrees.
    pub center: Option<Point>,
    /// What `longueur_metres` measures, longitude first; several pieces are one `MultiLineString`.
    #[serde(rename = "geometrie")]
    pub geometry: Option<Geometry>,
    /// Whether the counts have a row of it on the day; null without counts on the day.
    #[serde(rename = "actif")]
    pub active: Option<bool>,
}

/// `statistiques` of the network.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct NetworkStatistics {
    /// Arcs.
    #[serde(rename = "nombre_troncons")]
    pub links: u64,
    /// Pieces used for lengths.
    #[serde(rename = "nombre_geometries")]
    pub geometries: u64,
    /// Sum of the arcs' lengths, metres; null when none has one.
    #[serde(rename = "longueur_totale_metres")]
    pub total_length_m: Option<f64>,
    /// Mean over the arcs with a length, metres.
    #[serde(rename = "longueur_moyenne_metres")]
    pub mean_length_m: Option<f64>,
    /// Arcs without a length.
    #[serde(rename = "troncons_sans_geometrie")]
    pub links_without_geometry: u64,
    /// Distinct nodes of the newest rows.
    #[serde(rename = "noeuds")]
    pub nodes: u64,
    /// Connected components: sets of nodes that arcs join, whatever their direction.
    #[serde(rename = "composantes")]
    pub components: u64,
}

/// The metrics of a day. `counts` is none when the road counts are absent on it; `counted` gives a place to arcs
/// whose row has none.
pub fn compute(
    reference: &Reference,
    reading: &Reading,
    sources: Vec<Source>,
    zones: &Zones,
    counts: Option<&CountedDay>,
    counted: &BTreeMap<LinkId, CountedShape>,
) -> ReferentielMetrics {
    let map = |(id, link): (LinkId, Link<'_>)| {
        let active = counts.map(|counts| counts.rows_on_day.contains(&id));
        (id, mapped(&link, link.place(counted.get(&id)), zones, active))
    };
    let missing = |counts: &CountedDay| {
        counts.links_of_day.iter().copied().filter(|link| !reference.contains(*link)).collect()
    };
    ReferentielMetrics {
        links: reference.links().map(map).collect(),
        statistics: statistics(reference),
        missing_links: counts.map(missing),
        quality: quality(reference, reading, sources),
    }
}

fn mapped(link: &Link<'_>, point: Option<Point>, zones: &Zones, active: Option<bool>) -> MappedLink {
    let newest = link.newest;
    MappedLink {
        label: newest.label.clone(),
        length_m: link.length_m(),
        upstream_node: newest.upstream_node.clone(),
        downstream_node: newest.downstream_node.clone(),
        upstream_label: newest.upstream_label.clone(),
        downstream_label: newest.downstream_label.clone(),
        zone: point.and_then(|point| zones.locate(point)),
        ring: newest.label.as_deref().is_some_and(is_ring),
        point,
        center: link.center(),
        geometry: link.drawing(),
        active,
    }
}

fn statistics(reference: &Reference) -> NetworkStatistics {
    let mut statistics = NetworkStatistics::default();
    let mut graph = Graph::default();
    let mut lengths_m = Vec::new();
    for (_, link) in reference.links() {
        statistics.links += 1;
        statistics.geometries += link.shapes.len() as u64;
        match link.length_m() {
            Some(length_m) => lengths_m.push(length_m),
            None => statistics.links_without_geometry += 1,
        }
        graph.join(link.newest.upstream_node.as_deref(), link.newest.downstream_node.as_deref());
    }
    statistics.total_length_m = sum(lengths_m.iter().copied());
    statistics.mean_length_m = mean(lengths_m);
    statistics.nodes = graph.parents.len() as u64;
    statistics.components = graph.components();
    statistics
}

/// Nodes joined by arcs: a disjoint-set forest (union-find).
#[derive(Default)]
struct Graph<'a> {
    numbers: BTreeMap<&'a str, usize>,
    /// For each node, a node of its set; a root stands for itself.
    parents: Vec<usize>,
}

impl<'a> Graph<'a> {
    /// Joins the two ends of an arc; one whose other end is unknown stands alone.
    fn join(&mut self, from: Option<&'a str>, to: Option<&'a str>) {
        let ends = (from.map(|node| self.number(node)), to.map(|node| self.number(node)));
        if let (Some(from), Some(to)) = ends {
            let (from, to) = (self.root(from), self.root(to));
            self.parents[from] = to;
        }
    }

    fn number(&mut self, node: &'a str) -> usize {
        let next = self.parents.len();
        let number = *self.numbers.entry(node).or_insert(next);
        if number == next {
            self.parents.push(next);
        }
        number
    }

    fn root(&mut self, mut node: usize) -> usize {
        while self.parents[node] != node {
            // Halving the path keeps the forest flat.
            self.parents[node] = self.parents[self.parents[node]];
            node = self.parents[node];
        }
        node
    }

    fn components(&self) -> u64 {
        self.parents.iter().enumerate().filter(|(node, parent)| node == *parent).count() as u64
    }
}

fn quality(reference: &Reference, reading: &Reading, sources: Vec<Source>) -> Quality {
    Quality {
        sources,
        lignes_lues: reading.rows,
        lignes_valides: reference.rows(),
        doublons: reference.duplicates,
        // Rows of an arc are its pieces: none contradicts another.
        doublons_conflictuels: 0,
        problemes: reading.issues.undated.problems(),
    }
}

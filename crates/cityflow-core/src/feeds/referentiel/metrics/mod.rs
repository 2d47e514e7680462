//! The network of the day: every arc of the reference, and how the arcs hang together.

mod components;

use std::collections::BTreeMap;

use serde::Serialize;

use self::components::Graph;
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
    /// Arcs of the day that the reference lacks, in numeric order; a day without counts has no arcs.
    #[serde(rename = "hors_referentiel")]
    pub missing_links: Vec<LinkId>,
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
    let missing =
        |counts: &CountedDay| counts.links_of_day.iter().copied().filter(|link| !reference.contains(*link)).collect();
    ReferentielMetrics {
        links: reference.links().map(map).collect(),
        statistics: statistics(reference),
        missing_links: counts.map(missing).unwrap_or_default(),
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
    statistics.nodes = graph.nodes();
    statistics.components = graph.components();
    statistics
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::feeds::referentiel::reader::read;

    const HEADER: &str = "iu_ac|libelle|iu_nd_amont|iu_nd_aval|geo_point_2d|geo_shape";

    fn metrics_of(rows: &str, counts: Option<&CountedDay>) -> ReferentielMetrics {
        let object: Arc<str> = "r.csv".into();
        let content = format!("{HEADER}\n{rows}").replace('|', "\t");
        let (reference, reading) = read(&object, &mut content.as_bytes()).unwrap();
        let sources = vec![Source { objet: object, octets: 9, lignes: reading.rows, erreur: None }];
        compute(&reference, &reading, sources, &Zones::centroids(), counts, &BTreeMap::new())
    }

    fn shape(lons: &[f64]) -> String {
        let positions: Vec<_> = lons.iter().map(|lon| format!("[{lon},48.0]")).collect();
        format!("{{\"type\":\"LineString\",\"coordinates\":[{}]}}", positions.join(","))
    }

    #[test]
    fn the_mapping_is_in_numeric_order_and_missing_is_null() {
        let metrics = metrics_of("10|PI_A|1|2||\n9|B|||48.8627,2.3376|\n", None);
        insta::assert_json_snapshot!(metrics, @r#"
        {
          "mapping": {
            "9": {
              "libelle": "B",
              "longueur_metres": null,
              "noeud_amont": null,
              "noeud_aval": null,
              "libelle_noeud_amont": null,
              "libelle_noeud_aval": null,
              "arrondissement": "75001",
              "peripherique": false,
              "geo_point_2d": {
                "lon": 2.3376,
                "lat": 48.8627
              },
              "center": null,
              "geometrie": null,
              "actif": null
            },
            "10": {
              "libelle": "PI_A",
              "longueur_metres": null,
              "noeud_amont": "1",
              "noeud_aval": "2",
              "libelle_noeud_amont": null,
              "libelle_noeud_aval": null,
              "arrondissement": null,
              "peripherique": true,
              "geo_point_2d": null,
              "center": null,
              "geometrie": null,
              "actif": null
            }
          },
          "statistiques": {
            "nombre_troncons": 2,
            "nombre_geometries": 0,
            "longueur_totale_metres": null,
            "longueur_moyenne_metres": null,
            "troncons_sans_geometrie": 2,
            "noeuds": 2,
            "composantes": 1
          },
          "hors_referentiel": [],
          "qualite": {
            "sources": [
              {
                "objet": "r.csv",
                "octets": 9,
                "lignes": 2
              }
            ],
            "lignes_lues": 2,
            "lignes_valides": 2,
            "doublons": 0,
            "doublons_conflictuels": 0,
            "problemes": {}
          }
        }
        "#);
        let text = serde_json::to_string(&serde_json::to_value(&metrics).unwrap()).unwrap();
        assert_eq!(text, serde_json::to_string(&metrics).unwrap());
    }

    #[test]
    fn an_arc_is_active_with_a_row_on_the_day_and_unknown_arcs_of_the_day_are_listed() {
        let rows_on_day = [LinkId(9), LinkId(100)].into();
        let links_of_day = [LinkId(9), LinkId(10), LinkId(20), LinkId(100)].into();
        let counts = CountedDay { rows_on_day, links_of_day };
        let metrics = metrics_of("9|||||\n10|||||\n", Some(&counts));
        assert_eq!(metrics.links[&LinkId(9)].active, Some(true));
        assert_eq!(metrics.links[&LinkId(10)].active, Some(false));
        assert_eq!(metrics.missing_links, [LinkId(20), LinkId(100)]);
    }

    #[test]
    fn a_place_comes_from_the_counts_when_the_row_has_none() {
        let object: Arc<str> = "r.csv".into();
        let (reference, reading) = read(&object, &mut &b"iu_ac\n9\n"[..]).unwrap();
        let point = Some(Point { lon: 2.3376, lat: 48.8627 });
        let counted = BTreeMap::from([(LinkId(9), CountedShape { geometry: None, point })]);
        let metrics = compute(&reference, &reading, vec![], &Zones::centroids(), None, &counted);
        let link = &metrics.links[&LinkId(9)];
        assert_eq!((link.point, link.center), (point, None));
        assert_eq!(link.zone.as_ref().map(ToString::to_string).as_deref(), Some("75001"));
    }

    #[test]
    fn statistics_count_arcs_pieces_nodes_and_components() {
        let rows = [
            format!("1|A|1|2||{}", shape(&[2.0, 2.001])),
            format!("1|A|1|2||{}", shape(&[2.001, 2.003])),
            format!("2|B|3|2||{}", shape(&[2.0, 2.001])),
            "3|C|4|5||".to_owned(),
            "4|D|6|6||".to_owned(),
            "5|E||7||".to_owned(),
            "6|F||||".to_owned(),
        ];
        let statistics = metrics_of(&rows.join("\n"), None).statistics;
        assert_eq!((statistics.links, statistics.geometries, statistics.links_without_geometry), (6, 3, 4));
        assert_eq!((statistics.nodes, statistics.components), (7, 4));
        let (total_m, mean_m) = (statistics.total_length_m.unwrap(), statistics.mean_length_m.unwrap());
        assert!((mean_m - total_m / 2.0).abs() < 1e-9, "{total_m} {mean_m}");
    }

    #[test]
    fn lengths_of_a_reference_without_lines_are_null_not_zero() {
        let statistics = metrics_of("1|||||\n", None).statistics;
        assert_eq!((statistics.total_length_m, statistics.mean_length_m), (None, None));
    }

    #[test]
    fn rows_kept_and_duplicates_add_up_to_the_rows_read() {
        let quality = metrics_of("1|A||||\n1|A||||\n1|B||||\n*|||||\n", None).quality;
        assert_eq!((quality.lignes_lues, quality.lignes_valides, quality.doublons), (4, 2, 1));
        assert_eq!(quality.problemes["identifiant_illisible"].nombre, 1);
    }

    #[test]
    fn the_published_reference_is_measured_whole() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../../shared/data/bucket/batch/referentiel_voies/referentiel-comptages-routiers.csv"
        );
        let Ok(content) = std::fs::read(path) else {
            eprintln!("skipped: {path} is absent");
            return;
        };
        let (reference, reading) = read(&"referentiel-comptages-routiers.csv".into(), &mut content.as_slice()).unwrap();
        let metrics = compute(&reference, &reading, vec![], &Zones::centroids(), None, &BTreeMap::new());
        assert_eq!((metrics.quality.lignes_lues, metrics.quality.lignes_valides), (3739, 3739));
        assert!(metrics.quality.problemes.is_empty());
        assert!(metrics.links.values().all(|link| link.length_m.is_some() && link.point.is_some()));
        // Length and components as a separate program finds them.
        let statistics = metrics.statistics;
        assert_eq!((statistics.links, statistics.geometries, statistics.links_without_geometry), (3348, 3739, 0));
        assert_eq!((statistics.nodes, statistics.components), (1811, 3));
        assert!((statistics.total_length_m.unwrap() - 658_238.119).abs() < 1e-3);
        assert!((statistics.mean_length_m.unwrap() - 196.606_367).abs() < 1e-6);
        assert_eq!(metrics.links.values().filter(|link| link.ring).count(), 167);
    }
}

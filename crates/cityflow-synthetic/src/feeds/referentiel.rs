//! `batch/referentiel_voies`: the geographical reference of the counting network.

use crate::Error;
use crate::bucket::Bucket;
use crate::feeds::csv::{cell, line_string};
use crate::model::City;
use crate::model::geometry::Point;
use crate::model::network::{Network, RoadArc, RoadClass};
use crate::model::roles::ArcPlace;

const OBJECT: &str = "batch/referentiel_voies/referentiel-comptages-routiers.csv";
const HEADER: &str = "Identifiant arc;Date debut dispo data;Date fin dispo data;Libelle;\
    Identifiant noeud aval;Libelle noeud aval;Identifiant noeud amont;Libelle noeud amont;\
    geo_point_2d;geo_shape\r\n";
const BEGIN: &str = "2005-01-01T02:00:00+01:00";
const OLD_BEGIN: &str = "1996-10-03T02:00:00+02:00";
const END: &str = "2019-06-01T04:00:00+02:00";
/// Arcs that the reference lists and nobody counts any more.
const UNCOUNTED: u32 = 8;

pub(crate) fn write(city: &City, bucket: &mut Bucket<'_>) -> Result<(), Error> {
    let network = &city.network;
    let mut text = HEADER.to_owned();
    let mut rows = 0;
    let mut push = |row: String| {
        text.push_str(&row);
        rows += 1;
    };
    for arc in &network.arcs {
        rows_of(network, arc).into_iter().for_each(&mut push);
    }
    let last = network.arcs.last().map_or(1000, |arc| arc.id);
    let streets = network.arcs.iter().filter(|arc| arc.class != RoadClass::RingRoad);
    for (number, twin) in (1..=UNCOUNTED).zip(streets) {
        let arc = RoadArc { id: last + 10 * number, ..twin.clone() };
        push(row(network, &arc, (arc.upstream, arc.downstream), BEGIN, &arc.line));
    }
    bucket.put("referentiel", OBJECT, rows, text.as_bytes())
}

fn rows_of(network: &Network, arc: &RoadArc) -> Vec<String> {
    let ends = (arc.upstream, arc.downstream);
    let middle = arc.line.len() / 2;
    match arc.place {
        ArcPlace::Whole => vec![row(network, arc, ends, BEGIN, &arc.line)],
        ArcPlace::Pieces => {
            [&arc.line[..=middle], &arc.line[middle..]].map(|piece| row(network, arc, ends, BEGIN, piece)).to_vec()
        }
        ArcPlace::Versions => {
            let before = (arc.upstream, (arc.downstream + 1) % network.nodes.len());
            let old = row(network, arc, before, OLD_BEGIN, &arc.line[..=middle]);
            vec![old, row(network, arc, ends, BEGIN, &arc.line)]
        }
        ArcPlace::Blank => vec![row(network, arc, ends, BEGIN, &[])],
        ArcPlace::Unlisted => Vec::new(),
    }
}

/// One row; without a line, place and shape stay empty.
fn row(
    network: &Network,
    arc: &RoadArc,
    (upstream, downstream): (usize, usize),
    begin: &str,
    line: &[Point],
) -> String {
    let (from, to) = (&network.nodes[upstream], &network.nodes[downstream]);
    let place = line.get(line.len() / 2).map(|point| format!("{},{}", point.lat, point.lon));
    let shape = if line.is_empty() { String::new() } else { cell(&line_string(line)) };
    format!(
        "{};{begin};{END};{};{};{};{};{};{};{shape}\r\n",
        arc.id,
        arc.label,
        to.id,
        to.label,
        from.id,
        from.label,
        place.unwrap_or_default(),
    )
}

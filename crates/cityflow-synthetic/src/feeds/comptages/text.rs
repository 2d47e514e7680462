//! The parts of a row that never change, spelled once.

use crate::feeds::csv::{cell, line_string};
use crate::model::City;
use crate::model::flow::Measure;
use crate::model::geometry::Point;
use crate::model::network::RoadArc;
use crate::model::roles::ArcPlace;
use crate::noise::Stream;
use crate::numbers::{push_hundred_thousandths, push_whole};

/// Header of the labelled export, without its byte order mark.
pub(crate) const LABELLED_HEADER: &str = "Identifiant arc;Libelle;Date et heure de comptage;\
    Débit horaire;Taux d'occupation;Etat trafic;Identifiant noeud amont;Libelle noeud amont;\
    Identifiant noeud aval;Libelle noeud aval;Etat arc;Date debut dispo data;\
    Date fin dispo data;geo_point_2d;geo_shape\r\n";
/// Availability dates of every arc.
pub(crate) const AVAILABLE: (&str, &str) = ("1996-10-10", "2023-01-01");

/// Label and code of a traffic state.
pub(crate) type State = (&'static str, u8);

/// What stands before the stamp and behind the state of each arc's rows.
#[derive(Debug)]
pub(crate) struct ArcTexts {
    pub(crate) heads: Vec<Vec<u8>>,
    pub(crate) tails: Vec<Vec<u8>>,
}

impl ArcTexts {
    pub(crate) fn new(city: &City) -> Self {
        let arcs = &city.network.arcs;
        Self {
            heads: arcs.iter().map(|arc| format!("{};{};", arc.id, arc.label).into()).collect(),
            tails: arcs.iter().map(|arc| tail(city, arc).into_bytes()).collect(),
        }
    }

    /// Appends one labelled row.
    pub(crate) fn push_row(&self, arc: usize, stamp: &str, measure: Measure, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.heads[arc]);
        out.extend_from_slice(stamp.as_bytes());
        out.push(b';');
        push_flow(out, measure.flow);
        out.push(b';');
        push_occupancy(out, measure.occupancy);
        out.push(b';');
        out.extend_from_slice(state(measure.occupancy).0.as_bytes());
        out.extend_from_slice(&self.tails[arc]);
    }
}

fn tail(city: &City, arc: &RoadArc) -> String {
    let (from, to) = (&city.network.nodes[arc.upstream], &city.network.nodes[arc.downstream]);
    let (point, shape) = match shown_line(arc) {
        Some(line) => {
            let middle = middle(line);
            (format!("{}, {}", middle.lat, middle.lon), cell(&line_string(line)))
        }
        None => (String::new(), String::new()),
    };
    let (begin, end) = if shape.is_empty() { ("", "") } else { AVAILABLE };
    let state = declared_state(city, arc).0;
    format!(";{};{};{};{};{state};{begin};{end};{point};{shape}\r\n", from.id, from.label, to.id, to.label)
}

/// The geometry that the counts show.
pub(crate) fn shown_line(arc: &RoadArc) -> Option<&[Point]> {
    (arc.place != ArcPlace::Unlisted).then_some(arc.line.as_slice())
}

/// The middle vertex of a line.
pub(crate) fn middle(line: &[Point]) -> Point {
    line[line.len() / 2]
}

/// `Etat arc`: nine in ten are `Invalide`, whatever they measure.
pub(crate) fn declared_state(city: &City, arc: &RoadArc) -> State {
    match city.noise.unit(Stream::ArcState, u64::from(arc.id), 0) {
        draw if draw < 0.02 => ("Barré", 2),
        draw if draw < 0.10 => ("Ouvert", 1),
        _ => ("Invalide", 3),
    }
}

/// `Etat trafic` of an occupancy in hundred-thousandths of a percent.
pub(crate) fn state(occupancy: Option<u32>) -> State {
    match occupancy {
        None => ("Inconnu", 0),
        Some(value) if value < 1_500_000 => ("Fluide", 1),
        Some(value) if value < 3_000_000 => ("Pré-saturé", 2),
        Some(value) if value < 5_000_000 => ("Saturé", 3),
        Some(_) => ("Bloqué", 4),
    }
}

/// `524.0`, or nothing.
pub(crate) fn push_flow(out: &mut Vec<u8>, flow: Option<u32>) {
    if let Some(flow) = flow {
        push_whole(out, flow);
        out.extend_from_slice(b".0");
    }
}

/// `8.85667`, or nothing.
pub(crate) fn push_occupancy(out: &mut Vec<u8>, occupancy: Option<u32>) {
    if let Some(occupancy) = occupancy {
        push_hundred_thousandths(out, occupancy);
    }
}

//! Bad rows, duplicates and contradictions among the labelled rows, and the tale of all of them.

use super::text::ArcTexts;
use crate::calendar::Day;
use crate::model::City;
use crate::model::flow::{HourScene, Measure, measure};
use crate::model::network::RoadArc;
use crate::model::roles::{ArcPlace, Role, Sensors};
use crate::model::streets;
use crate::summary::{Axis, Planted, Silence};

/// Days before the last that receive extra rows.
const DAYS: [u32; 3] = [0, 3, 30];
/// Repeated and contradicted rows on each of those days.
const DUPLICATES: usize = 8;
const CONFLICTS: usize = 5;
/// Silence of more days than this takes an arc out of service.
const IN_SERVICE_DAYS: u32 = 28;

/// What stands beside or instead of the ordinary rows of one object.
#[derive(Debug, Default)]
pub(crate) struct Extras {
    /// Rows written ahead of a day, by its distance from the last.
    before: Vec<(u32, Vec<u8>, u64)>,
    /// Rows written instead of that of an arc (index) and stamp.
    instead: Vec<(usize, String, Vec<u8>)>,
}

impl Extras {
    /// Appends what stands ahead of a day; gives its rows.
    pub(crate) fn push_before(&self, day: &Day, out: &mut Vec<u8>) -> u64 {
        let Some((_, bytes, rows)) = self.before.iter().find(|found| found.0 == day.before_end) else {
            return 0;
        };
        out.extend_from_slice(bytes);
        *rows
    }

    /// Appends the spoiled row of an arc and stamp, if there is one.
    pub(crate) fn push_instead(&self, arc: usize, stamp: &str, out: &mut Vec<u8>) -> bool {
        let found = self.instead.iter().find(|spoiled| spoiled.0 == arc && spoiled.1 == stamp);
        let Some((_, _, bytes)) = found else {
            return false;
        };
        out.extend_from_slice(bytes);
        true
    }
}

/// Prepares the extra rows of the days of one object and counts them.
pub(crate) fn of_labelled(city: &City, texts: &ArcTexts, days: &[Day], planted: &mut Planted) -> Extras {
    let mut extras = Extras::default();
    for day in days.iter().filter(|day| DAYS.contains(&day.before_end)) {
        let mut bytes = Vec::new();
        let repeated = push_repeats(city, texts, day, planted, &mut bytes);
        let malformed = push_malformed(texts, day, planted, &mut bytes);
        extras.before.push((day.before_end, bytes, repeated + malformed));
    }
    if let Some(last) = days.iter().find(|day| day.before_end == 0) {
        extras.instead = spoiled(city, texts, last, planted);
    }
    extras
}

/// Rows that come again with the same values, and rows that the true one contradicts later on.
fn push_repeats(city: &City, texts: &ArcTexts, day: &Day, planted: &mut Planted, out: &mut Vec<u8>) -> u64 {
    let ordinary = (0..city.network.arcs.len()).rev().filter(|&at| {
        let arc = &city.network.arcs[at];
        arc.role == Role::Ordinary && arc.sensors == Sensors::Both
    });
    let mut rows = 0;
    for (number, arc) in ordinary.take(DUPLICATES + CONFLICTS).enumerate() {
        let slot = &day.slots[(7 + number) % day.slots.len()];
        let scene = HourScene::new(city, day, slot);
        let found = measure(city, &city.network.arcs[arc], &scene);
        let Some(Measure { flow: Some(flow), occupancy }) = found else {
            continue;
        };
        let contradicts = number >= DUPLICATES;
        let flow = Some(if contradicts { flow + 100 } else { flow });
        texts.push_row(arc, &slot.end, Measure { flow, occupancy }, out);
        *(if contradicts { &mut planted.conflicts } else { &mut planted.duplicates }) += 1;
        rows += 1;
    }
    rows
}

/// Rows that no reader can place: cells too few or too many, no arc, no full hour, no stamp.
fn push_malformed(texts: &ArcTexts, day: &Day, planted: &mut Planted, out: &mut Vec<u8>) -> u64 {
    let noon = &day.slots[12].end;
    let row = |head: &str, stamp: &str| {
        let mut bytes = format!("{head}{stamp};321.0;4.5;Fluide").into_bytes();
        bytes.extend_from_slice(&texts.tails[0]);
        bytes
    };
    let head = String::from_utf8_lossy(&texts.heads[0]);
    let off_hour = noon.replacen(":00:00", ":30:00", 1);
    let too_many = [row(&head, noon).trim_ascii_end(), b";de trop\r\n"].concat();
    let bad: [(&'static str, Vec<u8>); 5] = [
        ("ligne_mal_formee", format!("{head}{noon};12.0\r\n").into_bytes()),
        ("ligne_mal_formee", too_many),
        ("identifiant_illisible", row("*;Capteur_en_test;", noon)),
        ("horodatage_hors_heure", row(&head, &off_hour)),
        ("horodatage_illisible", row(&head, "le 4 au matin")),
    ];
    for (code, bytes) in &bad {
        planted.issue(code);
        out.extend_from_slice(bytes);
    }
    bad.len() as u64
}

/// The last day's rows of which one cell is wrong.
fn spoiled(city: &City, texts: &ArcTexts, day: &Day, planted: &mut Planted) -> Vec<(usize, String, Vec<u8>)> {
    let cells = |role| match role {
        Role::UnreadableFlow => Some(("nombre_illisible", 10, "4l2.0;6.25;Fluide")),
        Role::FlowBeyondLimit => Some(("debit_hors_limites", 11, "65535.0;7.5;Fluide")),
        Role::OccupancyBeyondLimit => Some(("taux_hors_limites", 12, "388.0;127.5;Bloqué")),
        Role::WrongState => Some(("etat_incoherent", 13, "402.0;61.25;Fluide")),
        _ => None,
    };
    let mut rows = Vec::new();
    for (at, arc) in city.network.arcs.iter().enumerate() {
        let Some((code, hour, cells)) = cells(arc.role) else {
            continue;
        };
        let stamp = day.slots[hour].end.clone();
        let bytes = [&texts.heads[at], stamp.as_bytes(), b";", cells.as_bytes(), &texts.tails[at]].concat();
        planted.issue(code);
        planted.spoiled_arcs.push(arc.id.to_string());
        rows.push((at, stamp, bytes));
    }
    rows
}

/// Tells which arc carries what.
pub(crate) fn tell(city: &City, planted: &mut Planted) {
    for critical in [true, false] {
        let label = if critical { streets::CRITICAL_AXIS } else { streets::HIGH_AXIS };
        let of_axis = |arc: &&RoadArc| arc.role == Role::CongestedAxis { critical };
        let arcs = city.network.arcs.iter().filter(of_axis).map(|arc| arc.id.to_string()).collect();
        planted.congested_axes.push(Axis { label: label.to_owned(), arcs, critical });
    }
    for arc in &city.network.arcs {
        tell_role(arc, city.settings.days, planted);
        let id = || arc.id.to_string();
        match arc.place {
            ArcPlace::Unlisted => planted.unlisted_arcs.push(id()),
            ArcPlace::Blank => planted.blank_arcs.push(id()),
            ArcPlace::Versions => planted.versioned_arcs.push(id()),
            ArcPlace::Pieces => planted.split_arcs.push(id()),
            ArcPlace::Whole => {}
        }
    }
}

fn tell_role(arc: &RoadArc, span_days: u32, planted: &mut Planted) {
    let id = arc.id.to_string();
    let silence = |days: u32| Silence { id: id.clone(), days: days.min(span_days) };
    match arc.role {
        // In a short span nothing was ever heard of it.
        Role::Silent { days } if days > IN_SERVICE_DAYS || days >= span_days => {
            planted.out_of_service_arcs.push(silence(days));
        }
        Role::Silent { days } => planted.silent_arcs.push(silence(days)),
        Role::Vanished { days } => planted.vanished_arcs.push(silence(days)),
        Role::Zero => planted.zero_arcs.push(id),
        Role::Constant => planted.constant_arcs.push(id),
        Role::Gap => planted.gap_arcs.push(id),
        Role::Incoherent => planted.incoherent_arcs.push(id),
        Role::Closed => planted.closed_arcs.push(id),
        _ => {}
    }
}

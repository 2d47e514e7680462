//! The day of the transit network: counts, lines, alerts, index.

mod alerts;
mod lifts;
mod lines;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

pub use self::alerts::Alert;
pub use self::lifts::{Accessibility, StopLifts};
pub use self::lines::{ImpactedLine, LineDay, LineState};
use super::assemble::TrafficDay;
use super::periods::{Span, day_span, service_window};
use super::record::{Disruption, LinkKind, Severite};
use crate::numbers::mean;
use crate::quality::{Quality, Rule};
use crate::time::LocalDay;

/// `metrics` of the feed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrafficMetrics {
    /// Disruptions with a period that meets D; lifts apart.
    pub active_disruptions_count: u64,
    /// Disruptions that the day's answers list, each once; lifts apart.
    pub total_disruptions_count: u64,
    /// Disruptions that do not meet D and have a period that begins after it; lifts apart.
    pub planned_disruptions_count: u64,
    /// Active disruptions by severity.
    pub disruptions_by_severity: BySeverity,
    /// Active disruptions by cause (lower case; `inconnu` when missing).
    pub by_cause: BTreeMap<String, u64>,
    /// Active disruptions by mode: one that touches several modes counts once in each, one that names no line in
    /// none.
    pub by_mode: BTreeMap<String, u64>,
    /// The ten lines of any mode with most active disruptions: by count, minutes, then line id.
    pub top_lignes_impactees: Vec<ImpactedLine>,
    /// The monitored lines, as [`super::lines::monitored_lines`] lists them.
    pub lignes: Vec<LineDay>,
    /// Active critical or high disruptions that touch a monitored line: the worst first, then the longest within
    /// D, then by id.
    pub alerts: Vec<Alert>,
    /// Mean of the indices of the monitored lines, 0..100; null when no answer of the day is complete.
    pub reliability_index: Option<f64>,
    /// Lifts.
    pub accessibilite: Accessibility,
    /// What was read.
    pub qualite: Quality,
}

impl TrafficMetrics {
    /// Whether the day's source is `partiel`: an answer is incomplete, or an object could not be read.
    pub fn is_partial(&self) -> bool {
        let unread = self.qualite.sources.iter().any(|source| source.erreur.is_some());
        unread || self.qualite.problemes.contains_key(Rule::MissingPage.code())
    }
}

/// Disruptions by severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub struct BySeverity {
    /// No service.
    pub critique: u64,
    /// Delays, reduced service.
    pub elevee: u64,
    /// Detours and their like.
    pub moyenne: u64,
    /// Information.
    pub faible: u64,
}

impl BySeverity {
    fn add(&mut self, severity: Severite) {
        let count = match severity {
            Severite::Critique => &mut self.critique,
            Severite::Elevee => &mut self.elevee,
            Severite::Moyenne => &mut self.moyenne,
            Severite::Faible => &mut self.faible,
        };
        *count += 1;
    }
}

/// Where a disruption stands in time, seen from D. The feed's own `status` is of the moment of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Active,
    Planned,
    Past,
}

fn status(disruption: &Disruption, day: &LocalDay) -> Status {
    if disruption.periods.iter().any(|period| period.within(day_span(day)).is_some()) {
        Status::Active
    } else if disruption.periods.iter().any(|period| period.begin >= day.end) {
        Status::Planned
    } else {
        Status::Past
    }
}

/// The parts of a disruption's periods inside an interval.
fn spans_within(disruption: &Disruption, window: Span) -> Vec<Span> {
    disruption.periods.iter().filter_map(|period| period.within(window)).collect()
}

/// The strongest link of a disruption to each line, by line id.
fn strongest_links(disruption: &Disruption) -> BTreeMap<&str, (LinkKind, &super::record::LineRef)> {
    let mut strongest = BTreeMap::new();
    // Links are sorted, the strongest kind first: the first link to a line stays.
    for (kind, line) in disruption.links.iter().filter_map(|link| Some((link.kind, link.line.as_ref()?))) {
        strongest.entry(line.id.as_str()).or_insert((kind, line));
    }
    strongest
}

/// Computes the metrics of the day.
pub fn compute(day: &LocalDay, assembled: &TrafficDay) -> TrafficMetrics {
    let (lifts, disruptions): (Vec<_>, Vec<_>) = assembled.disruptions.iter().partition(|one| one.is_lift());
    let of_status = |wanted| disruptions.iter().filter(move |one| status(one, day) == wanted);
    let active: Vec<&Disruption> = of_status(Status::Active).copied().collect();

    let mut by_severity = BySeverity::default();
    let mut by_cause = BTreeMap::new();
    let mut by_mode = BTreeMap::new();
    for disruption in &active {
        by_severity.add(disruption.severity);
        *by_cause.entry(disruption.cause.clone()).or_default() += 1;
        let lines = disruption.links.iter().filter_map(|link| link.line.as_ref());
        for mode in lines.map(|line| line.mode.as_str()).collect::<BTreeSet<_>>() {
            *by_mode.entry(mode.to_owned()).or_default() += 1;
        }
    }
    let minutes = lines::weigh(&disruptions, service_window(day));
    let lignes = lines::monitored_days(&minutes);
    let index = mean(lignes.iter().map(|line| line.indice));
    TrafficMetrics {
        active_disruptions_count: active.len() as u64,
        total_disruptions_count: disruptions.len() as u64,
        planned_disruptions_count: of_status(Status::Planned).count() as u64,
        disruptions_by_severity: by_severity,
        by_cause,
        by_mode,
        top_lignes_impactees: lines::most_impacted(&active, &minutes),
        lignes,
        alerts: alerts::alerts(day, &active),
        reliability_index: index.filter(|_| assembled.complete_answers > 0),
        accessibilite: lifts::accessibility(day, &lifts),
        qualite: assembled.quality.clone(),
    }
}

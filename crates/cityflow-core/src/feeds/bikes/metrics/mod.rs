//! The day of the bikes: what the counters counted, which of them fail, and the Vélib' stations.

mod counters;
mod summary;
#[cfg(test)]
mod tests;
mod velib;

use serde::Serialize;

pub use self::counters::CounterMetrics;
pub use self::summary::{BikesSummary, CounterZone, TopCounter};
pub use self::velib::{Snapshots, StationMetrics, StationZone, VelibMetrics};
use super::record::{BikeValues, CounterHistory};
use super::velib::{SettledVelib, VelibDay};
use crate::failing::{FailingSensor, SensorKind, judge_all};
use crate::merge::Merge;
use crate::quality::Quality;
use crate::zones::{ZoneCode, ZoneSource, Zones};

/// `metrics` of `bikes`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BikesMetrics {
    /// The slot starts of D, ISO with offset: the order of every per-hour list.
    pub heures: Vec<String>,
    /// Hours that D has: 23, 24 or 25.
    pub heures_attendues: u64,
    /// Each counter of D, by id; empty when no counter has a row on D.
    pub metrics: Vec<CounterMetrics>,
    /// The ten largest totals, then by id; those without a valid hour last.
    pub top_counters: Vec<TopCounter>,
    /// Counters by zone, by code; the row of those outside every zone last.
    pub by_arrondissement: Vec<CounterZone>,
    /// Counters that fail, longest first, then by id.
    pub failing_sensors: Vec<FailingSensor>,
    /// Counters of D without a valid hour on D or in the 28 days before.
    pub hors_service: u64,
    /// The day in a few numbers.
    pub summary: BikesSummary,
    /// The stations; null without a snapshot stamped within D.
    pub velib: Option<VelibMetrics>,
    /// Where the zones come from.
    pub zone_source: ZoneSource,
    /// What was read and what was wrong with it.
    pub qualite: Quality,
}

/// Computes the metrics of the history's last day; none when it has neither a counter row nor a snapshot.
pub fn compute(history: &CounterHistory, velib: VelibDay, zones: &Zones) -> Option<BikesMetrics> {
    let (day, observed) = history.today();
    if observed.observations.is_empty() && !velib.has_snapshot() {
        return None;
    }
    let velib = velib.settle();
    // Without any row on D the counters' part of the feed is absent: nothing says that they failed.
    let sensors = if observed.observations.is_empty() {
        Vec::new()
    } else {
        history.sensors_of_day(|values| values.count.is_some())
    };
    let metrics: Vec<_> = sensors.iter().map(|sensor| counters::counter(day, sensor, zones)).collect();
    let names = metrics.iter().map(|counter| counter.nom_compteur.as_deref());
    let judged = judge_all(SensorKind::Bike, history, &sensors, names, BikeValues::measure);
    Some(BikesMetrics {
        heures: day.hours_iso(),
        heures_attendues: day.expected_hours() as u64,
        top_counters: summary::top(&metrics),
        by_arrondissement: summary::by_zone(&metrics),
        failing_sensors: judged.failing,
        hors_service: judged.out_of_service as u64,
        summary: summary::summary(day, &metrics),
        metrics,
        qualite: quality(history, &velib),
        velib: velib::compute(&velib, zones),
        zone_source: zones.source(),
    })
}

/// Station records are rows too: all of them as read; those of the documents stamped within D as valid, once per
/// (stamp, station).
fn quality(history: &CounterHistory, velib: &SettledVelib) -> Quality {
    let observed = &history.today().1;
    let mut issues = observed.issues.clone();
    issues.merge(history.undated.clone());
    issues.merge(velib.issues.clone());
    Quality {
        sources: history.sources.clone(),
        lignes_lues: history.sources.iter().map(|source| source.lignes).sum(),
        lignes_valides: observed.observations.len() as u64 + velib.kept,
        doublons: observed.duplicates + velib.duplicates,
        doublons_conflictuels: observed.conflicts + velib.conflicts,
        problemes: issues.problems(),
    }
}

/// Zones by code, "outside every zone" last.
type ZoneKey = (bool, Option<ZoneCode>);

fn zone_key(zone: Option<&ZoneCode>) -> ZoneKey {
    (zone.is_none(), zone.cloned())
}

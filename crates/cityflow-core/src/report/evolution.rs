//! `evolution_vs_semaine_precedente`: five numbers against D − 7.

use serde::Serialize;

use crate::evolution::{Change, NO_COMPARABLE_SENSOR, NO_DAY, NO_WEEK_BEFORE, Side, comparable, compare_hours};
use crate::feeds::bikes::{BikeValues, CounterHistory};
use crate::feeds::comptages::metrics::{ComptagesMetrics, blocked_runs, lost_minutes};
use crate::feeds::comptages::record::{RoadHistory, RoadValues};
use crate::feeds::traffic::metrics::TrafficMetrics;
use crate::hourly::{History, Observation, RECENT_DAYS, lay};
use crate::ids::LinkId;
use crate::network::is_ring;
use crate::settings::Settings;
use crate::time::LocalDay;

/// The five changes.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Evolution {
    /// Vehicles counted.
    pub vehicules: Change,
    /// Lost time, vehicle-minutes, with the lengths and reference speeds of D for both days.
    pub temps_perdu: Change,
    /// Bikes counted.
    pub velos: Change,
    /// Congestion alerts of arcs with at least 19 occupancy hours on both days.
    pub alertes: Change,
    /// Reliability index of transit; `comparables` has no meaning for it.
    pub indice_transport: Change,
}

/// What the comparison looks at.
#[derive(Clone, Copy)]
pub struct WeekBefore<'a> {
    /// The counters' look-back.
    pub bikes: Option<&'a CounterHistory>,
    /// The road counts' look-back.
    pub roads: Option<&'a RoadHistory>,
    /// The road counts of D.
    pub comptages: Option<&'a ComptagesMetrics>,
    /// Index of D.
    pub index_now: TransitIndex,
    /// Index of D − 7.
    pub index_before: TransitIndex,
    /// Reference speeds.
    pub settings: &'a Settings,
}

/// The reliability index of a day, or why there is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TransitIndex {
    /// No answer.
    Absent,
    /// The answer is incomplete.
    Incomplete,
    /// 0..100.
    Known(f64),
}

impl TransitIndex {
    /// The index of a day's metrics, when there are any.
    pub fn of(metrics: Option<&TrafficMetrics>) -> Self {
        metrics.map_or(Self::Absent, |day| day.reliability_index.map_or(Self::Incomplete, Self::Known))
    }
}

/// Compares D with D − 7.
pub fn evolution(week: WeekBefore<'_>) -> Evolution {
    let roads = week.roads.map_or_else(|| Err(Change::none(NO_DAY)), sides);
    let bikes = week.bikes.map_or_else(|| Err(Change::none(NO_DAY)), sides);
    let on_roads = |compare: &dyn Fn(RoadSides<'_>) -> Change| match &roads {
        Ok(sides) => compare(*sides),
        Err(none) => none.clone(),
    };
    Evolution {
        vehicules: on_roads(&|(now, before)| {
            compare_hours(now, before, |values| values.flow.is_some(), |_, values| values.flow)
        }),
        temps_perdu: on_roads(&|sides| lost_time(sides, week)),
        velos: bikes.map_or_else(
            |none| none,
            |(now, before)| {
                let valid = |values: &BikeValues| values.count.is_some();
                compare_hours(now, before, valid, |_, values| values.count)
            },
        ),
        alertes: on_roads(&alerts),
        indice_transport: index(week.index_now, week.index_before),
    }
}

/// D and D − 7.
type Sides<'a, S, V> = (Side<'a, S, V>, Side<'a, S, V>);
type RoadSides<'a> = Sides<'a, LinkId, RoadValues>;

/// D and D − 7, when both have observations.
fn sides<S, V>(history: &History<S, V>) -> Result<Sides<'_, S, V>, Change> {
    let (today, observed) = history.today();
    if observed.observations.is_empty() {
        return Err(Change::none(NO_DAY));
    }
    match history.back(RECENT_DAYS) {
        Some((day, before)) if !before.observations.is_empty() => Ok(((today, observed), (day, before))),
        _ => Err(Change::none(NO_WEEK_BEFORE)),
    }
}

fn lost_time((now, before): RoadSides<'_>, week: WeekBefore<'_>) -> Change {
    let Some(comptages) = week.comptages else { return Change::none(NO_DAY) };
    let date = now.0.date;
    let lost = |link: &LinkId, values: &RoadValues| {
        let at = comptages.links.binary_search_by_key(link, |day| day.link).ok()?;
        let day = &comptages.links[at];
        let ring = day.label.as_deref().is_some_and(is_ring);
        let speed = week.settings.reference_speed_kmh(date, ring)?;
        Some(lost_minutes(values.flow?, values.occupancy?, day.length_m?, speed))
    };
    compare_hours(now, before, |values| values.flow.is_some(), lost)
}

/// Alerts of the arcs that can be compared in occupancy.
fn alerts((now, before): RoadSides<'_>) -> Change {
    let arcs = comparable(now, before, |values| values.occupancy.is_some());
    if arcs.is_empty() {
        return Change::none(NO_COMPARABLE_SENSOR);
    }
    let count = |runs: usize| runs as f64;
    let alerts_now = arcs.iter().map(|(rows, _)| alert_count(now.0, rows)).sum();
    let alerts_before = arcs.iter().map(|(_, rows)| alert_count(before.0, rows)).sum();
    Change::between(count(alerts_now), count(alerts_before), Some(arcs.len() as u64))
}

fn alert_count(day: &LocalDay, rows: &[Observation<LinkId, RoadValues>]) -> usize {
    blocked_runs(&lay(day, rows, |values| values.occupancy)).len()
}

fn index(now: TransitIndex, before: TransitIndex) -> Change {
    match (now, before) {
        (TransitIndex::Known(now), TransitIndex::Known(before)) => Change::between(now, before, None),
        (TransitIndex::Absent, _) => Change::none(NO_DAY),
        (TransitIndex::Incomplete, _) => Change::none("réponse incomplète ce jour"),
        (_, TransitIndex::Absent) => Change::none(NO_WEEK_BEFORE),
        (_, TransitIndex::Incomplete) => Change::none("réponse incomplète sept jours avant"),
    }
}

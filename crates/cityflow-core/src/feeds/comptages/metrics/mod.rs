//! The day of the road counts: `metrics` of `comptages`.

mod congestion;
mod links;
mod lost_time;
mod states;
mod top;
mod totals;
mod zones;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::failing::{FailingSensor, SensorKind, judge_all};
use crate::ids::LinkId;
use crate::merge::Merge;
use crate::network::{CountedShape, LinkCatalogue};
use crate::quality::Quality;
use crate::settings::Settings;
use crate::zones::{ZoneSource, Zones};

pub use self::congestion::{AlertSeverity, CongestionAlert, blocked_runs};
pub use self::links::LinkDay;
pub use self::lost_time::{link_length_m, lost_minutes};
pub use self::states::StateHours;
pub use self::top::TopLink;
pub use self::totals::GlobalMetrics;
pub use self::zones::ZoneDay;
use super::record::{RoadHistory, RoadValues};

/// `metrics` of the road counts of one day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ComptagesMetrics {
    /// Start of each hour of the day, ISO with offset: 23, 24 or 25 entries, as in every per-hour list.
    #[serde(rename = "heures")]
    pub hours: Vec<String>,
    /// The links of D, by number.
    #[serde(rename = "metrics")]
    pub links: Vec<LinkDay>,
    /// Largest daily flow first, ties by link; only links covered at 75 % or more.
    #[serde(rename = "top_10_troncons")]
    pub top_links: Vec<TopLink>,
    /// Most lost time first, ties by zone, zones without any last.
    #[serde(rename = "top_10_zones_congestionnees")]
    pub congested_zones: Vec<ZoneDay>,
    /// Most vehicle-kilometres first, ties by zone, zones without any last.
    #[serde(rename = "top_zones_affluence")]
    pub busy_zones: Vec<ZoneDay>,
    /// Longest first, then by largest occupancy, link and start.
    #[serde(rename = "alertes_congestion")]
    pub alerts: Vec<CongestionAlert>,
    /// Longest first, ties by link.
    #[serde(rename = "capteurs_defaillants")]
    pub failing: Vec<FailingSensor>,
    /// Links of D without a valid hour on D nor in the 28 days before.
    #[serde(rename = "hors_service")]
    pub out_of_service: usize,
    /// The whole city.
    #[serde(rename = "global_metrics")]
    pub global: GlobalMetrics,
    /// Where zones come from.
    pub zone_source: ZoneSource,
    /// What was read.
    #[serde(rename = "qualite")]
    pub quality: Quality,
}

/// Computes the day that `history` ends with; none when it has no row at all on that day.
///
/// `shapes` are the first places met in the counts, for links that the reference (`catalogue`) lacks.
pub fn compute(
    history: &RoadHistory,
    catalogue: &LinkCatalogue,
    shapes: &BTreeMap<LinkId, CountedShape>,
    zones: &Zones,
    settings: &Settings,
) -> Option<ComptagesMetrics> {
    let (day, observed) = history.today();
    if observed.observations.is_empty() {
        return None;
    }
    let sensors = history.sensors_of_day(RoadValues::is_valid);
    let surroundings = links::Surroundings { day, catalogue, shapes, zones, settings };
    let mut links: Vec<LinkDay> = sensors.iter().map(|sensor| surroundings.link_day(sensor)).collect();
    let alerts = congestion::alerts(day, &links);
    mark_alerts(&mut links, &alerts);
    let labels = links.iter().map(|link| link.label.as_deref());
    let judged = judge_all(SensorKind::Road, history, &sensors, labels, RoadValues::measure);
    let zone_days = zones::zones(&links);
    Some(ComptagesMetrics {
        hours: day.hours_iso(),
        top_links: top::top_links(&links),
        congested_zones: zones::top(&zone_days, |zone| zone.lost_minutes),
        busy_zones: zones::top(&zone_days, |zone| zone.vehicle_km),
        alerts,
        failing: judged.failing,
        out_of_service: judged.out_of_service,
        global: totals::totals(&links, day.expected_hours()),
        zone_source: zones.source(),
        quality: quality(history),
        links,
    })
}

fn mark_alerts(links: &mut [LinkDay], alerts: &[CongestionAlert]) {
    for alert in alerts {
        if let Ok(at) = links.binary_search_by_key(&alert.link, |link| link.link) {
            links[at].has_alert = true;
        }
    }
}

fn quality(history: &RoadHistory) -> Quality {
    let today = &history.today().1;
    let mut issues = today.issues.clone();
    issues.merge(history.undated.clone());
    Quality {
        sources: history.sources.clone(),
        lignes_lues: history.sources.iter().map(|source| source.lignes).sum(),
        lignes_valides: today.observations.len() as u64,
        doublons: today.duplicates,
        doublons_conflictuels: today.conflicts,
        problemes: issues.problems(),
    }
}

#[cfg(test)]
mod tests;

//! Congestion alerts: links blocked for two hours or more without a break.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::ids::LinkId;
use crate::numbers::sum;
use crate::time::LocalDay;
use crate::zones::ZoneCode;

use super::super::state::BLOCKED_OCCUPANCY;
use super::links::LinkDay;

/// Consecutive blocked hours that make an alert.
const ALERT_HOURS: usize = 2;
/// Occupancy in one hour that makes an alert critical, percent.
const CRITICAL_OCCUPANCY: f64 = 80.0;

/// How grave an alert is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum AlertSeverity {
    /// No hour reaches 80 %.
    #[serde(rename = "Élevée")]
    High,
    /// An hour reaches 80 %.
    #[serde(rename = "Critique")]
    Critical,
}

/// An entry of `alertes_congestion[]`: a run of hours with an occupancy of 50 % or more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CongestionAlert {
    /// The link.
    #[serde(rename = "identifiant_arc")]
    pub link: LinkId,
    /// Its label.
    #[serde(rename = "libelle")]
    pub label: Option<Arc<str>>,
    /// Its zone.
    #[serde(rename = "arrondissement")]
    pub zone: Option<ZoneCode>,
    /// Start of the first hour, ISO with offset.
    #[serde(rename = "debut")]
    pub start: String,
    /// End of the last hour, ISO with offset.
    #[serde(rename = "fin")]
    pub end: String,
    /// Hours.
    #[serde(rename = "duree_heures")]
    pub hours: usize,
    /// Largest occupancy, percent.
    #[serde(rename = "taux_max")]
    pub max_occupancy: f64,
    /// Vehicles counted meanwhile; null without a flow.
    #[serde(rename = "debit_total")]
    pub flow: Option<f64>,
    /// How grave it is.
    #[serde(rename = "severite")]
    pub severity: AlertSeverity,
}

/// The alerts of a day: longest first, then by largest occupancy, then by link, then by start.
pub(super) fn alerts(day: &LocalDay, links: &[LinkDay]) -> Vec<CongestionAlert> {
    let mut alerts: Vec<_> = links.iter().flat_map(|link| alerts_of(day, link)).collect();
    // The sort is stable: alerts of one link come in the order of the day.
    alerts.sort_by(|a, b| {
        let by_size = b.hours.cmp(&a.hours).then(b.max_occupancy.total_cmp(&a.max_occupancy));
        by_size.then(a.link.cmp(&b.link))
    });
    alerts
}

fn alerts_of(day: &LocalDay, link: &LinkDay) -> Vec<CongestionAlert> {
    blocked_runs(&link.occupancies).into_iter().map(|(from, to)| alert(day, link, from, to)).collect()
}

/// The runs of slots `from..to` that make an alert, in the order of the day; a missing hour breaks a run.
pub fn blocked_runs(occupancies: &[Option<f64>]) -> Vec<(usize, usize)> {
    let is_blocked = |occupancy: &Option<f64>| occupancy.is_some_and(|k| k >= BLOCKED_OCCUPANCY);
    let mut from = 0;
    let mut found = Vec::new();
    for run in occupancies.chunk_by(|a, b| is_blocked(a) == is_blocked(b)) {
        let to = from + run.len();
        if run.len() >= ALERT_HOURS && is_blocked(&run[0]) {
            found.push((from, to));
        }
        from = to;
    }
    found
}

/// The alert of the slots `from..to`.
fn alert(day: &LocalDay, link: &LinkDay, from: usize, to: usize) -> CongestionAlert {
    let max_occupancy = link.occupancies[from..to].iter().flatten().copied().fold(0.0, f64::max);
    let is_critical = max_occupancy >= CRITICAL_OCCUPANCY;
    CongestionAlert {
        link: link.link,
        label: link.label.clone(),
        zone: link.zone.clone(),
        start: day.zone().iso(day.hour(from).0),
        end: day.zone().iso(day.hour(to - 1).end()),
        hours: to - from,
        max_occupancy,
        flow: sum(link.flows[from..to].iter().flatten().copied()),
        severity: if is_critical { AlertSeverity::Critical } else { AlertSeverity::High },
    }
}

//! Sums over the active works: by zone, by impact.

use std::collections::BTreeMap;

use serde::Serialize;

use super::ActiveWorks;
use crate::zones::ZoneCode;

/// A zone is critical above this many active works (contract, section 4).
const CRITICAL_ABOVE: usize = 3;
/// Name of a missing impact (contract, section 9).
pub(super) const UNKNOWN_IMPACT: &str = "INCONNU";

/// A zone with many active works.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CriticalZone {
    /// Code of the zone.
    pub zone: ZoneCode,
    /// Active works there.
    #[serde(rename = "nombre_chantiers")]
    pub count: usize,
}

/// Points of an impact (contract, section 4).
fn points(impact: &str) -> u32 {
    match impact {
        "BARRAGE_TOTAL" => 100,
        "IMPASSE" => 80,
        "RESTREINTE" => 50,
        "SENS_UNIQUE" => 30,
        _ => 0,
    }
}

/// Impact points of each zone with active works, 0 where none has an impact that counts.
pub(super) fn impact_by_zone(active: &[ActiveWorks]) -> BTreeMap<ZoneCode, u32> {
    let mut sums = BTreeMap::new();
    for works in active {
        if let Some(zone) = &works.zone {
            *sums.entry(zone.clone()).or_default() += points(&works.impact);
        }
    }
    sums
}

/// Sum of the areas: 0 without works, none when there are some and none of them has an area.
pub(super) fn area_m2(active: &[ActiveWorks]) -> Option<f64> {
    if active.is_empty() { Some(0.0) } else { crate::numbers::sum(active.iter().filter_map(|works| works.area_m2)) }
}

/// Active works by impact.
pub(super) fn by_impact(active: &[ActiveWorks]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for works in active {
        *counts.entry(works.impact.clone()).or_default() += 1;
    }
    counts
}

/// Zones with more than [`CRITICAL_ABOVE`] active works, most first, then by code.
pub(super) fn critical_zones(active: &[ActiveWorks]) -> Vec<CriticalZone> {
    let mut counts: BTreeMap<&ZoneCode, usize> = BTreeMap::new();
    for zone in active.iter().filter_map(|works| works.zone.as_ref()) {
        *counts.entry(zone).or_default() += 1;
    }
    let mut critical: Vec<_> = counts
        .into_iter()
        .filter(|(_, count)| *count > CRITICAL_ABOVE)
        .map(|(zone, count)| CriticalZone { zone: zone.clone(), count })
        .collect();
    // A stable sort of a list that is in the order of codes.
    critical.sort_by_key(|zone| std::cmp::Reverse(zone.count));
    critical
}

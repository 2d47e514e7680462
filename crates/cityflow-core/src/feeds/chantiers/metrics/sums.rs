//! Sums over the active works: by zone, by impact.

use std::collections::BTreeMap;

use serde::Serialize;

use super::ActiveWorks;
use crate::zones::ZoneCode;

/// A zone is critical above this many active works (contract, section 4).
const CRITICAL_ABOVE: usize = 3;
/// Name of a missing impact (contract, section 9).
const UNKNOWN_IMPACT: &str = "INCONNU";

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
fn points(impact: Option<&str>) -> u32 {
    match impact {
        Some("BARRAGE_TOTAL") => 100,
        Some("IMPASSE") => 80,
        Some("RESTREINTE") => 50,
        Some("SENS_UNIQUE") => 30,
        _ => 0,
    }
}

/// Impact points of each zone with active works, 0 where none has an impact that counts.
pub(super) fn impact_by_zone(active: &[ActiveWorks]) -> BTreeMap<ZoneCode, u32> {
    let mut sums = BTreeMap::new();
    for works in active {
        if let Some(zone) = &works.zone {
            *sums.entry(zone.clone()).or_default() += points(works.impact.as_deref());
        }
    }
    sums
}

/// Active works by impact.
pub(super) fn by_impact(active: &[ActiveWorks]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for works in active {
        let impact = works.impact.clone().unwrap_or_else(|| UNKNOWN_IMPACT.to_owned());
        *counts.entry(impact).or_default() += 1;
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

//! Zones: where time is lost and where traffic is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::numbers::percent;
use crate::zones::ZoneCode;

use super::links::LinkDay;

/// Zones that a list keeps.
const LISTED_ZONES: usize = 10;

/// An entry of `top_10_zones_congestionnees[]` and `top_zones_affluence[]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ZoneDay {
    /// The zone; `peripherique` overlaps the others.
    pub zone: ZoneCode,
    /// Links of the zone.
    #[serde(rename = "nombre_troncons")]
    pub links: usize,
    /// Lost time, vehicle-minutes; null when no link has one.
    #[serde(rename = "temps_perdu_total_minutes")]
    pub lost_minutes: Option<f64>,
    /// Sum of flow × length, vehicle-kilometres; null when no link has both.
    #[serde(rename = "vehicules_km")]
    pub vehicle_km: Option<f64>,
    /// Links with a mean occupancy of 30 % or more.
    #[serde(rename = "nombre_troncons_satures")]
    pub saturated_links: u64,
    /// 100 × saturated / links with a mean occupancy, percent.
    #[serde(rename = "taux_saturation")]
    pub saturation: Option<f64>,
    /// 100 × flow hours / (links × expected hours), percent.
    #[serde(rename = "couverture")]
    pub coverage: Option<f64>,
}

/// The zones of a day, by code. Links outside every zone belong to none.
pub(super) fn zones(links: &[LinkDay]) -> Vec<ZoneDay> {
    let mut members: BTreeMap<ZoneCode, Vec<&LinkDay>> = BTreeMap::new();
    for link in links {
        let ring = link.is_ring.then(ZoneCode::ring);
        for zone in link.zone.clone().into_iter().chain(ring) {
            members.entry(zone).or_default().push(link);
        }
    }
    members.into_iter().map(|(zone, links)| zone_day(zone, &links)).collect()
}

fn zone_day(zone: ZoneCode, links: &[&LinkDay]) -> ZoneDay {
    let Saturation { saturated, judged } = Saturation::of(links.iter().copied());
    ZoneDay {
        zone,
        links: links.len(),
        lost_minutes: crate::numbers::sum(links.iter().filter_map(|link| link.lost_minutes)),
        vehicle_km: crate::numbers::sum(links.iter().filter_map(|link| link.vehicle_km())),
        saturated_links: saturated,
        saturation: percent(saturated, judged),
        coverage: coverage(links.iter().copied()),
    }
}

/// Links whose mean occupancy is one of saturation, among those that have a mean.
pub(super) struct Saturation {
    pub(super) saturated: u64,
    pub(super) judged: u64,
}

impl Saturation {
    pub(super) fn of<'a>(links: impl Iterator<Item = &'a LinkDay>) -> Self {
        links.filter_map(LinkDay::is_saturated).fold(Self { saturated: 0, judged: 0 }, |count, saturated| Self {
            saturated: count.saturated + u64::from(saturated),
            judged: count.judged + 1,
        })
    }
}

/// 100 × flow hours / expected hours of some links, percent.
pub(super) fn coverage<'a>(links: impl Iterator<Item = &'a LinkDay>) -> Option<f64> {
    let add =
        |(valid, expected), link: &LinkDay| (valid + link.flow_hours as u64, expected + link.expected_hours as u64);
    let (valid, expected) = links.fold((0, 0), add);
    percent(valid, expected)
}

/// The ten zones with the largest quantity, largest first, ties by zone; zones without the quantity come last.
pub(super) fn top(zones: &[ZoneDay], quantity: impl Fn(&ZoneDay) -> Option<f64>) -> Vec<ZoneDay> {
    let mut listed: Vec<&ZoneDay> = zones.iter().collect();
    // The sort is stable and zones come by code. No quantity is negative, so null sorts below every value.
    let key = |zone: &ZoneDay| quantity(zone).unwrap_or(f64::NEG_INFINITY);
    listed.sort_by(|a, b| key(b).total_cmp(&key(a)));
    listed.into_iter().take(LISTED_ZONES).cloned().collect()
}

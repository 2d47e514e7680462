//! The busiest links.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::ids::LinkId;
use crate::zones::ZoneCode;

use super::super::state::TrafficState;
use super::links::LinkDay;

/// Links that the list keeps.
const LISTED_LINKS: usize = 10;
/// Coverage from which a daily flow can be compared with another, percent (contract, section 4).
const COMPARABLE_COVERAGE: usize = 75;

/// An entry of `top_10_troncons[]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TopLink {
    /// The link.
    #[serde(rename = "identifiant_arc")]
    pub link: LinkId,
    /// Its label.
    #[serde(rename = "libelle")]
    pub label: Option<Arc<str>>,
    /// Its zone.
    #[serde(rename = "arrondissement")]
    pub zone: Option<ZoneCode>,
    /// Sum of the hourly flows, vehicles.
    #[serde(rename = "debit_journalier_total")]
    pub daily_flow: f64,
    /// Mean of the valid occupancies, percent.
    #[serde(rename = "taux_occupation_moyen")]
    pub mean_occupancy: Option<f64>,
    /// State of most hours.
    #[serde(rename = "etat_trafic_dominant")]
    pub dominant_state: TrafficState,
    /// Lost time, vehicle-minutes.
    #[serde(rename = "temps_perdu_total_minutes")]
    pub lost_minutes: Option<f64>,
    /// 100 × flow hours / expected hours, percent.
    #[serde(rename = "couverture")]
    pub coverage: Option<f64>,
}

/// The ten links with the largest daily flow among those well covered; largest first, ties by link.
pub(super) fn top_links(links: &[LinkDay]) -> Vec<TopLink> {
    let is_comparable = |link: &LinkDay| link.flow_hours * 100 >= link.expected_hours * COMPARABLE_COVERAGE;
    let mut listed: Vec<_> =
        links.iter().filter(|link| is_comparable(link)).filter_map(|link| Some((link.daily_flow?, link))).collect();
    // The sort is stable and links come by number.
    listed.sort_by(|a, b| b.0.total_cmp(&a.0));
    listed.into_iter().take(LISTED_LINKS).map(|(daily_flow, link)| row(link, daily_flow)).collect()
}

fn row(link: &LinkDay, daily_flow: f64) -> TopLink {
    TopLink {
        link: link.link,
        label: link.label.clone(),
        zone: link.zone.clone(),
        daily_flow,
        mean_occupancy: link.mean_occupancy,
        dominant_state: link.dominant_state,
        lost_minutes: link.lost_minutes,
        coverage: link.coverage,
    }
}

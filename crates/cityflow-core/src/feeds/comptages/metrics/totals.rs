//! The whole city on one day.

use serde::{Deserialize, Serialize};

use crate::numbers::{mean, percent, sum};

use super::links::LinkDay;
use super::states::StateHours;
use super::zones::{Saturation, coverage};

/// Minutes in an hour.
const MINUTES_PER_HOUR: f64 = 60.0;

/// `global_metrics`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GlobalMetrics {
    /// Sum of flow × length, vehicle-kilometres; null when no link has both.
    #[serde(rename = "vehicules_km")]
    pub vehicle_km: Option<f64>,
    /// Links of D.
    #[serde(rename = "nombre_troncons")]
    pub links: usize,
    /// Links with at least one valid flow or occupancy hour on D.
    #[serde(rename = "nombre_troncons_actifs")]
    pub active_links: usize,
    /// Sum of the links' daily flows: a sum of counts, not distinct vehicles; null when nothing was counted.
    #[serde(rename = "debit_journalier_total")]
    pub daily_flow: Option<f64>,
    /// Mean of all valid occupancies, percent.
    #[serde(rename = "taux_occupation_moyen")]
    pub mean_occupancy: Option<f64>,
    /// Links with a mean occupancy of 30 % or more.
    #[serde(rename = "nombre_troncons_satures")]
    pub saturated_links: u64,
    /// Lost time, vehicle-minutes; null when no link has one.
    #[serde(rename = "temps_perdu_total_minutes")]
    pub lost_minutes: Option<f64>,
    /// Lost time, vehicle-hours.
    #[serde(rename = "temps_perdu_total_heures")]
    pub lost_hours: Option<f64>,
    /// Link-hours by traffic state.
    #[serde(rename = "repartition_etat_trafic")]
    pub state_hours: StateHours,
    /// Sum of the flows of each hour, vehicles per hour.
    #[serde(rename = "profil_debit")]
    pub flows: Vec<Option<f64>>,
    /// Mean of the occupancies of each hour, percent.
    #[serde(rename = "profil_taux")]
    pub occupancies: Vec<Option<f64>>,
    /// 100 × hours with flow or occupancy / (links × expected hours), percent.
    #[serde(rename = "taux_disponibilite_capteurs")]
    pub availability: Option<f64>,
    /// 100 × flow hours / (links × expected hours), percent.
    #[serde(rename = "couverture")]
    pub coverage: Option<f64>,
}

/// Adds the links of a day up, in their order.
pub(super) fn totals(links: &[LinkDay], expected_hours: usize) -> GlobalMetrics {
    let mut state_hours = StateHours::default();
    for link in links {
        state_hours.add(link.state_hours);
    }
    let lost_minutes = sum(links.iter().filter_map(|link| link.lost_minutes));
    let measured_hours: usize = links.iter().map(LinkDay::measured_hours).sum();
    GlobalMetrics {
        vehicle_km: sum(links.iter().filter_map(LinkDay::vehicle_km)),
        links: links.len(),
        active_links: links.iter().filter(|link| link.measured_hours() > 0).count(),
        daily_flow: sum(links.iter().filter_map(|link| link.daily_flow)),
        mean_occupancy: mean(links.iter().flat_map(|link| link.occupancies.iter().flatten().copied())),
        saturated_links: Saturation::of(links.iter()).saturated,
        lost_minutes,
        lost_hours: lost_minutes.map(|minutes| minutes / MINUTES_PER_HOUR),
        state_hours,
        flows: (0..expected_hours).map(|slot| sum(links.iter().filter_map(|link| link.flows[slot]))).collect(),
        occupancies: (0..expected_hours)
            .map(|slot| mean(links.iter().filter_map(|link| link.occupancies[slot])))
            .collect(),
        availability: percent(measured_hours as u64, (links.len() * expected_hours) as u64),
        coverage: coverage(links.iter()),
    }
}

//! The daily report: what joins the feeds of one day (contract, section 5).

mod csv;
mod evolution;
mod facts;
mod rows;
mod sources;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use crate::data_type::DataType;
use crate::failing::FailingSensor;
use crate::feeds::bikes::BikesMetrics;
use crate::feeds::chantiers::metrics::ChantiersMetrics;
use crate::feeds::comptages::metrics::{ComptagesMetrics, CongestionAlert, TopLink, ZoneDay};
use crate::feeds::traffic::metrics::TrafficMetrics;
use crate::feeds::weather::metrics::WeatherMetrics;

pub use self::csv::to_csv;
pub use self::evolution::{Evolution, TransitIndex, WeekBefore, evolution};
pub use self::facts::Fact;
pub use self::rows::{ActiveWorks, WeatherImpact, WeatherSummary};
pub use self::sources::{SourceState, SourceStatus};

/// Failing sensors that the report lists.
const FAILING_SENSORS: usize = 50;
/// Congestion alerts that the report lists.
const ALERTS: usize = 20;

/// The metrics of a day, as far as there are any.
#[derive(Clone, Copy, Default)]
pub struct DayMetrics<'a> {
    /// Bikes.
    pub bikes: Option<&'a BikesMetrics>,
    /// Transit disruptions.
    pub traffic: Option<&'a TrafficMetrics>,
    /// Weather.
    pub weather: Option<&'a WeatherMetrics>,
    /// Road counts.
    pub comptages: Option<&'a ComptagesMetrics>,
    /// Roadworks.
    pub chantiers: Option<&'a ChantiersMetrics>,
}

/// `summary`: the six feeds in a few numbers; null where the feed is absent.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// Vehicle-kilometres on the counted arcs.
    pub vehicules_km: Option<f64>,
    /// Sum of counts over arcs, vehicles; one vehicle is counted on each arc it passes.
    pub total_vehicules_paris: Option<f64>,
    /// Conventional lost time, vehicle-minutes.
    pub temps_perdu_total_minutes: Option<f64>,
    /// Arcs whose mean occupancy is 30 % or more.
    pub nombre_troncons_satures: Option<u64>,
    /// Percent of the hours in which a road sensor measured anything.
    pub taux_disponibilite_capteurs: Option<f64>,
    /// Bikes counted.
    pub total_velos_paris: Option<f64>,
    /// 0..100: mean over the monitored lines; null when the day's answer is incomplete.
    pub indice_fiabilite_transport: Option<f64>,
    /// Disruptions active on the day.
    pub perturbations_actives: Option<u64>,
    /// Roadworks active on the day.
    pub chantiers_actifs: Option<u64>,
    /// Weather of the day.
    pub meteo: Option<WeatherSummary>,
    /// Coverage that the sums stand on, percent.
    pub couverture: SummaryCoverage,
}

/// Coverage of the two counting feeds, percent.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SummaryCoverage {
    /// Of the bike counters.
    pub bikes: Option<f64>,
    /// Of the road counts (flow hours).
    pub comptages: Option<f64>,
}

/// The report of a day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DailyReport {
    /// The local civil day.
    pub date: Date,
    /// The day in a few numbers.
    pub summary: Summary,
    /// When it was made: UTC, with `Z`.
    pub generated_at: String,
    /// Busiest arcs, by flow; only those covered at 75 % or more.
    pub top_10_troncons_frequentes: Vec<TopLink>,
    /// Zones by lost time.
    pub top_10_zones_congestionnees: Vec<ZoneDay>,
    /// Failing sensors of both kinds, longest first, then by type and id; the first fifty.
    pub capteurs_defaillants: Vec<FailingSensor>,
    /// How many sensors fail in all.
    pub capteurs_defaillants_total: usize,
    /// Congestion alerts, longest first; the first twenty.
    pub alertes_congestion: Vec<CongestionAlert>,
    /// Active roadworks by id; null when the feed is absent.
    pub chantiers_actifs: Option<Vec<ActiveWorks>>,
    /// The day against the week before.
    pub evolution_vs_semaine_precedente: Evolution,
    /// What the weather means for mobility; null when the feed is absent.
    pub meteo_impact: Option<WeatherImpact>,
    /// Up to five sentences made from the numbers.
    pub faits_marquants: Vec<Fact>,
    /// Where each feed stands.
    pub sources: BTreeMap<DataType, SourceState>,
}

/// Makes the report from whatever feeds exist.
pub fn build(
    date: Date,
    metrics: DayMetrics<'_>,
    evolution: Evolution,
    sources: BTreeMap<DataType, SourceState>,
    generated_at: String,
) -> DailyReport {
    let comptages = metrics.comptages;
    let failing = failing(metrics);
    DailyReport {
        date,
        summary: summary(metrics),
        generated_at,
        top_10_troncons_frequentes: comptages.map(|day| day.top_links.clone()).unwrap_or_default(),
        top_10_zones_congestionnees: comptages.map(|day| day.congested_zones.clone()).unwrap_or_default(),
        capteurs_defaillants_total: failing.len(),
        capteurs_defaillants: failing.into_iter().take(FAILING_SENSORS).collect(),
        alertes_congestion: comptages.map(|day| day.alerts.iter().take(ALERTS).cloned().collect()).unwrap_or_default(),
        chantiers_actifs: metrics.chantiers.map(rows::active_works),
        faits_marquants: facts::facts(metrics, &evolution),
        evolution_vs_semaine_precedente: evolution,
        meteo_impact: metrics.weather.map(rows::weather_impact),
        sources,
    }
}

fn summary(metrics: DayMetrics<'_>) -> Summary {
    let roads = metrics.comptages.map(|day| &day.global);
    Summary {
        vehicules_km: roads.and_then(|roads| roads.vehicle_km),
        total_vehicules_paris: roads.and_then(|roads| roads.daily_flow),
        temps_perdu_total_minutes: roads.and_then(|roads| roads.lost_minutes),
        nombre_troncons_satures: roads.map(|roads| roads.saturated_links),
        taux_disponibilite_capteurs: roads.and_then(|roads| roads.availability),
        total_velos_paris: metrics.bikes.and_then(|day| day.summary.total_velos),
        indice_fiabilite_transport: metrics.traffic.and_then(|day| day.reliability_index),
        perturbations_actives: metrics.traffic.map(|day| day.active_disruptions_count),
        chantiers_actifs: metrics.chantiers.map(|day| day.active_count as u64),
        meteo: metrics.weather.map(rows::weather_summary),
        couverture: SummaryCoverage {
            bikes: metrics.bikes.and_then(|day| day.summary.couverture),
            comptages: roads.and_then(|roads| roads.coverage),
        },
    }
}

fn failing(metrics: DayMetrics<'_>) -> Vec<FailingSensor> {
    let bikes = metrics.bikes.map(|day| day.failing_sensors.as_slice()).unwrap_or_default();
    let roads = metrics.comptages.map(|day| day.failing.as_slice()).unwrap_or_default();
    let mut rows = [bikes, roads].concat();
    FailingSensor::sort(&mut rows);
    rows
}

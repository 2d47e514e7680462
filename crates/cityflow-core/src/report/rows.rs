//! Rows of the report that say less than the metrics they come from.

use std::sync::Arc;

use jiff::civil::Date;
use serde::Serialize;

use crate::feeds::chantiers::metrics::ChantiersMetrics;
use crate::feeds::weather::metrics::{Category, WeatherMetrics};
use crate::zones::ZoneCode;

/// `summary.meteo`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WeatherSummary {
    /// Mean temperature, °C.
    pub temp_moyenne: Option<f64>,
    /// Precipitation of the day, mm.
    pub precip_totale: Option<f64>,
    /// Largest hourly wind, km/h.
    pub vent_max: Option<f64>,
    /// Conditions in words.
    pub conditions: Option<String>,
    /// Pluvieux, Venteux, Froid, Chaud.
    pub categories: Vec<Category>,
}

pub(super) fn weather_summary(day: &WeatherMetrics) -> WeatherSummary {
    WeatherSummary {
        temp_moyenne: day.temp_mean_c,
        precip_totale: day.precip_mm,
        vent_max: day.wind_max_kmh,
        conditions: day.conditions.clone(),
        categories: day.categories.clone(),
    }
}

/// `meteo_impact`: what the weather means for mobility.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WeatherImpact {
    /// Pluvieux, Venteux, Froid, Chaud.
    pub categories: Vec<Category>,
    /// 0..100, 50 when the weather changes nothing.
    pub impact_mobilite: Option<f64>,
    /// 0..100, 100 for ideal cycling weather.
    pub indice_cyclable: Option<f64>,
}

pub(super) fn weather_impact(day: &WeatherMetrics) -> WeatherImpact {
    WeatherImpact {
        categories: day.categories.clone(),
        impact_mobilite: day.mobility_impact,
        indice_cyclable: day.cycling_index,
    }
}

/// An active site; its shape stands in the metrics.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ActiveWorks {
    /// Identifier.
    pub identifiant: Arc<str>,
    /// Streets.
    pub voie: Option<String>,
    /// What is built or repaired, as coded.
    pub objet: Option<String>,
    /// Effect on traffic, as coded; `INCONNU` when the export gives none.
    pub impact: String,
    /// Zone; null outside every zone.
    pub arrondissement: Option<ZoneCode>,
    /// First day.
    pub date_debut: Date,
    /// Last day, included.
    pub date_fin: Date,
    /// Days from the report's day to the last one.
    pub jours_restants: i32,
}

pub(super) fn active_works(day: &ChantiersMetrics) -> Vec<ActiveWorks> {
    let row = |works: &crate::feeds::chantiers::metrics::ActiveWorks| ActiveWorks {
        identifiant: Arc::clone(&works.id),
        voie: works.street.clone(),
        objet: works.purpose.clone(),
        impact: works.impact.clone(),
        arrondissement: works.zone.clone(),
        date_debut: works.start,
        date_fin: works.end,
        jours_restants: works.days_left,
    };
    day.active.iter().map(row).collect()
}

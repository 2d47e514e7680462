//! The weather of one day, and what it does to the city's mobility.

mod day;
mod indices;

use std::sync::Arc;

use jiff::civil::Date;
use serde::Serialize;

pub use indices::{Category, categories, cycling_index, mobility_impact};

use super::record::{Provider, WeatherObject};
use crate::feeds::Reading;
use crate::merge::Merge;
use crate::numbers::percent;
use crate::quality::{IssueLog, Quality, Source};
use crate::time::LocalDay;

/// `metrics` of the data type `weather`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WeatherMetrics {
    /// The local civil day.
    pub date: Date,
    /// Mean temperature, °C: the provider's, else the mean of the hours.
    #[serde(rename = "temp_moyenne")]
    pub temp_mean_c: Option<f64>,
    /// Lowest temperature, °C: the provider's, else the least of the hours.
    #[serde(rename = "temp_min")]
    pub temp_min_c: Option<f64>,
    /// Highest temperature, °C: the provider's, else the largest of the hours.
    #[serde(rename = "temp_max")]
    pub temp_max_c: Option<f64>,
    /// Precipitation as water, mm: the provider's, else the sum of the hours.
    #[serde(rename = "precip_totale")]
    pub precip_mm: Option<f64>,
    /// Mean wind, km/h: the mean of the hours, else the provider's.
    #[serde(rename = "vent_moyen")]
    pub wind_mean_kmh: Option<f64>,
    /// Largest hourly wind, km/h: the provider's, else the largest of the hours.
    #[serde(rename = "vent_max")]
    pub wind_max_kmh: Option<f64>,
    /// Mean relative humidity, percent: the provider's, else the mean of the hours.
    #[serde(rename = "humidite_moyenne")]
    pub humidity_pct: Option<f64>,
    /// Sunshine, hours: the provider's, else the sum of the hours; null where the provider has none.
    #[serde(rename = "ensoleillement_heures")]
    pub sunshine_hours: Option<f64>,
    /// The provider's words, else the French words of the day's largest WMO code.
    pub conditions: Option<String>,
    /// One entry for each hour of the day, in order.
    #[serde(rename = "horaire")]
    pub hourly: Vec<HourlyWeather>,
    /// What kind of day it was, in the order of [`Category`].
    pub categories: Vec<Category>,
    /// Effect on mobility, 0..100, 50 is neutral; null without temperature or precipitation.
    #[serde(rename = "impact_mobilite")]
    pub mobility_impact: Option<f64>,
    /// How well the day lends itself to cycling, 0..100; null without temperature, precipitation or wind.
    #[serde(rename = "indice_cyclable")]
    pub cycling_index: Option<f64>,
    /// Hours with at least one value.
    #[serde(rename = "heures_valides")]
    pub valid_hours: usize,
    /// Hours of the day: 23, 24 or 25.
    #[serde(rename = "heures_attendues")]
    pub expected_hours: usize,
    /// 100 × valid hours / expected hours, percent.
    #[serde(rename = "couverture")]
    pub coverage_pct: Option<f64>,
    /// Who measured or modelled it.
    #[serde(rename = "fournisseur")]
    pub provider: Provider,
    /// The object whose record was used.
    #[serde(rename = "objet")]
    pub object: Arc<str>,
    /// What was read, kept and wrong.
    #[serde(rename = "qualite")]
    pub quality: Quality,
}

/// One hour of the day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HourlyWeather {
    /// Start of the hour, ISO with the local offset.
    #[serde(rename = "heure")]
    pub start: String,
    /// Temperature at the start of the hour, °C.
    #[serde(rename = "temp")]
    pub temp_c: Option<f64>,
    /// Precipitation of the hour as water, mm.
    #[serde(rename = "precip")]
    pub precip_mm: Option<f64>,
    /// Wind at 10 m, km/h.
    #[serde(rename = "vent")]
    pub wind_kmh: Option<f64>,
    /// Relative humidity, percent.
    #[serde(rename = "humidite")]
    pub humidity_pct: Option<f64>,
}

/// The day's weather from the objects of its folder, in name order: the record dated that day, of several
/// objects the last that has one. None when no record is dated that day.
pub fn compute(day: &LocalDay, objects: &[(WeatherObject, Reading)], sources: Vec<Source>) -> Option<WeatherMetrics> {
    let (used, _) = objects.iter().rev().find(|(object, _)| object.covers(day.date))?;
    let values = day::values(day, used);
    let hourly = hourly(day, used);
    let valid_hours = hourly.iter().filter(|hour| hour.has_value()).count();
    let expected_hours = day.expected_hours();
    let weather = indices::Weather {
        temp_mean_c: values.temp_mean_c,
        precip_mm: values.precip_mm,
        wind_max_kmh: values.wind_max_kmh,
    };
    Some(WeatherMetrics {
        date: day.date,
        temp_mean_c: values.temp_mean_c,
        temp_min_c: values.temp_min_c,
        temp_max_c: values.temp_max_c,
        precip_mm: values.precip_mm,
        wind_mean_kmh: values.wind_mean_kmh,
        wind_max_kmh: values.wind_max_kmh,
        humidity_pct: values.humidity_pct,
        sunshine_hours: values.sunshine_hours,
        conditions: values.conditions,
        hourly,
        categories: categories(weather),
        mobility_impact: mobility_impact(weather),
        cycling_index: cycling_index(weather),
        valid_hours,
        expected_hours,
        coverage_pct: percent(valid_hours as u64, expected_hours as u64),
        provider: used.provider,
        object: Arc::clone(&used.object),
        quality: quality(day.date, used, objects, sources),
    })
}

fn hourly(day: &LocalDay, used: &WeatherObject) -> Vec<HourlyWeather> {
    let entry = |(hour, start)| {
        let weather = used.hour(hour).cloned().unwrap_or_default();
        HourlyWeather {
            start,
            temp_c: weather.temp_c,
            precip_mm: weather.precip_mm,
            wind_kmh: weather.wind_kmh,
            humidity_pct: weather.humidity_pct,
        }
    };
    day.hours().zip(day.hours_iso()).map(entry).collect()
}

impl HourlyWeather {
    fn has_value(&self) -> bool {
        [self.temp_c, self.precip_mm, self.wind_kmh, self.humidity_pct].iter().any(Option::is_some)
    }
}

/// Issues and rows read are those of every object; rows kept and duplicates those of the one used.
fn quality(date: Date, used: &WeatherObject, objects: &[(WeatherObject, Reading)], sources: Vec<Source>) -> Quality {
    let mut log = IssueLog::default();
    for (_, reading) in objects {
        log.merge(reading.issues.undated.clone());
        if let Some(dated) = reading.issues.by_day.get(&date) {
            log.merge(dated.clone());
        }
    }
    let rows = used.rows(date);
    Quality {
        sources,
        lignes_lues: objects.iter().map(|(_, reading)| reading.rows).sum(),
        lignes_valides: rows.kept,
        doublons: rows.duplicates,
        doublons_conflictuels: rows.conflicts,
        problemes: log.problems(),
    }
}

#[cfg(test)]
mod tests;

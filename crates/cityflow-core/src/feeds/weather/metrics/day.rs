//! The values of a day: the provider's own when given, else from the hours.

use std::collections::BTreeMap;

use crate::feeds::weather::record::{DayWeather, HourWeather, WeatherObject};
use crate::feeds::weather::wmo;
use crate::numbers::{mean, sum};
use crate::time::{HOUR_SECONDS, LocalDay};

/// The values of a day, in °C, mm, km/h, percent and hours.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Values {
    pub(super) temp_mean_c: Option<f64>,
    pub(super) temp_min_c: Option<f64>,
    pub(super) temp_max_c: Option<f64>,
    pub(super) precip_mm: Option<f64>,
    pub(super) wind_mean_kmh: Option<f64>,
    pub(super) wind_max_kmh: Option<f64>,
    pub(super) humidity_pct: Option<f64>,
    pub(super) sunshine_hours: Option<f64>,
    pub(super) conditions: Option<String>,
}

/// The values of a day in one object.
pub(super) fn values(day: &LocalDay, object: &WeatherObject) -> Values {
    let own = object.day(day.date).cloned().unwrap_or_default();
    let hours: Vec<&HourWeather> = day.hours().filter_map(|hour| object.hour(hour)).collect();
    let column = |field: fn(&HourWeather) -> Option<f64>| hours.iter().filter_map(move |hour| field(hour));
    let sunshine_s = own.sunshine_s.or_else(|| sum(column(|hour| hour.sunshine_s)));
    Values {
        temp_mean_c: own.temp_mean_c.or_else(|| mean(column(|hour| hour.temp_c))),
        temp_min_c: own.temp_min_c.or_else(|| column(|hour| hour.temp_c).reduce(f64::min)),
        temp_max_c: own.temp_max_c.or_else(|| column(|hour| hour.temp_c).reduce(f64::max)),
        precip_mm: own.precip_mm.or_else(|| sum(column(|hour| hour.precip_mm))),
        // Hours first here: Visual Crossing's daily wind is a maximum, and its mean is seldom there.
        wind_mean_kmh: mean(column(|hour| hour.wind_kmh)).or(own.wind_mean_kmh),
        wind_max_kmh: own.wind_max_kmh.or_else(|| column(|hour| hour.wind_kmh).reduce(f64::max)),
        humidity_pct: own.humidity_pct.or_else(|| mean(column(|hour| hour.humidity_pct))),
        sunshine_hours: sunshine_s.map(|seconds| seconds / HOUR_SECONDS as f64),
        conditions: conditions(own, &hours),
    }
}

/// The provider's words for the day, else its code, else the hours' commonest words, else their largest code.
fn conditions(own: DayWeather, hours: &[&HourWeather]) -> Option<String> {
    let words = |code: u8| wmo::french(code).map(str::to_owned);
    own.conditions
        .or_else(|| own.code.and_then(words))
        .or_else(|| commonest(hours))
        // Severity grows with the code, which is also how Open-Meteo picks the code of a day.
        .or_else(|| {
            hours.iter().filter_map(|hour| hour.code).filter(|code| wmo::french(*code).is_some()).max().and_then(words)
        })
}

/// The words that stand in most hours; of equals, those that come first in the day.
fn commonest(hours: &[&HourWeather]) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let words = || hours.iter().filter_map(|hour| hour.conditions.as_deref());
    for text in words() {
        *counts.entry(text).or_default() += 1;
    }
    let most = counts.values().copied().max()?;
    words().find(|text| counts.get(text) == Some(&most)).map(str::to_owned)
}

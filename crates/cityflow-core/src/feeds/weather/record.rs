//! Hours and days of weather, in °C, mm, km/h and percent.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::hourly::absorb_field;
use crate::time::{CityZone, HOUR_SECONDS, HourStart};

/// Who wrote the payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Provider {
    /// Open-Meteo forecast or archive.
    OpenMeteo,
    /// Visual Crossing timeline.
    VisualCrossing,
}

/// One hour of weather, by the hour that each value describes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HourWeather {
    /// Air temperature at the start of the hour, °C.
    pub temp_c: Option<f64>,
    /// Rain, snow and hail of the hour as water, mm.
    pub precip_mm: Option<f64>,
    /// Wind at 10 m, km/h.
    pub wind_kmh: Option<f64>,
    /// Relative humidity, percent.
    pub humidity_pct: Option<f64>,
    /// Sunshine of the hour, seconds.
    pub sunshine_s: Option<f64>,
    /// WMO weather code.
    pub code: Option<u8>,
    /// The provider's words.
    pub conditions: Option<String>,
}

impl HourWeather {
    /// Takes in a later row of the same hour: the last non-null value wins. Says whether a number differs.
    fn absorb(&mut self, later: Self) -> bool {
        let numbers = [
            absorb_field(&mut self.temp_c, later.temp_c),
            absorb_field(&mut self.precip_mm, later.precip_mm),
            absorb_field(&mut self.wind_kmh, later.wind_kmh),
            absorb_field(&mut self.humidity_pct, later.humidity_pct),
            absorb_field(&mut self.sunshine_s, later.sunshine_s),
            absorb_field(&mut self.code, later.code),
        ];
        self.conditions = later.conditions.or(self.conditions.take());
        numbers.contains(&true)
    }
}

/// The provider's own values of one civil day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DayWeather {
    /// Mean temperature, °C.
    pub temp_mean_c: Option<f64>,
    /// Lowest temperature, °C.
    pub temp_min_c: Option<f64>,
    /// Highest temperature, °C.
    pub temp_max_c: Option<f64>,
    /// Rain, snow and hail as water, mm.
    pub precip_mm: Option<f64>,
    /// Largest wind at 10 m, km/h.
    pub wind_max_kmh: Option<f64>,
    /// Mean wind at 10 m, km/h.
    pub wind_mean_kmh: Option<f64>,
    /// Mean relative humidity, percent.
    pub humidity_pct: Option<f64>,
    /// Sunshine, seconds.
    pub sunshine_s: Option<f64>,
    /// WMO weather code.
    pub code: Option<u8>,
    /// The provider's words.
    pub conditions: Option<String>,
}

impl DayWeather {
    fn absorb(&mut self, later: Self) -> bool {
        let numbers = [
            absorb_field(&mut self.temp_mean_c, later.temp_mean_c),
            absorb_field(&mut self.temp_min_c, later.temp_min_c),
            absorb_field(&mut self.temp_max_c, later.temp_max_c),
            absorb_field(&mut self.precip_mm, later.precip_mm),
            absorb_field(&mut self.wind_max_kmh, later.wind_max_kmh),
            absorb_field(&mut self.wind_mean_kmh, later.wind_mean_kmh),
            absorb_field(&mut self.humidity_pct, later.humidity_pct),
            absorb_field(&mut self.sunshine_s, later.sunshine_s),
            absorb_field(&mut self.code, later.code),
        ];
        self.conditions = later.conditions.or(self.conditions.take());
        numbers.contains(&true)
    }
}

/// What happened to the records of one day in one object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DayRows {
    /// Records kept: distinct hours, or 1 for a day without hours.
    pub kept: u64,
    /// Further records of an hour that say nothing new.
    pub duplicates: u64,
    /// Further records of an hour that contradict the value held.
    pub conflicts: u64,
}

/// Everything one object says.
#[derive(Clone, Debug, PartialEq)]
pub struct WeatherObject {
    /// Its name in the bucket.
    pub object: Arc<str>,
    /// Who wrote it.
    pub provider: Provider,
    hours: BTreeMap<HourStart, HourWeather>,
    stamps: BTreeSet<HourStart>,
    days: BTreeMap<Date, DayWeather>,
    rows: BTreeMap<Date, DayRows>,
}

impl WeatherObject {
    /// An object that has said nothing yet.
    pub fn new(object: Arc<str>, provider: Provider) -> Self {
        let (hours, stamps, days, rows) = (BTreeMap::new(), BTreeSet::new(), BTreeMap::new(), BTreeMap::new());
        Self { object, provider, hours, stamps, days, rows }
    }

    /// Adds the record stamped at an hour: `at` describes the hour that starts there, `before` (end-stamped
    /// sums) the hour that ends there.
    pub fn add_hour(&mut self, zone: &CityZone, stamp: HourStart, at: HourWeather, before: HourWeather) {
        let conflicts = self.hours.entry(stamp).or_default().absorb(at);
        let ended = self.hours.entry(HourStart(stamp.0 - HOUR_SECONDS)).or_default();
        let conflicts = ended.absorb(before) || conflicts;
        let first = self.stamps.insert(stamp);
        if let Some(date) = zone.date_of(stamp.0) {
            self.tally(date, first, conflicts);
        }
    }

    /// Adds the provider's values of a day. A day that stands alone, without hours, counts as a record.
    pub fn add_day(&mut self, date: Date, values: DayWeather, alone: bool) {
        let first = !self.days.contains_key(&date);
        let conflicts = self.days.entry(date).or_default().absorb(values);
        if alone {
            self.tally(date, first, conflicts);
        }
    }

    fn tally(&mut self, date: Date, first: bool, conflicts: bool) {
        let rows = self.rows.entry(date).or_default();
        match (first, conflicts) {
            (true, _) => rows.kept += 1,
            (false, true) => rows.conflicts += 1,
            (false, false) => rows.duplicates += 1,
        }
    }

    /// Whether a record is dated that day: an hourly one stamped within it, or the day's own.
    pub fn covers(&self, date: Date) -> bool {
        self.days.contains_key(&date) || self.rows.contains_key(&date)
    }

    /// The weather of an hour.
    pub fn hour(&self, hour: HourStart) -> Option<&HourWeather> {
        self.hours.get(&hour)
    }

    /// The provider's own values of a day.
    pub fn day(&self, date: Date) -> Option<&DayWeather> {
        self.days.get(&date)
    }

    /// What happened to the records of a day.
    pub fn rows(&self, date: Date) -> DayRows {
        let alone = DayRows { kept: u64::from(self.days.contains_key(&date)), ..DayRows::default() };
        self.rows.get(&date).copied().unwrap_or(alone)
    }
}

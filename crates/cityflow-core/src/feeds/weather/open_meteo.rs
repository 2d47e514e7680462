//! Open-Meteo: hourly columns, and a daily block when the payload's days are the city's.

use jiff::civil::Date;
use serde_json::Value;

use super::clock::{self, Clock};
use super::raw::{Block, Column, OpenMeteo};
use super::reader::{Notes, Place, sample};
use super::record::{DayWeather, HourWeather, Provider, WeatherObject};
use super::units::{Depth, Speed, Temperature};
use crate::numbers::Cell;
use crate::quality::Rule;
use crate::time::{CityZone, HOUR_SECONDS, HourStart, parse_date};

/// Converts a payload.
pub(super) fn convert(payload: &OpenMeteo, zone: &CityZone, notes: &mut Notes) -> WeatherObject {
    let clock = Clock::new(zone, clock::offset_seconds(payload.utc_offset_seconds), payload.timezone);
    let mut weather = WeatherObject::new(notes.object.clone(), Provider::OpenMeteo);
    if let Some(block) = &payload.hourly {
        hours(block, &clock, notes, &mut weather);
    }
    if let Some(block) = &payload.daily {
        days(block, &clock, payload.hourly.is_none(), notes, &mut weather);
    }
    weather
}

/// The hourly columns. Older payloads spell some names without the underscore.
struct HourColumns<'a> {
    temp: Column<'a>,
    humidity: Column<'a>,
    wind: Column<'a>,
    code: Column<'a>,
    precip: Column<'a>,
    sunshine: Column<'a>,
}

fn hours(block: &Block, clock: &Clock, notes: &mut Notes, weather: &mut WeatherObject) {
    let columns = HourColumns {
        temp: block.column(&["temperature_2m"]),
        humidity: block.column(&["relative_humidity_2m", "relativehumidity_2m"]),
        wind: block.column(&["wind_speed_10m", "windspeed_10m"]),
        code: block.column(&["weather_code", "weathercode"]),
        precip: block.column(&["precipitation"]),
        sunshine: block.column(&["sunshine_duration"]),
    };
    for (row, time) in block.time.iter().enumerate() {
        notes.reading.rows += 1;
        let record = row as u64 + 1;
        match hour_of(time, clock) {
            Err((day, rule)) => notes.note(Place { record, day }, rule, &sample(Some(time))),
            Ok(stamp) => {
                let (at, before) = columns.row(row, record, stamp, clock.city(), notes);
                weather.add_hour(clock.city(), stamp, at, before);
            }
        }
    }
}

/// The hour stamped: seconds of the epoch (`timeformat=unixtime`), else a written time.
fn hour_of(time: &Value, clock: &Clock) -> Result<HourStart, (Option<Date>, Rule)> {
    match time {
        Value::String(text) => clock.hour_of_text(text),
        Value::Number(epoch) => clock.hour_of_epoch(epoch.as_f64().unwrap_or(f64::NAN)),
        _ => Err((None, Rule::UnreadableStamp)),
    }
}

impl HourColumns<'_> {
    /// What the row says of the hour that starts at its stamp, and of the hour that ends there (sums).
    fn row(
        &self,
        row: usize,
        record: u64,
        stamp: HourStart,
        zone: &CityZone,
        notes: &mut Notes,
    ) -> (HourWeather, HourWeather) {
        let at = Place { record, day: zone.date_of(stamp.0) };
        let before = Place { record, day: zone.date_of(stamp.0 - HOUR_SECONDS) };
        let (temp, depth, speed) =
            (Temperature::of_label(self.temp.unit), Depth::of_label(self.precip.unit), Speed::of_label(self.wind.unit));
        let starting = HourWeather {
            temp_c: notes.temperature(at, "temperature_2m", self.temp.cell(row), |value| temp.to_celsius(value)),
            wind_kmh: notes.number(at, "wind_speed_10m", self.wind.cell(row)).map(|value| speed.to_kmh(value)),
            humidity_pct: notes.number(at, "relative_humidity_2m", self.humidity.cell(row)),
            code: notes.code(at, "weather_code", self.code.cell(row)),
            ..HourWeather::default()
        };
        let ending = HourWeather {
            precip_mm: notes.number(before, "precipitation", self.precip.cell(row)).map(|value| depth.to_mm(value)),
            sunshine_s: notes.number(before, "sunshine_duration", self.sunshine.cell(row)),
            ..HourWeather::default()
        };
        (starting, ending)
    }
}

fn days(block: &Block, clock: &Clock, alone: bool, notes: &mut Notes, weather: &mut WeatherObject) {
    for (row, time) in block.time.iter().enumerate() {
        notes.reading.rows += u64::from(alone);
        let record = row as u64 + 1;
        let Some(date) = date_of(time, clock) else {
            notes.note(Place { record, day: None }, Rule::UnreadableStamp, &sample(Some(time)));
            continue;
        };
        if clock.is_city_day(date) {
            let values = day(block, row, Place { record, day: Some(date) }, notes);
            weather.add_day(date, values, alone);
        }
    }
}

/// The date of a daily row. An epoch marks midnight by the payload's own offset.
fn date_of(time: &Value, clock: &Clock) -> Option<Date> {
    match time {
        Value::String(text) => parse_date(text.trim().get(..10)?),
        Value::Number(_) => match Cell::of_json(Some(time)) {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "a saturated epoch is past the calendar and gives no date"
            )]
            Cell::Number(epoch) => clock.date_of(epoch as i64),
            _ => None,
        },
        _ => None,
    }
}

fn day(block: &Block, row: usize, place: Place, notes: &mut Notes) -> DayWeather {
    let temperature = |name: &'static str, notes: &mut Notes| {
        let column = block.column(&[name]);
        let unit = Temperature::of_label(column.unit);
        notes.temperature(place, name, column.cell(row), |value| unit.to_celsius(value))
    };
    let speed = |names: &[&str], notes: &mut Notes| {
        let column = block.column(names);
        notes.number(place, names[0], column.cell(row)).map(|value| Speed::of_label(column.unit).to_kmh(value))
    };
    let (min, max) = (temperature("temperature_2m_min", notes), temperature("temperature_2m_max", notes));
    let (temp_min_c, temp_max_c) = notes.extremes(place, min, max);
    let precip = block.column(&["precipitation_sum"]);
    let number = |name: &str, notes: &mut Notes| notes.number(place, name, block.column(&[name]).cell(row));
    DayWeather {
        temp_mean_c: temperature("temperature_2m_mean", notes),
        temp_min_c,
        temp_max_c,
        precip_mm: number("precipitation_sum", notes).map(|value| Depth::of_label(precip.unit).to_mm(value)),
        wind_max_kmh: speed(&["wind_speed_10m_max", "windspeed_10m_max"], notes),
        wind_mean_kmh: speed(&["wind_speed_10m_mean", "windspeed_10m_mean"], notes),
        humidity_pct: number("relative_humidity_2m_mean", notes),
        sunshine_s: number("sunshine_duration", notes),
        code: notes.code(place, "weather_code", block.column(&["weather_code", "weathercode"]).cell(row)),
        conditions: None,
    }
}

//! Visual Crossing: a timeline of days with their hours.
//!
//! The hours of a day are written `00:00:00` to `23:00:00` under their own civil day, which makes every value
//! of an hour, its rain included, one of the hour that starts at its stamp: the contract gives end stamps to
//! Open-Meteo alone.

use jiff::civil::Date;
use serde_json::Value;

use super::clock::{self, Clock};
use super::raw::VisualCrossing;
use super::reader::{Notes, Place, sample};
use super::record::{DayWeather, HourWeather, Provider, WeatherObject};
use super::units::{self, Depth, Speed, Temperature};
use crate::json;
use crate::numbers::Cell;
use crate::quality::Rule;
use crate::settings::UnitGroup;
use crate::time::{CityZone, HourStart, parse_date};

/// Units of a payload.
type Units = (Temperature, Depth, Speed);

/// Converts a payload.
pub(super) fn convert(payload: &VisualCrossing, zone: &CityZone, group: UnitGroup, notes: &mut Notes) -> WeatherObject {
    // The provider writes local time, clock changes included, so a zone tells more than one offset for all days.
    let named = Clock::new(zone, None, payload.timezone);
    let clock = if named.has_zone() { named } else { named.with_offset(clock::offset_hours(payload.tzoffset)) };
    let mut weather = WeatherObject::new(notes.object.clone(), Provider::VisualCrossing);
    let mut hours_seen = 0;
    for (number, day) in (1..).zip(payload.days) {
        let clock = clock.with_offset(clock::offset_hours(day.get("tzoffset")));
        let hours = day.get("hours").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        notes.reading.rows += hours.len().max(1) as u64;
        if !day.is_object() {
            notes.note(Place { record: number, day: None }, Rule::MalformedRow, &sample(Some(day)));
            continue;
        }
        let date = date_of(day, &clock);
        match date {
            None => {
                let place = Place { record: number, day: None };
                notes.note(place, Rule::UnreadableStamp, &sample(day.get("datetime")));
            }
            Some(date) if clock.is_city_day(date) => {
                let place = Place { record: number, day: Some(date) };
                weather.add_day(date, day_values(day, place, units::of_group(group), notes), hours.is_empty());
            }
            Some(_) => {}
        }
        for hour in hours {
            hours_seen += 1;
            add_hour(hour, hours_seen, date, &clock, units::of_group(group), notes, &mut weather);
        }
    }
    weather
}

/// The civil date that the record bears, else that of its epoch.
fn date_of(day: &Value, clock: &Clock) -> Option<Date> {
    let written = day.get("datetime").and_then(Value::as_str);
    match written {
        Some(text) => parse_date(text.trim().get(..10)?),
        None => match Cell::of_json(day.get("datetimeEpoch")) {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "a saturated epoch is past the calendar and gives no date"
            )]
            Cell::Number(epoch) => clock.date_of(epoch as i64),
            _ => None,
        },
    }
}

fn day_values(day: &Value, place: Place, (temp, depth, speed): Units, notes: &mut Notes) -> DayWeather {
    let celsius = |name: &str, notes: &mut Notes| {
        notes.temperature(place, name, Cell::of_json(day.get(name)), |value| temp.to_celsius(value))
    };
    let number = |name: &str, notes: &mut Notes| notes.number(place, name, Cell::of_json(day.get(name)));
    let (min, max) = (celsius("tempmin", notes), celsius("tempmax", notes));
    let (temp_min_c, temp_max_c) = notes.extremes(place, min, max);
    DayWeather {
        temp_mean_c: celsius("temp", notes),
        temp_min_c,
        temp_max_c,
        precip_mm: number("precip", notes).map(|value| depth.to_mm(value)),
        // The day's `windspeed` is the largest of its hours (contract, section 4).
        wind_max_kmh: number("windspeed", notes).map(|value| speed.to_kmh(value)),
        wind_mean_kmh: number("windspeedmean", notes).map(|value| speed.to_kmh(value)),
        humidity_pct: number("humidity", notes),
        sunshine_s: None,
        code: None,
        conditions: json::text(day.get("conditions")),
    }
}

fn add_hour(
    hour: &Value,
    record: u64,
    date: Option<Date>,
    clock: &Clock,
    (temp, depth, speed): Units,
    notes: &mut Notes,
    weather: &mut WeatherObject,
) {
    if !hour.is_object() {
        notes.note(Place { record, day: None }, Rule::MalformedRow, &sample(Some(hour)));
        return;
    }
    let clock = clock.with_offset(clock::offset_hours(hour.get("tzoffset")));
    let stamp = match hour_of(hour, date, &clock) {
        Ok(stamp) => stamp,
        Err((day, rule)) => {
            let written = hour.get("datetimeEpoch").or_else(|| hour.get("datetime"));
            notes.note(Place { record, day }, rule, &sample(written));
            return;
        }
    };
    let place = Place { record, day: clock.city().date_of(stamp.0) };
    let cell = |name: &str| Cell::of_json(hour.get(name));
    let values = HourWeather {
        temp_c: notes.temperature(place, "temp", cell("temp"), |value| temp.to_celsius(value)),
        precip_mm: notes.number(place, "precip", cell("precip")).map(|value| depth.to_mm(value)),
        wind_kmh: notes.number(place, "windspeed", cell("windspeed")).map(|value| speed.to_kmh(value)),
        humidity_pct: notes.number(place, "humidity", cell("humidity")),
        conditions: json::text(hour.get("conditions")),
        ..HourWeather::default()
    };
    weather.add_hour(clock.city(), stamp, values, HourWeather::default());
}

/// The hour of a record: its epoch when it has one, else its clock time on the day's date.
fn hour_of(hour: &Value, date: Option<Date>, clock: &Clock) -> Result<HourStart, (Option<Date>, Rule)> {
    if let Cell::Number(epoch) = Cell::of_json(hour.get("datetimeEpoch")) {
        return clock.hour_of_epoch(epoch);
    }
    let unreadable = (None, Rule::UnreadableStamp);
    let time = hour.get("datetime").and_then(Value::as_str).ok_or(unreadable)?;
    clock.hour_of_text(&format!("{}T{}", date.ok_or(unreadable)?, time.trim()))
}

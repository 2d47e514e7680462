//! Open-Meteo: sums are stamped at the end of their hour, states at its start.
//!
//! Most answers are in UTC without daily values; one in five asks for the city's zone and the daily
//! block. Days of a clock change stay in UTC, where no hour is ambiguous.

use serde_json::{Map, Value, json};

use crate::calendar::{Day, utc};
use crate::model::City;
use crate::model::sky::Hour;
use crate::numbers::rounded;

/// The local day and the hour after it, which carries the last sum.
pub(crate) fn payload(city: &City, day: &Day) -> Value {
    let local = day.slots.len() == 24 && day.before_end % 5 == 1;
    let first = day.slots[0].epoch_hour;
    let offset = if local { city.calendar.offset_seconds(first) } else { 0 };
    let (zone, short) = match offset {
        0 => ("GMT", "GMT"),
        3600 => ("Europe/Paris", "GMT+1"),
        _ => ("Europe/Paris", "GMT+2"),
    };
    let mut payload = json!({
        "latitude": 48.86, "longitude": 2.35, "utc_offset_seconds": offset, "timezone": zone,
        "timezone_abbreviation": short,
        "hourly_units": {
            "time": "iso8601", "temperature_2m": "°C", "relative_humidity_2m": "%",
            "precipitation": "mm", "rain": "mm", "snowfall": "cm", "weather_code": "wmo code",
            "surface_pressure": "hPa", "wind_speed_10m": "km/h", "wind_direction_10m": "°",
            "cloud_cover": "%", "sunshine_duration": "s",
        },
    });
    let hours = first..=first + day.slots.len() as u64;
    payload["hourly"] = hourly(city, &hours.collect::<Vec<_>>(), i64::from(offset / 3600));
    if local {
        add_daily(city, day, &mut payload);
    }
    payload
}

fn hourly(city: &City, hours: &[u64], shift: i64) -> Value {
    let states: Vec<Hour> = hours.iter().map(|&hour| city.sky.at(hour)).collect();
    let sums: Vec<Hour> = hours.iter().map(|&hour| city.sky.at(hour - 1)).collect();
    let time = |&hour: &u64| {
        let shown = utc(hour.saturating_add_signed(shift));
        shown.strftime("%Y-%m-%dT%H:%M").to_string()
    };
    let column = |of: &[Hour], pick: fn(&Hour) -> Value| of.iter().map(pick).collect::<Value>();
    json!({
        "time": hours.iter().map(time).collect::<Vec<_>>(),
        "temperature_2m": column(&states, |hour| json!(hour.temperature)),
        "relative_humidity_2m": column(&states, |hour| whole_number(hour.humidity)),
        "precipitation": column(&sums, |hour| json!(hour.rain)),
        "rain": column(&sums, |hour| json!(hour.rain)),
        "snowfall": column(&sums, |_| json!(0.0)),
        "weather_code": column(&sums, |hour| json!(code(hour))),
        "surface_pressure": column(&states, |hour| json!(hour.pressure)),
        "wind_speed_10m": column(&states, |hour| json!(hour.wind)),
        "wind_direction_10m": column(&states, |hour| json!(hour.wind_from)),
        "cloud_cover": column(&states, |hour| whole_number(hour.cloud)),
        "sunshine_duration": column(&sums, |hour| json!(hour.sunshine)),
    })
}

fn add_daily(city: &City, day: &Day, payload: &mut Value) {
    let hours: Vec<Hour> = day.slots.iter().map(|slot| city.sky.at(slot.epoch_hour)).collect();
    let all = |pick: fn(&Hour) -> f64| hours.iter().map(pick);
    let sum = |pick| rounded(all(pick).sum(), 2);
    let mut units = Map::new();
    let mut daily = Map::new();
    for (key, unit, value) in [
        ("time", "iso8601", json!(day.date.to_string())),
        ("temperature_2m_max", "°C", json!(all(|hour| hour.temperature).fold(f64::MIN, f64::max))),
        ("temperature_2m_min", "°C", json!(all(|hour| hour.temperature).fold(f64::MAX, f64::min))),
        ("temperature_2m_mean", "°C", json!(rounded(all(|hour| hour.temperature).sum::<f64>() / 24.0, 1))),
        ("precipitation_sum", "mm", json!(sum(|hour| hour.rain))),
        ("sunshine_duration", "s", json!(sum(|hour| hour.sunshine))),
        ("wind_speed_10m_max", "km/h", json!(all(|hour| hour.wind).fold(0.0, f64::max))),
    ] {
        units.insert(key.to_owned(), json!(unit));
        daily.insert(key.to_owned(), json!([value]));
    }
    payload["daily_units"] = Value::Object(units);
    payload["daily"] = Value::Object(daily);
}

/// `91`, not `91.0`: a whole percentage.
fn whole_number(value: f64) -> Value {
    json!(crate::numbers::whole(value))
}

/// WMO code of the sky.
fn code(hour: &Hour) -> u32 {
    match (hour.rain, hour.cloud) {
        (rain, _) if rain >= 2.0 => 63,
        (rain, _) if rain > 0.0 => 61,
        (_, cloud) if cloud >= 80.0 => 3,
        (_, cloud) if cloud >= 30.0 => 2,
        _ => 0,
    }
}

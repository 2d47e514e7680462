//! Visual Crossing timeline, `unitGroup=metric`: every value belongs to the hour that starts.

use serde_json::{Value, json};

use crate::calendar::{Day, Slot};
use crate::model::City;
use crate::model::sky::Hour;
use crate::numbers::rounded;

pub(crate) fn payload(city: &City, day: &Day) -> Value {
    let hours: Vec<(&Slot, Hour)> = day.slots.iter().map(|slot| (slot, city.sky.at(slot.epoch_hour))).collect();
    let offset = city.calendar.offset_seconds(day.slots[12].epoch_hour) / 3600;
    json!({
        "queryCost": 1,
        "latitude": 48.8572,
        "longitude": 2.34138,
        "resolvedAddress": "Paris, Île-de-France, France",
        "address": "Paris,France",
        "timezone": "Europe/Paris",
        "tzoffset": f64::from(offset),
        "days": [day_record(day, &hours)],
    })
}

fn day_record(day: &Day, hours: &[(&Slot, Hour)]) -> Value {
    let all = |pick: fn(&Hour) -> f64| hours.iter().map(move |(_, hour)| pick(hour));
    let mean = |pick| rounded(all(pick).sum::<f64>() / hours.len() as f64, 1);
    let rain: f64 = all(|hour| hour.rain).sum();
    json!({
        "datetime": day.date.to_string(),
        "datetimeEpoch": hours[0].0.epoch_hour * 3600,
        "tempmax": all(|hour| hour.temperature).fold(f64::MIN, f64::max),
        "tempmin": all(|hour| hour.temperature).fold(f64::MAX, f64::min),
        "temp": mean(|hour| hour.temperature),
        "humidity": mean(|hour| hour.humidity),
        "precip": rounded(rain, 2),
        "precipcover": rounded(100.0 * all(|hour| hour.rain).filter(|&mm| mm > 0.0).count() as f64 / hours.len() as f64, 2),
        "preciptype": if rain > 0.0 { json!(["rain"]) } else { Value::Null },
        "snow": 0.0,
        "windspeed": all(|hour| hour.wind).fold(0.0, f64::max),
        "pressure": mean(|hour| hour.pressure),
        "cloudcover": mean(|hour| hour.cloud),
        "conditions": conditions(rain, mean(|hour| hour.cloud)),
        "hours": hours.iter().map(|(slot, hour)| hour_record(slot, hour)).collect::<Vec<_>>(),
    })
}

fn hour_record(slot: &Slot, hour: &Hour) -> Value {
    json!({
        "datetime": &slot.start[11..19],
        "datetimeEpoch": slot.epoch_hour * 3600,
        "temp": hour.temperature,
        "humidity": hour.humidity,
        "precip": hour.rain,
        "snow": 0.0,
        "windspeed": hour.wind,
        "winddir": f64::from(hour.wind_from),
        "pressure": hour.pressure,
        "cloudcover": hour.cloud,
        "conditions": conditions(hour.rain, hour.cloud),
    })
}

fn conditions(rain: f64, cloud: f64) -> &'static str {
    match (rain > 0.0, cloud) {
        (true, cloud) if cloud >= 75.0 => "Rain, Overcast",
        (true, _) => "Rain, Partially cloudy",
        (false, cloud) if cloud >= 75.0 => "Overcast",
        (false, cloud) if cloud >= 25.0 => "Partially cloudy",
        _ => "Clear",
    }
}

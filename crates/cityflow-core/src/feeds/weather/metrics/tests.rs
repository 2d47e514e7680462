use std::path::PathBuf;

use jiff::civil::{Date, date};
use serde_json::json;

use super::*;
use crate::feeds::weather::reader::read;
use crate::quality::Rule;
use crate::settings::UnitGroup;
use crate::time::CityZone;

const WINTER: Date = date(2024, 1, 5);

fn object(name: &str, payload: &serde_json::Value) -> (WeatherObject, Reading) {
    read(&name.into(), &mut payload.to_string().as_bytes(), &CityZone::paris(), UnitGroup::Metric).unwrap()
}

fn metrics_of(day: Date, objects: &[(WeatherObject, Reading)]) -> Option<WeatherMetrics> {
    compute(&CityZone::paris().day(day), objects, Vec::new())
}

fn metrics(payload: &serde_json::Value) -> WeatherMetrics {
    metrics_of(WINTER, &[object("w.json", payload)]).unwrap()
}

fn near(value: Option<f64>, expected: f64) -> bool {
    value.is_some_and(|value| (value - expected).abs() < 1e-9)
}

/// Three UTC stamps at the beginning of 5 January in Paris: 00:00, 01:00 and 02:00 local.
fn open_meteo() -> serde_json::Value {
    json!({
        "utc_offset_seconds": 0, "timezone": "GMT",
        "hourly": {
            "time": ["2024-01-04T23:00", "2024-01-05T00:00", "2024-01-05T01:00"],
            "temperature_2m": [1.0, 2.0, 6.0], "wind_speed_10m": [10.0, 40.0, 10.0], "relative_humidity_2m": [80, 90, 100],
            "precipitation": [7.0, 0.5, 0.25], "sunshine_duration": [3600, 1800, null], "weather_code": [3, 61, 2],
        },
    })
}

#[test]
fn open_meteo_sums_belong_to_the_hour_that_ends_at_their_stamp_and_the_rest_to_the_hour_that_starts_there() {
    let metrics = metrics(&open_meteo());
    let hours: Vec<_> = metrics.hourly.iter().take(4).map(|hour| (hour.temp_c, hour.precip_mm)).collect();
    assert_eq!(hours, [(Some(1.0), Some(0.5)), (Some(2.0), Some(0.25)), (Some(6.0), None), (None, None)]);
    assert_eq!(metrics.hourly[0].start, "2024-01-05T00:00:00+01:00");
    // The 7 mm stamped at midnight fell the day before, and so did its hour of sunshine.
    assert!(near(metrics.precip_mm, 0.75));
    assert!(near(metrics.sunshine_hours, 0.5));
}

#[test]
fn without_daily_values_the_day_comes_from_its_hours() {
    let metrics = metrics(&open_meteo());
    assert!(near(metrics.temp_mean_c, 3.0));
    assert_eq!((metrics.temp_min_c, metrics.temp_max_c), (Some(1.0), Some(6.0)));
    assert!(near(metrics.wind_mean_kmh, 20.0));
    assert_eq!(metrics.wind_max_kmh, Some(40.0));
    assert!(near(metrics.humidity_pct, 90.0));
    assert_eq!(metrics.conditions.as_deref(), Some("Pluie faible"));
    assert_eq!(metrics.categories, [Category::Venteux, Category::Froid]);
    assert_eq!((metrics.valid_hours, metrics.expected_hours), (3, 24));
    assert_eq!((metrics.quality.lignes_lues, metrics.quality.lignes_valides), (3, 3));
}

#[test]
fn an_epoch_is_an_instant_whatever_the_offset_beside_it() {
    let metrics = metrics(&json!({
        "utc_offset_seconds": 7200,
        // 2024-01-04T23:00:00Z, midnight in Paris.
        "hourly": {"time": [1_704_409_200], "temperature_2m": [4.5]},
    }));
    assert_eq!(metrics.hourly[0].temp_c, Some(4.5));
}

#[test]
fn a_written_hour_is_read_by_the_payloads_offset_then_its_zone_then_the_citys() {
    let slot =
        |payload: serde_json::Value| metrics(&payload).hourly.iter().position(|hour| hour.temp_c.is_some()).unwrap();
    let hourly = json!({"time": ["2024-01-05T06:00"], "temperature_2m": [4.5]});
    assert_eq!(slot(json!({"utc_offset_seconds": 0, "timezone": "Europe/Paris", "hourly": hourly})), 7);
    assert_eq!(slot(json!({"timezone": "America/New_York", "hourly": hourly})), 12);
    assert_eq!(slot(json!({"hourly": hourly})), 6);
}

#[test]
fn a_daily_block_counts_only_when_the_payloads_zone_is_the_citys() {
    let with_daily = |zone: &str| {
        let mut payload = open_meteo();
        payload["timezone"] = json!(zone);
        payload["daily"] = json!({"time": ["2024-01-05"], "temperature_2m_mean": [20.0], "precipitation_sum": [9.0],
            "wind_speed_10m_max": [55.0], "weather_code": [95], "sunshine_duration": [7200]});
        metrics(&payload)
    };
    let paris = with_daily("Europe/Paris");
    assert_eq!((paris.temp_mean_c, paris.precip_mm, paris.wind_max_kmh), (Some(20.0), Some(9.0), Some(55.0)));
    assert_eq!((paris.sunshine_hours, paris.conditions.as_deref()), (Some(2.0), Some("Orage")));
    // What the block does not give comes from the hours.
    assert_eq!(paris.temp_min_c, Some(1.0));
    assert!(near(with_daily("GMT").temp_mean_c, 3.0));
}

#[test]
fn units_that_open_meteo_names_are_converted() {
    let metrics = metrics(&json!({
        "timezone": "Europe/Paris",
        "hourly_units": {"temperature_2m": "°F", "wind_speed_10m": "m/s", "precipitation": "inch"},
        "hourly": {"time": ["2024-01-05T01:00"], "temperature_2m": [50], "wind_speed_10m": [10], "precipitation": [1]},
    }));
    assert!(near(metrics.temp_mean_c, 10.0));
    assert!(near(metrics.wind_max_kmh, 36.0));
    assert!(near(metrics.precip_mm, 25.4));
}

/// A Visual Crossing timeline whose second day is 5 January.
fn timeline() -> serde_json::Value {
    json!({
        "timezone": "Europe/Paris", "tzoffset": 1.0,
        "days": [
            {"datetime": "2024-01-04", "temp": -5.0, "precip": 50.0, "windspeed": 90.0},
            {"datetime": "2024-01-05", "temp": 12.0, "tempmin": 8.0, "tempmax": 15.0, "precip": 6.0, "windspeed": 31.0,
             "humidity": 70.0, "conditions": "Rain, Overcast", "hours": [
                {"datetime": "00:00:00", "datetimeEpoch": 1_704_409_200, "temp": 9.0, "precip": 1.5, "windspeed": 10.0},
                {"datetime": "01:00:00", "temp": 10.0, "precip": null, "windspeed": 20.0, "humidity": 75.0}]},
        ],
    })
}

#[test]
fn the_record_is_the_one_dated_that_day_not_the_first() {
    let metrics = metrics(&timeline());
    assert_eq!((metrics.temp_mean_c, metrics.precip_mm), (Some(12.0), Some(6.0)));
    assert_eq!(metrics.conditions.as_deref(), Some("Rain, Overcast"));
    assert_eq!(metrics.quality.lignes_lues, 3);
    assert_eq!(metrics.quality.lignes_valides, 2);
}

#[test]
fn the_daily_wind_of_visual_crossing_is_the_largest_and_the_mean_comes_from_the_hours_then_windspeedmean() {
    let mut payload = timeline();
    payload["days"][1]["windspeedmean"] = json!(18.0);
    let with_hours = metrics(&payload);
    assert_eq!((with_hours.wind_max_kmh, with_hours.wind_mean_kmh), (Some(31.0), Some(15.0)));
    payload["days"][1]["hours"] = json!([]);
    assert_eq!(metrics(&payload).wind_mean_kmh, Some(18.0));
    payload["days"][1]["windspeedmean"] = json!(null);
    assert_eq!(metrics(&payload).wind_mean_kmh, None);
}

#[test]
fn visual_crossing_hours_start_at_their_stamp_with_their_rain_and_have_no_sunshine() {
    let metrics = metrics(&timeline());
    assert_eq!((metrics.hourly[0].temp_c, metrics.hourly[0].precip_mm), (Some(9.0), Some(1.5)));
    assert_eq!((metrics.hourly[1].temp_c, metrics.hourly[1].precip_mm), (Some(10.0), None));
    assert_eq!(metrics.sunshine_hours, None);
}

#[test]
fn visual_crossing_writes_local_time_so_its_zone_goes_before_an_offset_for_all_days() {
    let payload = json!({"timezone": "Europe/Paris", "tzoffset": 1.0, "days": [
        {"datetime": "2024-07-01", "hours": [{"datetime": "08:00:00", "temp": 20.0}]},
        {"datetime": "2024-07-02", "tzoffset": 0.0, "hours": [{"datetime": "08:00:00", "temp": 20.0}]}]});
    let slot = |day| {
        let metrics = metrics_of(day, &[object("w.json", &payload)]).unwrap();
        metrics.hourly.iter().position(|hour| hour.temp_c.is_some())
    };
    assert_eq!(slot(date(2024, 7, 1)), Some(8));
    assert_eq!(slot(date(2024, 7, 2)), Some(10));
}

#[test]
fn a_day_of_another_zone_is_not_the_citys_but_its_hours_are_used() {
    let mut payload = timeline();
    payload["timezone"] = json!("America/New_York");
    let metrics = metrics(&payload);
    assert!(near(metrics.temp_mean_c, 9.5));
    assert_eq!((metrics.hourly[0].temp_c, metrics.hourly[7].temp_c), (Some(9.0), Some(10.0)));
}

#[test]
fn missing_values_are_null_never_zero_and_indices_with_them() {
    let metrics = metrics(&json!({"days": [{"datetime": "2024-01-05", "temp": 12.0, "precip": null}]}));
    let json = serde_json::to_value(&metrics).unwrap();
    for key in [
        "temp_min",
        "precip_totale",
        "vent_moyen",
        "vent_max",
        "humidite_moyenne",
        "ensoleillement_heures",
        "conditions",
        "impact_mobilite",
        "indice_cyclable",
    ] {
        assert_eq!(json.get(key), Some(&serde_json::Value::Null), "{key}");
    }
    assert_eq!(json["horaire"].as_array().unwrap().len(), 24);
    assert_eq!(
        json["horaire"][3],
        json!({"heure": "2024-01-05T03:00:00+01:00", "temp": null, "precip": null, "vent": null, "humidite": null})
    );
    assert_eq!((metrics.quality.lignes_lues, metrics.quality.lignes_valides), (1, 1));
}

#[test]
fn temperatures_outside_the_limits_and_inverted_extremes_are_null_and_counted() {
    let metrics = metrics(
        &json!({"days": [{"datetime": "2024-01-05", "temp": 51.0, "tempmin": 9.0, "tempmax": 3.0, "precip": 0}]}),
    );
    assert_eq!((metrics.temp_mean_c, metrics.temp_min_c, metrics.temp_max_c), (None, None, None));
    assert_eq!(metrics.quality.problemes[Rule::TemperatureOutOfRange.code()].nombre, 1);
    assert_eq!(metrics.quality.problemes[Rule::MinAboveMax.code()].nombre, 1);
}

#[test]
fn issues_of_other_days_are_not_counted() {
    let metrics =
        metrics(&json!({"days": [{"datetime": "2024-01-04", "temp": 99}, {"datetime": "2024-01-05", "temp": 9}]}));
    assert!(metrics.quality.problemes.is_empty());
}

#[test]
fn of_several_objects_the_last_by_name_that_covers_the_day_is_used() {
    let day = |date: &str, temp: f64| json!({"days": [{"datetime": date, "temp": temp}]});
    let objects = [
        object("a.json", &day("2024-01-05", 1.0)),
        object("b.json", &day("2024-01-05", 2.0)),
        object("c.json", &day("2024-01-06", 3.0)),
    ];
    let metrics = metrics_of(WINTER, &objects).unwrap();
    assert_eq!((metrics.temp_mean_c, &*metrics.object), (Some(2.0), "b.json"));
    assert_eq!((metrics.quality.lignes_lues, metrics.quality.lignes_valides), (3, 1));
    assert_eq!(metrics_of(date(2024, 1, 7), &objects), None);
}

#[test]
fn the_same_hour_twice_is_a_duplicate_and_the_last_value_wins() {
    let metrics = metrics(&json!({"timezone": "Europe/Paris", "hourly": {
        "time": ["2024-01-05T03:00", "2024-01-05T03:00", "2024-01-05T04:00", "2024-01-05T04:00"],
        "temperature_2m": [5.0, null, 6.0, 7.0], "wind_speed_10m": [8.0, 8.0, 9.0, 9.0]}}));
    assert_eq!(metrics.hourly[3].temp_c, Some(5.0));
    assert_eq!(metrics.hourly[4].temp_c, Some(7.0));
    let quality = &metrics.quality;
    assert_eq!((quality.lignes_valides, quality.doublons, quality.doublons_conflictuels), (2, 1, 1));
}

#[test]
fn fifty_tenths_of_a_millimetre_are_five() {
    let times: Vec<_> = (1..=20).map(|hour| format!("2024-01-05T{hour:02}:00")).collect();
    let rain: Vec<_> = (0..20).map(|hour| if hour == 0 { 3.1 } else { 0.1 }).collect();
    let metrics = metrics(&json!({"timezone": "Europe/Paris", "hourly": {"time": times, "precipitation": rain}}));
    assert!(metrics.precip_mm.unwrap() < 5.0, "the noise this test is about");
    assert_eq!(metrics.categories, [Category::Pluvieux]);
}

#[test]
fn clock_change_days_have_23_and_25_hours() {
    let hours = |day: Date| {
        let payload = json!({"days": [{"datetime": day.to_string(), "temp": 9}]});
        metrics_of(day, &[object("w.json", &payload)]).unwrap().hourly.len()
    };
    assert_eq!((hours(date(2024, 3, 31)), hours(date(2024, 10, 27))), (23, 25));
}

#[test]
fn the_real_days_are_covered_by_all_their_hours() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/bucket/api/weather");
    // Day, stamps, mean °C, mm, largest km/h: an independent count.
    for (day, stamps, celsius, mm, kmh) in [
        (date(2024, 1, 4), 25, 8.95, 1.7, 28.2),
        (WINTER, 25, 6.6375, 0.0, 23.9),
        (date(2024, 5, 11), 26, 424.6 / 24.0, 0.0, 15.5),
        (date(2025, 2, 5), 25, 4.4375, 0.0, 5.9),
    ] {
        let Ok(bytes) = std::fs::read(root.join(format!("dt={day}/open-meteo_{day}.json"))) else {
            eprintln!("skipped: no weather of {day} in the shared data");
            continue;
        };
        let read = read(&"w.json".into(), &mut bytes.as_slice(), &CityZone::paris(), UnitGroup::Metric).unwrap();
        let metrics = metrics_of(day, &[read]).unwrap();
        assert_eq!((metrics.valid_hours, metrics.expected_hours), (24, 24), "{day}");
        assert_eq!((metrics.quality.lignes_lues, metrics.quality.lignes_valides), (stamps, 24), "{day}");
        assert!(metrics.hourly.iter().all(|hour| hour.temp_c.is_some() && hour.precip_mm.is_some()), "{day}");
        assert!(metrics.quality.problemes.is_empty(), "{day}");
        assert!(
            near(metrics.temp_mean_c, celsius) && near(metrics.precip_mm, mm) && near(metrics.wind_max_kmh, kmh),
            "{day}"
        );
    }
}

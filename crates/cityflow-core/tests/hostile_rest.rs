//! Transit, weather, roadworks and reference: whatever the bytes, reading and computing end without a panic.
//!
//! Arbitrary bytes seldom get past the first brace, so real-shaped objects are damaged instead: values replaced by
//! what feeds never wrote (years 0001 and 9999, numbers past every type, texts of other scripts), bytes flipped.

use std::collections::BTreeMap;
use std::sync::Arc;

use cityflow_core::feeds::chantiers::metrics as roadworks;
use cityflow_core::feeds::{chantiers, referentiel, traffic, weather};
use cityflow_core::settings::UnitGroup;
use cityflow_core::time::{CityZone, LocalDay};
use cityflow_core::zones::Zones;
use jiff::civil::date;
use proptest::prelude::*;
use serde::Serialize;
use serde_json::{Value, json};

fn days() -> Vec<LocalDay> {
    let dates = [date(2025, 2, 5), date(2025, 3, 30), date(2025, 10, 26), date(1, 1, 1), date(9999, 12, 31)];
    dates.into_iter().map(|date| CityZone::paris().day(date)).collect()
}

fn written(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("numbers and texts are JSON")
}

// What each feed does with an object, up to its metrics as JSON.

fn transit(objects: &[Vec<u8>]) {
    for day in days() {
        let read = |(number, bytes): (usize, &Vec<u8>)| {
            traffic::reader::read(&format!("{number}.json").into(), &mut bytes.as_slice(), day.zone()).ok()
        };
        let snapshots = objects.iter().enumerate().filter_map(read).collect();
        let assembled = traffic::assemble::assemble(&day, snapshots, Vec::new());
        written(&traffic::metrics::compute(&day, &assembled));
    }
}

fn forecast(objects: &[Vec<u8>]) {
    for day in days() {
        let read = |bytes: &Vec<u8>| {
            weather::reader::read(&"w.json".into(), &mut bytes.as_slice(), day.zone(), UnitGroup::Base).ok()
        };
        let records: Vec<_> = objects.iter().filter_map(read).collect();
        written(&weather::metrics::compute(&day, &records, Vec::new()));
    }
}

fn works(name: &str, bytes: &[u8]) {
    let zones = Zones::centroids();
    for day in days() {
        if let Ok((export, reading)) = chantiers::reader::read(&name.into(), &mut &bytes[..], day.zone()) {
            written(&roadworks::compute(&day, &zones, &export, reading, Vec::new()));
        }
    }
}

fn network(name: &str, bytes: &[u8]) {
    if let Ok((reference, reading)) = referentiel::reader::read(&name.into(), &mut &bytes[..]) {
        let zones = Zones::centroids();
        let metrics = referentiel::metrics::compute(&reference, &reading, Vec::new(), &zones, None, &BTreeMap::new());
        written(&metrics);
    }
}

// Real-shaped objects.

fn navitia_page() -> Value {
    let line = json!({"id": "line:1", "code": "1", "commercial_mode": {"name": "Métro"}, "network": {"name": "RATP"}});
    let disruption = |id: &str| {
        json!({
            "id": id, "cause": "travaux", "tags": ["Masquée"], "updated_at": "20250205T060000",
            "severity": {"effect": "NO_SERVICE", "name": "bloquante", "priority": 0},
            "application_periods": [{"begin": "20250205T060000", "end": "20250205T090000"}, {"begin": "20250206T060000"}],
            "messages": [{"text": "<p>Arr&ecirc;t <RER></p>", "channel": {"types": ["title", "web"]}}],
            "impacted_objects": [
                {"pt_object": {"id": "line:1", "embedded_type": "line", "line": line}},
                {"pt_object": {"id": "line:1", "embedded_type": "line", "line": line},
                 "impacted_section": {"from": {"name": "Nation"}, "to": {"name": "Bastille"}}},
                {"pt_object": {"id": "route:1", "embedded_type": "route", "route": {"line": line}}},
                {"pt_object": {"id": "stop:1", "name": "Nation", "embedded_type": "stop_area"}},
            ],
        })
    };
    json!({
        "pagination": {"total_result": 2, "items_per_page": 25, "items_on_page": 2, "start_page": 0},
        "context": {"current_datetime": "20250205T080000"},
        "links": [{"type": "first", "href": "https://x/line_reports?since=20250205T000000&until=20250206T000000"}],
        "disruptions": [disruption("a"), disruption("b")],
    })
}

fn bulk() -> Value {
    json!({
        "lastUpdatedDate": "2025-02-05T07:00:00.000Z",
        "disruptions": [
            {"id": "a", "cause": "TRAVAUX", "severity": "BLOQUANTE", "title": "Arrêt", "message": "<b>x</b>",
             "lastUpdate": "20250205T060000", "applicationPeriods": [{"begin": "20250205T060000", "end": "20250205T090000"}]},
            {"id": "b", "cause": "INCIDENT", "severity": "PERTURBEE", "tags": ["Ascenseur"], "applicationPeriods": []},
        ],
        "lines": [
            {"id": "line:1", "shortName": "1", "mode": "Metro", "networkId": "n", "impactedObjects": [
                {"type": "line", "id": "line:1", "name": "1", "disruptionIds": ["a", "b"]},
                {"type": "stop_point", "id": "s", "name": "Nation", "disruptionIds": ["b"]},
                {"type": "network", "id": "n", "name": "RATP", "disruptionIds": ["a"]},
            ]},
        ],
    })
}

fn open_meteo() -> Value {
    let hours: Vec<_> = (0..24).map(|hour| format!("2025-02-05T{hour:02}:00")).collect();
    let column = |value: f64| vec![value; 24];
    json!({
        "timezone": "Europe/Paris", "utc_offset_seconds": 3600,
        "hourly_units": {"temperature_2m": "K", "precipitation": "inch", "wind_speed_10m": "kn"},
        "hourly": {"time": hours, "temperature_2m": column(280.0), "precipitation": column(0.1),
            "wind_speed_10m": column(9.0), "relative_humidity_2m": column(70.0), "weather_code": column(3.0),
            "sunshine_duration": column(60.0)},
        "daily": {"time": ["2025-02-05", 1_738_710_000], "temperature_2m_min": [1.0, 2.0],
            "temperature_2m_max": [3.0, 1.0], "precipitation_sum": [5.0, 0.0], "weather_code": [61, 3]},
    })
}

fn visual_crossing() -> Value {
    let hours: Vec<_> = (0..24)
        .map(|hour| json!({"datetime": format!("{hour:02}:00:00"), "datetimeEpoch": 1_738_710_000 + hour * 3600, "temp": 4.0}))
        .collect();
    json!({"timezone": "Europe/Paris", "tzoffset": 1.0, "days": [
        {"datetime": "2025-02-05", "tempmin": 1.0, "tempmax": 5.0, "precip": 1.0, "hours": hours},
        {"datetimeEpoch": 1_738_796_400, "temp": 1.0},
    ]})
}

fn roadworks_records() -> Value {
    let shape =
        json!({"type": "MultiPolygon", "coordinates": [[[[2.3, 48.8], [2.4, 48.8], [2.4, 48.9], [2.3, 48.8]]]]});
    json!({"results": [
        {"identifiant": "CP1", "cp_arrondissement": "75012", "date_debut": "2025-02-01", "date_fin": "2025-02-28",
         "statut": 2, "niveau_perturbation": "1", "impact_circulation": "IMPASSE", "geo_shape": shape,
         "geo_point_2d": {"lon": 2.3, "lat": 48.8}},
        {"identifiant": "CP2", "date_debut": "0001-01-01", "date_fin": "9999-12-31", "statut": 5},
    ]})
}

fn features() -> Value {
    let piece = |arc: u32, nodes: (&str, &str)| {
        json!({
            "type": "Feature", "geometry": {"type": "LineString", "coordinates": [[2.3, 48.8], [2.31, 48.81]]},
            "properties": {"iu_ac": arc, "libelle": "PI_A", "date_debut": "2005-01-01T02:00:00+01:00",
                "iu_nd_amont": nodes.0, "iu_nd_aval": nodes.1, "geo_point_2d": [48.8, 2.3]},
        })
    };
    json!({"type": "FeatureCollection", "features": [piece(1, ("1", "2")), piece(1, ("1", "2")), piece(2, ("2", "3"))]})
}

const WORKS_TABLE: &str = "identifiant;cp_arrondissement;date_debut;date_fin;statut;geo_shape;geo_point_2d\n\
    CP1;75012;2025-02-01;2025-02-28;2;\"{\"\"type\"\":\"\"Polygon\"\",\"\"coordinates\"\":[[[2.3,48.8],[2.4,48.8],[2.4,48.9]]]}\";48.8,2.3\n\
    CP2;92100;0001-01-01;9999-12-31;5;;\n";

const NETWORK_TABLE: &str = "iu_ac,date_debut,libelle,iu_nd_amont,iu_nd_aval,geo_point_2d,geo_shape\n\
    1,2005-01-01,A,1,2,\"48.8,2.3\",\"{\"\"type\"\":\"\"LineString\"\",\"\"coordinates\"\":[[2.3,48.8],[2.4,48.8]]}\"\n\
    7.0,9999-12-31T23:59:59-12:00,B,604.0,,,\n";

// Damage.

/// What feeds never wrote.
fn leaf() -> impl Strategy<Value = Value> {
    let texts = [
        "",
        "*",
        "nan",
        "é",
        "日本語日本語日",
        "99991231T235959",
        "00010101T000000",
        "9999-12-31T23:59:59-12:00",
        "0001-01-01",
        "9999-12-31",
        "2025-03-30T02:30",
        "2025-10-26T02:00",
        "-1e308",
        "1e999",
        "<a \"",
        "<!--<script>",
        "&#x110000;&#0;&",
        "America/New_York",
        "https://x/?since=%&until=%é",
        "48.8,NaN",
        "99999999999999999999",
    ];
    let texts = texts.map(|text| Value::String(text.to_owned()));
    prop_oneof![
        proptest::sample::select(texts.to_vec()),
        any::<String>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        proptest::sample::select(vec![json!(null), json!(true), json!([]), json!({}), json!([[]]), json!({"id": {}})]),
    ]
}

/// Replaces, one after the other, the value that a walk of choices leads to.
fn damaged(mut value: Value, damage: &[(Vec<usize>, Value)]) -> Value {
    for (walk, other) in damage {
        let mut at = &mut value;
        for choice in walk {
            let children = match &*at {
                Value::Array(items) => items.len(),
                Value::Object(fields) => fields.len(),
                _ => 0,
            };
            if children == 0 {
                break;
            }
            at = match at {
                Value::Array(items) => &mut items[choice % children],
                Value::Object(fields) => fields.iter_mut().nth(choice % children).expect("within their number").1,
                _ => unreachable!("a value with children"),
            };
        }
        *at = other.clone();
    }
    value
}

fn damage() -> impl Strategy<Value = Vec<(Vec<usize>, Value)>> {
    // The first step of a walk stays inside: an object replaced whole is seldom read any further.
    let walk = proptest::collection::vec(0_usize..40, 2..9);
    proptest::collection::vec((walk, leaf()), 1..6)
}

fn flipped(text: &str, flips: &[(usize, u8)]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for (at, byte) in flips {
        let length = bytes.len();
        bytes[at % length] = *byte;
    }
    bytes
}

proptest! {
    #[test]
    fn damaged_transit_answers_never_panic(one in damage(), other in damage()) {
        let objects = [damaged(navitia_page(), &one), damaged(bulk(), &other), navitia_page()];
        transit(&objects.map(|object| written(&object)));
    }

    #[test]
    fn damaged_weather_never_panics(one in damage(), other in damage()) {
        let objects = [damaged(open_meteo(), &one), damaged(visual_crossing(), &other)];
        forecast(&objects.map(|object| written(&object)));
    }

    #[test]
    fn damaged_roadworks_and_references_never_panic(damage in damage()) {
        works("c_2025-02-05.json", &written(&damaged(roadworks_records(), &damage)));
        network("r.geojson", &written(&damaged(features(), &damage)));
    }

    #[test]
    fn damaged_tables_never_panic(flips in proptest::collection::vec((any::<usize>(), any::<u8>()), 0..12), name in "[a-é0-9-]{0,14}") {
        works(&name, &flipped(WORKS_TABLE, &flips));
        network(&name, &flipped(NETWORK_TABLE, &flips));
        let _ = roadworks::choose_export(&[&name, "c_9999-12-31", "c_0001-01-01"], date(2025, 2, 5));
    }

    #[test]
    fn damaged_json_bytes_never_panic(flips in proptest::collection::vec((any::<usize>(), any::<u8>()), 1..4)) {
        transit(&[navitia_page(), bulk()].map(|object| flipped(&object.to_string(), &flips)));
        forecast(&[open_meteo(), visual_crossing()].map(|object| flipped(&object.to_string(), &flips)));
        works("c.json", &flipped(&roadworks_records().to_string(), &flips));
        network("r.json", &flipped(&features().to_string(), &flips));
    }
}

#[test]
fn a_disruption_listed_again_and_again_shares_the_links_of_a_thousand_lines() {
    let object = json!({"type": "stop_area", "id": "s", "name": "Nation", "disruptionIds": ["d"]});
    let line = |number: u32| json!({"id": format!("line:{number}"), "mode": "Bus", "impactedObjects": [object]});
    let disruption = json!({"id": "d", "severity": "BLOQUANTE", "applicationPeriods": [{"begin": "20250205T060000"}]});
    let lines: Vec<_> = (0..3_000).map(line).collect();
    let document = json!({"disruptions": vec![disruption; 10_000], "lines": lines});
    let (snapshot, reading) =
        traffic::reader::read(&"b.json".into(), &mut document.to_string().as_bytes(), &CityZone::paris()).unwrap();
    assert_eq!(reading.rows, 10_000);
    let [first, .., last] = snapshot.disruptions.as_slice() else { panic!("ten thousand") };
    assert!(Arc::ptr_eq(&first.links, &last.links));
    let assembled = traffic::assemble::assemble(&days()[0], vec![(snapshot, reading)], Vec::new());
    assert_eq!((assembled.disruptions.len(), assembled.quality.doublons), (1, 9_999));
}

#[test]
fn a_thousand_disruptions_of_a_hundred_periods_on_ten_lines_come_to_an_end() {
    let period = |number: u32| json!({"begin": format!("20250205T{:02}{:02}00", number / 60 % 24, number % 60), "end": "20250205T235900"});
    let periods: Vec<_> = (0..100).map(period).collect();
    let ids: Vec<_> = (0..1_000).map(|number| format!("d{number}")).collect();
    let disruptions: Vec<_> =
        ids.iter().map(|id| json!({"id": id, "severity": "BLOQUANTE", "applicationPeriods": periods})).collect();
    let line = |number: u32| {
        let object = json!({"type": "line", "id": "x", "disruptionIds": ids});
        json!({"id": format!("line:{number}"), "shortName": number.to_string(), "mode": "Metro", "impactedObjects": [object]})
    };
    let lines: Vec<_> = (0..10).map(line).collect();
    let document = json!({"lastUpdatedDate": "20250205T060000", "disruptions": disruptions, "lines": lines});
    let bytes = document.to_string();
    let day = &days()[0];
    let read = |name: &str| traffic::reader::read(&name.into(), &mut bytes.as_bytes(), day.zone()).unwrap();
    let metrics =
        traffic::metrics::compute(day, &traffic::assemble::assemble(day, vec![read("a"), read("b")], Vec::new()));
    assert_eq!(metrics.active_disruptions_count, 1_000);
}

#[test]
fn an_arc_of_ten_thousand_pieces_costs_no_more_than_ten_thousand_arcs() {
    let row = |number: u32| {
        let lon = f64::from(number) / 10_000.0;
        format!("7;{{\"type\":\"LineString\",\"coordinates\":[[{lon},48.8],[{lon},48.9]]}}\n")
    };
    let table = format!("iu_ac;geo_shape\n{}", (0..10_000).map(row).collect::<Vec<_>>().concat());
    let (reference, reading) = referentiel::reader::read(&"r.csv".into(), &mut table.as_bytes()).unwrap();
    let metrics =
        referentiel::metrics::compute(&reference, &reading, Vec::new(), &Zones::centroids(), None, &BTreeMap::new());
    assert_eq!((metrics.statistics.links, metrics.statistics.geometries), (1, 10_000));
}

//! The generated files of `schemas/`, and the tests that keep them in step with the code.
//!
//! Types and defaults of the configuration come from its default value; only the sentences stand here, and a
//! key without a sentence, or a sentence without a key, fails a test.

use std::collections::BTreeSet;
use std::path::PathBuf;

use cityflow_core::quality;
use serde_json::{Map, Value, json};

use crate::config::{Config, VARIABLES};

/// Set to write the files anew.
const UPDATE: &str = "UPDATE_SCHEMAS";
/// How to do so.
const HINT: &str = "UPDATE_SCHEMAS=1 cargo nextest run -p cityflow schemas";

/// What each key means. `[]` stands for the entries of a list.
const DESCRIPTIONS: [(&str, &str); 10] = [
    ("raw", "Raw bucket: a folder or a `file://` URL."),
    ("out", "Output root: `metrics/`, `reports/` and `processed/` are made in it."),
    ("threads", "Worker threads; 0 takes one for each core. Results do not depend on it."),
    ("city", "What the city sets."),
    ("city.city_zone", "IANA name of the city's time zone: days and hours are its own."),
    (
        "city.reference_speeds",
        "Reference speeds, oldest first. The period of a day is the last one that begins on it or before.",
    ),
    ("city.reference_speeds[].from", "First day of the period; left out for the oldest."),
    ("city.reference_speeds[].ring_kmh", "Reference speed of the ring road (links labelled `PI_` or `PE_`), km/h."),
    ("city.reference_speeds[].city_kmh", "Reference speed everywhere else, km/h."),
    (
        "city.weather_unit_group",
        "Units of Visual Crossing payloads, which do not name them: the `unitGroup` of the request.",
    ),
];

/// What a type alone does not say of a key.
fn constraints(path: &str) -> Value {
    match path {
        "city.reference_speeds[].from" => json!({"format": "date"}),
        "city.reference_speeds[].ring_kmh" | "city.reference_speeds[].city_kmh" => json!({"exclusiveMinimum": 0}),
        "city.weather_unit_group" => json!({"enum": ["metric", "us", "uk", "base"]}),
        _ => json!({}),
    }
}

/// `schemas/issues.json`.
fn issues() -> Value {
    json!({
        "title": "Issues: what can be wrong with a row, an object or an answer",
        "severities": {
            "note": "nothing is lost",
            "field": "a field is nulled",
            "row": "the row is dropped",
            "source": "the whole answer or export is less than it should be",
        },
        "issues": quality::catalogue(),
    })
}

/// `schemas/config.json`.
fn config() -> Value {
    let default = serde_json::to_value(Config::default()).unwrap();
    let mut schema = of_value("", &[&default]);
    schema.shift_insert(0, "$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema.shift_insert(1, "title".to_owned(), json!("cityflow.toml"));
    Value::Object(schema)
}

/// The schema of the values that stand at a path.
fn of_value(path: &str, values: &[&Value]) -> Map<String, Value> {
    let known: Vec<&Value> = values.iter().copied().filter(|value| !value.is_null()).collect();
    let mut schema = Map::new();
    if let Some((_, sentence)) = DESCRIPTIONS.iter().find(|(key, _)| *key == path) {
        schema.insert("description".to_owned(), json!(sentence));
    }
    match known[0] {
        Value::Object(_) => object(path, &known, &mut schema),
        Value::Array(_) => {
            schema.insert("type".to_owned(), json!("array"));
            let items: Vec<&Value> = known.iter().filter_map(|list| list.as_array()).flatten().collect();
            schema.insert("items".to_owned(), of_value(&format!("{path}[]"), &items).into());
        }
        Value::Number(number) if number.is_u64() => {
            schema.extend([("type".to_owned(), json!("integer")), ("minimum".to_owned(), json!(0))]);
        }
        Value::Number(_) => drop(schema.insert("type".to_owned(), json!("number"))),
        Value::Bool(_) => drop(schema.insert("type".to_owned(), json!("boolean"))),
        _ => drop(schema.insert("type".to_owned(), json!("string"))),
    }
    if let Value::Object(more) = constraints(path) {
        schema.extend(more);
    }
    if let Some(variable) = VARIABLES.iter().find(|variable| variable.key == path) {
        schema.insert("x-environment".to_owned(), json!(variable.name));
    }
    if !known[0].is_object() && !path.contains("[]") {
        schema.insert("default".to_owned(), written(known[0]));
    }
    schema
}

/// A value as a file can say it: TOML has no null.
fn written(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(written).collect(),
        Value::Object(map) => {
            let present = map.iter().filter(|(_, value)| !value.is_null());
            present.map(|(key, value)| (key.clone(), written(value))).collect::<Map<_, _>>().into()
        }
        other => other.clone(),
    }
}

fn object(path: &str, values: &[&Value], schema: &mut Map<String, Value>) {
    let maps: Vec<&Map<String, Value>> = values.iter().filter_map(|value| value.as_object()).collect();
    let mut properties = Map::new();
    let mut required = Vec::new();
    for key in maps[0].keys() {
        let inner = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        let found: Vec<&Value> = maps.iter().filter_map(|map| map.get(key)).collect();
        if path.ends_with("[]") && found.iter().all(|value| !value.is_null()) {
            required.push(json!(key));
        }
        properties.insert(key.clone(), of_value(&inner, &found).into());
    }
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("properties".to_owned(), properties.into());
    if !required.is_empty() {
        schema.insert("required".to_owned(), required.into());
    }
    // An unknown key does no harm, and nothing: an editor had better point at it.
    schema.insert("additionalProperties".to_owned(), json!(false));
}

/// The dotted paths of a schema's properties.
fn paths(path: &str, schema: &Value, found: &mut BTreeSet<String>) {
    for (key, inner) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        paths(&path, inner, found);
        found.insert(path);
    }
    if let Some(items) = schema.get("items") {
        paths(&format!("{path}[]"), items, found);
    }
}

fn hold_against(name: &str, generated: &Value) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../schemas").join(name);
    let text = format!("{generated:#}\n");
    if std::env::var_os(UPDATE).is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &text).unwrap();
    }
    let held = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(held == text, "schemas/{name} is stale\n\nhint: {HINT}");
}

#[test]
fn the_catalogue_of_issues_is_what_the_code_says() {
    hold_against("issues.json", &issues());
}

#[test]
fn the_schema_of_the_configuration_is_what_the_code_says() {
    hold_against("config.json", &config());
}

#[test]
fn every_key_of_the_configuration_has_a_sentence_and_every_sentence_a_key() {
    let mut found = BTreeSet::new();
    paths("", &config(), &mut found);
    let described = DESCRIPTIONS.iter().map(|(key, _)| (*key).to_owned()).collect();
    assert_eq!(found, described);
}

#[test]
fn the_unit_groups_of_the_schema_are_those_that_the_settings_take() {
    for group in constraints("city.weather_unit_group")["enum"].as_array().unwrap() {
        let parsed = serde_json::from_value::<cityflow_core::settings::UnitGroup>(group.clone());
        assert_eq!(serde_json::to_value(parsed.unwrap()).unwrap(), *group);
    }
}

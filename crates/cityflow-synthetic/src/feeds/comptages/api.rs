//! Answers of the Opendatasoft API: v1 leaves nulls out, v2.1 writes them.

use serde_json::{Map, Value, json};

use super::text::{AVAILABLE, declared_state, middle, shown_line, state};
use crate::calendar::{Day, Slot, utc};
use crate::feeds::json_bytes;
use crate::model::City;
use crate::model::flow::{HourScene, Measure, measure};
use crate::model::network::RoadArc;

const DATASET: &str = "comptages-routiers-permanents";

/// One day as `{"nhits", "parameters", "records"}`, stamps in UTC.
pub(crate) fn v1(city: &City, day: &Day) -> (Vec<u8>, u64) {
    let records = records(city, day, &day.slots, record_v1);
    let answer = json!({
        "nhits": records.len(),
        "parameters": {
            "dataset": DATASET, "rows": records.len(), "start": 0, "sort": ["t_1h"],
            "format": "json", "timezone": "UTC",
        },
        "records": records,
    });
    (json_bytes(&answer), records.len() as u64)
}

/// The first twelve hours as `{"total_count", "results"}`, stamps with the offset of Paris.
pub(crate) fn v2_morning(city: &City, day: &Day) -> (Vec<u8>, u64) {
    let results = records(city, day, &day.slots[..12], record_v2);
    let answer = json!({"total_count": results.len(), "results": results});
    (json_bytes(&answer), results.len() as u64)
}

/// The other hours as the bare list of results, as some collectors keep it.
pub(crate) fn v2_rest(city: &City, day: &Day) -> (Vec<u8>, u64) {
    let results = records(city, day, &day.slots[12..], record_v2);
    let count = results.len() as u64;
    (json_bytes(&Value::Array(results)), count)
}

type Record = fn(&City, &RoadArc, &Slot, Measure) -> Value;

/// Hour by hour, every arc.
fn records(city: &City, day: &Day, slots: &[Slot], record: Record) -> Vec<Value> {
    let hour = |slot: &Slot| {
        let scene = HourScene::new(city, day, slot);
        let row = |arc| measure(city, arc, &scene).map(|found| record(city, arc, slot, found));
        city.network.arcs.iter().filter_map(row).collect::<Vec<_>>()
    };
    slots.iter().flat_map(hour).collect()
}

fn record_v1(city: &City, arc: &RoadArc, slot: &Slot, found: Measure) -> Value {
    let mut fields = Map::new();
    for (key, value) in [
        ("k", occupancy(found)),
        ("q", flow(found)),
        ("libelle", json!(arc.label)),
        ("iu_ac", json!(arc.id.to_string())),
    ] {
        fields.insert(key.to_owned(), value);
    }
    let mut place = Value::Null;
    if let Some(line) = shown_line(arc) {
        let at = middle(line);
        fields.insert("geo_point_2d".to_owned(), json!([at.lat, at.lon]));
        fields.insert("geo_shape".to_owned(), line_string(arc));
        fields.insert("date_fin".to_owned(), json!(AVAILABLE.1));
        fields.insert("date_debut".to_owned(), json!(AVAILABLE.0));
        place = json!({"type": "Point", "coordinates": [at.lon, at.lat]});
    }
    let end = utc(slot.epoch_hour + 1).strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string();
    fields.insert("t_1h".to_owned(), json!(end));
    add_names(city, arc, found, &mut fields);
    fields.retain(|_, value| !value.is_null());
    let id = format!("{:08x}{:08x}{:024x}", arc.id, slot.epoch_hour, 0);
    let mut record = json!({"datasetid": DATASET, "recordid": id, "fields": fields});
    if !place.is_null() {
        record["geometry"] = place;
    }
    record["record_timestamp"] = json!(utc(slot.epoch_hour).to_string());
    record
}

fn record_v2(city: &City, arc: &RoadArc, slot: &Slot, found: Measure) -> Value {
    let mut record = Map::new();
    record.insert("iu_ac".to_owned(), json!(arc.id.to_string()));
    record.insert("libelle".to_owned(), json!(arc.label));
    record.insert("t_1h".to_owned(), json!(slot.end));
    record.insert("q".to_owned(), flow(found));
    record.insert("k".to_owned(), occupancy(found));
    add_names(city, arc, found, &mut record);
    let shown = shown_line(arc);
    record.insert("date_debut".to_owned(), json!(shown.map(|_| AVAILABLE.0)));
    record.insert("date_fin".to_owned(), json!(shown.map(|_| AVAILABLE.1)));
    let at = shown.map(middle);
    record.insert("geo_point_2d".to_owned(), json!(at.map(|at| json!({"lon": at.lon, "lat": at.lat}))));
    let feature = json!({"type": "Feature", "geometry": line_string(arc), "properties": {}});
    record.insert("geo_shape".to_owned(), json!(shown.map(|_| feature)));
    Value::Object(record)
}

/// Traffic state, nodes and declared state.
fn add_names(city: &City, arc: &RoadArc, found: Measure, into: &mut Map<String, Value>) {
    let (from, to) = (&city.network.nodes[arc.upstream], &city.network.nodes[arc.downstream]);
    for (key, value) in [
        ("etat_trafic", state(found.occupancy).0.to_owned()),
        ("iu_nd_amont", from.id.to_string()),
        ("libelle_nd_amont", from.label.clone()),
        ("iu_nd_aval", to.id.to_string()),
        ("libelle_nd_aval", to.label.clone()),
        ("etat_barre", declared_state(city, arc).0.to_owned()),
    ] {
        into.insert(key.to_owned(), Value::String(value));
    }
}

fn flow(found: Measure) -> Value {
    found.flow.map_or(Value::Null, |flow| json!(f64::from(flow)))
}

fn occupancy(found: Measure) -> Value {
    found.occupancy.map_or(Value::Null, |occupancy| json!(f64::from(occupancy) / 1e5))
}

fn line_string(arc: &RoadArc) -> Value {
    let line: Vec<_> = arc.line.iter().map(|point| [point.lon, point.lat]).collect();
    json!({"coordinates": line, "type": "LineString"})
}

//! Small hand-made answers for the tests of this feed.

use serde_json::{Value, json};

use super::assemble::{TrafficDay, assemble};
use super::metrics::{TrafficMetrics, compute};
use super::reader::read;
use super::record::Snapshot;
use crate::feeds::Reading;
use crate::time::{CityZone, LocalDay};

/// The day of the tests: an ordinary Wednesday.
pub(super) fn day() -> LocalDay {
    CityZone::paris().day(jiff::civil::date(2025, 2, 5))
}

/// An instant of the day of the tests, `HHMMSS`, as the feeds write it.
pub(super) fn at(time: &str) -> String {
    format!("20250205T{time}")
}

/// Reads a document as an object of this name.
pub(super) fn snapshot(name: &str, document: &Value) -> (Snapshot, Reading) {
    read(&name.into(), &mut document.to_string().as_bytes(), &CityZone::paris()).expect("the document is a snapshot")
}

/// A disruption of the bulk feed over these periods.
pub(super) fn bulk_disruption(id: &str, severity: &str, periods: &[(&str, &str)]) -> Value {
    let periods: Vec<_> = periods.iter().map(|(begin, end)| json!({"begin": begin, "end": end})).collect();
    json!({"id": id, "severity": severity, "cause": "TRAVAUX", "applicationPeriods": periods, "title": id,
        "message": "<p>Texte</p>", "lastUpdate": "20250201T000000"})
}

/// A line of the bulk feed, with (object type, name, disruption) for each thing that it holds.
pub(super) fn bulk_line(mode: &str, code: &str, objects: &[(&str, &str, &str)]) -> Value {
    let objects: Vec<_> = (0..)
        .zip(objects)
        .map(|(n, (kind, name, id))| json!({"type": kind, "id": format!("{kind}:{n}"), "name": name, "disruptionIds": [id]}))
        .collect();
    json!({"id": format!("line:{mode}:{code}"), "name": code, "shortName": code, "mode": mode,
        "networkId": "network:1", "impactedObjects": objects})
}

/// A bulk document made at a UTC time of the day of the tests.
pub(super) fn bulk(utc: &str, disruptions: &[Value], lines: &[Value]) -> Value {
    json!({"disruptions": disruptions, "lines": lines, "lastUpdatedDate": format!("2025-02-05T{utc}Z")})
}

/// A disruption of navitia over one period, without objects.
pub(super) fn navitia_disruption(id: &str, effect: &str, begin: &str, end: Option<&str>) -> Value {
    json!({"id": id, "cause": "travaux", "severity": {"name": "bloquante", "effect": effect, "priority": 0},
        "application_periods": [{"begin": begin, "end": end}], "updated_at": "20250201T000000",
        "impacted_objects": [], "messages": []})
}

/// A metro line as an impacted object of navitia.
pub(super) fn navitia_line(code: &str) -> Value {
    let line = json!({"id": format!("line:{code}"), "code": code, "commercial_mode": {"name": "Métro"},
        "network": {"id": "network:1", "name": "RATP"}});
    json!({"pt_object": {"id": format!("line:{code}"), "name": code, "embedded_type": "line", "line": line}})
}

/// A navitia page made at a local time of the day of the tests; `(total, per page, on page, start page)`.
pub(super) fn page(time: &str, numbers: (u64, u64, u64, u64), disruptions: &[Value]) -> Value {
    let (total, per_page, on_page, start) = numbers;
    json!({"disruptions": disruptions, "line_reports": [], "context": {"current_datetime": at(time)},
        "pagination": {"total_result": total, "items_per_page": per_page, "items_on_page": on_page, "start_page": start},
        "links": [{"type": "first", "href": "https://api.navitia.io/v1/coverage/fr-idf/line_reports"}]})
}

/// Names documents `0`, `1`, … and joins them.
pub(super) fn joined(documents: &[Value]) -> TrafficDay {
    let read = (0..).zip(documents).map(|(n, document): (usize, _)| snapshot(&n.to_string(), document)).collect();
    assemble(&day(), read, Vec::new())
}

/// The metrics of the documents.
pub(super) fn metrics(documents: &[Value]) -> TrafficMetrics {
    compute(&day(), &joined(documents))
}

//! PRIM bulk v2: disruptions on one side, lines with the objects they touch on the other.

use jiff::Timestamp;
use jiff::civil::DateTime;
use serde_json::{Map, Value, json};

use super::catalogue::{Cause, Extent, Level, Stated};
use super::lines::Line;

/// One snapshot, taken at `clock`.
pub(crate) fn payload(lines: &[Line], known: &[Stated<'_>], clock: Timestamp) -> Value {
    let disruptions: Vec<_> = known.iter().map(disruption).collect();
    let lines: Vec<_> = (0..).zip(lines).filter_map(|(index, line)| line_record(index, line, known)).collect();
    let updated = clock.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string();
    json!({"disruptions": disruptions, "lines": lines, "lastUpdatedDate": updated})
}

/// `YYYYMMDDTHHMMSS`, local.
pub(crate) fn compact(at: DateTime) -> String {
    at.strftime("%Y%m%dT%H%M%S").to_string()
}

fn disruption((found, periods): &Stated<'_>) -> Value {
    let period = |&(begin, end): &(DateTime, DateTime)| json!({"begin": compact(begin), "end": compact(end)});
    let mut record = Map::new();
    let mut set = |key: &str, value: Value| record.insert(key.to_owned(), value);
    set("id", json!(found.id));
    set("applicationPeriods", periods.iter().map(period).collect());
    set("lastUpdate", json!(compact(found.announced)));
    set(
        "cause",
        json!(match found.cause {
            Cause::Works => "TRAVAUX",
            Cause::Incident => "PERTURBATION",
            Cause::Notice => "INFORMATION",
        }),
    );
    set(
        "severity",
        json!(match found.level {
            Level::Blocking => "BLOQUANTE",
            Level::Disturbed => "PERTURBEE",
            Level::Notice => "INFORMATION",
        }),
    );
    // The feed leaves empty keys out.
    if !found.tags.is_empty() {
        set("tags", json!(found.tags));
    }
    set("title", json!(found.title));
    set("message", json!(found.message));
    if let Some(short) = found.short {
        set("shortMessage", json!(short));
    }
    Value::Object(record)
}

fn line_record(index: usize, line: &Line, known: &[Stated<'_>]) -> Option<Value> {
    let of_line: Vec<_> = known.iter().filter(|(found, _)| found.line == index).collect();
    let ids = |wanted: &dyn Fn(Extent) -> bool| -> Vec<&str> {
        let touched = of_line.iter().filter(|(found, _)| wanted(found.extent));
        touched.map(|(found, _)| found.id.as_str()).collect()
    };
    let mut objects = Vec::new();
    let whole = ids(&|extent| extent == Extent::Line);
    if !whole.is_empty() {
        objects.push(json!({"type": "line", "id": line.id, "name": line.code, "disruptionIds": whole}));
    }
    for (place, name) in line.stops.iter().enumerate() {
        let at_stop = ids(&|extent| match extent {
            Extent::Line => false,
            Extent::Section(from, to) => place == from || place == to,
            Extent::Stop(stop) => place == stop,
        });
        if !at_stop.is_empty() {
            let id = format!("stop_point:IDFM:{}", stop_number(index, place));
            objects.push(json!({"type": "stop_point", "id": id, "name": name, "disruptionIds": at_stop}));
        }
    }
    (!objects.is_empty()).then(|| {
        json!({
            "id": line.id, "name": line.code, "shortName": line.code, "mode": line.mode.bulk(),
            "networkId": line.mode.network().0, "impactedObjects": objects,
        })
    })
}

/// A number of its own for each stop of each line.
pub(crate) fn stop_number(line: usize, place: usize) -> usize {
    22_000 + line * 10 + place
}

//! One object of the feed → one snapshot.

use std::io::BufRead;
use std::sync::Arc;

use serde_json::Value;

use super::raw::{RawDisruption, items};
use super::record::{Dialect, Disruption, Page, Request, Snapshot};
use super::{bulk, navitia};
use crate::decode::ReadError;
use crate::feeds::Reading;
use crate::json;
use crate::quality::Rule;
use crate::time::CityZone;

/// Reads one object of `api/traffic_ratp/dt=D/`: a navitia page or the bulk feed of PRIM.
///
/// An element that is no object, or has no `id`, is dropped and counted; so is a period that cannot be read, but
/// its disruption stays. A document that is neither dialect is an error.
pub fn read(object: &Arc<str>, input: &mut dyn BufRead, zone: &CityZone) -> Result<(Snapshot, Reading), ReadError> {
    let document = json::document(object, input)?;
    let mut reading = Reading::default();
    let snapshot = if navitia::is_page(&document) {
        let disruptions = disruptions(object, &document, zone, &mut reading, &mut navitia::disruption);
        Snapshot {
            dialect: Dialect::Navitia,
            clock: navitia::clock(&document, zone),
            page: navitia::page(&document),
            request: navitia::request(&document, zone),
            ..snapshot(object, &document, disruptions)
        }
    } else if bulk::is_bulk(&document) {
        let links = bulk::links(&document, &mut |number, text| {
            reading.issues.note(None, Rule::MalformedRow, object, number, text);
        });
        let mut convert = |value: &Value| bulk::disruption(value, &links);
        let disruptions = disruptions(object, &document, zone, &mut reading, &mut convert);
        Snapshot { clock: bulk::clock(&document, zone), ..snapshot(object, &document, disruptions) }
    } else {
        return Err(ReadError::UnknownShape {
            object: Arc::clone(object),
            expected: "a navitia page (`disruptions` with `pagination` or `context`) or the bulk feed of PRIM \
                       (`disruptions` and `lines`)",
            found: json::describe(&document),
        });
    };
    Ok((snapshot, reading))
}

/// What both dialects share.
fn snapshot(object: &Arc<str>, document: &Value, disruptions: Vec<Disruption>) -> Snapshot {
    Snapshot {
        object: Arc::clone(object),
        dialect: Dialect::Bulk,
        clock: None,
        page: Page::default(),
        has_error: document.get("error").is_some_and(|error| !error.is_null()),
        request: Request::default(),
        disruptions,
    }
}

fn disruptions(
    object: &Arc<str>,
    document: &Value,
    zone: &CityZone,
    reading: &mut Reading,
    convert: &mut dyn FnMut(&Value) -> RawDisruption,
) -> Vec<Disruption> {
    let mut disruptions = Vec::new();
    for (number, value) in (1..).zip(items(document.get("disruptions"))) {
        reading.rows += 1;
        let mut note = |rule, text: &str| reading.issues.note(None, rule, object, number, text);
        if value.is_object() {
            disruptions.extend(Disruption::of_raw(convert(value), zone, &mut note));
        } else {
            note(Rule::MalformedRow, &value.to_string());
        }
    }
    disruptions
}

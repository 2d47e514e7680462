//! Reads GBFS documents of stations: the standard, and the operator's own spelling of it.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::issues::{self, Checked};
use super::reader::BikesContent;
use super::stations::{Station, StationId, StationInformation, StationSnapshot, StationStatus};
use crate::feeds::Reading;
use crate::geo::{Point, PointCell};
use crate::json::text;
use crate::numbers::Cell;
use crate::quality::{DatedIssues, Rule};
use crate::time::{CityZone, Stamp};

/// Keys that only a status has. The operator writes the first two in camel case as well.
const STATUS_KEYS: [&str; 5] =
    ["num_bikes_available", "numBikesAvailable", "num_vehicles_available", "num_docks_available", "is_renting"];

/// Words of a vehicle type's id for a bike without and with a motor. Other types are in the total only: what
/// they are stands in a document of its own (`vehicle_types`), which the bucket does not hold.
const MECHANICAL: [&str; 3] = ["mechanical", "mecanique", "classic"];
const ELECTRIC: [&str; 4] = ["ebike", "electric", "electrique", "vae"];

/// Reads a document of stations.
pub(super) fn read(
    object: &Arc<str>,
    rank: u32,
    document: &Value,
    stations: &[Value],
    zone: &CityZone,
) -> (BikesContent, Reading) {
    let clock = document.get("last_updated").or_else(|| document.get("lastUpdatedOther"));
    let stamp = instant(clock).ok().flatten().filter(|second| zone.date_of(*second).is_some());
    let day = stamp.and_then(|second| zone.date_of(second));
    let mut issues = DatedIssues::default();
    if stamp.is_none() {
        let written = clock.map_or_else(|| crate::json::describe(document), Value::to_string);
        issues.note(None, Rule::UnreadableStamp, object, 1, &written);
    }
    let mut records = Records { object, day, issues };
    let content = if is_status(object, stations) {
        let stations = records.each(stations, status);
        BikesContent::Status(stamp.map(|stamp| StationSnapshot { stamp, rank, stations }))
    } else {
        BikesContent::Information(StationInformation { stamp, rank, stations: records.each(stations, station) })
    };
    (content, Reading { rows: stations.len() as u64, issues: records.issues })
}

/// Told by the stations' keys; by the object's name when they have none that tell.
fn is_status(object: &str, stations: &[Value]) -> bool {
    let any = |keys: &[&str]| stations.iter().any(|station| keys.iter().any(|key| station.get(key).is_some()));
    any(&STATUS_KEYS) || !(any(&["name", "lat", "capacity"]) || object.contains("information"))
}

/// An instant: epoch seconds (GBFS 1 and 2) or a stamp with its offset (GBFS 3).
fn instant(value: Option<&Value>) -> Result<Option<i64>, ()> {
    #[expect(clippy::cast_possible_truncation, reason = "the cast saturates, and what is out of range has no date")]
    match Cell::of_json(value) {
        Cell::Number(second) => Ok(Some(second.floor() as i64)),
        Cell::Null => Ok(None),
        Cell::Unreadable => {
            let stamp = value.and_then(Value::as_str).and_then(Stamp::parse).ok_or(())?;
            let instant = stamp.offset.ok_or(())?.to_timestamp(stamp.civil).map_err(|_| ())?;
            Ok(Some(instant.as_second()))
        }
    }
}

/// The station records of one document.
struct Records<'a> {
    object: &'a Arc<str>,
    /// Local date of the document's clock.
    day: Option<jiff::civil::Date>,
    issues: DatedIssues,
}

impl Records<'_> {
    fn each<T>(&mut self, stations: &[Value], convert: impl Fn(StationId, &mut Fields<'_>) -> T) -> Vec<T> {
        let mut converted = Vec::with_capacity(stations.len());
        for (number, value) in (1..).zip(stations) {
            let Some(fields) = value.as_object() else {
                self.issues.note(None, Rule::MalformedRow, self.object, number, &value.to_string());
                continue;
            };
            let id = text(fields.get("station_id"));
            let Some(id) = id.as_deref().and_then(issues::readable_id) else {
                self.issues.note(None, Rule::UnreadableId, self.object, number, &value.to_string());
                continue;
            };
            let mut fields = Fields { fields, broken: Vec::new() };
            converted.push(convert(StationId(id.into()), &mut fields));
            for (rule, written) in fields.broken {
                self.issues.note(self.day, rule, self.object, number, &written);
            }
        }
        converted
    }
}

/// The fields of one station record, and what was wrong with them.
struct Fields<'a> {
    fields: &'a Map<String, Value>,
    broken: Vec<(Rule, String)>,
}

impl<'a> Fields<'a> {
    /// The first of the keys that is there and not null.
    fn first(&self, keys: &[&str]) -> Option<&'a Value> {
        let fields = self.fields;
        keys.iter().filter_map(|key| fields.get(*key)).find(|value| !value.is_null())
    }

    fn text(&self, keys: &[&str]) -> Option<Arc<str>> {
        text(self.first(keys)).map(Arc::from)
    }

    fn keep<T>(&mut self, (kept, rule): Checked<T>, written: Option<&Value>) -> Option<T> {
        self.broken.extend(rule.map(|rule| (rule, written.map(Value::to_string).unwrap_or_default())));
        kept
    }

    fn stock(&mut self, keys: &[&str]) -> Option<u32> {
        let value = self.first(keys);
        self.keep(issues::stock(Cell::of_json(value)), value)
    }

    fn flag(&mut self, key: &str) -> Option<bool> {
        let value = self.first(&[key]);
        self.keep(issues::flag(value), value)
    }

    fn instant(&mut self, key: &str) -> Option<i64> {
        let value = self.first(&[key]);
        let checked = instant(value).map_or((None, Some(Rule::UnreadableNumber)), |second| (second, None));
        self.keep(checked, value)
    }

    fn point(&mut self) -> Option<Point> {
        let (lon, lat) = (self.first(&["lon"]), self.first(&["lat"]));
        if lon.is_none() && lat.is_none() {
            return None;
        }
        let written = serde_json::json!({ "lon": lon, "lat": lat });
        self.keep(issues::place(PointCell::of_json(Some(&written))), Some(&written))
    }

    /// Bikes with and without a motor: `[{"mechanical": 1}, {"ebike": 0}]` as the operator has it,
    /// `[{"vehicle_type_id": "…", "count": 1}]` as the standard has it. Types of one kind are added.
    fn kinds(&mut self) -> (Option<u32>, Option<u32>) {
        let counts: Vec<(&str, &Value)> = match self.first(&["num_bikes_available_types", "vehicle_types_available"]) {
            Some(Value::Array(entries)) => entries.iter().flat_map(kind_counts).collect(),
            Some(entry) => kind_counts(entry),
            None => Vec::new(),
        };
        let (mut mechanical, mut electric): (Option<u32>, Option<u32>) = (None, None);
        for (kind, value) in counts {
            let folded = crate::text::fold(kind);
            let is = |words: &[&str]| folded.split(' ').any(|word| words.contains(&word));
            let kept = if is(&ELECTRIC) {
                &mut electric
            } else if is(&MECHANICAL) {
                &mut mechanical
            } else {
                continue;
            };
            if let Some(count) = self.keep(issues::stock(Cell::of_json(Some(value))), Some(value)) {
                *kept = Some(kept.unwrap_or(0).saturating_add(count));
            }
        }
        (mechanical, electric)
    }
}

/// The (type, count) pairs of one entry of the list of types.
fn kind_counts(entry: &Value) -> Vec<(&str, &Value)> {
    if let Some(kind) = entry.get("vehicle_type_id").and_then(Value::as_str) {
        return entry.get("count").map(|count| (kind, count)).into_iter().collect();
    }
    entry.as_object().into_iter().flatten().map(|(kind, count)| (kind.as_str(), count)).collect()
}

fn status(id: StationId, fields: &mut Fields<'_>) -> StationStatus {
    let (mechanical, electric) = fields.kinds();
    StationStatus {
        id,
        code: fields.text(&["stationCode", "station_code"]),
        bikes: fields.stock(&["num_bikes_available", "numBikesAvailable", "num_vehicles_available"]),
        mechanical,
        electric,
        docks: fields.stock(&["num_docks_available", "numDocksAvailable"]),
        is_installed: fields.flag("is_installed"),
        is_renting: fields.flag("is_renting"),
        last_reported: fields.instant("last_reported"),
    }
}

fn station(id: StationId, fields: &mut Fields<'_>) -> Station {
    Station {
        id,
        code: fields.text(&["stationCode", "station_code", "short_name"]),
        name: name(fields.first(&["name"])),
        capacity: fields.stock(&["capacity"]),
        point: fields.point(),
    }
}

/// A name: a text, or (GBFS 3) texts by language, French first.
fn name(value: Option<&Value>) -> Option<Arc<str>> {
    let Some(Value::Array(spellings)) = value else { return text(value).map(Arc::from) };
    let french = spellings.iter().find(|spelling| text(spelling.get("language")).as_deref() == Some("fr"));
    text(french.or(spellings.first())?.get("text")).map(Arc::from)
}

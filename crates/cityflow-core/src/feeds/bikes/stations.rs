//! Vélib' stations as GBFS documents tell them: the standard, and the operator's own spelling of it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::issues::{self, Checked};
use super::reader::BikesContent;
use crate::feeds::Reading;
use crate::geo::{Point, PointCell};
use crate::hourly::absorb_field;
use crate::json::text;
use crate::numbers::Cell;
use crate::quality::{DatedIssues, Rule};
use crate::time::{CityZone, Stamp};

/// A station (`station_id`); the operator writes a number, the standard a text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StationId(pub Arc<str>);

/// The stations at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct StationSnapshot {
    /// The document's own clock, an instant in seconds.
    pub stamp: i64,
    /// Rank of the object by name: of two documents with one stamp the later has the last word.
    pub rank: u32,
    /// In the order of the document.
    pub stations: Vec<StationStatus>,
}

/// One station at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct StationStatus {
    /// The station.
    pub id: StationId,
    /// Code that stands on the station.
    pub code: Option<Arc<str>>,
    /// Bikes that can be taken.
    pub bikes: Option<u32>,
    /// Mechanical ones among them.
    pub mechanical: Option<u32>,
    /// Electric ones among them.
    pub electric: Option<u32>,
    /// Free docks.
    pub docks: Option<u32>,
    /// Whether the station stands on the street.
    pub is_installed: Option<bool>,
    /// Whether it gives bikes.
    pub is_renting: Option<bool>,
    /// Its last report, an instant in seconds.
    pub last_reported: Option<i64>,
}

impl StationStatus {
    /// Installed and renting.
    pub fn in_service(&self) -> bool {
        self.is_installed == Some(true) && self.is_renting == Some(true)
    }

    /// Takes in a later row of the same station and stamp; says whether a measured value differs.
    pub fn absorb(&mut self, later: Self) -> bool {
        absorb_field(&mut self.code, later.code);
        let conflicts = [
            absorb_field(&mut self.bikes, later.bikes),
            absorb_field(&mut self.mechanical, later.mechanical),
            absorb_field(&mut self.electric, later.electric),
            absorb_field(&mut self.docks, later.docks),
            absorb_field(&mut self.is_installed, later.is_installed),
            absorb_field(&mut self.is_renting, later.is_renting),
            absorb_field(&mut self.last_reported, later.last_reported),
        ];
        conflicts.contains(&true)
    }
}

/// What stations are, which changes rarely.
#[derive(Clone, Debug, PartialEq)]
pub struct StationInformation {
    /// The document's own clock, an instant in seconds; none when it cannot be read.
    pub stamp: Option<i64>,
    /// Rank of the object by name.
    pub rank: u32,
    /// In the order of the document.
    pub stations: Vec<Station>,
}

/// One station.
#[derive(Clone, Debug, PartialEq)]
pub struct Station {
    /// The station.
    pub id: StationId,
    /// Code that stands on the station.
    pub code: Option<Arc<str>>,
    /// Its name.
    pub name: Option<Arc<str>>,
    /// Docks that it has, working or not.
    pub capacity: Option<u32>,
    /// Where it stands.
    pub point: Option<Point>,
}

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

impl Fields<'_> {
    /// The first of the keys that is there and not null.
    fn first(&self, keys: &[&str]) -> Option<&Value> {
        keys.iter().filter_map(|key| self.fields.get(*key)).find(|value| !value.is_null())
    }

    fn text(&self, keys: &[&str]) -> Option<Arc<str>> {
        text(self.first(keys)).map(Arc::from)
    }

    fn keep<T>(&mut self, (value, rule): Checked<T>, written: impl FnOnce() -> String) -> Option<T> {
        self.broken.extend(rule.map(|rule| (rule, written())));
        value
    }

    fn stock(&mut self, keys: &[&str]) -> Option<u32> {
        let value = self.first(keys).cloned();
        self.keep(issues::stock(Cell::of_json(value.as_ref())), || value.unwrap_or_default().to_string())
    }

    fn flag(&mut self, key: &str) -> Option<bool> {
        let value = self.first(&[key]).cloned();
        self.keep(issues::flag(value.as_ref()), || value.unwrap_or_default().to_string())
    }

    fn instant(&mut self, key: &str) -> Option<i64> {
        let value = self.first(&[key]).cloned();
        let checked = instant(value.as_ref()).map_or((None, Some(Rule::UnreadableNumber)), |second| (second, None));
        self.keep(checked, || value.unwrap_or_default().to_string())
    }

    fn point(&mut self) -> Option<Point> {
        let (lon, lat) = (self.first(&["lon"]).cloned(), self.first(&["lat"]).cloned());
        let cell = match (&lon, &lat) {
            (None, None) => PointCell::Null,
            _ => PointCell::of_json(Some(&Value::Object(self.fields.clone()))),
        };
        self.keep(issues::place(cell), || format!("lon {}, lat {}", lon.unwrap_or_default(), lat.unwrap_or_default()))
    }

    /// Bikes with and without a motor: `[{"mechanical": 1}, {"ebike": 0}]` as the operator has it,
    /// `[{"vehicle_type_id": "…", "count": 1}]` as the standard has it. Types of one kind are added.
    fn kinds(&mut self) -> (Option<u32>, Option<u32>) {
        let types = self.first(&["num_bikes_available_types", "vehicle_types_available"]).and_then(Value::as_array);
        let counts: Vec<(String, Value)> = types.into_iter().flatten().flat_map(kind_counts).collect();
        let (mut mechanical, mut electric) = (None, None);
        for (kind, value) in counts {
            let folded = crate::text::fold(&kind);
            let is = |words: &[&str]| folded.split(' ').any(|word| words.contains(&word));
            let kept = if is(&ELECTRIC) {
                &mut electric
            } else if is(&MECHANICAL) {
                &mut mechanical
            } else {
                continue;
            };
            if let Some(count) = self.keep(issues::stock(Cell::of_json(Some(&value))), || value.to_string()) {
                *kept = Some(kept.unwrap_or(0).saturating_add(count));
            }
        }
        (mechanical, electric)
    }
}

/// The (type, count) pairs of one entry of the list of types.
fn kind_counts(entry: &Value) -> Vec<(String, Value)> {
    if let Some(kind) = text(entry.get("vehicle_type_id")) {
        return vec![(kind, entry.get("count").cloned().unwrap_or_default())];
    }
    entry.as_object().into_iter().flatten().map(|(kind, count)| (kind.clone(), count.clone())).collect()
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

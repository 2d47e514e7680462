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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quality::IssueLog;

    fn read_as(name: &str, content: &str) -> (BikesContent, Reading) {
        super::super::read(&name.into(), 2, &mut content.as_bytes(), &CityZone::paris()).unwrap()
    }

    fn counted(log: &IssueLog) -> Vec<(&'static str, u64, u64)> {
        log.problems().into_iter().map(|(code, problem)| (code, problem.nombre, problem.exemples[0].ligne)).collect()
    }

    fn snapshot() -> StationSnapshot {
        let status = StationStatus {
            id: StationId("36255".into()),
            code: Some("9020".into()),
            bikes: Some(5),
            mechanical: Some(1),
            electric: Some(4),
            docks: Some(15),
            is_installed: Some(true),
            is_renting: Some(false),
            last_reported: Some(1_732_001_953),
        };
        StationSnapshot { stamp: 1_732_004_538, rank: 2, stations: vec![status] }
    }

    #[test]
    fn the_operators_spelling_and_the_standards_give_the_same_snapshot() {
        let operator = r#"{"lastUpdatedOther":1732004538,"ttl":3600,"data":{"stations":[{"station_id":36255,
            "num_bikes_available":5,"numBikesAvailable":5,"num_bikes_available_types":[{"mechanical":1},{"ebike":4}],
            "num_docks_available":15,"numDocksAvailable":15,"is_installed":1,"is_returning":1,"is_renting":0,
            "last_reported":1732001953,"stationCode":"9020"}]}}"#;
        let camel = r#"{"lastUpdatedOther":1732004538,"data":{"stations":[{"station_id":36255,"num_bikes_available":null,
            "numBikesAvailable":5,"num_bikes_available_types":{"mechanical":1,"ebike":4},"numDocksAvailable":15,
            "is_installed":"1","is_renting":"0","last_reported":1732001953,"stationCode":"9020"}]}}"#;
        let standard = r#"{"last_updated":1732004538,"version":"2.3","data":{"stations":[{"station_id":"36255",
            "num_bikes_available":5,"vehicle_types_available":[{"vehicle_type_id":"mechanical","count":1},
            {"vehicle_type_id":"ebike_v1","count":3},{"vehicle_type_id":"ebike_v2","count":1},{"vehicle_type_id":"cargo","count":2}],
            "num_docks_available":15,"is_installed":true,"is_returning":true,"is_renting":false,
            "last_reported":1732001953,"station_code":"9020"}]}}"#;
        let third = r#"{"last_updated":"2024-11-19T09:22:18+01:00","version":"3.0","data":{"stations":[{"station_id":"36255",
            "num_vehicles_available":5,"vehicle_types_available":[{"vehicle_type_id":"mechanical","count":1},
            {"vehicle_type_id":"ebike","count":4}],"num_docks_available":15,"is_installed":true,"is_renting":false,
            "last_reported":"2024-11-19T07:39:13Z","stationCode":"9020"}]}}"#;
        for content in [operator, camel, standard, third] {
            let (found, reading) = read_as("station_status.json", content);
            assert_eq!(found, BikesContent::Status(Some(snapshot())), "{content}");
            assert_eq!((reading.rows, reading.issues), (1, DatedIssues::default()));
        }
    }

    #[test]
    fn information_gives_names_places_and_capacities() {
        let content = r#"{"last_updated":1732004538,"data":{"stations":[
            {"station_id":36255,"stationCode":"9020","name":"Toudouze","lat":48.87,"lon":2.33,"capacity":21},
            {"station_id":"b","name":[{"text":"Town","language":"en"},{"text":"Ville","language":"fr"}],"lat":91,"lon":2.3,
             "capacity":-3},{"station_id":null},"x"]}}"#;
        let (BikesContent::Information(found), reading) = read_as("any.json", content) else {
            panic!("not information")
        };
        assert_eq!(found.stamp, Some(1_732_004_538));
        let told: Vec<_> = found.stations.iter().map(|s| (&*s.id.0, s.name.as_deref(), s.capacity, s.point)).collect();
        let place = Some(Point { lon: 2.33, lat: 48.87 });
        assert_eq!(told, [("36255", Some("Toudouze"), Some(21), place), ("b", Some("Ville"), None, None)]);
        assert_eq!(reading.rows, 4);
        let undated = counted(&reading.issues.undated);
        assert_eq!(undated, [("identifiant_illisible", 1, 3), ("ligne_mal_formee", 1, 4)]);
        let day = &reading.issues.by_day[&crate::time::parse_date("2024-11-19").unwrap()];
        assert_eq!(counted(day), [("comptage_hors_limites", 1, 2), ("coordonnees_hors_limites", 1, 2)]);
    }

    #[test]
    fn a_status_that_does_not_say_when_is_no_snapshot() {
        for clock in ["", "\"last_updated\":null,", "\"last_updated\":\"noon\",", "\"last_updated\":1732004538000,"] {
            let content = format!(r#"{{{clock}"data":{{"stations":[{{"station_id":1,"num_bikes_available":5}}]}}}}"#);
            let (found, reading) = read_as("station_status.json", &content);
            assert_eq!(found, BikesContent::Status(None), "{clock}");
            assert_eq!(counted(&reading.issues.undated), [("horodatage_illisible", 1, 1)]);
        }
    }

    #[test]
    fn an_empty_document_is_told_by_its_name() {
        let content = r#"{"last_updated":1732004538,"data":{"stations":[]}}"#;
        assert!(matches!(read_as("station_information.json", content).0, BikesContent::Information(_)));
        assert!(matches!(read_as("station_status.json", content).0, BikesContent::Status(Some(_))));
    }
}

//! Reads any object of the feed: counters in CSV, JSON or JSON lines, and GBFS station documents.

use std::io::BufRead;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::gbfs;
use super::raw::{COLUMNS, KEYS, REQUIRED_KEYS, RawCounter, fields_of};
use super::record::{Conversion, CounterRow};
use super::stations::{StationInformation, StationSnapshot};
use crate::decode::{Format, ReadError, format};
use crate::feeds::Reading;
use crate::quality::Rule;
use crate::table::{Entry, Table};
use crate::time::CityZone;

/// The JSON shapes that are read, for an error.
const SHAPES: &str = "bike counter records (`results`, `records` or a list) or GBFS `data.stations`";

/// What an object turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub enum BikesContent {
    /// Hours of counters, in the order of the object.
    Counters(Vec<CounterRow>),
    /// The stations at one moment (GBFS `station_status`); none when the document does not say which.
    Status(Option<StationSnapshot>),
    /// Names, places and capacities of stations (GBFS `station_information`).
    Information(StationInformation),
}

/// Reads one object, already decompressed. `rank` is its rank by name among the objects read.
pub fn read(
    object: &Arc<str>,
    rank: u32,
    input: &mut dyn BufRead,
    zone: &CityZone,
) -> Result<(BikesContent, Reading), ReadError> {
    let conversion = Conversion::new(object, rank, zone);
    match format(object, input)? {
        Format::Delimited => delimited(conversion, input),
        Format::JsonLines => json_lines(conversion, input),
        Format::Json => {
            let document = crate::json::document(object, input)?;
            match document.pointer("/data/stations") {
                Some(Value::Array(stations)) => Ok(gbfs::read(object, rank, &document, stations, zone)),
                _ => json(conversion, &document),
            }
        }
    }
}

type Read = Result<(BikesContent, Reading), ReadError>;

fn counters(conversion: Conversion<'_>, rows: u64, records: Vec<CounterRow>) -> (BikesContent, Reading) {
    (BikesContent::Counters(records), Reading { rows, issues: conversion.issues })
}

fn delimited(mut conversion: Conversion<'_>, input: &mut dyn BufRead) -> Read {
    let mut table = Table::open(conversion.object, input, &COLUMNS)?;
    if table.had_stray_quote() {
        conversion.issues.note(None, Rule::StrayHeaderQuote, conversion.object, 1, table.header());
    }
    let (mut rows, mut records) = (0, Vec::new());
    while let Some(entry) = table.next_entry()? {
        rows += 1;
        match entry {
            Entry::Row(row) => records.extend(conversion.row(RawCounter::Row(&row))),
            Entry::Malformed { line, text } => conversion.malformed(line, &text),
        }
    }
    Ok(counters(conversion, rows, records))
}

fn json(mut conversion: Conversion<'_>, document: &Value) -> Read {
    let Some(list) = crate::json::records(document) else {
        return Err(ReadError::UnknownShape {
            object: Arc::clone(conversion.object),
            expected: SHAPES,
            found: crate::json::describe(document),
        });
    };
    let (mut seen, mut records) = (Keys::default(), Vec::new());
    for (number, value) in (1..).zip(list) {
        match fields_of(value) {
            Some(fields) => {
                seen.meet(fields, value);
                records.extend(conversion.row(RawCounter::Record(number, fields)));
            }
            None => conversion.malformed(number, &value.to_string()),
        }
    }
    seen.check(conversion.object)?;
    Ok(counters(conversion, list.len() as u64, records))
}

fn json_lines(mut conversion: Conversion<'_>, input: &mut dyn BufRead) -> Read {
    let (mut rows, mut seen, mut records) = (0, Keys::default(), Vec::new());
    let object = conversion.object;
    crate::json::lines(object, input, &mut |line| {
        rows += 1;
        match line.value.as_ref().and_then(|value| Some((value, fields_of(value)?))) {
            Some((value, fields)) => {
                seen.meet(fields, value);
                records.extend(conversion.row(RawCounter::Record(line.number, fields)));
            }
            None => conversion.malformed(line.number, &line.text),
        }
    })?;
    seen.check(object)?;
    Ok(counters(conversion, rows, records))
}

/// Which of the required keys the records had: a key that no record has is a missing column.
#[derive(Default)]
struct Keys {
    met: [bool; REQUIRED_KEYS.len()],
    /// The first record, as an error tells it.
    first: Option<String>,
}

impl Keys {
    fn meet(&mut self, fields: &Map<String, Value>, record: &Value) {
        for (met, key) in self.met.iter_mut().zip(REQUIRED_KEYS) {
            *met |= fields.contains_key(KEYS[key]);
        }
        if self.first.is_none() {
            self.first = Some(crate::json::describe(record));
        }
    }

    fn check(self, object: &Arc<str>) -> Result<(), ReadError> {
        let Some(found) = self.first else { return Ok(()) };
        match self.met.into_iter().zip(REQUIRED_KEYS).find(|(met, _)| !met) {
            None => Ok(()),
            Some((_, key)) => {
                Err(ReadError::MissingColumn { object: Arc::clone(object), needed: KEYS[key].to_owned(), found })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::record::BikeValues;
    use super::*;
    use crate::quality::IssueLog;

    fn read_as(name: &str, content: &str) -> Read {
        read(&name.into(), 3, &mut content.as_bytes(), &CityZone::paris())
    }

    fn rows(name: &str, content: &str) -> (Vec<CounterRow>, Reading) {
        match read_as(name, content).unwrap() {
            (BikesContent::Counters(rows), reading) => (rows, reading),
            (other, _) => panic!("expected counters, found {other:?}"),
        }
    }

    fn told(rows: &[CounterRow]) -> Vec<String> {
        let paris = CityZone::paris();
        rows.iter()
            .map(|row| {
                let BikeValues { count, label, point } = &row.values;
                let point = point.map(|point| (point.lon, point.lat));
                format!("{} {} {count:?} {label:?} {point:?}", row.sensor, paris.iso(row.hour.0))
            })
            .collect()
    }

    fn counted(log: &IssueLog) -> Vec<(&'static str, u64, u64)> {
        log.problems().into_iter().map(|(code, problem)| (code, problem.nombre, problem.exemples[0].ligne)).collect()
    }

    const CSV_LABELS: &str = "Identifiant du compteur;Nom du compteur;Identifiant du site de comptage;Nom du site de \
        comptage;Comptage horaire;Date et heure de comptage;Date d'installation du site de comptage;Lien vers photo du \
        site de comptage;Coordonnées géographiques;Identifiant technique compteur;ID Photos;\
        test_lien_vers_photos_du_site_de_comptage_;id_photo_1;url_sites;type_dimage;mois_annee_comptage\n\
        10-1;Quai A;10;Quai;7.0;2021-06-15T08:00:00+02:00;2013-01-18;;48.8,2.3;Y2H;;;;;;2021-06\n\
        10-2;;10;Quai;;2021-06-15T08:00:00+02:00;2013-01-18;;;Y2H;;;;;;2021-06\n";

    #[test]
    fn every_dialect_of_the_same_rows_gives_the_same_records() {
        let first = r#"{"id_compteur":"10-1","nom_compteur":"Quai A","sum_counts":7,"date":"2021-06-15T06:00:00+00:00","coordinates":{"lon":2.3,"lat":48.8}}"#;
        let second = r#"{"id_compteur":"10-2","nom_compteur":null,"sum_counts":null,"date":"2021-06-15T06:00:00+00:00","coordinates":null}"#;
        let v1 = r#"{"datasetid":"d","fields":{"id_compteur":"10-1","nom_compteur":"Quai A","sum_counts":7,"date":"2021-06-15T06:00:00+00:00","coordinates":[48.8,2.3]}},{"fields":{"id_compteur":"10-2","date":"2021-06-15T06:00:00+00:00"}}"#;
        let v20 = r#"{"record":{"id":"x","fields":{"id_compteur":"10-1","nom_compteur":"Quai A","sum_counts":7,"date":"2021-06-15T06:00:00+00:00","coordinates":{"lon":2.3,"lat":48.8}}}},{"record":{"fields":{"id_compteur":"10-2","date":"2021-06-15T06:00:00+00:00"}}}"#;
        let csv = "\u{feff}date,id_compteur,sum_counts,nom_compteur,coordinates\r\n\
            2021-06-15 08:00:00,10-1,7,Quai A,\"48.8, 2.3\"\r\n2021-06-15T06:00:00Z,10-2,NaN,,\r\n";
        let expected = [
            r#"10-1 2021-06-15T08:00:00+02:00 Some(7.0) Some("Quai A") Some((2.3, 48.8))"#,
            "10-2 2021-06-15T08:00:00+02:00 None None None",
        ];
        for (name, content) in [
            ("a.json", format!(r#"{{"total_count":2,"results":[{first},{second}]}}"#)),
            ("a.json", format!("[{first},{second}]")),
            ("a.json", format!(r#"{{"nhits":2,"records":[{v1}]}}"#)),
            ("a.json", format!(r#"{{"total_count":2,"records":[{v20}]}}"#)),
            ("a.jsonl", format!("{first}\n\n{second}\n")),
            ("page", format!(r#"{{"results":[{first},{second}]}}"#)),
            ("a.csv", CSV_LABELS.to_owned()),
            ("a.csv", csv.to_owned()),
        ] {
            let (records, reading) = rows(name, &content);
            assert_eq!(told(&records), expected, "{content}");
            assert_eq!(reading.rows, 2);
            assert_eq!(reading.issues, crate::quality::DatedIssues::default(), "{content}");
            assert_eq!(records[0].origin.object, 3);
        }
    }

    #[test]
    fn a_stamp_without_offset_is_local_and_the_earlier_when_ambiguous() {
        let (records, reading) = rows(
            "a.csv",
            "id_compteur;sum_counts;date\n1;5;2023-10-29 02:00:00\n1;6;2023-03-26 02:00:00\n\
             1;7;2023-10-29T02:00:00+01:00\n1;8;2023-10-29 02:30:00\n",
        );
        assert_eq!(
            told(&records),
            ["1 2023-10-29T02:00:00+02:00 Some(5.0) None None", "1 2023-10-29T02:00:00+01:00 Some(7.0) None None"]
        );
        let day = |date| counted(&reading.issues.by_day[&crate::time::parse_date(date).unwrap()]);
        assert_eq!(day("2023-03-26"), [("nonexistent_local_time", 1, 3)]);
        assert_eq!(day("2023-10-29"), [("horodatage_hors_heure", 1, 5)]);
        assert!(reading.issues.undated.is_empty());
    }

    #[test]
    fn a_bad_field_is_nulled_and_counted_on_its_day_and_a_bad_row_is_dropped() {
        let (records, reading) = rows(
            "a.csv",
            "id_compteur;sum_counts;date;coordinates\n1;abc;2021-06-15T08:00:00+02:00;48.8,2.3\n\
             2;10001;2021-06-15T08:00:00+02:00;91,2.3\n3;-1;2021-06-15T08:00:00+02:00;here\n\
             *;4;2021-06-15T08:00:00+02:00;\n;4;2021-06-15T08:00:00+02:00;\n4;4;yesterday;\n5;4\n\
             6;0;2021-06-15T08:00:00+02:00;\n",
        );
        assert_eq!(records.iter().map(|row| &*row.sensor.0).collect::<Vec<_>>(), ["1", "2", "3", "6"]);
        assert_eq!(records.iter().map(|row| row.values.count).collect::<Vec<_>>(), [None, None, None, Some(0.0)]);
        assert_eq!(reading.rows, 8);
        let day = &reading.issues.by_day[&crate::time::parse_date("2021-06-15").unwrap()];
        assert_eq!(
            counted(day),
            [
                ("comptage_hors_limites", 2, 3),
                ("coordonnees_hors_limites", 1, 3),
                ("geometrie_illisible", 1, 4),
                ("nombre_illisible", 1, 2),
            ]
        );
        assert_eq!(
            counted(&reading.issues.undated),
            [("horodatage_illisible", 1, 7), ("identifiant_illisible", 2, 5), ("ligne_mal_formee", 1, 8)]
        );
    }

    #[test]
    fn a_json_record_that_is_no_object_is_malformed_under_its_number_from_1() {
        let good = r#"{"id_compteur":"1","sum_counts":1,"date":"2021-06-15T06:00:00+00:00"}"#;
        let (records, reading) = rows("a.json", &format!("[{good},7]"));
        assert_eq!((records.len(), counted(&reading.issues.undated)), (1, vec![("ligne_mal_formee", 1, 2)]));
        let (records, reading) = rows("a.jsonl", &format!("nope\n{good}\n"));
        assert_eq!((records.len(), counted(&reading.issues.undated)), (1, vec![("ligne_mal_formee", 1, 1)]));
        assert!(rows("a.json", r#"{"total_count":0,"results":[]}"#).0.is_empty());
    }

    #[test]
    fn a_stray_quote_before_the_header_is_told() {
        let (records, reading) = rows("a.csv", "\"id_compteur;sum_counts;date\n1;5;2021-06-15T08:00:00+02:00\n");
        assert_eq!((records.len(), counted(&reading.issues.undated)), (1, vec![("entete_guillemet", 1, 1)]));
    }

    #[test]
    fn an_object_without_counters_or_stations_is_an_error_that_says_what_it_found() {
        let error = |name, content| read_as(name, content).unwrap_err().to_string();
        assert_eq!(
            error("a.csv", "id_compteur;date\n1;2\n"),
            "a.csv: line 1: column `comptage horaire` or `sum counts` is missing: found `id_compteur;date`"
        );
        assert_eq!(
            error("a.json", r#"[{"iu_ac":"1","date":"2021"}]"#),
            "a.json: line 1: column `id_compteur` is missing: found an object with `iu_ac`, `date`"
        );
        assert!(error("a.json", r#"{"error_code":"x"}"#).contains("found an object with `error_code`"));
        assert!(error("a.json", "").contains("empty"));
        assert!(error("a.jsonl", "{\"a\":1}\n").contains("`id_compteur` is missing"));
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), kind in 0_usize..4) {
            let name = ["a.csv", "a.json", "a.jsonl", "a"][kind];
            let _ = read(&name.into(), 0, &mut bytes.as_slice(), &CityZone::paris());
        }

        #[test]
        fn arbitrary_values_in_known_fields_never_panic(
            values in prop::collection::vec(prop::sample::select(vec![
                "null", "1", "-1", "1e300", "-9e99", "\"\"", "\"*\"", "\"1\"", "\"2021-06-15T08:00:00+02:00\"", "true", "[]",
                "[48,2]", "{}", "{\"lon\":1,\"lat\":2}", "[{\"ebike\":1}]", "[{\"vehicle_type_id\":\"ebike\",\"count\":-1}]",
            ]), 8),
            clock in prop::sample::select(vec!["null", "1732004538", "1e300", "\"2024-11-19T08:22:18Z\"", "\"x\""]),
        ) {
            let v = &values;
            let counter = format!(r#"[{{"id_compteur":{},"nom_compteur":{},"sum_counts":{},"date":{},"coordinates":{}}}]"#, v[0], v[1], v[2], v[3], v[4]);
            let _ = read_as("a.json", &counter);
            let station = format!(r#"{{"last_updated":{clock},"data":{{"stations":[{{"station_id":{},"num_bikes_available":{},"num_bikes_available_types":{},"is_renting":{},"is_installed":{},"last_reported":{},"lon":{},"name":{}}}]}}}}"#, v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]);
            let _ = read_as("station_status.json", &station);
            let _ = read_as("station_information.json", &station.replace("num_bikes_available", "capacity").replace("is_renting", "lat"));
        }
    }
}

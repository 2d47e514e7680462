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
    let list = match document {
        Value::Array(records) => Some(records),
        _ => ["results", "records"].into_iter().find_map(|key| document.get(key)?.as_array()),
    };
    let Some(list) = list else {
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

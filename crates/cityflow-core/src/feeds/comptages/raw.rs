//! The wire shapes: delimited rows under labelled or technical names, and Opendatasoft records.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::json;
use crate::numbers::Cell;
use crate::table::{Column, Row};

/// Columns that are read. The labelled name stands first, the technical one second, both folded.
pub(super) const COLUMNS: [Column; 9] = [
    Column::required(&["identifiant arc", "iu ac"]),
    Column::required(&["date et heure de comptage", "t 1h"]),
    Column::optional(&["debit horaire", "q"]),
    Column::optional(&["taux d occupation", "k"]),
    Column::optional(&["libelle"]),
    Column::optional(&["etat trafic"]),
    Column::optional(&["etat arc", "etat barre"]),
    Column::optional(&["geo point 2d"]),
    Column::optional(&["geo shape"]),
];
const ARC: usize = 0;
const STAMP: usize = 1;
pub(super) const FLOW: usize = 2;
pub(super) const OCCUPANCY: usize = 3;
const LABEL: usize = 4;
const TRAFFIC_STATE: usize = 5;
const LINK_STATE: usize = 6;
pub(super) const POINT: usize = 7;
pub(super) const SHAPE: usize = 8;

/// One of [`FLOW`] and [`OCCUPANCY`] must be there; these are their names for the error that says so.
pub(super) const MEASURE_NAMES: [&str; 4] = ["debit horaire", "q", "taux d occupation", "k"];

/// A number as written, and what it says.
pub(super) struct RawNumber<'a> {
    pub(super) cell: Cell,
    pub(super) text: Cow<'a, str>,
}

/// Where a row says that its link lies.
pub(super) enum RawPlace<'r, 'a> {
    Row(&'r Row<'a>),
    Record(&'r Map<String, Value>),
}

/// One row as the file writes it.
pub(super) struct RawCount<'r, 'a> {
    pub(super) arc: Cow<'a, str>,
    pub(super) stamp: Cow<'a, str>,
    pub(super) flow: RawNumber<'a>,
    pub(super) occupancy: RawNumber<'a>,
    pub(super) label: Cow<'a, str>,
    pub(super) traffic_state: Cow<'a, str>,
    pub(super) link_state: Cow<'a, str>,
    pub(super) place: RawPlace<'r, 'a>,
}

impl<'r, 'a> RawCount<'r, 'a> {
    /// A delimited row, read by [`COLUMNS`].
    pub(super) fn of_row(row: &'r Row<'a>) -> Self {
        let number = |column| {
            let text = row.text(column);
            RawNumber { cell: Cell::parse(&text), text }
        };
        Self {
            arc: row.text(ARC),
            stamp: row.text(STAMP),
            flow: number(FLOW),
            occupancy: number(OCCUPANCY),
            label: row.text(LABEL),
            traffic_state: row.text(TRAFFIC_STATE),
            link_state: row.text(LINK_STATE),
            place: RawPlace::Row(row),
        }
    }

    /// An Opendatasoft record: the object that holds the fields. A field that is absent is null.
    pub(super) fn of_record(fields: &'r Map<String, Value>) -> Self {
        let text = |key| Cow::Owned(json::text(fields.get(key)).unwrap_or_default());
        let number = |key| {
            let text = fields.get(key).map_or_else(String::new, Value::to_string);
            RawNumber { cell: Cell::of_json(fields.get(key)), text: Cow::Owned(text) }
        };
        Self {
            arc: text("iu_ac"),
            stamp: text("t_1h"),
            flow: number("q"),
            occupancy: number("k"),
            label: text("libelle"),
            traffic_state: text("etat_trafic"),
            link_state: text("etat_barre"),
            place: RawPlace::Record(fields),
        }
    }
}

/// Which required fields the records of a JSON object bear.
#[derive(Default)]
pub(super) struct SeenFields {
    arc: bool,
    stamp: bool,
    measure: bool,
    records: bool,
    /// Records that wrap their fields (API v1) omit nulls, so a measure that no record bears may be all null.
    omits_nulls: bool,
}

impl SeenFields {
    /// Takes the fields out of a record, whichever way it holds them, and remembers what they bear.
    pub(super) fn fields<'v>(&mut self, record: &'v Value) -> Option<&'v Map<String, Value>> {
        let record = record.as_object()?;
        let wrapped = record.get("fields").and_then(Value::as_object);
        let fields = wrapped.unwrap_or(record);
        self.records = true;
        self.omits_nulls |= wrapped.is_some();
        self.arc |= fields.contains_key("iu_ac");
        self.stamp |= fields.contains_key("t_1h");
        self.measure |= fields.contains_key("q") || fields.contains_key("k");
        Some(fields)
    }

    /// Name of a required field that no record bears.
    pub(super) const fn missing(&self) -> Option<&'static str> {
        match self {
            Self { records: false, .. } => None,
            Self { arc: false, .. } => Some("iu_ac"),
            Self { stamp: false, .. } => Some("t_1h"),
            Self { measure: false, omits_nulls: false, .. } => Some("q` or `k"),
            Self { .. } => None,
        }
    }
}

/// The list of records of a JSON document: `records` (v1), `results` (v2.1), or the bare list.
pub(super) fn records(document: &Value) -> Option<&Vec<Value>> {
    match document {
        Value::Array(records) => Some(records),
        Value::Object(map) => map.get("records").or_else(|| map.get("results")).and_then(Value::as_array),
        _ => None,
    }
}

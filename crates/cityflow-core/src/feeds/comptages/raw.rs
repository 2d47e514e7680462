//! The wire shapes: delimited rows under labelled or technical names, and Opendatasoft records.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::decode::ReadError;
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
    /// What the first record looks like.
    first: Option<String>,
}

impl SeenFields {
    /// Takes the fields out of a record, whichever way it holds them, and remembers what they bear.
    pub(super) fn fields<'v>(&mut self, record: &'v Value) -> Option<&'v Map<String, Value>> {
        let value = json::fields(record);
        let is_wrapped = !std::ptr::eq(value, record);
        let fields = value.as_object()?;
        self.first.get_or_insert_with(|| json::describe(value));
        self.arc |= fields.contains_key("iu_ac");
        self.stamp |= fields.contains_key("t_1h");
        // Records that wrap their fields (v1) omit nulls: a measure that none of them bears may be null in all.
        self.measure |= is_wrapped || fields.contains_key("q") || fields.contains_key("k");
        Some(fields)
    }

    /// Fails when a required field stands in no record.
    pub(super) fn check(self, object: &Arc<str>) -> Result<(), ReadError> {
        let Some(found) = self.first else { return Ok(()) };
        let missing = [(self.arc, "iu_ac"), (self.stamp, "t_1h"), (self.measure, "q` or `k")];
        match missing.into_iter().find(|(seen, _)| !seen) {
            None => Ok(()),
            Some((_, needed)) => {
                Err(ReadError::MissingColumn { object: Arc::clone(object), needed: needed.to_owned(), found })
            }
        }
    }
}

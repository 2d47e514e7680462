//! The wire shape of counter rows: five columns, in a table or in a JSON record.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::geo::PointCell;
use crate::numbers::Cell;
use crate::table::{Column, Row};

/// Position of the counter's id in [`COLUMNS`] and [`KEYS`].
pub const ID: usize = 0;
/// Position of the counter's label.
pub const LABEL: usize = 1;
/// Position of the hourly count.
pub const COUNT: usize = 2;
/// Position of the stamp, the start of the hour.
pub const STAMP: usize = 3;
/// Position of the counter's place.
pub const POINT: usize = 4;

/// The columns of the city's CSV export, by label or technical name. The eleven others are photos, links and
/// the site that a counter is part of.
pub const COLUMNS: [Column; 5] = [
    Column::required(&["identifiant du compteur", "id compteur"]),
    Column::optional(&["nom du compteur", "nom compteur"]),
    Column::required(&["comptage horaire", "sum counts"]),
    Column::required(&["date et heure de comptage", "date"]),
    Column::optional(&["coordonnees geographiques", "coordinates"]),
];

/// The same fields in a JSON record.
pub const KEYS: [&str; 5] = ["id_compteur", "nom_compteur", "sum_counts", "date", "coordinates"];

/// The keys without which a list of records is not of counters. The count is not one of them: API v1 omits
/// nulls, so a day of silent counters has none.
pub const REQUIRED_KEYS: [usize; 2] = [ID, STAMP];

/// One row as written.
#[derive(Clone, Copy)]
pub enum RawCounter<'a> {
    /// Of a delimited object.
    Row(&'a Row<'a>),
    /// Of a JSON object: its record number (line, in JSON lines) and its fields.
    Record(u64, &'a Map<String, Value>),
}

impl<'a> RawCounter<'a> {
    /// Line, or record number from 1.
    pub const fn line(&self) -> u64 {
        match self {
            Self::Row(row) => row.line,
            Self::Record(number, _) => *number,
        }
    }

    /// A field, by its position in [`COLUMNS`].
    pub fn field(&self, column: usize) -> Field<'a> {
        match self {
            Self::Row(row) => Field::Text(row.text(column)),
            Self::Record(_, fields) => Field::Json(fields.get(KEYS[column])),
        }
    }

    /// The whole row, for a sample.
    pub fn whole(&self) -> String {
        match self {
            Self::Row(row) => row.raw().into_owned(),
            Self::Record(_, fields) => serde_json::to_string(fields).unwrap_or_default(),
        }
    }

    /// Whether the row is UTF-8; JSON always is.
    pub fn is_utf8(&self) -> bool {
        match self {
            Self::Row(row) => row.is_utf8(),
            Self::Record(..) => true,
        }
    }
}

/// One field as written.
pub enum Field<'a> {
    /// The text of a cell.
    Text(Cow<'a, str>),
    /// A JSON value.
    Json(Option<&'a Value>),
}

impl Field<'_> {
    /// What it says about a number.
    pub fn cell(&self) -> Cell {
        match self {
            Self::Text(text) => Cell::parse(text),
            Self::Json(value) => Cell::of_json(*value),
        }
    }

    /// What it says about a position.
    pub fn point(&self) -> PointCell {
        match self {
            Self::Text(text) => PointCell::parse(text),
            Self::Json(value) => PointCell::of_json(*value),
        }
    }

    /// Its text, empty when there is none.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Json(Some(Value::String(text))) => Cow::Borrowed(text.trim()),
            Self::Json(value) => Cow::Owned(crate::json::text(*value).unwrap_or_default()),
        }
    }

    /// How it is written, for a sample.
    pub fn sample(&self) -> String {
        match self {
            Self::Json(Some(value)) if !value.is_string() => value.to_string(),
            _ => self.text().into_owned(),
        }
    }
}

/// The fields of a JSON record: v2.1 writes them bare, v1 under `fields`, v2.0 under `record.fields`.
pub fn fields_of(value: &Value) -> Option<&Map<String, Value>> {
    crate::json::fields(value).as_object()
}

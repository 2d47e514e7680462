//! Wire shapes: rows of an export under its labels or technical names, and Opendatasoft records.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::geo::{GeometryCell, PointCell};
use crate::json;
use crate::numbers::Cell;
use crate::table::{Column, Row};
use crate::text::fold;

/// The columns, in the order of [`Field`]: label of the export, then technical name.
pub(super) const COLUMNS: [Column; 13] = [
    Column::required(&["identifiant"]),
    Column::required(&["date de debut", "date debut"]),
    Column::required(&["date de fin", "date fin"]),
    Column::optional(&["statut"]),
    Column::optional(&["impact sur la circulation", "impact circulation"]),
    Column::optional(&["niveau de perturbation", "niveau perturbation"]),
    Column::optional(&["code postal de l arrondissement", "cp arrondissement"]),
    Column::optional(&["objet"]),
    Column::optional(&["description"]),
    Column::optional(&["voie s", "voie"]),
    Column::optional(&["typologie"]),
    Column::optional(&["geo shape"]),
    Column::optional(&["geo point 2d"]),
];

/// A column, by its place in [`COLUMNS`].
#[derive(Clone, Copy)]
pub(super) enum Field {
    Id,
    Start,
    End,
    Status,
    Impact,
    Level,
    Postcode,
    Purpose,
    Description,
    Street,
    Typology,
    Shape,
    Point,
}

/// A row, whatever it was written in.
pub(super) trait RawWorks {
    /// The text of a field; none when it is absent, null or empty.
    fn text(&self, field: Field) -> Option<String>;
    /// The number of a field.
    fn number(&self, field: Field) -> Cell;
    /// What is written of the ground taken.
    fn shape(&self) -> GeometryCell;
    /// The position that is written.
    fn point(&self) -> PointCell;
    /// The row as written, for a sample.
    fn sample(&self) -> Cow<'_, str>;
}

impl RawWorks for Row<'_> {
    fn text(&self, field: Field) -> Option<String> {
        self.some_text(field as usize).filter(|text| !crate::numbers::is_null_text(text))
    }

    fn number(&self, field: Field) -> Cell {
        Cell::parse(&Self::text(self, field as usize))
    }

    fn shape(&self) -> GeometryCell {
        GeometryCell::parse(&Self::text(self, Field::Shape as usize))
    }

    fn point(&self) -> PointCell {
        PointCell::parse(&Self::text(self, Field::Point as usize))
    }

    fn sample(&self) -> Cow<'_, str> {
        self.raw()
    }
}

/// An Opendatasoft record: v1 (`fields`), v2.1 (flat) or a `GeoJSON` feature (`properties`).
pub(super) struct Record<'a> {
    whole: &'a Value,
    fields: &'a Map<String, Value>,
    /// The geometry of a feature, which stands beside its properties.
    geometry: Option<&'a Value>,
}

impl<'a> Record<'a> {
    /// Reads a record; none when it is not an object.
    pub(super) fn of(whole: &'a Value) -> Option<Self> {
        let inner = |key| whole.get(key).and_then(Value::as_object);
        if let Some(fields) = inner("properties") {
            return Some(Self { whole, fields, geometry: whole.get("geometry") });
        }
        let fields = inner("fields").or_else(|| whole.as_object())?;
        Some(Self { whole, fields, geometry: None })
    }

    fn value(&self, field: Field) -> Option<&'a Value> {
        let named = |name: &&str| self.fields.iter().find(|(key, _)| fold(key) == **name).map(|(_, value)| value);
        COLUMNS[field as usize].names.iter().find_map(named)
    }

    /// Whether a field is written, null or not.
    pub(super) fn has(&self, field: Field) -> bool {
        self.value(field).is_some()
    }
}

impl RawWorks for Record<'_> {
    fn text(&self, field: Field) -> Option<String> {
        json::text(self.value(field)).filter(|text| !crate::numbers::is_null_text(text))
    }

    fn number(&self, field: Field) -> Cell {
        Cell::of_json(self.value(field))
    }

    fn shape(&self) -> GeometryCell {
        match GeometryCell::of_json(self.value(Field::Shape)) {
            GeometryCell::Null => GeometryCell::of_json(self.geometry),
            written => written,
        }
    }

    fn point(&self) -> PointCell {
        PointCell::of_json(self.value(Field::Point))
    }

    fn sample(&self) -> Cow<'_, str> {
        Cow::Owned(self.whole.to_string())
    }
}

/// The records of a document: a list, `results` (v2.1), `records` (v1) or `features`; none for anything else.
pub(super) fn records(document: &Value) -> Option<&[Value]> {
    let listed = ["results", "records", "features"].into_iter().find_map(|key| document.get(key));
    listed.unwrap_or(document).as_array().map(Vec::as_slice)
}

//! The wire shape: a row of the export, whatever the dialect, before anything is judged.

use serde_json::Value;

use crate::geo::{Geometry, GeometryCell, Point, PointCell};
use crate::table::{Column, Row};
use crate::text::fold;

/// The columns by their label in the export and their technical name, in the order of the constants below.
pub const COLUMNS: [Column; 10] = [
    Column::required(&["iu ac", "identifiant arc"]),
    Column::optional(&["date debut", "date debut dispo data"]),
    Column::optional(&["date fin", "date fin dispo data"]),
    Column::optional(&["libelle"]),
    Column::optional(&["iu nd amont", "identifiant noeud amont"]),
    Column::optional(&["libelle nd amont", "libelle noeud amont"]),
    Column::optional(&["iu nd aval", "identifiant noeud aval"]),
    Column::optional(&["libelle nd aval", "libelle noeud aval"]),
    Column::optional(&["geo point 2d"]),
    Column::optional(&["geo shape"]),
];

/// `iu_ac`, required.
pub const LINK: usize = 0;
/// `date_debut`.
pub const AVAILABLE_FROM: usize = 1;
/// `date_fin`.
pub const AVAILABLE_UNTIL: usize = 2;
const LABEL: usize = 3;
const UPSTREAM_NODE: usize = 4;
const UPSTREAM_LABEL: usize = 5;
const DOWNSTREAM_NODE: usize = 6;
const DOWNSTREAM_LABEL: usize = 7;
/// `geo_point_2d`.
pub const POINT: usize = 8;
/// `geo_shape`.
pub const SHAPE: usize = 9;

/// One row as written; an empty cell is none.
#[derive(Clone, Debug, PartialEq)]
pub struct RawPiece {
    /// `iu_ac`.
    pub link: Option<String>,
    /// `date_debut`.
    pub available_from: Option<String>,
    /// `date_fin`.
    pub available_until: Option<String>,
    /// `libelle`.
    pub label: Option<String>,
    /// `iu_nd_amont`.
    pub upstream_node: Option<String>,
    /// `libelle_nd_amont`.
    pub upstream_label: Option<String>,
    /// `iu_nd_aval`.
    pub downstream_node: Option<String>,
    /// `libelle_nd_aval`.
    pub downstream_label: Option<String>,
    /// `geo_point_2d`, latitude first as text or list.
    pub point: PointCell,
    /// `geo_shape`, or the geometry of a feature.
    pub shape: GeometryCell,
}

impl RawPiece {
    /// The wire shape of a delimited row.
    pub fn of_row(row: &Row<'_>) -> Self {
        Self {
            link: row.some_text(LINK),
            available_from: row.some_text(AVAILABLE_FROM),
            available_until: row.some_text(AVAILABLE_UNTIL),
            label: row.some_text(LABEL),
            upstream_node: row.some_text(UPSTREAM_NODE),
            upstream_label: row.some_text(UPSTREAM_LABEL),
            downstream_node: row.some_text(DOWNSTREAM_NODE),
            downstream_label: row.some_text(DOWNSTREAM_LABEL),
            point: PointCell::parse(&row.text(POINT)),
            shape: GeometryCell::parse(&row.text(SHAPE)),
        }
    }

    /// The wire shape of a `GeoJSON` feature or of an Opendatasoft record.
    pub fn of_json(record: &Value) -> Self {
        let fields = fields(record);
        let text = |column: usize| crate::json::text(field(fields, column));
        let mut raw = Self {
            link: text(LINK),
            available_from: text(AVAILABLE_FROM),
            available_until: text(AVAILABLE_UNTIL),
            label: text(LABEL),
            upstream_node: text(UPSTREAM_NODE),
            upstream_label: text(UPSTREAM_LABEL),
            downstream_node: text(DOWNSTREAM_NODE),
            downstream_label: text(DOWNSTREAM_LABEL),
            point: PointCell::of_json(field(fields, POINT)),
            shape: GeometryCell::of_json(field(fields, SHAPE)),
        };
        match GeometryCell::of_json(record.get("geometry")) {
            // Some exports draw the place rather than the line.
            GeometryCell::Shape(Geometry::Point([lon, lat])) if raw.point == PointCell::Null => {
                raw.point = PointCell::At(Point { lon, lat });
            }
            GeometryCell::Shape(Geometry::Point(_)) => {}
            drawn if raw.shape == GeometryCell::Null => raw.shape = drawn,
            _ => {}
        }
        raw
    }

    /// The text of a record's field as JSON writes it, for a sample.
    pub fn json_sample(record: &Value, column: usize) -> String {
        let drawn = || (column == SHAPE).then(|| record.get("geometry")).flatten();
        field(fields(record), column).or_else(drawn).map(Value::to_string).unwrap_or_default()
    }

    /// Whether a record has the column that identifies the arc, be it empty.
    pub fn json_has_link(record: &Value) -> bool {
        field(fields(record), LINK).is_some()
    }
}

/// The fields of a record: the properties of a feature, else those of an Opendatasoft record.
fn fields(record: &Value) -> &Value {
    match record.get("properties") {
        Some(properties @ Value::Object(_)) => properties,
        _ => crate::json::fields(record),
    }
}

/// A field by the spellings of its column, the technical one first.
fn field(fields: &Value, column: usize) -> Option<&Value> {
    let fields = fields.as_object()?;
    let spelled = |name: &&str| fields.iter().find(|(key, _)| fold(key) == *name).map(|(_, value)| value);
    COLUMNS[column].names.iter().find_map(spelled)
}

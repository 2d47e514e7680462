//! An hour of a bike counter in the lake.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_schema::Field;
use cityflow_core::data_type::DataType;
use cityflow_core::geo::Point;
use cityflow_core::ids::CounterId;
use cityflow_core::time::HourStart;

use super::columns::{self, ColumnFault, Columns};
use super::row::{CsvCell, LakeRow};

/// One hour of one bike counter.
#[derive(Clone, Debug, PartialEq)]
pub struct LakeBikeRow {
    /// The counter (`id_compteur`).
    pub counter: CounterId,
    /// Start of the hour that was counted (`heure`).
    pub hour: HourStart,
    /// Bikes counted in the hour (`comptage`).
    pub count: Option<f64>,
    /// Name of the counter (`nom_compteur`).
    pub name: Option<Arc<str>>,
    /// Place of the counter, degrees (`lon`, `lat`).
    pub point: Option<Point>,
}

impl LakeRow for LakeBikeRow {
    const DATA_TYPE: DataType = DataType::Bikes;

    fn fields() -> Vec<Field> {
        vec![
            columns::text_field("id_compteur", false),
            columns::hour_field("heure"),
            columns::number_field("comptage"),
            columns::text_field("nom_compteur", true),
            columns::number_field("lon"),
            columns::number_field("lat"),
        ]
    }

    fn compare(&self, other: &Self) -> Ordering {
        (&self.counter, self.hour).cmp(&(&other.counter, other.hour))
    }

    fn to_columns(rows: &[&Self]) -> Vec<ArrayRef> {
        vec![
            columns::texts(rows.iter().map(|row| Some(&*row.counter.0))),
            columns::hours(rows.iter().map(|row| row.hour)),
            columns::numbers(rows.iter().map(|row| row.count)),
            columns::texts(rows.iter().map(|row| row.name.as_deref())),
            columns::numbers(rows.iter().map(|row| row.point.map(|point| point.lon))),
            columns::numbers(rows.iter().map(|row| row.point.map(|point| point.lat))),
        ]
    }

    fn from_columns(columns: &Columns<'_>) -> Result<Vec<Self>, ColumnFault> {
        let mut counters = columns.texts("id_compteur")?.flatten();
        let mut hours = columns.hours("heure")?;
        let mut counts = columns.numbers("comptage")?;
        let mut names = columns.texts("nom_compteur")?;
        let mut places = columns.numbers("lon")?.zip(columns.numbers("lat")?);
        let row = || {
            Some(Self {
                counter: CounterId(counters.next()?),
                hour: hours.next()?,
                count: counts.next()?,
                name: names.next()?,
                point: places.next().map(|(lon, lat)| Some(Point { lon: lon?, lat: lat? }))?,
            })
        };
        Ok(std::iter::from_fn(row).collect())
    }

    fn csv_cells(&self) -> Vec<CsvCell<'_>> {
        vec![
            CsvCell::Text(Some(&self.counter.0)),
            CsvCell::Hour(self.hour),
            CsvCell::Number(self.count),
            CsvCell::Text(self.name.as_deref()),
            CsvCell::Number(self.point.map(|point| point.lon)),
            CsvCell::Number(self.point.map(|point| point.lat)),
        ]
    }
}

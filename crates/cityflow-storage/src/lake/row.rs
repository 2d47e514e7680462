//! What a row of the lake must know of itself, so that both feeds share the code.

use std::cmp::Ordering;
use std::fmt::Debug;

use arrow_array::ArrayRef;
use arrow_schema::Field;
use cityflow_core::data_type::DataType;
use cityflow_core::time::HourStart;

use super::columns::{ColumnFault, Columns};

/// One hour of one sensor. Its first two columns are the sensor and the hour.
pub trait LakeRow: Clone + Debug + PartialEq {
    /// The feed.
    const DATA_TYPE: DataType;

    /// The columns, in order: of the Parquet file and of the CSV alike.
    fn fields() -> Vec<Field>;

    /// By sensor, then hour.
    fn compare(&self, other: &Self) -> Ordering;

    /// The rows as columns, in the order of [`LakeRow::fields`].
    fn to_columns(rows: &[&Self]) -> Vec<ArrayRef>;

    /// The rows of a batch of columns.
    fn from_columns(columns: &Columns<'_>) -> Result<Vec<Self>, ColumnFault>;

    /// The row as cells of the CSV, in the order of [`LakeRow::fields`].
    fn csv_cells(&self) -> Vec<CsvCell<'_>>;
}

/// A cell of the CSV export.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CsvCell<'a> {
    /// A text, made safe for spreadsheets; nothing when null.
    Text(Option<&'a str>),
    /// A number in its shortest form; nothing when null.
    Number(Option<f64>),
    /// An integer.
    Integer(u32),
    /// The start of an hour, ISO with the local offset.
    Hour(HourStart),
}

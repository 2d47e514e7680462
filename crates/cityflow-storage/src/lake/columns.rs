//! Columns of the lake: how texts, numbers and hours become Arrow arrays and back.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Float64Array, RecordBatch, StringArray, TimestampMillisecondArray, UInt32Array};
use arrow_schema::{DataType, Field, TimeUnit};
use cityflow_core::time::HourStart;

/// Parquet has no stamps in seconds; milliseconds are its coarsest.
const MILLISECONDS: i64 = 1000;

/// Time zone of the stamps.
const UTC: &str = "UTC";

/// A text column. Parquet keeps each distinct text once.
pub(super) fn text_field(name: &str, nullable: bool) -> Field {
    Field::new(name, DataType::Utf8, nullable)
}

/// A column of numbers that may be null.
pub(super) fn number_field(name: &str) -> Field {
    Field::new(name, DataType::Float64, true)
}

/// A column of whole numbers without nulls.
pub(super) fn integer_field(name: &str) -> Field {
    Field::new(name, DataType::UInt32, false)
}

/// A column of hour starts (instants, UTC, to the millisecond).
pub(super) fn hour_field(name: &str) -> Field {
    Field::new(name, DataType::Timestamp(TimeUnit::Millisecond, Some(UTC.into())), false)
}

pub(super) fn texts<'a>(values: impl Iterator<Item = Option<&'a str>>) -> ArrayRef {
    Arc::new(values.collect::<StringArray>())
}

pub(super) fn numbers(values: impl Iterator<Item = Option<f64>>) -> ArrayRef {
    Arc::new(values.collect::<Float64Array>())
}

pub(super) fn integers(values: impl Iterator<Item = u32>) -> ArrayRef {
    Arc::new(UInt32Array::from_iter_values(values))
}

pub(super) fn hours(values: impl Iterator<Item = HourStart>) -> ArrayRef {
    let milliseconds = values.map(|hour| hour.0.saturating_mul(MILLISECONDS));
    Arc::new(TimestampMillisecondArray::from_iter_values(milliseconds).with_timezone(UTC))
}

/// A column that is not what the lake writes.
#[derive(Debug, thiserror::Error)]
#[error("column `{0}` is missing or of another type")]
pub struct ColumnFault(String);

/// A batch of rows, column by column.
pub struct Columns<'a> {
    batch: &'a RecordBatch,
}

impl<'a> Columns<'a> {
    pub(super) const fn new(batch: &'a RecordBatch) -> Self {
        Self { batch }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.batch.num_rows()
    }

    fn array<A: Array + 'static>(&self, name: &str) -> Result<&'a A, ColumnFault> {
        let column = self.batch.column_by_name(name).and_then(|column| column.as_any().downcast_ref());
        column.ok_or_else(|| ColumnFault(name.to_owned()))
    }

    /// Texts; equal ones share their memory.
    pub(super) fn texts(&self, name: &str) -> Result<impl Iterator<Item = Option<Arc<str>>> + 'a, ColumnFault> {
        let mut known = BTreeSet::<Arc<str>>::new();
        let mut shared = move |text: &str| {
            if let Some(known) = known.get(text) {
                return Arc::clone(known);
            }
            let text = Arc::<str>::from(text);
            known.insert(Arc::clone(&text));
            text
        };
        Ok(self.array::<StringArray>(name)?.iter().map(move |text| text.map(&mut shared)))
    }

    pub(super) fn numbers(&self, name: &str) -> Result<impl Iterator<Item = Option<f64>> + 'a, ColumnFault> {
        Ok(self.array::<Float64Array>(name)?.iter())
    }

    pub(super) fn integers(&self, name: &str) -> Result<impl Iterator<Item = u32> + 'a, ColumnFault> {
        Ok(self.array::<UInt32Array>(name)?.values().iter().copied())
    }

    pub(super) fn hours(&self, name: &str) -> Result<impl Iterator<Item = HourStart> + 'a, ColumnFault> {
        let stamps = self.array::<TimestampMillisecondArray>(name)?.values().iter();
        Ok(stamps.map(|stamp| HourStart(stamp.div_euclid(MILLISECONDS))))
    }
}

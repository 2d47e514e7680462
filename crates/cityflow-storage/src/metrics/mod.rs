//! Computed documents: metrics of a feed's day, and the daily report.
//!
//! Metrics are one compact line (a day of road counts holds thousands of hourly arrays: indented, it would be
//! four times as long); reports are indented by two spaces, because people open them. Both end with a newline.
//!
//! A document that says what the stored one says, but for its time stamp, is not written again: running a day
//! twice gives the same bytes.

mod document;
mod file;
mod memory;

use cityflow_core::data_type::DataType;
use cityflow_core::envelope::Envelope;
use jiff::civil::Date;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::StorageError;
pub use crate::files::Written;

pub use document::same_but_for_stamp;
pub use file::FileStore;
pub use memory::MemoryStore;

/// Key of the time stamp of a metrics envelope.
pub const METRICS_STAMP: &str = "timestamp";

/// Key of the time stamp of a report.
pub const REPORT_STAMP: &str = "generated_at";

/// Where computed documents are kept, by data type and day. Documents are rendered JSON; the functions
/// [`put_envelope`], [`read_envelope`] and [`put_report`] render and read them.
pub trait MetricStore: Send + Sync {
    /// Stores the rendered envelope of a day, unless only its `timestamp` is new.
    fn put_metrics(&self, data_type: DataType, date: Date, document: &[u8]) -> Result<Written, StorageError>;

    /// The envelope of a day as stored; none when there is none.
    fn read_metrics(&self, data_type: DataType, date: Date) -> Result<Option<Vec<u8>>, StorageError>;

    /// The days that have metrics of a data type, oldest first.
    fn metrics_dates(&self, data_type: DataType) -> Result<Vec<Date>, StorageError>;

    /// Removes the metrics of a day; says whether there were any.
    fn remove_metrics(&self, data_type: DataType, date: Date) -> Result<bool, StorageError>;

    /// Stores the rendered report of a day, unless only its `generated_at` is new.
    fn put_report(&self, date: Date, document: &[u8]) -> Result<Written, StorageError>;

    /// The report of a day as stored; none when there is none.
    fn read_report(&self, date: Date) -> Result<Option<Vec<u8>>, StorageError>;

    /// Stores the CSV of a report, unless it is there already.
    fn put_report_csv(&self, date: Date, content: &[u8]) -> Result<Written, StorageError>;

    /// The CSV of a day's report as stored; none when there is none.
    fn read_report_csv(&self, date: Date) -> Result<Option<Vec<u8>>, StorageError>;

    /// The days that have a report, oldest first.
    fn report_dates(&self) -> Result<Vec<Date>, StorageError>;

    /// Where the documents are, for a person.
    fn describe(&self) -> String;
}

/// Renders and stores an envelope.
pub fn put_envelope<M: Serialize>(
    store: &(impl MetricStore + ?Sized),
    envelope: &Envelope<M>,
) -> Result<Written, StorageError> {
    store.put_metrics(envelope.data_type, envelope.date, &document::metrics(envelope)?)
}

/// Reads an envelope.
pub fn read_envelope<M: DeserializeOwned>(
    store: &(impl MetricStore + ?Sized),
    data_type: DataType,
    date: Date,
) -> Result<Option<Envelope<M>>, StorageError> {
    let Some(bytes) = store.read_metrics(data_type, date)? else { return Ok(None) };
    document::read(&bytes, || format!("{}: {data_type} metrics of {date}", store.describe())).map(Some)
}

/// Renders and stores a report.
pub fn put_report(
    store: &(impl MetricStore + ?Sized),
    date: Date,
    report: &impl Serialize,
) -> Result<Written, StorageError> {
    store.put_report(date, &document::report(date, report)?)
}

/// Reads a report.
pub fn read_report<R: DeserializeOwned>(
    store: &(impl MetricStore + ?Sized),
    date: Date,
) -> Result<Option<R>, StorageError> {
    let Some(bytes) = store.read_report(date)? else { return Ok(None) };
    document::read(&bytes, || format!("{}: report of {date}", store.describe())).map(Some)
}

#[cfg(test)]
mod contract;

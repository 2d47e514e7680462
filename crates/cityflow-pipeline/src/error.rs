//! Why a job fails as a whole.

use cityflow_storage::StorageError;
use jiff::civil::Date;

/// Why a job fails as a whole; a feed's error does not.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// The store failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The configured zone is unknown.
    #[error(transparent)]
    Zone(#[from] cityflow_core::time::UnknownZone),
    /// Nothing is known of the day.
    #[error("no data for {date} in {place}{}{}", nearest(.before.as_ref(), .after.as_ref()), not_read(.unread.as_deref()))]
    NoData {
        /// The day that was asked for.
        date: Date,
        /// Where it was looked for.
        place: String,
        /// The nearest earlier day that has data.
        before: Option<Date>,
        /// The nearest later day that has data.
        after: Option<Date>,
        /// What could not be read and may have held the day.
        unread: Option<String>,
    },
    /// Days asked for in the wrong order.
    #[error("the span ends before it starts: {from} to {to}")]
    InvertedSpan {
        /// First day.
        from: Date,
        /// Last day.
        to: Date,
    },
    /// There is no report to take examples from.
    #[error("no report{} in {place}: run `cityflow run --date YYYY-MM-DD` first", .date.map_or(String::new(), |date| format!(" of {date}")))]
    NoReport {
        /// The day that was asked for.
        date: Option<Date>,
        /// Where it was looked for.
        place: String,
    },
}

fn not_read(sentence: Option<&str>) -> String {
    sentence.map_or_else(String::new, |sentence| format!("; not read: {sentence}"))
}

fn nearest(before: Option<&Date>, after: Option<&Date>) -> String {
    match (before, after) {
        (None, None) => String::new(),
        (Some(one), None) | (None, Some(one)) => format!(": the nearest day with data is {one}"),
        (Some(before), Some(after)) => format!(": the nearest days with data are {before} and {after}"),
    }
}

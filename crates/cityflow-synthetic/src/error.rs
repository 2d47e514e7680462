//! What can go wrong while a city is written.

use std::io;

/// Why nothing, or only a part, was written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The settings ask for less than the planted faults need.
    #[error("too few {what} for the planted faults: {found}, at least {least} are needed")]
    TooFew {
        /// The name of the setting.
        what: &'static str,
        /// The value given.
        found: u32,
        /// The smallest value that works.
        least: u32,
    },
    /// The span of days starts before the year 1970 or leaves the calendar.
    #[error("the span of {days} days that ends on {end} leaves the calendar")]
    Span {
        /// Length of the span in days.
        days: u32,
        /// Its last day.
        end: jiff::civil::Date,
    },
    /// The sink refused an object.
    #[error("cannot write {object}: {source}")]
    Object {
        /// Name of the object relative to the root of the bucket.
        object: String,
        /// What the sink said.
        source: io::Error,
    },
    /// The output of [`crate::write_counts_csv`] refused bytes.
    #[error("cannot write the road counts: {0}")]
    Output(#[from] io::Error),
}

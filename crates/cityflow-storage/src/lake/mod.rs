//! The lake: the cleaned hourly observations of bikes and road counts, one Parquet file per day.
//!
//! ```text
//! <out>/processed/<type>/manifest.json                     what was landed, written last
//! <out>/processed/<type>/dt=<date>/observations.parquet    the hours of a day
//! <out>/processed/<type>_<date>.csv                        the same as CSV, on request
//! ```
//!
//! The lake is a copy of what the raw bucket says and can be landed again at any time. A landing goes:
//! [`Lake::forget`], then [`Lake::write_day`] for each day, [`Lake::remove_day`] for those that are no more,
//! and [`Lake::write_manifest`] last. A landing that is killed leaves no manifest, and without a manifest
//! nothing is read: half of a landing is never taken for a whole one. Bikes are landed day by day without that
//! first step: the manifest names the seal of each partition, and a partition with another seal is not read.
//!
//! The bytes of a partition follow from the content of the raw objects alone. When an object was changed, and so
//! whether a day must be landed again, is the manifest's to know.

mod account;
mod bikes;
mod columns;
mod convert;
mod csv;
mod manifest;
mod partition;
mod roads;
mod row;
mod seal;
mod store;

pub use account::{DayAccount, StoredDay};
pub use bikes::LakeBikeRow;
pub use manifest::{LandedObject, Manifest, landing_digest};
pub use roads::LakeRoadRow;
pub use row::{CsvCell, LakeRow};
pub use store::Lake;

/// Version of what the lake holds: raised whenever the files, or the readers that fill them, change meaning, so
/// that a lake of an older program is landed anew.
pub const LAKE_FORMAT: u32 = 2;

#[cfg(test)]
mod tests;

//! A deterministic, believable Paris in the wire formats of the six feeds.
//!
//! [`write_bucket`] lays out a raw bucket (`api/…`, `batch/…`) of road counts, bike counters, transit
//! disruptions, weather, roadworks, the road reference and zones, with the faults that a real city has,
//! and says in its [`Summary`] what was planted where. [`write_counts_csv`] streams the road counts
//! alone, in constant memory, for files of many GB.
//!
//! The crate is pure: no filesystem, no clock, no random source. Each value is a hash of the seed and
//! of its own place in the city ([`Settings::seed`], stream, sensor, hour), so any row can be computed
//! alone, order never matters, and the same settings give the same bytes. Sines come from a polynomial
//! rather than the platform's library for the same reason.

mod benchmark;
mod bucket;
mod calendar;
mod error;
mod feeds;
mod model;
mod noise;
mod numbers;
mod settings;
mod sink;
mod summary;

pub use benchmark::{CountsFile, write_counts_csv};
pub use bucket::write_bucket;
pub use error::Error;
pub use settings::Settings;
pub use sink::{MemorySink, Object, Sink};
pub use summary::{Axis, BlockedLine, FeedTotals, Planted, Silence, Summary};

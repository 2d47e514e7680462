//! `bikes`: hourly bike counters and snapshots of the Vélib' stations.
//!
//! A counter's stamp is the start of its hour. Station documents (GBFS) are snapshots by their own clock. See
//! `docs/feeds/bikes.md` for the dialects and `docs/metrics.md` for the numbers.

mod gbfs;
pub mod issues;
pub mod metrics;
pub mod raw;
pub mod reader;
pub mod record;
pub mod stations;
pub mod velib;

#[cfg(test)]
mod real_data;

pub use metrics::{BikesMetrics, compute};
pub use reader::{BikesContent, read};
pub use record::{BikeValues, CounterDay, CounterHistory, CounterRow};
pub use stations::{StationId, StationInformation, StationSnapshot};
pub use velib::VelibDay;

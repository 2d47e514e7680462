//! Hourly road counts: flow and occupancy of some three thousand links, by far the heaviest feed.
//!
//! The stamp of a row is the end of the counted hour (city notice of 2019-06-07). `Etat arc` is the declared
//! state of the link and no verdict on the measure: validity comes from flow and occupancy alone.

mod issues;
pub mod metrics;
pub mod place;
mod raw;
pub mod reader;
pub mod record;
pub mod state;

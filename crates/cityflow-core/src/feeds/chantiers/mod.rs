//! Roadworks that disturb traffic: one export of the city's register is read for a day.
//!
//! An export is a snapshot, named by its date; which one stands for a day is chosen by name alone, so that
//! only that one is opened. See `docs/feeds/chantiers.md`.

pub mod issues;
pub mod metrics;
mod raw;
pub mod reader;
pub mod record;

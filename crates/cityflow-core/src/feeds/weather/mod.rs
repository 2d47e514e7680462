//! Weather: Open-Meteo payloads (columns) and Visual Crossing timelines (records), as one model.
//!
//! Sums of Open-Meteo are stamped at the end of their hour, everything else at its start. See
//! `docs/feeds/weather.md`.

mod clock;
pub mod issues;
pub mod metrics;
mod open_meteo;
mod raw;
pub mod reader;
pub mod record;
mod units;
mod visual_crossing;
mod wmo;

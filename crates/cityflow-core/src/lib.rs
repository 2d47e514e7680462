//! The domain of `CityFlow`: what the feeds say, what a day is, and what every number means.
//!
//! Everything here is pure and synchronous. There is no clock, no network, no file system: readers
//! take bytes, metrics take records, and the same input gives the same bytes whatever the machine.
//!
//! A byte goes one way: raw object → [`feeds`] reader → record + [`quality`] issues → [`hourly`]
//! observations (the lake) → daily metrics → [`envelope`] → [`report`].

pub mod data_type;
pub mod decode;
pub mod envelope;
pub mod evolution;
pub mod failing;
pub mod feeds;
pub mod geo;
pub mod hourly;
pub mod ids;
pub mod json;
pub mod merge;
pub mod network;
pub mod numbers;
pub mod quality;
pub mod report;
pub mod settings;
pub mod table;
pub mod text;
pub mod time;
pub mod zones;

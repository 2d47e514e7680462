//! `referentiel`: the city's reference of its counting network. Rows are pieces of arcs.
//!
//! The feed has no day of its own: one object, the newest, speaks for every day.

pub mod issues;
pub mod metrics;
pub mod raw;
pub mod reader;
pub mod record;

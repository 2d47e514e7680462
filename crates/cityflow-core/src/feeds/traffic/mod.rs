//! Transit disruptions: navitia pages and the bulk feed of PRIM, read as one model.
//!
//! An object is a [`record::Snapshot`]; [`assemble`] puts the snapshots of a day in order and settles what each
//! disruption finally said; [`metrics`] counts.

pub mod assemble;
mod bulk;
pub mod issues;
pub mod lines;
pub mod markup;
pub mod metrics;
mod navitia;
pub mod periods;
mod raw;
pub mod reader;
pub mod record;

#[cfg(test)]
mod real_data_tests;
#[cfg(test)]
mod testing;

//! Where bytes live: raw objects (read), the lake of hourly observations, metrics and reports.
//!
//! Only this crate names a backend. It neither prints, nor reads the environment, nor computes a number:
//! what is stored is what the domain made, and it appears whole or not at all.

pub mod error;
pub mod files;
pub mod lake;
pub mod metrics;
pub mod raw;

pub use error::StorageError;

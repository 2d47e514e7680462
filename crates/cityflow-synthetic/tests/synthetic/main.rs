//! The synthetic city from outside: one binary, one file a subject.
#![expect(clippy::unwrap_used, reason = "a test that cannot read its input has failed")]

mod bucket;
mod counts_csv;
mod planted;
mod reading;

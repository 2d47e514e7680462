//! From raw objects to the lake and out of it: runs of whole days on a bucket in memory.
#![expect(clippy::unwrap_used, reason = "a run that cannot be made has failed")]

mod healing;
mod merge;
mod place;
mod rows;
mod span;

//! What the end-to-end tests share: the binary, a raw bucket to fill, and the outputs to look at.

// What tests call fails the test by panicking.
#![expect(clippy::missing_panics_doc, reason = "every function here panics when the test cannot go on")]

pub mod binary;
pub mod bucket;
mod feeds;
pub mod machine;
pub mod tree;

//! From a raw bucket to stored metrics: plan, read, compute, write.
//!
//! A job is its arguments plus `run`; running it twice leaves the same bytes. One feed's error never stops
//! the other five, and parallelism is only ever a wrapper around the sequential core.

mod backfill;
mod check;
mod day;
mod error;
mod export;
mod feed;
mod inventory;
mod landing;
mod progress;
mod publish;
mod read;
mod sample;

pub use backfill::{SpanSummary, backfill};
pub use check::{CheckReport, FeedCheck, check};
pub use day::{Job, run};
pub use error::PipelineError;
pub use feed::{FeedSummary, ObjectFault};
pub use inventory::Inventory;
pub use progress::{Progress, Silent};
pub use publish::{DaySummary, Wanted};
pub use sample::sample;

//! One file per command, and what they share.

pub(crate) mod backfill;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod demo;
pub(crate) mod generate;
pub(crate) mod process;
pub(crate) mod report;
pub(crate) mod run;
pub(crate) mod sample;
mod summary;

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use cityflow_pipeline::Job;
use cityflow_storage::lake::Lake;
use cityflow_storage::metrics::FileStore;
use cityflow_storage::raw::{RawStore, open_raw};

use crate::args::Global;
use crate::config::{Flags, Merged, injected_now, merge};
use crate::output;
use crate::progress::Bars;

/// Exit code of a failed run.
pub(crate) const FAILED: u8 = 1;
/// Exit code of a run that is done while a feed is in error.
const FEED_IN_ERROR: u8 = 3;

/// How a command that did not fail ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Done {
    /// Everything.
    All,
    /// Everything but a feed or an object in error.
    WithFeedInError,
}

impl From<Done> for ExitCode {
    fn from(done: Done) -> Self {
        match done {
            Done::All => Self::SUCCESS,
            Done::WithFeedInError => Self::from(FEED_IN_ERROR),
        }
    }
}

/// What every command stands on.
pub(crate) struct Context {
    /// The global flags.
    pub(crate) global: Global,
    /// The merged configuration.
    pub(crate) merged: Merged,
    /// Stamps results: the clock, or `CITYFLOW_NOW` for reproducible files.
    pub(crate) clock: Arc<dyn Fn() -> String + Send + Sync>,
}

impl Context {
    /// Merges the configuration and sets up the worker threads.
    pub(crate) fn new(global: Global) -> anyhow::Result<Self> {
        let flags = Flags {
            config: global.config.clone(),
            raw: global.raw.clone(),
            out: global.out.clone(),
            threads: global.threads,
        };
        let environment = |name: &str| std::env::var(name).ok();
        let merged = merge(&flags, &environment)?;
        let injected = injected_now(&environment)?;
        for key in &merged.unknown_keys {
            output::warning(&format!("unknown configuration key: {key}"));
        }
        let pool = rayon::ThreadPoolBuilder::new().num_threads(merged.config.threads);
        pool.build_global().context("cannot start the worker threads")?;
        Ok(Self { global, merged, clock: Arc::new(move || stamp(injected)) })
    }

    /// The stores of the configured places.
    pub(crate) fn stores(&self) -> anyhow::Result<Stores> {
        let config = &self.merged.config;
        Ok(Stores {
            raw: open_raw(&config.raw)?,
            lake: Lake::open(&config.out),
            metrics: FileStore::new(&config.out),
            bars: self.bars(),
        })
    }

    /// Progress bars, unless they were waived.
    pub(crate) fn bars(&self) -> Bars {
        Bars::new(self.global.quiet || self.global.json)
    }

    /// A job on those stores.
    pub(crate) fn job<'a>(&'a self, stores: &'a Stores) -> Job<'a> {
        Job {
            raw: stores.raw.as_ref(),
            lake: &stores.lake,
            store: &stores.metrics,
            out: &self.merged.config.out,
            settings: &self.merged.config.city,
            now: &*self.clock,
            progress: &stores.bars,
        }
    }
}

/// The stores of a command, and the bars that show its progress.
pub(crate) struct Stores {
    /// The raw bucket.
    pub(crate) raw: Box<dyn RawStore>,
    /// The lake below the output root.
    pub(crate) lake: Lake,
    /// Metrics and reports below the output root.
    pub(crate) metrics: FileStore,
    /// Progress.
    pub(crate) bars: Bars,
}

/// The instant that results are stamped with: the clock, unless another is given.
fn stamp(injected: Option<jiff::Timestamp>) -> String {
    injected.unwrap_or_else(jiff::Timestamp::now).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

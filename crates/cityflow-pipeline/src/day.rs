//! One day: read what can hold it, compute the feeds, join them.

mod roads;
mod session;
mod sources;
mod undated;

use std::path::Path;

use cityflow_core::settings::Settings;
use cityflow_storage::lake::Lake;
use cityflow_storage::metrics::MetricStore;
use cityflow_storage::raw::RawStore;
use jiff::civil::Date;

pub(crate) use self::session::{ComputedDay, Session};
pub(crate) use self::undated::zones;
use crate::error::PipelineError;
use crate::progress::Progress;
use crate::publish::{DaySummary, Wanted, publish};

/// Where a job reads and writes, and what it stands on.
pub struct Job<'a> {
    /// The raw bucket.
    pub raw: &'a dyn RawStore,
    /// The lake of hourly observations.
    pub lake: &'a Lake,
    /// Metrics and reports.
    pub store: &'a dyn MetricStore,
    /// The output root, for messages and for sweeping what killed runs left.
    pub out: &'a Path,
    /// What the city sets.
    pub settings: &'a Settings,
    /// The instant that results are stamped with (UTC, `Z`); the only clock.
    pub now: &'a (dyn Fn() -> String + Sync),
    /// Hears of progress.
    pub progress: &'a dyn Progress,
}

/// Computes a day and stores what is wanted of it.
pub fn run(job: &Job<'_>, date: Date, wanted: &Wanted) -> Result<DaySummary, PipelineError> {
    let inventory = crate::inventory::Inventory::list(job.raw)?;
    let mut session = Session::open(job, &inventory)?;
    let day = session.compute(date, wanted);
    session.expect_data(&day, wanted)?;
    let mut summary = publish(job, &day, wanted, session.warnings())?;
    // What is stored by now is good without what follows: its failure is told beside it.
    summary.erreurs.extend(session.close().err().map(|error| error.to_string()));
    if wanted.csv {
        for written in crate::export::observations(job, date, &wanted.types) {
            match written {
                Ok(path) => summary.csv.push(path.display().to_string()),
                Err(error) => summary.erreurs.push(error.to_string()),
            }
        }
    }
    Ok(summary)
}

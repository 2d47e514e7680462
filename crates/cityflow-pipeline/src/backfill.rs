//! A span of days, each raw object read once.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::day::{Job, Session};
use crate::error::PipelineError;
use crate::inventory::Inventory;
use crate::publish::{DaySummary, Wanted, publish};

/// Computes and stores every day of the span that has data, with its report.
pub fn backfill(job: &Job<'_>, from: Date, to: Date) -> Result<Vec<DaySummary>, PipelineError> {
    if to < from {
        return Err(PipelineError::InvertedSpan { from, to });
    }
    let wanted = Wanted { report: true, ..Wanted::all_metrics() };
    let inventory = Inventory::list(job.raw)?;
    let mut session = Session::open(job, &inventory)?;
    let days: Vec<Date> = from.series(1.day()).take_while(|day| *day <= to).collect();
    job.progress.begin("days", days.len() as u64);
    let mut summaries = Vec::new();
    let mut nothing = None;
    for date in days {
        let day = session.compute(date, &wanted);
        match session.expect_data(&day, &wanted) {
            Ok(()) => summaries.push(publish(job, &day, &wanted, session.warnings())?),
            Err(error) => nothing = Some(error),
        }
        job.progress.advance(1, &date.to_string());
    }
    job.progress.end();
    let closed = session.close();
    if let (Some(last), Err(error)) = (summaries.last_mut(), closed) {
        // The days are stored and good; the next run lands again what the account does not hold.
        last.erreurs.push(error.to_string());
    }
    match (summaries.is_empty(), nothing) {
        (true, Some(error)) => Err(error),
        _ => Ok(summaries),
    }
}

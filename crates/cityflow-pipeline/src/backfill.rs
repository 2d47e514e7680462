//! A span of days, each raw object read once.

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;

use crate::day::{Job, Session};
use crate::error::PipelineError;
use crate::inventory::Inventory;
use crate::publish::{DaySummary, Wanted, publish};

/// What became of a span of days.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SpanSummary {
    /// The days that have data, oldest first.
    pub jours: Vec<DaySummary>,
    /// Days without any.
    pub jours_sans_donnees: Vec<Date>,
    /// Why the span ended early; null when it did not.
    pub erreur: Option<String>,
}

/// Computes and stores every day of the span that has data, with its report. A store that refuses a whole day
/// ends the span: what was stored before it stands and is told.
pub fn backfill(job: &Job<'_>, from: Date, to: Date) -> Result<SpanSummary, PipelineError> {
    if to < from {
        return Err(PipelineError::InvertedSpan { from, to });
    }
    let wanted = Wanted { report: true, ..Wanted::all_metrics() };
    let inventory = Inventory::list(job.raw)?;
    let mut session = Session::open(job, &inventory)?;
    let days: Vec<Date> = from.series(1.day()).take_while(|day| *day <= to).collect();
    job.progress.begin("days", days.len() as u64);
    let mut span = SpanSummary::default();
    let (mut nothing, mut refused) = (None, None);
    for date in days {
        let day = session.compute(date, &wanted);
        match session.expect_data(&day, &wanted).map(|()| publish(job, &day, &wanted, session.warnings())) {
            Ok(Ok(summary)) => span.jours.push(summary),
            Ok(Err(error)) => {
                refused = Some(error);
                break;
            }
            Err(error) => {
                span.jours_sans_donnees.push(date);
                nothing = Some(error);
            }
        }
        job.progress.advance(1, &date.to_string());
    }
    job.progress.end();
    let closed = session.close();
    if let (Some(last), Err(error)) = (span.jours.last_mut(), closed) {
        // The days are stored and good; the next run lands again what the account does not hold.
        last.erreurs.push(error.to_string());
    }
    match refused.or(nothing.filter(|_| span.jours.is_empty())) {
        Some(error) if span.jours.is_empty() => Err(error),
        error => {
            span.erreur = error.map(|error| error.to_string());
            Ok(span)
        }
    }
}

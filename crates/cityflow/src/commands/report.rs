//! `cityflow report`: the report of a day, without touching its metrics files.

use cityflow_pipeline::Wanted;

use super::{Context, Done, summary};
use crate::args::ReportArgs;

/// Computes the day and stores its report.
pub(crate) fn run(context: &Context, args: &ReportArgs) -> anyhow::Result<Done> {
    summary::day(context, args.date, &Wanted::report_only())
}

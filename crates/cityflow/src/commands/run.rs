//! `cityflow run`: the metrics of a day and its report.

use cityflow_pipeline::Wanted;

use super::{Context, Done, summary};
use crate::args::Day;

/// Computes and stores all six, then the report.
pub(crate) fn run(context: &Context, args: &Day) -> anyhow::Result<Done> {
    let wanted = Wanted { report: true, csv: args.csv, ..Wanted::all_metrics() };
    summary::day(context, args.date, &wanted)
}

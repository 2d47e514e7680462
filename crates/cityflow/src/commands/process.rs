//! `cityflow process`: the metrics of a day, of some types or all.

use cityflow_pipeline::Wanted;

use super::{Context, Done, summary};
use crate::args::Process;

/// Computes and stores the wanted types.
pub(crate) fn run(context: &Context, args: &Process) -> anyhow::Result<Done> {
    let mut wanted = Wanted { csv: args.day.csv, ..Wanted::all_metrics() };
    if !args.types.is_empty() {
        wanted.types = args.types.iter().copied().collect();
    }
    summary::day(context, args.day.date, &wanted)
}

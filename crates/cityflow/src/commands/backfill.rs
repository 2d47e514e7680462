//! `cityflow backfill`: a span of days in one pass over the raw files.

use serde_json::json;

use super::{Context, Done, summary};
use crate::args::Backfill;
use crate::output;

/// Computes and stores every day of the span that has data.
pub(crate) fn run(context: &Context, args: &Backfill) -> anyhow::Result<Done> {
    let stores = context.stores()?;
    let days = cityflow_pipeline::backfill(&context.job(&stores), args.from, args.to)?;
    if context.global.json {
        output::json(&json!({ "jours": days }))?;
    } else {
        let mut rows = vec![
            ["date", "bikes", "traffic", "weather", "comptages", "chantiers", "referentiel"]
                .map(str::to_owned)
                .to_vec(),
        ];
        rows.extend(days.iter().map(summary::line));
        output::data(&output::table(&rows))?;
    }
    summary::warn(&days);
    Ok(summary::done(&days))
}

//! `cityflow backfill`: a span of days in one pass over the raw files.

use super::{Context, Done, summary};
use crate::args::Backfill;
use crate::output;

/// Computes and stores every day of the span that has data.
pub(crate) fn run(context: &Context, args: &Backfill) -> anyhow::Result<Done> {
    let stores = context.stores()?;
    let span = cityflow_pipeline::backfill(&context.job(&stores), args.from, args.to)?;
    if context.global.json {
        output::json(&span)?;
    } else {
        let mut rows = vec![
            ["date", "bikes", "traffic", "weather", "comptages", "chantiers", "referentiel"]
                .map(str::to_owned)
                .to_vec(),
        ];
        rows.extend(span.jours.iter().map(summary::line));
        output::data(&output::table(&rows))?;
        if !span.jours_sans_donnees.is_empty() {
            let days: Vec<String> = span.jours_sans_donnees.iter().map(ToString::to_string).collect();
            output::data(&format!("no data: {}\n", days.join(", ")))?;
        }
    }
    summary::warn(&span.jours);
    match span.erreur {
        Some(error) => Err(anyhow::anyhow!("the span ended early: {error}")),
        None => Ok(summary::done(&span.jours)),
    }
}

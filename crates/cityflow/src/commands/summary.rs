//! What `run`, `process` and `report` say of a day.

use std::collections::BTreeSet;

use cityflow_pipeline::{DaySummary, Wanted};
use jiff::civil::Date;

use super::{Context, Done};
use crate::output;

/// Computes a day and says what came of it.
pub(crate) fn day(context: &Context, date: Date, wanted: &Wanted) -> anyhow::Result<Done> {
    let stores = context.stores()?;
    let summary = cityflow_pipeline::run(&context.job(&stores), date, wanted)?;
    if context.global.json {
        output::json(&summary)?;
    } else {
        output::data(&text(&summary))?;
    }
    warn(std::slice::from_ref(&summary));
    Ok(done(std::slice::from_ref(&summary)))
}

/// Says what was wrong: each sentence once, however many days it touches.
pub(crate) fn warn(days: &[DaySummary]) {
    let mut said = BTreeSet::new();
    for day in days {
        let faults = day.types.iter().flat_map(|feed| &feed.erreurs).map(|fault| &fault.message);
        for sentence in day.avertissements.iter().chain(faults).chain(&day.erreurs) {
            if said.insert(sentence) {
                output::warning(sentence);
            }
        }
    }
}

/// Whether every object of every feed could be read, and everything stored.
pub(crate) fn done(days: &[DaySummary]) -> Done {
    let faulty = |day: &DaySummary| day.types.iter().any(|feed| !feed.erreurs.is_empty()) || !day.erreurs.is_empty();
    if days.iter().any(faulty) { Done::WithFeedInError } else { Done::All }
}

/// A day as a table.
pub(crate) fn text(summary: &DaySummary) -> String {
    let header = ["type", "state", "rows kept", "coverage", "file"].map(str::to_owned).to_vec();
    let mut rows = vec![header];
    for feed in &summary.types {
        rows.push(vec![
            feed.data_type.to_string(),
            feed.statut.to_string(),
            feed.lignes_valides.to_string(),
            feed.couverture.map_or_else(|| "-".to_owned(), |percent| format!("{percent:.1} %")),
            feed.metrics.clone().unwrap_or_else(|| "-".to_owned()),
        ]);
    }
    let mut text = format!("{}\n{}", summary.date, output::table(&rows));
    for path in &summary.rapport {
        text.push_str("report  ");
        text.push_str(path);
        text.push('\n');
    }
    for sentence in &summary.faits_marquants {
        text.push_str("  ");
        text.push_str(sentence);
        text.push('\n');
    }
    text
}

/// A day as one line: its date and the state of each feed.
pub(crate) fn line(summary: &DaySummary) -> Vec<String> {
    std::iter::once(summary.date.to_string()).chain(summary.types.iter().map(|feed| feed.statut.to_string())).collect()
}

//! `cityflow check`: what is in the raw bucket, what is missing, and every issue found.

use cityflow_pipeline::CheckReport;

use std::fmt::Write;

use super::{Context, Done};
use crate::output;

/// Missing days that are listed before "and so on".
const LISTED_DAYS: usize = 12;

/// Reads the whole bucket.
pub(crate) fn run(context: &Context) -> anyhow::Result<Done> {
    let stores = context.stores()?;
    let report = cityflow_pipeline::check(&context.job(&stores))?;
    if context.global.json {
        output::json(&report)?;
    } else {
        output::data(&text(&report))?;
    }
    let faulty = report.types.iter().any(|feed| !feed.erreurs.is_empty()) || report.zones_erreur.is_some();
    Ok(if faulty { Done::WithFeedInError } else { Done::All })
}

fn text(report: &CheckReport) -> String {
    let header = ["type", "objects", "bytes", "rows", "first day", "last day", "days", "missing", "errors"];
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    let date = |date: Option<jiff::civil::Date>| date.map_or_else(|| "-".to_owned(), |date| date.to_string());
    for feed in &report.types {
        rows.push(vec![
            feed.data_type.to_string(),
            feed.objets.to_string(),
            feed.octets.to_string(),
            feed.lignes.to_string(),
            date(feed.premier_jour),
            date(feed.dernier_jour),
            feed.jours.to_string(),
            feed.jours_manquants.len().to_string(),
            feed.erreurs.len().to_string(),
        ]);
    }
    let mut text = format!("{}\n{}", report.bucket, output::table(&rows));
    // Of several files the last is used, unless it cannot be read.
    let zones = report.zones.as_deref().unwrap_or("none (nearest centroids are used)");
    let _ = writeln!(text, "zones  {zones}");
    if let Some(fault) = &report.zones_erreur {
        let _ = writeln!(text, "\nzones: error: {}", fault.message);
    }
    for feed in &report.types {
        details(&mut text, feed);
    }
    text
}

fn details(text: &mut String, feed: &cityflow_pipeline::FeedCheck) {
    if !feed.jours_manquants.is_empty() {
        let days: Vec<String> = feed.jours_manquants.iter().take(LISTED_DAYS).map(ToString::to_string).collect();
        let more = feed.jours_manquants.len().saturating_sub(LISTED_DAYS);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let _ = writeln!(text, "\n{}: missing days: {}{more}", feed.data_type, days.join(", "));
    }
    for fault in &feed.erreurs {
        let _ = writeln!(text, "\n{}: error: {}", feed.data_type, fault.message);
    }
    for (code, problem) in &feed.problemes {
        let _ = writeln!(text, "\n{}: {code}: {}", feed.data_type, problem.nombre);
        for sample in &problem.exemples {
            let _ = writeln!(text, "  {}:{}: {}", sample.objet, sample.ligne, sample.texte);
        }
    }
}

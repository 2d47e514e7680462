//! Alerts: what travellers of the monitored lines must know.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use serde::Serialize;

use super::{spans_within, strongest_links};
use crate::feeds::traffic::lines::{monitored, monitored_lines};
use crate::feeds::traffic::periods::{day_span, minutes, union_seconds};
use crate::feeds::traffic::record::{Disruption, LinkKind, Severite};
use crate::time::LocalDay;

/// An active critical or high disruption that touches a monitored line.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Alert {
    /// Identifier of the disruption.
    pub id: String,
    /// `CRITIQUE` or `ELEVEE`.
    pub severite: Severite,
    /// Effect without its suffix; null in the bulk feed.
    pub effet: Option<String>,
    /// Cause, lower case.
    pub cause: String,
    /// Title.
    pub titre: Option<String>,
    /// Message without markup, lines separated by line feeds.
    pub texte: Option<String>,
    /// Codes of the monitored lines touched, in the order of `lignes[]`.
    pub lignes: Vec<&'static str>,
    /// The strongest link to them.
    pub lien: LinkKind,
    /// Earliest beginning of the periods that meet D, ISO with offset; not clipped to D.
    pub debut: String,
    /// Latest end of the periods that meet D, ISO with offset; null when one is open; not clipped to D.
    pub fin: Option<String>,
    /// Minutes of D that at least one period covers.
    pub minutes_dans_jour: f64,
}

/// The alerts of D: by severity, then minutes within D (descending), then id.
pub(super) fn alerts(day: &LocalDay, active: &[&Disruption]) -> Vec<Alert> {
    let grave = active.iter().filter(|one| matches!(one.severity, Severite::Critique | Severite::Elevee));
    let mut alerts: Vec<_> = grave.filter(|one| !one.is_masked()).filter_map(|one| alert(day, one)).collect();
    alerts.sort_by_key(|(seconds, alert)| (alert.severite, Reverse(*seconds), alert.id.clone()));
    alerts.into_iter().map(|(_, alert)| alert).collect()
}

/// The alert and its seconds within D; none when no monitored line is touched.
fn alert(day: &LocalDay, disruption: &Disruption) -> Option<(i64, Alert)> {
    let links = strongest_links(disruption);
    let touched = links.values().filter_map(|(kind, line)| Some((*kind, monitored(&line.mode, &line.code)?)));
    let touched: Vec<(LinkKind, usize)> = touched.collect();
    let lien = touched.iter().map(|(kind, _)| *kind).min()?;
    let places: BTreeSet<usize> = touched.into_iter().map(|(_, place)| place).collect();
    let codes = monitored_lines().enumerate().filter(|(place, _)| places.contains(place)).map(|(_, line)| line.code);

    let today = || disruption.periods.iter().filter(|period| period.within(day_span(day)).is_some());
    let begin = today().map(|period| period.begin).min()?;
    // None, an open end, outlasts every other.
    let end = today().map(|period| period.end).try_fold(i64::MIN, |latest, end| Some(latest.max(end?)));
    let seconds = union_seconds(spans_within(disruption, day_span(day)));
    let alert = Alert {
        id: disruption.id.to_string(),
        severite: disruption.severity,
        effet: disruption.effect.clone(),
        cause: disruption.cause.clone(),
        titre: disruption.title.clone(),
        texte: disruption.text.clone(),
        lignes: codes.collect(),
        lien,
        debut: day.zone().iso(begin),
        fin: end.map(|end| day.zone().iso(end)),
        minutes_dans_jour: minutes(seconds),
    };
    Some((seconds, alert))
}

//! The day of the transit network: counts, lines, alerts, index.

mod alerts;
mod lifts;
mod lines;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

pub use self::alerts::Alert;
pub use self::lifts::{Accessibility, StopLifts};
pub use self::lines::{ImpactedLine, LineDay, LineState};
use super::assemble::TrafficDay;
use super::periods::{Span, day_span, service_window};
use super::record::{Disruption, LinkKind, Severite};
use crate::numbers::mean;
use crate::quality::{Quality, Rule};
use crate::time::LocalDay;

/// `metrics` of the feed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrafficMetrics {
    /// Disruptions with a period that meets D; lifts apart.
    pub active_disruptions_count: u64,
    /// Disruptions that the day's answers list, each once; lifts apart.
    pub total_disruptions_count: u64,
    /// Disruptions that do not meet D and have a period that begins after it; lifts apart.
    pub planned_disruptions_count: u64,
    /// Active disruptions by severity.
    pub disruptions_by_severity: BySeverity,
    /// Active disruptions by cause (lower case; `inconnu` when missing).
    pub by_cause: BTreeMap<String, u64>,
    /// Active disruptions by mode: one that touches several modes counts once in each, one that names no line in
    /// none.
    pub by_mode: BTreeMap<String, u64>,
    /// The ten lines of any mode with most active disruptions: by count, minutes, then line id.
    pub top_lignes_impactees: Vec<ImpactedLine>,
    /// The monitored lines, as [`super::lines::monitored_lines`] lists them.
    pub lignes: Vec<LineDay>,
    /// Active critical or high disruptions that touch a monitored line: the worst first, then the longest within
    /// D, then by id.
    pub alerts: Vec<Alert>,
    /// Mean of the indices of the monitored lines, 0..100; null when no answer of the day is complete.
    pub reliability_index: Option<f64>,
    /// Lifts.
    pub accessibilite: Accessibility,
    /// What was read.
    pub qualite: Quality,
}

impl TrafficMetrics {
    /// Whether the day's source is `partiel`: an answer is incomplete, or an object could not be read.
    pub fn is_partial(&self) -> bool {
        let unread = self.qualite.sources.iter().any(|source| source.erreur.is_some());
        unread || self.qualite.problemes.contains_key(Rule::MissingPage.code())
    }
}

/// Disruptions by severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub struct BySeverity {
    /// No service.
    pub critique: u64,
    /// Delays, reduced service.
    pub elevee: u64,
    /// Detours and their like.
    pub moyenne: u64,
    /// Information.
    pub faible: u64,
}

impl BySeverity {
    fn add(&mut self, severity: Severite) {
        let count = match severity {
            Severite::Critique => &mut self.critique,
            Severite::Elevee => &mut self.elevee,
            Severite::Moyenne => &mut self.moyenne,
            Severite::Faible => &mut self.faible,
        };
        *count += 1;
    }
}

/// Where a disruption stands in time, seen from D. The feed's own `status` is of the moment of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Active,
    Planned,
    Past,
}

fn status(disruption: &Disruption, day: &LocalDay) -> Status {
    if disruption.periods.iter().any(|period| period.within(day_span(day)).is_some()) {
        Status::Active
    } else if disruption.periods.iter().any(|period| period.begin >= day.end) {
        Status::Planned
    } else {
        Status::Past
    }
}

/// The parts of a disruption's periods inside an interval.
fn spans_within(disruption: &Disruption, window: Span) -> Vec<Span> {
    disruption.periods.iter().filter_map(|period| period.within(window)).collect()
}

/// The strongest link of a disruption to each line, by line id.
fn strongest_links(disruption: &Disruption) -> BTreeMap<&str, (LinkKind, &super::record::LineRef)> {
    let mut strongest = BTreeMap::new();
    // Links are sorted, the strongest kind first: the first link to a line stays.
    for (kind, line) in disruption.links.iter().filter_map(|link| Some((link.kind, link.line.as_ref()?))) {
        strongest.entry(line.id.as_str()).or_insert((kind, line));
    }
    strongest
}

/// Computes the metrics of the day.
pub fn compute(day: &LocalDay, assembled: &TrafficDay) -> TrafficMetrics {
    let (lifts, disruptions): (Vec<_>, Vec<_>) = assembled.disruptions.iter().partition(|one| one.is_lift());
    let of_status = |wanted| disruptions.iter().filter(move |one| status(one, day) == wanted);
    let active: Vec<&Disruption> = of_status(Status::Active).copied().collect();

    let mut by_severity = BySeverity::default();
    let mut by_cause = BTreeMap::new();
    let mut by_mode = BTreeMap::new();
    for disruption in &active {
        by_severity.add(disruption.severity);
        *by_cause.entry(disruption.cause.clone()).or_default() += 1;
        let lines = disruption.links.iter().filter_map(|link| link.line.as_ref());
        for mode in lines.map(|line| line.mode.as_str()).collect::<BTreeSet<_>>() {
            *by_mode.entry(mode.to_owned()).or_default() += 1;
        }
    }
    let minutes = lines::weigh(&disruptions, service_window(day));
    let lignes = lines::monitored_days(&minutes);
    let index = mean(lignes.iter().map(|line| line.indice));
    TrafficMetrics {
        active_disruptions_count: active.len() as u64,
        total_disruptions_count: disruptions.len() as u64,
        planned_disruptions_count: of_status(Status::Planned).count() as u64,
        disruptions_by_severity: by_severity,
        by_cause,
        by_mode,
        top_lignes_impactees: lines::most_impacted(&active, &minutes),
        lignes,
        alerts: alerts::alerts(day, &active),
        reliability_index: index.filter(|_| assembled.complete_answers > 0),
        accessibilite: lifts::accessibility(day, &lifts),
        qualite: assembled.quality.clone(),
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "whole minutes are exact")]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::feeds::traffic::testing::*;

    /// A bulk day with one disruption on metro 1 for each (id, severity, period), linked by its object types.
    fn on_metro_1(disruptions: &[(&str, &str, &str, &str)], objects: &[(&str, &str, &str)]) -> TrafficMetrics {
        let list: Vec<_> = disruptions
            .iter()
            .map(|(id, severity, begin, end)| bulk_disruption(id, severity, &[(&at(begin), &at(end))]))
            .collect();
        metrics(&[bulk("04:00:00", &list, &[bulk_line("Metro", "1", objects)])])
    }

    #[test]
    fn active_planned_and_past_are_told_by_periods() {
        let list = [
            bulk_disruption("ends at midnight", "BLOQUANTE", &[("20250204T000000", "20250205T000000")]),
            bulk_disruption("begins with the last second", "BLOQUANTE", &[(&at("235959"), "20250206T000000")]),
            bulk_disruption(
                "begins tomorrow",
                "BLOQUANTE",
                &[("20250101T000000", "20250102T000000"), ("20250206T000000", "20250207T000000")],
            ),
            bulk_disruption("never", "BLOQUANTE", &[]),
            bulk_disruption("empty", "BLOQUANTE", &[(&at("100000"), &at("100000"))]),
        ];
        let metrics = metrics(&[bulk("04:00:00", &list, &[])]);
        let counts =
            (metrics.active_disruptions_count, metrics.planned_disruptions_count, metrics.total_disruptions_count);
        assert_eq!(counts, (1, 1, 5));
        assert_eq!(metrics.by_cause, [("travaux".to_owned(), 1)].into());
        assert_eq!(metrics.disruptions_by_severity, BySeverity { critique: 1, ..BySeverity::default() });
    }

    #[test]
    fn each_minute_weighs_its_worst_disruption() {
        // Blocked 10:00-11:00, delays on the line 10:30-12:00, on a section 11:30-13:00.
        let metrics = on_metro_1(
            &[
                ("blocked", "BLOQUANTE", "100000", "110000"),
                ("late", "PERTURBEE", "103000", "120000"),
                ("part", "PERTURBEE", "113000", "130000"),
            ],
            &[
                ("line", "1", "blocked"),
                ("line", "1", "late"),
                ("stop_point", "A", "part"),
                ("stop_point", "B", "part"),
            ],
        );
        let line = &metrics.lignes[0];
        assert_eq!((line.ligne, line.mode, line.etat), ("1", "metro", LineState::Bloque));
        assert_eq!((line.minutes_bloquees, line.minutes_perturbees), (60.0, 120.0));
        assert!((line.indice - 100.0 * (1.0 - (60.0 + 30.0 + 15.0) / 1185.0)).abs() < 1e-9);
        let expected = (44.0 * 100.0 + line.indice) / 45.0;
        assert!((metrics.reliability_index.unwrap() - expected).abs() < 1e-9);
        assert_eq!(metrics.top_lignes_impactees[0].minutes_perturbees, 180.0);
    }

    #[test]
    fn the_index_looks_at_the_service_window_only() {
        let night = [("20250205T000000", "20250205T053000"), ("20250206T011500", "20250206T053000")];
        let list = [
            bulk_disruption("night", "BLOQUANTE", &night),
            bulk_disruption("late", "BLOQUANTE", &[("20250206T010000", "20250206T020000")]),
        ];
        let lines = [
            bulk_line("Metro", "1", &[("line", "1", "night")]),
            bulk_line("RapidTransit", "A", &[("line", "A", "late")]),
        ];
        let metrics = metrics(&[bulk("04:00:00", &list, &lines)]);
        assert_eq!(metrics.lignes[0].etat, LineState::Normal);
        let rer_a = metrics.lignes.iter().find(|line| line.ligne == "A").unwrap();
        assert_eq!(rer_a.minutes_bloquees, 15.0);
        assert_eq!(metrics.alerts.iter().map(|alert| alert.minutes_dans_jour).collect::<Vec<_>>(), [330.0]);
    }

    #[test]
    fn a_line_is_blocked_from_one_minute_on() {
        let state = |end| on_metro_1(&[("a", "BLOQUANTE", "100000", end)], &[("line", "1", "a")]).lignes[0].etat;
        assert_eq!((state("100059"), state("100100")), (LineState::Normal, LineState::Bloque));
        let section =
            on_metro_1(&[("a", "BLOQUANTE", "100000", "101000")], &[("stop_point", "A", "a"), ("stop_area", "B", "a")]);
        assert_eq!(section.lignes[0].etat, LineState::Perturbe);
    }

    #[test]
    fn seconds_without_service_do_not_add_to_the_minute_that_makes_a_line_disturbed() {
        let state = |end| {
            let periods = [("blocked", "BLOQUANTE", "100000", "100030"), ("late", "PERTURBEE", "100030", end)];
            on_metro_1(&periods, &[("line", "1", "blocked"), ("line", "1", "late")]).lignes[0].etat
        };
        assert_eq!((state("100129"), state("100130")), (LineState::Normal, LineState::Perturbe));
    }

    #[test]
    fn a_line_shows_the_network_that_only_one_of_its_descriptions_names() {
        let list = [bulk_disruption("a", "BLOQUANTE", &[(&at("060000"), &at("080000"))])];
        let named = bulk_line("Metro", "1", &[("line", "1", "a")]);
        let mut unnamed = bulk_line("Metro", "1", &[("stop_area", "Nation", "a")]);
        unnamed["networkId"] = json!(null);
        let top = metrics(&[bulk("04:00:00", &list, &[unnamed, named])]).top_lignes_impactees;
        assert_eq!((top.len(), top[0].reseau.as_deref()), (1, Some("network:1")));
    }

    #[test]
    fn stop_and_network_links_are_shown_but_not_counted() {
        let metrics = on_metro_1(
            &[("stop", "BLOQUANTE", "100000", "110000"), ("whole", "PERTURBEE", "100000", "110000")],
            &[("line", "1", "stop"), ("stop_point", "Nation", "stop"), ("network", "RATP", "whole")],
        );
        assert_eq!(metrics.reliability_index, Some(100.0));
        let links: Vec<_> = metrics.alerts.iter().map(|alert| (alert.id.as_str(), alert.lien)).collect();
        assert_eq!(links, [("stop", LinkKind::Stop), ("whole", LinkKind::Network)]);
        let top = &metrics.top_lignes_impactees[0];
        assert_eq!((top.count, top.minutes_perturbees, top.reseau.as_deref()), (2, 0.0, Some("network:1")));
    }

    #[test]
    fn alerts_come_the_worst_first_then_the_longest_then_by_id_and_are_not_clipped() {
        let list = [
            bulk_disruption(
                "b",
                "PERTURBEE",
                &[
                    ("20250204T230000", "20250205T010000"),
                    ("20250205T003000", "20250205T020000"),
                    ("20240101T000000", "20240102T000000"),
                ],
            ),
            bulk_disruption("a", "PERTURBEE", &[(&at("060000"), &at("080000"))]),
            bulk_disruption("c", "BLOQUANTE", &[(&at("060000"), &at("060001"))]),
            bulk_disruption("d", "INFORMATION", &[(&at("060000"), &at("080000"))]),
        ];
        let lines = [
            bulk_line(
                "Tramway",
                "T3a",
                &[("line", "T3a", "a"), ("line", "T3a", "b"), ("line", "T3a", "c"), ("line", "T3a", "d")],
            ),
            bulk_line("Metro", "7B", &[("stop_point", "Danube", "b")]),
            bulk_line("Bus", "1", &[("line", "1", "b")]),
        ];
        let metrics = metrics(&[bulk("04:00:00", &list, &lines)]);
        let ids: Vec<_> = metrics.alerts.iter().map(|alert| alert.id.as_str()).collect();
        assert_eq!(ids, ["c", "a", "b"]);
        let b = &metrics.alerts[2];
        assert_eq!((b.lignes.as_slice(), b.lien), (["7bis", "T3a"].as_slice(), LinkKind::Line));
        assert_eq!(
            (b.debut.as_str(), b.fin.as_deref()),
            ("2025-02-04T23:00:00+01:00", Some("2025-02-05T02:00:00+01:00"))
        );
        assert_eq!((b.minutes_dans_jour, b.effet.as_deref()), (120.0, None));
    }

    #[test]
    fn an_open_end_is_null() {
        let mut open = navitia_disruption("d", "REDUCED_SERVICE", &at("060000"), None);
        open["impacted_objects"] = json!([navitia_line("12")]);
        let metrics = metrics(&[page("080000", (1, 25, 1, 0), &[open])]);
        let json = serde_json::to_value(&metrics.alerts[0]).unwrap();
        assert_eq!(
            (&json["fin"], &json["effet"], &json["severite"], &json["lien"]),
            (&Value::Null, &json!("REDUCED_SERVICE"), &json!("ELEVEE"), &json!("line"))
        );
        assert_eq!(json["minutes_dans_jour"], json!(1080.0));
    }

    #[test]
    fn masked_disruptions_count_but_neither_alert_nor_weigh() {
        let mut masked = bulk_disruption("m", "BLOQUANTE", &[(&at("060000"), &at("080000"))]);
        masked["tags"] = json!(["Masquée"]);
        let metrics = metrics(&[bulk("04:00:00", &[masked], &[bulk_line("Metro", "1", &[("line", "1", "m")])])]);
        assert_eq!((metrics.active_disruptions_count, metrics.disruptions_by_severity.critique), (1, 1));
        assert_eq!(metrics.by_mode, [("metro".to_owned(), 1)].into());
        assert_eq!(
            (metrics.top_lignes_impactees[0].count, metrics.top_lignes_impactees[0].minutes_perturbees),
            (1, 0.0)
        );
        assert!(metrics.alerts.is_empty());
        assert_eq!(metrics.reliability_index, Some(100.0));
    }

    #[test]
    fn lifts_stand_in_accessibilite_only() {
        let stop = |name: &str| json!({"pt_object": {"id": name, "name": name, "embedded_type": "stop_area", "stop_area": {}}});
        let mut by_tag = navitia_disruption("tag", "SIGNIFICANT_DELAYS", &at("060000"), None);
        by_tag["tags"] = json!(["Ascenseur"]);
        by_tag["impacted_objects"] = json!([stop("Nation"), stop("Nation"), stop("Auber")]);
        let mut by_effect = navitia_disruption("effect", "ACCESSIBILITY_ISSUE", &at("060000"), None);
        by_effect["impacted_objects"] = json!([stop("Nation")]);
        let mut later = by_effect.clone();
        later["id"] = json!("later");
        later["application_periods"] = json!([{"begin": "20250301T000000"}]);
        let mut told = navitia_disruption("told", "OTHER_EFFECT", &at("060000"), None);
        told["messages"] = json!([{"text": "Panne d'un ascenseur", "channel": {"types": ["title"]}}]);
        let metrics = metrics(&[page("080000", (9, 25, 9, 0), &[by_tag, by_effect, later, told])]);
        assert_eq!((metrics.active_disruptions_count, metrics.total_disruptions_count), (1, 1));
        assert_eq!((metrics.accessibilite.actives, metrics.accessibilite.total), (2, 3));
        let row = |nom: &str, ascenseurs| StopLifts { nom: nom.to_owned(), ascenseurs };
        assert_eq!(metrics.accessibilite.arrets, [row("Auber", 1), row("Nation", 2)]);
        assert!(!metrics.qualite.problemes.contains_key("effet_inconnu"));
    }

    #[test]
    fn the_most_impacted_lines_are_of_every_mode_by_count_minutes_then_id() {
        let ids = ["a", "b", "c"];
        let list: Vec<_> =
            ids.iter().map(|id| bulk_disruption(id, "BLOQUANTE", &[(&at("060000"), &at("080000"))])).collect();
        let mut lines: Vec<_> =
            (10..20).map(|code: u32| bulk_line("Bus", &code.to_string(), &[("line", "x", "a")])).collect();
        lines.push(bulk_line("Metro", "9", &[("stop_point", "x", "a")]));
        lines.push(bulk_line("Bus", "99", &[("line", "x", "a"), ("line", "x", "b")]));
        let top = metrics(&[bulk("04:00:00", &list, &lines)]).top_lignes_impactees;
        assert_eq!(top.len(), 10);
        let codes: Vec<_> = top.iter().map(|line| line.ligne.as_str()).collect();
        assert_eq!(codes, ["99", "10", "11", "12", "13", "14", "15", "16", "17", "18"]);
    }

    #[test]
    fn without_a_complete_answer_the_index_is_null_and_the_source_partial() {
        let partial = page("080000", (973, 25, 25, 0), &[]);
        let alone = metrics(std::slice::from_ref(&partial));
        assert_eq!((alone.reliability_index, alone.is_partial()), (None, true));
        // Beside a complete answer the index stands, and the source still says that a page is missing.
        let both = metrics(&[partial, page("090000", (9, 25, 9, 0), &[])]);
        assert_eq!((both.reliability_index, both.is_partial()), (Some(100.0), true));
        assert!(!metrics(&[bulk("04:00:00", &[], &[])]).is_partial());
    }
}

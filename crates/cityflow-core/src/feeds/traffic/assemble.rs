//! What the snapshots of a day say together: answers in the order of their clocks, the last word on each
//! disruption, and the end of those that a later complete answer no longer lists.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::record::{Dialect, Disruption, Page, Period, Snapshot};
use crate::feeds::Reading;
use crate::merge::Merge;
use crate::quality::{IssueLog, Quality, Rule, Source};
use crate::time::LocalDay;

/// Longest time between one page of an answer and the next, seconds (contract, section 9).
pub const PAGE_GAP_S: i64 = 600;

/// The day's disruptions, settled.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrafficDay {
    /// Each disruption once, by id, as last told; its periods end where a later complete answer is silent on it.
    pub disruptions: Vec<Disruption>,
    /// Answers that hold the whole network on the day.
    pub complete_answers: usize,
    /// Answers that do not: each is one `page_manquante`.
    pub incomplete_answers: usize,
    /// What was read, and what was wrong.
    pub quality: Quality,
}

/// Joins the snapshots of a day, in whatever order they come.
///
/// A further record of an id is a duplicate, and a conflicting one when a field that both give differs: the last
/// word wins, and the count tells how much of the day's news replaced what was told before.
pub fn assemble(day: &LocalDay, snapshots: Vec<(Snapshot, Reading)>, mut sources: Vec<Source>) -> TrafficDay {
    sources.sort();
    let mut issues = IssueLog::default();
    let mut quality = Quality { sources, ..Quality::default() };
    let mut read = Vec::with_capacity(snapshots.len());
    for (snapshot, reading) in snapshots {
        quality.lignes_lues += reading.rows;
        issues.merge(reading.issues.undated);
        for log in reading.issues.by_day.into_values() {
            issues.merge(log);
        }
        read.push(snapshot);
    }
    let mut joined = Joined::default();
    let (mut complete_answers, mut incomplete_answers) = (0, 0);
    for answer in answers(read) {
        let fault = answer.fault(day);
        match &fault {
            None => complete_answers += 1,
            Some(reason) => {
                incomplete_answers += 1;
                issues.note(Rule::MissingPage, &answer.first().object, 1, reason);
            }
        }
        joined.hear(answer, fault.is_none());
    }
    quality.lignes_valides = joined.held.len() as u64;
    quality.doublons = joined.duplicates;
    quality.doublons_conflictuels = joined.conflicts;
    quality.problemes = issues.problems();
    let disruptions = joined.held.into_values().map(Held::settled).collect();
    TrafficDay { disruptions, complete_answers, incomplete_answers, quality }
}

/// Snapshots of one dialect that answer one request: the pages of navitia, or one bulk object.
struct Answer {
    /// By clock, then name; never empty.
    pages: Vec<Snapshot>,
}

impl Answer {
    fn first(&self) -> &Snapshot {
        &self.pages[0]
    }

    fn takes(&self, snapshot: &Snapshot) -> bool {
        let whole = |page: &Page| (page.total_result, page.items_per_page);
        let page = &snapshot.page;
        let near = match (self.pages.last().and_then(|last| last.clock), snapshot.clock) {
            (Some(last), Some(clock)) => clock - last <= PAGE_GAP_S,
            // Pages without a clock can only be told by their numbers.
            (None, None) => true,
            _ => false,
        };
        self.first().dialect == Dialect::Navitia
            && snapshot.dialect == Dialect::Navitia
            && page.total_result.is_some()
            && whole(&self.first().page) == whole(page)
            && self.pages.iter().all(|held| held.page.start_page != page.start_page)
            && near
    }

    /// Why the answer does not hold the whole network on the day; none when it does.
    fn fault(&self, day: &LocalDay) -> Option<String> {
        if self.pages.iter().any(|page| page.has_error) {
            return Some("the answer carries an error".to_owned());
        }
        if self.first().dialect == Dialect::Bulk {
            return None;
        }
        if !self.pages.iter().all(|page| page.request.covers(day)) {
            return Some("the request asks for another window, or for a part of the network".to_owned());
        }
        let total = self.first().page.total_result.unwrap_or(0);
        let items = self.pages.iter().fold(0_u64, |sum, page| sum.saturating_add(page.page.items_on_page.unwrap_or(0)));
        (total == 0 || items < total).then(|| format!("{items} of {total} items"))
    }
}

/// Groups snapshots into answers: those without a clock first, by name; then by clock, then name.
fn answers(mut snapshots: Vec<Snapshot>) -> Vec<Answer> {
    snapshots.sort_by(|a, b| (a.clock, &a.object).cmp(&(b.clock, &b.object)));
    let mut answers: Vec<Answer> = Vec::new();
    for snapshot in snapshots {
        // The latest that takes it: two answers of one shape may follow each other within minutes.
        match answers.iter_mut().rev().find(|answer| answer.takes(&snapshot)) {
            Some(answer) => answer.pages.push(snapshot),
            None => answers.push(Answer { pages: vec![snapshot] }),
        }
    }
    answers
}

struct Held {
    disruption: Disruption,
    dialect: Dialect,
    /// Clock of the first complete answer that no longer lists it.
    ended: Option<i64>,
}

impl Held {
    fn settled(mut self) -> Disruption {
        if let Some(ended) = self.ended {
            let periods = self.disruption.periods.iter().filter_map(|period: &Period| period.ended_at(ended));
            self.disruption.periods = periods.collect();
        }
        self.disruption
    }
}

#[derive(Default)]
struct Joined {
    held: BTreeMap<Arc<str>, Held>,
    duplicates: u64,
    conflicts: u64,
}

impl Joined {
    fn hear(&mut self, answer: Answer, complete: bool) {
        let (dialect, clock) = (answer.first().dialect, answer.first().clock);
        let mut listed = BTreeSet::new();
        for disruption in answer.pages.into_iter().flat_map(|page| page.disruptions) {
            listed.insert(Arc::clone(&disruption.id));
            self.take(disruption, dialect);
        }
        // An answer without a clock says that a disruption has ended, but not when.
        let Some(clock) = clock.filter(|_| complete) else { return };
        for (id, held) in &mut self.held {
            if held.dialect == dialect && !listed.contains(id) {
                held.ended.get_or_insert(clock);
            }
        }
    }

    fn take(&mut self, disruption: Disruption, dialect: Dialect) {
        if let Some(held) = self.held.get(&disruption.id) {
            if held.disruption.contradicts(&disruption) {
                self.conflicts += 1;
            } else {
                self.duplicates += 1;
            }
        }
        self.held.insert(Arc::clone(&disruption.id), Held { disruption, dialect, ended: None });
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::feeds::traffic::testing::*;

    fn open(id: &str) -> Value {
        navitia_disruption(id, "NO_SERVICE", &at("060000"), None)
    }

    fn missing_pages(day: &TrafficDay) -> u64 {
        day.quality.problemes.get("page_manquante").map_or(0, |problem| problem.nombre)
    }

    fn ends(day: &TrafficDay) -> Vec<(String, Option<String>)> {
        let zone = crate::time::CityZone::paris();
        let time = |end: i64| zone.iso(end)[11..16].to_owned();
        day.disruptions.iter().map(|one| (one.id.to_string(), one.periods[0].end.map(time))).collect()
    }

    #[test]
    fn the_last_word_on_a_disruption_wins_by_the_payload_clock_whatever_the_names() {
        let word = |effect| [navitia_disruption("d", effect, &at("060000"), None)];
        let day = joined(&[
            page("120000", (9, 25, 9, 0), &word("DETOUR")),
            page("080000", (9, 25, 9, 0), &word("NO_SERVICE")),
        ]);
        assert_eq!(day.disruptions.len(), 1);
        assert_eq!(day.disruptions[0].effect.as_deref(), Some("DETOUR"));
    }

    #[test]
    fn an_object_without_a_clock_comes_first() {
        let mut silent = page("120000", (9, 25, 9, 0), &[navitia_disruption("d", "DETOUR", &at("060000"), None)]);
        silent["context"] = json!({});
        let told = page("080000", (9, 25, 9, 0), &[navitia_disruption("d", "NO_SERVICE", &at("060000"), None)]);
        assert_eq!(joined(&[told, silent]).disruptions[0].effect.as_deref(), Some("NO_SERVICE"));
    }

    #[test]
    fn one_that_a_later_complete_answer_no_longer_lists_ends_there() {
        let whole = |time, list: &[Value]| page(time, (9, 25, 9, 0), list);
        let day = joined(&[
            whole("080000", &[open("a"), open("b")]),
            whole("100000", &[open("b")]),
            whole("110000", &[open("b")]),
        ]);
        assert_eq!(ends(&day), [("a".into(), Some("10:00".into())), ("b".into(), None)]);
        // Listed again, it has not ended.
        let day = joined(&[whole("080000", &[open("a")]), whole("100000", &[]), whole("120000", &[open("a")])]);
        assert_eq!(ends(&day), [("a".into(), None)]);
    }

    #[test]
    fn an_incomplete_answer_or_another_dialect_ends_nothing() {
        let first = page("080000", (9, 25, 9, 0), &[open("a")]);
        let partial = page("100000", (973, 25, 25, 0), &[]);
        let mut other_window = page("100000", (9, 25, 9, 0), &[open("b")]);
        other_window["links"][0]["href"] =
            json!("https://x/v1/coverage/fr-idf/line_reports?since=20130101T000000&until=20130102T000000");
        let day = joined(&[first, partial, other_window, bulk("11:00:00", &[], &[])]);
        assert_eq!(ends(&day), [("a".into(), None), ("b".into(), None)]);
        assert_eq!((day.complete_answers, missing_pages(&day)), (2, 2));
    }

    #[test]
    fn pages_of_one_answer_are_complete_together() {
        let first = page("080000", (30, 25, 25, 0), &[open("a")]);
        let second = page("080900", (30, 25, 5, 1), &[open("b")]);
        let day = joined(&[first.clone(), second.clone()]);
        assert_eq!((day.complete_answers, day.incomplete_answers), (1, 0));
        assert_eq!(ends(&day), [("a".into(), None), ("b".into(), None)]);
        // A page too late, or a page twice, is another answer: one issue each.
        let late = page("081001", (30, 25, 5, 1), &[]);
        assert_eq!(missing_pages(&joined(&[first.clone(), late])), 2);
        assert_eq!(missing_pages(&joined(&[first.clone(), first])), 2);
    }

    #[test]
    fn an_empty_answer_an_error_and_a_request_for_one_line_are_incomplete() {
        let mut error = page("080000", (9, 25, 9, 0), &[]);
        error["error"] = json!({"id": "no_solution"});
        let mut one_line = page("090000", (1, 25, 1, 0), &[]);
        one_line["links"][0]["href"] = json!("https://x/v1/coverage/fr-idf/lines/line:IDFM:C01371/line_reports");
        let day = joined(&[error, one_line, page("100000", (0, 25, 0, 0), &[])]);
        assert_eq!((day.complete_answers, missing_pages(&day)), (0, 3));
    }

    #[test]
    fn a_repeated_record_is_a_duplicate_and_in_conflict_when_a_field_that_both_give_differs() {
        let mut shuffled = open("a");
        shuffled["impacted_objects"] = json!([navitia_line("2"), navitia_line("1")]);
        let mut ordered = open("a");
        ordered["impacted_objects"] = json!([navitia_line("1"), navitia_line("2")]);
        let day = joined(&[
            page("080000", (9, 25, 9, 0), &[shuffled.clone()]),
            page("080100", (9, 25, 9, 0), &[ordered.clone()]),
        ]);
        assert_eq!((day.quality.doublons, day.quality.doublons_conflictuels), (1, 0));
        let mut changed = ordered.clone();
        changed["cause"] = json!("incident");
        let day = joined(&[page("080000", (9, 25, 9, 0), &[ordered.clone(), changed.clone()])]);
        assert_eq!((day.quality.doublons, day.quality.doublons_conflictuels), (0, 1));
        // Another update stamp says nothing by itself, and what only one of them gives is no conflict.
        let mut silent = ordered.clone();
        silent["updated_at"] = json!("20250205T090000");
        silent["cause"] = json!(null);
        silent["impacted_objects"] = json!([]);
        silent["tags"] = json!(["Actualité"]);
        let day = joined(&[page("080000", (9, 25, 9, 0), &[ordered]), page("100000", (9, 25, 9, 0), &[silent])]);
        assert_eq!((day.quality.doublons, day.quality.doublons_conflictuels), (1, 0));
        assert_eq!((day.quality.lignes_lues, day.quality.lignes_valides), (2, 1));
    }

    #[test]
    fn the_order_in_which_objects_are_handed_over_says_nothing() {
        let documents = [
            page("080000", (9, 25, 9, 0), &[open("a")]),
            page("100000", (9, 25, 9, 0), &[open("b")]),
            bulk("11:00:00", &[], &[]),
        ];
        let read = |order: &[usize]| {
            let snapshots = order.iter().map(|n| snapshot(&n.to_string(), &documents[*n])).collect();
            assemble(&day(), snapshots, Vec::new())
        };
        assert_eq!(read(&[0, 1, 2]), read(&[2, 1, 0]));
    }
}

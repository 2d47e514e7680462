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
/// A further record of an id is a duplicate. It is a conflicting one when it says something else though its
/// author did not touch it in between (same dialect, same update stamp): with another stamp it is the news that
/// successive snapshots exist for.
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
            let contradicts = held.dialect == dialect
                && held.disruption.updated == disruption.updated
                && !held.disruption.same_content(&disruption);
            if contradicts {
                self.conflicts += 1;
            } else {
                self.duplicates += 1;
            }
        }
        self.held.insert(Arc::clone(&disruption.id), Held { disruption, dialect, ended: None });
    }
}

//! The Vélib' snapshots of one day.

use std::collections::{BTreeMap, BTreeSet};

use super::stations::{Station, StationId, StationInformation, StationSnapshot, StationStatus};
use crate::merge::Merge;
use crate::quality::{DatedIssues, IssueLog};
use crate::time::LocalDay;

/// What the GBFS documents that can hold D say of it. Any split, merged in any order, is the same.
#[derive(Clone, Debug)]
pub struct VelibDay {
    day: LocalDay,
    /// Status documents stamped within D.
    snapshots: Vec<StationSnapshot>,
    /// Each station as the latest information that lists it has it, whatever the day of that document: places
    /// change rarely and are often pulled once.
    places: BTreeMap<StationId, (Clock, Station)>,
    /// Stations that information documents stamped within D list, by stamp.
    listed: BTreeMap<i64, BTreeSet<StationId>>,
    /// Rows of those documents.
    listed_rows: u64,
    issues: IssueLog,
}

/// Stamp (none first), rank of the object and record number.
type Clock = (Option<i64>, u32, usize);

impl VelibDay {
    /// A day without documents.
    pub fn new(day: &LocalDay) -> Self {
        Self {
            day: day.clone(),
            snapshots: Vec::new(),
            places: BTreeMap::new(),
            listed: BTreeMap::new(),
            listed_rows: 0,
            issues: IssueLog::default(),
        }
    }

    /// Takes in a status document, kept when it is stamped within D, and the issues of its reading.
    pub fn add_status(&mut self, snapshot: Option<StationSnapshot>, issues: &DatedIssues) {
        self.snapshots.extend(snapshot.filter(|snapshot| is_within(&self.day, snapshot.stamp)));
        self.add_issues(issues);
    }

    /// Takes in an information document and the issues of its reading.
    pub fn add_information(&mut self, information: StationInformation, issues: &DatedIssues) {
        let StationInformation { stamp, rank, stations } = information;
        let stamp_of_day = stamp.filter(|stamp| is_within(&self.day, *stamp));
        for (number, station) in stations.into_iter().enumerate() {
            // The id held already is shared, so that a day of documents holds each id once.
            let id = self.places.get_key_value(&station.id).map_or(&station.id, |(held, _)| held).clone();
            if let Some(stamp) = stamp_of_day {
                self.listed.entry(stamp).or_default().insert(id.clone());
                self.listed_rows += 1;
            }
            self.offer(id, (stamp, rank, number), station);
        }
        self.add_issues(issues);
    }

    fn offer(&mut self, id: StationId, clock: Clock, station: Station) {
        if self.places.get(&id).is_none_or(|(held, _)| *held < clock) {
            self.places.insert(id, (clock, station));
        }
    }

    /// Those of D and those without a day.
    fn add_issues(&mut self, issues: &DatedIssues) {
        self.issues.merge(issues.undated.clone());
        if let Some(log) = issues.by_day.get(&self.day.date) {
            self.issues.merge(log.clone());
        }
    }

    /// Whether a status document is stamped within D.
    pub const fn has_snapshot(&self) -> bool {
        !self.snapshots.is_empty()
    }

    /// Sorts the snapshots by time and their stations by id, applying the duplicate rule.
    pub(super) fn settle(self) -> SettledVelib {
        let mut snapshots = self.snapshots;
        snapshots.sort_by_key(|snapshot| (snapshot.stamp, snapshot.rank));
        let mut by_stamp: BTreeMap<i64, Vec<StationStatus>> = BTreeMap::new();
        for snapshot in snapshots {
            by_stamp.entry(snapshot.stamp).or_default().extend(snapshot.stations);
        }
        let listed: u64 = self.listed.values().map(|stations| stations.len() as u64).sum();
        // What a station is, is text or changes rarely: a further row of it is never a conflict.
        let mut duplicates = self.listed_rows - listed;
        let mut conflicts = 0;
        let mut merge_stations = |mut rows: Vec<StationStatus>| {
            // Stable: the rows of a station stay in (object name, record) order.
            rows.sort_by(|a, b| a.id.cmp(&b.id));
            let mut stations: Vec<StationStatus> = Vec::with_capacity(rows.len());
            for row in rows {
                match stations.last_mut() {
                    Some(held) if held.id == row.id => {
                        if held.absorb(row) {
                            conflicts += 1;
                        } else {
                            duplicates += 1;
                        }
                    }
                    _ => stations.push(row),
                }
            }
            stations
        };
        let snapshots: Vec<_> = by_stamp.into_iter().map(|(stamp, rows)| (stamp, merge_stations(rows))).collect();
        let kept = listed + snapshots.iter().map(|(_, stations)| stations.len() as u64).sum::<u64>();
        let places = self.places.into_iter().map(|(id, (_, station))| (id, station)).collect();
        SettledVelib { day: self.day, snapshots, places, issues: self.issues, kept, duplicates, conflicts }
    }
}

fn is_within(day: &LocalDay, second: i64) -> bool {
    (day.start..day.end).contains(&second)
}

impl Merge for VelibDay {
    fn merge(&mut self, other: Self) {
        self.snapshots.extend(other.snapshots);
        for (id, (clock, station)) in other.places {
            self.offer(id, clock, station);
        }
        for (stamp, stations) in other.listed {
            self.listed.entry(stamp).or_default().extend(stations);
        }
        self.listed_rows += other.listed_rows;
        self.issues.merge(other.issues);
    }
}

/// The day's snapshots, ready for counting.
pub(super) struct SettledVelib {
    pub(super) day: LocalDay,
    /// By stamp; stations by id, each once.
    pub(super) snapshots: Vec<(i64, Vec<StationStatus>)>,
    /// What is known of each station.
    pub(super) places: BTreeMap<StationId, Station>,
    pub(super) issues: IssueLog,
    /// Rows of D, of either document, once per (stamp, station).
    pub(super) kept: u64,
    /// Further rows of a (stamp, station) that say nothing new.
    pub(super) duplicates: u64,
    /// Further rows of a (stamp, station) that contradict the value held.
    pub(super) conflicts: u64,
}

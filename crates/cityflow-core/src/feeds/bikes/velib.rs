//! The Vélib' snapshots of one day.

use std::collections::BTreeMap;

use super::stations::{Station, StationId, StationInformation, StationSnapshot, StationStatus};
use crate::hourly::absorb_field;
use crate::merge::Merge;
use crate::quality::{DatedIssues, IssueLog};
use crate::time::LocalDay;

/// What the GBFS documents that can hold D say of it. Any split, merged in any order, is the same.
#[derive(Clone, Debug)]
pub struct VelibDay {
    day: LocalDay,
    /// Those stamped within D.
    snapshots: Vec<StationSnapshot>,
    /// The latest by (stamp, object name), whatever its day.
    information: Option<StationInformation>,
    issues: IssueLog,
}

impl VelibDay {
    /// A day without documents.
    pub fn new(day: &LocalDay) -> Self {
        Self { day: day.clone(), snapshots: Vec::new(), information: None, issues: IssueLog::default() }
    }

    /// Takes in a status document, kept when it is stamped within D, and the issues of its reading.
    pub fn add_status(&mut self, snapshot: Option<StationSnapshot>, issues: &DatedIssues) {
        let within = |snapshot: &StationSnapshot| (self.day.start..self.day.end).contains(&snapshot.stamp);
        self.snapshots.extend(snapshot.filter(within));
        self.add_issues(issues);
    }

    /// Takes in an information document and the issues of its reading.
    pub fn add_information(&mut self, information: StationInformation, issues: &DatedIssues) {
        self.offer(information);
        self.add_issues(issues);
    }

    /// Those of D and those without a day.
    fn add_issues(&mut self, issues: &DatedIssues) {
        self.issues.merge(issues.undated.clone());
        if let Some(log) = issues.by_day.get(&self.day.date) {
            self.issues.merge(log.clone());
        }
    }

    fn offer(&mut self, information: StationInformation) {
        let clock = |held: &StationInformation| (held.stamp, held.rank);
        if self.information.as_ref().is_none_or(|held| clock(held) < clock(&information)) {
            self.information = Some(information);
        }
    }

    /// Whether a snapshot is stamped within D.
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
        let (mut duplicates, mut conflicts) = (0, 0);
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
        let snapshots = by_stamp.into_iter().map(|(stamp, rows)| (stamp, merge_stations(rows))).collect();
        let places = self.information.map(places).unwrap_or_default();
        SettledVelib { day: self.day, snapshots, places, issues: self.issues, duplicates, conflicts }
    }
}

impl Merge for VelibDay {
    fn merge(&mut self, other: Self) {
        self.snapshots.extend(other.snapshots);
        if let Some(information) = other.information {
            self.offer(information);
        }
        self.issues.merge(other.issues);
    }
}

/// The stations of a document by id; of a station that stands twice, the last non-null fields.
fn places(information: StationInformation) -> BTreeMap<StationId, Station> {
    let mut places: BTreeMap<StationId, Station> = BTreeMap::new();
    for station in information.stations {
        match places.get_mut(&station.id) {
            None => {
                places.insert(station.id.clone(), station);
            }
            Some(held) => {
                absorb_field(&mut held.code, station.code);
                absorb_field(&mut held.name, station.name);
                absorb_field(&mut held.capacity, station.capacity);
                absorb_field(&mut held.point, station.point);
            }
        }
    }
    places
}

/// The day's snapshots, ready for counting.
pub(super) struct SettledVelib {
    pub(super) day: LocalDay,
    /// By stamp; stations by id, each once.
    pub(super) snapshots: Vec<(i64, Vec<StationStatus>)>,
    /// What the latest information says of each station.
    pub(super) places: BTreeMap<StationId, Station>,
    pub(super) issues: IssueLog,
    /// Further rows of a (stamp, station) that say nothing new.
    pub(super) duplicates: u64,
    /// Further rows of a (stamp, station) that contradict the value held.
    pub(super) conflicts: u64,
}

impl SettledVelib {
    /// Station records kept.
    pub(super) fn kept(&self) -> u64 {
        self.snapshots.iter().map(|(_, stations)| stations.len() as u64).sum()
    }
}

//! A day as the lake keeps it: its rows, and the account of what happened to the rows that were read.

use cityflow_core::hourly::{Observation, ObservedDay};
use cityflow_core::quality::IssueLog;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What happened to the rows of a day: the entry `cityflow.day` of the partition's metadata.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayAccount {
    /// The civil day.
    pub date: Date,
    /// Rows kept, after de-duplication.
    pub lignes: u64,
    /// Further rows of a key that say nothing new.
    pub doublons: u64,
    /// Further rows of a key that contradict the value held.
    pub doublons_conflictuels: u64,
    /// Issues of the day's rows.
    pub issues: IssueLog,
}

/// A day of the lake.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredDay<R> {
    /// What happened to its rows.
    pub account: DayAccount,
    /// Its hours, by sensor, then hour.
    pub rows: Vec<R>,
}

impl<R> StoredDay<R> {
    /// A day as it was read from the raw objects.
    pub fn of_observed<S, V>(day: &ObservedDay<S, V>) -> Self
    where
        R: for<'a> From<&'a Observation<S, V>>,
    {
        Self {
            account: DayAccount {
                date: day.date,
                lignes: day.observations.len() as u64,
                doublons: day.duplicates,
                doublons_conflictuels: day.conflicts,
                issues: day.issues.clone(),
            },
            rows: day.observations.iter().map(R::from).collect(),
        }
    }

    /// Whether there is nothing to keep: no row and no issue.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.account.issues.is_empty()
    }

    /// The day as the metrics take it.
    pub fn into_observed<S, V>(self) -> ObservedDay<S, V>
    where
        Observation<S, V>: From<R>,
    {
        ObservedDay {
            date: self.account.date,
            observations: self.rows.into_iter().map(Observation::from).collect(),
            duplicates: self.account.doublons,
            conflicts: self.account.doublons_conflictuels,
            issues: self.account.issues,
        }
    }
}

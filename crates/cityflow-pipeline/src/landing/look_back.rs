//! The days that the metrics of D look at, sliding with D.

use std::collections::BTreeMap;

use cityflow_core::hourly::{History, LOOK_BACK_DAYS, ObservedDay};
use cityflow_core::quality::{IssueLog, Source};
use cityflow_core::time::CityZone;
use jiff::civil::Date;

/// Days that were fetched and may be looked at again by the next D.
pub(crate) struct LookBack<S, V> {
    zone: CityZone,
    held: BTreeMap<Date, ObservedDay<S, V>>,
}

impl<S, V> LookBack<S, V> {
    pub(crate) const fn new(zone: CityZone) -> Self {
        Self { zone, held: BTreeMap::new() }
    }

    /// D − 28 … D, oldest first.
    fn dates(&self, date: Date) -> Vec<Date> {
        let today = self.zone.day(date);
        let back = |days| today.offset(-i64::try_from(days).unwrap_or(0)).map(|day| day.date);
        (0..=LOOK_BACK_DAYS).rev().filter_map(back).collect()
    }

    /// The days of D's history that are not held.
    pub(crate) fn missing(&self, date: Date) -> Vec<Date> {
        self.dates(date).into_iter().filter(|day| !self.held.contains_key(day)).collect()
    }

    /// The history of D, of the days that are held and those that were fetched; any other is empty.
    pub(crate) fn history(&mut self, date: Date, fetched: Vec<ObservedDay<S, V>>) -> History<S, V> {
        self.held.extend(fetched.into_iter().map(|observed| (observed.date, observed)));
        let mut held = std::mem::take(&mut self.held);
        let mut take = |day| (self.zone.day(day), held.remove(&day).unwrap_or_else(|| ObservedDay::empty(day)));
        let days = self.dates(date).into_iter().map(&mut take).collect();
        History { days, sources: Vec::<Source>::new(), undated: IssueLog::default() }
    }

    /// Gives the days of a history back, for the next D.
    pub(crate) fn give_back(&mut self, history: History<S, V>) {
        self.held.extend(history.days.into_iter().map(|(day, observed)| (day.date, observed)));
    }
}

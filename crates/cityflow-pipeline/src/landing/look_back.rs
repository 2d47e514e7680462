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
    pub(crate) fn dates(&self, date: Date) -> Vec<Date> {
        let today = self.zone.day(date);
        let back = |days| today.offset(-i64::try_from(days).unwrap_or(0)).map(|day| day.date);
        (0..=LOOK_BACK_DAYS).rev().filter_map(back).collect()
    }

    /// Whether a day is held.
    pub(crate) fn holds(&self, date: Date) -> bool {
        self.held.contains_key(&date)
    }

    /// The history of D; `fetch` is asked for the days that are not held.
    pub(crate) fn history<E>(
        &mut self,
        date: Date,
        mut fetch: impl FnMut(Date) -> Result<ObservedDay<S, V>, E>,
    ) -> Result<History<S, V>, E> {
        let mut days = Vec::with_capacity(LOOK_BACK_DAYS + 1);
        for day in self.dates(date) {
            let observed = match self.held.remove(&day) {
                Some(held) => held,
                None => fetch(day)?,
            };
            days.push((self.zone.day(day), observed));
        }
        self.held.clear();
        Ok(History { days, sources: Vec::<Source>::new(), undated: IssueLog::default() })
    }

    /// Gives the days of a history back, for the next D.
    pub(crate) fn give_back(&mut self, history: History<S, V>) {
        self.held.extend(history.days.into_iter().map(|(day, observed)| (day.date, observed)));
    }
}

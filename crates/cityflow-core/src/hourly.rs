//! Hourly observations of sensors: what the lake keeps, for bikes and road counts alike.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::merge::Merge;
use crate::quality::{DatedIssues, IssueLog, Source};
use crate::time::{CityZone, HourStart, LocalDay};

/// The values of one hour of one sensor.
pub trait HourValues: Clone {
    /// Takes in the values of a later row of the same hour, field by field: the last non-null value wins.
    /// Says whether a measured value contradicts the one held; texts never do.
    fn absorb(&mut self, later: Self) -> bool;
}

/// The rule of one field: a later non-null value replaces the one held. Says whether they differ.
pub fn absorb_field<T: PartialEq>(held: &mut Option<T>, later: Option<T>) -> bool {
    match later {
        None => false,
        later @ Some(_) => {
            let conflict = held.is_some() && *held != later;
            *held = later;
            conflict
        }
    }
}

/// Where a row stands: objects are numbered in name order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// Rank of the object by name.
    pub object: u32,
    /// Line, or record number from 1.
    pub line: u64,
}

/// One row as read.
#[derive(Clone, Debug, PartialEq)]
pub struct HourlyRow<S, V> {
    /// The sensor.
    pub sensor: S,
    /// The hour that was counted.
    pub hour: HourStart,
    /// Where the row stands.
    pub origin: Origin,
    /// What it says.
    pub values: V,
}

/// One hour of one sensor, after de-duplication.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation<S, V> {
    /// The sensor.
    pub sensor: S,
    /// The hour that was counted.
    pub hour: HourStart,
    /// What was measured.
    pub values: V,
}

/// A day of the lake: its observations by (sensor, hour), and what happened to its rows.
#[derive(Clone, Debug, PartialEq)]
pub struct ObservedDay<S, V> {
    /// The civil day.
    pub date: Date,
    /// By sensor, then hour.
    pub observations: Vec<Observation<S, V>>,
    /// Further rows of a key that say nothing new.
    pub duplicates: u64,
    /// Further rows of a key that contradict the value held.
    pub conflicts: u64,
    /// Issues of the day's rows.
    pub issues: IssueLog,
}

impl<S, V> ObservedDay<S, V> {
    /// A day that nothing is known of.
    pub fn empty(date: Date) -> Self {
        Self { date, observations: Vec::new(), duplicates: 0, conflicts: 0, issues: IssueLog::default() }
    }

    /// The observations of each sensor, in order.
    pub fn by_sensor(&self) -> impl Iterator<Item = &[Observation<S, V>]>
    where
        S: PartialEq,
    {
        self.observations.chunk_by(|a, b| a.sensor == b.sensor)
    }
}

/// Everything that several objects said, sorted into days. Any split, merged in any order, is the same.
#[derive(Clone, Debug)]
pub struct DayBuckets<S, V> {
    rows: BTreeMap<Date, Vec<HourlyRow<S, V>>>,
    issues: DatedIssues,
}

impl<S, V> Default for DayBuckets<S, V> {
    fn default() -> Self {
        Self { rows: BTreeMap::new(), issues: DatedIssues::default() }
    }
}

impl<S: Ord + Clone, V: HourValues> DayBuckets<S, V> {
    /// Adds a row to the day of its hour.
    pub fn push(&mut self, zone: &CityZone, row: HourlyRow<S, V>) {
        if let Some(date) = zone.date_of(row.hour.0) {
            self.rows.entry(date).or_default().push(row);
        }
    }

    /// Adds a row to a day that the caller has worked out.
    pub fn push_on(&mut self, date: Date, row: HourlyRow<S, V>) {
        self.rows.entry(date).or_default().push(row);
    }

    /// Adds issues.
    pub fn add_issues(&mut self, issues: DatedIssues) {
        self.issues.merge(issues);
    }

    /// Issues of rows whose day cannot be read.
    pub const fn undated(&self) -> &IssueLog {
        &self.issues.undated
    }

    /// Days that have a row or an issue.
    pub fn dates(&self) -> impl Iterator<Item = Date> {
        let days: BTreeSet<Date> = self.rows.keys().chain(self.issues.by_day.keys()).copied().collect();
        days.into_iter()
    }

    /// Takes a day out, applying the duplicate rule in (object, line) order.
    pub fn take_day(&mut self, date: Date) -> ObservedDay<S, V> {
        let mut day: ObservedDay<S, V> = ObservedDay::empty(date);
        day.issues = self.issues.by_day.remove(&date).unwrap_or_default();
        let mut rows = self.rows.remove(&date).unwrap_or_default();
        rows.sort_by(|a, b| (&a.sensor, a.hour, a.origin).cmp(&(&b.sensor, b.hour, b.origin)));
        for row in rows {
            match day.observations.last_mut() {
                Some(held) if held.sensor == row.sensor && held.hour == row.hour => {
                    if held.values.absorb(row.values) {
                        day.conflicts += 1;
                    } else {
                        day.duplicates += 1;
                    }
                }
                _ => day.observations.push(Observation { sensor: row.sensor, hour: row.hour, values: row.values }),
            }
        }
        day
    }
}

impl<S: Ord + Clone, V: HourValues> Merge for DayBuckets<S, V> {
    fn merge(&mut self, other: Self) {
        for (date, rows) in other.rows {
            self.rows.entry(date).or_default().extend(rows);
        }
        self.issues.merge(other.issues);
    }
}

/// The days that the metrics of D look at: D itself and the 28 before, oldest first, without holes. A day
/// that the bucket knows nothing of is there and empty.
pub struct History<S, V> {
    /// D − 28 … D.
    pub days: Vec<(LocalDay, ObservedDay<S, V>)>,
    /// The objects that can hold D.
    pub sources: Vec<Source>,
    /// Issues of those objects' rows whose day cannot be read.
    pub undated: IssueLog,
}

/// Days before D that failing sensors look back to.
pub const LOOK_BACK_DAYS: usize = 28;

/// Days before D in which a valid hour makes a sensor one of D.
pub const RECENT_DAYS: usize = 7;

impl<S, V> History<S, V> {
    /// D.
    ///
    /// # Panics
    /// Never: a history is made with its day.
    pub fn today(&self) -> &(LocalDay, ObservedDay<S, V>) {
        self.days.last().expect("a history is made with its day")
    }

    /// The day `back` days before D; none before the look-back.
    pub fn back(&self, back: usize) -> Option<&(LocalDay, ObservedDay<S, V>)> {
        self.days.len().checked_sub(1 + back).map(|at| &self.days[at])
    }
}

/// Lays the rows of one sensor on the hours of a day, one value an hour. An hour without a row has the default,
/// which for an `Option` is null.
pub fn lay<S, V, T: Clone + Default>(day: &LocalDay, rows: &[Observation<S, V>], value: impl Fn(&V) -> T) -> Vec<T> {
    let mut hours = vec![T::default(); day.expected_hours()];
    for row in rows {
        if let Some(slot) = day.slot(row.hour) {
            hours[slot] = value(&row.values);
        }
    }
    hours
}

/// What one sensor said on each day of a history, oldest first.
pub struct SensorHistory<'a, S, V> {
    /// The sensor.
    pub sensor: &'a S,
    /// Its observations of D − 28 … D, by hour; empty where there are none.
    pub days: Vec<&'a [Observation<S, V>]>,
}

impl<'a, S, V> SensorHistory<'a, S, V> {
    /// Its observations of D.
    pub fn today(&self) -> &'a [Observation<S, V>] {
        self.days.last().copied().unwrap_or_default()
    }
}

impl<S: Ord, V> History<S, V> {
    /// The sensors of D, in order: those with a row on D, or with a valid hour in the 7 days before.
    pub fn sensors_of_day(&self, is_valid: impl Fn(&V) -> bool) -> Vec<SensorHistory<'_, S, V>> {
        let today = self.days.len() - 1;
        let recent = &self.days[today.saturating_sub(RECENT_DAYS)..today];
        let had_valid_hour = recent.iter().flat_map(|(_, day)| &day.observations).filter(|row| is_valid(&row.values));
        let sensors: BTreeSet<&S> =
            self.today().1.observations.iter().chain(had_valid_hour).map(|row| &row.sensor).collect();
        // Days and sensors run in the same order, so each day is walked once.
        let mut days: Vec<_> = self.days.iter().map(|(_, day)| day.by_sensor().peekable()).collect();
        let history_of = |sensor| {
            let mut of_day = |day: &mut std::iter::Peekable<_>| {
                let chunk_of = |chunk: &&[Observation<S, V>]| chunk[0].sensor.cmp(sensor);
                while day.next_if(|chunk| chunk_of(chunk).is_lt()).is_some() {}
                day.next_if(|chunk| chunk_of(chunk).is_eq()).unwrap_or_default()
            };
            SensorHistory { sensor, days: days.iter_mut().map(&mut of_day).collect() }
        };
        sensors.into_iter().map(history_of).collect()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug, PartialEq)]
    struct Count(Option<i32>);

    impl HourValues for Count {
        fn absorb(&mut self, later: Self) -> bool {
            absorb_field(&mut self.0, later.0)
        }
    }

    fn row(sensor: u8, hour: i64, object: u32, line: u64, value: Option<i32>) -> HourlyRow<u8, Count> {
        let start = CityZone::paris().day(date(2024, 1, 4)).start;
        HourlyRow {
            sensor,
            hour: HourStart(start + hour * 3600),
            origin: Origin { object, line },
            values: Count(value),
        }
    }

    fn day_of(rows: Vec<HourlyRow<u8, Count>>) -> ObservedDay<u8, Count> {
        let mut buckets = DayBuckets::default();
        for row in rows {
            buckets.push(&CityZone::paris(), row);
        }
        buckets.take_day(date(2024, 1, 4))
    }

    #[test]
    fn the_last_non_null_value_wins_and_null_neither_conflicts_nor_erases() {
        let day = day_of(vec![
            row(1, 8, 1, 9, None),
            row(1, 8, 0, 2, Some(5)),
            row(1, 8, 1, 3, Some(7)),
            row(1, 8, 2, 1, Some(7)),
        ]);
        assert_eq!(day.observations.len(), 1);
        assert_eq!(day.observations[0].values, Count(Some(7)));
        assert_eq!((day.conflicts, day.duplicates), (1, 2));
    }

    #[test]
    fn rows_lie_on_their_hours_and_the_other_hours_are_null() {
        let local = CityZone::paris().day(date(2024, 1, 4));
        let day = day_of(vec![row(1, 2, 0, 1, Some(5)), row(1, 3, 0, 2, None), row(1, 23, 0, 3, Some(0))]);
        let hours = lay(&local, &day.observations, |count| count.0);
        assert_eq!(hours.len(), 24);
        assert_eq!((hours[1], hours[2], hours[3], hours[23]), (None, Some(5), None, Some(0)));
        assert!(lay(&local, &day.observations, |count| count.0.is_some())[2]);
        let next = local.offset(1).unwrap();
        assert_eq!(lay(&next, &day.observations, |count| count.0), vec![None; 24], "rows of another day lie nowhere");
    }

    #[test]
    fn sensors_of_the_day_have_a_row_on_it_or_a_valid_hour_in_the_seven_days_before() {
        let paris = CityZone::paris();
        let today = paris.day(date(2024, 1, 10));
        let mut days: Vec<_> = (0..=28).rev().map(|back| today.offset(-back).unwrap()).collect::<Vec<_>>();
        let observe = |back: usize, sensor: u8, value: Option<i32>| {
            let hour = paris.day(date(2024, 1, 10)).offset(-i64::try_from(back).unwrap()).unwrap().hour(3);
            (28 - back, Observation { sensor, hour, values: Count(value) })
        };
        let rows = [
            observe(0, 2, None),
            observe(7, 5, Some(1)),
            observe(7, 6, None),
            observe(8, 7, Some(1)),
            observe(20, 5, Some(9)),
            observe(20, 1, Some(9)),
        ];
        let days = days
            .drain(..)
            .enumerate()
            .map(|(at, local)| {
                let mut day = ObservedDay::empty(local.date);
                day.observations = rows.iter().filter(|(on, _)| *on == at).map(|(_, row)| row.clone()).collect();
                day.observations.sort_by_key(|row| row.sensor);
                (local, day)
            })
            .collect();
        let history = History { days, sources: Vec::new(), undated: IssueLog::default() };
        let sensors = history.sensors_of_day(|value| value.0.is_some());
        assert_eq!(sensors.iter().map(|sensor| *sensor.sensor).collect::<Vec<_>>(), [2, 5]);
        assert_eq!(sensors[1].days[8].len(), 1, "the row of twenty days before is found too");
        assert!(sensors[1].today().is_empty());
    }

    proptest! {
        #[test]
        fn any_split_merged_in_any_order_is_the_same_day(
            rows in prop::collection::vec((0_u8..4, 0_i64..5, 0_u32..3, prop::option::of(0_i32..3), 0_usize..4), 0..60),
            reverse in any::<bool>(),
        ) {
            let rows: Vec<_> = (1..).zip(rows).map(|(line, (sensor, hour, object, value, part))| (row(sensor, hour, object, line, value), part)).collect();
            let whole = day_of(rows.iter().map(|(row, _)| row.clone()).collect());
            let mut parts: Vec<DayBuckets<u8, Count>> = (0..4).map(|_| DayBuckets::default()).collect();
            for (row, part) in rows {
                parts[part].push(&CityZone::paris(), row);
            }
            if reverse { parts.reverse(); }
            let mut merged = DayBuckets::default();
            for part in parts { merged.merge(part); }
            prop_assert_eq!(merged.take_day(date(2024, 1, 4)), whole);
        }
    }
}

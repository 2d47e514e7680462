//! One hour of one counter, and the conversion of a row into it.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::issues;
use super::raw::{COUNT, Field, ID, LABEL, POINT, RawCounter, STAMP};
use crate::failing::Measure;
use crate::geo::Point;
use crate::hourly::{History, HourValues, HourlyRow, ObservedDay, Origin, absorb_field};
use crate::ids::CounterId;
use crate::quality::{DatedIssues, Rule};
use crate::time::{CityZone, Marks};

/// What a counter says of one hour.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BikeValues {
    /// Bikes that passed in the hour; zero is a count, none is no measure.
    pub count: Option<f64>,
    /// Name of the counter.
    pub label: Option<Arc<str>>,
    /// Place of the counter's site.
    pub point: Option<Point>,
}

impl BikeValues {
    /// What failing sensors are judged on.
    pub const fn measure(&self) -> Measure {
        Measure { flow: self.count, occupancy: None }
    }
}

/// A row of a counter.
pub type CounterRow = HourlyRow<CounterId, BikeValues>;
/// A day of the counters.
pub type CounterDay = ObservedDay<CounterId, BikeValues>;
/// The counters' days that the metrics of D look at.
pub type CounterHistory = History<CounterId, BikeValues>;

impl HourValues for BikeValues {
    /// The last label and the first place of an hour are kept; only counts conflict.
    fn absorb(&mut self, later: Self) -> bool {
        absorb_field(&mut self.label, later.label);
        self.point = self.point.or(later.point);
        absorb_field(&mut self.count, later.count)
    }
}

/// Turns the rows of one object into records, noting what is wrong with them.
pub struct Conversion<'a> {
    /// Name of the object.
    pub object: &'a Arc<str>,
    /// Its rank by name.
    pub rank: u32,
    /// The city's zone.
    pub zone: &'a CityZone,
    /// What was wrong so far.
    pub issues: DatedIssues,
    /// Texts met, so that a year of one counter holds its name once.
    texts: BTreeSet<Arc<str>>,
}

impl<'a> Conversion<'a> {
    /// A conversion that has met no row.
    pub fn new(object: &'a Arc<str>, rank: u32, zone: &'a CityZone) -> Self {
        Self { object, rank, zone, issues: DatedIssues::default(), texts: BTreeSet::new() }
    }

    /// The record of a row; none when it has no readable counter or hour.
    pub fn row(&mut self, raw: RawCounter<'_>) -> Option<CounterRow> {
        let line = raw.line();
        let id = raw.field(ID);
        let Some(id) = issues::readable_id(&id.text()).map(|id| CounterId(self.intern(id))) else {
            self.issues.note(None, Rule::UnreadableId, self.object, line, &raw.whole());
            return None;
        };
        let stamp = raw.field(STAMP);
        let hour = match self.zone.hour_of_stamp(&stamp.text(), Marks::Start) {
            Ok(hour) => hour,
            Err(fault) => {
                let (day, rule) = crate::quality::of_stamp(fault);
                self.issues.note(day, rule, self.object, line, &stamp.sample());
                return None;
            }
        };
        let mut note = |rule: Option<Rule>, field: &Field<'_>| {
            if let Some(rule) = rule {
                let day = self.zone.date_of(hour.0);
                self.issues.note(day, rule, self.object, line, &field.sample());
            }
        };
        let (count_field, point_field, label_field) = (raw.field(COUNT), raw.field(POINT), raw.field(LABEL));
        let (count, count_rule) = issues::count(count_field.cell());
        note(count_rule, &count_field);
        let (point, point_rule) = issues::place(point_field.point());
        note(point_rule, &point_field);
        note((!raw.is_utf8()).then_some(Rule::InvalidUtf8), &label_field);
        let label = label_field.text();
        let label = (!crate::numbers::is_null_text(&label)).then(|| self.intern(&label));
        let origin = Origin { object: self.rank, line };
        Some(HourlyRow { sensor: id, hour, origin, values: BikeValues { count, label, point } })
    }

    /// Counts a row that is not one.
    pub fn malformed(&mut self, line: u64, text: &str) {
        self.issues.note(None, Rule::MalformedRow, self.object, line, text);
    }

    fn intern(&mut self, text: &str) -> Arc<str> {
        if let Some(held) = self.texts.get(text) {
            return Arc::clone(held);
        }
        let held: Arc<str> = text.into();
        self.texts.insert(Arc::clone(&held));
        held
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(count: Option<f64>, label: &str, lon: Option<f64>) -> BikeValues {
        BikeValues { count, label: Some(label.into()), point: lon.map(|lon| Point { lon, lat: 48.0 }) }
    }

    #[test]
    fn another_label_or_place_is_no_conflict_and_another_count_is() {
        let mut held = values(Some(3.0), "a", Some(2.0));
        assert!(!held.absorb(values(Some(3.0), "b", Some(2.1))));
        assert!(!held.absorb(values(None, "c", None)));
        assert!(held.absorb(values(Some(4.0), "d", None)));
        assert_eq!(held, values(Some(4.0), "d", Some(2.0)), "the last label, the first place, the last count");
    }
}

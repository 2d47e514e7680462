//! A road count: what one row says of one link and hour, and the one conversion from its wire shape.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::civil::Date;

use crate::failing::Measure;
use crate::hourly::{History, HourValues, HourlyRow, Origin, absorb_field};
use crate::ids::LinkId;
use crate::numbers::is_null_text;
use crate::quality::{DatedIssues, Rule, of_stamp};
use crate::time::{CityZone, HourStart, Marks, StampFault};

use super::issues;
use super::place::{FirstShapes, KnownPlaces};
use super::raw::{RawCount, RawNumber};
use super::state::LinkState;

/// What was counted on a link in one hour.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RoadValues {
    /// `q`: vehicles per hour.
    pub flow: Option<f64>,
    /// `k`: percent of the hour in which a vehicle stood over the loop.
    pub occupancy: Option<f64>,
    /// State that the city declares for the link.
    pub declared: Option<LinkState>,
    /// Name of the link.
    pub label: Option<Arc<str>>,
}

/// The look-back of road counts.
pub type RoadHistory = History<LinkId, RoadValues>;

impl RoadValues {
    /// Whether anything was measured: an hour is missing when both flow and occupancy are.
    pub const fn is_valid(&self) -> bool {
        self.flow.is_some() || self.occupancy.is_some()
    }

    /// What failing sensors are judged on.
    pub const fn measure(&self) -> Measure {
        Measure { flow: self.flow, occupancy: self.occupancy }
    }
}

impl HourValues for RoadValues {
    fn absorb(&mut self, later: Self) -> bool {
        let flow = absorb_field(&mut self.flow, later.flow);
        let occupancy = absorb_field(&mut self.occupancy, later.occupancy);
        absorb_field(&mut self.declared, later.declared);
        absorb_field(&mut self.label, later.label);
        flow || occupancy
    }
}

/// Stamps that are remembered: the hours of seven years.
const REMEMBERED_STAMPS: usize = 1 << 16;
/// Longest stamp that is remembered; published ones have 19 or 25 characters.
const REMEMBERED_STAMP_BYTES: usize = 40;

/// The hour that a stamp ends, and the civil day it belongs to.
#[derive(Clone, Copy)]
struct CountedHour {
    start: HourStart,
    date: Date,
}

/// Turns the rows of one object into hourly rows. It remembers stamps, names and places, of which an object
/// has far fewer than rows.
pub(super) struct Conversion<'a> {
    object: &'a Arc<str>,
    rank: u32,
    zone: &'a CityZone,
    stamps: HashMap<Box<str>, CountedHour>,
    labels: HashSet<Arc<str>>,
    places: KnownPlaces,
    /// What was wrong so far.
    pub(super) issues: DatedIssues,
}

impl<'a> Conversion<'a> {
    /// For the object of that rank by name.
    pub(super) fn new(object: &'a Arc<str>, rank: u32, zone: &'a CityZone) -> Self {
        let (stamps, labels) = (HashMap::new(), HashSet::new());
        Self { object, rank, zone, stamps, labels, places: KnownPlaces::default(), issues: DatedIssues::default() }
    }

    /// Counts an issue of a row.
    pub(super) fn note(&mut self, day: Option<Date>, rule: Rule, line: u64, text: &str) {
        self.issues.note(day, rule, self.object, line, text);
    }

    /// The row, unless its sensor or its stamp is unreadable, with the day of its hour.
    pub(super) fn row(
        &mut self,
        line: u64,
        raw: &RawCount,
        shapes: &mut FirstShapes,
    ) -> Option<(Date, HourlyRow<LinkId, RoadValues>)> {
        let Some(sensor) = LinkId::parse(&raw.arc) else {
            self.note(None, Rule::UnreadableId, line, &raw.arc);
            return None;
        };
        let CountedHour { start, date } = self.hour(line, &raw.stamp)?;
        let flow = issues::flow(raw.flow.cell);
        let occupancy = issues::occupancy(raw.occupancy.cell);
        self.note_number(date, flow.fault, line, &raw.flow);
        self.note_number(date, occupancy.fault, line, &raw.occupancy);
        if issues::state_contradicts(&raw.traffic_state, &occupancy) {
            let text = format!("{} (k = {})", raw.traffic_state, raw.occupancy.text);
            self.note(Some(date), Rule::InconsistentState, line, &text);
        }
        let origin = Origin { object: self.rank, line };
        self.places.look(sensor, origin, &raw.place, shapes, &mut |rule, text| {
            self.issues.note(Some(date), rule, self.object, line, text);
        });
        let declared = LinkState::parse(&raw.link_state);
        let label = self.label(&raw.label);
        let values = RoadValues { flow: flow.value, occupancy: occupancy.value, declared, label };
        Some((date, HourlyRow { sensor, hour: start, origin, values }))
    }

    fn note_number(&mut self, date: Date, fault: Option<Rule>, line: u64, number: &RawNumber) {
        if let Some(rule) = fault {
            self.note(Some(date), rule, line, &number.text);
        }
    }

    fn hour(&mut self, line: u64, stamp: &str) -> Option<CountedHour> {
        if let Some(known) = self.stamps.get(stamp) {
            return Some(*known);
        }
        let counted = self.zone.hour_of_stamp(stamp, Marks::End).and_then(|start| {
            let date = self.zone.date_of(start.0).ok_or(StampFault::Unreadable)?;
            Ok(CountedHour { start, date })
        });
        match counted {
            Ok(hour) => {
                if self.stamps.len() < REMEMBERED_STAMPS && stamp.len() <= REMEMBERED_STAMP_BYTES {
                    self.stamps.insert(stamp.into(), hour);
                }
                Some(hour)
            }
            Err(fault) => {
                let (date, rule) = of_stamp(fault);
                self.note(date, rule, line, stamp);
                None
            }
        }
    }

    fn label(&mut self, text: &str) -> Option<Arc<str>> {
        if is_null_text(text) {
            return None;
        }
        if let Some(known) = self.labels.get(text) {
            return Some(Arc::clone(known));
        }
        let label: Arc<str> = text.into();
        self.labels.insert(Arc::clone(&label));
        Some(label)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_flow_and_occupancy_can_conflict_and_the_last_text_wins() {
        let values = |flow, occupancy, label: &str, declared| RoadValues {
            flow,
            occupancy,
            declared,
            label: Some(label.into()),
        };
        let mut held = values(Some(5.0), None, "a", Some(LinkState::Open));
        assert!(!held.absorb(values(None, Some(3.0), "b", None)));
        assert_eq!(held, values(Some(5.0), Some(3.0), "b", Some(LinkState::Open)));
        assert!(held.absorb(values(Some(6.0), Some(3.0), "b", None)));
        assert!(held.absorb(values(None, Some(4.0), "b", None)));
        assert_eq!(held, values(Some(6.0), Some(4.0), "b", Some(LinkState::Open)));
    }
}

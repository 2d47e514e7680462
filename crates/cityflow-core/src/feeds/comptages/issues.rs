//! The checks of a road count: physical limits, and the file's own state against its occupancy.

use crate::numbers::Cell;
use crate::quality::Rule;

use super::state::TrafficState;

/// Largest flow that is believed, vehicles per hour: above the capacity of the widest link (contract, section 3).
pub(super) const MAX_FLOW_VPH: f64 = 12_000.0;
/// Largest occupancy, percent.
pub(super) const MAX_OCCUPANCY: f64 = 100.0;

/// What is left of a number once judged, and the rule it breaks.
pub(super) struct Judged {
    pub(super) value: Option<f64>,
    pub(super) fault: Option<Rule>,
}

/// Judges a flow.
pub(super) fn flow(cell: Cell) -> Judged {
    within(cell, MAX_FLOW_VPH, Rule::FlowOutOfRange)
}

/// Judges an occupancy.
pub(super) fn occupancy(cell: Cell) -> Judged {
    within(cell, MAX_OCCUPANCY, Rule::OccupancyOutOfRange)
}

fn within(cell: Cell, most: f64, rule: Rule) -> Judged {
    match cell {
        Cell::Number(value) if (0.0..=most).contains(&value) => Judged { value: Some(value), fault: None },
        Cell::Number(_) => Judged { value: None, fault: Some(rule) },
        Cell::Null => Judged { value: None, fault: None },
        Cell::Unreadable => Judged { value: None, fault: Some(Rule::UnreadableNumber) },
    }
}

/// Whether the file's traffic state contradicts the one that its occupancy makes. A state that is not there, or
/// is none of the known ones, contradicts nothing, nor does any state an occupancy that was nulled.
pub(super) fn state_contradicts(written: &str, occupancy: &Judged) -> bool {
    let made = TrafficState::of(occupancy.value);
    occupancy.fault.is_none() && TrafficState::parse(written).is_some_and(|state| state != made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_at_the_limits_are_kept_and_beyond_them_nulled() {
        assert_eq!(flow(Cell::Number(12_000.0)).value, Some(12_000.0));
        assert_eq!(flow(Cell::Number(12_000.5)).fault, Some(Rule::FlowOutOfRange));
        assert_eq!(flow(Cell::Number(-1.0)).value, None);
        assert_eq!(occupancy(Cell::Number(100.0)).value, Some(100.0));
        assert_eq!(occupancy(Cell::Number(100.1)).fault, Some(Rule::OccupancyOutOfRange));
        assert_eq!(occupancy(Cell::Unreadable).fault, Some(Rule::UnreadableNumber));
    }

    #[test]
    fn a_state_contradicts_the_occupancy_it_does_not_follow_from() {
        let at = |k: f64| occupancy(Cell::Number(k));
        assert!(!state_contradicts("sature", &at(30.0)));
        assert!(state_contradicts("Saturé", &at(29.0)));
        assert!(state_contradicts("Fluide", &occupancy(Cell::Null)));
        assert!(!state_contradicts("0", &occupancy(Cell::Null)));
    }

    #[test]
    fn no_known_state_is_no_contradiction_and_a_nulled_occupancy_has_none() {
        assert!(!state_contradicts("", &occupancy(Cell::Number(29.0))));
        assert!(!state_contradicts("dense", &occupancy(Cell::Number(29.0))));
        assert!(!state_contradicts("Bloqué", &occupancy(Cell::Number(101.0))));
        assert!(!state_contradicts("Bloqué", &occupancy(Cell::Unreadable)));
    }
}

//! Hours by traffic state.

use serde::{Deserialize, Serialize};

use super::super::state::TrafficState;

/// Hours spent in each traffic state; they sum to the expected hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateHours {
    /// Occupancy in [0, 15).
    #[serde(rename = "Fluide")]
    pub fluid: u64,
    /// Occupancy in [15, 30).
    #[serde(rename = "Pré-saturé")]
    pub dense: u64,
    /// Occupancy in [30, 50).
    #[serde(rename = "Saturé")]
    pub saturated: u64,
    /// Occupancy in [50, 100].
    #[serde(rename = "Bloqué")]
    pub blocked: u64,
    /// No occupancy; missing hours are here too.
    #[serde(rename = "Inconnu")]
    pub unknown: u64,
}

impl StateHours {
    /// Counts the hours of a day.
    pub(super) fn of(occupancies: &[Option<f64>]) -> Self {
        let mut hours = Self::default();
        for occupancy in occupancies {
            *hours.of_state(TrafficState::of(*occupancy)) += 1;
        }
        hours
    }

    const fn of_state(&mut self, state: TrafficState) -> &mut u64 {
        match state {
            TrafficState::Unknown => &mut self.unknown,
            TrafficState::Fluid => &mut self.fluid,
            TrafficState::Dense => &mut self.dense,
            TrafficState::Saturated => &mut self.saturated,
            TrafficState::Blocked => &mut self.blocked,
        }
    }

    /// Adds the hours of another link.
    pub(super) const fn add(&mut self, other: Self) {
        self.fluid += other.fluid;
        self.dense += other.dense;
        self.saturated += other.saturated;
        self.blocked += other.blocked;
        self.unknown += other.unknown;
    }

    /// The state of most hours, the worse on a tie; unknown only when all are.
    pub(super) fn dominant(self) -> TrafficState {
        let known = [
            (self.fluid, TrafficState::Fluid),
            (self.dense, TrafficState::Dense),
            (self.saturated, TrafficState::Saturated),
            (self.blocked, TrafficState::Blocked),
        ];
        known.into_iter().filter(|(hours, _)| *hours > 0).max().map_or(TrafficState::Unknown, |(_, state)| state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_hour_is_unknown_and_unknown_dominates_only_alone() {
        let hours = StateHours::of(&[None, None, None, Some(3.0)]);
        assert_eq!(hours, StateHours { unknown: 3, fluid: 1, ..StateHours::default() });
        assert_eq!(hours.dominant(), TrafficState::Fluid);
        assert_eq!(StateHours::of(&[None; 24]).dominant(), TrafficState::Unknown);
    }

    #[test]
    fn of_two_equal_states_the_worse_dominates() {
        assert_eq!(StateHours::of(&[Some(3.0), Some(60.0)]).dominant(), TrafficState::Blocked);
        assert_eq!(StateHours::of(&[Some(3.0), Some(3.0), Some(60.0)]).dominant(), TrafficState::Fluid);
    }
}

//! Which arc carries which planted fault.

use super::network::{RoadArc, RoadClass};
use super::streets;
use crate::noise::{Noise, Stream};

/// What the loops of an arc measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sensors {
    Both,
    FlowOnly,
    OccupancyOnly,
}

/// The part an arc plays. Days are counted back from the last day of the span, which is day 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Ordinary,
    /// Saturated in both peaks of a weekday; `critical` passes 80 % occupancy.
    CongestedAxis {
        critical: bool,
    },
    /// Rows without values for the last `days` days.
    Silent {
        days: u32,
    },
    /// No rows at all for the last `days` days.
    Vanished {
        days: u32,
    },
    /// Flow zero in every hour of the last two days.
    Zero,
    /// The same flow in every hour of the last day.
    Constant,
    /// Seven hours of the last day are missing.
    Gap,
    /// Occupancy zero under a normal flow all the last day.
    Incoherent,
    /// A street closed to traffic on the last day: a true anomaly, not a fault.
    Closed,
    /// One hour of the last day has an unreadable flow.
    UnreadableFlow,
    /// One hour of the last day has a flow beyond the physical limit.
    FlowBeyondLimit,
    /// One hour of the last day has an occupancy beyond 100 %.
    OccupancyBeyondLimit,
    /// One hour of the last day declares another traffic state than its occupancy gives.
    WrongState,
}

/// What the road reference knows of an arc.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ArcPlace {
    /// One row with the whole geometry.
    Whole,
    /// Two rows, one for each half.
    Pieces,
    /// A second, older row with another node pair.
    Versions,
    /// A row without geometry; the counts have one.
    Blank,
    /// No row, and no geometry in the counts either.
    Unlisted,
}

/// Faults in the order in which the street arcs receive them.
const PLAN: [(Role, Sensors); 14] = [
    (Role::Silent { days: 2 }, Sensors::Both),
    (Role::Silent { days: 6 }, Sensors::Both),
    (Role::Silent { days: 11 }, Sensors::FlowOnly),
    (Role::Silent { days: 45 }, Sensors::Both),
    (Role::Vanished { days: 4 }, Sensors::Both),
    (Role::Zero, Sensors::FlowOnly),
    (Role::Constant, Sensors::FlowOnly),
    (Role::Gap, Sensors::Both),
    (Role::Incoherent, Sensors::Both),
    (Role::Closed, Sensors::Both),
    (Role::UnreadableFlow, Sensors::Both),
    (Role::FlowBeyondLimit, Sensors::Both),
    (Role::OccupancyBeyondLimit, Sensors::Both),
    (Role::WrongState, Sensors::Both),
];

/// Gives every arc its sensors and a few their fault.
pub(crate) fn assign(arcs: &mut [RoadArc], noise: Noise) {
    for (index, arc) in arcs.iter_mut().enumerate() {
        arc.sensors = match index % 8 {
            0 | 3 | 4 | 7 => Sensors::Both,
            1 | 6 => Sensors::FlowOnly,
            _ => Sensors::OccupancyOnly,
        };
        mark_axis(arc);
    }
    let mut free: Vec<usize> = (0..arcs.len())
        .filter(|&at| arcs[at].class != RoadClass::RingRoad && arcs[at].role == Role::Ordinary)
        .collect();
    free.sort_by_key(|&at| noise.bits(Stream::RoleOrder, at as u64, 0));
    for (&at, (role, sensors)) in free.iter().zip(PLAN) {
        (arcs[at].role, arcs[at].sensors) = (role, sensors);
        // A fault must stand out: its street is busy enough to be judged.
        arcs[at].load = arcs[at].load.max(0.6);
    }
    let ordinary = free.iter().skip(PLAN.len());
    for (&at, place) in ordinary.zip(places(arcs.len())) {
        arcs[at].place = place;
    }
}

/// Places other than the usual one: a few of each, more pieces and versions in a large network.
fn places(arcs: usize) -> impl Iterator<Item = ArcPlace> {
    let several = |place, count| std::iter::repeat_n(place, count);
    several(ArcPlace::Unlisted, 2)
        .chain(several(ArcPlace::Blank, 2))
        .chain(several(ArcPlace::Versions, 1 + arcs / 100))
        .chain(several(ArcPlace::Pieces, 1 + arcs / 40))
}

/// The two congested axes: one direction of a boulevard, and the way out along an avenue.
fn mark_axis(arc: &mut RoadArc) {
    let critical = arc.label == streets::CRITICAL_AXIS && arc.upstream < arc.downstream;
    let high = arc.label == streets::HIGH_AXIS && arc.inbound == Some(false);
    if critical || high {
        arc.role = Role::CongestedAxis { critical };
        arc.sensors = Sensors::Both;
    }
}

//! Flow and occupancy of an arc in an hour, by a simple fundamental diagram.

use super::network::{RoadArc, RoadClass};
use super::roles::{Role, Sensors};
use super::{City, rhythm};
use crate::calendar::{Day, Slot};
use crate::noise::{Stream, spread_of};
use crate::numbers::whole;

/// Share of (arc, hour) pairs without any value, and of those without even a row.
const MISSING_SHARE: f64 = 0.012;
const ABSENT_SHARE: f64 = 0.002;
/// The flow of the constant arc, veh/h.
const STUCK_FLOW: u32 = 412;
/// Hours of the last day that the gap arc misses, by local hour.
const GAP_HOURS: std::ops::RangeInclusive<u8> = 9..=15;
/// Hours of the last day in which the closed street carries almost nothing.
const CLOSED_HOURS: std::ops::RangeInclusive<u8> = 6..=22;

/// What a loop says about an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Measure {
    /// Vehicles per hour.
    pub(crate) flow: Option<u32>,
    /// Occupancy in hundred-thousandths of a percent.
    pub(crate) occupancy: Option<u32>,
}

/// What every arc shares within an hour.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HourScene {
    epoch_hour: u64,
    /// Demand along a ring, inbound and outbound, 1 = the weekday peak of an ordinary week.
    demand: [f64; 3],
    hour: u8,
    peak: bool,
    before_end: u32,
}

impl HourScene {
    pub(crate) fn new(city: &City, day: &Day, slot: &Slot) -> Self {
        // Rain brings a few more cars out, and all of them are slower to leave.
        let rain = (city.sky.at(slot.epoch_hour).rain * 0.02).min(0.05);
        let scale = rhythm::road_season(day.date, day.before_end) * (1.0 + rain);
        let along = |way| scale * rhythm::road(day.kind, slot.hour, way);
        Self {
            epoch_hour: slot.epoch_hour,
            demand: [along(None), along(Some(true)), along(Some(false))],
            hour: slot.hour,
            peak: rhythm::is_peak(day.kind, slot.hour),
            before_end: day.before_end,
        }
    }
}

/// The row of an arc in an hour; `None` when the feed has no row at all.
pub(crate) fn measure(city: &City, arc: &RoadArc, scene: &HourScene) -> Option<Measure> {
    let last_day = scene.before_end == 0;
    let fate = city.noise.unit(Stream::Missing, u64::from(arc.id), scene.epoch_hour);
    // The last day of the arcs with a fault of their own shows that fault alone.
    let spared = last_day && arc.role != Role::Ordinary;
    match arc.role {
        Role::Vanished { days } if scene.before_end < days => return None,
        Role::Silent { days } if scene.before_end < days => return Some(Measure::default()),
        Role::Gap if last_day && GAP_HOURS.contains(&scene.hour) => return Some(Measure::default()),
        _ if fate < ABSENT_SHARE && !spared => return None,
        _ if fate < MISSING_SHARE && !spared => return Some(Measure::default()),
        _ => {}
    }
    let (flow, occupancy) = planted(arc, scene, last_day, state_of(city, arc, scene));
    Some(Measure {
        flow: (arc.sensors != Sensors::OccupancyOnly).then_some(flow),
        occupancy: (arc.sensors != Sensors::FlowOnly).then_some(occupancy),
    })
}

/// The measured pair after the fault of the arc.
fn planted(arc: &RoadArc, scene: &HourScene, last_day: bool, true_pair: (u32, u32)) -> (u32, u32) {
    match arc.role {
        Role::Zero if scene.before_end < 2 => (0, 0),
        Role::Constant if last_day => (STUCK_FLOW, true_pair.1),
        Role::Incoherent if last_day => (true_pair.0.max(24), 0),
        _ => true_pair,
    }
}

/// Flow and occupancy as they are on the road.
fn state_of(city: &City, arc: &RoadArc, scene: &HourScene) -> (u32, u32) {
    let key = u64::from(arc.id);
    let bits = city.noise.bits(Stream::Flow, key, scene.epoch_hour);
    let wide = city.noise.spread(Stream::ArcDay, key, scene.epoch_hour / 24);
    let way = match arc.inbound {
        None => 0,
        Some(true) => 1,
        Some(false) => 2,
    };
    let mut ratio = arc.load * scene.demand[way] * (1.0 + 0.09 * spread_of(bits) + 0.04 * wide);
    match arc.role {
        Role::CongestedAxis { critical } if scene.peak => {
            let over = if critical { 1.74 } else { 1.46 };
            ratio = over + 0.06 * spread_of(bits);
        }
        Role::Closed if scene.before_end == 0 && CLOSED_HOURS.contains(&scene.hour) => {
            ratio *= 0.05;
        }
        _ => {}
    }
    let grain = spread_of(bits.rotate_left(17));
    let free = arc.capacity * ratio.min(1.0);
    let jam = (ratio - 1.0).clamp(0.0, 1.0);
    let flow = free * (1.0 - 0.35 * jam) + free.sqrt() * grain;
    (whole(flow.max(1.0)), occupancy(arc.class, ratio, jam, grain))
}

/// Occupancy grows faster than flow up to capacity and steeply beyond it, where the flow falls.
fn occupancy(class: RoadClass, ratio: f64, jam: f64, grain: f64) -> u32 {
    let critical = if class == RoadClass::RingRoad { 20.0 } else { 26.0 };
    let below = ratio.min(1.0);
    let percent = critical * below * (0.6 + 0.4 * below * below) * (1.0 + 0.1 * grain) + 86.0 * jam;
    whole(percent.clamp(0.05, 99.0) * 100_000.0)
}

//! Bike counters: two directions a site, and what they count in an hour.

use super::geometry::Point;
use super::network::{Network, RoadClass};
use super::{City, rhythm, streets};
use crate::calendar::{Day, Slot};
use crate::noise::{Noise, Stream, spread_of};
use crate::numbers::whole;

/// The count of the stuck counter, bikes per hour.
const STUCK_COUNT: u32 = 37;

/// The part a counter plays. Days are counted back from the last day of the span, which is day 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CounterRole {
    Ordinary,
    /// No records for the last `days` days.
    Dead {
        days: u32,
    },
    /// Records without a count for the last `days` days.
    Blank {
        days: u32,
    },
    /// The same count in every hour of the last day.
    Stuck,
    /// Zero in every hour of the last two days.
    Zero,
    /// No records for eight hours of the last day.
    Gap,
    /// A street festival on the last day: a true anomaly, not a fault.
    Festival,
    /// One unreadable count on the last day.
    Unreadable,
}

const PLAN: [CounterRole; 7] = [
    CounterRole::Dead { days: 5 },
    CounterRole::Blank { days: 33 },
    CounterRole::Stuck,
    CounterRole::Zero,
    CounterRole::Gap,
    CounterRole::Festival,
    CounterRole::Unreadable,
];

/// One direction of a counting site.
#[derive(Debug, Clone)]
pub(crate) struct Counter {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) site_id: String,
    pub(crate) site_name: String,
    pub(crate) at: Point,
    pub(crate) installed: String,
    pub(crate) role: CounterRole,
    /// Whether this direction fills in the morning.
    morning: bool,
    /// Bikes per hour at the weekday peak.
    base: f64,
    key: u64,
}

pub(crate) fn counters(count: u32, network: &Network, noise: Noise) -> Vec<Counter> {
    let streets: Vec<_> = network.arcs.iter().filter(|arc| arc.class != RoadClass::RingRoad).collect();
    let mut counters: Vec<_> = (0..u64::from(count))
        .map(|index| {
            let site = index / 2;
            let arc = streets[noise.below(Stream::CounterPlace, site, 0, streets.len())];
            let number = 1 + noise.below(Stream::CounterPlace, site, 1, 160);
            counter(index, &format!("{number} {}", streets::spoken(&arc.label)), arc.line[1], noise)
        })
        .collect();
    let mut order: Vec<usize> = (0..counters.len()).collect();
    order.sort_by_key(|&at| noise.bits(Stream::RoleOrder, at as u64, 1));
    for (&at, role) in order.iter().zip(PLAN) {
        counters[at].role = role;
        counters[at].base = counters[at].base.max(120.0);
    }
    counters
}

fn counter(index: u64, site_name: &str, at: Point, noise: Noise) -> Counter {
    let site = index / 2;
    let tail = 7049 + site * 13;
    let second = index % 2 == 1;
    let ways = [["O-E", "E-O"], ["N-S", "S-N"], ["NO-SE", "SE-NO"], ["SO-NE", "NE-SO"]];
    let pair = ways[noise.below(Stream::CounterPlace, site, 2, ways.len())];
    let installed = noise.bits(Stream::CounterPlace, site, 3);
    let strength = noise.unit(Stream::CounterBase, site, 0);
    Counter {
        id: format!("{}-{}", 100_000_000 + tail, 101_000_000 + tail + u64::from(second) * 1_000_000),
        name: format!("{site_name} {}", pair[usize::from(second)]),
        site_id: (100_000_000 + tail).to_string(),
        site_name: site_name.to_owned(),
        at,
        installed: format!("20{:02}-{:02}-{:02}", 13 + installed % 9, 1 + installed / 9 % 12, 1 + installed / 108 % 28),
        role: CounterRole::Ordinary,
        morning: second == site.is_multiple_of(2),
        base: 25.0 + 420.0 * strength * strength,
        key: index,
    }
}

/// The record of a counter in an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counted {
    /// Bikes; `None` is written as null.
    pub(crate) bikes: Option<u32>,
}

/// The record of a counter in an hour; `None` when the feed has no record at all.
pub(crate) fn count(city: &City, counter: &Counter, day: &Day, slot: &Slot) -> Option<Counted> {
    let record = |bikes| Some(Counted { bikes });
    let last_day = day.before_end == 0;
    match counter.role {
        CounterRole::Dead { days } if day.before_end < days => return None,
        CounterRole::Blank { days } if day.before_end < days => return record(None),
        CounterRole::Gap if last_day && matches!(slot.hour, 8..=15) => return None,
        CounterRole::Stuck if last_day => return record(Some(STUCK_COUNT)),
        CounterRole::Zero if day.before_end < 2 => return record(Some(0)),
        _ => {}
    }
    let spared = last_day && counter.role != CounterRole::Ordinary;
    if !spared && city.noise.chance(Stream::BikeMissing, counter.key, slot.epoch_hour, 0.004) {
        return None;
    }
    record(Some(whole(expected(city, counter, day, slot))))
}

/// Bikes in an hour: rhythm, season, rain and cold, with noise that a small count shows more.
fn expected(city: &City, counter: &Counter, day: &Day, slot: &Slot) -> f64 {
    let bits = city.noise.bits(Stream::BikeHour, counter.key, slot.epoch_hour);
    let weather = city.sky.at(slot.epoch_hour);
    let before = city.sky.at(slot.epoch_hour - 1).rain;
    let rain = 1.0 - 0.5 * (weather.rain.max(0.6 * before) / 1.5).min(1.0);
    // A forecast of rain keeps some riders off the bike all day.
    let forecast = 1.0 - 0.02 * city.sky.rain_of_day(day.slots[0].epoch_hour).min(10.0);
    let warmth = (1.0 + 0.012 * (weather.temperature - 13.0)).clamp(0.7, 1.15);
    let festival = counter.role == CounterRole::Festival && day.before_end == 0;
    let usual = counter.base
        * rhythm::bike(day.kind, slot.hour, counter.morning)
        * rhythm::bike_season(day.date)
        * (if festival { 8.0 } else { 1.0 });
    let mean = usual * rain * forecast * warmth * (1.0 + 0.08 * spread_of(bits));
    mean + mean.sqrt() * spread_of(bits.rotate_left(23))
}

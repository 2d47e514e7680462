//! Vélib' stations and how many bikes stand there.

use super::City;
use super::geometry::Point;
use super::network::{Network, RoadClass};
use super::streets;
use crate::noise::{Noise, Stream};
use crate::numbers::{sine, whole};

/// One station.
#[derive(Debug, Clone)]
pub(crate) struct Station {
    pub(crate) id: u64,
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) at: Point,
    /// Docks.
    pub(crate) capacity: u32,
    pub(crate) part: StationPart,
    key: u64,
}

/// What is special about a station.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StationPart {
    Ordinary,
    /// In the status snapshots alone: no place, no capacity.
    Unlisted,
    /// Its last report is days old.
    Mute,
    /// Installed, but not renting.
    Closed,
    /// Never a bike.
    Empty,
    /// Never a free dock.
    Full,
}

/// Bikes and docks at a moment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Level {
    pub(crate) mechanical: u32,
    pub(crate) electric: u32,
    pub(crate) docks: u32,
}

pub(crate) fn stations(count: u32, network: &Network, noise: Noise) -> Vec<Station> {
    let streets: Vec<_> = network.arcs.iter().filter(|arc| arc.class != RoadClass::RingRoad).collect();
    (0..u64::from(count))
        .map(|key| {
            let arc = streets[noise.below(Stream::StationPlace, key, 0, streets.len())];
            let metres = |draw| noise.spread(Stream::StationPlace, key, draw) * 220.0;
            let name =
                format!("{} - {}", capital(&streets::spoken(&arc.label)), capital(&street_of(network, arc.downstream)));
            Station {
                id: 213_000_000 + key * 977,
                code: format!("{}{:03}", 1 + key % 20, 1 + key / 20),
                name,
                at: arc.line[1].moved(metres(1), metres(2)),
                capacity: 16 + whole(34.0 * noise.unit(Stream::StationPlace, key, 3)),
                part: part_of(key),
                key,
            }
        })
        .collect()
}

fn part_of(key: u64) -> StationPart {
    match key {
        2 => StationPart::Unlisted,
        3 => StationPart::Mute,
        4 => StationPart::Closed,
        5 => StationPart::Empty,
        6 => StationPart::Full,
        _ => StationPart::Ordinary,
    }
}

fn street_of(network: &Network, node: usize) -> String {
    let label = &network.nodes[node].label;
    streets::spoken(label.split_once('-').map_or(label.as_str(), |(_, avenue)| avenue))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The level of a station: commuters empty one half of the city in the morning and fill the other.
pub(crate) fn level(city: &City, station: &Station, epoch_hour: u64) -> Level {
    let way = if station.key.is_multiple_of(2) { 1.0 } else { -1.0 };
    let tide = way * 0.3 * sine(((epoch_hour + 1) % 24) as f64 / 24.0);
    let noise = 0.25 * city.noise.spread(Stream::StationLevel, station.key, epoch_hour);
    let share = match station.part {
        StationPart::Empty => 0.0,
        StationPart::Full => 1.0,
        _ => (0.45 + tide + noise).clamp(0.0, 1.0),
    };
    let bikes = whole(f64::from(station.capacity) * share).min(station.capacity);
    let part = city.noise.between(Stream::StationLevel, station.key, epoch_hour + 1, 0.25, 0.6);
    let electric = whole(f64::from(bikes) * part).min(bikes);
    Level { mechanical: bikes - electric, electric, docks: station.capacity - bikes }
}

//! The Vélib' stations over the snapshots of a day.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

use super::super::stations::{Station, StationId, StationStatus};
use super::super::velib::SettledVelib;
use super::{ZoneKey, zone_key};
use crate::geo::Point;
use crate::numbers::percent;
use crate::zones::{ZoneCode, Zones};

/// Seconds without a report after which a station is mute (contract, section 4).
const MUTE_AFTER_SECONDS: i64 = 24 * 3600;

/// `velib`: the network over the day's snapshots.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VelibMetrics {
    /// The snapshots of the day.
    pub instantanes: Snapshots,
    /// Stations seen in any of them.
    pub stations: u64,
    /// Stations installed and renting in the last one.
    pub stations_en_service: u64,
    /// Stations of the last one whose last report is more than 24 h older.
    pub stations_muettes: u64,
    /// Docks of all stations seen; null when none is known.
    pub capacite_totale: Option<u64>,
    /// Bikes: mean over snapshots of the network's sum.
    pub velos_disponibles_moyen: Option<f64>,
    /// Mechanical bikes, likewise.
    pub mecaniques_moyen: Option<f64>,
    /// Electric bikes, likewise.
    pub electriques_moyen: Option<f64>,
    /// Free docks, likewise.
    pub bornes_libres_moyen: Option<f64>,
    /// Percent of the station-snapshots in service that have 0 bikes, of those whose bikes are known.
    pub part_vide: Option<f64>,
    /// Percent of the station-snapshots in service that have 0 free docks, of those whose docks are known.
    pub part_pleine: Option<f64>,
    /// Stations by zone, by code; the row of those outside every zone last.
    pub by_arrondissement: Vec<StationZone>,
    /// Each station, by id.
    pub stations_detail: Vec<StationMetrics>,
}

/// The snapshots of the day; two with one stamp are one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Snapshots {
    /// How many.
    pub nombre: u64,
    /// Stamp of the first, ISO with offset.
    pub premier: String,
    /// Stamp of the last, ISO with offset.
    pub dernier: String,
}

/// The stations of one zone.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StationZone {
    /// The zone; null for stations outside every zone, or without a known place.
    pub arrondissement: Option<ZoneCode>,
    /// Stations seen in it.
    pub stations: u64,
    /// Bikes: mean over snapshots of the zone's sum.
    pub velos_moyen: Option<f64>,
    /// Free docks, likewise.
    pub bornes_moyen: Option<f64>,
    /// Percent of the zone's station-snapshots in service with 0 bikes.
    pub part_vide: Option<f64>,
    /// Percent of the zone's station-snapshots in service with 0 free docks.
    pub part_pleine: Option<f64>,
}

/// One station over the day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StationMetrics {
    /// The station.
    pub station_id: StationId,
    /// Code that stands on it.
    pub code: Option<Arc<str>>,
    /// Its name.
    pub nom: Option<Arc<str>>,
    /// Its docks.
    pub capacite: Option<u32>,
    /// Bikes, mean over its snapshots.
    pub velos_moyen: Option<f64>,
    /// Electric bikes, likewise.
    pub electriques_moyen: Option<f64>,
    /// Free docks, likewise.
    pub bornes_moyen: Option<f64>,
    /// Percent of its snapshots in service with 0 bikes; null when it was never in service.
    pub part_vide: Option<f64>,
    /// Percent of its snapshots in service with 0 free docks; null when it was never in service.
    pub part_pleine: Option<f64>,
    /// Zone of its place; null outside every zone.
    pub arrondissement: Option<ZoneCode>,
    /// Its place, degrees.
    pub coordinates: Option<Point>,
}

/// Bikes and docks at one moment, of a station or of several.
#[derive(Clone, Copy, Default)]
struct Stock {
    bikes: Option<u64>,
    mechanical: Option<u64>,
    electric: Option<u64>,
    docks: Option<u64>,
}

impl Stock {
    fn add(&mut self, station: &StationStatus) {
        let add = |held: &mut Option<u64>, more: Option<u32>| {
            if let Some(more) = more {
                *held = Some(held.unwrap_or(0) + u64::from(more));
            }
        };
        add(&mut self.bikes, station.bikes);
        add(&mut self.mechanical, station.mechanical);
        add(&mut self.electric, station.electric);
        add(&mut self.docks, station.docks);
    }
}

/// A mean of whole numbers, exact in any order.
#[derive(Clone, Copy, Default)]
struct Mean {
    sum: u64,
    count: u64,
}

impl Mean {
    fn push(&mut self, value: Option<u64>) {
        if let Some(value) = value {
            self.sum += value;
            self.count += 1;
        }
    }

    fn value(self) -> Option<f64> {
        (self.count > 0).then(|| self.sum as f64 / self.count as f64)
    }
}

/// How often a number was zero.
#[derive(Clone, Copy, Default)]
struct ZeroShare {
    zeros: u64,
    seen: u64,
}

impl ZeroShare {
    fn push(&mut self, value: Option<u32>) {
        if let Some(value) = value {
            self.zeros += u64::from(value == 0);
            self.seen += 1;
        }
    }

    fn percent(self) -> Option<f64> {
        percent(self.zeros, self.seen)
    }
}

/// The day of a station, of a zone or of the network.
#[derive(Clone, Copy, Default)]
struct Tally {
    /// What stands there now: summed over stations, then closed with the snapshot.
    now: Stock,
    bikes: Mean,
    mechanical: Mean,
    electric: Mean,
    docks: Mean,
    empty: ZeroShare,
    full: ZeroShare,
}

impl Tally {
    fn add(&mut self, station: &StationStatus) {
        self.now.add(station);
        if station.in_service() {
            self.empty.push(station.bikes);
            self.full.push(station.docks);
        }
    }

    fn close_snapshot(&mut self) {
        let now = std::mem::take(&mut self.now);
        self.bikes.push(now.bikes);
        self.mechanical.push(now.mechanical);
        self.electric.push(now.electric);
        self.docks.push(now.docks);
    }
}

/// A station of the day.
struct Seen<'a> {
    id: &'a StationId,
    place: Option<&'a Station>,
    /// The code of its latest snapshot that has one.
    code: Option<&'a Arc<str>>,
    zone: Option<ZoneCode>,
    tally: Tally,
}

pub(super) fn compute(velib: &SettledVelib, zones: &Zones) -> Option<VelibMetrics> {
    let (first, _) = velib.snapshots.first()?;
    let (last, last_stations) = velib.snapshots.last()?;
    let mut stations = seen(velib, zones);
    let mut network = Tally::default();
    let mut by_zone: BTreeMap<ZoneKey, (u64, Tally)> = BTreeMap::new();
    for station in stations.values() {
        by_zone.entry(zone_key(station.zone.as_ref())).or_default().0 += 1;
    }
    for (_, statuses) in &velib.snapshots {
        for status in statuses {
            network.add(status);
            let Some(station) = stations.get_mut(&status.id) else { continue };
            station.code = status.code.as_ref().or(station.code);
            station.tally.add(status);
            station.tally.close_snapshot();
            by_zone.entry(zone_key(station.zone.as_ref())).or_default().1.add(status);
        }
        network.close_snapshot();
        for (_, tally) in by_zone.values_mut() {
            tally.close_snapshot();
        }
    }
    let is_mute =
        |station: &&StationStatus| station.last_reported.is_some_and(|at| last.saturating_sub(at) > MUTE_AFTER_SECONDS);
    let iso = |second: i64| velib.day.zone().iso(second);
    let count = velib.snapshots.len() as u64;
    Some(VelibMetrics {
        instantanes: Snapshots { nombre: count, premier: iso(*first), dernier: iso(*last) },
        stations: stations.len() as u64,
        stations_en_service: last_stations.iter().filter(|station| station.in_service()).count() as u64,
        stations_muettes: last_stations.iter().filter(is_mute).count() as u64,
        capacite_totale: capacity(stations.values()),
        velos_disponibles_moyen: network.bikes.value(),
        mecaniques_moyen: network.mechanical.value(),
        electriques_moyen: network.electric.value(),
        bornes_libres_moyen: network.docks.value(),
        part_vide: network.empty.percent(),
        part_pleine: network.full.percent(),
        by_arrondissement: by_zone
            .into_iter()
            .map(|((_, zone), (count, tally))| zone_row(zone, count, tally))
            .collect(),
        stations_detail: stations.into_values().map(station_row).collect(),
    })
}

/// The stations of all snapshots, with what the latest information says of them.
fn seen<'a>(velib: &'a SettledVelib, zones: &Zones) -> BTreeMap<&'a StationId, Seen<'a>> {
    let ids: BTreeSet<&StationId> =
        velib.snapshots.iter().flat_map(|(_, stations)| stations).map(|station| &station.id).collect();
    let of = |id| {
        let place = velib.places.get(id);
        let zone = place.and_then(|place| place.point).and_then(|point| zones.locate(point));
        (id, Seen { id, place, code: None, zone, tally: Tally::default() })
    };
    ids.into_iter().map(of).collect()
}

fn capacity<'a>(stations: impl Iterator<Item = &'a Seen<'a>>) -> Option<u64> {
    stations
        .filter_map(|station| station.place?.capacity)
        .fold(None, |sum, docks| Some(sum.unwrap_or(0) + u64::from(docks)))
}

fn zone_row(zone: Option<ZoneCode>, stations: u64, tally: Tally) -> StationZone {
    StationZone {
        arrondissement: zone,
        stations,
        velos_moyen: tally.bikes.value(),
        bornes_moyen: tally.docks.value(),
        part_vide: tally.empty.percent(),
        part_pleine: tally.full.percent(),
    }
}

fn station_row(station: Seen<'_>) -> StationMetrics {
    let Seen { id, place, code, zone, tally } = station;
    StationMetrics {
        station_id: id.clone(),
        code: place.and_then(|place| place.code.as_ref()).or(code).cloned(),
        nom: place.and_then(|place| place.name.clone()),
        capacite: place.and_then(|place| place.capacity),
        velos_moyen: tally.bikes.value(),
        electriques_moyen: tally.electric.value(),
        bornes_moyen: tally.docks.value(),
        part_vide: tally.empty.percent(),
        part_pleine: tally.full.percent(),
        arrondissement: zone,
        coordinates: place.and_then(|place| place.point),
    }
}

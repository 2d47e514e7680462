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

#[cfg(test)]
mod tests {
    use super::super::super::stations::{StationInformation, StationSnapshot};
    use super::super::super::velib::VelibDay;
    use super::*;
    use crate::merge::Merge;
    use crate::quality::{DatedIssues, Rule};
    use crate::time::{CityZone, LocalDay, parse_date};

    fn day() -> LocalDay {
        CityZone::paris().day(parse_date("2024-11-19").unwrap())
    }

    /// A station in service that reports at once.
    fn status(id: &str, stamp: i64, bikes: u32, docks: u32) -> StationStatus {
        StationStatus {
            id: StationId(id.into()),
            code: None,
            bikes: Some(bikes),
            mechanical: Some(bikes),
            electric: None,
            docks: Some(docks),
            is_installed: Some(true),
            is_renting: Some(true),
            last_reported: Some(stamp),
        }
    }

    /// A snapshot `minute` minutes into the day.
    fn snapshot(minute: i64, rank: u32, stations: &[(&str, u32, u32)]) -> StationSnapshot {
        let stamp = day().start + 60 * minute;
        let stations = stations.iter().map(|(id, bikes, docks)| status(id, stamp, *bikes, *docks)).collect();
        StationSnapshot { stamp, rank, stations }
    }

    fn information(stamp: Option<i64>, stations: &[(&str, u32, f64)]) -> StationInformation {
        let station = |(id, capacity, lon): &(&str, u32, f64)| Station {
            id: StationId((*id).into()),
            code: Some(format!("code {id}").into()),
            name: Some(format!("name {id}").into()),
            capacity: Some(*capacity),
            point: Some(Point { lon: *lon, lat: 48.8626 }),
        };
        StationInformation { stamp, rank: 0, stations: stations.iter().map(station).collect() }
    }

    fn velib(snapshots: Vec<StationSnapshot>, informations: Vec<StationInformation>) -> VelibDay {
        let mut velib = VelibDay::new(&day());
        for snapshot in snapshots {
            velib.add_status(Some(snapshot), &DatedIssues::default());
        }
        for information in informations {
            velib.add_information(information, &DatedIssues::default());
        }
        velib
    }

    fn compute_of(velib: VelibDay) -> VelibMetrics {
        compute(&velib.settle(), &Zones::centroids()).unwrap()
    }

    #[test]
    fn network_means_are_over_snapshots_of_the_sum_over_stations() {
        let metrics = compute_of(velib(
            vec![snapshot(600, 1, &[("a", 0, 10), ("b", 4, 0)]), snapshot(540, 0, &[("a", 2, 8)])],
            vec![information(Some(0), &[("a", 10, 2.3364), ("b", 5, 3.5), ("c", 99, 2.3364)])],
        ));
        assert_eq!(
            metrics.instantanes,
            Snapshots {
                nombre: 2,
                premier: "2024-11-19T09:00:00+01:00".to_owned(),
                dernier: "2024-11-19T10:00:00+01:00".to_owned()
            }
        );
        assert_eq!((metrics.stations, metrics.stations_en_service, metrics.capacite_totale), (2, 2, Some(15)));
        assert_eq!((metrics.velos_disponibles_moyen, metrics.bornes_libres_moyen), (Some(3.0), Some(9.0)));
        assert_eq!((metrics.mecaniques_moyen, metrics.electriques_moyen), (Some(3.0), None));
        assert_eq!((metrics.part_vide, metrics.part_pleine), (Some(100.0 / 3.0), Some(100.0 / 3.0)));
        let zone = |at: usize| {
            let row: &StationZone = &metrics.by_arrondissement[at];
            (row.arrondissement.as_ref().map(|zone| &*zone.0), row.stations, row.velos_moyen, row.part_vide)
        };
        assert_eq!(metrics.by_arrondissement.len(), 2);
        assert_eq!(zone(0), (Some("75001"), 1, Some(1.0), Some(50.0)));
        assert_eq!(zone(1), (None, 1, Some(4.0), Some(0.0)), "outside every zone is last");
        let detail = &metrics.stations_detail;
        assert_eq!((detail[0].velos_moyen, detail[0].bornes_moyen), (Some(1.0), Some(9.0)));
        assert_eq!((detail[1].velos_moyen, detail[1].part_pleine), (Some(4.0), Some(100.0)));
        assert_eq!((detail[1].nom.as_deref(), detail[1].capacite), (Some("name b"), Some(5)));
    }

    #[test]
    fn only_snapshots_stamped_within_the_day_count() {
        let snapshots = [-1, 0, 24 * 60 - 1, 24 * 60].map(|minute| snapshot(minute, 0, &[("a", 1, 1)]));
        let metrics = compute_of(velib(snapshots.to_vec(), vec![]));
        assert_eq!(metrics.instantanes.nombre, 2);
        assert_eq!(metrics.instantanes.premier, "2024-11-19T00:00:00+01:00");
        assert!(!velib(vec![snapshot(-1, 0, &[("a", 1, 1)])], vec![]).has_snapshot());
    }

    #[test]
    fn two_documents_with_one_stamp_count_once_and_the_later_by_name_has_the_last_word() {
        let snapshots = vec![snapshot(9, 1, &[("a", 5, 1)]), snapshot(9, 0, &[("a", 1, 1), ("b", 2, 2), ("b", 2, 2)])];
        let settled = velib(snapshots.clone(), vec![]).settle();
        assert_eq!((settled.kept, settled.duplicates, settled.conflicts), (2, 1, 1));
        let metrics = compute_of(velib(snapshots, vec![]));
        assert_eq!((metrics.instantanes.nombre, metrics.velos_disponibles_moyen), (1, Some(7.0)));
    }

    #[test]
    fn a_station_out_of_service_has_stocks_but_no_shares() {
        let mut closed = snapshot(9, 0, &[("a", 0, 0), ("b", 1, 1)]);
        closed.stations[0].is_renting = Some(false);
        let metrics = compute_of(velib(vec![closed], vec![]));
        assert_eq!((metrics.stations, metrics.stations_en_service), (2, 1));
        assert_eq!((metrics.part_vide, metrics.stations_detail[0].part_vide), (Some(0.0), None));
        assert_eq!(metrics.stations_detail[0].velos_moyen, Some(0.0));
    }

    #[test]
    fn a_station_is_mute_after_more_than_24_hours_and_not_for_want_of_a_report() {
        let mut last = snapshot(9, 0, &[("a", 1, 1), ("b", 1, 1), ("c", 1, 1)]);
        last.stations[0].last_reported = Some(last.stamp - 24 * 3600);
        last.stations[1].last_reported = Some(last.stamp - 24 * 3600 - 1);
        last.stations[2].last_reported = None;
        assert_eq!(compute_of(velib(vec![last], vec![])).stations_muettes, 1);
    }

    #[test]
    fn without_information_place_and_capacity_are_null_and_the_code_is_the_snapshots() {
        let mut only = snapshot(9, 0, &[("a", 1, 1)]);
        only.stations[0].code = Some("9020".into());
        let metrics = compute_of(velib(vec![only], vec![]));
        let station = &metrics.stations_detail[0];
        assert_eq!((station.capacite, &station.nom, station.coordinates), (None, &None, None));
        assert_eq!((station.code.as_deref(), metrics.capacite_totale), (Some("9020"), None));
        assert_eq!(metrics.by_arrondissement[0].arrondissement, None);
    }

    #[test]
    fn place_and_capacity_are_those_of_the_latest_information_that_lists_the_station() {
        let informations = vec![
            information(Some(20), &[("a", 2, 2.3364)]),
            information(Some(10), &[("a", 1, 2.3364), ("b", 7, 2.3364)]),
            information(None, &[("a", 3, 2.3364), ("b", 8, 2.3364)]),
        ];
        let metrics = compute_of(velib(vec![snapshot(9, 0, &[("a", 1, 1), ("b", 1, 1)])], informations));
        let capacities: Vec<_> = metrics.stations_detail.iter().map(|row| row.capacite).collect();
        assert_eq!(capacities, [Some(2), Some(7)]);
    }

    #[test]
    fn the_order_of_the_documents_changes_nothing() {
        let mut parts = vec![
            velib(vec![snapshot(9, 1, &[("a", 5, 1)])], vec![information(Some(10), &[("a", 1, 2.3364)])]),
            velib(vec![snapshot(9, 0, &[("a", 1, 1)])], vec![information(Some(20), &[("a", 2, 2.3364)])]),
            velib(vec![snapshot(8, 2, &[("b", 1, 1)])], vec![]),
        ];
        let merged = |parts: Vec<VelibDay>| {
            let mut all = VelibDay::new(&day());
            for part in parts {
                all.merge(part);
            }
            compute_of(all)
        };
        let forward = merged(parts.clone());
        parts.reverse();
        assert_eq!(forward, merged(parts));
    }

    #[test]
    fn issues_of_the_day_and_those_without_a_day_are_kept_and_others_are_not() {
        let mut issues = DatedIssues::default();
        let object = "s.json".into();
        issues.note(Some(day().date), Rule::UnreadableNumber, &object, 1, "x");
        issues.note(day().offset(1).map(|next| next.date), Rule::UnreadableNumber, &object, 2, "y");
        issues.note(None, Rule::UnreadableId, &object, 3, "z");
        let mut velib = VelibDay::new(&day());
        velib.add_status(None, &issues);
        let log = velib.settle().issues;
        assert_eq!((log.count(Rule::UnreadableNumber), log.count(Rule::UnreadableId)), (1, 1));
    }

    #[test]
    fn rows_of_an_information_of_the_day_are_rows_of_the_day() {
        let at = Some(day().start);
        let informations =
            vec![information(at, &[("a", 1, 2.0), ("a", 1, 2.0)]), information(Some(0), &[("a", 1, 2.0)])];
        let settled = velib(vec![snapshot(9, 0, &[("a", 1, 1)])], informations).settle();
        assert_eq!((settled.kept, settled.duplicates), (2, 1));
    }
}

//! The bikes feed on the real records of `../shared/data`, when they are there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::failing::Reason;
use crate::feeds::Reading;
use crate::feeds::bikes::{BikesContent, BikesMetrics, CounterHistory, CounterRow, VelibDay, compute, read};
use crate::hourly::{DayBuckets, History, LOOK_BACK_DAYS};
use crate::quality::Source;
use crate::time::{CityZone, parse_date};
use crate::zones::{ZoneSource, Zones};

fn data() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    root.join("bucket").is_dir().then_some(root)
}

fn open(path: &Path, rank: u32) -> (Source, BikesContent, Reading) {
    let object: Arc<str> = path.file_name().unwrap().to_str().unwrap().into();
    let file = std::fs::File::open(path).unwrap();
    let octets = file.metadata().unwrap().len();
    let mut input = crate::decode::decompress(&object, file).unwrap();
    let (content, reading) = read(&object, rank, &mut input, &CityZone::paris()).unwrap();
    (Source { objet: object, octets, lignes: reading.rows, erreur: None }, content, reading)
}

fn counters(path: &Path) -> (Vec<CounterRow>, Reading) {
    match open(path, 0) {
        (_, BikesContent::Counters(rows), reading) => (rows, reading),
        (_, other, _) => panic!("{}: expected counters, found {other:?}", path.display()),
    }
}

/// The metrics of a day, from the objects of dt = D−1..D+2 (and, for the history, every earlier one).
fn day(root: &Path, date: &str) -> BikesMetrics {
    let zone = CityZone::paris();
    let today = zone.day(parse_date(date).unwrap());
    let folders: BTreeMap<_, _> = std::fs::read_dir(root.join("bucket/api/bikes"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (parse_date(&path.file_name().unwrap().to_str().unwrap()[3..]).unwrap(), path))
        .collect();
    let (from, to) = (today.offset(-1).unwrap().date, today.offset(2).unwrap().date);
    let (mut buckets, mut velib, mut sources) = (DayBuckets::default(), VelibDay::new(&today), Vec::new());
    for (rank, (folder_date, folder)) in (0..).zip(folders.range(..=to)) {
        let mut objects: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        objects.sort();
        for object in objects {
            let (source, content, reading) = open(&object, rank);
            let can_hold_day = *folder_date >= from;
            if can_hold_day {
                sources.push(source);
            }
            match content {
                BikesContent::Counters(rows) => {
                    for row in rows {
                        buckets.push(&zone, row);
                    }
                    buckets.add_issues(reading.issues);
                }
                BikesContent::Status(snapshot) if can_hold_day => velib.add_status(snapshot, &reading.issues),
                BikesContent::Information(information) if can_hold_day => {
                    velib.add_information(information, &reading.issues);
                }
                _ => {}
            }
        }
    }
    let days = (0..=i64::try_from(LOOK_BACK_DAYS).unwrap()).rev().map(|back| {
        let local = today.offset(-back).unwrap();
        let observed = buckets.take_day(local.date);
        (local, observed)
    });
    let days = days.collect();
    let undated = buckets.undated().clone();
    let history: CounterHistory = History { days, sources, undated };
    let polygons = root.join("bucket/batch/arrondissements/arrondissements.geojson");
    let zones = Zones::from_geojson(&"arrondissements.geojson".into(), &std::fs::read(polygons).unwrap()).unwrap();
    compute(&history, velib, &zones).unwrap()
}

#[test]
fn the_json_of_a_day_and_the_csv_of_its_month_hold_the_same_counts() {
    let Some(root) = data() else { return eprintln!("skipped: no ../shared/data") };
    let today = CityZone::paris().day(parse_date("2021-06-15").unwrap());
    let triples = |rows: Vec<CounterRow>| -> Vec<_> {
        let of_day = rows.into_iter().filter(|row| today.slot(row.hour).is_some());
        let mut triples: Vec<_> =
            of_day.map(|row| (row.sensor, row.hour, row.values.count.map(f64::to_bits))).collect();
        triples.sort();
        triples
    };
    let json = root.join("bucket/api/bikes/dt=2021-06-15/comptage-velo-donnees-compteurs_2021-06-15.json");
    let (json, json_reading) = counters(&json);
    let (csv, csv_reading) = counters(&root.join("extra/comptage-velo-2021-06.csv.gz"));
    assert_eq!((json_reading.rows, csv_reading.rows), (1_344, 40_320));
    assert!(json_reading.issues.by_day.is_empty() && json_reading.issues.undated.is_empty());
    assert!(csv_reading.issues.by_day.is_empty() && csv_reading.issues.undated.is_empty());
    let place = |rows: &[CounterRow]| rows.iter().find(|row| &*row.sensor.0 == "100007049-101007049").unwrap().clone();
    assert_eq!(place(&json).values.point, place(&csv).values.point);
    assert_eq!(place(&json).values.label, place(&csv).values.label);
    let json = triples(json);
    assert_eq!(json.len(), 1_344);
    assert_eq!(json, triples(csv));
}

/// Total, local hour of the largest sum, and the largest counter's total, computed apart from this program.
const DAYS_OF_2021: [(&str, f64, u8, f64); 9] = [
    ("2021-05-04", 79_413.0, 18, 5_422.0),
    ("2021-05-11", 84_525.0, 8, 5_778.0),
    ("2021-05-18", 83_397.0, 8, 5_880.0),
    ("2021-05-25", 86_937.0, 8, 6_306.0),
    ("2021-06-01", 134_118.0, 18, 9_104.0),
    ("2021-06-08", 130_609.0, 18, 8_884.0),
    ("2021-06-14", 118_750.0, 19, 8_083.0),
    ("2021-06-15", 135_802.0, 18, 9_488.0),
    ("2021-06-16", 128_183.0, 18, 9_049.0),
];

#[test]
fn the_real_days_of_2021_are_whole() {
    let Some(root) = data() else { return eprintln!("skipped: no ../shared/data") };
    for (date, total, peak, largest) in DAYS_OF_2021 {
        let metrics = day(&root, date);
        assert_eq!((metrics.metrics.len(), metrics.heures.len()), (56, 24), "{date}");
        assert_eq!(metrics.summary.total_velos, Some(total), "{date}");
        assert_eq!(metrics.summary.heure_pointe, Some(peak), "{date}");
        let top = &metrics.top_counters[0];
        assert_eq!((&*top.id_compteur.0, top.total_jour), ("100057445-104057445", Some(largest)), "{date}");
        assert_eq!(metrics.qualite.lignes_valides, 1_344, "{date}");
        assert_eq!(metrics.summary.couverture, Some(100.0), "{date}");
        assert!(metrics.qualite.problemes.is_empty() && metrics.velib.is_none(), "{date}");
    }
}

#[test]
fn the_two_real_counters_at_zero_are_found_and_followed_back() {
    let Some(root) = data() else { return eprintln!("skipped: no ../shared/data") };
    let failing = day(&root, "2021-06-16").failing_sensors;
    let rows: Vec<_> =
        failing.iter().map(|row| (row.id.as_str(), row.raison, row.depuis.as_str(), row.heures)).collect();
    let since = "2021-06-14T00:00:00+02:00";
    assert_eq!(
        rows,
        [("100063175-353277233", Reason::Zero, since, 72), ("100063175-353277235", Reason::Zero, since, 72)]
    );
}

#[test]
fn the_real_snapshot_of_velib_gives_the_network_of_a_morning() {
    let Some(root) = data() else { return eprintln!("skipped: no ../shared/data") };
    let metrics = day(&root, "2024-11-19");
    assert_eq!(metrics.zone_source, ZoneSource::Polygones);
    assert_eq!((metrics.metrics.len(), metrics.summary.total_velos), (0, None));
    assert_eq!((metrics.qualite.lignes_lues, metrics.qualite.lignes_valides), (2_970, 2_970));
    let velib = metrics.velib.unwrap();
    assert_eq!(velib.instantanes.premier, "2024-11-19T09:22:18+01:00");
    assert_eq!((velib.instantanes.nombre, velib.stations, velib.stations_en_service), (1, 1_485, 1_432));
    assert_eq!((velib.stations_muettes, velib.capacite_totale), (42, Some(46_155)));
    assert_eq!((velib.velos_disponibles_moyen, velib.bornes_libres_moyen), (Some(15_626.0), Some(29_291.0)));
    assert_eq!((velib.mecaniques_moyen, velib.electriques_moyen), (Some(10_307.0), Some(5_319.0)));
    assert_eq!((velib.part_vide, velib.part_pleine), (Some(100.0 * 142.0 / 1_432.0), Some(100.0 * 59.0 / 1_432.0)));
    let suburbs = velib.by_arrondissement.last().unwrap();
    assert_eq!((velib.by_arrondissement.len(), &suburbs.arrondissement, suburbs.stations), (21, &None, 490));
    assert!(velib.stations_detail.is_sorted_by(|a, b| a.station_id < b.station_id));
}

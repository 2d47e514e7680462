//! The bucket as a reader sees it.

use std::collections::BTreeSet;

use crate::reading::{CITY, bucket, csv_rows, json, small, text};
use cityflow_synthetic::{Error, MemorySink, Object, Settings, Sink, write_bucket};

#[test]
fn the_same_settings_give_the_same_bytes() {
    let (again, summary) = bucket(&small());
    assert!(again == CITY.0 && summary == CITY.1);
}

#[test]
fn another_seed_gives_another_city_of_the_same_shape() {
    let (first, _) = &*CITY;
    let (second, _) = bucket(&Settings { seed: 76, ..small() });
    assert!(first.objects.keys().eq(second.objects.keys()));
    let changed = |name: &&String| first.objects[*name] != second.objects[*name];
    let same: Vec<_> = first.objects.keys().filter(|name| !changed(name)).collect();
    // The zones do not depend on the seed.
    assert_eq!(same, ["batch/arrondissements/arrondissements.geojson"]);
}

#[test]
fn the_summary_counts_what_the_objects_hold() {
    let (sink, summary) = &*CITY;
    assert_eq!(summary.total.objects, sink.objects.len() as u64);
    assert_eq!(summary.total.bytes, sink.objects.values().map(|bytes| bytes.len() as u64).sum::<u64>());
    let rows = |folder: &str| -> usize {
        let names = sink.objects.keys().filter(|name| name.starts_with(folder));
        names.map(|name| crate::reading::rows_in(sink, name)).sum()
    };
    for (feed, folder) in [
        ("comptages", "batch/comptages_routiers/"),
        ("referentiel", "batch/referentiel_voies/"),
        ("bikes", "api/bikes/"),
    ] {
        assert_eq!(summary.feeds[feed].rows, rows(folder) as u64, "{feed}");
    }
}

#[test]
fn progress_ends_each_object_with_its_rows() {
    let mut last = std::collections::BTreeMap::new();
    let mut sink = MemorySink::default();
    let summary = write_bucket(&small(), &mut sink, &mut |name, rows| {
        last.insert(name.to_owned(), rows);
    });
    assert!(last.keys().eq(sink.objects.keys()));
    assert_eq!(last.values().sum::<u64>(), summary.unwrap().total.rows);
}

#[test]
fn every_dialect_is_there() {
    let (sink, _) = &*CITY;
    for part in [
        "comptages-routiers-permanents-2025.csv.gz",
        "historique/",
        "_v1_",
        "_v2.1_",
        ".jsonl.gz",
        ".csv.zst",
        "station_status_",
        "disruptions_bulk_v2_",
        "line_reports_",
        "open-meteo_",
        "visual-crossing_",
        "chantiers-perturbants",
    ] {
        assert!(sink.objects.keys().any(|name| name.contains(part)), "{part}");
    }
}

#[test]
fn the_autumn_day_has_its_25_hours() {
    let (sink, _) = &*CITY;
    let ends: BTreeSet<String> = csv_rows(sink, "comptages-routiers-permanents-2025")
        .into_iter()
        .map(|row| row[2].clone())
        .filter(|end| end.as_str() > "2025-10-26T00" && end.as_str() < "2025-10-27T00:30")
        .collect();
    assert_eq!(ends.len(), 26, "25 ends and the midnight that closes the day before");
    assert!(ends.contains("2025-10-26T02:00:00+02:00") && ends.contains("2025-10-26T02:00:00+01:00"));
    let bikes = csv_rows(sink, "donnees-compteurs_2025-10-26.csv.zst");
    let starts: BTreeSet<_> = bikes.iter().map(|row| row[5].as_str()).collect();
    assert_eq!(starts.len(), 25);
}

#[test]
fn no_row_lies_outside_the_span() {
    let (sink, _) = &*CITY;
    let stamps = csv_rows(sink, "comptages-routiers-permanents-2025").into_iter().map(|row| row[2].clone());
    let full = stamps.filter(|stamp| stamp.starts_with("20"));
    let (first, last) = full
        .fold((String::from("9"), String::new()), |(first, last), stamp| (first.min(stamp.clone()), last.max(stamp)));
    assert_eq!(first, "2025-09-21T01:00:00+02:00");
    assert_eq!(last, "2025-11-05T00:00:00+01:00");
    let days: Vec<_> = sink.objects.keys().filter_map(|name| name.split("dt=").nth(1)).collect();
    assert!(days.iter().all(|day| (&"2025-09-21"..=&"2025-11-04/~").contains(&day)));
}

#[test]
fn the_historical_week_agrees_with_the_export_where_they_overlap() {
    let (sink, _) = &*CITY;
    let export: BTreeSet<_> = csv_rows(sink, "comptages-routiers-permanents-2025")
        .into_iter()
        .filter(|row| row.len() == 15)
        .map(|row| (row[0].clone(), row[2][..19.min(row[2].len())].replace('T', " "), row[3].clone(), row[4].clone()))
        .collect();
    let shared = csv_rows(sink, "historique/")
        .into_iter()
        .filter(|row| export.contains(&(row[0].clone(), row[6].clone(), row[7].clone(), row[8].clone())));
    let shared = shared.count();
    assert!((1300..=1440).contains(&shared), "a day of 60 arcs: {shared}");
}

#[test]
fn the_pages_of_a_navitia_answer_are_complete() {
    let (sink, _) = &*CITY;
    let pages: Vec<_> = sink.objects.keys().filter(|name| name.contains("dt=2025-11-02/line_reports")).collect();
    let found = pages.iter().map(|name| json(sink, name));
    let counts = found.map(|page| {
        let reports = page["line_reports"].as_array().unwrap().len() as u64;
        assert_eq!(page["pagination"]["items_on_page"], reports);
        (page["pagination"]["total_result"].as_u64().unwrap(), reports)
    });
    let counts: Vec<_> = counts.collect();
    assert!(counts.len() > 1);
    assert_eq!(counts.iter().map(|page| page.1).sum::<u64>(), counts[0].0);
}

#[test]
fn a_span_of_one_day_is_a_city_too() {
    let (sink, summary) = bucket(&Settings { days: 1, ..small() });
    assert!(text(&sink, "comptages-routiers-permanents").contains("2025-11-05T00:00:00+01:00"));
    assert!(summary.planted.silent_arcs.is_empty(), "nothing was ever heard of them");
}

#[test]
fn a_city_without_room_for_its_faults_is_refused() {
    let settings = Settings { arcs: 39, ..small() };
    let error = write_bucket(&settings, &mut MemorySink::default(), &mut |_, _| ()).unwrap_err();
    assert_eq!(error.to_string(), "too few arcs for the planted faults: 39, at least 40 are needed");
    let settings = Settings { days: 1_000_000, ..small() };
    let error = write_bucket(&settings, &mut MemorySink::default(), &mut |_, _| ()).unwrap_err();
    assert!(matches!(error, Error::Span { .. }), "{error}");
}

#[test]
fn a_sink_that_refuses_is_named() {
    struct Full;
    impl Sink for Full {
        fn create(&mut self, _: &str) -> std::io::Result<Box<dyn Object + '_>> {
            Err(std::io::Error::other("no space left"))
        }
    }
    let error = write_bucket(&small(), &mut Full, &mut |_, _| ()).unwrap_err();
    assert_eq!(error.to_string(), "cannot write batch/arrondissements/arrondissements.geojson: no space left");
}

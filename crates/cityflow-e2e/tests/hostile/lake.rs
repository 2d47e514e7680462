//! A lake or results that were damaged on the disk heal by themselves.

use std::fs;

use cityflow_e2e::binary::exit;
use cityflow_e2e::bucket::DAY;
use cityflow_e2e::tree;

use crate::common::{Standing, run_stamped};

/// Damages a stored file, runs, and finds everything as it stood.
#[track_caller]
fn heals(file: &str, damage: impl Fn(&mut Vec<u8>)) {
    let standing = Standing::new();
    let path = standing.place.out().join(file);
    let mut bytes = fs::read(&path).unwrap_or_else(|error| panic!("{file}: {error}"));
    damage(&mut bytes);
    fs::write(&path, bytes).expect("the file of a test can be written");
    let outcome = run_stamped(&standing.place).ends_with(exit::DONE);
    assert_eq!(outcome.stderr, "", "{file}");
    standing.untouched();
}

/// Every kind of damage to one file.
#[track_caller]
fn heals_from_everything(file: &str) {
    heals(file, Vec::clear);
    heals(file, |bytes| bytes.truncate(bytes.len() / 2));
    heals(file, |bytes| {
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0x55;
    });
    heals(file, |bytes| *bytes = b"not what should stand here".to_vec());
    heals(file, |bytes| *bytes = b"{}".to_vec());
}

#[test]
fn a_damaged_partition_of_road_counts_is_landed_again() {
    heals_from_everything(&format!("processed/comptages/dt={DAY}/observations.parquet"));
}

#[test]
fn a_damaged_partition_of_bikes_is_landed_again() {
    heals_from_everything(&format!("processed/bikes/dt={DAY}/observations.parquet"));
}

#[test]
fn a_damaged_partition_of_an_earlier_day_is_landed_again() {
    heals_from_everything("processed/comptages/dt=2024-01-03/observations.parquet");
    heals_from_everything("processed/bikes/dt=2024-01-03/observations.parquet");
}

#[test]
fn a_damaged_manifest_is_no_manifest() {
    heals_from_everything("processed/comptages/manifest.json");
    heals_from_everything("processed/bikes/manifest.json");
}

#[test]
fn damaged_results_are_written_again() {
    heals_from_everything(&format!("metrics/weather_metrics_{DAY}.json"));
    heals_from_everything(&format!("reports/daily_report_{DAY}.csv"));
    heals_from_everything(&format!("reports/daily_report_{DAY}.json"));
}

#[test]
fn files_that_are_gone_come_back() {
    for file in [
        "processed/comptages/manifest.json",
        "processed/bikes/manifest.json",
        "processed/comptages/dt=2024-01-03/observations.parquet",
        "processed/bikes/dt=2024-01-03/observations.parquet",
        "metrics/bikes_metrics_2024-01-04.json",
    ] {
        let standing = Standing::new();
        fs::remove_file(standing.place.out().join(file)).unwrap();
        run_stamped(&standing.place).ends_with(exit::DONE);
        standing.untouched();
    }
}

#[test]
fn a_partition_of_another_day_is_not_taken_for_this_one() {
    for feed in ["comptages", "bikes"] {
        let standing = Standing::new();
        let partition =
            |day: &str| standing.place.out().join(format!("processed/{feed}/dt={day}/observations.parquet"));
        fs::copy(partition("2024-01-03"), partition(DAY)).unwrap();
        run_stamped(&standing.place).ends_with(exit::DONE);
        standing.untouched();
    }
}

#[test]
fn an_object_that_is_taken_away_takes_its_days_out_of_the_lake() {
    let standing = Standing::new();
    standing.place.put(
        "batch/comptages_routiers/one_more.csv",
        "Identifiant arc;Date et heure de comptage;Débit horaire\n9;2023-06-06T09:00:00+02:00;12\n",
    );
    run_stamped(&standing.place).ends_with(exit::DONE);
    let partition = "processed/comptages/dt=2023-06-06/observations.parquet";
    assert!(tree::files(&standing.place.out()).contains_key(partition));
    standing.place.remove("batch/comptages_routiers/one_more.csv");
    run_stamped(&standing.place).ends_with(exit::DONE);
    standing.untouched();
}

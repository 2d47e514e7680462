//! What the summary says was planted is in the bucket.

use std::collections::BTreeMap;

use crate::reading::{CITY, bucket, csv_rows, json, small};
use cityflow_synthetic::{MemorySink, Planted, Settings};

const DAY: &str = "2025-11-04";

/// Flow and occupancy of the last day by arc and local hour, as text; the last row wins.
fn last_day(sink: &MemorySink) -> BTreeMap<(String, u8), (String, String)> {
    let mut cells = BTreeMap::new();
    for row in csv_rows(sink, "comptages-routiers-permanents-2025") {
        let stamp = &row[2];
        let hour = match stamp.as_str() {
            "2025-11-05T00:00:00+01:00" => 23,
            stamp if stamp.starts_with(DAY) && stamp.ends_with("00:00+01:00") => {
                match stamp[11..13].parse::<u8>().unwrap() {
                    0 => continue,
                    end => end - 1,
                }
            }
            _ => continue,
        };
        if row.len() == 15 {
            cells.insert((row[0].clone(), hour), (row[3].clone(), row[4].clone()));
        }
    }
    cells
}

/// Flows and occupancies of an arc, hour by hour.
fn day_of(sink: &MemorySink, arc: &str) -> Vec<(String, String)> {
    last_day(sink).into_iter().filter(|(key, _)| key.0 == arc).map(|(_, cells)| cells).collect()
}

#[test]
fn every_planted_fault_is_in_the_summary() {
    let Planted { silent_arcs, out_of_service_arcs, vanished_arcs, dead_counters, blank_counters, .. } =
        CITY.1.planted.clone();
    let mut days: Vec<_> = silent_arcs.iter().map(|silence| silence.days).collect();
    days.sort_unstable();
    assert_eq!(days, [2, 6, 11]);
    for silences in [out_of_service_arcs, vanished_arcs, dead_counters, blank_counters] {
        assert_eq!(silences.len(), 1);
    }
    let planted = CITY.1.planted.clone();
    for ids in [
        planted.zero_arcs,
        planted.constant_arcs,
        planted.gap_arcs,
        planted.incoherent_arcs,
        planted.closed_arcs,
        planted.spoiled_arcs,
        planted.unlisted_arcs,
        planted.blank_arcs,
        planted.versioned_arcs,
        planted.split_arcs,
        planted.stuck_counters,
        planted.zero_counters,
        planted.gap_counters,
        planted.festival_counters,
        planted.spoiled_counters,
    ] {
        assert!(!ids.is_empty());
    }
    assert_eq!(planted.congested_axes.len(), 2);
    assert_eq!(planted.blocked_line.unwrap().code, "4");
    assert!(planted.duplicates > 0 && planted.conflicts > 0);
    assert_eq!(planted.issues.len(), 10);
}

#[test]
fn silent_arcs_have_rows_without_values_and_vanished_ones_no_rows() {
    let (sink, summary) = &*CITY;
    for silence in summary.planted.silent_arcs.iter().chain(&summary.planted.out_of_service_arcs) {
        let day = day_of(sink, &silence.id);
        assert_eq!(day.len(), 24);
        assert!(day.iter().all(|(flow, occupancy)| flow.is_empty() && occupancy.is_empty()));
    }
    assert!(day_of(sink, &summary.planted.vanished_arcs[0].id).is_empty());
}

#[test]
fn faulty_arcs_show_their_fault_all_the_last_day() {
    let (sink, summary) = &*CITY;
    let planted = &summary.planted;
    let zero = day_of(sink, &planted.zero_arcs[0]);
    assert!(zero.len() == 24 && zero.iter().all(|(flow, _)| flow == "0.0"));
    let constant = day_of(sink, &planted.constant_arcs[0]);
    assert!(constant.len() == 24 && constant.iter().all(|(flow, _)| flow == "412.0"));
    let gap = day_of(sink, &planted.gap_arcs[0]);
    assert_eq!(gap.iter().filter(|(flow, occupancy)| flow.is_empty() && occupancy.is_empty()).count(), 7);
    let incoherent = day_of(sink, &planted.incoherent_arcs[0]);
    let busy = |flow: &str| flow.parse::<f64>().unwrap() >= 20.0;
    assert!(incoherent.iter().all(|(flow, occupancy)| busy(flow) && occupancy == "0.0"));
}

#[test]
fn the_congested_axes_are_saturated_in_both_peaks() {
    let (sink, summary) = &*CITY;
    let cells = last_day(sink);
    for axis in &summary.planted.congested_axes {
        let least = if axis.critical { 80.0 } else { 50.0 };
        assert!(!axis.arcs.is_empty(), "{}", axis.label);
        for arc in &axis.arcs {
            for hour in [8, 9, 17, 18, 19] {
                let occupancy = &cells[&(arc.clone(), hour)].1;
                assert!(occupancy.parse::<f64>().unwrap() >= least, "{arc} {hour} {occupancy}");
            }
        }
    }
}

#[test]
fn about_half_of_the_arcs_measure_only_one_thing() {
    let cells = last_day(&CITY.0);
    let mut measures: BTreeMap<&str, (bool, bool)> = BTreeMap::new();
    for ((arc, _), (flow, occupancy)) in &cells {
        let seen = measures.entry(arc).or_default();
        *seen = (seen.0 || !flow.is_empty(), seen.1 || !occupancy.is_empty());
    }
    let one_sided = measures.values().filter(|seen| seen.0 != seen.1).count();
    let share = one_sided as f64 / measures.len() as f64;
    assert!((0.25..0.55).contains(&share), "{share}");
}

#[test]
fn faulty_counters_show_their_fault_all_the_last_day() {
    let (sink, summary) = &*CITY;
    let answer = json(sink, "donnees-compteurs_2025-11-04");
    let results = answer["results"].as_array().unwrap();
    let counts = |id: &str| -> Vec<_> {
        let own = results.iter().filter(|record| record["id_compteur"] == id);
        own.map(|record| record["sum_counts"].clone()).collect()
    };
    let planted = &summary.planted;
    assert!(counts(&planted.dead_counters[0].id).is_empty());
    assert!(counts(&planted.blank_counters[0].id).iter().all(serde_json::Value::is_null));
    assert_eq!(counts(&planted.stuck_counters[0]), vec![37; 24]);
    assert_eq!(counts(&planted.zero_counters[0]), vec![0; 24]);
    assert_eq!(counts(&planted.gap_counters[0]).len(), 16);
    assert!(counts(&planted.spoiled_counters[0]).contains(&"12O".into()));
}

#[test]
fn rain_thins_the_bikes() {
    let (sink, _) = &*CITY;
    let total = |day: &str| -> u64 {
        let answer = json(sink, &format!("donnees-compteurs_{day}"));
        let results = answer["results"].as_array().unwrap().clone();
        results.iter().filter_map(|record| record["sum_counts"].as_u64()).sum()
    };
    assert!(total(DAY) * 100 < total("2025-10-28") * 90, "the last day is wet, the week before dry");
}

#[test]
fn the_blocked_line_is_named_in_both_snapshots_of_the_last_morning() {
    let (sink, _) = &*CITY;
    for (part, end) in [("0840", "20251104T103000"), ("2210", "20251104T095500")] {
        let payload = json(sink, &format!("dt=2025-11-04/disruptions_bulk_v2_{part}"));
        let disruptions = payload["disruptions"].as_array().unwrap();
        let blocked =
            disruptions.iter().find(|found| found["title"].as_str().unwrap().starts_with("Métro 4 : Colis")).unwrap();
        assert_eq!(blocked["severity"], "BLOQUANTE");
        assert_eq!(blocked["applicationPeriods"][0]["begin"], "20251104T074200");
        assert_eq!(blocked["applicationPeriods"][0]["end"], end);
        assert!(disruptions.iter().any(|found| found["tags"][0] == "Ascenseur"));
    }
}

#[test]
fn the_smallest_city_has_room_for_every_fault_whatever_the_seed() {
    for seed in 0..8 {
        let settings = Settings { seed, arcs: 40, counters: 12, stations: 10, days: 3, ..small() };
        let planted = bucket(&settings).1.planted;
        assert_eq!(planted.spoiled_arcs.len(), 4, "{seed}");
        assert_eq!(planted.spoiled_counters.len(), 1, "{seed}");
        assert!(!planted.closed_arcs.is_empty() && !planted.unlisted_arcs.is_empty(), "{seed}");
        assert!(!planted.versioned_arcs.is_empty() && !planted.split_arcs.is_empty(), "{seed}");
        assert!(planted.congested_axes.iter().all(|axis| !axis.arcs.is_empty()), "{seed}");
        assert!(planted.duplicates > 0 && planted.conflicts > 0, "{seed}");
    }
}

//! The counters' day on small hand-made histories.

use std::sync::Arc;

use super::*;
use crate::failing::Reason;
use crate::geo::Point;
use crate::hourly::{DayBuckets, History, HourlyRow, LOOK_BACK_DAYS, Origin};
use crate::ids::CounterId;
use crate::quality::{DatedIssues, DayQuality, Rule, Source};
use crate::time::{CityZone, LocalDay, parse_date};

use super::super::record::{BikeValues, CounterRow};
use super::super::stations::StationSnapshot;

const DAY: &str = "2021-06-15";

fn day(date: &str) -> LocalDay {
    CityZone::paris().day(parse_date(date).unwrap())
}

/// A row of a counter: `slot` 0 is the first hour of `date`, negative ones lie before.
fn row(date: &str, id: &str, slot: i64, count: Option<f64>) -> CounterRow {
    let hour = crate::time::HourStart(day(date).start + slot * 3600);
    let origin = Origin { object: 0, line: 1 };
    HourlyRow { sensor: id.into(), hour, origin, values: BikeValues { count, label: None, point: None } }
}

/// A lively day of a counter: no two hours alike, the largest at 23:00.
fn lively(date: &str, id: &str) -> impl Iterator<Item = CounterRow> {
    let hours = i64::try_from(day(date).expected_hours()).unwrap();
    let (date, id) = (date.to_owned(), id.to_owned());
    (0..hours).map(move |slot| row(&date, &id, slot, Some(1.0 + slot as f64)))
}

fn with(mut row: CounterRow, label: Option<&str>, lon: Option<f64>) -> CounterRow {
    row.values.label = label.map(Arc::from);
    row.values.point = lon.map(|lon| Point { lon, lat: 48.8626 });
    row
}

fn history(date: &str, rows: impl IntoIterator<Item = CounterRow>) -> CounterHistory {
    let mut buckets = DayBuckets::default();
    for row in rows {
        buckets.push(&CityZone::paris(), row);
    }
    let days = (0..=i64::try_from(LOOK_BACK_DAYS).unwrap()).rev().map(|back| day(date).offset(-back).unwrap());
    let days = days.map(|local| (local.clone(), buckets.take_day(local.date))).collect();
    History { days, sources: Vec::new(), undated: crate::quality::IssueLog::default() }
}

fn compute_on(date: &str, rows: impl IntoIterator<Item = CounterRow>) -> BikesMetrics {
    compute(&history(date, rows), VelibDay::new(&day(date)), &Zones::centroids()).unwrap()
}

#[test]
fn a_missing_hour_is_null_and_a_zero_is_a_count() {
    let metrics = compute_on(DAY, [row(DAY, "1", 8, Some(6.0)), row(DAY, "1", 9, Some(0.0)), row(DAY, "1", 10, None)]);
    let counter = &metrics.metrics[0];
    assert_eq!((counter.total_jour, counter.moyenne_horaire, counter.heures_valides), (Some(6.0), Some(3.0), 2));
    assert_eq!(counter.profil_horaire[7..11], [None, Some(6.0), Some(0.0), None]);
    assert_eq!((counter.couverture, counter.qualite), (Some(100.0 * 2.0 / 24.0), DayQuality::Partiel));
    assert_eq!((counter.arrondissement.as_ref(), counter.coordinates), (None, None));
}

#[test]
fn the_peak_is_the_earliest_of_equal_hours_and_null_without_a_count() {
    let metrics = compute_on(DAY, [row(DAY, "1", 8, Some(6.0)), row(DAY, "1", 17, Some(6.0)), row(DAY, "2", 3, None)]);
    let peak = |at: usize| (metrics.metrics[at].pic_horaire, metrics.metrics[at].pic_horaire_debut.as_deref());
    assert_eq!(peak(0), (Some(8), Some("2021-06-15T08:00:00+02:00")));
    assert_eq!(peak(1), (None, None));
    assert_eq!((metrics.metrics[1].total_jour, metrics.metrics[1].moyenne_horaire), (None, None));
    assert_eq!((metrics.summary.heure_pointe, metrics.summary.compteurs_actifs), (Some(8), 1));
    assert_eq!(metrics.summary.heure_pointe_debut.as_deref(), Some("2021-06-15T08:00:00+02:00"));
}

#[test]
fn per_hour_lists_follow_the_days_of_the_clock_changes() {
    for (date, hours) in [("2023-03-26", 23), ("2023-10-29", 25)] {
        let metrics = compute_on(date, lively(date, "1"));
        assert_eq!((metrics.heures.len(), metrics.heures_attendues), (hours, hours as u64));
        assert_eq!(metrics.metrics[0].profil_horaire.len(), hours);
        assert_eq!(metrics.metrics[0].couverture, Some(100.0));
        assert_eq!(metrics.metrics[0].pic_horaire, Some(23));
    }
    let metrics = compute_on("2023-10-29", [row("2023-10-29", "1", 3, Some(2.0))]);
    assert_eq!(metrics.metrics[0].pic_horaire_debut.as_deref(), Some("2023-10-29T02:00:00+01:00"));
}

#[test]
fn a_counter_that_fell_silent_stays_with_the_label_and_place_it_had() {
    let rows = [
        with(row(DAY, "1", -30, Some(4.0)), Some("old"), Some(2.3364)),
        with(row(DAY, "1", -29, Some(4.0)), Some("new"), None),
        row(DAY, "2", 0, Some(1.0)),
        row(DAY, "3", -8 * 24, Some(1.0)),
        row(DAY, "4", 5, None),
    ];
    let metrics = compute_on(DAY, rows);
    let ids: Vec<_> = metrics.metrics.iter().map(|counter| &*counter.id_compteur.0).collect();
    assert_eq!(ids, ["1", "2", "4"], "eight days without a valid hour, and a counter is no longer of the day");
    let silent = &metrics.metrics[0];
    assert_eq!((silent.nom_compteur.as_deref(), silent.total_jour), (Some("new"), None));
    assert_eq!(silent.arrondissement, ZoneCode::parse("75001"));
    let failing = &metrics.failing_sensors[0];
    assert_eq!((failing.id.as_str(), failing.raison, failing.heures), ("1", Reason::Silencieux, 28 + 24));
    assert_eq!((failing.nom.as_deref(), failing.depuis.as_str()), (Some("new"), "2021-06-13T20:00:00+02:00"));
    assert_eq!(metrics.hors_service, 1, "counter 4 has no valid hour at all: counted, not listed");
    assert!(metrics.failing_sensors.iter().all(|row| row.id != "4"));
}

#[test]
fn label_and_place_of_the_day_come_from_its_latest_and_its_first_hour() {
    let rows = [
        with(row(DAY, "1", -1, Some(1.0)), Some("before"), Some(2.40)),
        with(row(DAY, "1", 1, Some(1.0)), Some("morning"), None),
        with(row(DAY, "1", 2, Some(1.0)), None, Some(2.3364)),
        with(row(DAY, "1", 9, Some(1.0)), Some("noon"), Some(2.35)),
        row(DAY, "1", 10, Some(1.0)),
    ];
    let counter = compute_on(DAY, rows).metrics.remove(0);
    assert_eq!(counter.nom_compteur.as_deref(), Some("noon"));
    assert_eq!(counter.coordinates, Some(Point { lon: 2.3364, lat: 48.8626 }));
}

#[test]
fn failing_counters_stay_among_the_metrics_and_are_sorted_longest_first() {
    let zeros = |id: &'static str, from: i64| (from..24).map(move |slot| row(DAY, id, slot, Some(0.0)));
    let stuck = (0..24).map(|slot| row(DAY, "c", slot, Some(if slot < 12 { 5.0 } else { slot as f64 })));
    let gap = lively(DAY, "d").filter(|row| !(6..12).contains(&day(DAY).slot(row.hour).unwrap()));
    let rows = zeros("b", 0).chain(zeros("a", -3)).chain(stuck).chain(gap).chain(lively(DAY, "e"));
    let metrics = compute_on(DAY, rows);
    let failing: Vec<_> = metrics.failing_sensors.iter().map(|row| (row.id.as_str(), row.raison, row.heures)).collect();
    assert_eq!(
        failing,
        [("a", Reason::Zero, 27), ("b", Reason::Zero, 24), ("c", Reason::Constante, 12), ("d", Reason::Lacune, 6)]
    );
    assert_eq!((metrics.metrics.len(), metrics.hors_service), (5, 0));
}

#[test]
fn the_top_ten_goes_by_total_then_id_and_nulls_come_last() {
    let rows = (0..9).map(|n| row(DAY, &format!("c{n}"), 8, Some(f64::from(n / 2))));
    let rows = rows.chain([row(DAY, "a", 8, None), row(DAY, "b", 8, None)]);
    let metrics = compute_on(DAY, rows);
    let top: Vec<_> = metrics.top_counters.iter().map(|row| &*row.id_compteur.0).collect();
    assert_eq!(top, ["c8", "c6", "c7", "c4", "c5", "c2", "c3", "c0", "c1", "a"]);
    assert_eq!(metrics.top_counters[9].total_jour, None);
}

#[test]
fn zones_go_by_code_and_the_row_outside_every_zone_is_last() {
    let rows = [
        with(row(DAY, "1", 8, Some(3.0)), None, Some(3.5)),
        with(row(DAY, "2", 8, Some(4.0)), None, Some(2.3600)),
        with(row(DAY, "3", 8, Some(5.0)), None, Some(2.3364)),
        with(row(DAY, "4", 8, None), None, Some(2.3364)),
    ];
    let metrics = compute_on(DAY, rows);
    let zones: Vec<_> = metrics
        .by_arrondissement
        .iter()
        .map(|row| (row.arrondissement.as_ref().map(|zone| &*zone.0), row.nombre_compteurs, row.total))
        .collect();
    assert_eq!(zones, [(Some("75001"), 2, Some(5.0)), (Some("75003"), 1, Some(4.0)), (None, 1, Some(3.0))]);
    assert_eq!(metrics.by_arrondissement[0].couverture, Some(100.0 / 48.0));
    assert_eq!(metrics.zone_source, ZoneSource::Centroides);
}

#[test]
fn the_summary_counts_the_hours_of_all_counters() {
    let metrics = compute_on(DAY, lively(DAY, "1").chain([row(DAY, "2", 0, Some(99.0)), row(DAY, "3", 0, None)]));
    let summary = &metrics.summary;
    assert_eq!((summary.nombre_compteurs, summary.compteurs_actifs), (3, 2));
    assert_eq!(summary.total_velos, Some(300.0 + 99.0));
    assert_eq!(summary.taux_disponibilite, Some(100.0 * 25.0 / 72.0));
    assert_eq!((summary.couverture, summary.heure_pointe), (summary.taux_disponibilite, Some(0)));
}

#[test]
fn a_day_whose_every_count_is_null_has_counters_and_no_sum() {
    let metrics = compute_on(DAY, [row(DAY, "1", 8, None)]);
    assert_eq!((metrics.summary.total_velos, metrics.summary.nombre_compteurs), (None, 1));
    assert_eq!((metrics.summary.compteurs_actifs, metrics.summary.couverture), (0, Some(0.0)));
    assert_eq!(metrics.by_arrondissement[0].total, None);
}

#[test]
fn without_a_row_or_a_snapshot_of_the_day_the_feed_is_absent() {
    let yesterday = lively("2021-06-14", "1");
    let metrics = compute(&history(DAY, yesterday), VelibDay::new(&day(DAY)), &Zones::centroids());
    assert_eq!(metrics, None);
}

#[test]
fn a_day_with_stations_alone_has_no_counter_sums_null_and_counts_zero() {
    let snapshot = StationSnapshot { stamp: day(DAY).start, rank: 0, stations: Vec::new() };
    let mut velib = VelibDay::new(&day(DAY));
    velib.add_status(Some(snapshot), &DatedIssues::default());
    let metrics = compute(&history(DAY, lively("2021-06-14", "1")), velib, &Zones::centroids()).unwrap();
    assert!(metrics.metrics.is_empty() && metrics.failing_sensors.is_empty() && metrics.by_arrondissement.is_empty());
    let BikesSummary { total_velos, nombre_compteurs, couverture, heure_pointe, .. } = metrics.summary;
    assert_eq!((total_velos, nombre_compteurs, couverture, heure_pointe), (None, 0, None, None));
    let velib = metrics.velib.unwrap();
    assert_eq!((velib.instantanes.nombre, velib.stations, velib.velos_disponibles_moyen), (1, 0, None));
}

#[test]
fn quality_adds_what_the_objects_the_day_and_the_undated_rows_say() {
    let object: Arc<str> = "a.csv".into();
    let mut history = history(DAY, lively(DAY, "1").chain([row(DAY, "1", 3, Some(4.0)), row(DAY, "1", 4, Some(9.0))]));
    let source = |name: &str, lignes| Source { objet: name.into(), octets: 10, lignes, erreur: None };
    history.sources = vec![source("a.csv", 30), source("b.csv", 12)];
    history.undated.note(Rule::MalformedRow, &object, 3, "x");
    let (_, today) = history.days.last_mut().unwrap();
    today.issues.note(Rule::CountOutOfRange, &object, 4, "-1");
    let quality = compute(&history, VelibDay::new(&day(DAY)), &Zones::centroids()).unwrap().qualite;
    assert_eq!((quality.lignes_lues, quality.lignes_valides), (42, 24));
    assert_eq!((quality.doublons, quality.doublons_conflictuels), (1, 1));
    assert_eq!(quality.problemes.keys().copied().collect::<Vec<_>>(), ["comptage_hors_limites", "ligne_mal_formee"]);
    assert_eq!(quality.sources.len(), 2);
}

#[test]
fn missing_numbers_are_written_as_null_and_keys_as_the_contract_has_them() {
    let metrics = compute_on(DAY, [row(DAY, "1", 8, None)]);
    let written = serde_json::to_value(&metrics).unwrap();
    let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(
        keys(&written).join(" "),
        "heures heures_attendues metrics top_counters by_arrondissement failing_sensors hors_service summary velib \
         zone_source qualite"
    );
    assert_eq!(
        keys(&written["metrics"][0]).join(" "),
        "id_compteur nom_compteur total_jour moyenne_horaire pic_horaire pic_horaire_debut profil_horaire heures_valides \
         heures_attendues couverture qualite arrondissement coordinates"
    );
    assert!(written["velib"].is_null() && written["summary"]["total_velos"].is_null());
    assert_eq!(CounterId::from("1").to_string(), written["metrics"][0]["id_compteur"]);
}

use std::path::PathBuf;

use jiff::civil::date;
use serde_json::json;

use super::*;
use crate::feeds::chantiers::reader::read;
use crate::time::CityZone;

const DAY: Date = date(2024, 1, 10);
const HEADER: &str = "Identifiant;Code postal de l'arrondissement;Objet;Voie(s);Date de début;Date de fin;\
                      Impact sur la circulation;Niveau de perturbation;Statut;geo_shape;geo_point_2d";

fn metrics_of(name: &str, content: &str, day: Date) -> ChantiersMetrics {
    let paris = CityZone::paris();
    let (export, reading) = read(&name.into(), &mut content.as_bytes(), &paris).unwrap();
    compute(&paris.day(day), &Zones::centroids(), &export, reading, Vec::new())
}

/// The metrics of [`DAY`] from an export of that date with these rows.
fn metrics(rows: &[&str]) -> ChantiersMetrics {
    metrics_of("chantiers_2024-01-10.csv", &format!("{HEADER}\n{}\n", rows.join("\n")), DAY)
}

/// A row with an identifier, a postcode, dates, an impact and a status.
fn row(id: &str, postcode: &str, start: &str, end: &str, impact: &str, status: &str) -> String {
    format!("{id};{postcode};;;{start};{end};{impact};1;{status};;")
}

fn ids(metrics: &ChantiersMetrics) -> Vec<&str> {
    metrics.active.iter().map(|works| &*works.id).collect()
}

fn problem(metrics: &ChantiersMetrics, rule: Rule) -> u64 {
    metrics.quality.problemes.get(rule.code()).map_or(0, |problem| problem.nombre)
}

/// Rows in progress that hold the day, so that a few odd ones do not make the export's date doubtful.
fn sound(count: usize) -> Vec<String> {
    (0..count).map(|n| row(&format!("S{n}"), "", "2024-01-01", "2024-12-31", "", "2")).collect()
}

#[test]
fn works_are_active_on_both_of_their_end_days_unless_suspended_or_finished() {
    let rows = [
        row("CP5", "", "2024-01-10", "2024-01-10", "", "2"),
        row("CP4", "", "2024-01-01", "2024-01-09", "", "2"),
        row("CP3", "", "2024-01-11", "2024-01-20", "", "1"),
        row("CP2", "", "2024-01-01", "2024-01-31", "", "3"),
        row("CP1", "", "2024-01-01", "2024-01-31", "", "5"),
        row("CP0", "", "2024-01-01", "2024-01-31", "", ""),
    ];
    let metrics = metrics(&rows.each_ref().map(String::as_str));
    assert_eq!(ids(&metrics), ["CP0", "CP5"]);
    assert_eq!((metrics.active_count, metrics.quality.lignes_lues, metrics.quality.lignes_valides), (2, 6, 6));
}

#[test]
fn a_later_export_is_flagged_partial_and_its_status_is_not_believed() {
    let content = format!(
        "{HEADER}\n{}\n{}\n",
        row("CP1", "", "2024-01-01", "2024-01-31", "", "5"),
        row("CP2", "", "2024-01-01", "2024-01-31", "", "3")
    );
    let metrics = metrics_of("chantiers_2024-02-10.csv", &content, DAY);
    assert_eq!(ids(&metrics), ["CP1", "CP2"]);
    assert_eq!((metrics.export_age_days, metrics.standing()), (Some(-31), ExportStanding::Later));
    assert_eq!(problem(&metrics, Rule::LaterExport), 1);
}

#[test]
fn an_old_export_is_stale_and_an_undated_one_has_no_age_and_no_contradictions() {
    let content = format!("{HEADER}\n{}\n", row("CP1", "", "2024-01-01", "2024-01-02", "", "2"));
    let old = metrics_of("chantiers_2023-12-09.csv", &content, DAY);
    assert_eq!((old.export_age_days, old.standing()), (Some(32), ExportStanding::Stale));
    let undated = metrics_of("chantiers.csv", &content, DAY);
    assert_eq!(
        (undated.export_date, undated.export_age_days, undated.standing()),
        (None, None, ExportStanding::Current)
    );
    assert!(undated.contradictions.is_empty() && undated.quality.problemes.is_empty());
}

#[test]
fn inverted_missing_and_unreadable_dates_are_counted_once_a_row_and_never_active() {
    let rows = [
        row("CP1", "", "2024-01-31", "2024-01-01", "", "3"),
        row("CP2", "", "", "", "", "3"),
        row("CP3", "", "2024-01-01", "", "", "3"),
        row("CP4", "", "2024-01-01", "31/12/2024", "", "3"),
    ];
    let metrics = metrics(&rows.each_ref().map(String::as_str));
    assert_eq!(metrics.active_count, 0);
    let counts = [Rule::InvertedPeriod, Rule::MissingDate, Rule::UnreadablePeriod].map(|rule| problem(&metrics, rule));
    assert_eq!(counts, [1, 2, 1]);
}

#[test]
fn the_zone_is_the_postcode_then_the_place_then_null() {
    let rows = [
        "CP1;75116;;;2024-01-01;2024-12-31;RESTREINTE;1;2;;48.8572, 2.3421",
        "CP2;;;;2024-01-01;2024-12-31;SENS_UNIQUE;1;2;;48.8627, 2.3376",
        "CP3;92100;;;2024-01-01;2024-12-31;IMPASSE;1;2;;48.95, 2.26",
        r#"CP4;;;;2024-01-01;2024-12-31;;1;2;"{""type"":""Point"",""coordinates"":[2.3376,48.8627]}";"#,
    ];
    let metrics = metrics(&rows);
    let zones: Vec<_> = metrics.active.iter().map(|works| works.zone.as_ref().map(ToString::to_string)).collect();
    let code = |code: &str| Some(code.to_owned());
    assert_eq!(zones, [code("75016"), code("75001"), None, code("75001")]);
    let sums = serde_json::to_value(&metrics.impact_by_arrondissement).unwrap();
    assert_eq!(sums, json!({"75001": 30, "75016": 50}));
}

#[test]
fn impact_points_add_up_and_a_missing_impact_is_counted_as_inconnu() {
    let rows: Vec<_> = [
        ("A", "BARRAGE_TOTAL"),
        ("B", "IMPASSE"),
        ("C", "RESTREINTE"),
        ("D", "SENS_UNIQUE"),
        ("E", ""),
        ("F", "AUTRE"),
    ]
    .into_iter()
    .map(|(id, impact)| row(id, "75003", "2024-01-01", "2024-12-31", impact, "2"))
    .collect();
    let metrics = metrics(&rows.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(serde_json::to_value(&metrics.impact_by_arrondissement).unwrap(), json!({"75003": 260}));
    let expected =
        json!({"AUTRE": 1, "BARRAGE_TOTAL": 1, "IMPASSE": 1, "INCONNU": 1, "RESTREINTE": 1, "SENS_UNIQUE": 1});
    assert_eq!(serde_json::to_value(&metrics.by_impact).unwrap(), expected);
    assert_eq!(metrics.active[4].impact, "INCONNU");
}

#[test]
fn a_zone_is_critical_above_three_works_most_first_then_by_code() {
    let mut rows = Vec::new();
    for (zone, count) in [("75005", 4), ("75002", 4), ("75009", 5), ("75010", 3)] {
        rows.extend((0..count).map(|n| row(&format!("{zone}-{n}"), zone, "2024-01-01", "2024-12-31", "", "2")));
    }
    let metrics = metrics(&rows.iter().map(String::as_str).collect::<Vec<_>>());
    let expected = json!([
        {"zone": "75009", "nombre_chantiers": 5},
        {"zone": "75002", "nombre_chantiers": 4},
        {"zone": "75005", "nombre_chantiers": 4},
    ]);
    assert_eq!(serde_json::to_value(&metrics.critical_zones).unwrap(), expected);
}

#[test]
fn new_works_start_on_the_day_and_ending_works_end_within_seven_days_active_ones_only() {
    let rows = [
        row("CP1", "", "2024-01-10", "2024-02-10", "", "2"),
        row("CP2", "", "2024-01-10", "2024-02-10", "", "3"),
        row("CP3", "", "2024-01-01", "2024-01-17", "", "2"),
        row("CP4", "", "2024-01-01", "2024-01-18", "", "2"),
        row("CP5", "", "2024-01-01", "2024-01-10", "", "4"),
    ];
    let metrics = metrics(&rows.each_ref().map(String::as_str));
    let names = |ids: &[Arc<str>]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(names(&metrics.starting), ["CP1"]);
    assert_eq!(names(&metrics.ending), ["CP3", "CP5"]);
    let left: Vec<_> = metrics.active.iter().map(|works| works.days_left).collect();
    assert_eq!(left, [31, 7, 8, 0]);
}

#[test]
fn contradictions_are_judged_on_the_exports_own_date_not_on_the_day() {
    let mut rows = sound(6);
    rows.push(row("CP1", "", "2024-01-05", "2024-01-31", "", "1"));
    rows.push(row("CP2", "", "2024-01-05", "2024-01-31", "", "5"));
    rows.push(row("CP3", "", "2024-01-05", "2024-01-09", "", "2"));
    rows.push(row("CP4", "", "2024-01-05", "2024-01-09", "", "4"));
    rows.push(row("CP5", "", "2024-01-05", "2024-01-09", "", "5"));
    rows.push(row("CP6", "", "2024-01-05", "2024-01-09", "", "3"));
    rows.push(row("CP7", "", "2024-01-05", "", "", "2"));
    let content = format!("{HEADER}\n{}\n", rows.join("\n"));
    for day in [DAY, date(2024, 1, 20)] {
        let metrics = metrics_of("chantiers_2024-01-10.csv", &content, day);
        assert_eq!(serde_json::to_value(&metrics.contradictions).unwrap(), json!(["CP1", "CP2", "CP3", "CP4"]));
        assert_eq!(problem(&metrics, Rule::DoubtfulExportDate), 0);
    }
}

#[test]
fn when_most_dated_rows_contradict_it_is_the_date_that_is_doubtful() {
    let rows = [
        row("CP1", "", "2024-01-05", "2024-01-09", "", "2"),
        row("CP2", "", "2024-01-05", "2024-01-09", "", "2"),
        row("CP3", "", "2024-01-05", "2024-02-09", "", "2"),
        row("CP4", "", "", "", "", "2"),
        row("*", "", "2024-01-05", "2024-02-09", "", "2"),
    ];
    let metrics = metrics(&rows.each_ref().map(String::as_str));
    assert!(metrics.contradictions.is_empty());
    assert_eq!(problem(&metrics, Rule::DoubtfulExportDate), 1);
}

#[test]
fn areas_are_summed_and_null_when_no_active_works_have_a_polygon() {
    assert_eq!(metrics(&[row("CP1", "", "2024-01-01", "2024-12-31", "", "2").as_str()]).area_m2, None);
    let square = |id: &str, end: &str| {
        format!(
            r#"{id};;;;2024-01-01;{end};;1;2;"{{""type"":""Polygon"",""coordinates"":[[[2.0,0.0],[2.001,0.0],[2.001,0.001],[2.0,0.001],[2.0,0.0]]]}}";"#
        )
    };
    let metrics = metrics(&[&square("CP1", "2024-12-31"), &square("CP2", "2024-12-31"), &square("CP3", "2024-01-02")]);
    let side = crate::geo::EARTH_RADIUS_M * 0.001_f64.to_radians();
    assert!((metrics.area_m2.unwrap() / (2.0 * side * side) - 1.0).abs() < 1e-6);
    let written = serde_json::to_value(&metrics.active[0].geometry).unwrap();
    assert_eq!(
        written,
        json!({"type": "Polygon", "coordinates": [[[2.0, 0.0], [2.001, 0.0], [2.001, 0.001], [2.0, 0.001], [2.0, 0.0]]]})
    );
}

#[test]
fn rows_of_one_identifier_are_merged_the_last_value_winning() {
    let rows = [
        row("CP1", "75001", "2024-01-01", "2024-01-31", "IMPASSE", "2"),
        row("CP1", "75001", "2024-01-01", "2024-01-31", "", "2"),
        row("CP1", "75001", "2024-01-01", "2024-02-15", "", "4"),
    ];
    let metrics = metrics(&rows.each_ref().map(String::as_str));
    let works = &metrics.active[0];
    assert_eq!((works.end, works.status, works.impact.as_str()), (date(2024, 2, 15), Some(4), "IMPASSE"));
    let quality = &metrics.quality;
    assert_eq!((quality.lignes_lues, quality.lignes_valides), (3, 1));
    assert_eq!((quality.doublons, quality.doublons_conflictuels), (1, 1));
}

#[test]
fn missing_fields_of_active_works_are_null_and_a_missing_impact_is_unknown() {
    let metrics = metrics(&[row("CP1", "", "2024-01-01", "2024-12-31", "", "").as_str()]);
    let expected = json!({
        "identifiant": "CP1", "objet": null, "description": null, "voie": null, "typologie": null, "impact": "INCONNU",
        "niveau": 1, "statut": null, "arrondissement": null, "date_debut": "2024-01-01", "date_fin": "2024-12-31",
        "jours_restants": 356, "surface_m2": null, "geometrie": null, "geo_point_2d": null,
    });
    assert_eq!(serde_json::to_value(&metrics.active[0]).unwrap(), expected);
}

#[test]
fn the_real_exports_give_the_figures_of_an_independent_count() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/bucket/batch/chantiers");
    // Export, rows, day, (active, critical zones, contradictions), m².
    for (export, rows, day, expected, area_m2) in [
        ("2023-12-17", 192, date(2023, 12, 17), (43, 5, 0), 691_345.207_441),
        ("2023-12-17", 192, date(2024, 1, 4), (30, 3, 0), 336_474.469_874),
        ("2023-12-17", 192, date(2023, 2, 6), (92, 13, 0), 755_387.903_508),
        ("2024-10-29", 75, date(2024, 10, 29), (51, 7, 2), 345_244.686_879),
        ("2024-10-29", 75, date(2025, 2, 5), (30, 2, 2), 63_289.923_492),
    ] {
        let name = format!("chantiers-perturbants-la-circulation_{export}.csv");
        let Ok(content) = std::fs::read_to_string(folder.join(&name)) else {
            eprintln!("skipped: no {name} in the shared data");
            continue;
        };
        let metrics = metrics_of(&name, &content, day);
        assert_eq!((metrics.quality.lignes_lues, metrics.quality.lignes_valides), (rows, rows));
        let counted = (metrics.active_count, metrics.critical_zones.len(), metrics.contradictions.len());
        assert_eq!(counted, expected, "{export} for {day}");
        assert!((metrics.area_m2.unwrap() - area_m2).abs() < 1e-3, "{export} for {day}");
    }
}

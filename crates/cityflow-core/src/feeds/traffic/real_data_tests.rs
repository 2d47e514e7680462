//! The two real days, when the data lies beside the workspace. Expected figures were worked out apart.

use std::path::PathBuf;
use std::sync::Arc;

use super::assemble::assemble;
use super::metrics::{LineState, TrafficMetrics, compute};
use super::reader::read;
use crate::quality::Source;
use crate::time::CityZone;

/// The metrics of a real day; none, with a word on stderr, when the data is not there.
fn real_day(date: jiff::civil::Date) -> Option<TrafficMetrics> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/bucket/api/traffic_ratp")
        .join(format!("dt={date}"));
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: no real data in {}", folder.display());
        return None;
    };
    let zone = CityZone::paris();
    let mut sources = Vec::new();
    let mut snapshots = Vec::new();
    for path in entries.map(|entry| entry.unwrap().path()) {
        let object: Arc<str> = path.file_name().unwrap().to_string_lossy().into();
        let bytes = std::fs::read(&path).unwrap();
        let (snapshot, reading) = read(&object, &mut bytes.as_slice(), &zone).unwrap();
        sources.push(Source { objet: object, octets: bytes.len() as u64, lignes: reading.rows, erreur: None });
        snapshots.push((snapshot, reading));
    }
    let day = zone.day(date);
    Some(compute(&day, &assemble(&day, snapshots, sources)))
}

#[test]
fn the_navitia_day_of_2024_05_11_is_partial() {
    let Some(metrics) = real_day(jiff::civil::date(2024, 5, 11)) else { return };
    assert_eq!((metrics.qualite.lignes_lues, metrics.qualite.lignes_valides), (68, 65));
    assert_eq!((metrics.qualite.doublons, metrics.qualite.doublons_conflictuels), (3, 0));
    assert_eq!(metrics.qualite.problemes.keys().copied().collect::<Vec<_>>(), ["page_manquante"]);
    assert_eq!(metrics.qualite.problemes["page_manquante"].nombre, 4);
    assert_eq!((metrics.reliability_index, metrics.is_partial()), (None, true));
    assert_eq!((metrics.active_disruptions_count, metrics.planned_disruptions_count), (34, 1));
    assert_eq!((metrics.accessibilite.actives, metrics.accessibilite.total), (30, 30));
    assert_eq!(metrics.accessibilite.arrets.len(), 16);
    assert!(metrics.alerts.is_empty());
    let top: Vec<_> = metrics.top_lignes_impactees.iter().map(|line| (line.ligne.as_str(), line.count)).collect();
    assert_eq!(top[..6], [("12", 2), ("E", 2), ("272", 2), ("EX91-10", 2), ("401", 2), ("1350", 1)]);
}

#[test]
fn the_bulk_day_of_2025_02_05_is_complete() {
    let Some(metrics) = real_day(jiff::civil::date(2025, 2, 5)) else { return };
    assert_eq!((metrics.qualite.lignes_lues, metrics.qualite.lignes_valides), (836, 836));
    assert!(metrics.qualite.problemes.is_empty() && !metrics.is_partial());
    assert_eq!((metrics.active_disruptions_count, metrics.planned_disruptions_count), (479, 302));
    let severities = metrics.disruptions_by_severity;
    assert_eq!((severities.critique, severities.elevee, severities.moyenne, severities.faible), (233, 175, 0, 71));
    let modes = [("bus", 435), ("metro", 3), ("rer", 15), ("train", 1), ("tram", 3), ("transilien", 22)];
    assert_eq!(metrics.by_mode, modes.map(|(mode, count)| (mode.to_owned(), count)).into());
    assert_eq!(metrics.alerts.len(), 43);
    assert_eq!(metrics.alerts.iter().filter(|alert| alert.lien == super::record::LinkKind::Line).count(), 25);
    let blocked: Vec<_> = metrics.lignes.iter().filter(|line| line.etat == LineState::Bloque).collect();
    assert_eq!(blocked.iter().map(|line| line.ligne).collect::<Vec<_>>(), ["6", "14"]);
    assert!((metrics.reliability_index.unwrap() - 94.156_118_143_46).abs() < 1e-9, "{:?}", metrics.reliability_index);
    let top: Vec<_> = metrics.top_lignes_impactees.iter().map(|line| (line.ligne.as_str(), line.count)).collect();
    assert_eq!(top[..4], [("P", 7), ("C", 6), ("7818", 5), ("23", 5)]);
}

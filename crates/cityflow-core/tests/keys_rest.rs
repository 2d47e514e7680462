//! Every key that the contract names for transit, weather, roadworks and the reference stands in their output, null
//! or not: a reader never has to ask whether a key is there.

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;
use std::path::Path;
use std::sync::Arc;

use cityflow_core::decode::ReadError;
use cityflow_core::feeds::chantiers::metrics as roadworks;
use cityflow_core::feeds::{Reading, chantiers, referentiel, traffic, weather};
use cityflow_core::quality::Source;
use cityflow_core::settings::UnitGroup;
use cityflow_core::time::{CityZone, LocalDay};
use cityflow_core::zones::Zones;
use jiff::civil::date;
use serde::Serialize;
use serde_json::{Value, json};

/// Where an object stands (`*` for every element of a list or map), and the keys it must have.
type Keys = (&'static str, &'static str);

const QUALITY: [Keys; 4] = [
    ("qualite", "sources lignes_lues lignes_valides doublons doublons_conflictuels problemes"),
    ("qualite/sources/*", "objet octets lignes"),
    ("qualite/problemes/*", "nombre exemples"),
    ("qualite/problemes/*/exemples/*", "objet ligne texte"),
];

const TRAFFIC: [Keys; 7] = [
    (
        "",
        "active_disruptions_count total_disruptions_count planned_disruptions_count disruptions_by_severity by_cause \
         by_mode top_lignes_impactees lignes alerts reliability_index accessibilite qualite",
    ),
    ("disruptions_by_severity", "CRITIQUE ELEVEE MOYENNE FAIBLE"),
    ("top_lignes_impactees/*", "ligne mode reseau count minutes_perturbees"),
    ("lignes/*", "ligne mode etat minutes_bloquees minutes_perturbees indice"),
    ("alerts/*", "id severite effet cause titre texte lignes lien debut fin minutes_dans_jour"),
    ("accessibilite", "actives total arrets"),
    ("accessibilite/arrets/*", "nom ascenseurs"),
];

const WEATHER: [Keys; 2] = [
    (
        "",
        "date temp_moyenne temp_min temp_max precip_totale vent_moyen vent_max humidite_moyenne ensoleillement_heures \
         conditions horaire categories impact_mobilite indice_cyclable heures_valides heures_attendues couverture qualite",
    ),
    ("horaire/*", "heure temp precip vent humidite"),
];

const CHANTIERS: [Keys; 4] = [
    (
        "",
        "total_chantiers_actifs chantiers_actifs impact_by_arrondissement by_impact zones_critiques \
         surface_totale_impactee_m2 nouveaux se_terminent contradictions export_date export_age_jours qualite",
    ),
    (
        "chantiers_actifs/*",
        "identifiant objet description voie typologie impact niveau statut arrondissement date_debut date_fin \
         jours_restants surface_m2 geometrie geo_point_2d",
    ),
    ("chantiers_actifs/*/geo_point_2d", "lon lat"),
    ("zones_critiques/*", "zone nombre_chantiers"),
];

const REFERENTIEL: [Keys; 4] = [
    ("", "mapping statistiques hors_referentiel qualite"),
    (
        "mapping/*",
        "libelle longueur_metres noeud_amont noeud_aval libelle_noeud_amont libelle_noeud_aval arrondissement \
         peripherique geo_point_2d center geometrie actif",
    ),
    ("mapping/*/center", "lon lat"),
    (
        "statistiques",
        "nombre_troncons nombre_geometries longueur_totale_metres longueur_moyenne_metres troncons_sans_geometrie noeuds \
         composantes",
    ),
];

/// What stands at a place; an element that is null has no keys to miss.
fn at<'a>(value: &'a Value, place: &str) -> Vec<&'a Value> {
    let mut found = vec![value];
    for step in place.split('/').filter(|step| !step.is_empty()) {
        found = found
            .into_iter()
            .flat_map(|value| match (step, value) {
                ("*", Value::Array(items)) => items.iter().collect(),
                ("*", Value::Object(fields)) => fields.values().collect(),
                (step, value) => vec![&value[step]],
            })
            .filter(|value| !value.is_null())
            .collect();
    }
    found
}

/// Every object at every place has its keys; `all_seen` asks for at least one object at each place.
fn expect(metrics: &impl Serialize, keys: &[Keys], all_seen: bool) {
    let metrics = serde_json::to_value(metrics).expect("metrics are JSON");
    for (place, names) in keys.iter().chain(&QUALITY) {
        let objects = at(&metrics, place);
        assert!(!all_seen || !objects.is_empty(), "nothing stands at {place}");
        for object in objects {
            let fields = object.as_object().unwrap_or_else(|| panic!("{place} is {object}"));
            let missing: BTreeSet<_> = names.split_whitespace().filter(|name| !fields.contains_key(*name)).collect();
            assert!(missing.is_empty(), "{place} lacks {missing:?}");
        }
    }
}

fn day() -> LocalDay {
    CityZone::paris().day(date(2025, 2, 5))
}

fn sources(name: &str, rows: u64) -> Vec<Source> {
    vec![Source { objet: name.into(), octets: 9, lignes: rows, erreur: None }]
}

fn transit(name: &str, input: &mut dyn BufRead, day: &LocalDay) -> Result<impl Serialize + use<>, ReadError> {
    let read = traffic::reader::read(&name.into(), input, day.zone())?;
    let rows = read.1.rows;
    Ok(traffic::metrics::compute(day, &traffic::assemble::assemble(day, vec![read], sources(name, rows))))
}

fn forecast(name: &str, input: &mut dyn BufRead, day: &LocalDay) -> Result<impl Serialize + use<>, ReadError> {
    let read = weather::reader::read(&name.into(), input, day.zone(), UnitGroup::Metric)?;
    let rows = read.1.rows;
    Ok(weather::metrics::compute(day, &[read], sources(name, rows)))
}

fn works(name: &str, input: &mut dyn BufRead, day: &LocalDay) -> Result<impl Serialize + use<>, ReadError> {
    let (export, reading) = chantiers::reader::read(&name.into(), input, day.zone())?;
    let rows = reading.rows;
    Ok(roadworks::compute(day, &Zones::centroids(), &export, reading, sources(name, rows)))
}

fn network(name: &str, input: &mut dyn BufRead, _: &LocalDay) -> Result<impl Serialize + use<>, ReadError> {
    let object: Arc<str> = name.into();
    let (reference, reading): (_, Reading) = referentiel::reader::read(&object, input)?;
    let (zones, counted) = (Zones::centroids(), BTreeMap::new());
    Ok(referentiel::metrics::compute(&reference, &reading, sources(name, reading.rows), &zones, None, &counted))
}

#[test]
fn transit_has_every_key() {
    let period = json!([{"begin": "20250205T060000", "end": null}]);
    let body = json!({
        "disruptions": [
            {"id": "a", "severity": "BLOQUANTE", "applicationPeriods": period},
            {"id": "b", "severity": "nouvelle", "tags": ["Ascenseur"], "applicationPeriods": period},
        ],
        "lines": [{"id": "line:1", "shortName": "1", "mode": "Metro", "impactedObjects": [
            {"type": "line", "id": "line:1", "disruptionIds": ["a"]},
            {"type": "stop_area", "id": "s", "name": "Nation", "disruptionIds": ["b"]},
        ]}],
    });
    expect(&transit("b.json", &mut body.to_string().as_bytes(), &day()).unwrap(), &TRAFFIC, true);
}

#[test]
fn weather_has_every_key() {
    let body =
        json!({"timezone": "Europe/Paris", "hourly": {"time": ["2025-02-05T00:00"], "temperature_2m": ["mild"]}});
    expect(&forecast("w.json", &mut body.to_string().as_bytes(), &day()).unwrap(), &WEATHER, true);
}

#[test]
fn roadworks_have_every_key() {
    let rows: Vec<_> = (0..4).map(|number| format!("CP{number};2025-02-01;2025-02-28;48.8626,2.3364\n")).collect();
    let table = format!("identifiant;date_debut;date_fin;geo_point_2d\n*;;;\n{}", rows.concat());
    expect(&works("c.csv", &mut table.as_bytes(), &day()).unwrap(), &CHANTIERS, true);
}

#[test]
fn the_reference_has_every_key() {
    let shape = json!({"type": "LineString", "coordinates": [[2.3, 48.8], [2.31, 48.8]]});
    let body = json!({"features": [{"properties": {"iu_ac": 1}, "geometry": shape}, {"properties": {"iu_ac": "*"}}]});
    expect(&network("r.geojson", &mut body.to_string().as_bytes(), &day()).unwrap(), &REFERENTIEL, true);
}

#[test]
fn real_days_have_every_key() {
    let bucket = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/bucket");
    let paris = CityZone::paris();
    let open = |name: &str| {
        let bytes = std::fs::read(bucket.join(name)).ok();
        if bytes.is_none() {
            eprintln!("skipped: {name} is absent");
        }
        bytes
    };
    for (name, day) in [
        ("api/traffic_ratp/dt=2024-05-11/20230606-11-page0-line-report.json", date(2024, 5, 11)),
        ("api/traffic_ratp/dt=2025-02-05/disruptions_bulk_v2.json", date(2025, 2, 5)),
    ] {
        let Some(bytes) = open(name) else { continue };
        expect(&transit(name, &mut bytes.as_slice(), &paris.day(day)).unwrap(), &TRAFFIC, false);
    }
    for day in [date(2024, 1, 4), date(2024, 5, 11), date(2025, 2, 5)] {
        let name = format!("api/weather/dt={day}/open-meteo_{day}.json");
        let Some(bytes) = open(&name) else { continue };
        expect(&forecast(&name, &mut bytes.as_slice(), &paris.day(day)).unwrap(), &WEATHER, false);
    }
    for export in [date(2023, 12, 17), date(2024, 10, 29)] {
        let name = format!("batch/chantiers/chantiers-perturbants-la-circulation_{export}.csv");
        let Some(bytes) = open(&name) else { continue };
        expect(&works(&name, &mut bytes.as_slice(), &paris.day(export)).unwrap(), &CHANTIERS, false);
    }
    let name = "batch/referentiel_voies/referentiel-comptages-routiers.csv";
    if let Some(bytes) = open(name) {
        expect(&network(name, &mut bytes.as_slice(), &day()).unwrap(), &REFERENTIEL, false);
    }
}

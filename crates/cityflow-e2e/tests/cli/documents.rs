//! `--json` prints one document and nothing else; `check` and `sample` say all they know.

use std::collections::BTreeSet;

use cityflow_e2e::binary::exit;
use cityflow_e2e::bucket::{BIKES, DAY, Place, TYPES, WEATHER};
use cityflow_e2e::tree;
use serde_json::{Value, json};

#[track_caller]
fn has_keys(document: &Value, keys: &[&str]) {
    let found: BTreeSet<&str> = document.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(found, keys.iter().copied().collect());
}

const DAY_KEYS: [&str; 7] = ["date", "types", "rapport", "erreurs", "csv", "faits_marquants", "avertissements"];
const FEED_KEYS: [&str; 8] =
    ["type", "statut", "message", "lignes_lues", "lignes_valides", "couverture", "metrics", "erreurs"];

#[track_caller]
fn is_a_day(day: &Value) {
    has_keys(day, &DAY_KEYS);
    assert_eq!(day["date"], DAY);
    let types = day["types"].as_array().expect("a list of feeds");
    assert_eq!(types.iter().filter_map(|feed| feed["type"].as_str()).collect::<Vec<_>>(), TYPES);
    for feed in types {
        has_keys(feed, &FEED_KEYS);
    }
}

#[test]
fn a_run_summarises_its_day() {
    let place = Place::small();
    let run = place.run(&["run", "--date", DAY, "--json"]).ends_with(exit::DONE).json();
    is_a_day(&run);
    assert_eq!(
        run["rapport"],
        json!([format!("reports/daily_report_{DAY}.json"), format!("reports/daily_report_{DAY}.csv")])
    );
    for feed in run["types"].as_array().unwrap() {
        let place = place.out().join(feed["metrics"].as_str().unwrap());
        assert_eq!(tree::json(&place)["data_type"], feed["type"]);
    }
    is_a_day(&place.run(&["report", "--date", DAY, "--json"]).ends_with(exit::DONE).json());
    let backfill = place.run(&["backfill", "--from", DAY, "--to", "2024-01-06", "--json"]).ends_with(exit::DONE).json();
    has_keys(&backfill, &["erreur", "jours", "jours_sans_donnees"]);
    assert_eq!(
        (&backfill["erreur"], &backfill["jours_sans_donnees"]),
        (&Value::Null, &json!(["2024-01-05", "2024-01-06"]))
    );
    is_a_day(&backfill["jours"][0]);
}

#[test]
fn standard_output_is_json_alone_even_when_a_feed_is_in_error() {
    let place = Place::small();
    place.put(WEATHER, "");
    for verbose in [&[][..], &["-vv"], &["-vv", "--log-json"]] {
        let arguments = [&["run", "--date", DAY, "--json"], verbose].concat();
        let outcome = place.run(&arguments).ends_with(exit::FEED_IN_ERROR);
        let day = outcome.json();
        is_a_day(&day);
        let weather = &day["types"][2];
        assert_eq!((&weather["statut"], &weather["metrics"]), (&json!("erreur"), &Value::Null));
        assert_eq!(weather["erreurs"][0]["object"], WEATHER);
        assert!(outcome.stderr.contains(WEATHER));
    }
}

#[test]
fn a_backfill_says_each_fault_once() {
    let place = Place::small();
    place.put("batch/comptages_routiers/zz.csv", "");
    let outcome = place.run(&["backfill", "--from", "2024-01-03", "--to", DAY]).ends_with(exit::FEED_IN_ERROR);
    outcome.says_only(&["batch/comptages_routiers/zz.csv", "line 1"]);
    assert!(outcome.stdout.contains("2024-01-03") && outcome.stdout.contains("partiel"), "{}", outcome.stdout);
}

#[test]
fn generate_config_and_sample_print_json_alone() {
    let place = Place::empty();
    let generated = place.run(&["generate", "--days", "2", "--arcs", "40", "--counters", "12", "--json"]);
    has_keys(&generated.ends_with(exit::DONE).json(), &["raw", "objects", "rows", "bytes"]);
    let config = place.run(&["config", "--json"]).ends_with(exit::DONE).json();
    has_keys(&config, &["file", "config", "origins", "unknown_keys"]);
    place.run(&["run", "--date", "2025-11-04"]).ends_with(exit::DONE);
    let sample = place.run(&["sample", "--json"]).ends_with(exit::DONE).json();
    has_keys(&sample, &["exemples"]);
    assert_eq!(sample["exemples"].as_array().map(Vec::len), Some(7));
}

#[test]
fn samples_are_small_valid_documents_of_the_last_report() {
    let place = Place::generated();
    for date in ["2025-11-03", "2025-11-04"] {
        place.run(&["run", "--date", date]).ends_with(exit::DONE);
    }
    place.run(&["sample", "--entries", "2"]).ends_with(exit::DONE);
    for data_type in TYPES {
        let sample = tree::json(&place.out().join(format!("examples/sample_{data_type}_metrics.json")));
        assert_eq!((&sample["data_type"], &sample["date"]), (&json!(data_type), &json!("2025-11-04")));
        let whole = tree::json(&place.out().join(format!("metrics/{data_type}_metrics_2025-11-04.json")));
        has_keys(
            &sample["metrics"],
            &whole["metrics"].as_object().unwrap().keys().map(String::as_str).collect::<Vec<_>>(),
        );
        assert!(sample.to_string().len() < whole.to_string().len(), "{data_type}");
    }
    let roads = tree::json(&place.out().join("examples/sample_comptages_metrics.json"));
    assert_eq!(roads["metrics"]["metrics"].as_array().map(Vec::len), Some(2));
    assert_eq!(roads["metrics"]["metrics"][0]["profil_debit"].as_array().map(Vec::len), Some(24));
    let report = tree::json(&place.out().join("examples/sample_report.json"));
    assert_eq!(report["date"], "2025-11-04");
}

#[test]
fn a_sample_without_a_report_says_how_to_make_one() {
    let place = Place::small();
    place.run(&["sample"]).ends_with(exit::FAILED).says_only(&["no report", "cityflow run --date"]);
}

/// Rows that are wrong, each in its own way.
const BAD_ROWS: [(&str, &str); 8] = [
    ("ligne_mal_formee", "1001;Rue"),
    ("identifiant_illisible", "*;Rue;2024-01-04T09:00:00+01:00;1;1;Fluide"),
    ("horodatage_illisible", "1001;Rue;le 4 au matin;1;1;Fluide"),
    ("horodatage_hors_heure", "1001;Rue;2024-01-04T09:30:00+01:00;1;1;Fluide"),
    ("nombre_illisible", "2001;Rue;2024-01-04T09:00:00+01:00;4l2;1;Fluide"),
    ("debit_hors_limites", "2002;Rue;2024-01-04T09:00:00+01:00;65535;1;Fluide"),
    ("taux_hors_limites", "2003;Rue;2024-01-04T09:00:00+01:00;12;127;Bloqué"),
    ("etat_incoherent", "2004;Rue;2024-01-04T09:00:00+01:00;12;61;Fluide"),
];

#[test]
fn check_counts_every_issue_and_names_every_object_in_error() {
    let place = Place::small();
    let mut extra =
        "Identifiant arc;Libelle;Date et heure de comptage;Débit horaire;Taux d'occupation;Etat trafic\n".to_owned();
    for (_, row) in BAD_ROWS {
        extra.push_str(row);
        extra.push('\n');
    }
    place.put("batch/comptages_routiers/bad_rows.csv", &extra);
    let bikes = String::from_utf8(place.object(BIKES)).unwrap();
    place.put(BIKES, &bikes.replacen("\"sum_counts\":3,", "\"sum_counts\":20000,", 1));
    place.put("batch/comptages_routiers/README.pdf", "not ours");
    place.put("api/weather/dt=2024-01-07/open-meteo.json", "[1, 2]");

    let check = place.run(&["check", "--json"]).ends_with(exit::FEED_IN_ERROR).json();
    has_keys(&check, &["bucket", "types", "zones", "zones_erreur"]);
    let feed = |name: &str| check["types"].as_array().unwrap().iter().find(|feed| feed["type"] == name).unwrap();
    let keys = [
        "type",
        "objets",
        "octets",
        "lignes",
        "premier_jour",
        "dernier_jour",
        "jours",
        "jours_manquants",
        "problemes",
        "erreurs",
    ];
    for name in TYPES {
        has_keys(feed(name), &keys);
    }
    let roads = feed("comptages");
    for (line, (code, _)) in (2..).zip(BAD_ROWS) {
        let problem = &roads["problemes"][code];
        assert_eq!(problem["nombre"], 1, "{code}: {problem:#}");
        assert_eq!(problem["exemples"][0]["objet"], "batch/comptages_routiers/bad_rows.csv", "{code}");
        assert_eq!(problem["exemples"][0]["ligne"], line, "{code}");
    }
    assert_eq!(roads["problemes"].as_object().unwrap().len(), BAD_ROWS.len() + 1, "and the object of another kind");
    assert_eq!(roads["lignes"], 2 * 96 + BAD_ROWS.len());
    assert_eq!(feed("bikes")["problemes"]["comptage_hors_limites"]["nombre"], 1);
    assert_eq!((&roads["premier_jour"], &roads["dernier_jour"]), (&json!("2024-01-03"), &json!(DAY)));
    let weather = feed("weather");
    assert_eq!(weather["erreurs"][0]["object"], "api/weather/dt=2024-01-07/open-meteo.json");
    assert_eq!(weather["jours_manquants"], json!(["2024-01-05", "2024-01-06"]));

    let text = place.run(&["check"]).ends_with(exit::FEED_IN_ERROR).stdout;
    for (line, (code, _)) in (2..).zip(BAD_ROWS) {
        assert!(text.contains(&format!("comptages: {code}: 1")), "{code}\n{text}");
        assert!(text.contains(&format!("bad_rows.csv:{line}: ")), "{code}\n{text}");
    }
    assert!(text.contains("weather: error: api/weather/dt=2024-01-07/open-meteo.json"), "{text}");
    assert!(!place.out().exists(), "a check writes nothing");
}

#[test]
fn a_good_bucket_has_nothing_to_say() {
    let check = Place::small().run(&["check"]).ends_with(exit::DONE);
    assert_eq!(check.stderr, "");
    assert!(!check.stdout.contains("error:"), "{}", check.stdout);
    assert!(TYPES.iter().all(|name| check.stdout.contains(name)), "{}", check.stdout);
}

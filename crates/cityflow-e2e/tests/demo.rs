//! The demonstration: a generated city goes from raw bucket to report, and what was planted in it is found.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;

use cityflow_e2e::binary::{Outcome, exit};
use cityflow_e2e::bucket::{Place, TYPES};
use cityflow_e2e::tree;
use serde_json::{Value, json};

/// Last day of the generated city: the day on which most faults are planted.
const LAST_DAY: &str = "2025-11-04";
/// The autumn clock change.
const LONG_DAY: &str = "2025-10-26";
/// A city that holds every planted fault and the clock change, ten times smaller than the default one, which
/// takes an unoptimised binary most of a minute.
const CITY: [&str; 8] = ["--arcs", "150", "--counters", "24", "--days", "40", "--compute", "10"];

/// The demonstration, run once.
fn demo() -> &'static (Place, Outcome) {
    static DEMO: OnceLock<(Place, Outcome)> = OnceLock::new();
    DEMO.get_or_init(|| {
        let place = Place::empty();
        let outcome = place.run(&[&["demo"], CITY.as_slice()].concat()).ends_with(exit::DONE);
        (place, outcome)
    })
}

fn metrics(data_type: &str, date: &str) -> Value {
    tree::json(&demo().0.out().join(format!("metrics/{data_type}_metrics_{date}.json")))["metrics"].clone()
}

fn list<'a>(document: &'a Value, key: &str) -> &'a Vec<Value> {
    document[key].as_array().unwrap_or_else(|| panic!("`{key}` is not a list"))
}

/// `heures` of each failing sensor by reason, longest first as listed.
fn failing(rows: &[Value]) -> BTreeMap<String, Vec<u64>> {
    let mut found: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for row in rows {
        let reason = row["raison"].as_str().expect("a failing sensor has a reason").to_owned();
        found.entry(reason).or_default().push(row["heures"].as_u64().expect("a failing sensor has hours"));
    }
    found
}

fn expected(rows: &[(&str, &[u64])]) -> BTreeMap<String, Vec<u64>> {
    rows.iter().map(|(reason, hours)| ((*reason).to_owned(), hours.to_vec())).collect()
}

/// One test: the city takes seconds to make, and test runners give each test a process of its own.
#[test]
fn what_was_planted_in_the_demonstration_is_found() {
    the_demonstration_ends_with_a_report_and_says_what_to_look_at_next();
    congested_axes_raise_alerts_and_only_they_do();
    every_planted_fault_of_an_arc_is_found_with_its_length();
    every_planted_fault_of_a_counter_is_found_with_its_length();
    bad_rows_are_counted_one_by_one();
    the_line_that_stands_still_is_blocked_for_as_long_as_it_stood();
    the_autumn_day_has_twenty_five_hours();
}

fn the_demonstration_ends_with_a_report_and_says_what_to_look_at_next() {
    let (place, outcome) = demo();
    for path in ["reports/daily_report_2025-11-04.json", "reports/daily_report_2025-11-04.csv"] {
        assert!(place.out().join(path).is_file(), "{path}");
    }
    let report = tree::json(&place.out().join("reports/daily_report_2025-11-04.json"));
    for data_type in TYPES {
        assert_eq!(report["sources"][data_type]["statut"], "ok", "{data_type}");
    }
    assert!((3..=5).contains(&list(&report, "faits_marquants").len()));
    assert!(outcome.stdout.contains("next:"), "{}", outcome.stdout);
    assert!(outcome.stderr.contains("seed 75"), "{}", outcome.stderr);
    assert!(!outcome.stderr.contains("warning"), "{}", outcome.stderr);
    // Every file it names is there.
    for line in outcome.stdout.lines().filter(|line| line.contains("daily_report")) {
        let path = line.split_whitespace().find(|word| word.contains("daily_report")).expect("the line names a file");
        assert!(PathBuf::from(path).is_file() || place.out().join(path).is_file(), "{path}");
    }
    assert_eq!(tree::leftovers(place.root()), [""; 0]);
}

fn congested_axes_raise_alerts_and_only_they_do() {
    let roads = metrics("comptages", LAST_DAY);
    let mut axes: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for alert in list(&roads, "alertes_congestion") {
        let text = |key: &str| alert[key].as_str().expect("a text");
        *axes.entry((text("libelle"), text("severite"))).or_default() += 1;
        assert!(alert["duree_heures"].as_u64().is_some_and(|hours| hours >= 2), "{alert}");
    }
    // Both peaks of every congested arc: an even number of alerts on each axis.
    let kinds: Vec<_> = axes.keys().copied().collect();
    assert_eq!(kinds, [("Av_des_Imprimeurs", "Élevée"), ("Bd_des_Marronniers", "Critique")]);
    assert!(axes.values().all(|count| *count >= 2 && count % 2 == 0), "{axes:?}");
}

fn every_planted_fault_of_an_arc_is_found_with_its_length() {
    let roads = metrics("comptages", LAST_DAY);
    // Silent for 11 (since before the clock change), 6, 4 (no rows at all) and 2 days.
    let planted: [(&str, &[u64]); 5] = [
        ("silencieux", &[11 * 24 + 1, 6 * 24, 4 * 24, 2 * 24]),
        ("zero", &[2 * 24]),
        ("constante", &[24]),
        ("incoherent", &[24]),
        ("lacune", &[7]),
    ];
    assert_eq!(failing(list(&roads, "capteurs_defaillants")), expected(&planted));
    assert_eq!(roads["hors_service"], 1, "the arc that is silent for 45 days");
}

fn every_planted_fault_of_a_counter_is_found_with_its_length() {
    let bikes = metrics("bikes", LAST_DAY);
    let planted: [(&str, &[u64]); 4] =
        [("silencieux", &[5 * 24]), ("zero", &[2 * 24]), ("constante", &[24]), ("lacune", &[8])];
    assert_eq!(failing(list(&bikes, "failing_sensors")), expected(&planted));
    assert_eq!(bikes["hors_service"], 1, "the counter that is blank for 33 days");
}

fn bad_rows_are_counted_one_by_one() {
    let (place, _) = demo();
    let check = place.run(&["check", "--json"]).ends_with(exit::DONE).json();
    let counts = |name: &str| {
        let feed = list(&check, "types").iter().find(|feed| feed["type"] == name).expect("each feed is there");
        assert_eq!(feed["erreurs"], json!([]), "{name}");
        let problems = feed["problemes"].as_object().expect("issues by code");
        Value::Object(problems.iter().map(|(code, problem)| (code.clone(), problem["nombre"].clone())).collect())
    };
    // Five rows that nobody can place on each of three days, and one spoiled cell of each kind.
    let roads = json!({
        "ligne_mal_formee": 6, "identifiant_illisible": 3, "horodatage_hors_heure": 3, "horodatage_illisible": 3,
        "nombre_illisible": 1, "debit_hors_limites": 1, "taux_hors_limites": 1, "etat_incoherent": 1,
    });
    assert_eq!(counts("comptages"), roads);
    assert_eq!(counts("bikes"), json!({"nombre_illisible": 1}));
    assert_eq!(counts("weather"), json!({}));
}

fn the_line_that_stands_still_is_blocked_for_as_long_as_it_stood() {
    let traffic = metrics("traffic", LAST_DAY);
    let blocked: Vec<&Value> = list(&traffic, "lignes").iter().filter(|line| line["etat"] == "bloque").collect();
    assert_eq!(blocked.len(), 1, "{blocked:?}");
    assert_eq!((&blocked[0]["mode"], &blocked[0]["ligne"]), (&json!("metro"), &json!("4")));
    // 07:42 to 09:55.
    assert_eq!(blocked[0]["minutes_bloquees"].as_f64(), Some(133.0));
    let critical = |alert: &&Value| alert["severite"] == "CRITIQUE" && alert["lien"] == "line";
    assert!(list(&traffic, "alerts").iter().any(|alert| critical(&alert)), "it raises an alert");
}

fn the_autumn_day_has_twenty_five_hours() {
    for data_type in ["comptages", "bikes"] {
        let day = metrics(data_type, LONG_DAY);
        let hours: Vec<&str> = list(&day, "heures").iter().filter_map(Value::as_str).collect();
        assert_eq!(hours.len(), 25, "{data_type}");
        assert!(hours.contains(&"2025-10-26T02:00:00+02:00") && hours.contains(&"2025-10-26T02:00:00+01:00"));
        let profile = if data_type == "bikes" { "profil_horaire" } else { "profil_debit" };
        for sensor in list(&day, "metrics") {
            assert_eq!((list(sensor, profile).len(), &sensor["heures_attendues"]), (25, &json!(25)), "{data_type}");
        }
        assert_eq!(list(&metrics(data_type, LAST_DAY), "heures").len(), 24, "{data_type}");
    }
    assert_eq!(list(&metrics("weather", LONG_DAY), "horaire").len(), 25);
}

#[test]
fn the_same_seed_gives_the_same_bucket_and_another_seed_another() {
    let generate = |seed: &str| {
        let place = Place::empty();
        let arguments = ["generate", "--arcs", "40", "--counters", "12", "--days", "3", "--seed", seed];
        place.run(&arguments).ends_with(exit::DONE);
        tree::files(&place.raw())
    };
    let (one, again, other) = (generate("7"), generate("7"), generate("8"));
    assert!(one.len() > 10);
    assert_eq!(tree::differences(&one, &again), [""; 0]);
    assert!(!tree::differences(&one, &other).is_empty());
}

#[test]
fn a_city_too_small_for_its_faults_is_refused_with_the_least_that_will_do() {
    let place = Place::empty();
    for (flag, found, least) in [("--arcs", "39", "40"), ("--counters", "11", "12")] {
        let outcome = place.run(&["demo", "--days", "2", flag, found]).ends_with(exit::FAILED);
        let error = outcome.stderr.lines().last().expect("it says why");
        assert!(error.starts_with("error: ") && error.contains(found) && error.contains(least), "{error}");
        assert_eq!(tree::files(&place.raw()).len(), 0);
    }
}

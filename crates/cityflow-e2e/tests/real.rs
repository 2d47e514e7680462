//! The program on real records of all six feeds: what it says of six days, and what an independent computation
//! of the contract says of them (`oracle/`). Skipped where the records are not there.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// Days with something of every feed among them.
const DAYS: [&str; 6] = ["2024-01-04", "2023-02-06", "2021-06-15", "2024-05-11", "2024-11-19", "2025-02-05"];

/// Days that the oracle checks beside those: clock changes, a day before, an export's own day, one late hour.
const MORE_DAYS: [&str; 6] = ["2024-01-05", "2023-02-05", "2023-03-26", "2023-10-29", "2023-12-17", "2026-06-20"];

const TYPES: [&str; 6] = ["bikes", "traffic", "weather", "comptages", "chantiers", "referentiel"];

/// Rows shown of each list: enough to see what changed, the digest sees the rest.
const SHOWN_ROWS: usize = 2;

/// The real bucket, when it is there.
fn bucket() -> Option<PathBuf> {
    let bucket = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/bucket");
    if bucket.is_dir() {
        return Some(bucket);
    }
    cityflow_e2e::machine::skipped(&format!("no real records at {}", bucket.display()));
    None
}

fn run(bucket: &Path, out: &Path, day: &str) {
    let ran = Command::new(cityflow_e2e::binary::path())
        .args(["run", "--quiet", "--date", day, "--raw"])
        .arg(bucket)
        .arg("--out")
        .arg(out)
        .output()
        .expect("the binary can be started");
    assert!(ran.status.success(), "{day}: {}", String::from_utf8_lossy(&ran.stderr));
    assert!(ran.stderr.is_empty(), "{day}: {}", String::from_utf8_lossy(&ran.stderr));
}

fn read(path: &Path) -> Option<Value> {
    let bytes = std::fs::read(path).ok()?;
    Some(serde_json::from_slice(&bytes).expect("results are JSON"))
}

/// A document small enough to read: lists and large maps cut, and the digest of the whole.
fn reduced(document: &Value) -> Value {
    let digest = Sha256::digest(document.to_string().as_bytes());
    let digest = digest.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    let mut shown = document.clone();
    cut(&mut shown);
    json!({ "sha256": digest, "shown": shown })
}

fn cut(value: &mut Value) {
    match value {
        Value::Array(items) => {
            let total = items.len();
            let is_plain = items.iter().all(|item| !item.is_object() && !item.is_array());
            if !is_plain && total > SHOWN_ROWS {
                items.truncate(SHOWN_ROWS);
                items.push(json!(format!("… {total} in all")));
            } else if total > 25 {
                *value = json!(format!("{total} values"));
                return;
            }
            items.iter_mut().for_each(cut);
        }
        Value::Object(map) => {
            let total = map.len();
            if total > 40 {
                let first: Map<_, _> = std::mem::take(map).into_iter().take(SHOWN_ROWS).collect();
                *map = first;
                map.insert("…".to_owned(), json!(format!("{total} in all")));
            }
            map.retain(|key, _| key != "geometrie");
            map.values_mut().for_each(cut);
        }
        _ => {}
    }
}

#[test]
fn the_six_days_say_what_they_said() {
    let Some(bucket) = bucket() else { return };
    let out = tempfile::tempdir().unwrap();
    for day in DAYS {
        run(&bucket, out.path(), day);
        for data_type in TYPES {
            // The network is the same on each day but for what counts on it.
            if data_type == "referentiel" && day != DAYS[0] {
                continue;
            }
            let path = out.path().join(format!("metrics/{data_type}_metrics_{day}.json"));
            if let Some(mut envelope) = read(&path) {
                assert_eq!((&envelope["data_type"], &envelope["date"]), (&json!(data_type), &json!(day)));
                let metrics = reduced(&envelope["metrics"].take());
                insta::assert_json_snapshot!(format!("{day}_{data_type}"), metrics);
            }
        }
        let mut report = read(&out.path().join(format!("reports/daily_report_{day}.json"))).unwrap();
        report.as_object_mut().unwrap().remove("generated_at");
        insta::assert_json_snapshot!(format!("{day}_report"), reduced(&report));
    }
}

#[test]
fn an_independent_computation_agrees_on_every_value() {
    let Some(bucket) = bucket() else { return };
    let out = tempfile::tempdir().unwrap();
    let days: Vec<&str> = DAYS.into_iter().chain(MORE_DAYS).collect();
    for day in &days {
        run(&bucket, out.path(), day);
    }
    let python = std::env::var("CITYFLOW_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let oracle = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle/compare.py");
    let compared = Command::new(python).arg(oracle).arg(&bucket).arg(out.path()).args(&days).output().unwrap();
    let said = String::from_utf8_lossy(&compared.stdout);
    assert!(compared.status.success(), "{said}{}", String::from_utf8_lossy(&compared.stderr));
    assert_eq!(said.matches(" values compared, 0 differences").count(), days.len(), "{said}");
}

#[test]
fn a_month_as_one_csv_says_what_its_days_say() {
    let Some(bucket) = bucket() else { return };
    let month = bucket.join("../extra/comptage-velo-2021-06.csv.gz");
    let day = "2021-06-15";
    let raw = tempfile::tempdir().unwrap();
    let folder = raw.path().join(format!("api/bikes/dt={day}"));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::copy(month, folder.join("comptage-velo-2021-06.csv.gz")).unwrap();
    let (of_month, of_days) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    run(raw.path(), of_month.path(), day);
    run(&bucket, of_days.path(), day);
    let summary = |out: &Path| read(&out.join(format!("metrics/bikes_metrics_{day}.json"))).unwrap();
    let (month, days) = (summary(of_month.path()), summary(of_days.path()));
    assert_eq!(month["metrics"]["summary"], days["metrics"]["summary"]);
    assert_eq!(month["metrics"]["summary"]["total_velos"], json!(135_802.0));
    let totals = |document: &Value| -> Vec<Value> {
        let rows = document["metrics"]["metrics"].as_array().unwrap();
        rows.iter().map(|row| json!([row["id_compteur"], row["profil_horaire"]])).collect()
    };
    assert_eq!(totals(&month), totals(&days));
}

//! Places that are not there, cannot be read, or cannot be written.

use std::fs;

use cityflow_e2e::binary::{self, exit, finish};
use cityflow_e2e::bucket::{BIKES, COUNTS, DAY, Place, WEATHER};
use cityflow_e2e::machine::{self, Frozen};
use cityflow_e2e::tree;

use crate::common::{NOW, Standing, results, run_stamped};

/// Changes what the road counts say, so that a run has files to write.
fn change_counts(place: &Place) {
    let content = String::from_utf8(place.object(COUNTS)).expect("the small bucket is text");
    place.put(COUNTS, &content.replace(";100.0;", ";777.0;"));
}

#[test]
fn a_bucket_that_is_not_there_is_named_and_nothing_is_touched() {
    let standing = Standing::new();
    let out = standing.place.out().display().to_string();
    let nowhere = standing.place.root().join("nowhere").display().to_string();
    let file = standing.place.raw().join(WEATHER).display().to_string();
    for (raw, words) in [
        (nowhere.as_str(), "no such folder"),
        (&file, "not a folder"),
        ("gopher://bucket", "gopher"),
        ("file://host/x", "file://host/x"),
    ] {
        for command in ["run", "process", "report"] {
            let outcome = binary::run(&[command, "--date", DAY, "--raw", raw, "--out", &out]).ends_with(exit::FAILED);
            outcome.says_only(&["error: ", raw, words]);
            assert_eq!(outcome.stdout, "");
        }
        binary::run(&["check", "--raw", raw, "--out", &out]).ends_with(exit::FAILED).says_only(&[raw, words]);
    }
    standing.untouched();
}

#[test]
fn a_configuration_file_that_is_not_there_is_named() {
    let outcome = binary::run(&["config", "--config", "/nowhere/cityflow.toml"]).ends_with(exit::FAILED);
    outcome.says_only(&["/nowhere/cityflow.toml", "cannot read"]);
}

#[test]
fn an_object_that_leads_nowhere_is_named() {
    let standing = Standing::new();
    let object = "api/bikes/dt=2024-01-05/gone.json";
    fs::create_dir_all(standing.place.raw().join("api/bikes/dt=2024-01-05")).unwrap();
    std::os::unix::fs::symlink("/nowhere/at/all.json", standing.place.raw().join(object)).unwrap();
    let outcome = run_stamped(&standing.place).ends_with(exit::FEED_IN_ERROR);
    outcome.says_only(&[object, "no such file"]);
    assert_eq!(standing.place.source(DAY, "bikes").0, "partiel");
    standing.nothing_half_written();
    fs::remove_file(standing.place.raw().join(object)).unwrap();
    run_stamped(&standing.place).ends_with(exit::DONE);
    standing.results_are_as_before();
}

#[test]
fn an_output_root_below_a_file_is_refused_in_one_sentence() {
    let place = Place::small();
    let out = place.raw().join(WEATHER).join("output").display().to_string();
    let raw = place.raw().display().to_string();
    let before = tree::files(&place.raw());
    let outcome = binary::run(&["run", "--date", DAY, "--raw", &raw, "--out", &out]).ends_with(exit::FAILED);
    outcome.says_only(&["error: ", &out, "is a file, not a folder"]);
    assert_eq!(tree::differences(&before, &tree::files(&place.raw())), [""; 0]);
}

#[test]
fn a_folder_that_stands_where_a_file_goes_costs_that_feed_alone() {
    let place = Place::small();
    let taken = place.out().join(format!("metrics/weather_metrics_{DAY}.json"));
    fs::create_dir_all(&taken).unwrap();
    let outcome = run_stamped(&place).ends_with(exit::FEED_IN_ERROR);
    outcome.says_only(&[&taken.display().to_string(), "a folder"]);
    for other in ["bikes", "traffic", "comptages", "chantiers", "referentiel"] {
        tree::json(&place.out().join(format!("metrics/{other}_metrics_{DAY}.json")));
    }
    assert_eq!(tree::leftovers(&place.out()), [""; 0]);
}

#[test]
fn no_permission_to_write_is_one_sentence_and_changes_nothing() {
    let place = Place::small();
    machine::chmod("a+rX,go-w", place.root());
    fs::create_dir(place.out()).unwrap();
    machine::chmod("a-w", &place.out());
    let Some(command) = machine::bound_by_permissions(&place.arguments(&["run", "--date", DAY])) else { return };
    let outcome = finish(command).ends_with(exit::FAILED);
    outcome.says_only(&["error: ", &place.out().display().to_string(), "permission denied"]);
    assert!(tree::files(&place.out()).is_empty());
    machine::chmod("u+w", &place.out());
}

#[test]
fn outputs_that_cannot_be_replaced_stand_and_the_feed_says_so() {
    let standing = Standing::new();
    change_counts(&standing.place);
    machine::chmod("a+rX,a-w", standing.place.root());
    let command = machine::bound_by_permissions(&standing.place.arguments(&["run", "--date", DAY]));
    if let Some(mut command) = command {
        let outcome = finish({
            command.env(NOW.0, NOW.1);
            command
        });
        let outcome = outcome.ends_with(exit::FEED_IN_ERROR);
        assert!(outcome.stderr.contains("processed/comptages"), "{}", outcome.stderr);
        assert!(outcome.stderr.contains("permission denied"), "{}", outcome.stderr);
        standing.untouched();
    }
    machine::chmod("u+w", standing.place.root());
}

#[test]
fn a_folder_that_not_even_root_can_change_keeps_what_stands_in_it() {
    let standing = Standing::new();
    let content = String::from_utf8(standing.place.object(WEATHER)).unwrap();
    standing.place.put(WEATHER, &content.replace("12.5", "13.5"));
    let metrics = standing.place.out().join("metrics");
    let Some(frozen) = Frozen::new(&metrics) else { return };
    let outcome = run_stamped(&standing.place);
    drop(frozen);
    let outcome = outcome.ends_with(exit::FEED_IN_ERROR);
    outcome.says_only(&[&format!("weather_metrics_{DAY}.json"), "permission denied"]);
    let after = standing.nothing_half_written();
    standing.stands(&after, &format!("metrics/weather_metrics_{DAY}.json"));
}

#[test]
fn an_object_that_may_not_be_read_is_named_and_read_once_it_may() {
    let standing = Standing::new();
    machine::chmod("a+rwX", standing.place.root());
    let object = standing.place.raw().join(COUNTS);
    // Another version of the object, or the lake would not need to read it.
    fs::write(&object, standing.place.object(COUNTS)).unwrap();
    machine::chmod("000", &object);
    let run = || {
        let mut command = machine::bound_by_permissions(&standing.place.arguments(&["run", "--date", DAY]))?;
        command.env(NOW.0, NOW.1);
        Some(finish(command))
    };
    let Some(outcome) = run() else { return };
    standing.holds_without("comptages", &outcome, COUNTS);
    outcome.says_only(&["permission denied"]);
    machine::chmod("644", &object);
    run().unwrap().ends_with(exit::DONE);
    standing.results_are_as_before();
}

#[test]
fn an_unreadable_bike_page_is_read_once_it_may() {
    let standing = Standing::new();
    machine::chmod("a+rwX", standing.place.root());
    let object = standing.place.raw().join(BIKES);
    machine::chmod("000", &object);
    let run = || {
        let mut command = machine::bound_by_permissions(&standing.place.arguments(&["run", "--date", DAY]))?;
        command.env(NOW.0, NOW.1);
        Some(finish(command))
    };
    let Some(outcome) = run() else { return };
    standing.holds_without("bikes", &outcome, BIKES);
    machine::chmod("644", &object);
    run().unwrap().ends_with(exit::DONE);
    standing.untouched();
}

/// Good run; new counts and a full disk; then room again. Copies of the outputs stand in `$4`.
const FULL_DISK: &str = r#"
"$1" run --date 2024-01-04 --raw "$2" --out "$5/output" --quiet >/dev/null || exit 91
cp -a "$5/output" "$4/first"
head -c 100m /dev/zero >"$5/ballast" 2>/dev/null
"$1" run --date 2024-01-04 --raw "$3" --out "$5/output"; echo "code $?"
cp -a "$5/output" "$4/full"
rm "$5/ballast"
"$1" run --date 2024-01-04 --raw "$3" --out "$5/output" --quiet >/dev/null || exit 92
cp -a "$5/output" "$4/roomy"
"#;

#[test]
fn a_full_disk_leaves_what_stood_and_a_later_run_makes_it_good() {
    let (old, new) = (Place::small(), Place::small());
    change_counts(&new);
    let (copies, disk) = (old.root().join("copies"), old.root().join("disk"));
    fs::create_dir(&copies).unwrap();
    fs::create_dir(&disk).unwrap();
    let paths = [binary::path(), old.raw(), new.raw(), copies.clone(), disk.clone()];
    let paths: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    let arguments: Vec<&str> = paths.iter().map(String::as_str).collect();
    let Some(outcome) = machine::on_small_disk(&disk, 4 << 20, FULL_DISK, &arguments) else { return };
    let outcome = outcome.ends_with(exit::DONE);
    assert!(outcome.stdout.contains("code 3"), "{}\n{}", outcome.stdout, outcome.stderr);
    for line in outcome.stderr.lines() {
        assert!(line.contains("no space left on the disk") && line.contains("output/"), "{line}");
    }
    assert!(outcome.stderr.contains("comptages"), "{}", outcome.stderr);
    let (first, full) = (tree::files(&copies.join("first")), tree::files(&copies.join("full")));
    assert_eq!(tree::leftovers(&copies.join("full")), [""; 0]);
    // A landing that began took its manifest away first, so that half a lake is never read. A partition is the old
    // one or the new one, whole; everything else stands.
    let roomy = tree::files(&copies.join("roomy"));
    for name in tree::differences(&first, &full) {
        let is_new = name.ends_with(".parquet") && full.get(&name) == roomy.get(&name);
        assert!(is_new || name == "processed/comptages/manifest.json", "{name}");
    }

    new.run_day().ends_with(exit::DONE);
    let undisturbed = without_stamps(&tree::files(&new.out()));
    assert_eq!(tree::differences(&undisturbed, &without_stamps(&roomy)), [""; 0]);
}

/// Results without the lines or members that hold a time stamp.
fn without_stamps(files: &std::collections::BTreeMap<String, Vec<u8>>) -> std::collections::BTreeMap<String, Vec<u8>> {
    let mut files = results(files);
    for bytes in files.iter_mut().filter(|(name, _)| tree::is_json(name)).map(|(_, bytes)| bytes) {
        let mut document: serde_json::Value = serde_json::from_slice(bytes).expect("results are JSON");
        for key in ["timestamp", "generated_at"] {
            document.as_object_mut().expect("results are objects").remove(key);
        }
        *bytes = document.to_string().into_bytes();
    }
    files
}

/// The first run ever, on a disk that is full.
const FULL_FROM_THE_START: &str = r#"
head -c 100m /dev/zero >"$3/ballast" 2>/dev/null
"$1" run --date 2024-01-04 --raw "$2" --out "$3/output"; code=$?
find "$3/output" -type f
exit $code
"#;

#[test]
fn a_disk_that_is_full_from_the_start_is_one_sentence() {
    let place = Place::small();
    let disk = place.root().join("disk");
    fs::create_dir(&disk).unwrap();
    let paths = [binary::path(), place.raw(), disk.clone()].map(|path| path.display().to_string());
    let arguments: Vec<&str> = paths.iter().map(String::as_str).collect();
    let Some(outcome) = machine::on_small_disk(&disk, 1 << 20, FULL_FROM_THE_START, &arguments) else { return };
    let outcome = outcome.ends_with(exit::FAILED);
    outcome.says_only(&["error: ", "no space left on the disk"]);
    assert_eq!(outcome.stdout, "", "no file is left");
}

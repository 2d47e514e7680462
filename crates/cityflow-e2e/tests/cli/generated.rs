//! Where `generate` and `demo` write, and where they do not.

use std::fs;
use std::path::Path;

use cityflow_e2e::binary::{self, Outcome, exit, finish};
use cityflow_e2e::bucket::Place;
use cityflow_e2e::tree;

/// The smallest city.
const CITY: [&str; 4] = ["--arcs", "40", "--counters", "12"];

fn generate(raw: &str, more: &[&str]) -> Outcome {
    binary::run(&[&["generate", "--days", "2", "--raw", raw], CITY.as_slice(), more].concat())
}

fn marker(folder: &Path) -> String {
    fs::read_to_string(folder.join(tree::GENERATED)).expect("a generated folder is marked")
}

#[test]
fn a_folder_of_somebody_elses_is_left_alone_with_a_hint() {
    for command in ["generate", "demo"] {
        let place = Place::small();
        let before = tree::files(place.root());
        let outcome = place.run(&[&[command, "--days", "2"], CITY.as_slice()].concat()).ends_with(exit::FAILED);
        let lines: Vec<&str> = outcome.stderr.lines().collect();
        assert!(lines[0].starts_with("error: ") && lines[0].contains("bucket"), "{}", outcome.stderr);
        assert!(lines[1].is_empty() && lines[2].starts_with("hint: "), "{}", outcome.stderr);
        assert_eq!(tree::differences(&before, &tree::files(place.root())), [""; 0], "{command}");
    }
}

#[test]
fn another_city_takes_the_place_of_the_one_that_was_generated() {
    let (place, fresh) = (Place::empty(), Place::empty());
    let raw = |place: &Place| place.raw().display().to_string();
    generate(&raw(&place), &["--end", "2025-10-01"]).ends_with(exit::DONE);
    for place in [&place, &fresh] {
        generate(&raw(place), &["--end", "2025-11-04"]).ends_with(exit::DONE);
    }
    assert_eq!(tree::differences(&tree::files(&place.raw()), &tree::files(&fresh.raw())), [""; 0]);
    assert_eq!(marker(&place.raw()), "seed=75 arcs=40 counters=12 days=2 end=2025-11-04\n");
}

#[test]
fn a_file_url_is_the_folder_it_names_and_another_scheme_is_refused() {
    let place = Place::empty();
    let raw = place.root().join("a city");
    let location = format!("file://{}", raw.display()).replace(' ', "%20");
    generate(&location, &[]).ends_with(exit::DONE);
    assert!(raw.join("api").is_dir());
    for command in ["generate", "demo"] {
        let mut refused = binary::command(&[command, "--days", "2", "--raw", "s3://bucket/raw"]);
        refused.current_dir(place.raw());
        finish(refused).ends_with(exit::FAILED).says_only(&["s3", "file:///"]);
    }
    assert!(tree::files(&place.raw()).is_empty());
}

#[test]
fn the_demonstration_stays_out_of_the_configured_folders() {
    let place = Place::small();
    let before = tree::files(&place.raw());
    fs::write(place.root().join("cityflow.toml"), "raw = \"bucket\"\nout = \"output\"\n").unwrap();
    let demo = |more: &[&str]| {
        let days = ["demo", "--days", "2", "--compute", "1"];
        let mut command = binary::command(&[&days, CITY.as_slice(), more].concat());
        command.current_dir(place.root()).env("CITYFLOW_RAW", "bucket").env("CITYFLOW_OUT", "output");
        finish(command)
    };
    demo(&[]).ends_with(exit::DONE);
    let out = place.root().join("demo/output");
    let report = |date: &str| out.join(format!("reports/daily_report_{date}.json"));
    assert!(report("2025-11-04").is_file());
    // The same city again: what stands there stays. Another: it goes.
    fs::write(out.join("note"), "mine").unwrap();
    demo(&[]).ends_with(exit::DONE);
    assert!(out.join("note").is_file() && report("2025-11-04").is_file());
    demo(&["--end", "2025-10-01"]).ends_with(exit::DONE);
    assert!(!out.join("note").exists() && !report("2025-11-04").exists() && report("2025-10-01").is_file());
    assert_eq!(marker(&out), marker(&place.root().join("demo/bucket")));

    let same = place.root().join("one");
    let same = same.display().to_string();
    let outcome = demo(&["--raw", &same, "--out", &same]).ends_with(exit::FAILED);
    outcome.says_only(&["side by side"]);
    assert_eq!(tree::differences(&before, &tree::files(&place.raw())), [""; 0]);
    assert!(!place.out().exists());
}

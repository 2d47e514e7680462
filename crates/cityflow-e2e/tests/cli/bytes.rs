//! The same bucket gives the same bytes, however it is asked.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use cityflow_e2e::binary::{exit, finish};
use cityflow_e2e::bucket::{DAY, Place};
use cityflow_e2e::tree;

const NOW: (&str, &str) = ("CITYFLOW_NOW", "2025-01-01T00:00:00Z");

/// Runs with a fixed clock, from nothing, and gives every file.
fn outputs(place: &Place, commands: &[&[&str]]) -> BTreeMap<String, Vec<u8>> {
    if place.out().exists() {
        fs::remove_dir_all(place.out()).expect("the output of a test can be removed");
    }
    for arguments in commands {
        let mut command = place.command(arguments);
        command.env(NOW.0, NOW.1);
        finish(command).ends_with(exit::DONE);
    }
    tree::files(&place.out())
}

#[test]
fn running_a_day_twice_gives_the_same_bytes_though_the_clock_moves() {
    let place = Place::small();
    place.run_day().ends_with(exit::DONE);
    let first = tree::files(&place.out());
    std::thread::sleep(Duration::from_millis(1100));
    place.run_day().ends_with(exit::DONE);
    assert_eq!(tree::differences(&first, &tree::files(&place.out())), [""; 0]);
}

#[test]
fn one_thread_and_four_give_the_same_bytes() {
    let place = Place::generated();
    let run = |threads| outputs(&place, &[&["run", "--date", "2025-11-04", "--threads", threads]]);
    assert_eq!(tree::differences(&run("1"), &run("4")), [""; 0]);
}

#[test]
fn a_backfill_gives_the_same_bytes_as_single_runs_in_any_order() {
    let place = Place::generated();
    let days = ["2025-10-25", "2025-10-26", "2025-10-27", "2025-10-28"];
    let span = outputs(&place, &[&["backfill", "--from", days[0], "--to", days[3]]]);
    assert_eq!(span.keys().filter(|name| name.starts_with("reports/")).count(), 8, "{:?}", span.keys());
    let run = |order: [usize; 4]| {
        let commands = order.map(|at| ["run", "--date", days[at]]);
        outputs(&place, &commands.each_ref().map(<[&str; 3]>::as_slice))
    };
    assert_eq!(tree::differences(&span, &run([0, 1, 2, 3])), [""; 0]);
    assert_eq!(tree::differences(&span, &run([3, 1, 0, 2])), [""; 0]);
}

#[test]
fn the_report_command_writes_the_report_of_a_run() {
    let place = Place::generated();
    let run = outputs(&place, &[&["run", "--date", "2025-11-04"]]);
    let report = outputs(&place, &[&["report", "--date", "2025-11-04"]]);
    let of = |files: &BTreeMap<String, Vec<u8>>| {
        let mut files = files.clone();
        files.retain(|name, _| name.starts_with("reports/"));
        files
    };
    assert_eq!(of(&report).len(), 2);
    assert_eq!(tree::differences(&of(&run), &of(&report)), [""; 0]);
    assert!(!report.keys().any(|name| name.starts_with("metrics/")), "a report touches no metrics");
}

#[test]
fn processing_one_type_writes_that_file_alone_and_as_a_run_would() {
    let place = Place::small();
    let whole = outputs(&place, &[&["run", "--date", DAY]]);
    let weather = outputs(&place, &[&["process", "--type", "weather", "--date", DAY]]);
    let name = format!("metrics/weather_metrics_{DAY}.json");
    assert_eq!(weather.keys().collect::<Vec<_>>(), [&name]);
    assert!(weather[&name] == whole[&name]);

    let all = outputs(&place, &[&["process", "--date", DAY]]);
    assert!(!all.keys().any(|name| name.starts_with("reports/")));
    assert!(all.iter().all(|(name, bytes)| whole.get(name) == Some(bytes)));
    assert_eq!(all.keys().filter(|name| name.starts_with("metrics/")).count(), 6);

    let two = outputs(&place, &[&["process", "--type", "weather", "--type", "traffic", "--date", DAY]]);
    assert_eq!(two.len(), 2, "{:?}", two.keys());
}

#[test]
fn observations_are_written_as_csv_on_request() {
    let place = Place::small();
    let outcome = place.run(&["run", "--date", DAY, "--csv", "--json"]).ends_with(exit::DONE);
    assert_eq!(outcome.json()["csv"].as_array().map(Vec::len), Some(2));
    for (data_type, rows) in [("bikes", 72), ("comptages", 96)] {
        let path = place.out().join(format!("processed/{data_type}_{DAY}.csv"));
        let text = fs::read_to_string(path).unwrap();
        assert_eq!(text.lines().count(), 1 + rows, "{data_type}: a header and its rows");
    }
}

#[test]
fn settings_come_from_flags_over_environment_over_file() {
    let place = Place::small();
    let file = place.root().join("cityflow.toml");
    let text = "raw = \"from-file\"\nout = \"out-file\"\nthreads = 3\nthraeds = 2\n[city]\ncity_zone = \"Europe/Paris\"\nzoom = 1\n";
    fs::write(&file, text).unwrap();
    let mut command =
        cityflow_e2e::binary::command(&["config", "--json", "--threads", "2", "--config", &file.display().to_string()]);
    command.env("CITYFLOW_OUT", "out-env").env("CITYFLOW_THREADS", "7");
    let outcome = finish(command).ends_with(exit::DONE);
    let config = outcome.json();
    assert_eq!(config["config"]["raw"], "from-file");
    assert_eq!(config["config"]["out"], "out-env");
    assert_eq!(config["config"]["threads"], 2);
    let file = format!("file {}", file.display());
    assert_eq!(config["origins"]["raw"], file);
    assert_eq!(config["origins"]["out"], "env CITYFLOW_OUT");
    assert_eq!(config["origins"]["threads"], "flag --threads");
    assert_eq!(config["origins"]["city.city_zone"], file);
    assert_eq!(config["origins"]["city.weather_unit_group"], "default");
    assert_eq!(config["unknown_keys"], serde_json::json!(["city.zoom", "thraeds"]));
    for key in ["city.zoom", "thraeds"] {
        assert!(outcome.stderr.contains(&format!("unknown configuration key: {key}")), "{}", outcome.stderr);
    }
}

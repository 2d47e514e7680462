//! What is refused, and how: the sentence says what would be right.

use std::fs;

use cityflow_e2e::binary::{self, exit, finish};
use cityflow_e2e::bucket::{DAY, Place, TYPES};
use cityflow_e2e::tree;

#[test]
fn a_day_without_data_names_the_nearest_days() {
    let place = Place::small();
    // Undated feeds are there on every day; a dated one has to speak of it.
    for (date, nearest) in [("2024-02-01", DAY), ("2023-12-01", "2024-01-03")] {
        for command in ["run", "report", "process"] {
            let outcome = place.run(&[command, "--date", date]).ends_with(exit::FAILED);
            outcome.says_only(&["error: ", date, "nearest", nearest]);
            assert_eq!(outcome.stdout, "");
        }
        let outcome = place.run(&["backfill", "--from", date, "--to", date]).ends_with(exit::FAILED);
        outcome.says_only(&[date, nearest]);
    }
    let files = tree::files(&place.out());
    assert!(
        !files.keys().any(|name| name.starts_with("metrics/") || name.starts_with("reports/")),
        "{:?}",
        files.keys()
    );
}

#[test]
fn a_day_between_two_with_data_names_both() {
    let place = Place::small();
    place.put("api/weather/dt=2024-03-01/open-meteo.json", "{}");
    let outcome = place.run(&["run", "--date", "2024-02-01"]).ends_with(exit::FAILED);
    outcome.says_only(&["2024-02-01", DAY, "2024-03-01"]);
}

#[test]
fn an_empty_bucket_has_no_day_to_name() {
    let place = Place::empty();
    let outcome = place.run_day().ends_with(exit::FAILED);
    outcome.says_only(&["error: ", DAY, &place.raw().display().to_string()]);
    assert!(tree::files(&place.out()).is_empty());
}

#[test]
fn a_wrong_date_says_what_would_be_right() {
    let place = Place::small();
    for date in ["04/01/2024", "2024-02-30", "today", ""] {
        let outcome = place.run(&["run", "--date", date]).ends_with(exit::USAGE);
        assert!(outcome.stderr.contains("YYYY-MM-DD"), "{}", outcome.stderr);
        assert_eq!(outcome.stdout, "");
    }
    assert!(!place.out().exists());
}

#[test]
fn an_unknown_type_is_refused_with_the_six_that_are_known() {
    let place = Place::small();
    let outcome = place.run(&["process", "--type", "velos", "--date", DAY]).ends_with(exit::USAGE);
    for data_type in TYPES {
        assert!(outcome.stderr.contains(data_type), "{}", outcome.stderr);
    }
}

#[test]
fn days_in_the_wrong_order_are_refused() {
    let place = Place::small();
    let outcome = place.run(&["backfill", "--from", "2024-01-05", "--to", DAY]).ends_with(exit::FAILED);
    outcome.says_only(&["2024-01-05", DAY]);
}

#[test]
fn a_command_or_flag_that_is_missing_or_unknown_is_wrong_usage() {
    for arguments in [&[][..], &["fly"], &["run"], &["run", "--date", DAY, "--colour"], &["completions", "ksh"]] {
        let outcome = binary::run(arguments).ends_with(exit::USAGE);
        assert!(!outcome.stderr.is_empty());
    }
}

#[test]
fn a_variable_or_a_file_that_makes_no_sense_is_named() {
    let place = Place::small();
    let mut command = place.command(&["config"]);
    command.env("CITYFLOW_THREADS", "many");
    finish(command).ends_with(exit::FAILED).says_only(&["CITYFLOW_THREADS", "many", "whole number"]);
    let file = place.root().join("broken.toml");
    fs::write(&file, "threads = \"many\"\n").unwrap();
    let outcome = place.run(&["config", "--config", &file.display().to_string()]).ends_with(exit::FAILED);
    assert!(outcome.stderr.contains("broken.toml"), "{}", outcome.stderr);
    let mut command = place.command(&["run", "--date", DAY]);
    command.env("CITYFLOW_NOW", "yesterday");
    finish(command).ends_with(exit::FAILED).says_only(&["CITYFLOW_NOW", "yesterday", "2025-01-01T00:00:00Z"]);
    assert!(!place.out().exists());
    let mut command = place.command(&["run", "--date", DAY]);
    command.env("CITYFLOW_CITY_ZONE", "Europe/Lutetia");
    finish(command).ends_with(exit::FAILED).says_only(&["Europe/Lutetia"]);
}

#[test]
fn help_and_version_go_to_standard_output_and_tell_the_exit_codes() {
    let help = binary::run(&["--help"]).ends_with(exit::DONE);
    assert!(help.stdout.contains("3 done with a feed in error"), "{}", help.stdout);
    assert_eq!(help.stderr, "");
    assert!(binary::run(&["--version"]).ends_with(exit::DONE).stdout.starts_with("cityflow "));
}

#[test]
fn a_completion_script_is_printed_for_every_shell() {
    for (shell, mark) in
        [("bash", "complete -F _cityflow"), ("zsh", "#compdef cityflow"), ("fish", "complete -c cityflow")]
    {
        let outcome = binary::run(&["completions", shell]).ends_with(exit::DONE);
        assert!(outcome.stdout.contains(mark), "{shell}");
        assert!(outcome.stdout.contains("backfill"), "{shell}");
        assert_eq!(outcome.stderr, "");
    }
}

#[test]
fn nothing_is_coloured_where_no_terminal_is() {
    let place = Place::small();
    place.put("api/weather/dt=2024-01-04/broken.json", "");
    for variable in [None, Some(("NO_COLOR", "1"))] {
        for arguments in
            [&["run", "--date", DAY][..], &["check"], &["config"], &["run", "--date", "1999-01-01"], &["--help"]]
        {
            let mut command = place.command(arguments);
            command.envs(variable);
            let outcome = finish(command);
            for text in [&outcome.stdout, &outcome.stderr] {
                assert!(!text.contains('\u{1b}') && !text.contains('\r'), "{arguments:?}: {text:?}");
            }
        }
    }
}

#[test]
fn a_quiet_run_that_went_well_says_nothing_on_standard_error() {
    let place = Place::small();
    for flags in [&["--quiet"][..], &[]] {
        let outcome = place.run(&[&["run", "--date", DAY], flags].concat()).ends_with(exit::DONE);
        assert_eq!(outcome.stderr, "");
    }
}

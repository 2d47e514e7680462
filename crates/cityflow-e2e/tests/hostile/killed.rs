//! A run that is killed at any moment leaves nothing that a later run cannot make good.

use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use cityflow_e2e::binary::{exit, finish};
use cityflow_e2e::bucket::Place;
use cityflow_e2e::tree;

use crate::common::NOW;

/// Last day of the generated city.
const LAST_DAY: &str = "2025-11-04";
/// How often a run is killed.
const TRIES: u32 = 30;
/// Kills in a row, each on what the one before left, until a run is let through.
const KILLS_IN_A_ROW: u32 = 3;
/// Leftovers older than an hour are swept; this is older.
const LONG_AGO: Duration = Duration::from_hours(2);

fn run(place: &Place) -> std::process::Command {
    let mut command = place.command(&["run", "--date", LAST_DAY, "--quiet"]);
    command.env(NOW.0, NOW.1).stdout(std::process::Stdio::null());
    command
}

/// Makes leftovers look old, as they are when the next night's run finds them.
fn age_leftovers(out: &Path) {
    for name in tree::leftovers(out) {
        let file = File::options().write(true).open(out.join(name)).expect("a leftover can be opened");
        file.set_modified(SystemTime::now() - LONG_AGO).expect("its time can be set");
    }
}

#[test]
fn a_run_killed_at_any_moment_is_made_good_by_the_next() {
    let place = Place::generated();
    let start = Instant::now();
    finish(run(&place)).ends_with(exit::DONE);
    let whole = start.elapsed();
    let undisturbed = tree::files(&place.out());

    let mut killed = 0;
    for attempt in 0..TRIES {
        if attempt % KILLS_IN_A_ROW == 0 {
            fs::remove_dir_all(place.out()).expect("the output of a test can be removed");
        }
        let mut child = run(&place).spawn().expect("the binary can be started");
        // Moments spread over the whole run, each moved a little by chance.
        let jitter =
            SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |now| now.subsec_nanos() % 1000);
        // 7 and 30 have no common factor: early and late moments alternate.
        let share = (f64::from(attempt * 7 % TRIES) + f64::from(jitter) / 1000.0) / f64::from(TRIES);
        // A run that finds a part of the lake is quicker.
        let expected = if attempt % KILLS_IN_A_ROW == 0 { whole } else { whole / 2 };
        std::thread::sleep(expected.mul_f64(share));
        child.kill().expect("a child can be killed");
        killed += u32::from(child.wait().expect("a child ends").code().is_none());

        // Whatever stands under its own name is whole.
        let names = tree::leftovers(&place.out());
        for (name, bytes) in tree::files(&place.out()) {
            let is_final = !names.contains(&name) && !name.ends_with("manifest.json");
            assert!(!is_final || undisturbed.get(&name) == Some(&bytes), "{name} was half-written in try {attempt}");
        }
        if (attempt + 1) % KILLS_IN_A_ROW > 0 {
            continue;
        }
        age_leftovers(&place.out());
        finish(run(&place)).ends_with(exit::DONE);
        let after = tree::files(&place.out());
        assert_eq!(tree::differences(&undisturbed, &after), [""; 0], "try {attempt}, killed at {share:.3}");
    }
    assert!(killed >= TRIES / 3, "only {killed} of {TRIES} runs were killed in time");
}

//! A raw bucket small enough to understand: one day, one object of each feed.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::binary::{self, Outcome};
use crate::{feeds, tree};

/// The day that the small bucket speaks of.
pub const DAY: &str = "2024-01-04";

/// The six data types.
pub const TYPES: [&str; 6] = ["bikes", "traffic", "weather", "comptages", "chantiers", "referentiel"];

/// Road counts of the small bucket.
pub const COUNTS: &str = "batch/comptages_routiers/comptages-2024-01.csv";
/// Bike counters of the small bucket.
pub const BIKES: &str = "api/bikes/dt=2024-01-04/compteurs.json";
/// Transit disruptions of the small bucket.
pub const TRAFFIC: &str = "api/traffic_ratp/dt=2024-01-04/disruptions_bulk_v2.json";
/// Weather of the small bucket.
pub const WEATHER: &str = "api/weather/dt=2024-01-04/open-meteo.json";
/// Roadworks of the small bucket.
pub const WORKS: &str = "batch/chantiers/chantiers_2024-01-02.csv";
/// Road network reference of the small bucket.
pub const REFERENCE: &str = "batch/referentiel_voies/referentiel.csv";

/// A raw bucket and an output root of one test, gone with it.
#[derive(Debug)]
pub struct Place {
    folder: TempDir,
}

impl Place {
    /// Nothing in it.
    pub fn empty() -> Self {
        let place = Self { folder: tempfile::tempdir().expect("a temporary folder can be made") };
        fs::create_dir(place.raw()).expect("the raw folder can be made");
        place
    }

    /// Six feeds of [`DAY`], and road counts and bikes of the day before.
    pub fn small() -> Self {
        let place = Self::empty();
        place.put(COUNTS, &feeds::counts(&["2024-01-03", DAY], &["1001", "1002", "1003", "1004"]));
        place.put(BIKES, &feeds::bikes(&["2024-01-03", DAY]));
        place.put(TRAFFIC, &feeds::disruptions(DAY));
        place.put(WEATHER, &feeds::weather(DAY));
        place.put(WORKS, &feeds::works());
        place.put(REFERENCE, &feeds::reference(&["1001", "1002", "1003", "1004"]));
        place
    }

    /// A generated city of 30 days that end on 2025-11-04: all feeds, all dialects, planted faults.
    pub fn generated() -> Self {
        let place = Self::empty();
        place.run(&["generate", "--days", "30", "--arcs", "60", "--counters", "12"]).ends_with(binary::exit::DONE);
        place
    }

    /// The folder that holds the bucket and the output.
    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// The raw bucket.
    pub fn raw(&self) -> PathBuf {
        self.root().join("bucket")
    }

    /// The output root.
    pub fn out(&self) -> PathBuf {
        self.root().join("output")
    }

    /// Writes an object.
    pub fn put(&self, object: &str, content: &str) {
        self.put_bytes(object, content.as_bytes());
    }

    /// Writes an object of any bytes.
    pub fn put_bytes(&self, object: &str, content: &[u8]) {
        let path = self.raw().join(object);
        fs::create_dir_all(path.parent().expect("an object lies in a folder")).expect("its folder can be made");
        fs::write(path, content).expect("an object can be written");
    }

    /// The bytes of an object.
    pub fn object(&self, object: &str) -> Vec<u8> {
        fs::read(self.raw().join(object)).expect("the object is there")
    }

    /// Removes an object.
    pub fn remove(&self, object: &str) {
        fs::remove_file(self.raw().join(object)).expect("the object is there");
    }

    /// Arguments followed by where the bucket and the output are.
    pub fn arguments(&self, arguments: &[&str]) -> Vec<String> {
        let mut all: Vec<String> = arguments.iter().map(|&text| text.to_owned()).collect();
        all.extend([
            "--raw".into(),
            self.raw().display().to_string(),
            "--out".into(),
            self.out().display().to_string(),
        ]);
        all
    }

    /// A command on this bucket and output.
    pub fn command(&self, arguments: &[&str]) -> std::process::Command {
        let all = self.arguments(arguments);
        binary::command(&all.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Runs the binary on this bucket and output.
    pub fn run(&self, arguments: &[&str]) -> Outcome {
        binary::finish(self.command(arguments))
    }

    /// `run --date` of [`DAY`].
    pub fn run_day(&self) -> Outcome {
        self.run(&["run", "--date", DAY])
    }

    /// `statut` and `message` of a feed in the report of a day.
    #[track_caller]
    pub fn source(&self, date: &str, data_type: &str) -> (String, String) {
        let report = tree::json(&self.out().join(format!("reports/daily_report_{date}.json")));
        let source = &report["sources"][data_type];
        let text = |key: &str| source[key].as_str().unwrap_or_default().to_owned();
        (text("statut"), text("message"))
    }
}

//! A good run, a damage, and what has to hold afterwards.

use std::collections::BTreeMap;

use cityflow_e2e::binary::{Outcome, exit, finish};
use cityflow_e2e::bucket::{DAY, Place, TYPES};
use cityflow_e2e::tree;

/// The instant that every run here is stamped with, so that files can be compared whole.
pub(crate) const NOW: (&str, &str) = ("CITYFLOW_NOW", "2025-01-01T00:00:00Z");

/// A day of the small bucket, stamped with [`NOW`].
pub(crate) fn run_stamped(place: &Place) -> Outcome {
    let mut command = place.command(&["run", "--date", DAY]);
    command.env(NOW.0, NOW.1);
    finish(command)
}

/// A small bucket whose outputs stand.
pub(crate) struct Standing {
    pub(crate) place: Place,
    pub(crate) before: BTreeMap<String, Vec<u8>>,
}

impl Standing {
    pub(crate) fn new() -> Self {
        Self::of(Place::small())
    }

    pub(crate) fn of(place: Place) -> Self {
        run_stamped(&place).ends_with(exit::DONE);
        let before = tree::files(&place.out());
        assert!(before.len() > 10, "a good run stores its files: {:?}", before.keys());
        Self { place, before }
    }

    /// After a run in which every object of `data_type` was in error.
    #[track_caller]
    pub(crate) fn holds_without(&self, data_type: &str, outcome: &Outcome, object: &str) {
        assert_eq!(outcome.code, Some(exit::FEED_IN_ERROR), "{}\n{}", outcome.stdout, outcome.stderr);
        let sentence = outcome.says_only(&[object]);
        assert!(sentence.len() < 600, "a sentence, not a dump: {sentence}");
        let after = self.nothing_half_written();
        for other in TYPES {
            let (status, message) = self.place.source(DAY, other);
            if other == data_type {
                assert_eq!(status, "erreur");
                assert!(message.contains(object), "{message}");
            } else {
                assert_eq!(status, "ok", "{other}");
                // Road counts say that they do without the reference's lengths and places.
                let does_without = (other, data_type) == ("comptages", "referentiel");
                assert_eq!(message.contains(object), does_without, "{other}: {message}");
                assert_eq!(message.is_empty(), !does_without, "{other}: {message}");
            }
            // The reference says which arcs count, and counts take lengths from it: those two read each other.
            let pair = ["comptages", "referentiel"];
            if other == data_type || !(pair.contains(&other) && pair.contains(&data_type)) {
                self.stands(&after, &format!("metrics/{other}_metrics_{DAY}.json"));
            }
        }
        for name in self.before.keys().filter(|name| name.ends_with(".parquet")) {
            self.stands(&after, name);
        }
    }

    /// Nothing that stood is gone and no temporary file is left; gives the files.
    #[track_caller]
    pub(crate) fn nothing_half_written(&self) -> BTreeMap<String, Vec<u8>> {
        assert_eq!(tree::leftovers(&self.place.out()), Vec::<String>::new());
        let after = tree::files(&self.place.out());
        let gone: Vec<&String> =
            self.before.keys().filter(|name| !after.contains_key(*name) && !name.ends_with("manifest.json")).collect();
        assert!(gone.is_empty(), "gone: {gone:?}");
        for (name, bytes) in after.iter().filter(|(name, _)| tree::is_json(name)) {
            assert!(serde_json::from_slice::<serde_json::Value>(bytes).is_ok(), "{name} is not whole");
        }
        after
    }

    /// A file stands as it stood.
    #[track_caller]
    pub(crate) fn stands(&self, after: &BTreeMap<String, Vec<u8>>, name: &str) {
        assert!(self.before.contains_key(name), "{name} did not stand before");
        assert!(after.get(name) == self.before.get(name), "{name} has changed");
    }

    /// Every result (metrics and reports) is what it was.
    #[track_caller]
    pub(crate) fn results_are_as_before(&self) {
        assert_eq!(tree::differences(&results(&self.before), &results(&tree::files(&self.place.out()))), [""; 0]);
    }

    /// Nothing at all has changed.
    #[track_caller]
    pub(crate) fn untouched(&self) {
        assert_eq!(tree::differences(&self.before, &tree::files(&self.place.out())), [""; 0]);
    }
}

/// Metrics and reports. (Manifests and partitions name the raw objects' versions, which a repair changes.)
pub(crate) fn results(files: &BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    let is_result = |name: &str| name.starts_with("metrics/") || name.starts_with("reports/");
    files.iter().filter(|(name, _)| is_result(name)).map(|(name, bytes)| (name.clone(), bytes.clone())).collect()
}

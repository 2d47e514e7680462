//! The six feeds. Each folder has the same files: `reader` (lenient), `raw` (the wire shape), `record` (the
//! domain type and the one conversion into it), `issues` (the rules a row can break) and `metrics` (the day).
//! Feeds never import one another; what joins them lives above.

pub mod comptages;
pub mod referentiel;

use std::sync::Arc;

use crate::quality::{DatedIssues, Rule};

/// What reading one object gave, beside the records that went to the sink.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Data rows (records) of the object, good and bad.
    pub rows: u64,
    /// What was wrong with them.
    pub issues: DatedIssues,
}

impl Reading {
    /// Counts an issue of the object that no row bears (line 1).
    pub fn note_object(&mut self, rule: Rule, object: &Arc<str>, text: &str) {
        self.issues.note(None, rule, object, 1, text);
    }
}

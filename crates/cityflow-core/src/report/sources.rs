//! Where each feed stands on a day.

use std::fmt;

use serde::{Deserialize, Serialize};

/// `statut` of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceStatus {
    /// Everything that was there could be read and is whole.
    Ok,
    /// An object was in error, a page is missing, or an export is stale.
    Partiel,
    /// No row of the day.
    Absent,
    /// None of its objects could be read.
    Erreur,
}

impl fmt::Display for SourceStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ok => "ok",
            Self::Partiel => "partiel",
            Self::Absent => "absent",
            Self::Erreur => "erreur",
        })
    }
}

/// One entry of `sources{}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceState {
    /// Where it stands.
    pub statut: SourceStatus,
    /// Coverage of the day, percent; null where the feed has no expected hours.
    pub couverture: Option<f64>,
    /// What there is to say of it.
    pub message: Option<String>,
}

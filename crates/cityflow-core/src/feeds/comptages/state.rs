//! The two states of a link: of its traffic, which follows from the occupancy, and the one the city declares.

use serde::{Deserialize, Serialize};

use crate::text::fold;

/// Occupancy from which traffic is `Pré-saturé`, percent (thresholds of the city's dataset notice).
pub const DENSE_OCCUPANCY: f64 = 15.0;
/// Occupancy from which traffic is `Saturé`, percent; a link whose mean reaches it is a saturated one.
pub const SATURATED_OCCUPANCY: f64 = 30.0;
/// Occupancy from which traffic is `Bloqué`, percent.
pub const BLOCKED_OCCUPANCY: f64 = 50.0;

/// State of the traffic in one hour, from best to worst behind the unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum TrafficState {
    /// No occupancy.
    #[serde(rename = "Inconnu")]
    Unknown,
    /// Occupancy in [0, 15).
    #[serde(rename = "Fluide")]
    Fluid,
    /// Occupancy in [15, 30).
    #[serde(rename = "Pré-saturé")]
    Dense,
    /// Occupancy in [30, 50).
    #[serde(rename = "Saturé")]
    Saturated,
    /// Occupancy in [50, 100].
    #[serde(rename = "Bloqué")]
    Blocked,
}

impl TrafficState {
    /// The state that an occupancy (percent) makes.
    pub fn of(occupancy: Option<f64>) -> Self {
        match occupancy {
            None => Self::Unknown,
            Some(k) if k < DENSE_OCCUPANCY => Self::Fluid,
            Some(k) if k < SATURATED_OCCUPANCY => Self::Dense,
            Some(k) if k < BLOCKED_OCCUPANCY => Self::Saturated,
            Some(_) => Self::Blocked,
        }
    }

    /// Reads a state as a file writes it: a word, with or without accents and capitals, or a code 0..4.
    pub fn parse(text: &str) -> Option<Self> {
        // The published spellings come first: folding allocates, and every row passes here.
        Some(match text {
            "Inconnu" | "0" => Self::Unknown,
            "Fluide" | "1" => Self::Fluid,
            "Pré-saturé" | "2" => Self::Dense,
            "Saturé" | "3" => Self::Saturated,
            "Bloqué" | "4" => Self::Blocked,
            "" => return None,
            _ => match fold(code_or_word(text)).as_str() {
                "inconnu" | "0" => Self::Unknown,
                "fluide" | "1" => Self::Fluid,
                "pre sature" | "presature" | "2" => Self::Dense,
                "sature" | "3" => Self::Saturated,
                "bloque" | "4" => Self::Blocked,
                _ => return None,
            },
        })
    }
}

/// State that the city declares for a link (`Etat arc`, `etat_barre`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum LinkState {
    /// Code 0.
    #[serde(rename = "Inconnu")]
    Unknown,
    /// Code 1: open to traffic.
    #[serde(rename = "Ouvert")]
    Open,
    /// Code 2: closed to traffic; it may still count some.
    #[serde(rename = "Barré")]
    Closed,
    /// Code 3: the normal value of most rows, good counts included.
    #[serde(rename = "Invalide")]
    Invalid,
}

impl LinkState {
    /// The published word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "Inconnu",
            Self::Open => "Ouvert",
            Self::Closed => "Barré",
            Self::Invalid => "Invalide",
        }
    }

    /// Reads a state as a file writes it: a word, with or without accents and capitals, or a code 0..3.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "Inconnu" | "0" => Self::Unknown,
            "Ouvert" | "1" => Self::Open,
            "Barré" | "2" => Self::Closed,
            "Invalide" | "3" => Self::Invalid,
            "" => return None,
            _ => match fold(code_or_word(text)).as_str() {
                "inconnu" | "0" => Self::Unknown,
                "ouvert" | "1" => Self::Open,
                "barre" | "2" => Self::Closed,
                "invalide" | "3" => Self::Invalid,
                _ => return None,
            },
        })
    }
}

/// A code that a spreadsheet or data frame turned into `2.0` is the code 2.
fn code_or_word(text: &str) -> &str {
    text.trim().strip_suffix(".0").unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_follows_the_occupancy_and_each_threshold_belongs_to_the_worse() {
        let state = |k: f64| TrafficState::of(Some(k));
        assert_eq!(TrafficState::of(None), TrafficState::Unknown);
        assert_eq!((state(0.0), state(14.999)), (TrafficState::Fluid, TrafficState::Fluid));
        assert_eq!((state(15.0), state(29.999)), (TrafficState::Dense, TrafficState::Dense));
        assert_eq!((state(30.0), state(49.999)), (TrafficState::Saturated, TrafficState::Saturated));
        assert_eq!((state(50.0), state(100.0)), (TrafficState::Blocked, TrafficState::Blocked));
    }

    #[test]
    fn states_are_read_as_words_without_accents_or_case_and_as_codes() {
        for text in ["Pré-saturé", "PRE-SATURE", "pré saturé", "2", "2.0"] {
            assert_eq!(TrafficState::parse(text), Some(TrafficState::Dense), "{text}");
        }
        for text in ["Barré", "BARRE", "2", "2.0"] {
            assert_eq!(LinkState::parse(text), Some(LinkState::Closed), "{text}");
        }
        assert_eq!(TrafficState::parse("5"), None);
        assert_eq!(LinkState::parse("4"), None);
        assert_eq!(LinkState::parse(""), None);
    }

    #[test]
    fn states_are_written_in_french() {
        let written = serde_json::to_string(&(TrafficState::Dense, LinkState::Closed)).unwrap();
        assert_eq!(written, r#"["Pré-saturé","Barré"]"#);
    }
}

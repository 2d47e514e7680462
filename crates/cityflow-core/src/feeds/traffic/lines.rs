//! Modes and the monitored lines: the two tables that both dialects are matched with.

use crate::text::fold;

/// A line whose reliability is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonitoredLine {
    /// Mode as outputs write it.
    pub mode: &'static str,
    /// Code as travellers know it.
    pub code: &'static str,
}

/// The monitored lines by mode (contract, section 4): the order of `lignes[]`.
const MONITORED: [(&str, &[&str]); 4] = [
    ("metro", &["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "3bis", "7bis"]),
    ("rer", &["A", "B", "C", "D", "E"]),
    ("tram", &["T1", "T2", "T3a", "T3b", "T4", "T5", "T6", "T7", "T8", "T9", "T10", "T11", "T12", "T13", "T14"]),
    ("transilien", &["H", "J", "K", "L", "N", "P", "R", "U", "V"]),
];

/// Mode words, folded, and the mode that they name: navitia's commercial modes and PRIM's modes.
const MODE_WORDS: [(&str, &str); 9] = [
    ("metro", "metro"),
    ("rapidtransit", "rer"),
    ("rer", "rer"),
    ("tram", "tram"),
    ("tramway", "tram"),
    ("localtrain", "transilien"),
    ("transilien", "transilien"),
    ("train transilien", "transilien"),
    ("transilien train", "transilien"),
];

/// Other spellings of codes, folded without spaces: IDFM's own line reference writes `3B` and `7B`.
const CODE_ALIASES: [(&str, &str, &str); 2] = [("metro", "3b", "3bis"), ("metro", "7b", "7bis")];

/// Every monitored line, in the order of `lignes[]`.
pub fn monitored_lines() -> impl Iterator<Item = MonitoredLine> {
    MONITORED.iter().flat_map(|(mode, codes)| codes.iter().map(|code| MonitoredLine { mode, code }))
}

/// The place of a monitored line in [`monitored_lines`], matched without accents or case.
pub fn monitored(mode: &str, code: &str) -> Option<usize> {
    let mut folded = fold(code);
    folded.retain(|character| character != ' ');
    let alias = CODE_ALIASES.iter().find(|(of, alias, _)| *of == mode && *alias == folded);
    let wanted = alias.map_or(folded.as_str(), |(_, _, code)| code);
    monitored_lines().position(|line| line.mode == mode && line.code.eq_ignore_ascii_case(wanted))
}

/// The mode as outputs write it: one of the four, else the feed's word in lower case.
pub fn mode(word: &str) -> String {
    let folded = fold(word);
    let known = MODE_WORDS.iter().find(|(word, _)| *word == folded);
    known.map_or_else(|| word.trim().to_lowercase(), |(_, mode)| (*mode).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forty_five_lines_are_monitored_and_each_finds_itself() {
        assert_eq!(monitored_lines().count(), 45);
        for (place, line) in monitored_lines().enumerate() {
            assert_eq!(monitored(line.mode, line.code), Some(place));
        }
    }

    #[test]
    fn mode_words_of_both_dialects_are_one_mode() {
        for (words, expected) in [
            (["Metro", "Métro"], "metro"),
            (["RapidTransit", "RER"], "rer"),
            (["Tramway", "tramway"], "tram"),
            (["LocalTrain", "Train Transilien"], "transilien"),
            (["Bus", "bus"], "bus"),
        ] {
            for word in words {
                assert_eq!(mode(word), expected, "{word}");
            }
        }
        assert_eq!(mode("Orlyval, CDG VAL"), "orlyval, cdg val");
    }

    #[test]
    fn a_code_is_matched_with_its_mode() {
        assert_eq!(monitored("bus", "1"), None);
        assert_eq!(monitored("tram", "T3B"), monitored("tram", "T3b"));
        assert_eq!(monitored("metro", "3 Bis"), monitored("metro", "3B"));
        assert!(monitored("metro", "7B").is_some());
        assert_eq!(monitored("rer", "H"), None);
    }
}

//! The checks of the feed: severities and periods.

use super::raw::RawPeriod;
use super::record::{LAST_INSTANT, Period, Severite, instant};
use crate::text::fold;
use crate::time::CityZone;

/// The effect that speaks of lifts, without its suffix.
pub const LIFT_EFFECT: &str = "ACCESSIBILITY_ISSUE";

/// Effects (GTFS-Realtime, as navitia and chaos write them) and severity names (IDFM), folded.
const SEVERITIES: [(&str, Severite); 14] = [
    ("no service", Severite::Critique),
    ("bloquante", Severite::Critique),
    ("significant delays", Severite::Elevee),
    ("reduced service", Severite::Elevee),
    ("perturbee", Severite::Elevee),
    ("detour", Severite::Moyenne),
    ("modified service", Severite::Moyenne),
    ("stop moved", Severite::Moyenne),
    ("additional service", Severite::Moyenne),
    ("other", Severite::Faible),
    ("unknown", Severite::Faible),
    ("no effect", Severite::Faible),
    ("information", Severite::Faible),
    // Never seen beside trains: such a disruption stands in `accessibilite` only.
    ("accessibility issue", Severite::Faible),
];

/// The effect in capitals without its suffix `_EFFECT`; `NO_EFFECT` is whole.
pub fn effect_code(effect: &str) -> String {
    let code = effect.trim().to_uppercase();
    match code.strip_suffix("_EFFECT") {
        Some(stem) if stem != "NO" => stem.to_owned(),
        _ => code,
    }
}

/// The severity of an effect; of the severity's name when there is no effect. The error is the unknown word.
pub fn severity<'a>(effect: Option<&'a str>, name: Option<&'a str>) -> Result<Severite, &'a str> {
    let word = effect.or(name).unwrap_or_default();
    let folded = fold(&effect_code(word));
    SEVERITIES.iter().find(|(known, _)| *known == folded).map(|(_, severity)| *severity).ok_or(word)
}

/// Why a period is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeriodFault {
    /// No beginning, or a stamp that cannot be read.
    Unreadable,
    /// It ends before it begins.
    Inverted,
}

/// Reads a period; a missing end is open, and so is one that no clock can show: authors write `99991231T235959` for
/// an end that they do not know.
pub(super) fn period(raw: &RawPeriod, zone: &CityZone) -> Result<Period, PeriodFault> {
    let read = |text: &String| instant(text, zone).ok_or(PeriodFault::Unreadable);
    if raw.odd_end {
        return Err(PeriodFault::Unreadable);
    }
    let begin = raw.begin.as_ref().map(read).ok_or(PeriodFault::Unreadable)??;
    let end = raw.end.as_ref().map(read).transpose()?.filter(|end| *end < LAST_INSTANT);
    if end.is_some_and(|end| end < begin) { Err(PeriodFault::Inverted) } else { Ok(Period { begin, end }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn severity_follows_the_effect_with_or_without_its_suffix() {
        for (effect, expected) in [
            ("NO_SERVICE", Severite::Critique),
            ("no_service_effect", Severite::Critique),
            ("SIGNIFICANT_DELAYS", Severite::Elevee),
            ("REDUCED_SERVICE_EFFECT", Severite::Elevee),
            ("DETOUR", Severite::Moyenne),
            ("STOP_MOVED", Severite::Moyenne),
            ("OTHER_EFFECT", Severite::Faible),
            ("NO_EFFECT", Severite::Faible),
            ("UNKNOWN_EFFECT", Severite::Faible),
        ] {
            assert_eq!(severity(Some(effect), Some("bloquante")), Ok(expected), "{effect}");
        }
    }

    #[test]
    fn an_end_that_no_clock_can_show_is_open() {
        let zone = CityZone::paris();
        let read = |end: &str| {
            let raw = serde_json::json!([{"begin": "20250205T000000", "end": end}]);
            period(&RawPeriod::list(Some(&raw))[0], &zone).map(|period| period.end)
        };
        assert_eq!(read("99991231T235959"), Ok(None));
        assert_eq!(read("20250206T000000"), Ok(Some(1_738_796_400)));
        assert_eq!(read("99991331T235959"), Err(PeriodFault::Unreadable));
        assert_eq!(LAST_INSTANT, jiff::Timestamp::MAX.as_second());
    }

    #[test]
    fn a_missing_effect_falls_back_on_the_name_without_accents_or_case() {
        assert_eq!(severity(None, Some("Perturbée")), Ok(Severite::Elevee));
        assert_eq!(severity(None, Some("BLOQUANTE")), Ok(Severite::Critique));
        assert_eq!(severity(None, Some("grave")), Err("grave"));
        assert_eq!(severity(Some("FLYING"), Some("bloquante")), Err("FLYING"));
        assert_eq!(severity(None, None), Err(""));
    }
}

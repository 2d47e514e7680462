//! From the bytes of an object to its hours and days.

use std::io::BufRead;
use std::sync::Arc;

use jiff::civil::Date;
use serde_json::Value;

use super::issues;
use super::raw::Payload;
use super::record::WeatherObject;
use super::{open_meteo, visual_crossing};
use crate::decode::ReadError;
use crate::feeds::Reading;
use crate::json;
use crate::numbers::Cell;
use crate::quality::Rule;
use crate::settings::UnitGroup;
use crate::time::CityZone;

/// Reads a payload of either provider. `units` is the unit group of Visual Crossing payloads; those of
/// Open-Meteo name their units. `Reading::rows` counts hourly records, days when there are no hours.
pub fn read(
    object: &Arc<str>,
    input: &mut dyn BufRead,
    zone: &CityZone,
    units: UnitGroup,
) -> Result<(WeatherObject, Reading), ReadError> {
    let document = json::document(object, input)?;
    let mut notes = Notes { object, reading: Reading::default() };
    let weather = match Payload::of(&document) {
        Some(Payload::OpenMeteo(payload)) => open_meteo::convert(&payload, zone, &mut notes),
        Some(Payload::VisualCrossing(payload)) => visual_crossing::convert(&payload, zone, units, &mut notes),
        None => {
            return Err(ReadError::UnknownShape {
                object: Arc::clone(object),
                expected: "Open-Meteo (`hourly` or `daily` with `time`) or Visual Crossing (`days`)",
                found: json::describe(&document),
            });
        }
    };
    Ok((weather, notes.reading))
}

/// The offending value as written, for a sample.
pub(super) fn sample(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => String::new(),
    }
}

/// Counts rows and issues while a payload is converted.
pub(super) struct Notes<'a> {
    pub(super) object: &'a Arc<str>,
    pub(super) reading: Reading,
}

/// Where a value stands: its record number and the day it describes.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) record: u64,
    pub(super) day: Option<Date>,
}

impl Notes<'_> {
    pub(super) fn note(&mut self, place: Place, rule: Rule, text: &str) {
        self.reading.issues.note(place.day, rule, self.object, place.record, text);
    }

    /// A number; one that cannot be read is null and counted.
    pub(super) fn number(&mut self, place: Place, name: &str, cell: Cell) -> Option<f64> {
        match cell {
            Cell::Number(value) => Some(value),
            Cell::Null => None,
            Cell::Unreadable => {
                self.note(place, Rule::UnreadableNumber, name);
                None
            }
        }
    }

    /// A temperature in °C after `convert`; one outside the limits is null and counted.
    pub(super) fn temperature(
        &mut self,
        place: Place,
        name: &str,
        cell: Cell,
        convert: impl Fn(f64) -> f64,
    ) -> Option<f64> {
        let celsius = convert(self.number(place, name, cell)?);
        match issues::temperature(celsius) {
            None => Some(celsius),
            Some(rule) => {
                self.note(place, rule, &format!("{name}: {celsius}"));
                None
            }
        }
    }

    /// A day's extremes in °C; both are null and counted when the lowest is above the highest.
    pub(super) fn extremes(&mut self, place: Place, min: Option<f64>, max: Option<f64>) -> (Option<f64>, Option<f64>) {
        match (issues::extremes(min, max), min, max) {
            (Some(rule), Some(low), Some(high)) => {
                self.note(place, rule, &format!("{low} > {high}"));
                (None, None)
            }
            _ => (min, max),
        }
    }

    /// A WMO code; a number that no code can be is null and counted.
    pub(super) fn code(&mut self, place: Place, name: &str, cell: Cell) -> Option<u8> {
        let value = self.number(place, name, cell)?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number within 0..=99")]
        let code = (value.fract() == 0.0 && (0.0..=99.0).contains(&value)).then_some(value as u8);
        if code.is_none() {
            self.note(place, Rule::UnreadableNumber, &format!("{name}: {value}"));
        }
        code
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read_text(text: &str) -> Result<(WeatherObject, Reading), ReadError> {
        read(&"w.json".into(), &mut text.as_bytes(), &CityZone::paris(), UnitGroup::Metric)
    }

    #[test]
    fn a_payload_of_neither_provider_is_an_error_that_says_what_stands_there() {
        let error = read_text(r#"{"error": true, "reason": "too many requests"}"#).unwrap_err();
        assert_eq!(
            error.to_string(),
            "w.json: line 1: unknown shape: expected Open-Meteo (`hourly` or `daily` with `time`) or Visual Crossing \
             (`days`), found an object with `error`, `reason`"
        );
        assert!(matches!(read_text("Bad API Request"), Err(ReadError::NotJson { .. })));
        assert!(matches!(read_text(""), Err(ReadError::Empty { .. })));
    }

    #[test]
    fn unreadable_numbers_and_codes_are_null_and_counted_and_the_row_is_kept() {
        let (weather, reading) = read_text(
            r#"{"utc_offset_seconds": 3600, "hourly": {"time": ["2024-01-05T08:00"],
                "temperature_2m": ["n/a"], "precipitation": ["x"], "wind_speed_10m": ["12.5"], "weather_code": [3.5]}}"#,
        )
        .unwrap();
        let date = jiff::civil::date(2024, 1, 5);
        assert_eq!(reading.issues.by_day[&date].count(Rule::UnreadableNumber), 3);
        let hour = CityZone::paris().day(date).hour(8);
        assert_eq!(weather.hour(hour).unwrap().wind_kmh, Some(12.5));
        assert_eq!(weather.hour(hour).unwrap().temp_c, None);
        assert_eq!((reading.rows, weather.rows(date).kept), (1, 1));
    }

    #[test]
    fn rows_without_a_readable_full_hour_are_dropped_and_counted() {
        let (weather, reading) = read_text(
            r#"{"timezone": "Europe/Paris", "hourly": {
                "time": ["2024-03-31T02:00", "2024-03-31T08:30", "soon", null, 1711864800.5, "2024-03-31T09:00"],
                "temperature_2m": [1, 2, 3, 4, 5, 6]}}"#,
        )
        .unwrap();
        let date = jiff::civil::date(2024, 3, 31);
        assert_eq!(reading.issues.by_day[&date].count(Rule::NonexistentLocalTime), 1);
        assert_eq!(reading.issues.by_day[&date].count(Rule::OffHourStamp), 1);
        assert_eq!(reading.issues.undated.count(Rule::UnreadableStamp), 3);
        assert_eq!((reading.rows, weather.rows(date).kept), (6, 1));
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&"w".into(), &mut bytes.as_slice(), &CityZone::paris(), UnitGroup::Us);
        }

        #[test]
        fn arbitrary_fields_never_panic(
            time in "[0-9T:+-]{0,20}|2024-01-0[1-9]T[0-2][0-9]:00",
            number in any::<f64>(),
            offset in any::<i64>(),
            epoch in any::<i64>(),
        ) {
            let number = serde_json::Value::from(number);
            for text in [
                serde_json::json!({"utc_offset_seconds": offset, "hourly": {"time": [time, epoch], "temperature_2m": [number]},
                    "daily": {"time": [epoch, time], "weather_code": [number]}}),
                serde_json::json!({"tzoffset": offset, "days": [{"datetime": time, "temp": number, "hours": [
                    {"datetimeEpoch": epoch, "precip": number}, {"datetime": time}, epoch]}, {"datetimeEpoch": epoch}, offset]}),
            ] {
                prop_assert!(read_text(&text.to_string()).is_ok());
            }
        }
    }
}

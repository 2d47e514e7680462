//! What a city may set: its time zone, the speeds of its roads, the units of its weather provider.

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

/// Domain settings. The binary fills them from its configuration; the defaults are those of Paris.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// IANA name of the city's time zone.
    pub city_zone: String,
    /// Reference speeds, oldest first. The period of a day is the last one that begins on it or before.
    pub reference_speeds: Vec<ReferenceSpeed>,
    /// Unit group of Visual Crossing payloads: what the request asked for.
    pub weather_unit_group: UnitGroup,
}

/// Reference speeds from a date on, in km/h.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferenceSpeed {
    /// First day of the period; none for the oldest.
    pub from: Option<Date>,
    /// Ring road (arcs labelled `PI_` or `PE_`), km/h.
    pub ring_kmh: f64,
    /// Everywhere else, km/h.
    pub city_kmh: f64,
}

/// Units of a Visual Crossing payload (its `unitGroup` request parameter).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UnitGroup {
    /// °C, mm, km/h.
    Metric,
    /// °F, inches, mph.
    Us,
    /// °C, mm, mph.
    Uk,
    /// K, mm, m/s.
    Base,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            city_zone: "Europe/Paris".to_owned(),
            // The city went to 30 km/h on 2021-08-30, the ring road to 50 km/h on 2024-10-01.
            reference_speeds: vec![
                ReferenceSpeed { from: None, ring_kmh: 70.0, city_kmh: 50.0 },
                ReferenceSpeed { from: Some(date(2021, 8, 30)), ring_kmh: 70.0, city_kmh: 30.0 },
                ReferenceSpeed { from: Some(date(2024, 10, 1)), ring_kmh: 50.0, city_kmh: 30.0 },
            ],
            weather_unit_group: UnitGroup::Metric,
        }
    }
}

impl Settings {
    /// The reference speed on a day, km/h.
    pub fn reference_speed_kmh(&self, day: Date, ring: bool) -> Option<f64> {
        let period = self
            .reference_speeds
            .iter()
            .filter(|period| period.from.is_none_or(|from| from <= day))
            .max_by_key(|period| period.from)?;
        Some(if ring { period.ring_kmh } else { period.city_kmh })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_speed_follows_the_dated_table() {
        let settings = Settings::default();
        let speed = |y, m, d, ring| settings.reference_speed_kmh(date(y, m, d), ring);
        assert_eq!(speed(2021, 8, 29, false), Some(50.0));
        assert_eq!(speed(2021, 8, 30, false), Some(30.0));
        assert_eq!(speed(2024, 9, 30, true), Some(70.0));
        assert_eq!(speed(2024, 10, 1, true), Some(50.0));
    }
}

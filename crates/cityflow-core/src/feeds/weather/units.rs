//! Units of the providers, and the way to °C, mm and km/h.

use crate::settings::UnitGroup;

/// Kelvin of 0 °C.
const ZERO_CELSIUS_K: f64 = 273.15;
/// Fahrenheit of 0 °C.
const ZERO_CELSIUS_F: f64 = 32.0;
/// Fahrenheit degrees in a Celsius degree.
const F_PER_C: f64 = 1.8;
/// Millimetres in an inch (exact, international yard and pound agreement of 1959).
const MM_PER_INCH: f64 = 25.4;
/// Kilometres in a statute mile (exact, same agreement).
const KM_PER_MILE: f64 = 1.609_344;
/// Kilometres in a nautical mile (exact), so km/h in a knot.
const KM_PER_NAUTICAL_MILE: f64 = 1.852;
/// km/h in a metre per second.
const KMH_PER_MS: f64 = 3.6;

/// How a temperature is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Temperature {
    Celsius,
    Fahrenheit,
    Kelvin,
}

/// How a depth of water is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    Millimetres,
    Inches,
}

/// How a speed is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Speed {
    KilometresPerHour,
    MilesPerHour,
    MetresPerSecond,
    Knots,
}

impl Temperature {
    /// The unit of an Open-Meteo column; °C, its default, for any other text.
    pub(super) fn of_label(label: &str) -> Self {
        match label {
            "°F" => Self::Fahrenheit,
            "K" => Self::Kelvin,
            _ => Self::Celsius,
        }
    }

    pub(super) fn to_celsius(self, value: f64) -> f64 {
        match self {
            Self::Celsius => value,
            Self::Fahrenheit => (value - ZERO_CELSIUS_F) / F_PER_C,
            Self::Kelvin => value - ZERO_CELSIUS_K,
        }
    }
}

impl Depth {
    /// The unit of an Open-Meteo column; mm, its default, for any other text.
    pub(super) fn of_label(label: &str) -> Self {
        if matches!(label, "inch" | "in") { Self::Inches } else { Self::Millimetres }
    }

    pub(super) fn to_mm(self, value: f64) -> f64 {
        match self {
            Self::Millimetres => value,
            Self::Inches => value * MM_PER_INCH,
        }
    }
}

impl Speed {
    /// The unit of an Open-Meteo column; km/h, its default, for any other text.
    pub(super) fn of_label(label: &str) -> Self {
        match label {
            "mp/h" | "mph" => Self::MilesPerHour,
            "m/s" | "ms" => Self::MetresPerSecond,
            "kn" => Self::Knots,
            _ => Self::KilometresPerHour,
        }
    }

    pub(super) fn to_kmh(self, value: f64) -> f64 {
        match self {
            Self::KilometresPerHour => value,
            Self::MilesPerHour => value * KM_PER_MILE,
            Self::MetresPerSecond => value * KMH_PER_MS,
            Self::Knots => value * KM_PER_NAUTICAL_MILE,
        }
    }
}

/// Units of a Visual Crossing unit group.
pub(super) const fn of_group(group: UnitGroup) -> (Temperature, Depth, Speed) {
    match group {
        UnitGroup::Metric => (Temperature::Celsius, Depth::Millimetres, Speed::KilometresPerHour),
        UnitGroup::Us => (Temperature::Fahrenheit, Depth::Inches, Speed::MilesPerHour),
        UnitGroup::Uk => (Temperature::Celsius, Depth::Millimetres, Speed::MilesPerHour),
        UnitGroup::Base => (Temperature::Kelvin, Depth::Millimetres, Speed::MetresPerSecond),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_group_comes_to_celsius_millimetres_and_kilometres_per_hour() {
        let convert = |group, t, p, w| {
            let (temperature, depth, speed) = of_group(group);
            (temperature.to_celsius(t), depth.to_mm(p), speed.to_kmh(w))
        };
        assert_eq!(convert(UnitGroup::Metric, 10.0, 2.0, 30.0), (10.0, 2.0, 30.0));
        assert_eq!(convert(UnitGroup::Us, 50.0, 1.0, 10.0), (10.0, 25.4, 16.09344));
        assert_eq!(convert(UnitGroup::Uk, 10.0, 2.0, 10.0), (10.0, 2.0, 16.09344));
        assert_eq!(convert(UnitGroup::Base, 273.15, 2.0, 10.0), (0.0, 2.0, 36.0));
    }

    #[test]
    fn open_meteo_labels_name_their_units() {
        assert_eq!(Speed::of_label("kn"), Speed::Knots);
        assert_eq!(Speed::of_label("m/s"), Speed::MetresPerSecond);
        assert_eq!(Speed::of_label("mp/h"), Speed::MilesPerHour);
        assert_eq!(Depth::of_label("inch"), Depth::Inches);
        assert_eq!(Temperature::of_label("°F"), Temperature::Fahrenheit);
        assert_eq!(Temperature::of_label(""), Temperature::Celsius);
    }
}

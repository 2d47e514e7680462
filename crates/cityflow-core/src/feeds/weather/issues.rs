//! What a weather value can break.

use crate::quality::Rule;

/// Coldest air temperature that is believed, °C (contract, section 3).
pub const TEMPERATURE_MIN_C: f64 = -30.0;
/// Hottest air temperature that is believed, °C (contract, section 3).
pub const TEMPERATURE_MAX_C: f64 = 50.0;

/// The rule that a temperature (°C) breaks.
pub fn temperature(celsius: f64) -> Option<Rule> {
    (!(TEMPERATURE_MIN_C..=TEMPERATURE_MAX_C).contains(&celsius)).then_some(Rule::TemperatureOutOfRange)
}

/// The rule that a day's extremes (°C) break together.
pub fn extremes(min_c: Option<f64>, max_c: Option<f64>) -> Option<Rule> {
    (min_c? > max_c?).then_some(Rule::MinAboveMax)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_themselves_are_allowed() {
        assert_eq!(temperature(-30.0), None);
        assert_eq!(temperature(50.0), None);
        assert_eq!(temperature(50.1), Some(Rule::TemperatureOutOfRange));
        assert_eq!(extremes(Some(3.0), Some(3.0)), None);
        assert_eq!(extremes(Some(3.1), Some(3.0)), Some(Rule::MinAboveMax));
        assert_eq!(extremes(Some(3.1), None), None);
    }
}

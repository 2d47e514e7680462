//! Kinds of day, and two indices between 0 and 100.

use serde::{Deserialize, Serialize};

/// Precipitation from which a day is rainy, mm (contract, section 4).
const RAINY_FROM_MM: f64 = 5.0;
/// Wind from which a day is windy, km/h (contract, section 4).
const WINDY_FROM_KMH: f64 = 30.0;
/// Mean temperature below which a day is cold, °C (contract, section 4).
const COLD_BELOW_C: f64 = 10.0;
/// Mean temperature above which a day is hot, °C (contract, section 4).
const HOT_ABOVE_C: f64 = 25.0;

/// Mobility impact of a day of no kind (contract, section 4).
const IMPACT_NEUTRAL: f64 = 50.0;
/// What rain takes off it.
const IMPACT_RAINY: f64 = -20.0;
/// What cold takes off it.
const IMPACT_COLD: f64 = -10.0;
/// What heat adds to it.
const IMPACT_HOT: f64 = 5.0;

/// Comfortable mean temperatures for cycling, °C. Counts of bikes rise with temperature up to the mid
/// twenties and fall again beyond (Thomas, Jaarsma & Tutert 2013; Nosal & Miranda-Moreno 2014); the numbers
/// are this project's convention.
const COMFORT_C: (f64, f64) = (15.0, 25.0);
/// Points lost for each degree below comfort.
const POINTS_PER_DEGREE_BELOW: f64 = 3.0;
/// Points lost for each degree above comfort.
const POINTS_PER_DEGREE_ABOVE: f64 = 4.0;
/// Points lost for each millimetre of rain.
const POINTS_PER_MM: f64 = 4.0;
/// Most points that rain can take.
const RAIN_POINTS_MAX: f64 = 40.0;
/// Wind that does not disturb a cyclist, km/h: the end of a gentle breeze (Beaufort 3).
const WIND_CALM_KMH: f64 = 20.0;
/// Points lost for each km/h above it.
const POINTS_PER_KMH: f64 = 1.5;
/// Most points that wind can take.
const WIND_POINTS_MAX: f64 = 40.0;

/// Limits are compared in this many parts of a unit. Providers give tenths; sums and means of tenths carry
/// binary noise, and fifty times 0.1 mm is 5 mm, not just below.
const PARTS_PER_UNIT: f64 = 1e6;

/// A kind of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Category {
    /// Precipitation of 5 mm or more.
    Pluvieux,
    /// Largest wind of 30 km/h or more.
    Venteux,
    /// Mean temperature below 10 °C.
    Froid,
    /// Mean temperature above 25 °C.
    Chaud,
}

/// What the indices are made of.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Weather {
    /// Mean temperature, °C.
    pub temp_mean_c: Option<f64>,
    /// Precipitation, mm.
    pub precip_mm: Option<f64>,
    /// Largest wind, km/h.
    pub wind_max_kmh: Option<f64>,
}

/// The kinds that a day is of; what is missing makes none.
pub fn categories(weather: Weather) -> Vec<Category> {
    let quiet = |value: f64| (value * PARTS_PER_UNIT).round() / PARTS_PER_UNIT;
    let holds = |value: Option<f64>, rule: fn(f64) -> bool| value.map(quiet).is_some_and(rule);
    [
        (Category::Pluvieux, holds(weather.precip_mm, |mm| mm >= RAINY_FROM_MM)),
        (Category::Venteux, holds(weather.wind_max_kmh, |kmh| kmh >= WINDY_FROM_KMH)),
        (Category::Froid, holds(weather.temp_mean_c, |celsius| celsius < COLD_BELOW_C)),
        (Category::Chaud, holds(weather.temp_mean_c, |celsius| celsius > HOT_ABOVE_C)),
    ]
    .into_iter()
    .filter_map(|(category, holds)| holds.then_some(category))
    .collect()
}

/// `50 − 20 rainy − 10 cold + 5 hot`, within 0..100; null without temperature or precipitation.
pub fn mobility_impact(weather: Weather) -> Option<f64> {
    weather.temp_mean_c?;
    weather.precip_mm?;
    let points = categories(weather).into_iter().map(|category| match category {
        Category::Pluvieux => IMPACT_RAINY,
        Category::Froid => IMPACT_COLD,
        Category::Chaud => IMPACT_HOT,
        Category::Venteux => 0.0,
    });
    Some((IMPACT_NEUTRAL + points.sum::<f64>()).clamp(0.0, 100.0))
}

/// `100 − cold or heat − rain − wind`, within 0..100; null without temperature, precipitation or wind.
///
/// Cold: 3 points a degree below 15 °C; heat: 4 a degree above 25 °C; rain: 4 a millimetre, at most 40; wind:
/// 1.5 a km/h of the largest wind above 20 km/h, at most 40.
pub fn cycling_index(weather: Weather) -> Option<f64> {
    let (celsius, mm, kmh) = (weather.temp_mean_c?, weather.precip_mm?, weather.wind_max_kmh?);
    let cold = (COMFORT_C.0 - celsius).max(0.0) * POINTS_PER_DEGREE_BELOW;
    let heat = (celsius - COMFORT_C.1).max(0.0) * POINTS_PER_DEGREE_ABOVE;
    let rain = (mm.max(0.0) * POINTS_PER_MM).min(RAIN_POINTS_MAX);
    let wind = ((kmh - WIND_CALM_KMH).max(0.0) * POINTS_PER_KMH).min(WIND_POINTS_MAX);
    Some((100.0 - cold - heat - rain - wind).clamp(0.0, 100.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weather(celsius: f64, mm: f64, kmh: f64) -> Weather {
        Weather { temp_mean_c: Some(celsius), precip_mm: Some(mm), wind_max_kmh: Some(kmh) }
    }

    #[test]
    fn categories_begin_at_their_limits() {
        assert_eq!(categories(weather(10.0, 4.9, 29.9)), []);
        assert_eq!(categories(weather(9.9, 5.0, 30.0)), [Category::Pluvieux, Category::Venteux, Category::Froid]);
        assert_eq!(categories(weather(25.0, 0.0, 0.0)), []);
        assert_eq!(categories(weather(25.1, 0.0, 0.0)), [Category::Chaud]);
        assert_eq!(categories(Weather::default()), []);
    }

    #[test]
    fn the_mobility_impact_sums_rain_cold_and_heat_but_not_wind() {
        assert_eq!(mobility_impact(weather(15.0, 0.0, 80.0)), Some(50.0));
        assert_eq!(mobility_impact(weather(5.0, 6.0, 0.0)), Some(20.0));
        assert_eq!(mobility_impact(weather(30.0, 0.0, 0.0)), Some(55.0));
    }

    #[test]
    fn the_mobility_impact_is_null_without_temperature_or_rain() {
        assert_eq!(mobility_impact(Weather { temp_mean_c: None, ..weather(0.0, 0.0, 0.0) }), None);
        assert_eq!(mobility_impact(Weather { precip_mm: None, ..weather(0.0, 0.0, 0.0) }), None);
        assert_eq!(mobility_impact(Weather { wind_max_kmh: None, ..weather(15.0, 0.0, 0.0) }), Some(50.0));
    }

    #[test]
    fn the_cycling_index_falls_with_cold_heat_rain_and_wind_and_stays_within_its_bounds() {
        assert_eq!(cycling_index(weather(20.0, 0.0, 10.0)), Some(100.0));
        assert_eq!(cycling_index(weather(5.0, 0.0, 10.0)), Some(70.0));
        assert_eq!(cycling_index(weather(30.0, 0.0, 10.0)), Some(80.0));
        assert_eq!(cycling_index(weather(20.0, 5.0, 30.0)), Some(65.0));
        assert_eq!(cycling_index(weather(-20.0, 90.0, 120.0)), Some(0.0));
        assert_eq!(cycling_index(Weather { wind_max_kmh: None, ..weather(20.0, 0.0, 0.0) }), None);
    }
}

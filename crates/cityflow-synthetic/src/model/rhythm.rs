//! How a day breathes: hourly profiles by kind of day, season and trend.

use jiff::civil::Date;

use crate::calendar::DayKind;
use crate::numbers::cosine;

/// Road demand by local hour, 1 = the weekday peak.
const ROAD_WEEKDAY: [f64; 24] = [
    0.22, 0.14, 0.10, 0.09, 0.12, 0.25, 0.52, 0.83, 1.00, 0.92, 0.80, 0.77, 0.76, 0.77, 0.80, 0.84, 0.91, 0.98, 1.00,
    0.92, 0.74, 0.58, 0.48, 0.35,
];
const ROAD_SATURDAY: [f64; 24] = [
    0.34, 0.27, 0.21, 0.17, 0.15, 0.18, 0.28, 0.40, 0.52, 0.63, 0.72, 0.78, 0.79, 0.78, 0.80, 0.83, 0.85, 0.86, 0.84,
    0.78, 0.67, 0.57, 0.53, 0.47,
];
const ROAD_SUNDAY: [f64; 24] = [
    0.38, 0.31, 0.25, 0.20, 0.16, 0.15, 0.20, 0.26, 0.35, 0.46, 0.57, 0.65, 0.67, 0.66, 0.69, 0.72, 0.75, 0.77, 0.76,
    0.70, 0.60, 0.50, 0.40, 0.29,
];
/// Bikes by local hour, 1 = the weekday peak.
const BIKE_WEEKDAY: [f64; 24] = [
    0.10, 0.06, 0.04, 0.03, 0.03, 0.06, 0.20, 0.55, 1.00, 0.76, 0.42, 0.38, 0.43, 0.44, 0.41, 0.43, 0.54, 0.82, 0.98,
    0.74, 0.46, 0.32, 0.24, 0.17,
];
const BIKE_WEEKEND: [f64; 24] = [
    0.20, 0.16, 0.12, 0.09, 0.06, 0.05, 0.07, 0.12, 0.20, 0.30, 0.41, 0.48, 0.50, 0.52, 0.56, 0.58, 0.58, 0.55, 0.50,
    0.42, 0.34, 0.28, 0.24, 0.20,
];

/// Road demand in an hour, 1 = the weekday peak. `inbound` moves weight to the morning.
pub(crate) fn road(kind: DayKind, hour: u8, inbound: Option<bool>) -> f64 {
    let at = usize::from(hour);
    let level = match kind {
        DayKind::Weekday => ROAD_WEEKDAY[at],
        DayKind::Saturday => ROAD_SATURDAY[at],
        DayKind::Sunday => ROAD_SUNDAY[at],
        DayKind::Holiday => ROAD_SUNDAY[at] * 0.86,
    };
    let Some(inbound) = inbound else { return level };
    level * tide(kind, hour, inbound, 0.10)
}

/// Bikes in an hour, 1 = the weekday peak. `morning` tells the direction that fills up first.
pub(crate) fn bike(kind: DayKind, hour: u8, morning: bool) -> f64 {
    let at = usize::from(hour);
    match kind {
        DayKind::Weekday => BIKE_WEEKDAY[at] * tide(kind, hour, morning, 0.35),
        DayKind::Saturday => BIKE_WEEKEND[at],
        DayKind::Sunday => BIKE_WEEKEND[at] * 0.88,
        DayKind::Holiday => BIKE_WEEKEND[at] * 0.74,
    }
}

/// The commuters' tide on a weekday: more in the morning one way, more in the evening the other.
fn tide(kind: DayKind, hour: u8, morning: bool, strength: f64) -> f64 {
    let way = if morning { 1.0 } else { -1.0 };
    match (kind, hour) {
        (DayKind::Weekday, 6..=10) => 1.0 + strength * way,
        (DayKind::Weekday, 16..=20) => 1.0 - strength * way,
        _ => 1.0,
    }
}

/// Is the hour one of a weekday's peaks, as the congested axes know them?
pub(crate) fn is_peak(kind: DayKind, hour: u8) -> bool {
    kind == DayKind::Weekday && matches!(hour, 8..=9 | 17..=19)
}

/// Road traffic over the year: August is empty, and the trend loses 0.03 % a day.
pub(crate) fn road_season(date: Date, before_end: u32) -> f64 {
    let summer = if date.month() == 8 { 0.84 } else { 1.0 };
    summer * (1.0 + 0.0003 * f64::from(before_end.min(700)))
}

/// Bikes over the year: half as many again in June as in December, August apart.
pub(crate) fn bike_season(date: Date) -> f64 {
    let summer = if date.month() == 8 { 0.78 } else { 1.0 };
    summer * (1.0 + 0.18 * cosine((f64::from(date.day_of_year()) - 170.0) / 365.0))
}

//! One weather for the whole city: what the weather feed says is what thins the bikes.

use crate::noise::{Noise, Stream};
use crate::numbers::{cosine, rounded};

/// Hours in which it rains on the last day, and tenths of a millimetre in each.
const LAST_DAY_RAIN: (u64, [u32; 7]) = (7, [4, 11, 19, 23, 14, 8, 3]);
/// Share of days with some rain.
const WET_DAYS: f64 = 0.42;

/// The weather of one hour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Hour {
    /// °C at the start of the hour.
    pub(crate) temperature: f64,
    /// mm that fall within the hour.
    pub(crate) rain: f64,
    /// km/h.
    pub(crate) wind: f64,
    /// Degrees from the north.
    pub(crate) wind_from: u32,
    /// Percent.
    pub(crate) humidity: f64,
    /// Percent.
    pub(crate) cloud: f64,
    /// Seconds of sun within the hour.
    pub(crate) sunshine: f64,
    /// hPa.
    pub(crate) pressure: f64,
}

/// The weather over time.
#[derive(Debug, Clone)]
pub(crate) struct Sky {
    noise: Noise,
    /// Epoch hour of local midnight of the last day, which is wet, as D−7 is dry.
    last_midnight: u64,
}

impl Sky {
    pub(crate) fn new(noise: Noise, last_midnight: u64) -> Self {
        Self { noise, last_midnight }
    }

    /// The weather of an hour counted from the epoch.
    pub(crate) fn at(&self, epoch_hour: u64) -> Hour {
        let noise = self.noise;
        let rain = f64::from(self.rain_tenths(epoch_hour)) / 10.0;
        let drift = noise.smooth(Stream::Cloud, epoch_hour, 9) + 0.25;
        let cloud = if rain > 0.0 { 100.0 } else { (55.0 + 60.0 * drift).clamp(0.0, 100.0) };
        let hour_of_day = (epoch_hour + 1) % 24;
        let day_length = 12.1 + 4.0 * season(epoch_hour);
        let lit = (hour_of_day as f64 - 12.5).abs() < day_length / 2.0;
        let gust = if rain > 0.0 { 5.0 } else { 0.0 };
        let wind = 14.0
            + 19.0 * noise.smooth(Stream::Wind, epoch_hour, 30)
            + 3.0 * noise.smooth(Stream::Wind, epoch_hour + 7_000_000, 4)
            + gust;
        let turn = 220.0 + 140.0 * noise.smooth(Stream::Wind, epoch_hour + 9_000_000, 40);
        Hour {
            temperature: self.temperature(epoch_hour, rain),
            rain,
            wind: rounded(wind.max(0.5), 1),
            wind_from: crate::numbers::whole(turn) % 360,
            humidity: (72.0 + 14.0 * noise.smooth(Stream::Cloud, epoch_hour + 5_000_000, 12)
                - 10.0 * diurnal(epoch_hour)
                + 2.5 * gust)
                .clamp(30.0, 100.0)
                .round(),
            cloud: cloud.round(),
            sunshine: if lit { ((100.0 - cloud) * 36.0).round() } else { 0.0 },
            pressure: rounded(1008.0 + 14.0 * noise.smooth(Stream::Wind, epoch_hour + 11_000_000, 60), 1),
        }
    }

    /// mm of rain in the 24 hours from an hour on.
    pub(crate) fn rain_of_day(&self, midnight: u64) -> f64 {
        (midnight..midnight + 24).map(|hour| f64::from(self.rain_tenths(hour)) / 10.0).sum()
    }

    fn temperature(&self, epoch_hour: u64, rain: f64) -> f64 {
        let spell = 4.5 * self.noise.smooth(Stream::Temperature, epoch_hour, 84);
        let chill = if rain > 0.0 { 1.2 } else { 0.0 };
        rounded(12.3 + 8.4 * season(epoch_hour) + 3.6 * diurnal(epoch_hour) + spell - chill, 1)
    }

    /// Tenths of a millimetre in an hour.
    fn rain_tenths(&self, epoch_hour: u64) -> u32 {
        if let Some(since) = epoch_hour.checked_sub(self.last_midnight)
            && since < 24
        {
            let (from, tenths) = LAST_DAY_RAIN;
            let at = since.checked_sub(from).and_then(|at| usize::try_from(at).ok());
            return at.and_then(|at| tenths.get(at)).copied().unwrap_or(0);
        }
        let week_before = self.last_midnight.saturating_sub(7 * 24);
        if (week_before..week_before + 24).contains(&epoch_hour) {
            return 0;
        }
        self.ordinary_rain(epoch_hour)
    }

    /// On a wet day, an episode of two to eight hours.
    fn ordinary_rain(&self, epoch_hour: u64) -> u32 {
        let (day, hour) = (epoch_hour / 24, epoch_hour % 24);
        if !self.noise.chance(Stream::Rain, day, 0, WET_DAYS) {
            return 0;
        }
        let start = self.noise.below(Stream::Episode, day, 0, 20) as u64;
        let length = 2 + self.noise.below(Stream::Episode, day, 1, 7) as u64;
        if !(start..start + length).contains(&hour) {
            return 0;
        }
        let strength = self.noise.unit(Stream::Episode, day, 2);
        let draw = self.noise.unit(Stream::Rain, day, hour + 1);
        crate::numbers::whole(1.0 + 30.0 * strength * strength * draw)
    }
}

/// From −1 in mid January to 1 in mid July.
fn season(epoch_hour: u64) -> f64 {
    cosine((epoch_hour as f64 / 24.0 - 197.0) / 365.25)
}

/// From −1 in the small hours to 1 in mid afternoon.
fn diurnal(epoch_hour: u64) -> f64 {
    cosine(((epoch_hour + 1) % 24) as f64 / 24.0 - 15.0 / 24.0)
}

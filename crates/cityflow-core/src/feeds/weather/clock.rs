//! How the stamps of a payload become instants, and whether its days are the city's.

use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use serde_json::Value;

use crate::numbers::Cell;
use crate::quality::Rule;
use crate::time::{Ambiguous, CityZone, HOUR_SECONDS, HourStart, Stamp};

/// What a payload says of its own time: an offset, a zone, both or neither.
pub(super) struct Clock<'a> {
    city: &'a CityZone,
    offset: Option<Offset>,
    /// The payload's zone, when it names one that is known.
    zone: Option<CityZone>,
    /// Whether the payload names a zone, and whether it is the city's.
    named: Option<bool>,
}

impl<'a> Clock<'a> {
    pub(super) fn new(city: &'a CityZone, offset: Option<Offset>, timezone: Option<&Value>) -> Self {
        let name = timezone.and_then(Value::as_str).map(str::trim).filter(|name| !name.is_empty());
        let named = name.map(|name| city.name().is_some_and(|city| city.eq_ignore_ascii_case(name)));
        let zone = name.and_then(|name| CityZone::new(name).ok());
        Self { city, offset, zone, named }
    }

    /// The same payload with the offset that one of its records bears.
    pub(super) fn with_offset(&self, offset: Option<Offset>) -> Self {
        Self { city: self.city, offset: offset.or(self.offset), zone: self.zone.clone(), named: self.named }
    }

    /// Whether the payload names a zone that is known.
    pub(super) const fn has_zone(&self) -> bool {
        self.zone.is_some()
    }

    pub(super) const fn city(&self) -> &CityZone {
        self.city
    }

    /// Whether a civil day of the payload is a civil day of the city: by the zone's name, else by its offset
    /// (at either end of the day). A payload that says nothing of its time is the city's own.
    pub(super) fn is_city_day(&self, date: Date) -> bool {
        match (self.named, self.offset) {
            (Some(is_city), _) => is_city,
            (None, None) => true,
            (None, Some(offset)) => {
                let day = self.city.day(date);
                [day.start, day.end].into_iter().any(|second| {
                    let written = jiff::Timestamp::from_second(second).map(|instant| offset.to_datetime(instant)).ok();
                    written.is_some() && written == self.city.civil(second)
                })
            }
        }
    }

    /// The civil date of an instant (seconds) by the payload's own clock.
    pub(super) fn date_of(&self, second: i64) -> Option<Date> {
        match self.offset {
            Some(offset) => Some(offset.to_datetime(jiff::Timestamp::from_second(second).ok()?).date()),
            None => self.zone.as_ref().unwrap_or(self.city).date_of(second),
        }
    }

    /// The hour that begins at an epoch (seconds).
    pub(super) fn hour_of_epoch(&self, epoch: f64) -> Result<HourStart, (Option<Date>, Rule)> {
        let second = whole(epoch).ok_or((None, Rule::UnreadableStamp))?;
        self.full_hour(second)
    }

    /// The hour that begins at a written stamp.
    pub(super) fn hour_of_text(&self, text: &str) -> Result<HourStart, (Option<Date>, Rule)> {
        let stamp = Stamp::parse(text).ok_or((None, Rule::UnreadableStamp))?;
        let date = stamp.civil.date();
        let second = self.instant(stamp).ok_or((Some(date), Rule::NonexistentLocalTime))?;
        if stamp.civil.subsec_nanosecond() != 0 {
            return Err((Some(date), Rule::OffHourStamp));
        }
        self.full_hour(second)
    }

    fn instant(&self, stamp: Stamp) -> Option<i64> {
        let at = |offset: Offset, civil: DateTime| offset.to_timestamp(civil).ok().map(jiff::Timestamp::as_second);
        match stamp.offset.or(self.offset) {
            Some(offset) => at(offset, stamp.civil),
            None => self.zone.as_ref().unwrap_or(self.city).resolve(stamp.civil, Ambiguous::Earlier),
        }
    }

    fn full_hour(&self, second: i64) -> Result<HourStart, (Option<Date>, Rule)> {
        let civil = self.city.civil(second).ok_or((None, Rule::UnreadableStamp))?;
        if civil.minute() != 0 || civil.second() != 0 {
            return Err((Some(civil.date()), Rule::OffHourStamp));
        }
        Ok(HourStart(second))
    }
}

/// An offset in seconds (`utc_offset_seconds`).
pub(super) fn offset_seconds(value: Option<&Value>) -> Option<Offset> {
    let Cell::Number(seconds) = Cell::of_json(value) else { return None };
    Offset::from_seconds(i32::try_from(whole(seconds)?).ok()?).ok()
}

/// An offset in hours (`tzoffset`), fractions included.
pub(super) fn offset_hours(value: Option<&Value>) -> Option<Offset> {
    let Cell::Number(hours) = Cell::of_json(value) else { return None };
    Offset::from_seconds(i32::try_from(whole((hours * HOUR_SECONDS as f64).round())?).ok()?).ok()
}

/// A number of seconds without a fraction, within what a clock can show.
fn whole(value: f64) -> Option<i64> {
    /// Seconds from the epoch to the year 9999, rounded up.
    const LAST_SECOND: f64 = 2.6e11;
    #[expect(clippy::cast_possible_truncation, reason = "a whole number within ±2.6e11 is exact in both types")]
    (value.fract() == 0.0 && value.abs() < LAST_SECOND).then_some(value as i64)
}

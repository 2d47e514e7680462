//! Local civil days of 23, 24 or 25 hours, and what kind of day each is.

use jiff::civil::{Date, DateTime, Weekday, date};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan, Zoned};

use crate::{Error, Settings};

const ISO: &str = "%Y-%m-%dT%H:%M:%S%:z";

/// A day's rhythm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DayKind {
    Weekday,
    Saturday,
    Sunday,
    Holiday,
}

/// One hour of a local day.
#[derive(Debug, Clone)]
pub(crate) struct Slot {
    /// Hours since 1970-01-01T00:00Z at the start.
    pub(crate) epoch_hour: u64,
    /// Local hour at the start.
    pub(crate) hour: u8,
    /// Start, ISO with offset.
    pub(crate) start: String,
    /// End, ISO with offset: the stamp of a road count.
    pub(crate) end: String,
}

/// One local civil day.
#[derive(Debug, Clone)]
pub(crate) struct Day {
    pub(crate) date: Date,
    /// Whole days between this one and the last of the span.
    pub(crate) before_end: u32,
    pub(crate) kind: DayKind,
    pub(crate) slots: Vec<Slot>,
}

/// The span in the city's zone.
#[derive(Debug, Clone)]
pub(crate) struct Calendar {
    zone: TimeZone,
    start: Date,
    days: u32,
}

impl Calendar {
    pub(crate) fn new(settings: &Settings) -> Result<Self, Error> {
        let zone = TimeZone::get("Europe/Paris").expect("the zone database is bundled");
        Ok(Self { zone, start: settings.start()?, days: settings.days })
    }

    /// Every day in order, built when asked for: a benchmark span may cover decades.
    pub(crate) fn days(&self) -> impl Iterator<Item = Day> + '_ {
        (0..self.days).map(|index| self.day(self.days - 1 - index))
    }

    /// The day that lies `before_end` days before the last.
    pub(crate) fn day(&self, before_end: u32) -> Day {
        let index = i64::from(self.days) - 1 - i64::from(before_end);
        let date = self.start + index.days();
        let (from, to) = (self.epoch_hour(date), self.epoch_hour(date + 1.day()));
        let slots = (from..to).map(|hour| self.slot(hour)).collect();
        Day { date, before_end, kind: kind_of(date), slots }
    }

    /// Hours since the epoch at local midnight. Paris keeps whole-hour offsets since 1911.
    pub(crate) fn epoch_hour(&self, date: Date) -> u64 {
        let midnight = self.instant(date.at(0, 0, 0, 0));
        u64::try_from(midnight.as_second() / 3600).expect("settings refuse spans before 1970")
    }

    /// The instant of a local wall time.
    pub(crate) fn instant(&self, at: DateTime) -> Timestamp {
        let zoned = at.to_zoned(self.zone.clone()).expect("settings refuse years without room");
        zoned.timestamp()
    }

    /// Seconds between UTC and the local time of an hour.
    pub(crate) fn offset_seconds(&self, epoch_hour: u64) -> i32 {
        self.zoned(epoch_hour).offset().seconds()
    }

    fn slot(&self, epoch_hour: u64) -> Slot {
        let start = self.zoned(epoch_hour);
        let hour = start.hour().unsigned_abs();
        let end = self.zoned(epoch_hour + 1).strftime(ISO).to_string();
        Slot { epoch_hour, hour, start: start.strftime(ISO).to_string(), end }
    }

    fn zoned(&self, epoch_hour: u64) -> Zoned {
        utc(epoch_hour).to_zoned(self.zone.clone())
    }
}

/// The instant of an hour since the epoch.
pub(crate) fn utc(epoch_hour: u64) -> Timestamp {
    let second = i64::try_from(epoch_hour * 3600).expect("an hour of the calendar fits");
    Timestamp::from_second(second).expect("an hour of the calendar is an instant")
}

fn kind_of(day: Date) -> DayKind {
    if is_holiday(day) {
        return DayKind::Holiday;
    }
    match day.weekday() {
        Weekday::Saturday => DayKind::Saturday,
        Weekday::Sunday => DayKind::Sunday,
        _ => DayKind::Weekday,
    }
}

/// A span of whole days.
pub(crate) fn days(count: usize) -> Span {
    i64::try_from(count).expect("a draw of a few hundred days").days()
}

/// The eleven French public holidays.
pub(crate) fn is_holiday(day: Date) -> bool {
    let fixed = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)];
    let easter = easter_sunday(day.year());
    fixed.contains(&(day.month(), day.day())) || [1, 39, 50].iter().any(|&after: &i64| easter + after.days() == day)
}

/// Easter Sunday by the anonymous Gregorian computus.
fn easter_sunday(year: i16) -> Date {
    let full = i32::from(year);
    let (golden, century, rest) = (full % 19, full / 100, full % 100);
    let leap = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * golden + century - century / 4 - leap + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (rest / 4) - epact - rest % 4) % 7;
    let correction = (golden + 11 * epact + 22 * weekday) / 451;
    let count = epact + weekday - 7 * correction + 114;
    let part = |value: i32| i8::try_from(value).expect("a month or a day of it is small");
    date(year, part(count / 31), part(count % 31 + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(end: Date, days: u32) -> Calendar {
        Calendar::new(&Settings { days, end, ..Settings::default() }).unwrap()
    }

    #[test]
    fn the_default_span_holds_the_autumn_day_of_25_hours() {
        let calendar = calendar(date(2025, 11, 4), 77);
        let autumn = calendar.days().find(|day| day.date == date(2025, 10, 26)).unwrap();
        assert_eq!(autumn.slots.len(), 25);
        assert_eq!(autumn.slots[1].end, "2025-10-26T02:00:00+02:00");
        assert_eq!(autumn.slots[2].end, "2025-10-26T02:00:00+01:00");
        assert_eq!(calendar.days().next().unwrap().date, date(2025, 8, 20));
    }

    #[test]
    fn the_spring_day_has_no_hour_that_starts_at_two() {
        let spring = calendar(date(2025, 3, 30), 1).day(0);
        assert_eq!(spring.slots.len(), 23);
        assert!(spring.slots.iter().all(|slot| slot.hour != 2));
    }

    #[test]
    fn moving_holidays_follow_easter() {
        for day in [date(2025, 4, 21), date(2025, 5, 29), date(2025, 6, 9), date(2024, 4, 1)] {
            assert!(is_holiday(day), "{day}");
        }
        assert!(!is_holiday(date(2025, 4, 20)), "Easter Sunday itself is not one of the eleven");
    }
}

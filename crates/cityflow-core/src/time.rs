//! Days, hours and stamps of the city.
//!
//! A day is the local civil day of 23, 24 or 25 hours. An observation belongs to the hour it starts,
//! and intervals are half-open. See the contract, section 2.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use serde::{Deserialize, Serialize};

/// Seconds in an hour.
pub const HOUR_SECONDS: i64 = 3600;

/// The start of an hour, as an instant: seconds since the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HourStart(pub i64);

impl HourStart {
    /// The end of the hour (excluded), as an instant in seconds.
    pub const fn end(self) -> i64 {
        self.0 + HOUR_SECONDS
    }
}

/// The city's time zone.
#[derive(Clone, Debug)]
pub struct CityZone {
    zone: TimeZone,
}

/// A time zone name that the bundled database does not know.
#[derive(Debug, thiserror::Error)]
#[error("unknown time zone `{name}`: expected an IANA name such as Europe/Paris")]
pub struct UnknownZone {
    name: String,
}

/// Which instant an ambiguous local time (the repeated autumn hour) stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ambiguous {
    /// The first of the two.
    Earlier,
    /// The second of the two.
    Later,
}

/// What a stamp marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marks {
    /// The start of the hour (bikes); the earlier when ambiguous.
    Start,
    /// The end of the hour (road counts, city notice of 2019-06-07); the later when ambiguous.
    End,
}

/// Why a stamp gives no hour. The date is the city's civil date that the stamp names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StampFault {
    /// Not a date and time.
    Unreadable,
    /// Not on a full hour.
    OffHour(Date),
    /// A local time that the spring change skips.
    Nonexistent(Date),
}

impl CityZone {
    /// A zone by its IANA name, from the database compiled into the program.
    pub fn new(name: &str) -> Result<Self, UnknownZone> {
        // The bundled database, never the machine's: the same input gives the same bytes everywhere.
        let zone =
            jiff::tz::TimeZoneDatabase::bundled().get(name).map_err(|_| UnknownZone { name: name.to_owned() })?;
        Ok(Self { zone })
    }

    /// `Europe/Paris`.
    ///
    /// # Panics
    /// Never: the bundled database holds it.
    pub fn paris() -> Self {
        Self::new("Europe/Paris").expect("the bundled database holds Europe/Paris")
    }

    /// The zone's IANA name.
    pub fn name(&self) -> Option<&str> {
        self.zone.iana_name()
    }

    /// The civil day.
    pub fn day(&self, date: Date) -> LocalDay {
        let start = self.midnight(date);
        let end = date.tomorrow().map_or(Timestamp::MAX.as_second(), |next| self.midnight(next));
        LocalDay { date, start, end, zone: self.clone() }
    }

    /// First instant of a civil date, seconds.
    fn midnight(&self, date: Date) -> i64 {
        // A day whose midnight is skipped starts at the change, which "compatible" resolution gives.
        self.zone
            .to_ambiguous_timestamp(date.to_datetime(jiff::civil::Time::midnight()))
            .compatible()
            // The calendar's last days lie past the last instant that a clock can show.
            .map_or(Timestamp::MAX.as_second(), Timestamp::as_second)
    }

    /// The local date of an instant (seconds).
    pub fn date_of(&self, second: i64) -> Option<Date> {
        self.civil(second).map(DateTime::date)
    }

    /// The local wall time of an instant (seconds).
    pub fn civil(&self, second: i64) -> Option<DateTime> {
        let instant = Timestamp::from_second(second).ok()?;
        Some(self.zone.to_offset(instant).to_datetime(instant))
    }

    /// The instant as ISO 8601 with the local offset: `2024-01-04T08:00:00+01:00`.
    pub fn iso(&self, second: i64) -> String {
        let Ok(instant) = Timestamp::from_second(second) else { return String::new() };
        let offset = self.zone.to_offset(instant);
        let civil = offset.to_datetime(instant);
        let minutes = offset.seconds() / 60;
        let sign = if minutes < 0 { '-' } else { '+' };
        format!("{civil}{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
    }

    /// The instant (seconds) of a local wall time; none when the spring change skips it.
    pub fn resolve(&self, civil: DateTime, ambiguous: Ambiguous) -> Option<i64> {
        let resolved = self.zone.to_ambiguous_timestamp(civil);
        let instant = match (resolved.offset(), ambiguous) {
            (AmbiguousOffset::Gap { .. }, _) => return None,
            (_, Ambiguous::Earlier) => resolved.earlier(),
            (_, Ambiguous::Later) => resolved.later(),
        };
        instant.ok().map(Timestamp::as_second)
    }

    /// The instant (seconds) of a local wall time, moving a skipped one forward by the change.
    pub fn resolve_lenient(&self, civil: DateTime) -> Option<i64> {
        self.zone.to_ambiguous_timestamp(civil).compatible().ok().map(Timestamp::as_second)
    }

    /// The hour that a stamp stands for.
    pub fn hour_of_stamp(&self, text: &str, marks: Marks) -> Result<HourStart, StampFault> {
        let stamp = Stamp::parse(text).ok_or(StampFault::Unreadable)?;
        let ambiguous = match marks {
            Marks::Start => Ambiguous::Earlier,
            Marks::End => Ambiguous::Later,
        };
        let second = match stamp.offset {
            Some(offset) => offset.to_timestamp(stamp.civil).map_err(|_| StampFault::Unreadable)?.as_second(),
            None => match self.resolve(stamp.civil, ambiguous) {
                Some(second) => second,
                None if stamp.is_on_the_hour() => return Err(StampFault::Nonexistent(stamp.civil.date())),
                None => return Err(StampFault::OffHour(stamp.civil.date())),
            },
        };
        // An offset of half an hour can put a full written hour off the city's full hours.
        let local = self.civil(second).ok_or(StampFault::Unreadable)?;
        if !stamp.is_on_the_hour() || local.minute() != 0 {
            return Err(StampFault::OffHour(local.date()));
        }
        Ok(HourStart(match marks {
            Marks::Start => second,
            Marks::End => second - HOUR_SECONDS,
        }))
    }
}

/// A date and time as written, with its offset when it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The wall time that is written.
    pub civil: DateTime,
    /// The offset that is written; none for local wall time.
    pub offset: Option<Offset>,
}

impl Stamp {
    /// Whether the written time is a full hour.
    pub fn is_on_the_hour(&self) -> bool {
        self.civil.minute() == 0 && self.civil.second() == 0 && self.civil.subsec_nanosecond() == 0
    }

    /// Reads `YYYY-MM-DD[T ]HH[:MM[:SS[.fff]]]` with an optional `Z`, `±HH`, `±HHMM` or `±HH:MM`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let bytes = text.as_bytes();
        if bytes.len() < 13 || !text.is_ascii() || !matches!(bytes[10], b'T' | b't' | b' ') {
            return None;
        }
        let date = parse_date(&text[..10])?;
        let clock = &text[11..];
        let zone_at = clock.find(['Z', 'z', '+', '-']).unwrap_or(clock.len());
        let offset = match &clock[zone_at..] {
            "" => None,
            "Z" | "z" => Some(Offset::UTC),
            written => Some(parse_offset(written)?),
        };
        let time = parse_clock(clock[..zone_at].trim_end())?;
        Some(Self { civil: date.to_datetime(time), offset })
    }

    /// The instant in seconds, reading a stamp without offset as the city's wall time.
    pub fn second(&self, zone: &CityZone, ambiguous: Ambiguous) -> Option<i64> {
        match self.offset {
            Some(offset) => offset.to_timestamp(self.civil).ok().map(Timestamp::as_second),
            None => zone.resolve(self.civil, ambiguous),
        }
    }
}

/// Reads `YYYY-MM-DD`.
pub fn parse_date(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let year = digits(&bytes[..4])?;
    let month = digits(&bytes[5..7])?;
    let day = digits(&bytes[8..10])?;
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// The last `YYYY-MM-DD` written in a name, not part of a longer number: the date of an export.
pub fn last_date_in(name: &str) -> Option<Date> {
    let bytes = name.as_bytes();
    let digit_at = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    (0..bytes.len()).rev().find_map(|from| {
        let apart = (from == 0 || !digit_at(from - 1)) && !digit_at(from + 10);
        apart.then(|| name.get(from..from + 10)).flatten().and_then(parse_date)
    })
}

fn parse_clock(text: &str) -> Option<jiff::civil::Time> {
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    if fraction.is_some_and(|f| f.is_empty() || !f.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let mut parts = whole.split(':').map(|part| (part.len() == 2).then(|| digits(part.as_bytes())).flatten());
    let hour = parts.next()??;
    let minute = parts.next().unwrap_or(Some(0))?;
    let second = parts.next().unwrap_or(Some(0))?;
    if parts.next().is_some() {
        return None;
    }
    let nanosecond = i32::from(fraction.is_some_and(|f| f.bytes().any(|b| b != b'0')));
    jiff::civil::Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, i8::try_from(second).ok()?, nanosecond)
        .ok()
}

fn parse_offset(text: &str) -> Option<Offset> {
    let negative = text.starts_with('-');
    let rest: String = text.get(1..)?.chars().filter(|c| *c != ':').collect();
    let (hours, minutes) = match rest.len() {
        2 => (digits(rest.as_bytes())?, 0),
        4 => (digits(&rest.as_bytes()[..2])?, digits(&rest.as_bytes()[2..])?),
        _ => return None,
    };
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    Offset::from_seconds(if negative { -seconds } else { seconds }).ok()
}

fn digits(bytes: &[u8]) -> Option<u32> {
    bytes.iter().try_fold(0_u32, |number, byte| byte.is_ascii_digit().then(|| number * 10 + u32::from(byte - b'0')))
}

/// A local civil day, half-open: `[start, end)`.
#[derive(Clone, Debug)]
pub struct LocalDay {
    /// The civil date.
    pub date: Date,
    /// First instant, seconds.
    pub start: i64,
    /// First instant of the next day, seconds.
    pub end: i64,
    zone: CityZone,
}

impl LocalDay {
    /// Hours that the day has: 23, 24 or 25.
    pub fn expected_hours(&self) -> usize {
        usize::try_from((self.end - self.start) / HOUR_SECONDS).unwrap_or(0)
    }

    /// The position of an hour in the day; none when it belongs to another day.
    pub fn slot(&self, hour: HourStart) -> Option<usize> {
        (self.start <= hour.0 && hour.0 < self.end)
            .then(|| usize::try_from((hour.0 - self.start) / HOUR_SECONDS).ok())
            .flatten()
    }

    /// The start of the slot at a position.
    pub fn hour(&self, slot: usize) -> HourStart {
        HourStart(self.start + i64::try_from(slot).unwrap_or(0) * HOUR_SECONDS)
    }

    /// The slot starts in order.
    pub fn hours(&self) -> impl Iterator<Item = HourStart> + '_ {
        (0..self.expected_hours()).map(|slot| self.hour(slot))
    }

    /// The slot starts, ISO with offset: what `heures[]` says.
    pub fn hours_iso(&self) -> Vec<String> {
        self.hours().map(|hour| self.zone.iso(hour.0)).collect()
    }

    /// The local start hour of a slot, 0..23.
    pub fn local_hour(&self, slot: usize) -> u8 {
        self.zone.civil(self.hour(slot).0).map_or(0, |civil| civil.hour().unsigned_abs())
    }

    /// The label of a slot: its local hour and whether it is the second time that the day shows it.
    pub fn label(&self, slot: usize) -> (u8, bool) {
        let hour = self.local_hour(slot);
        (hour, slot > 0 && self.local_hour(slot - 1) == hour)
    }

    /// The city's zone.
    pub const fn zone(&self) -> &CityZone {
        &self.zone
    }

    /// The day that lies `days` later (earlier when negative); none past the calendar's end.
    pub fn offset(&self, days: i64) -> Option<Self> {
        let date = self.date.checked_add(jiff::Span::new().try_days(days).ok()?).ok()?;
        Some(self.zone.day(date))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn start(text: &str, marks: Marks) -> String {
        let paris = CityZone::paris();
        paris.hour_of_stamp(text, marks).map_or_else(|fault| format!("{fault:?}"), |hour| paris.iso(hour.0))
    }

    #[test]
    fn a_midnight_stamp_belongs_to_the_day_before() {
        assert_eq!(start("2023-02-06T00:00:00+01:00", Marks::End), "2023-02-05T23:00:00+01:00");
        assert_eq!(start("2023-02-06 00:00:00", Marks::End), "2023-02-05T23:00:00+01:00");
    }

    #[test]
    fn the_spring_day_has_23_hours_and_no_two_oclock() {
        let paris = CityZone::paris();
        let day = paris.day(date(2023, 3, 26));
        assert_eq!(day.expected_hours(), 23);
        assert!(!(0..23).any(|slot| day.local_hour(slot) == 2));
        assert_eq!(
            paris.hour_of_stamp("2023-03-26 02:00:00", Marks::End),
            Err(StampFault::Nonexistent(date(2023, 3, 26)))
        );
        // 03:00 summer time is the end of the hour that began at 01:00 winter time.
        assert_eq!(start("2023-03-26 03:00:00", Marks::End), "2023-03-26T01:00:00+01:00");
    }

    #[test]
    fn the_last_days_of_the_calendar_are_days_of_no_more_hours_than_others() {
        for (month, day) in [(12, 29), (12, 30), (12, 31)] {
            assert!(CityZone::paris().day(date(9999, month, day)).expected_hours() <= 24, "{month}-{day}");
        }
    }

    #[test]
    fn the_autumn_day_has_25_hours_and_tells_both_two_oclocks_apart() {
        let day = CityZone::paris().day(date(2023, 10, 29));
        assert_eq!(day.expected_hours(), 25);
        assert_eq!(day.hours_iso()[2], "2023-10-29T02:00:00+02:00");
        assert_eq!(day.hours_iso()[3], "2023-10-29T02:00:00+01:00");
        assert_eq!((day.label(2), day.label(3)), ((2, false), (2, true)));
    }

    #[test]
    fn an_ambiguous_end_stamp_is_the_later_and_an_ambiguous_start_stamp_the_earlier() {
        assert_eq!(start("2023-10-29 02:00:00", Marks::End), "2023-10-29T02:00:00+02:00");
        assert_eq!(start("2023-10-29 02:00:00", Marks::Start), "2023-10-29T02:00:00+02:00");
        assert_eq!(start("2023-10-29 03:00:00", Marks::End), "2023-10-29T02:00:00+01:00");
    }

    #[test]
    fn an_off_hour_stamp_belongs_to_the_date_it_names() {
        let paris = CityZone::paris();
        let fault = paris.hour_of_stamp("2024-01-04T08:30:00+01:00", Marks::End);
        assert_eq!(fault, Err(StampFault::OffHour(date(2024, 1, 4))));
        // An instant names the city's date, whatever offset it is written with.
        let fault = paris.hour_of_stamp("2021-06-14T22:30:00+00:00", Marks::Start);
        assert_eq!(fault, Err(StampFault::OffHour(date(2021, 6, 15))));
        let fault = paris.hour_of_stamp("2023-03-26 02:30:00", Marks::End);
        assert_eq!(fault, Err(StampFault::OffHour(date(2023, 3, 26))));
    }

    #[test]
    fn the_date_of_a_name_is_the_last_one_written_in_it() {
        assert_eq!(last_date_in("batch/x/dt=2023-01-01/é_2024-02-03.csv"), Some(date(2024, 2, 3)));
        assert_eq!(last_date_in("x_2024-02-03_2024-13-01.csv"), Some(date(2024, 2, 3)));
        assert_eq!(last_date_in("x_12024-02-03.csv"), None);
        assert_eq!(last_date_in("2024-02-031"), None);
    }

    #[test]
    fn stamps_are_read_in_their_usual_spellings() {
        for text in [
            "2024-01-04T08:00:00+01:00",
            "2024-01-04 07:00:00Z",
            "2024-01-04T07:00Z",
            "2024-01-04T07:00:00.000+0000",
            "2024-01-04 08:00",
        ] {
            assert_eq!(start(text, Marks::Start), "2024-01-04T08:00:00+01:00", "{text}");
        }
        for text in
            ["", "2024-01-04", "04/01/2024 08:00", "2024-13-01T00:00:00Z", "2024-01-04T8:00", "2024-01-04T25:00"]
        {
            assert_eq!(CityZone::paris().hour_of_stamp(text, Marks::Start), Err(StampFault::Unreadable), "{text}");
        }
    }

    #[test]
    fn a_day_never_counts_an_hour_of_another_day_from_2015_to_2030() {
        let paris = CityZone::paris();
        let mut day = paris.day(date(2015, 1, 1));
        while day.date.year() <= 2030 {
            let next = day.offset(1).unwrap();
            assert_eq!(day.end, next.start);
            assert!(matches!(day.expected_hours(), 23..=25));
            for (slot, hour) in day.hours().enumerate() {
                assert_eq!(paris.date_of(hour.0), Some(day.date));
                assert_eq!(day.slot(hour), Some(slot));
                assert_eq!(next.slot(hour), None);
                assert_eq!(paris.hour_of_stamp(&paris.iso(hour.0), Marks::Start), Ok(hour));
                assert_eq!(paris.hour_of_stamp(&paris.iso(hour.end()), Marks::End), Ok(hour));
            }
            day = next;
        }
    }
}

//! Arithmetic of periods: unions, clips, what touches a day. Instants are seconds, intervals half-open.

use jiff::civil::{Time, time};

use super::record::Period;
use crate::time::LocalDay;

/// First minute of the service window, local time of D (contract, section 4).
const SERVICE_START: Time = time(5, 30, 0, 0);

/// End of the service window, local time of D + 1.
const SERVICE_END: Time = time(1, 15, 0, 0);

/// An interval `[from, to)`, seconds.
pub type Span = (i64, i64);

impl Period {
    /// The part of the period inside an interval; none when they do not meet.
    pub fn within(&self, (from, to): Span) -> Option<Span> {
        let part = (self.begin.max(from), self.end.unwrap_or(i64::MAX).min(to));
        (part.0 < part.1).then_some(part)
    }

    /// The period cut off at an instant; none when it had not begun.
    pub fn ended_at(self, instant: i64) -> Option<Self> {
        let end = self.end.map_or(instant, |end| end.min(instant));
        (self.begin < instant).then_some(Self { begin: self.begin, end: Some(end) })
    }
}

/// The day as an interval.
pub const fn day_span(day: &LocalDay) -> Span {
    (day.start, day.end)
}

/// The service window of a day: 05:30 to 01:15 of the next.
pub fn service_window(day: &LocalDay) -> Span {
    let next = day.date.tomorrow().unwrap_or(day.date);
    let resolve = |date: jiff::civil::Date, at: Time| day.zone().resolve_lenient(date.to_datetime(at));
    (resolve(day.date, SERVICE_START).unwrap_or(day.start), resolve(next, SERVICE_END).unwrap_or(day.end))
}

/// Seconds covered by at least one of the intervals.
pub fn union_seconds(mut spans: Vec<Span>) -> i64 {
    spans.sort_unstable();
    let mut covered = 0;
    let mut reached = i64::MIN;
    for (from, to) in spans {
        if to > reached {
            covered += to - from.max(reached);
            reached = to;
        }
    }
    covered
}

/// Seconds as minutes.
pub fn minutes(seconds: i64) -> f64 {
    seconds as f64 / 60.0
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::time::CityZone;

    #[test]
    fn overlapping_intervals_are_counted_once() {
        assert_eq!(union_seconds(vec![(10, 20), (0, 5), (15, 30), (16, 18), (30, 31)]), 26);
        assert_eq!(union_seconds(Vec::new()), 0);
    }

    #[test]
    fn the_service_window_is_19_h_45_even_on_clock_change_days() {
        for (month, day) in [(2, 5), (3, 30), (3, 29), (10, 26), (10, 25)] {
            let (from, to) = service_window(&CityZone::paris().day(date(2025, month, day)));
            assert_eq!(to - from, 1185 * 60, "{month}-{day}");
        }
    }

    #[test]
    fn an_open_period_reaches_the_end_and_an_empty_one_meets_nothing() {
        assert_eq!(Period { begin: 5, end: None }.within((0, 10)), Some((5, 10)));
        assert_eq!(Period { begin: 5, end: Some(5) }.within((0, 10)), None);
        assert_eq!(Period { begin: 0, end: Some(10) }.within((10, 20)), None);
        assert_eq!(Period { begin: 5, end: None }.ended_at(8), Some(Period { begin: 5, end: Some(8) }));
        assert_eq!(Period { begin: 8, end: None }.ended_at(8), None);
    }
}

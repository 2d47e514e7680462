//! What a row or an export of roadworks can break.

use jiff::civil::Date;

use super::record::status;
use crate::quality::Rule;

/// Age from which an export no longer stands for the day, days (contract, section 9).
pub const STALE_AFTER_DAYS: i32 = 31;

/// A date as it stands in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateCell {
    /// A civil date.
    Date(Date),
    /// No value.
    Null,
    /// Something else.
    Unreadable,
}

impl DateCell {
    /// The date, when there is one.
    pub const fn date(self) -> Option<Date> {
        match self {
            Self::Date(date) => Some(date),
            Self::Null | Self::Unreadable => None,
        }
    }
}

/// The one rule that a row's period breaks; works with such a period are never active.
pub fn period(start: DateCell, end: DateCell) -> Option<Rule> {
    match (start, end) {
        (DateCell::Unreadable, _) | (_, DateCell::Unreadable) => Some(Rule::UnreadablePeriod),
        (DateCell::Null, _) | (_, DateCell::Null) => Some(Rule::MissingDate),
        (DateCell::Date(start), DateCell::Date(end)) => (end < start).then_some(Rule::InvertedPeriod),
    }
}

/// Whether a status contradicts dates that hold (`inside`) or do not hold the export's own date: planned or
/// finished works must be outside, works in progress or extended inside; suspended ones may be either.
pub const fn contradicts(status: u8, inside: bool) -> bool {
    match status {
        status::PLANNED | status::FINISHED => inside,
        status::IN_PROGRESS | status::EXTENDED => !inside,
        _ => false,
    }
}

/// Whether so many contradictions among the rows that have both dates say that the export's date is wrong:
/// more than half of them.
pub const fn date_is_doubtful(contradictions: usize, dated_rows: usize) -> bool {
    2 * contradictions > dated_rows
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_row_breaks_one_period_rule_at_most() {
        let (early, late) = (DateCell::Date(date(2024, 1, 1)), DateCell::Date(date(2024, 1, 2)));
        assert_eq!(period(early, late), None);
        assert_eq!(period(early, early), None);
        assert_eq!(period(late, early), Some(Rule::InvertedPeriod));
        assert_eq!(period(DateCell::Null, DateCell::Null), Some(Rule::MissingDate));
        assert_eq!(period(DateCell::Unreadable, DateCell::Null), Some(Rule::UnreadablePeriod));
    }

    #[test]
    fn planned_or_finished_works_must_be_outside_and_current_ones_inside() {
        let contradicting: Vec<_> = (0..=6).flat_map(|status| [(status, true), (status, false)]).collect();
        let found: Vec<_> =
            contradicting.into_iter().filter(|(status, inside)| contradicts(*status, *inside)).collect();
        assert_eq!(found, [(1, true), (2, false), (4, false), (5, true)]);
    }

    #[test]
    fn exactly_half_is_not_yet_doubtful() {
        assert!(!date_is_doubtful(2, 4));
        assert!(date_is_doubtful(3, 5));
        assert!(!date_is_doubtful(0, 0));
    }
}

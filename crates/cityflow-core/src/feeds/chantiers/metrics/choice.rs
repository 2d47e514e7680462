//! Which export stands for a day, and how well.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::feeds::chantiers::issues::STALE_AFTER_DAYS;
use crate::feeds::chantiers::record::export_date;

/// The export to open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExportChoice {
    /// Its place among the names.
    pub index: usize,
    /// Whether it is later than the day (issue `export_posterieur`).
    pub later: bool,
}

/// Chooses among the names of the exports: the newest whose date is not after the day, an undated one being
/// older than all; else the oldest. Of equal dates, the last by name. None without names.
pub fn choose_export<S: AsRef<str>>(names: &[S], day: Date) -> Option<ExportChoice> {
    let dated = || names.iter().enumerate().map(|(index, name)| (export_date(name.as_ref()), name.as_ref(), index));
    let newest = dated().filter(|(date, ..)| date.is_none_or(|date| date <= day)).max();
    if let Some((_, _, index)) = newest {
        return Some(ExportChoice { index, later: false });
    }
    let oldest = dated().map(|(date, ..)| date).min()?;
    let (_, _, index) = dated().filter(|(date, ..)| *date == oldest).max()?;
    Some(ExportChoice { index, later: true })
}

/// How an export stands to the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExportStanding {
    /// Not later than the day and at most 31 days old, or undated.
    Current,
    /// More than 31 days old: the source is `partiel`.
    Stale,
    /// Later than the day: the source is `partiel`.
    Later,
}

impl ExportStanding {
    /// By the age of the export in days; none for an undated one.
    pub fn of(age_days: Option<i32>) -> Self {
        match age_days {
            Some(age) if age < 0 => Self::Later,
            Some(age) if age > STALE_AFTER_DAYS => Self::Stale,
            _ => Self::Current,
        }
    }

    /// Whether the source is `partiel`.
    pub const fn is_partial(self) -> bool {
        !matches!(self, Self::Current)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn choose(names: &[&str], day: Date) -> Option<(usize, bool)> {
        choose_export(names, day).map(|choice| (choice.index, choice.later))
    }

    #[test]
    fn the_newest_export_not_after_the_day_is_chosen() {
        let names = ["c_2023-12-17.csv", "c_2024-10-29.csv", "c_2024-01-10.csv"];
        assert_eq!(choose(&names, date(2024, 10, 29)), Some((1, false)));
        assert_eq!(choose(&names, date(2024, 10, 28)), Some((2, false)));
        assert_eq!(choose(&names, date(2023, 12, 17)), Some((0, false)));
    }

    #[test]
    fn without_one_the_oldest_is_chosen_and_flagged() {
        let names = ["c_2024-10-29.csv", "c_2023-12-17.csv"];
        assert_eq!(choose(&names, date(2023, 12, 16)), Some((1, true)));
        assert_eq!(choose(&[], date(2023, 12, 16)), None);
    }

    #[test]
    fn an_undated_export_is_older_than_all() {
        let names = ["chantiers.csv", "c_2023-12-17.csv"];
        assert_eq!(choose(&names, date(2023, 12, 16)), Some((0, false)));
        assert_eq!(choose(&names, date(2023, 12, 17)), Some((1, false)));
    }

    #[test]
    fn of_equal_dates_the_last_by_name_is_chosen() {
        let names = ["b_2023-12-17.csv", "a_2023-12-17.csv"];
        assert_eq!(choose(&names, date(2024, 1, 1)), Some((0, false)));
        assert_eq!(choose(&names, date(2023, 1, 1)), Some((0, true)));
    }

    #[test]
    fn an_export_is_stale_after_31_days_and_an_undated_one_never() {
        assert_eq!(ExportStanding::of(Some(31)), ExportStanding::Current);
        assert_eq!(ExportStanding::of(Some(32)), ExportStanding::Stale);
        assert_eq!(ExportStanding::of(Some(-1)), ExportStanding::Later);
        assert_eq!(ExportStanding::of(None), ExportStanding::Current);
        assert!(ExportStanding::Later.is_partial() && ExportStanding::Stale.is_partial());
        assert!(!ExportStanding::Current.is_partial());
    }
}

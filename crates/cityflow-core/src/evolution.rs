//! The day against the week before, like with like.
//!
//! A city-wide sum falls when sensors fall silent. So sums run over the hours that are valid on both days,
//! of sensors that are usable on both, and say how many sensors that is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::hourly::{Observation, ObservedDay};
use crate::quality::USABLE_HOURS;
use crate::time::LocalDay;

/// One row of `evolution_vs_semaine_precedente`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Value of D over what can be compared.
    pub valeur: Option<f64>,
    /// Value of D − 7 over the same.
    pub valeur_precedente: Option<f64>,
    /// `valeur − valeur_precedente`.
    pub difference: Option<f64>,
    /// 100 × difference / `valeur_precedente`; null when that is 0.
    pub pourcentage: Option<f64>,
    /// Sensors that could be compared.
    pub comparables: Option<u64>,
    /// Why there is no comparison.
    pub raison: Option<String>,
}

impl Change {
    /// A comparison that could not be made.
    pub fn none(reason: &str) -> Self {
        Self { raison: Some(reason.to_owned()), ..Self::default() }
    }

    /// A comparison of two values.
    pub fn between(now: f64, before: f64, comparables: Option<u64>) -> Self {
        let difference = now - before;
        Self {
            valeur: Some(now),
            valeur_precedente: Some(before),
            difference: Some(difference),
            pourcentage: (before != 0.0).then(|| 100.0 * difference / before),
            comparables,
            raison: None,
        }
    }
}

/// One of the two days that are compared.
pub type Side<'a, S, V> = (&'a LocalDay, &'a ObservedDay<S, V>);

/// The rows of one sensor on D and on D − 7.
type Pair<'a, S, V> = (&'a [Observation<S, V>], &'a [Observation<S, V>]);

/// An hour of the day as people name it: its local hour, and whether it is the second of that name.
type Label = (u8, bool);

/// The hours of one sensor by label.
fn by_label<'a, S, V>(day: &LocalDay, rows: &'a [Observation<S, V>]) -> BTreeMap<Label, &'a V> {
    rows.iter().filter_map(|row| Some((day.label(day.slot(row.hour)?), &row.values))).collect()
}

/// The sensors that have at least [`USABLE_HOURS`] valid hours on both days, with their rows of each.
pub fn comparable<'a, S: Ord, V>(
    now: Side<'a, S, V>,
    before: Side<'a, S, V>,
    is_valid: impl Fn(&V) -> bool,
) -> Vec<Pair<'a, S, V>> {
    let usable = |rows: &[Observation<S, V>]| rows.iter().filter(|row| is_valid(&row.values)).count() >= USABLE_HOURS;
    let week_before: BTreeMap<&S, _> =
        before.1.by_sensor().filter(|rows| usable(rows)).map(|rows| (&rows[0].sensor, rows)).collect();
    now.1
        .by_sensor()
        .filter(|rows| usable(rows))
        .filter_map(|rows| Some((rows, *week_before.get(&rows[0].sensor)?)))
        .collect()
}

/// Sums a value over the (sensor, hour label) pairs that have it on both days.
pub fn compare_hours<S: Ord, V>(
    now: Side<'_, S, V>,
    before: Side<'_, S, V>,
    is_valid: impl Fn(&V) -> bool,
    value: impl Fn(&S, &V) -> Option<f64>,
) -> Change {
    let (mut sum_now, mut sum_before, mut sensors) = (0.0, 0.0, 0);
    for (rows_now, rows_before) in comparable(now, before, is_valid) {
        let sensor = &rows_now[0].sensor;
        let week_before = by_label(before.0, rows_before);
        let pairs: Vec<(f64, f64)> = by_label(now.0, rows_now)
            .into_iter()
            .filter_map(|(label, values)| Some((value(sensor, values)?, value(sensor, week_before.get(&label)?)?)))
            .collect();
        sensors += u64::from(!pairs.is_empty());
        sum_now += pairs.iter().map(|(now, _)| now).sum::<f64>();
        sum_before += pairs.iter().map(|(_, before)| before).sum::<f64>();
    }
    if sensors == 0 {
        return Change::none(NO_COMPARABLE_SENSOR);
    }
    Change::between(sum_now, sum_before, Some(sensors))
}

/// The reason when no sensor is usable on both days.
pub const NO_COMPARABLE_SENSOR: &str = "aucun capteur comparable sur les deux jours";
/// The reason when there is nothing seven days before.
pub const NO_WEEK_BEFORE: &str = "aucune donnée sept jours avant";
/// The reason when the day itself has nothing.
pub const NO_DAY: &str = "aucune donnée ce jour";

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::hourly::{HourValues, absorb_field};
    use crate::time::CityZone;

    #[derive(Clone, Debug, PartialEq)]
    struct Count(Option<f64>);

    impl HourValues for Count {
        fn absorb(&mut self, later: Self) -> bool {
            absorb_field(&mut self.0, later.0)
        }
    }

    fn day(at: (i16, i8, i8), sensors: &[(u8, Vec<Option<f64>>)]) -> (LocalDay, ObservedDay<u8, Count>) {
        let local = CityZone::paris().day(date(at.0, at.1, at.2));
        let mut observed = ObservedDay::empty(local.date);
        for (sensor, values) in sensors {
            let rows = values.iter().enumerate();
            observed.observations.extend(rows.map(|(slot, value)| Observation {
                sensor: *sensor,
                hour: local.hour(slot),
                values: Count(*value),
            }));
        }
        (local, observed)
    }

    fn compare(now: &(LocalDay, ObservedDay<u8, Count>), before: &(LocalDay, ObservedDay<u8, Count>)) -> Change {
        let valid = |count: &Count| count.0.is_some();
        compare_hours((&now.0, &now.1), (&before.0, &before.1), valid, |_, count| count.0)
    }

    #[test]
    fn only_hours_valid_on_both_days_of_sensors_usable_on_both_are_summed() {
        let mut holed = vec![Some(10.0); 24];
        holed[5] = None;
        let now = day((2024, 1, 10), &[(1, holed), (2, vec![Some(1.0); 18]), (3, vec![Some(5.0); 24])]);
        let before = day((2024, 1, 3), &[(1, vec![Some(8.0); 24]), (2, vec![Some(1.0); 24])]);
        let change = compare(&now, &before);
        assert_eq!((change.valeur, change.valeur_precedente), (Some(230.0), Some(184.0)));
        assert_eq!((change.difference, change.pourcentage, change.comparables), (Some(46.0), Some(25.0), Some(1)));
    }

    #[test]
    fn the_second_two_oclock_of_the_autumn_day_has_no_partner() {
        let now = day((2023, 10, 29), &[(1, vec![Some(1.0); 25])]);
        let before = day((2023, 10, 22), &[(1, vec![Some(1.0); 24])]);
        assert_eq!(compare(&now, &before).valeur, Some(24.0));
    }

    #[test]
    fn without_a_comparable_sensor_all_is_null_with_a_reason() {
        let change = compare(&day((2024, 1, 10), &[]), &day((2024, 1, 3), &[]));
        assert_eq!(change, Change::none(NO_COMPARABLE_SENSOR));
    }

    #[test]
    fn a_base_of_zero_has_no_percentage() {
        assert_eq!(Change::between(5.0, 0.0, Some(1)).pourcentage, None);
    }
}

//! Failing sensors: one reason each, the first that holds (contract, section 6).

use std::fmt::Display;

use serde::{Deserialize, Serialize};

use crate::hourly::{History, SensorHistory, lay};
use crate::numbers::median;
use crate::quality::USABLE_HOURS;
use crate::time::HourStart;

/// Hours of one non-zero value from which a sensor is stuck.
const CONSTANT_HOURS: usize = 12;
/// Consecutive missing hours that make a gap.
const GAP_HOURS: usize = 6;
/// Days of history from which a gap counts only for a sensor that is usually usable.
const GAP_HISTORY_DAYS: usize = 7;
/// Median hourly flow from which a road that counts zero all day is suspect, veh/h.
const ZERO_MEDIAN_FLOW: f64 = 20.0;
/// Flow from which zero occupancy is incoherent, veh/h.
const INCOHERENT_FLOW: f64 = 20.0;
/// Occupancy from which zero flow is incoherent, percent.
const INCOHERENT_OCCUPANCY: f64 = 5.0;
/// Fewest incoherent hours that count.
const INCOHERENT_HOURS: usize = 3;
/// Share of the hours with both measures above which a sensor is incoherent.
const INCOHERENT_SHARE: f64 = 0.10;

/// What a sensor counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SensorKind {
    /// A bike counter.
    Bike,
    /// A road link.
    Road,
}

/// Why a sensor fails, in the order in which the reasons are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// No valid hour on D, one in the 28 days before.
    Silencieux,
    /// Every hour a valid zero where there is usually traffic.
    Zero,
    /// The same non-zero value for 12 hours or more.
    Constante,
    /// Six or more consecutive missing hours.
    Lacune,
    /// Flow and occupancy contradict each other.
    Incoherent,
}

/// One row of `failing_sensors` and `capteurs_defaillants`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailingSensor {
    /// Sensor id.
    pub id: String,
    /// What it counts.
    #[serde(rename = "type")]
    pub kind: SensorKind,
    /// Name of the sensor.
    pub nom: Option<String>,
    /// The first reason that holds.
    pub raison: Reason,
    /// Start of the first hour concerned, ISO with offset.
    pub depuis: String,
    /// Hours concerned, up to 28 days back.
    pub heures: u64,
}

impl FailingSensor {
    /// Sorts longest first, then by type, then by id in the order of the sensors' own list: arcs by number,
    /// counters by text.
    pub fn sort(rows: &mut [Self]) {
        rows.sort_by(|a, b| {
            let number = |row: &Self| (row.kind == SensorKind::Road).then(|| row.id.parse::<u64>().ok()).flatten();
            (b.heures, a.kind, number(a), &a.id).cmp(&(a.heures, b.kind, number(b), &b.id))
        });
    }
}

/// What a sensor measured in one hour. Bikes have no occupancy.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measure {
    /// Vehicles or bikes per hour.
    pub flow: Option<f64>,
    /// Percent.
    pub occupancy: Option<f64>,
}

impl Measure {
    const fn is_missing(self) -> bool {
        self.flow.is_none() && self.occupancy.is_none()
    }

    fn is_incoherent(self) -> Option<bool> {
        let (flow, occupancy) = (self.flow?, self.occupancy?);
        let no_occupancy = flow >= INCOHERENT_FLOW && occupancy == 0.0;
        let no_flow = occupancy >= INCOHERENT_OCCUPANCY && flow == 0.0;
        Some(no_occupancy || no_flow)
    }
}

/// The state of a sensor on D.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing is wrong.
    Working,
    /// It fails since an hour.
    Failing {
        /// Why.
        reason: Reason,
        /// First hour concerned.
        since: HourStart,
        /// Hours concerned.
        hours: usize,
    },
    /// No valid hour on D nor in the 28 days before.
    OutOfService,
}

/// The measures of one sensor, day by day, D last; hours without a row are missing measures.
pub struct SensorMeasures {
    /// Start of the first hour of the first day.
    pub first: HourStart,
    /// One list a day, as long as the day has hours.
    pub days: Vec<Vec<Measure>>,
}

impl SensorMeasures {
    /// Lays the observations of one sensor on the hours of the history's days.
    pub fn of<S, V>(
        history: &History<S, V>,
        sensor: &SensorHistory<'_, S, V>,
        measure: impl Fn(&V) -> Measure,
    ) -> Self {
        let days = history.days.iter().zip(&sensor.days).map(|((local, _), rows)| lay(local, rows, &measure)).collect();
        let first = history.days.first().map_or(0, |(local, _)| local.start);
        Self { first: HourStart(first), days }
    }
}

/// A run of hours in the flattened look-back.
#[derive(Clone, Copy)]
struct Run {
    from: usize,
    len: usize,
}

/// The look-back as one line of hours.
struct Hours {
    first: HourStart,
    all: Vec<Measure>,
    /// Where D begins.
    today: usize,
}

impl Hours {
    fn new(measures: &SensorMeasures) -> Self {
        let all: Vec<Measure> = measures.days.iter().flatten().copied().collect();
        let today = all.len() - measures.days.last().map_or(0, Vec::len);
        Self { first: measures.first, all, today }
    }

    fn of_day(&self) -> &[Measure] {
        &self.all[self.today..]
    }

    fn past(&self) -> &[Measure] {
        &self.all[..self.today]
    }

    fn start(&self, at: usize) -> HourStart {
        HourStart(self.first.0 + i64::try_from(at).unwrap_or(0) * crate::time::HOUR_SECONDS)
    }

    /// The longest run on D of hours that continue one another, then the earliest.
    fn longest_run(&self, continues: impl Fn(Measure, Measure) -> bool) -> Option<Run> {
        let mut best: Option<Run> = None;
        let mut from = self.today;
        for at in self.today..self.all.len() {
            if at == self.today || !continues(self.all[at - 1], self.all[at]) {
                from = at;
            }
            let len = at + 1 - from;
            // A run of one hour counts only when the hour continues itself.
            if continues(self.all[at], self.all[at]) && best.is_none_or(|run| len > run.len) {
                best = Some(Run { from, len });
            }
        }
        best
    }

    /// Carries a run that begins with D back, hour by hour.
    fn extend_back(&self, run: Run, continues: impl Fn(Measure, Measure) -> bool) -> Run {
        if run.from != self.today {
            return run;
        }
        let mut from = run.from;
        while from > 0 && continues(self.all[from - 1], self.all[from]) {
            from -= 1;
        }
        Run { from, len: run.len + run.from - from }
    }

    fn failing(&self, reason: Reason, run: Run) -> Verdict {
        Verdict::Failing { reason, since: self.start(run.from), hours: run.len }
    }
}

/// Judges a sensor of D.
pub fn judge(kind: SensorKind, measures: &SensorMeasures) -> Verdict {
    let hours = Hours::new(measures);
    if hours.of_day().iter().all(|hour| hour.is_missing()) {
        if hours.past().iter().all(|hour| hour.is_missing()) {
            return Verdict::OutOfService;
        }
        let whole_day = Run { from: hours.today, len: hours.of_day().len() };
        return hours.failing(Reason::Silencieux, hours.extend_back(whole_day, both_missing));
    }
    zero(kind, &hours)
        .or_else(|| constant(&hours))
        .or_else(|| gap(&hours, measures))
        .or_else(|| (kind == SensorKind::Road).then(|| incoherent(&hours)).flatten())
        .unwrap_or(Verdict::Working)
}

/// What judging the sensors of a day gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// Those that fail, in the order of [`FailingSensor::sort`].
    pub failing: Vec<FailingSensor>,
    /// Sensors without a valid hour on D nor in the 28 days before.
    pub out_of_service: usize,
}

/// Judges every sensor of D; `names` are those of `sensors`, in the same order.
pub fn judge_all<'a, S: Display, V>(
    kind: SensorKind,
    history: &History<S, V>,
    sensors: &[SensorHistory<'_, S, V>],
    names: impl IntoIterator<Item = Option<&'a str>>,
    measure: impl Fn(&V) -> Measure,
) -> Judged {
    let zone = history.today().0.zone();
    let mut judged = Judged::default();
    for (sensor, name) in sensors.iter().zip(names) {
        match judge(kind, &SensorMeasures::of(history, sensor, &measure)) {
            Verdict::Working => {}
            Verdict::OutOfService => judged.out_of_service += 1,
            Verdict::Failing { reason, since, hours } => judged.failing.push(FailingSensor {
                id: sensor.sensor.to_string(),
                kind,
                nom: name.map(str::to_owned),
                raison: reason,
                depuis: zone.iso(since.0),
                heures: hours as u64,
            }),
        }
    }
    FailingSensor::sort(&mut judged.failing);
    judged
}

fn both_missing(a: Measure, b: Measure) -> bool {
    a.is_missing() && b.is_missing()
}

fn both_zero(a: Measure, b: Measure) -> bool {
    a.flow == Some(0.0) && b.flow == Some(0.0)
}

fn same_non_zero(a: Measure, b: Measure) -> bool {
    a.flow.is_some() && a.flow == b.flow && a.flow != Some(0.0)
}

fn zero(kind: SensorKind, hours: &Hours) -> Option<Verdict> {
    if !hours.of_day().iter().all(|hour| hour.flow == Some(0.0)) {
        return None;
    }
    let run = hours.extend_back(Run { from: hours.today, len: hours.of_day().len() }, both_zero);
    if kind == SensorKind::Road {
        // The run of zeros itself says nothing about the usual traffic.
        let before = hours.all[..run.from].iter().filter_map(|hour| hour.flow).collect();
        median(before).filter(|usual| *usual >= ZERO_MEDIAN_FLOW)?;
    }
    Some(hours.failing(Reason::Zero, run))
}

fn constant(hours: &Hours) -> Option<Verdict> {
    let run = hours.longest_run(same_non_zero).filter(|run| run.len >= CONSTANT_HOURS)?;
    Some(hours.failing(Reason::Constante, hours.extend_back(run, same_non_zero)))
}

fn gap(hours: &Hours, measures: &SensorMeasures) -> Option<Verdict> {
    let run = hours.longest_run(both_missing).filter(|run| run.len >= GAP_HOURS)?;
    let past_days = &measures.days[..measures.days.len() - 1];
    let seen = past_days.iter().filter(|day| day.iter().any(|hour| !hour.is_missing())).count();
    // A sensor-day is `utilisable` by its flow hours, as everywhere (contract, sections 3 and 4).
    let flow_hours = |day: &Vec<Measure>| day.iter().filter(|hour| hour.flow.is_some()).count();
    let usable = past_days.iter().filter(|day| flow_hours(day) >= USABLE_HOURS).count();
    if seen >= GAP_HISTORY_DAYS && usable * 2 < seen {
        return None;
    }
    let has_past = hours.past().iter().any(|hour| !hour.is_missing());
    let run = if has_past { hours.extend_back(run, both_missing) } else { run };
    Some(hours.failing(Reason::Lacune, run))
}

fn incoherent(hours: &Hours) -> Option<Verdict> {
    let judged: Vec<(usize, bool)> =
        (hours.today..).zip(hours.of_day()).filter_map(|(at, hour)| Some((at, hour.is_incoherent()?))).collect();
    let bad: Vec<usize> = judged.iter().filter(|(_, bad)| *bad).map(|(at, _)| *at).collect();
    let often = bad.len() as f64 > INCOHERENT_SHARE * judged.len() as f64;
    (often && bad.len() >= INCOHERENT_HOURS)
        .then(|| hours.failing(Reason::Incoherent, Run { from: bad[0], len: bad.len() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3600;

    fn flow(value: f64) -> Measure {
        Measure { flow: Some(value), occupancy: None }
    }

    /// A varied day: no two hours alike.
    fn lively() -> Vec<Measure> {
        (0..24).map(|hour| flow(100.0 + f64::from(hour))).collect()
    }

    fn missing() -> Vec<Measure> {
        vec![Measure::default(); 24]
    }

    fn look(kind: SensorKind, past: &[Vec<Measure>], today: Vec<Measure>) -> Verdict {
        let mut days = past.to_vec();
        days.push(today);
        judge(kind, &SensorMeasures { first: HourStart(0), days })
    }

    fn failing(reason: Reason, since_hour: i64, hours: usize) -> Verdict {
        Verdict::Failing { reason, since: HourStart(since_hour * HOUR), hours }
    }

    #[test]
    fn a_silent_sensor_counts_back_to_its_last_valid_hour() {
        let mut yesterday = missing();
        yesterday[20] = flow(3.0);
        assert_eq!(look(SensorKind::Bike, &[yesterday], missing()), failing(Reason::Silencieux, 21, 27));
        assert_eq!(look(SensorKind::Bike, &[missing()], missing()), Verdict::OutOfService);
    }

    #[test]
    fn a_road_at_zero_fails_only_where_there_is_usually_traffic() {
        let zeros = vec![flow(0.0); 24];
        assert_eq!(look(SensorKind::Road, &[lively(), zeros.clone()], zeros.clone()), failing(Reason::Zero, 24, 48));
        let quiet = vec![flow(19.0); 24];
        assert_eq!(look(SensorKind::Road, &[quiet], zeros.clone()), Verdict::Working);
        assert_eq!(look(SensorKind::Road, &[], zeros.clone()), Verdict::Working);
        assert_eq!(look(SensorKind::Bike, &[], zeros), failing(Reason::Zero, 0, 24));
    }

    #[test]
    fn a_stuck_value_is_judged_on_the_day_and_carried_back_when_it_begins_with_it() {
        let mut today = lively();
        today[..12].fill(flow(7.0));
        let mut yesterday = lively();
        yesterday[23] = flow(7.0);
        assert_eq!(look(SensorKind::Bike, &[yesterday.clone()], today.clone()), failing(Reason::Constante, 23, 13));
        today[11] = flow(8.0);
        assert_eq!(look(SensorKind::Bike, &[yesterday], today), Verdict::Working);
    }

    #[test]
    fn of_two_equal_runs_the_earliest_counts() {
        let mut today: Vec<_> = lively();
        today[..12].fill(flow(7.0));
        today[12..].fill(flow(9.0));
        assert_eq!(look(SensorKind::Bike, &[], today), failing(Reason::Constante, 0, 12));
    }

    #[test]
    fn a_gap_without_any_past_is_not_carried_back() {
        let mut today = lively();
        today[..6].fill(Measure::default());
        assert_eq!(look(SensorKind::Bike, &[missing()], today.clone()), failing(Reason::Lacune, 24, 6));
        assert_eq!(look(SensorKind::Bike, &[lively(), missing()], today), failing(Reason::Lacune, 24, 30));
    }

    #[test]
    fn a_gap_of_a_sensor_that_is_rarely_usable_is_no_news() {
        let mut sparse = missing();
        sparse[3] = flow(1.0);
        let mut today = lively();
        today[10..16].fill(Measure::default());
        let mostly_sparse: Vec<_> = std::iter::repeat_n(sparse, 4).chain(std::iter::repeat_n(lively(), 3)).collect();
        assert_eq!(look(SensorKind::Bike, &mostly_sparse, today.clone()), Verdict::Working);
        assert_eq!(look(SensorKind::Bike, &mostly_sparse[1..], today), failing(Reason::Lacune, 6 * 24 + 10, 6));
    }

    #[test]
    fn flow_without_occupancy_is_incoherent_from_three_hours_and_a_tenth() {
        let mut today: Vec<Measure> =
            (0..24).map(|hour| Measure { flow: Some(300.0 + f64::from(hour)), occupancy: Some(4.0) }).collect();
        today[4].occupancy = Some(0.0);
        today[9].occupancy = Some(0.0);
        assert_eq!(look(SensorKind::Road, &[], today.clone()), Verdict::Working);
        today[15] = Measure { flow: Some(0.0), occupancy: Some(5.0) };
        assert_eq!(look(SensorKind::Road, &[], today), failing(Reason::Incoherent, 4, 3));
    }

    #[test]
    fn rows_are_sorted_longest_first_then_by_type_then_arcs_by_number_and_counters_by_text() {
        let row = |id: &str, kind, heures| FailingSensor {
            id: id.to_owned(),
            kind,
            nom: None,
            raison: Reason::Zero,
            depuis: String::new(),
            heures,
        };
        let mut rows = vec![
            row("10", SensorKind::Road, 5),
            row("9", SensorKind::Road, 5),
            row("9", SensorKind::Bike, 5),
            row("10-2", SensorKind::Bike, 5),
            row("10", SensorKind::Bike, 5),
            row("1", SensorKind::Road, 9),
        ];
        FailingSensor::sort(&mut rows);
        let ids: Vec<_> = rows.iter().map(|row| row.id.as_str()).collect();
        assert_eq!(ids, ["1", "10", "10-2", "9", "9", "10"]);
    }
}

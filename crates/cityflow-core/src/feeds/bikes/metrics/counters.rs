//! One counter's day, and whether the counter fails.

use std::sync::Arc;

use serde::Serialize;

use super::super::record::{BikeValues, CounterHistory};
use crate::failing::{FailingSensor, Measure, SensorKind, SensorMeasures, Verdict, judge};
use crate::geo::Point;
use crate::hourly::SensorHistory;
use crate::ids::CounterId;
use crate::numbers::{percent, sum};
use crate::quality::DayQuality;
use crate::time::LocalDay;
use crate::zones::{ZoneCode, Zones};

/// One counter's day: a row of `metrics[]`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CounterMetrics {
    /// The counter: one direction of a site.
    pub id_compteur: CounterId,
    /// Its name at the latest hour that has one.
    pub nom_compteur: Option<Arc<str>>,
    /// Bikes of the valid hours; null without one.
    pub total_jour: Option<f64>,
    /// Bikes per hour: total / valid hours.
    pub moyenne_horaire: Option<f64>,
    /// Local start hour (0..23) of the largest count, the earliest on a tie.
    pub pic_horaire: Option<u8>,
    /// Start of that hour, ISO with offset.
    pub pic_horaire_debut: Option<String>,
    /// Bikes of each hour of the day; null where nothing was measured.
    pub profil_horaire: Vec<Option<f64>>,
    /// Hours with a count.
    pub heures_valides: u64,
    /// Hours that the day has.
    pub heures_attendues: u64,
    /// Percent: 100 × valid / expected hours.
    pub couverture: Option<f64>,
    /// How well the day is covered.
    pub qualite: DayQuality,
    /// Zone of its place; null outside every zone.
    pub arrondissement: Option<ZoneCode>,
    /// Its place, degrees.
    pub coordinates: Option<Point>,
}

pub(super) type Sensor<'a> = SensorHistory<'a, CounterId, BikeValues>;

pub(super) fn counter(day: &LocalDay, sensor: &Sensor<'_>, zones: &Zones) -> CounterMetrics {
    let expected = day.expected_hours();
    let mut profile = vec![None; expected];
    for row in sensor.today() {
        if let Some(slot) = day.slot(row.hour) {
            profile[slot] = row.values.count;
        }
    }
    let valid = profile.iter().flatten().count();
    let total = sum(profile.iter().flatten().copied());
    let peak = peak(&profile);
    let point = place(sensor);
    CounterMetrics {
        id_compteur: sensor.sensor.clone(),
        nom_compteur: label(sensor),
        total_jour: total,
        moyenne_horaire: total.map(|total| total / valid as f64),
        pic_horaire: peak.map(|slot| day.local_hour(slot)),
        pic_horaire_debut: peak.map(|slot| day.zone().iso(day.hour(slot).0)),
        profil_horaire: profile,
        heures_valides: valid as u64,
        heures_attendues: expected as u64,
        couverture: percent(valid as u64, expected as u64),
        qualite: DayQuality::of(valid, expected),
        arrondissement: point.and_then(|point| zones.locate(point)),
        coordinates: point,
    }
}

/// The slot of the largest value, the earliest on a tie; none without a value.
pub(super) fn peak(profile: &[Option<f64>]) -> Option<usize> {
    let mut best: Option<(usize, f64)> = None;
    for (slot, value) in profile.iter().enumerate() {
        if let Some(value) = value
            && best.is_none_or(|(_, held)| *value > held)
        {
            best = Some((slot, *value));
        }
    }
    best.map(|(slot, _)| slot)
}

/// The label of the latest hour that has one, on D or before.
fn label(sensor: &Sensor<'_>) -> Option<Arc<str>> {
    let latest_first = sensor.days.iter().rev().flat_map(|day| day.iter().rev());
    latest_first.into_iter().find_map(|row| row.values.label.clone())
}

/// The place of the earliest hour of D that has one, else of the latest hour before.
fn place(sensor: &Sensor<'_>) -> Option<Point> {
    let before = sensor.days.iter().rev().skip(1).flat_map(|day| day.iter().rev());
    sensor.today().iter().chain(before).find_map(|row| row.values.point)
}

/// The counters that fail, and the number of those out of service.
pub(super) fn failing(history: &CounterHistory, sensors: &[Sensor<'_>]) -> (Vec<FailingSensor>, u64) {
    let zone = history.today().0.zone();
    let (mut rows, mut out_of_service) = (Vec::new(), 0);
    for sensor in sensors {
        let flow = |values: &BikeValues| Measure { flow: values.count, occupancy: None };
        match judge(SensorKind::Bike, &SensorMeasures::of(history, sensor, flow)) {
            Verdict::Working => {}
            Verdict::OutOfService => out_of_service += 1,
            Verdict::Failing { reason, since, hours } => rows.push(FailingSensor {
                id: sensor.sensor.to_string(),
                kind: SensorKind::Bike,
                nom: label(sensor).map(|label| label.to_string()),
                raison: reason,
                depuis: zone.iso(since.0),
                heures: hours as u64,
            }),
        }
    }
    FailingSensor::sort(&mut rows);
    (rows, out_of_service)
}

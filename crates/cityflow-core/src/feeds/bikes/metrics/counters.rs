//! One counter's day.

use std::sync::Arc;

use serde::Serialize;

use super::super::record::BikeValues;
use crate::geo::Point;
use crate::hourly::{SensorHistory, lay};
use crate::ids::CounterId;
use crate::numbers::{peak, percent, sum};
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
    let profile = lay(day, sensor.today(), |values| values.count);
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

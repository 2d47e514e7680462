//! One link on one day.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::geo::Point;
use crate::hourly::{Observation, SensorHistory, lay};
use crate::ids::LinkId;
use crate::network::{CountedShape, LinkCatalogue, is_ring};
use crate::numbers::{mean, peak, percent, sum};
use crate::quality::DayQuality;
use crate::settings::Settings;
use crate::time::LocalDay;
use crate::zones::{ZoneCode, Zones};

use super::super::record::RoadValues;
use super::super::state::{LinkState, SATURATED_OCCUPANCY, TrafficState};
use super::lost_time;
use super::states::StateHours;

/// An entry of `metrics[]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinkDay {
    /// The link.
    #[serde(rename = "identifiant_arc")]
    pub link: LinkId,
    /// Label of the latest row of D, else of the reference, else of the latest row before.
    #[serde(rename = "libelle")]
    pub label: Option<Arc<str>>,
    /// Sum of the hourly flows, vehicles; null without a valid hour.
    #[serde(rename = "debit_journalier_total")]
    pub daily_flow: Option<f64>,
    /// Sum / valid hours, vehicles per hour.
    #[serde(rename = "debit_horaire_moyen")]
    pub mean_flow: Option<f64>,
    /// Largest hourly flow, vehicles per hour.
    #[serde(rename = "debit_max")]
    pub max_flow: Option<f64>,
    /// Mean of the valid occupancies, percent.
    #[serde(rename = "taux_occupation_moyen")]
    pub mean_occupancy: Option<f64>,
    /// State of most hours, the worse on a tie; unknown only when all are.
    #[serde(rename = "etat_trafic_dominant")]
    pub dominant_state: TrafficState,
    /// Hours by state; they sum to the expected hours.
    #[serde(rename = "heures_par_etat")]
    pub state_hours: StateHours,
    /// Local start hour (0..23) of the largest flow, the earliest on a tie.
    #[serde(rename = "heure_pic")]
    pub peak_hour: Option<u8>,
    /// Start of that hour, ISO with offset.
    #[serde(rename = "heure_pic_debut")]
    pub peak_start: Option<String>,
    /// Flow of each hour of the day, vehicles per hour.
    #[serde(rename = "profil_debit")]
    pub flows: Vec<Option<f64>>,
    /// Occupancy of each hour of the day, percent.
    #[serde(rename = "profil_taux")]
    pub occupancies: Vec<Option<f64>>,
    /// Hours with a flow.
    #[serde(rename = "heures_valides")]
    pub flow_hours: usize,
    /// Hours with an occupancy.
    #[serde(rename = "heures_taux")]
    pub occupancy_hours: usize,
    /// Hours of the day: 23, 24 or 25.
    #[serde(rename = "heures_attendues")]
    pub expected_hours: usize,
    /// 100 × flow hours / expected hours, percent.
    #[serde(rename = "couverture")]
    pub coverage: Option<f64>,
    /// Judgement of the flow hours.
    #[serde(rename = "qualite")]
    pub quality: DayQuality,
    /// Declared state: of the latest row of D, else of the latest row before.
    #[serde(rename = "etat_arc")]
    pub declared: Option<LinkState>,
    /// Length of the link, metres.
    #[serde(rename = "longueur_metres")]
    pub length_m: Option<f64>,
    /// Lost time, vehicle-minutes.
    #[serde(rename = "temps_perdu_total_minutes")]
    pub lost_minutes: Option<f64>,
    /// Lost time over the flow of the hours used, minutes a vehicle.
    #[serde(rename = "temps_perdu_minutes")]
    pub lost_minutes_per_vehicle: Option<f64>,
    /// Whether the link has a congestion alert.
    #[serde(rename = "congestion_alerte")]
    pub has_alert: bool,
    /// Zone of its place; null outside every zone.
    #[serde(rename = "arrondissement")]
    pub zone: Option<ZoneCode>,
    /// Whether it belongs to the ring road.
    #[serde(rename = "peripherique")]
    pub is_ring: bool,
    /// Place of the reference, else the first met in the counts.
    #[serde(rename = "geo_point_2d")]
    pub point: Option<Point>,
}

impl LinkDay {
    /// Vehicle-kilometres of the day: flow × length; null without either.
    pub fn vehicle_km(&self) -> Option<f64> {
        Some(self.daily_flow? * self.length_m? / 1000.0)
    }

    /// Whether the mean occupancy is one of saturation; none without a mean.
    pub fn is_saturated(&self) -> Option<bool> {
        self.mean_occupancy.map(|mean| mean >= SATURATED_OCCUPANCY)
    }

    /// Hours with a flow or an occupancy.
    pub fn measured_hours(&self) -> usize {
        self.flows
            .iter()
            .zip(&self.occupancies)
            .filter(|(flow, occupancy)| flow.is_some() || occupancy.is_some())
            .count()
    }
}

/// What every link of the day is computed with.
pub(super) struct Surroundings<'a> {
    pub(super) day: &'a LocalDay,
    pub(super) catalogue: &'a LinkCatalogue,
    pub(super) shapes: &'a BTreeMap<LinkId, CountedShape>,
    pub(super) zones: &'a Zones,
    pub(super) settings: &'a Settings,
}

impl Surroundings<'_> {
    /// The day of one link. Whether it has an alert is told later.
    pub(super) fn link_day(&self, sensor: &SensorHistory<'_, LinkId, RoadValues>) -> LinkDay {
        let link = *sensor.sensor;
        let expected_hours = self.day.expected_hours();
        let flows = lay(self.day, sensor.today(), |values| values.flow);
        let occupancies = lay(self.day, sensor.today(), |values| values.occupancy);
        let flow_hours = flows.iter().flatten().count();
        let daily_flow = sum(flows.iter().flatten().copied());
        let peak = peak(&flows);
        let label = self.label(sensor);
        let is_ring = label.as_deref().is_some_and(is_ring);
        let length_m = lost_time::link_length_m(link, self.catalogue, self.shapes);
        let v_ref_kmh = self.settings.reference_speed_kmh(self.day.date, is_ring);
        let lost = lost_time::of_day(&flows, &occupancies, length_m, v_ref_kmh);
        let state_hours = StateHours::of(&occupancies);
        let point = self.point(link);
        LinkDay {
            link,
            label,
            daily_flow,
            mean_flow: daily_flow.map(|total| total / flow_hours as f64),
            max_flow: peak.and_then(|slot| flows[slot]),
            mean_occupancy: mean(occupancies.iter().flatten().copied()),
            dominant_state: state_hours.dominant(),
            state_hours,
            peak_hour: peak.map(|slot| self.day.local_hour(slot)),
            peak_start: peak.map(|slot| self.day.zone().iso(self.day.hour(slot).0)),
            flow_hours,
            occupancy_hours: occupancies.iter().flatten().count(),
            flows,
            occupancies,
            expected_hours,
            coverage: percent(flow_hours as u64, expected_hours as u64),
            quality: DayQuality::of(flow_hours, expected_hours),
            declared: latest(sensor.today(), |values| values.declared)
                .or_else(|| latest_before(sensor, |values| values.declared)),
            length_m,
            lost_minutes: lost.total,
            lost_minutes_per_vehicle: lost.per_vehicle,
            has_alert: false,
            zone: point.and_then(|point| self.zones.locate(point)),
            is_ring,
            point,
        }
    }

    fn label(&self, sensor: &SensorHistory<'_, LinkId, RoadValues>) -> Option<Arc<str>> {
        let of_row = |values: &RoadValues| values.label.clone();
        let of_reference = || self.catalogue.links.get(sensor.sensor)?.label.as_deref().map(Arc::from);
        latest(sensor.today(), of_row).or_else(of_reference).or_else(|| latest_before(sensor, of_row))
    }

    fn point(&self, link: LinkId) -> Option<Point> {
        let of_reference = self.catalogue.links.get(&link).and_then(|link| link.point);
        of_reference.or_else(|| self.shapes.get(&link)?.point)
    }
}

type RoadObservation = Observation<LinkId, RoadValues>;

/// The text of the latest hour that bears one.
fn latest<T>(rows: &[RoadObservation], text: impl Fn(&RoadValues) -> Option<T>) -> Option<T> {
    rows.iter().rev().find_map(|row| text(&row.values))
}

fn latest_before<T>(
    sensor: &SensorHistory<'_, LinkId, RoadValues>,
    text: impl Fn(&RoadValues) -> Option<T>,
) -> Option<T> {
    sensor.days.iter().rev().skip(1).find_map(|rows| latest(rows, &text))
}

//! Lost time: what saturation costs against a reference speed.
//!
//! A conventional floor, since speeds are not measured: the occupancy stands for a fraction of the reference
//! speed, and below 30 % it stands for all of it, although real delay starts earlier.

use std::collections::BTreeMap;

use crate::ids::LinkId;
use crate::network::{CountedShape, LinkCatalogue};

use super::super::state::{BLOCKED_OCCUPANCY, SATURATED_OCCUPANCY};

/// Occupancy from which a link is at its slowest, percent.
const STANDSTILL_OCCUPANCY: f64 = 70.0;
/// Fraction of the reference speed below saturation.
const FREE_FRACTION: f64 = 1.0;
/// Fraction of the reference speed from 30 % of occupancy.
const SATURATED_FRACTION: f64 = 0.8;
/// Fraction of the reference speed from 50 % of occupancy.
const BLOCKED_FRACTION: f64 = 0.6;
/// Fraction of the reference speed from 70 % of occupancy.
const STANDSTILL_FRACTION: f64 = 0.4;

const MINUTES_PER_HOUR: f64 = 60.0;
const METRES_PER_KM: f64 = 1000.0;

/// `c(k)`: the fraction of the reference speed that an occupancy (percent) leaves.
fn speed_fraction(occupancy: f64) -> f64 {
    if occupancy < SATURATED_OCCUPANCY {
        FREE_FRACTION
    } else if occupancy < BLOCKED_OCCUPANCY {
        SATURATED_FRACTION
    } else if occupancy < STANDSTILL_OCCUPANCY {
        BLOCKED_FRACTION
    } else {
        STANDSTILL_FRACTION
    }
}

/// Vehicle-minutes lost on a link in one hour: `q × max(0, L / v(k) − L / v_ref)` with `v(k) = v_ref × c(k)`.
///
/// `flow` in vehicles per hour, `occupancy` in percent, `length_m` in metres, `v_ref_kmh` in km/h.
pub fn lost_minutes(flow: f64, occupancy: f64, length_m: f64, v_ref_kmh: f64) -> f64 {
    let minutes_at = |speed_kmh: f64| length_m / METRES_PER_KM / speed_kmh * MINUTES_PER_HOUR;
    flow * (minutes_at(v_ref_kmh * speed_fraction(occupancy)) - minutes_at(v_ref_kmh)).max(0.0)
}

/// Length of a link in metres: the reference's, else that of the first geometry met in the counts.
pub fn link_length_m(link: LinkId, catalogue: &LinkCatalogue, shapes: &BTreeMap<LinkId, CountedShape>) -> Option<f64> {
    let of_reference = catalogue.links.get(&link).and_then(|link| link.length_m);
    of_reference.or_else(|| shapes.get(&link)?.geometry.as_ref().map(crate::geo::Geometry::length_m))
}

/// Lost time of a link over a day.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct LostTime {
    /// Vehicle-minutes.
    pub(super) total: Option<f64>,
    /// Minutes a vehicle: the total over the flow of the hours used.
    pub(super) per_vehicle: Option<f64>,
}

/// Sums the hours that have both flow and occupancy; null without such an hour, a length or a speed.
pub(super) fn of_day(
    flows: &[Option<f64>],
    occupancies: &[Option<f64>],
    length_m: Option<f64>,
    v_ref_kmh: Option<f64>,
) -> LostTime {
    let (Some(length_m), Some(v_ref_kmh)) = (length_m, v_ref_kmh) else { return LostTime::default() };
    let used = || flows.iter().zip(occupancies).filter_map(|(flow, occupancy)| flow.zip(*occupancy));
    let total = crate::numbers::sum(used().map(|(flow, occupancy)| lost_minutes(flow, occupancy, length_m, v_ref_kmh)));
    let vehicles: f64 = used().map(|(flow, _)| flow).sum();
    LostTime { total, per_vehicle: total.filter(|_| vehicles > 0.0).map(|total| total / vehicles) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::Geometry;
    use crate::network::CatalogueLink;

    fn close(found: f64, expected: f64) -> bool {
        (found - expected).abs() < 1e-9
    }

    #[test]
    fn each_step_of_occupancy_costs_its_fraction_of_the_reference_speed() {
        // One kilometre at 30 km/h takes two minutes.
        let lost = |occupancy| lost_minutes(100.0, occupancy, 1000.0, 30.0);
        assert!(close(lost(0.0), 0.0) && close(lost(29.999), 0.0));
        assert!(close(lost(30.0), 100.0 * 0.5) && close(lost(49.999), 100.0 * 0.5));
        assert!(close(lost(50.0), 100.0 * (2.0 / 0.6 - 2.0)) && close(lost(69.999), 100.0 * (2.0 / 0.6 - 2.0)));
        assert!(close(lost(70.0), 100.0 * 3.0) && close(lost(100.0), 100.0 * 3.0));
    }

    #[test]
    fn only_hours_with_both_measures_count_and_without_one_it_is_null() {
        let flows = [Some(100.0), Some(50.0), None];
        let occupancies = [Some(40.0), None, Some(80.0)];
        let lost = of_day(&flows, &occupancies, Some(1000.0), Some(30.0));
        assert!(close(lost.total.unwrap(), 50.0));
        assert!(close(lost.per_vehicle.unwrap(), 0.5));
        assert_eq!(of_day(&flows[1..], &occupancies[1..], Some(1000.0), Some(30.0)), LostTime::default());
        assert_eq!(of_day(&flows, &occupancies, None, Some(30.0)), LostTime::default());
    }

    #[test]
    fn an_hour_without_vehicles_loses_nothing_and_no_vehicle_bears_it() {
        let lost = of_day(&[Some(0.0)], &[Some(60.0)], Some(1000.0), Some(30.0));
        assert_eq!(lost, LostTime { total: Some(0.0), per_vehicle: None });
    }

    #[test]
    fn the_length_is_the_references_else_the_first_geometry_of_the_counts_else_null() {
        let line = Geometry::LineString(vec![[2.0, 48.0], [2.0, 48.01]]);
        let counted = CountedShape { geometry: Some(line.clone()), point: None };
        let shapes = BTreeMap::from([1, 2, 3].map(|id| (LinkId(id), counted.clone())));
        let known = CatalogueLink { length_m: Some(7.0), ..CatalogueLink::default() };
        let links = BTreeMap::from([(LinkId(1), known), (LinkId(2), CatalogueLink::default())]);
        let catalogue = LinkCatalogue { links };
        let lengths = [1, 2, 3, 4].map(|id| link_length_m(LinkId(id), &catalogue, &shapes));
        assert_eq!(lengths, [Some(7.0), Some(line.length_m()), Some(line.length_m()), None]);
    }
}

//! `metrics[]`.

use super::super::super::state::{LinkState, TrafficState};
use super::*;
use crate::quality::DayQuality;

fn first(city: &mut City) -> LinkDay {
    city.compute().links.remove(0)
}

#[test]
fn links_of_the_day_have_a_row_on_it_or_a_valid_hour_in_the_seven_days_before() {
    let mut city = City::plain();
    city.hour(0, 3, 20, values(None, None)).hour(7, 3, 9, values(None, Some(0.0))).hour(
        8,
        3,
        10,
        values(Some(1.0), None),
    );
    city.hour(7, 3, 11, values(None, None));
    let metrics = city.compute();
    assert_eq!(ids(&metrics.links, |link| link.link), [9, 20], "by number, not by text");
}

#[test]
fn a_link_without_a_row_on_the_day_has_nulls_and_all_hours_missing() {
    let mut city = City::plain();
    city.today(2, &lively(100.0, None)).hour(1, 5, 1, values(Some(5.0), Some(60.0))).place(1, 100.0, None);
    let link = first(&mut city);
    assert_eq!((link.daily_flow, link.mean_flow, link.max_flow, link.mean_occupancy), (None, None, None, None));
    assert_eq!((link.peak_hour, link.peak_start, link.lost_minutes), (None, None, None));
    assert_eq!((link.dominant_state, link.state_hours.unknown), (TrafficState::Unknown, 24));
    assert_eq!((link.coverage, link.quality), (Some(0.0), DayQuality::Partiel));
    assert_eq!(link.flows, vec![None; 24]);
}

#[test]
fn a_feed_without_any_row_on_the_day_is_absent() {
    assert!(City::plain().hour(1, 5, 1, values(Some(5.0), None)).try_compute().is_none());
    assert!(City::plain().hour(0, 5, 1, values(None, None)).try_compute().is_some());
}

#[test]
fn flow_and_occupancy_are_covered_apart_and_the_day_is_judged_by_flow() {
    let hours = [(Some(10.0), Some(20.0)), (Some(30.0), None), (None, Some(40.0)), (None, Some(60.0))];
    let link = first(City::plain().today(1, &hours));
    assert_eq!((link.daily_flow, link.mean_flow, link.max_flow), (Some(40.0), Some(20.0), Some(30.0)));
    assert_eq!((link.flow_hours, link.occupancy_hours, link.expected_hours), (2, 3, 24));
    assert!(close(link.coverage, 200.0 / 24.0) && close(link.mean_occupancy, 40.0));
    assert_eq!(link.quality, DayQuality::Partiel);
    assert_eq!(link.measured_hours(), 4);
    let nineteen = first(City::plain().today(1, &lively(5.0, None)[..19]));
    assert_eq!(nineteen.quality, DayQuality::Utilisable);
}

#[test]
fn the_peak_is_the_earliest_hour_of_the_largest_flow() {
    let link = first(City::plain().today(1, &[(Some(5.0), None), (Some(9.0), None), (Some(9.0), None)]));
    assert_eq!((link.peak_hour, link.peak_start.as_deref()), (Some(1), Some("2024-01-04T01:00:00+01:00")));
}

#[test]
fn the_autumn_day_has_25_hours_and_its_second_two_oclock_can_be_the_peak() {
    let mut city = City::on(date(2023, 10, 29));
    city.hour(0, 2, 1, values(Some(5.0), None)).hour(0, 3, 1, values(Some(6.0), None));
    let metrics = city.compute();
    assert_eq!((metrics.hours.len(), metrics.hours[3].as_str()), (25, "2023-10-29T02:00:00+01:00"));
    let link = &metrics.links[0];
    assert_eq!((link.flows.len(), link.expected_hours, link.peak_hour), (25, 25, Some(2)));
    assert_eq!(link.peak_start.as_deref(), Some("2023-10-29T02:00:00+01:00"));
}

#[test]
fn the_dominant_state_is_that_of_most_hours_and_missing_hours_are_unknown() {
    let hours = [(None, Some(10.0)), (None, Some(50.0)), (None, None), (None, Some(29.0))];
    let link = first(City::plain().today(1, &hours));
    let expected = StateHours { fluid: 1, dense: 1, saturated: 0, blocked: 1, unknown: 21 };
    assert_eq!((link.state_hours, link.dominant_state), (expected, TrafficState::Blocked));
}

#[test]
fn lost_time_follows_the_speed_table_of_the_day_and_the_ring_has_its_own() {
    let minutes = |today: Date, label: &str| {
        let mut city = City::on(today);
        let values = RoadValues { label: Some(label.into()), ..values(Some(100.0), Some(50.0)) };
        first(city.hour(0, 8, 1, values).place(1, 1000.0, None)).lost_minutes
    };
    let lost = |v_ref: f64| 100.0 * 60.0 * (1.0 / (0.6 * v_ref) - 1.0 / v_ref);
    assert!(close(minutes(date(2021, 8, 29), "Rue"), lost(50.0)));
    assert!(close(minutes(date(2021, 8, 30), "Rue"), lost(30.0)));
    assert!(close(minutes(date(2024, 9, 30), "PE_Ivry"), lost(70.0)));
    assert!(close(minutes(date(2024, 10, 1), "PI_Ivry"), lost(50.0)));
}

#[test]
fn lost_time_is_null_without_a_length_and_per_vehicle_over_the_hours_used() {
    let hours = [(Some(100.0), Some(50.0)), (Some(300.0), Some(0.0)), (Some(1000.0), None)];
    let link = first(City::plain().today(1, &hours));
    assert_eq!((link.length_m, link.lost_minutes, link.lost_minutes_per_vehicle), (None, None, None));
    let link = first(City::plain().today(1, &hours).place(1, 300.0, None));
    let total = 100.0 * (0.3 / 18.0 - 0.3 / 30.0) * 60.0;
    assert!(close(link.lost_minutes, total) && close(link.lost_minutes_per_vehicle, total / 400.0));
}

#[test]
fn the_label_is_that_of_the_day_else_of_the_reference_else_the_latest_before() {
    let named = |label: &str| RoadValues { label: Some(label.into()), ..values(Some(1.0), None) };
    let mut city = City::plain();
    for link in 1..=3 {
        city.hour(5, 3, link, named("older")).hour(2, 3, link, named("before"));
    }
    city.hour(0, 3, 1, named("early")).hour(0, 5, 1, named("late")).hour(0, 6, 1, values(Some(2.0), None));
    let known = |label: &str| CatalogueLink { label: Some(label.to_owned()), ..CatalogueLink::default() };
    city.catalogue.links.extend([(LinkId(1), known("reference")), (LinkId(2), known("reference"))]);
    let labels: Vec<_> = city.compute().links.into_iter().filter_map(|link| link.label).collect();
    assert_eq!(labels.iter().map(AsRef::as_ref).collect::<Vec<_>>(), ["late", "reference", "before"]);
}

#[test]
fn the_declared_state_is_that_of_the_day_else_the_latest_before_else_null() {
    let state = |declared| RoadValues { declared: Some(declared), ..values(Some(1.0), None) };
    let mut city = City::plain();
    city.hour(1, 3, 1, state(LinkState::Invalid)).hour(0, 3, 1, state(LinkState::Open));
    city.hour(1, 3, 2, state(LinkState::Closed)).hour(0, 3, 3, values(Some(1.0), None));
    let declared: Vec<_> = city.compute().links.iter().map(|link| link.declared).collect();
    assert_eq!(declared, [Some(LinkState::Open), Some(LinkState::Closed), None]);
}

#[test]
fn the_place_is_the_references_else_the_first_of_the_counts_and_outside_every_zone_is_null() {
    let mut city = City::plain();
    for link in 1..=3 {
        city.today(link, &[(Some(1.0), None)]);
    }
    city.place(1, 10.0, Some(12)).place(2, 10.0, Some(12)).place(3, 10.0, None);
    let point = Some(Point { lon: 2.3364, lat: 48.8626 });
    city.catalogue.links.insert(LinkId(1), CatalogueLink { point, ..CatalogueLink::default() });
    let zones: Vec<_> = city.compute().links.into_iter().map(|link| link.zone.map(|zone| zone.to_string())).collect();
    assert_eq!(zones, [Some("75001".to_owned()), Some("75012".to_owned()), None]);
}

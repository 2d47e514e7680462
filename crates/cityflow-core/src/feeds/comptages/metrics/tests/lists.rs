//! Alerts, top lists and failing sensors.

use super::*;
use crate::failing::Reason;

/// Occupancies from slot 0 on, with a flow of 10 in each of those hours.
fn occupied(occupancies: &[f64]) -> Vec<(Option<f64>, Option<f64>)> {
    occupancies.iter().map(|occupancy| (Some(10.0), Some(*occupancy))).collect()
}

#[test]
fn an_alert_is_two_blocked_hours_in_a_row_and_ends_with_its_last_hour() {
    let mut city = City::plain();
    city.today(1, &occupied(&[10.0, 50.0, 79.9, 49.9])).today(2, &occupied(&[99.0, 10.0, 99.0]));
    let metrics = city.compute();
    assert_eq!(metrics.alerts.len(), 1);
    let alert = &metrics.alerts[0];
    assert_eq!((alert.link, alert.hours, alert.max_occupancy, alert.flow), (LinkId(1), 2, 79.9, Some(20.0)));
    assert_eq!((alert.start.as_str(), alert.end.as_str()), ("2024-01-04T01:00:00+01:00", "2024-01-04T03:00:00+01:00"));
    assert_eq!(alert.severity, AlertSeverity::High);
    assert_eq!(metrics.links.iter().map(|link| link.has_alert).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn a_missing_hour_breaks_an_alert_and_another_day_does_not_lengthen_it() {
    let mut city = City::plain();
    city.hour(0, 0, 1, values(None, Some(60.0))).hour(1, 23, 1, values(None, Some(60.0)));
    city.hour(0, 4, 1, values(None, Some(60.0))).hour(0, 6, 1, values(None, Some(60.0)));
    assert!(city.compute().alerts.is_empty());
}

#[test]
fn an_hour_of_80_percent_is_critical_and_no_flow_is_null() {
    let mut city = City::plain();
    city.today(1, &[(None, Some(80.0)), (None, Some(50.0))]);
    let alert = city.compute().alerts.remove(0);
    assert_eq!((alert.severity, alert.flow), (AlertSeverity::Critical, None));
}

#[test]
fn alerts_go_by_duration_then_occupancy_then_link_then_start() {
    let mut city = City::plain();
    city.today(10, &occupied(&[60.0, 60.0])).today(9, &occupied(&[60.0, 60.0, 0.0, 60.0, 60.0]));
    city.today(3, &occupied(&[50.0, 50.0, 50.0])).today(4, &occupied(&[70.0, 50.0]));
    let alerts = city.compute().alerts;
    assert_eq!(ids(&alerts, |alert| alert.link), [3, 4, 9, 9, 10]);
    assert!(alerts[2].start < alerts[3].start);
}

#[test]
fn the_busiest_links_are_well_covered_and_ties_go_by_number() {
    let mut city = City::plain();
    // Eighteen of twenty-four hours are 75 %.
    city.today(1, &vec![(Some(1000.0), None); 17]).today(10, &vec![(Some(4.0), None); 18]);
    city.today(9, &vec![(Some(3.0), None); 24]).today(2, &vec![(None, Some(3.0)); 24]);
    city.today(8, &lively(100.0, None));
    let top = city.compute().top_links;
    assert_eq!(ids(&top, |link| link.link), [8, 9, 10]);
    assert_eq!((top[1].daily_flow, top[2].daily_flow, top[2].coverage), (72.0, 72.0, Some(75.0)));
}

#[test]
fn only_ten_links_are_listed() {
    let mut city = City::plain();
    for link in 1..=12 {
        city.today(link, &lively(f64::from(link), None));
    }
    assert_eq!(ids(&city.compute().top_links, |link| link.link), [12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
}

#[test]
fn failing_links_come_longest_first_and_those_out_of_service_are_only_counted() {
    let mut city = City::plain();
    city.today(1, &lively(100.0, None)).hour(0, 3, 2, values(None, None));
    city.hour(1, 20, 10, values(Some(5.0), None)).hour(1, 20, 9, values(Some(5.0), None));
    city.today(3, &vec![(Some(7.0), None); 24]);
    let metrics = city.compute();
    let rows: Vec<_> = metrics.failing.iter().map(|row| (row.id.as_str(), row.raison, row.heures)).collect();
    assert_eq!(rows, [("9", Reason::Silencieux, 27), ("10", Reason::Silencieux, 27), ("3", Reason::Constante, 24)]);
    assert_eq!(metrics.failing[0].depuis, "2024-01-03T21:00:00+01:00");
    assert_eq!((metrics.out_of_service, metrics.links.len()), (1, 5), "they stay in `metrics[]`");
}

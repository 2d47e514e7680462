//! Zones, the whole city, and what the JSON looks like.

use super::*;

fn ring(flow: f64, occupancy: f64) -> RoadValues {
    RoadValues { label: Some("PI_Bercy".into()), ..values(Some(flow), Some(occupancy)) }
}

fn names(zones: &[ZoneDay]) -> Vec<&str> {
    zones.iter().map(|zone| &*zone.zone.0).collect()
}

#[test]
fn a_ring_link_belongs_to_its_district_and_to_the_ring() {
    let mut city = City::plain();
    city.hour(0, 8, 1, ring(100.0, 50.0)).place(1, 1000.0, Some(12));
    city.today(2, &[(Some(50.0), Some(10.0))]).place(2, 1000.0, Some(12));
    city.today(3, &[(Some(500.0), Some(10.0))]).place(3, 1000.0, None);
    let metrics = city.compute();
    assert_eq!(names(&metrics.busy_zones), ["75012", "peripherique"], "links outside every zone make no zone");
    let [district, ring] = &metrics.busy_zones[..] else { panic!("two zones") };
    assert_eq!((district.links, ring.links), (2, 1));
    assert!(close(district.vehicle_km, 150.0) && close(ring.vehicle_km, 100.0));
    assert_eq!((district.saturated_links, district.saturation), (1, Some(50.0)));
    assert!(close(district.coverage, 100.0 * 2.0 / 48.0));
    assert!(close(metrics.global.vehicle_km, 650.0), "the city counts each link once");
    assert!(metrics.links[0].is_ring && !metrics.links[1].is_ring);
}

#[test]
fn zones_go_by_quantity_then_by_code_and_without_it_come_last() {
    let mut city = City::plain();
    city.today(1, &[(Some(100.0), Some(50.0))]).place(1, 1000.0, Some(12));
    city.today(2, &[(Some(100.0), Some(50.0))]).place(2, 1000.0, Some(1));
    city.hour(0, 8, 3, RoadValues { occupancy: None, ..ring(400.0, 0.0) }).place(3, 1000.0, None);
    let metrics = city.compute();
    assert_eq!(names(&metrics.congested_zones), ["75001", "75012", "peripherique"]);
    assert_eq!(names(&metrics.busy_zones), ["peripherique", "75001", "75012"]);
    assert_eq!((metrics.busy_zones[0].lost_minutes, metrics.busy_zones[0].saturation), (None, None));
}

#[test]
fn a_link_is_saturated_from_a_mean_of_30_percent() {
    let mut city = City::plain();
    city.today(1, &[(None, Some(20.0)), (None, Some(40.0))])
        .today(2, &[(None, Some(29.9))])
        .today(3, &[(Some(1.0), None)]);
    assert_eq!(city.compute().global.saturated_links, 1);
}

#[test]
fn the_city_sums_flows_and_averages_occupancies_over_valid_hours() {
    let mut city = City::plain();
    city.today(1, &[(Some(10.0), Some(10.0)), (Some(20.0), Some(20.0)), (None, None)]);
    city.today(2, &[(Some(5.0), Some(60.0)), (None, None), (None, Some(30.0))]);
    city.hour(3, 4, 3, values(Some(1.0), None));
    let city = city.compute().global;
    assert_eq!((city.links, city.active_links, city.daily_flow), (3, 2, Some(35.0)));
    assert_eq!(city.flows[..4], [Some(15.0), Some(20.0), None, None]);
    assert_eq!(city.occupancies[..4], [Some(35.0), Some(20.0), Some(30.0), None]);
    assert_eq!(city.mean_occupancy, Some(30.0));
    assert!(close(city.availability, 100.0 * 4.0 / 72.0) && close(city.coverage, 100.0 * 3.0 / 72.0));
    assert_eq!(city.state_hours, StateHours { fluid: 1, dense: 1, saturated: 1, blocked: 1, unknown: 68 });
    assert_eq!((city.vehicle_km, city.lost_minutes, city.lost_hours), (None, None, None), "no link has a length");
}

#[test]
fn a_day_of_empty_rows_has_nulls_and_no_zeros() {
    let mut city = City::plain();
    city.today(1, &[(None, None)]).place(1, 10.0, Some(1));
    let metrics = city.compute();
    let global = &metrics.global;
    assert_eq!((global.daily_flow, global.mean_occupancy, global.flows[0]), (None, None, None));
    assert_eq!((global.vehicle_km, global.coverage, global.active_links), (None, Some(0.0), 0));
    assert_eq!((metrics.congested_zones[0].lost_minutes, metrics.busy_zones[0].vehicle_km), (None, None));
    assert!(metrics.top_links.is_empty());
}

#[test]
fn quality_speaks_of_the_rows_of_the_day_and_of_those_without_one() {
    let mut city = City::plain();
    city.today(1, &[(Some(1.0), None), (Some(2.0), None)]);
    city.hour(0, 0, 1, values(Some(1.0), None)).hour(0, 1, 1, values(Some(3.0), None));
    city.hour(1, 0, 1, values(Some(1.0), None)).hour(1, 0, 1, values(Some(9.0), None));
    let mut issues = DatedIssues::default();
    issues.note(Some(date(2024, 1, 4)), Rule::FlowOutOfRange, &"a.csv".into(), 2, "x");
    issues.note(Some(date(2024, 1, 3)), Rule::OccupancyOutOfRange, &"a.csv".into(), 3, "x");
    issues.note(None, Rule::MalformedRow, &"a.csv".into(), 4, "x");
    city.buckets.add_issues(issues);
    let quality = city.compute().quality;
    assert_eq!((quality.lignes_lues, quality.lignes_valides), (42, 2));
    assert_eq!((quality.doublons, quality.doublons_conflictuels), (1, 1));
    let codes: Vec<_> = quality.problemes.keys().copied().collect();
    assert_eq!(codes, ["debit_hors_limites", "ligne_mal_formee"]);
}

#[test]
fn keys_are_those_of_the_contract_and_null_is_written() {
    let mut city = City::plain();
    city.today(1, &[(Some(1.0), Some(60.0)), (None, Some(60.0))]);
    let written = serde_json::to_value(city.compute()).unwrap();
    let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    let links = "identifiant_arc libelle debit_journalier_total debit_horaire_moyen debit_max taux_occupation_moyen \
        etat_trafic_dominant heures_par_etat heure_pic heure_pic_debut profil_debit profil_taux heures_valides \
        heures_taux heures_attendues couverture qualite etat_arc longueur_metres temps_perdu_total_minutes \
        temps_perdu_minutes congestion_alerte arrondissement peripherique geo_point_2d";
    let global = "vehicules_km nombre_troncons nombre_troncons_actifs debit_journalier_total taux_occupation_moyen \
        nombre_troncons_satures temps_perdu_total_minutes temps_perdu_total_heures repartition_etat_trafic \
        profil_debit profil_taux taux_disponibilite_capteurs couverture";
    let alert = "identifiant_arc libelle arrondissement debut fin duree_heures taux_max debit_total severite";
    let whole = "heures metrics top_10_troncons top_10_zones_congestionnees top_zones_affluence alertes_congestion \
        capteurs_defaillants hors_service global_metrics zone_source qualite";
    assert_eq!(keys(&written), whole);
    assert_eq!(keys(&written["metrics"][0]), links);
    assert_eq!(keys(&written["global_metrics"]), global);
    assert_eq!(keys(&written["alertes_congestion"][0]), alert);
    assert_eq!(written["alertes_congestion"][0]["severite"], "Élevée");
    assert_eq!(written["metrics"][0]["identifiant_arc"], "1");
    assert_eq!(written["metrics"][0]["longueur_metres"], serde_json::Value::Null);
    assert_eq!(written["metrics"][0]["heures_par_etat"]["Bloqué"], 2);
    assert_eq!(written["metrics"][0]["qualite"], "partiel");
}

//! Every key that sections 4 and 5 of the data contract name stands in what the program writes of real days, as the
//! fine print settles it. Skipped where the real records are not there.
//!
//! Not asked for yet: what follows from the typical day (`anomalies`, `anomalie_detectee`, `frequentation_index`).

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// One object of a document: the file (`report` or a data type), a day on which it is there, the way to it (`[]` is the
/// first row of a list, `{}` the first value of a map), and its keys.
type Object = (&'static str, &'static str, &'static str, &'static str);

const ROADS: &str = "2024-01-04";
const BIKES: &str = "2021-06-15";
const STATIONS: &str = "2024-11-19";
const TRANSIT: &str = "2025-02-05";
const LIFTS: &str = "2024-05-11";

const ZONE: &str =
    "zone nombre_troncons temps_perdu_total_minutes vehicules_km nombre_troncons_satures taux_saturation couverture";
const QUALITY: &str = "sources lignes_lues lignes_valides doublons doublons_conflictuels problemes";
const FAILING: &str = "id type nom raison depuis heures";
const CHANGE: &str = "valeur valeur_precedente difference pourcentage comparables raison";
const ALERT: &str = "identifiant_arc libelle arrondissement debut fin duree_heures taux_max debit_total severite";

const OBJECTS: [Object; 50] = [
    ("bikes", BIKES, "", "data_type date metrics timestamp"),
    (
        "bikes",
        BIKES,
        "metrics",
        "heures zone_source metrics top_counters by_arrondissement failing_sensors hors_service summary velib qualite",
    ),
    (
        "bikes",
        BIKES,
        "metrics metrics []",
        "id_compteur nom_compteur total_jour moyenne_horaire pic_horaire pic_horaire_debut profil_horaire heures_valides \
         heures_attendues couverture qualite arrondissement coordinates",
    ),
    ("bikes", BIKES, "metrics metrics [] coordinates", "lon lat"),
    ("bikes", BIKES, "metrics top_counters []", "id_compteur nom_compteur total_jour"),
    ("bikes", BIKES, "metrics by_arrondissement []", "arrondissement nombre_compteurs total couverture"),
    ("bikes", BIKES, "metrics failing_sensors []", FAILING),
    (
        "bikes",
        BIKES,
        "metrics summary",
        "total_velos nombre_compteurs compteurs_actifs taux_disponibilite heure_pointe couverture",
    ),
    ("bikes", BIKES, "metrics qualite", QUALITY),
    ("bikes", BIKES, "metrics qualite sources []", "objet octets lignes"),
    (
        "bikes",
        STATIONS,
        "metrics velib",
        "instantanes stations stations_en_service stations_muettes capacite_totale velos_disponibles_moyen mecaniques_moyen \
         electriques_moyen bornes_libres_moyen part_vide part_pleine by_arrondissement stations_detail",
    ),
    ("bikes", STATIONS, "metrics velib instantanes", "nombre premier dernier"),
    (
        "bikes",
        STATIONS,
        "metrics velib by_arrondissement []",
        "arrondissement stations velos_moyen bornes_moyen part_vide part_pleine",
    ),
    (
        "bikes",
        STATIONS,
        "metrics velib stations_detail []",
        "station_id code nom capacite velos_moyen electriques_moyen bornes_moyen part_vide part_pleine arrondissement \
         coordinates",
    ),
    (
        "traffic",
        TRANSIT,
        "metrics",
        "active_disruptions_count total_disruptions_count planned_disruptions_count disruptions_by_severity by_cause by_mode \
         top_lignes_impactees lignes alerts reliability_index accessibilite qualite",
    ),
    ("traffic", TRANSIT, "metrics disruptions_by_severity", "CRITIQUE ELEVEE MOYENNE FAIBLE"),
    ("traffic", TRANSIT, "metrics top_lignes_impactees []", "ligne mode reseau count minutes_perturbees"),
    ("traffic", TRANSIT, "metrics lignes []", "ligne mode etat minutes_bloquees minutes_perturbees indice"),
    (
        "traffic",
        TRANSIT,
        "metrics alerts []",
        "id severite effet cause titre texte lignes lien debut fin minutes_dans_jour",
    ),
    ("traffic", LIFTS, "metrics accessibilite", "actives total arrets"),
    ("traffic", LIFTS, "metrics accessibilite arrets []", "nom ascenseurs"),
    ("traffic", LIFTS, "metrics qualite problemes page_manquante", "nombre exemples"),
    (
        "weather",
        ROADS,
        "metrics",
        "date temp_moyenne temp_min temp_max precip_totale vent_moyen vent_max humidite_moyenne ensoleillement_heures \
         conditions horaire categories impact_mobilite indice_cyclable qualite",
    ),
    ("weather", ROADS, "metrics horaire []", "heure temp precip vent humidite"),
    (
        "comptages",
        ROADS,
        "metrics",
        "heures zone_source metrics top_10_troncons top_10_zones_congestionnees top_zones_affluence alertes_congestion \
         capteurs_defaillants hors_service global_metrics qualite",
    ),
    (
        "comptages",
        ROADS,
        "metrics metrics []",
        "identifiant_arc libelle debit_journalier_total debit_horaire_moyen debit_max taux_occupation_moyen \
         etat_trafic_dominant heures_par_etat heure_pic heure_pic_debut profil_debit profil_taux heures_valides heures_taux \
         heures_attendues couverture qualite etat_arc longueur_metres temps_perdu_total_minutes temps_perdu_minutes \
         congestion_alerte arrondissement peripherique geo_point_2d",
    ),
    ("comptages", ROADS, "metrics metrics [] heures_par_etat", "Fluide Pré-saturé Saturé Bloqué Inconnu"),
    ("comptages", ROADS, "metrics metrics [] geo_point_2d", "lon lat"),
    ("comptages", ROADS, "metrics top_10_troncons []", "identifiant_arc libelle debit_journalier_total couverture"),
    ("comptages", ROADS, "metrics top_10_zones_congestionnees []", ZONE),
    ("comptages", ROADS, "metrics top_zones_affluence []", ZONE),
    ("comptages", ROADS, "metrics alertes_congestion []", ALERT),
    ("comptages", ROADS, "metrics capteurs_defaillants []", FAILING),
    (
        "comptages",
        ROADS,
        "metrics global_metrics",
        "vehicules_km nombre_troncons nombre_troncons_actifs debit_journalier_total taux_occupation_moyen \
         nombre_troncons_satures temps_perdu_total_minutes temps_perdu_total_heures repartition_etat_trafic profil_debit \
         profil_taux taux_disponibilite_capteurs couverture",
    ),
    (
        "chantiers",
        ROADS,
        "metrics",
        "total_chantiers_actifs chantiers_actifs impact_by_arrondissement by_impact zones_critiques \
         surface_totale_impactee_m2 nouveaux se_terminent contradictions export_date export_age_jours qualite",
    ),
    (
        "chantiers",
        ROADS,
        "metrics chantiers_actifs []",
        "identifiant objet description voie typologie impact niveau statut arrondissement date_debut date_fin \
         jours_restants surface_m2 geometrie geo_point_2d",
    ),
    ("chantiers", ROADS, "metrics zones_critiques []", "zone nombre_chantiers"),
    ("referentiel", ROADS, "metrics", "mapping statistiques hors_referentiel qualite"),
    (
        "referentiel",
        ROADS,
        "metrics mapping {}",
        "libelle longueur_metres noeud_amont noeud_aval libelle_noeud_amont libelle_noeud_aval arrondissement peripherique \
         geo_point_2d center geometrie actif",
    ),
    (
        "referentiel",
        ROADS,
        "metrics statistiques",
        "nombre_troncons nombre_geometries longueur_totale_metres longueur_moyenne_metres troncons_sans_geometrie noeuds \
         composantes",
    ),
    (
        "report",
        ROADS,
        "",
        "date summary generated_at top_10_troncons_frequentes top_10_zones_congestionnees capteurs_defaillants \
         capteurs_defaillants_total alertes_congestion chantiers_actifs evolution_vs_semaine_precedente meteo_impact \
         faits_marquants sources",
    ),
    (
        "report",
        ROADS,
        "summary",
        "vehicules_km total_vehicules_paris temps_perdu_total_minutes nombre_troncons_satures taux_disponibilite_capteurs \
         total_velos_paris indice_fiabilite_transport perturbations_actives chantiers_actifs meteo couverture",
    ),
    ("report", ROADS, "summary meteo", "temp_moyenne precip_totale vent_max conditions categories"),
    ("report", ROADS, "summary couverture", "bikes comptages"),
    ("report", ROADS, "capteurs_defaillants []", FAILING),
    ("report", ROADS, "alertes_congestion []", ALERT),
    ("report", ROADS, "evolution_vs_semaine_precedente", "vehicules temps_perdu velos alertes indice_transport"),
    ("report", ROADS, "evolution_vs_semaine_precedente {}", CHANGE),
    ("report", ROADS, "sources", "bikes traffic weather comptages chantiers referentiel"),
    ("report", ROADS, "sources comptages", "statut couverture message"),
];

/// The real bucket, when it is there.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn bucket() -> Option<PathBuf> {
    let bucket = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/bucket");
    if bucket.is_dir() {
        return Some(bucket);
    }
    eprintln!("skipped: no real records at {}", bucket.display());
    None
}

fn compute(bucket: &Path, out: &Path, day: &str) {
    let mut run = Command::new(cityflow_e2e::binary::path());
    run.args(["run", "--quiet", "--date", day, "--raw"]).arg(bucket).arg("--out").arg(out);
    let ran = run.output().expect("the binary can be started");
    assert!(ran.status.success(), "{day}: {}", String::from_utf8_lossy(&ran.stderr));
}

fn read(out: &Path, file: &str, day: &str) -> Value {
    let path = match file {
        "report" => out.join(format!("reports/daily_report_{day}.json")),
        data_type => out.join(format!("metrics/{data_type}_metrics_{day}.json")),
    };
    let bytes = std::fs::read(path).expect("each day is one on which its file is there");
    serde_json::from_slice(&bytes).expect("the program writes JSON")
}

/// The object at the end of a way.
fn follow<'v>(document: &'v Value, way: &str) -> Option<&'v Value> {
    way.split_whitespace().try_fold(document, |at, step| match step {
        "[]" => at.as_array()?.first(),
        "{}" => at.as_object()?.values().next(),
        key => at.get(key),
    })
}

#[test]
fn every_key_of_the_contract_is_there() {
    let Some(bucket) = bucket() else { return };
    let out = tempfile::tempdir().unwrap();
    for day in [ROADS, BIKES, STATIONS, TRANSIT, LIFTS] {
        compute(&bucket, out.path(), day);
    }
    let mut missing = Vec::new();
    for (file, day, way, keys) in OBJECTS {
        let document = read(out.path(), file, day);
        let Some(object) = follow(&document, way).and_then(Value::as_object) else {
            missing.push(format!("{file} {day}: nothing at `{way}`"));
            continue;
        };
        let absent = keys.split_whitespace().filter(|key| !object.contains_key(*key));
        missing.extend(absent.map(|key| format!("{file} {day}: no `{key}` at `{way}`")));
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

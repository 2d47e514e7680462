//! The report as CSV: `;`, UTF-8 with BOM, CRLF, one section after the other.

use serde::Serialize;
use serde_json::Value;

use super::DailyReport;
use crate::text::spreadsheet_safe;

/// A column: its title and the path of its value in a row.
type Column = (&'static str, &'static str);

const LINKS: [Column; 8] = [
    ("Identifiant arc", "identifiant_arc"),
    ("Libellé", "libelle"),
    ("Arrondissement", "arrondissement"),
    ("Débit journalier (véhicules)", "debit_journalier_total"),
    ("Taux d'occupation moyen (%)", "taux_occupation_moyen"),
    ("État dominant", "etat_trafic_dominant"),
    ("Temps perdu (véhicule-minutes)", "temps_perdu_total_minutes"),
    ("Couverture (%)", "couverture"),
];
const ZONES: [Column; 6] = [
    ("Zone", "zone"),
    ("Tronçons", "nombre_troncons"),
    ("Temps perdu (véhicule-minutes)", "temps_perdu_total_minutes"),
    ("Véhicules-km", "vehicules_km"),
    ("Taux de saturation (%)", "taux_saturation"),
    ("Couverture (%)", "couverture"),
];
const FAILING: [Column; 6] = [
    ("Identifiant", "id"),
    ("Type", "type"),
    ("Nom", "nom"),
    ("Raison", "raison"),
    ("Depuis", "depuis"),
    ("Heures", "heures"),
];
const ALERTS: [Column; 9] = [
    ("Identifiant arc", "identifiant_arc"),
    ("Libellé", "libelle"),
    ("Arrondissement", "arrondissement"),
    ("Début", "debut"),
    ("Fin", "fin"),
    ("Durée (heures)", "duree_heures"),
    ("Taux maximal (%)", "taux_max"),
    ("Débit (véhicules)", "debit_total"),
    ("Sévérité", "severite"),
];
const WORKS: [Column; 8] = [
    ("Identifiant", "identifiant"),
    ("Voie", "voie"),
    ("Objet", "objet"),
    ("Impact", "impact"),
    ("Arrondissement", "arrondissement"),
    ("Début", "date_debut"),
    ("Fin", "date_fin"),
    ("Jours restants", "jours_restants"),
];

/// Renders the report.
pub fn to_csv(report: &DailyReport) -> String {
    let mut text = String::from("\u{feff}");
    line(&mut text, ["Section", "Valeur"].map(str::to_owned));
    line(&mut text, ["date".to_owned(), report.date.to_string()]);
    if let Ok(Value::Object(summary)) = serde_json::to_value(&report.summary) {
        values(&mut text, "", &summary);
    }
    section(&mut text, "Top 10 des tronçons fréquentés", &LINKS, &report.top_10_troncons_frequentes);
    section(&mut text, "Top 10 des zones congestionnées", &ZONES, &report.top_10_zones_congestionnees);
    section(&mut text, "Capteurs défaillants", &FAILING, &report.capteurs_defaillants);
    section(&mut text, "Alertes de congestion", &ALERTS, &report.alertes_congestion);
    section(&mut text, "Chantiers actifs", &WORKS, report.chantiers_actifs.as_deref().unwrap_or_default());
    text
}

/// The summary's values, those inside others with a dotted name.
fn values(text: &mut String, prefix: &str, map: &serde_json::Map<String, Value>) {
    for (key, value) in map {
        match value {
            Value::Object(inner) => values(text, &format!("{prefix}{key}."), inner),
            value => line(text, [format!("{prefix}{key}"), cell(value)]),
        }
    }
}

fn section<R: Serialize>(text: &mut String, title: &str, columns: &[Column], rows: &[R]) {
    text.push_str("\r\n");
    line(text, [title.to_owned()]);
    line(text, columns.iter().map(|(title, _)| (*title).to_owned()));
    for row in rows.iter().filter_map(|row| serde_json::to_value(row).ok()) {
        line(text, columns.iter().map(|(_, key)| row.get(key).map_or_else(String::new, cell)));
    }
}

/// A value as a cell: empty for null, a dot for decimals.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(cell).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

fn line(text: &mut String, cells: impl IntoIterator<Item = String>) {
    let cells: Vec<String> = cells.into_iter().map(|cell| quoted(&spreadsheet_safe(&cell))).collect();
    text.push_str(&cells.join(";"));
    text.push_str("\r\n");
}

fn quoted(cell: &str) -> String {
    if cell.contains([';', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_quotes_and_newlines_are_quoted() {
        let mut text = String::new();
        line(&mut text, ["a;b", "say \"x\"", "one\ntwo", "-"].map(str::to_owned));
        assert_eq!(text, "\"a;b\";\"say \"\"x\"\"\";\"one\ntwo\";'-\r\n");
    }
}

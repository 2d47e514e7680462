//! The small bucket's objects, each in the wire format of its publisher.

use std::fmt::Write;

use serde_json::json;

/// Header of the official road-count export.
const COUNTS_HEADER: &str = "Identifiant arc;Libelle;Date et heure de comptage;Débit horaire;Taux d'occupation;\
Etat trafic;Identifiant noeud amont;Libelle noeud amont;Identifiant noeud aval;Libelle noeud aval;Etat arc;\
Date debut dispo data;Date fin dispo data;geo_point_2d;geo_shape";

/// Hourly road counts: every arc has all 24 hours of every day (stamps are hour ends, winter time).
pub(crate) fn counts(days: &[&str], arcs: &[&str]) -> String {
    let mut text = format!("{COUNTS_HEADER}\r\n");
    for day in days {
        for hour in 0..24 {
            for (rank, arc) in arcs.iter().enumerate() {
                let (stamp_day, stamp_hour) = if hour == 23 { (next(day), 0) } else { ((*day).to_owned(), hour + 1) };
                let flow = 100 + 10 * hour + rank;
                let _ = writeln!(
                    text,
                    "{arc};Rue_{arc};{stamp_day}T{stamp_hour:02}:00:00+01:00;{flow}.0;{}.5;Fluide;{rank};A;{};B;\
                     Invalide;2005-01-01;2019-06-01;{};\"{}\"\r",
                    5 + rank,
                    rank + 1,
                    point(rank),
                    line(rank)
                );
            }
        }
    }
    text
}

/// Opendatasoft v2.1 page of three counters, all hours of every day.
pub(crate) fn bikes(days: &[&str]) -> String {
    let record = |day: &str, hour: usize, counter: usize| {
        json!({
            "id_compteur": format!("10000000{counter}-10100000{counter}"),
            "nom_compteur": format!("{counter} rue de Test"),
            "id": format!("10000000{counter}"),
            "name": "rue de Test",
            "sum_counts": 3 + hour * counter,
            "date": format!("{day}T{hour:02}:00:00+01:00"),
            "installation_date": "2013-01-18",
            "coordinates": {"lon": 2.35, "lat": 48.85},
            "mois_annee_comptage": &day[..7],
        })
    };
    let mut records = Vec::new();
    for day in days {
        records.extend((0..72).map(|n| record(day, n / 3, 1 + n % 3)));
    }
    format!("{}\n", json!({"total_count": records.len(), "results": records}))
}

/// PRIM bulk v2: metro 4 stands still from 8 to 10.
pub(crate) fn disruptions(day: &str) -> String {
    let day = day.replace('-', "");
    let document = json!({
        "disruptions": [{
            "id": "d-1",
            "applicationPeriods": [{"begin": format!("{day}T080000"), "end": format!("{day}T100000")}],
            "lastUpdate": format!("{day}T081500"),
            "cause": "PERTURBATION",
            "severity": "BLOQUANTE",
            "tags": ["Actualité"],
            "title": "Métro 4 : trafic interrompu",
            "message": "<p>Trafic interrompu.</p>",
        }],
        "lines": [{
            "id": "line:IDFM:C01374", "name": "4", "shortName": "4", "mode": "Metro", "networkId": "network:IDFM:439",
            "impactedObjects": [
                {"type": "line", "id": "line:IDFM:C01374", "name": "4", "disruptionIds": ["d-1"]},
            ],
        }],
        "lastUpdatedDate": "2024-01-04T21:00:00.000Z",
    });
    format!("{document:#}\n")
}

/// Open-Meteo archive of the day's 24 hours (UTC, winter).
pub(crate) fn weather(day: &str) -> String {
    let before = previous(day);
    let times: Vec<String> =
        std::iter::once(format!("{before}T23:00")).chain((0..23).map(|hour| format!("{day}T{hour:02}:00"))).collect();
    let document = json!({
        "latitude": 48.8566, "longitude": 2.3522, "utc_offset_seconds": 0, "timezone": "GMT",
        "hourly_units": {"time": "iso8601", "temperature_2m": "°C", "precipitation": "mm", "wind_speed_10m": "km/h"},
        "hourly": {
            "time": times,
            "temperature_2m": (0..24).map(|hour| 4.0 + f64::from(hour) / 4.0).collect::<Vec<_>>(),
            "relative_humidity_2m": vec![80; 24],
            "precipitation": vec![0.1; 24],
            "wind_speed_10m": vec![12.5; 24],
        },
    });
    format!("{document:#}\n")
}

/// Two active roadworks.
pub(crate) fn works() -> String {
    let shape = r#""{""coordinates"": [[[2.35, 48.85], [2.351, 48.85], [2.351, 48.851], [2.35, 48.85]]], ""type"": ""Polygon""}""#;
    let mut text = "Identifiant;Identifiant CTV;Code postal de l'arrondissement;Numéro de STV;Typologie;Maitre d'ouvrage;\
        Objet;Description;Voie(s);Précisions de localisation;Date de début;Date de fin;Impact sur la circulation;\
        Détail de l'impact sur la circulation;Niveau de perturbation;Statut;URL LettreInfoChantier;geo_shape;geo_point_2d\r\n"
        .to_owned();
    for (id, impact) in [("CP1", "BARRAGE_TOTAL"), ("CP2", "RESTREINTE")] {
        let _ = write!(
            text,
            "{id};;75004;12;1;Ville;RESEAU;Travaux;rue de Test;;2023-12-01;2024-02-01;{impact};;1;2;;{shape};48.85, 2.35\r\n"
        );
    }
    text
}

/// One piece for each arc.
pub(crate) fn reference(arcs: &[&str]) -> String {
    let mut text = "Identifiant arc;Date debut dispo data;Date fin dispo data;Libelle;Identifiant noeud aval;\
        Libelle noeud aval;Identifiant noeud amont;Libelle noeud amont;geo_point_2d;geo_shape\r\n"
        .to_owned();
    for (rank, arc) in arcs.iter().enumerate() {
        let _ = write!(
            text,
            "{arc};2005-01-01T02:00:00+01:00;2019-06-01T04:00:00+02:00;Rue_{arc};{};B;{rank};A;{};\"{}\"\r\n",
            rank + 1,
            point(rank).replace(' ', ""),
            line(rank)
        );
    }
    text
}

fn point(rank: usize) -> String {
    format!("48.86{rank}, 2.35{rank}")
}

fn line(rank: usize) -> String {
    format!(r#"{{""coordinates"": [[2.35{rank}, 48.86{rank}], [2.36{rank}, 48.86{rank}]], ""type"": ""LineString""}}"#)
}

/// The days that the small bucket needs, in order.
const CALENDAR: [&str; 5] = ["2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05", "2024-01-06"];

fn next(day: &str) -> String {
    neighbour(day, 1)
}

fn previous(day: &str) -> String {
    neighbour(day, -1)
}

fn neighbour(day: &str, step: isize) -> String {
    let at = CALENDAR.iter().position(|known| *known == day).expect("the small bucket stays in its first days");
    CALENDAR[at.checked_add_signed(step).expect("a day before the first is not asked for")].to_owned()
}

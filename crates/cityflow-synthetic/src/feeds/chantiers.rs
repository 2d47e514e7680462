//! `batch/chantiers`: two exports of the disruptive roadworks, with the quirks of the real ones.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::Error;
use crate::bucket::Bucket;
use crate::calendar::days;
use crate::feeds::csv::{cell, positions};
use crate::model::City;
use crate::model::geometry::Point;
use crate::model::network::{RoadArc, RoadClass};
use crate::model::roles::Role;
use crate::model::{streets, zones};
use crate::noise::Stream;

/// Days before the last on which the exports are dated.
const EXPORTS: [u32; 2] = [41, 8];
/// Works in the register.
const WORKS: u64 = 64;
/// Arrondissement that gets works of its own, and how many.
const CROWDED: (u32, u64) = (10, 6);
const HEADER: [&str; 19] = [
    "Identifiant",
    "Identifiant CTV",
    "Code postal de l'arrondissement",
    "Numéro de STV",
    "Typologie",
    "Maitre d'ouvrage",
    "Objet",
    "Description",
    "Voie(s)",
    "Précisions de localisation",
    "Date de début",
    "Date de fin",
    "Impact sur la circulation",
    "Détail de l'impact sur la circulation",
    "Niveau de perturbation",
    "Statut",
    "URL LettreInfoChantier",
    "geo_shape",
    "geo_point_2d",
];
const OWNERS: [&str; 6] = ["CPCU", "Eau de Paris", "ENEDIS", "Mission Vélo", "RATP", "S.T.V"];
const PURPOSES: [(&str, &str); 5] = [
    ("REAMENAGEMENT_VOIRIE", "Création d'une piste cyclable bidirectionnelle"),
    ("ENTRETIEN_RESEAU", "Renouvellement d'une conduite d'eau"),
    ("REHABILITATION_IMMEUBLE", "Ravalement de façade; grue mobile sur chaussée"),
    ("CREATION_RESEAUX", "Extension du réseau de chaleur"),
    ("REFECTION_CHAUSSEE", "Réfection de la chaussée et des trottoirs"),
];
/// Impacts as often as the city names them.
const IMPACTS: [&str; 8] =
    ["RESTREINTE", "RESTREINTE", "RESTREINTE", "BARRAGE_TOTAL", "RESTREINTE", "SENS_UNIQUE", "IMPASSE", ""];

/// One site of the register.
struct Works {
    key: u64,
    at: Point,
    street: String,
    begin: Option<Date>,
    end: Option<Date>,
    impact: &'static str,
}

pub(crate) fn write(city: &City, bucket: &mut Bucket<'_>) -> Result<(), Error> {
    let register = register(city);
    for (number, before) in EXPORTS.into_iter().enumerate() {
        let date = city.settings.end - i64::from(before).days();
        // The older export breaks its records with CRLF and its cells with LF, the newer all with LF.
        let line_end = if number == 0 { "\r\n" } else { "\n" };
        let mut text = format!("\u{feff}{}{line_end}", HEADER.join(";"));
        let known = register.iter().filter(|works| is_listed(works, date));
        let mut rows = 0;
        for works in known {
            text.push_str(&cells(city, works, date).map(|text| cell(&text)).join(";"));
            text.push_str(line_end);
            rows += 1;
        }
        let name = format!("batch/chantiers/chantiers-perturbants-la-circulation_{date}.csv");
        bucket.put("chantiers", &name, rows, text.as_bytes())?;
    }
    let planted = bucket.planted();
    planted.crowded_zone = Some(CROWDED.0);
    // One of each in both exports.
    for code in ["periode_inversee", "date_absente"] {
        *planted.issues.entry(code).or_default() += EXPORTS.len() as u64;
    }
    Ok(())
}

/// An export lists what has not ended for more than a month and begins within two.
fn is_listed(works: &Works, export: Date) -> bool {
    let ended = works.end.is_some_and(|end| end < export - 30.days());
    let far = works.begin.is_some_and(|begin| begin > export + 60.days());
    matches!(works.key, 0 | 1) || !(ended || far)
}

fn register(city: &City) -> Vec<Works> {
    let streets: Vec<&RoadArc> = city.network.arcs.iter().filter(|arc| arc.class != RoadClass::RingRoad).collect();
    let in_zone = |zone| streets.iter().filter(move |arc| zones::nearest(arc.line[1]) == zone);
    let mut register: Vec<Works> = (0..WORKS)
        .map(|key| {
            let zone = u32::try_from(1 + key % 20).expect("a remainder of twenty");
            let zone = if key % 20 < CROWDED.1 && key >= 40 { CROWDED.0 } else { zone };
            let candidates: Vec<_> = in_zone(zone).collect();
            let arc = match candidates.len() {
                0 => streets[city.noise.below(Stream::Roadwork, key, 0, streets.len())],
                count => candidates[city.noise.below(Stream::Roadwork, key, 0, count)],
            };
            works(city, key, arc)
        })
        .collect();
    let closed = city.network.arcs.iter().find(|arc| arc.role == Role::Closed);
    register.extend(closed.map(|arc| closing_works(city, arc)));
    register
}

fn works(city: &City, key: u64, arc: &RoadArc) -> Works {
    let draw = |at, count| city.noise.below(Stream::Roadwork, key, at, count);
    let crowded = key >= 40 && key % 20 < CROWDED.1;
    let begin = city.settings.end + 25.days()
        - days(draw(1, if crowded { 20 } else { 170 }))
        - if crowded { 40.days() } else { 0.days() };
    let end = begin + days(if crowded { 90 } else { 12 + draw(2, 170) });
    let (begin, end) = match key {
        0 => (Some(end), Some(begin)),
        1 => (Some(begin), None),
        _ => (Some(begin), Some(end)),
    };
    let impact = IMPACTS[draw(3, IMPACTS.len())];
    Works { key, at: arc.line[1], street: streets::spoken(&arc.label), begin, end, impact }
}

/// The works that close a street from the last day on.
fn closing_works(city: &City, arc: &RoadArc) -> Works {
    let day = city.settings.end;
    Works {
        key: WORKS,
        at: arc.line[1],
        street: streets::spoken(&arc.label),
        begin: Some(day),
        end: Some(day + 12.days()),
        impact: "BARRAGE_TOTAL",
    }
}

/// Planned, in progress, suspended, extended or finished on the day of the export.
fn status(works: &Works, export: Date) -> u8 {
    let begun = works.begin.is_some_and(|begin| begin <= export);
    let ended = works.end.is_some_and(|end| end < export);
    match (works.key, begun, ended) {
        (7 | 8, _, _) => 3,
        // A register that was not kept up: works that are over stay in progress.
        (9, _, _) => 2,
        (_, false, _) => 1,
        (_, true, true) => 5,
        (key, ..) if key % 11 == 4 => 4,
        _ => 2,
    }
}

fn cells(city: &City, works: &Works, export: Date) -> [String; 19] {
    let key = works.key;
    let draw = |at, count| city.noise.below(Stream::Roadwork, key, at, count);
    let zone = zones::nearest(works.at);
    let (purpose, description) = PURPOSES[draw(4, PURPOSES.len())];
    let date = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
    let ring = outline(city, works);
    let detail = if key % 4 == 1 {
        "Circulation réduite à une file.\nStationnement neutralisé des deux côtés ;\nitinéraire conseillé par le \"boulevard\" voisin.".to_owned()
    } else {
        "Suppression d'une file de circulation".to_owned()
    };
    let postcode = if key % 17 == 3 { String::new() } else { format!("750{zone:02}") };
    [
        format!("CP{:06}", 2400 + key * 3),
        if key % 13 == 5 { format!("{} + {}", 744_500 + key, 816_000 + key) } else { String::new() },
        postcode,
        (9 + draw(5, 6)).to_string(),
        (1 + draw(6, 3)).to_string(),
        OWNERS[draw(7, OWNERS.len())].to_owned(),
        purpose.to_owned(),
        description.to_owned(),
        works.street.clone(),
        format!("du {} au {}", 3 + draw(8, 40), 45 + draw(9, 60)),
        date(works.begin),
        date(works.end),
        works.impact.to_owned(),
        detail,
        if works.impact == "BARRAGE_TOTAL" { "1" } else { "2" }.to_owned(),
        status(works, export).to_string(),
        String::new(),
        shape(key, &ring),
        format!("{}, {}", works.at.lat, works.at.lon),
    ]
}

/// A closed rectangle about the middle of the street.
fn outline(city: &City, works: &Works) -> Vec<Point> {
    let side = |at, low, high| city.noise.between(Stream::RoadworkShape, works.key, at, low, high);
    let (half, deep) = (side(0, 12.0, 70.0), side(1, 3.0, 11.0));
    let corners = [(-half, -deep), (half, -deep), (half, deep), (-half, deep), (-half, -deep)];
    corners.map(|(east, north)| works.at.moved(east, north)).to_vec()
}

/// A `Polygon`, or for one in seven a `MultiPolygon` of two.
fn shape(key: u64, ring: &[Point]) -> String {
    if key % 7 != 6 {
        return format!(r#"{{"coordinates": [{}], "type": "Polygon"}}"#, positions(ring));
    }
    let twin: Vec<_> = ring.iter().map(|point| point.moved(0.0, 45.0)).collect();
    let (first, second) = (positions(ring), positions(&twin));
    format!(r#"{{"coordinates": [[{first}], [{second}]], "type": "MultiPolygon"}}"#)
}

//! Random rows of both hourly feeds, and the objects they are written to.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

/// Sensors are numbered from 0: few, so that rows of one hour meet.
pub(crate) const SENSORS: u8 = 3;

/// A day that hours are counted from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Day {
    pub(crate) date: Date,
    /// When it begins, epoch seconds.
    begins: i64,
    /// Its length.
    pub(crate) hours: i64,
}

/// 2024-01-04, a day without change of the clocks.
pub(crate) const THURSDAY: Day = Day { date: date(2024, 1, 4), begins: 1_704_322_800, hours: 24 };

/// A day of 24 hours, one of 23 and one of 25, as Paris has them.
pub(crate) fn days() -> impl Strategy<Value = Day> {
    select(vec![
        THURSDAY,
        Day { date: date(2024, 3, 31), begins: 1_711_839_600, hours: 23 },
        Day { date: date(2024, 10, 27), begins: 1_729_980_000, hours: 25 },
    ])
}

/// What is wrong with a row.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    None,
    Id,
    Stamp,
    HalfHour,
    Number,
}

/// One row of either feed.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) sensor: u8,
    /// Start of the hour, in hours after the day begins.
    pub(crate) hour: i64,
    /// Vehicles or bikes.
    flow: Option<f64>,
    occupancy: Option<f64>,
    /// Which of two labels and places it bears.
    second_place: bool,
    fault: Fault,
}

prop_compose! {
    pub(crate) fn row()(
        sensor in 0..SENSORS,
        // The day before is there from its first hour: a bike window reaches no further from both folders.
        hour in prop_oneof![-2_i64..3, 21_i64..27, -23_i64..60],
        flow in prop::option::of(select(vec![0.0, 7.0, 20.5, 800.0, -1.0, 13_000.0])),
        occupancy in prop::option::of(select(vec![0.0, 4.25, 33.0, 60.0, 101.0])),
        second_place in any::<bool>(),
        fault in prop_oneof![
            12 => Just(Fault::None), 1 => Just(Fault::Id), 1 => Just(Fault::Stamp), 1 => Just(Fault::HalfHour),
            1 => Just(Fault::Number),
        ],
    ) -> Row {
        Row { sensor, hour, flow, occupancy, second_place, fault }
    }
}

impl Row {
    /// A row without fault.
    pub(crate) fn counted(sensor: u8, hour: i64, flow: f64) -> Self {
        Self { sensor, hour, flow: Some(flow), occupancy: Some(4.25), second_place: false, fault: Fault::None }
    }

    /// Whether the row has a sensor and an hour.
    pub(crate) fn is_kept(&self) -> bool {
        matches!(self.fault, Fault::None | Fault::Number)
    }

    /// The flow that is left of it. What passes the limit of roads passes that of bikes.
    pub(crate) fn readable_flow(&self) -> Option<f64> {
        self.flow.filter(|flow| self.fault == Fault::None && (0.0..=10_000.0).contains(flow))
    }
}

/// The two feeds of hourly rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Feed {
    Roads,
    Bikes,
}

/// A field under its label, its technical name, and what it says.
type Field = (&'static str, &'static str, Value);

impl Feed {
    /// How a sensor is called.
    pub(crate) fn id(self, sensor: u8) -> String {
        if self == Self::Roads { format!("{}", 100 + u32::from(sensor)) } else { format!("100-{sensor}") }
    }

    pub(crate) const fn id_key(self) -> &'static str {
        if matches!(self, Self::Roads) { "identifiant_arc" } else { "id_compteur" }
    }

    pub(crate) const fn profile_key(self) -> &'static str {
        if matches!(self, Self::Roads) { "profil_debit" } else { "profil_horaire" }
    }

    fn fields(self, day: Day, row: &Row) -> Vec<Field> {
        let id = if row.fault == Fault::Id { "*".to_owned() } else { self.id(row.sensor) };
        // Road counts are stamped at the end of their hour.
        let hour = row.hour + i64::from(self == Self::Roads);
        let second = day.begins + hour * 3600 + if row.fault == Fault::HalfHour { 1800 } else { 0 };
        let stamp = match row.fault {
            Fault::Stamp => "hier".to_owned(),
            _ => Timestamp::from_second(second).unwrap().to_string(),
        };
        let flow = if row.fault == Fault::Number { json!("x") } else { json!(row.flow) };
        let label = if row.second_place { "PI_Beta" } else { "Rue_Alpha" };
        let place = if row.second_place { json!([48.88, 2.305]) } else { json!([48.87, 2.35]) };
        match self {
            Self::Roads => vec![
                ("Identifiant arc", "iu_ac", json!(id)),
                ("Libelle", "libelle", json!(label)),
                ("Date et heure de comptage", "t_1h", json!(stamp)),
                ("Débit horaire", "q", flow),
                ("Taux d'occupation", "k", json!(row.occupancy)),
                ("geo_point_2d", "geo_point_2d", place),
            ],
            Self::Bikes => vec![
                ("Identifiant du compteur", "id_compteur", json!(id)),
                ("Nom du compteur", "nom_compteur", json!(label)),
                ("Comptage horaire", "sum_counts", flow),
                ("Date et heure de comptage", "date", json!(stamp)),
                ("Coordonnées géographiques", "coordinates", place),
            ],
        }
    }
}

/// How an object is written.
#[derive(Clone, Copy, Debug)]
enum Spelling {
    Labelled,
    Technical,
    ApiV1,
    ApiV2,
    Lines,
}

/// Some rows that follow each other, and how they are written.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    rows: usize,
    spelling: Spelling,
    compressed: bool,
}

prop_compose! {
    pub(crate) fn piece()(
        rows in 1_usize..14,
        spelling in select(vec![
            Spelling::Labelled, Spelling::Technical, Spelling::ApiV1, Spelling::ApiV2, Spelling::Lines,
        ]),
        compressed in any::<bool>(),
    ) -> Piece {
        Piece { rows, spelling, compressed }
    }
}

/// The rows as objects named in the order of the pieces; what is left over is one more.
pub(crate) fn objects(feed: Feed, day: Day, rows: &[Row], pieces: &[Piece]) -> Vec<(String, Vec<u8>)> {
    let rest = Piece { rows: rows.len(), spelling: Spelling::Labelled, compressed: false };
    let mut left = rows;
    let mut made = Vec::new();
    for (number, piece) in pieces.iter().chain([&rest]).enumerate() {
        let (taken, after) = left.split_at(piece.rows.min(left.len()));
        left = after;
        if taken.is_empty() {
            break;
        }
        let records: Vec<_> = taken.iter().map(|row| feed.fields(day, row)).collect();
        let (text, ending) = write(piece.spelling, &records);
        // The day before, the day and the next are all in the windows of both folders.
        let folder = if number < 2 { day.date } else { day.date.tomorrow().unwrap() };
        let name = match feed {
            Feed::Roads => format!("batch/comptages_routiers/a-{number:03}.{ending}"),
            Feed::Bikes => format!("api/bikes/dt={folder}/a-{number:03}.{ending}"),
        };
        made.push(if piece.compressed { (name + ".gz", gzip(text.as_bytes())) } else { (name, text.into_bytes()) });
    }
    made
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn write(spelling: Spelling, records: &[Vec<Field>]) -> (String, &'static str) {
    let bare = || records.iter().map(|fields| record(fields, false));
    match spelling {
        Spelling::Labelled => (table(records, ';', |field| field.0), "csv"),
        Spelling::Technical => (table(records, ',', |field| field.1), "csv"),
        Spelling::ApiV1 => {
            let records = records.iter().map(|fields| json!({ "fields": record(fields, true) }));
            (json!({ "records": records.collect::<Vec<_>>() }).to_string(), "json")
        }
        Spelling::ApiV2 => (json!({ "results": bare().collect::<Vec<_>>() }).to_string(), "json"),
        Spelling::Lines => (bare().map(|record| record.to_string()).collect::<Vec<_>>().join("\n"), "jsonl"),
    }
}

/// A record of the API: the first one omits nulls and writes places as lists, the second as objects.
fn record(fields: &[Field], is_v1: bool) -> Value {
    let mut record = Map::new();
    for (_, key, value) in fields {
        let value = match value {
            Value::Null if is_v1 => continue,
            Value::Array(place) if !is_v1 => json!({ "lat": place[0], "lon": place[1] }),
            value => value.clone(),
        };
        record.insert((*key).to_owned(), value);
    }
    Value::Object(record)
}

fn table(records: &[Vec<Field>], delimiter: char, name: impl Fn(&Field) -> &'static str) -> String {
    let cell = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(place) => format!("\"{}, {}\"", place[0], place[1]),
        number => number.to_string(),
    };
    let line = |cells: Vec<String>| cells.join(&delimiter.to_string()) + "\n";
    let header = line(records[0].iter().map(|field| name(field).to_owned()).collect());
    header + &records.iter().map(|fields| line(fields.iter().map(|field| cell(&field.2)).collect())).collect::<String>()
}

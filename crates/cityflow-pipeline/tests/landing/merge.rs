//! However the same rows are cut into objects, spelled, listed, changed in time and read side by side, a day is
//! the same; and it counts its own hours only.

use std::collections::BTreeMap;
use std::ops::Range;

use cityflow_core::data_type::DataType;
use proptest::prelude::*;
use serde_json::Value;

use crate::place::{Listed, Outcome, Place};
use crate::rows::{Day, Feed, Piece, Row, SENSORS, days, objects, piece, row};

/// What two feeds say, and one way of cutting it into objects.
#[derive(Clone, Debug)]
struct Input {
    day: Day,
    roads: Vec<Row>,
    bikes: Vec<Row>,
    pieces: Vec<Piece>,
}

impl Input {
    fn objects(&self, pieces: &[Piece]) -> Vec<(String, Vec<u8>)> {
        let mut made = objects(Feed::Roads, self.day, &self.roads, pieces);
        made.extend(objects(Feed::Bikes, self.day, &self.bikes, pieces));
        made
    }
}

prop_compose! {
    fn input()(
        day in days(),
        roads in prop::collection::vec(row(), 1..40),
        bikes in prop::collection::vec(row(), 1..40),
        pieces in prop::collection::vec(piece(), 1..6),
    ) -> Input {
        // A day that nothing speaks of is an error of the run.
        let on_day = Row::counted(1, 8, 100.0);
        let with = |rows: Vec<Row>| [vec![on_day.clone()], rows].concat();
        Input { day, roads: with(roads), bikes: with(bikes), pieces }
    }
}

/// The documents without what names objects and lines.
fn nameless(outcome: &Outcome) -> Vec<String> {
    outcome
        .documents
        .iter()
        .map(|document| without_names(serde_json::from_slice(document).unwrap()).to_string())
        .collect()
}

fn without_names(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(without_names).collect(),
        Value::Object(mut fields) => {
            fields.remove("exemples");
            if let Some(quality) = fields.get_mut("qualite").and_then(Value::as_object_mut) {
                quality.remove("sources");
            }
            fields.into_iter().map(|(key, value)| (key, without_names(value))).collect()
        }
        plain => plain,
    }
}

/// What each sensor counts in each hour of a day that has a row: its last readable value, worked out from the
/// rows alone.
fn counted(rows: &[Row], hours: &Range<i64>) -> BTreeMap<(u8, i64), Option<f64>> {
    let mut counted = BTreeMap::new();
    for row in rows.iter().filter(|row| row.is_kept() && hours.contains(&row.hour)) {
        let held = counted.entry((row.sensor, row.hour)).or_insert(None);
        *held = row.readable_flow().or(*held);
    }
    counted
}

/// The hourly profile of each sensor in a feed's metrics.
fn profiles(metrics: &Value, feed: Feed) -> BTreeMap<&str, Vec<Option<f64>>> {
    let profile = |sensor: &Value| sensor[feed.profile_key()].as_array().unwrap().iter().map(Value::as_f64).collect();
    let sensors = metrics["metrics"].as_array().unwrap();
    sensors.iter().map(|sensor| (sensor[feed.id_key()].as_str().unwrap(), profile(sensor))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_split_in_any_spelling_is_the_same_day(input in input(), turn in 0_usize..8, threads in 1_usize..5) {
        let date = input.day.date;
        let whole = Place::new().compute(&Listed::new(&input.objects(&[]), 0), 1, date);
        let split = Place::new().compute(&Listed::new(&input.objects(&input.pieces), turn), threads, date);
        prop_assert_eq!(nameless(&split), nameless(&whole));
        prop_assert_eq!(split.csv, whole.csv);
        prop_assert_eq!(split.partitions.keys().collect::<Vec<_>>(), whole.partitions.keys().collect::<Vec<_>>());
    }

    #[test]
    fn times_of_change_listing_order_and_threads_change_no_byte(
        input in input(), turn in 0_usize..8, threads in 1_usize..5,
    ) {
        let (date, mut objects) = (input.day.date, input.objects(&input.pieces));
        let (place, other_place) = (Place::new(), Place::new());
        let bucket = Listed::new(&objects, 0);
        let landed = place.compute(&bucket, 1, date);
        let from_lake = place.compute(&bucket, threads, date);
        prop_assert_eq!(&from_lake, &landed, "read back from the lake");
        objects.reverse();
        objects.push(objects[0].clone());
        let copy = Listed::new(&objects, turn);
        prop_assert_eq!(&other_place.compute(&copy, threads, date), &landed, "a copy of the bucket");
        prop_assert_eq!(&place.compute(&copy, threads, date), &landed, "landed again over the old lake");
    }

    #[test]
    fn a_day_never_counts_an_hour_of_another_day(input in input(), threads in 1_usize..5) {
        let (place, bucket) = (Place::new(), Listed::new(&input.objects(&input.pieces), 0));
        let day = input.day;
        for (date, hours) in [(day.date, 0..day.hours), (day.date.tomorrow().unwrap(), day.hours..day.hours + 24)] {
            for (feed, rows, data_type) in
                [(Feed::Roads, &input.roads, DataType::Comptages), (Feed::Bikes, &input.bikes, DataType::Bikes)]
            {
                let expected = counted(rows, &hours);
                let Some(document) = place.metrics(&bucket, threads, date, data_type) else {
                    prop_assert!(expected.is_empty(), "{data_type} of {date} is absent: {expected:?}");
                    continue;
                };
                let document: Value = serde_json::from_slice(&document).unwrap();
                let metrics = &document["metrics"];
                prop_assert_eq!(metrics["qualite"]["lignes_valides"].as_u64(), Some(expected.len() as u64));
                let found = profiles(metrics, feed);
                for sensor in 0..SENSORS {
                    let of_hour = |hour| expected.get(&(sensor, hour)).copied().flatten();
                    let profile: Vec<_> = hours.clone().map(of_hour).collect();
                    match found.get(&*feed.id(sensor)) {
                        Some(found) => prop_assert_eq!(found, &profile),
                        None => prop_assert!(!expected.keys().any(|(of, _)| *of == sensor), "{sensor} is missing"),
                    }
                }
            }
        }
    }
}

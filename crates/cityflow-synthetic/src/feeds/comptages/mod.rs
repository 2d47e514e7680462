//! `batch/comptages_routiers`: hourly road counts in every dialect of the city.
//!
//! Most days stand in the labelled export (`…-<year>.csv.gz`). The third week of the span stands in
//! the historical comma schema, one day as Opendatasoft v1 and one as v2.1. Neighbouring objects
//! overlap a little, with the same values.

mod api;
mod historical;
pub(crate) mod labelled;
mod planted;
pub(crate) mod text;

use crate::Error;
use crate::bucket::Bucket;
use crate::calendar::Day;
use crate::model::City;

const FOLDER: &str = "batch/comptages_routiers";
/// Spans of at least this many days show every dialect.
const DAYS_FOR_DIALECTS: u32 = 42;
/// Days before the last of the one day that is an API v1 answer, and of the v2.1 day.
const V1_DAY: u32 = 20;
const V2_DAY: u32 = 13;

/// Where a day stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Labelled,
    Historical,
    /// The last day of the historical week, in both schemas.
    Both,
    V1,
    V2,
}

/// The objects that hold the day `before_end` days before the last of a span of `days`.
fn place(days: u32, before_end: u32) -> Place {
    if days < DAYS_FOR_DIALECTS {
        return Place::Labelled;
    }
    match (days - 1 - before_end, before_end) {
        (14..=19, _) => Place::Historical,
        (20, _) => Place::Both,
        (_, V1_DAY) => Place::V1,
        (_, V2_DAY) => Place::V2,
        _ => Place::Labelled,
    }
}

/// The days that stand in one of the wanted places, in order.
fn days_of(city: &City, wanted: &[Place]) -> Vec<Day> {
    let days = city.settings.days;
    let chosen = (0..days).rev().filter(|&before_end| wanted.contains(&place(days, before_end)));
    chosen.map(|before_end| city.calendar.day(before_end)).collect()
}

pub(crate) fn write(city: &City, bucket: &mut Bucket<'_>) -> Result<(), Error> {
    planted::tell(city, bucket.planted());
    write_labelled(city, bucket)?;
    let week = days_of(city, &[Place::Historical, Place::Both]);
    if let Some(first) = week.first() {
        let name = format!("{FOLDER}/historique/comptages_{}.csv", first.date);
        let (bytes, rows) = historical::bytes(city, &week);
        bucket.put("comptages", &name, rows, &bytes)?;
    }
    for day in days_of(city, &[Place::V1]) {
        let name = format!("{FOLDER}/api/comptages-routiers_v1_{}.json", day.date);
        let (bytes, rows) = api::v1(city, &day);
        bucket.put("comptages", &name, rows, &bytes)?;
    }
    for day in days_of(city, &[Place::V2]) {
        for (part, (bytes, rows)) in [("am", api::v2_morning(city, &day)), ("pm", api::v2_rest(city, &day))] {
            let name = format!("{FOLDER}/api/comptages-routiers_v2.1_{}_{part}.json", day.date);
            bucket.put("comptages", &name, rows, &bytes)?;
        }
    }
    Ok(())
}

/// One compressed export a calendar year.
fn write_labelled(city: &City, bucket: &mut Bucket<'_>) -> Result<(), Error> {
    let texts = text::ArcTexts::new(city);
    let days = days_of(city, &[Place::Labelled, Place::Both]);
    for year in days.chunk_by(|a, b| a.date.year() == b.date.year()) {
        let name = format!("{FOLDER}/comptages-routiers-permanents-{}.csv.gz", year[0].date.year());
        let planted = planted::of_labelled(city, &texts, year, bucket.planted());
        bucket.stream("comptages", &name, |out, tick| labelled::write(city, &texts, year, &planted, out, tick))?;
    }
    Ok(())
}

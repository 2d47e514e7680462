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

use jiff::civil::Date;

use crate::Error;
use crate::bucket::Bucket;
use crate::calendar::Day;
use crate::model::City;

const FOLDER: &str = "batch/comptages_routiers";
/// Spans of at least this many days show every dialect.
const DAYS_FOR_DIALECTS: u32 = 35;
/// Days before the last of the one day that is an API v1 answer, and of the v2.1 day.
const V1_DAY: u32 = 20;
const V2_DAY: u32 = 13;

/// Which objects hold a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dialects {
    pub(crate) labelled: bool,
    pub(crate) historical: bool,
    pub(crate) v1: bool,
    pub(crate) v2: bool,
}

impl Dialects {
    /// The last day of the historical week stands in the labelled export too.
    pub(crate) fn of(days: u32, before_end: u32) -> Self {
        let all = days >= DAYS_FOR_DIALECTS;
        let index = days.saturating_sub(1 + before_end);
        let historical = all && (14..=20).contains(&index);
        let v1 = all && before_end == V1_DAY && !historical;
        let v2 = all && before_end == V2_DAY && !historical;
        Self {
            labelled: !v1 && !v2 && (!historical || index == 20),
            historical,
            v1,
            v2,
        }
    }
}

pub(crate) fn write(city: &City, bucket: &mut Bucket<'_>) -> Result<(), Error> {
    planted::tell(city, bucket.planted());
    let days = city.settings.days;
    let chosen = |choose: fn(Dialects) -> bool| -> Vec<Day> {
        let wanted = (0..days)
            .rev()
            .filter(|&before| choose(Dialects::of(days, before)));
        wanted
            .map(|before_end| city.calendar.day(before_end))
            .collect()
    };
    let texts = text::ArcTexts::new(city);
    let labelled = chosen(|dialects| dialects.labelled);
    for year in labelled.chunk_by(|a, b| a.date.year() == b.date.year()) {
        let name = format!(
            "{FOLDER}/comptages-routiers-permanents-{}.csv.gz",
            year[0].date.year()
        );
        let planted = planted::of_labelled(city, &texts, year, bucket.planted());
        bucket.stream("comptages", &name, |out, tick| {
            labelled::write(city, &texts, year, &planted, out, tick)
        })?;
    }
    let week = chosen(|dialects| dialects.historical);
    if let Some(first) = week.first() {
        let name = format!("{FOLDER}/historique/comptages_{}.csv", first.date);
        let (bytes, rows) = historical::bytes(city, &week);
        bucket.put("comptages", &name, rows, &bytes)?;
    }
    let name =
        |part: &str, date: Date| format!("{FOLDER}/api/comptages-routiers_{part}_{date}.json");
    for day in chosen(|dialects| dialects.v1) {
        let (bytes, rows) = api::v1(city, &day);
        bucket.put("comptages", &name("v1", day.date), rows, &bytes)?;
    }
    for day in chosen(|dialects| dialects.v2) {
        let (bytes, rows) = api::v2(city, &day);
        bucket.put("comptages", &name("v2.1", day.date), rows, &bytes)?;
    }
    Ok(())
}

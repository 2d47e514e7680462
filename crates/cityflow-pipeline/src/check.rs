//! Reading the whole raw bucket to say what is there, what is missing and what is wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;
use std::sync::Arc;

use cityflow_core::data_type::DataType;
use cityflow_core::decode::ReadError;
use cityflow_core::feeds::bikes::{self, BikesContent};
use cityflow_core::feeds::chantiers::metrics as works;
use cityflow_core::feeds::chantiers::record::Export;
use cityflow_core::feeds::comptages::place::FirstShapes;
use cityflow_core::feeds::traffic::assemble::assemble;
use cityflow_core::feeds::traffic::record::Snapshot;
use cityflow_core::feeds::{self, Reading};
use cityflow_core::merge::Merge;
use cityflow_core::quality::{IssueLog, Problem, Quality, Rule};
use cityflow_core::settings::Settings;
use cityflow_core::time::CityZone;
use cityflow_core::zones::Zones;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;

use crate::day::Job;
use crate::error::PipelineError;
use crate::feed::ObjectFault;
use crate::inventory::{Inventory, dated_folder};
use crate::read;

/// What a bucket holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CheckReport {
    /// Where it is.
    pub bucket: String,
    /// Each feed.
    pub types: Vec<FeedCheck>,
    /// Object whose zone polygons are used; null when zones come from centroids.
    pub zones: Option<Arc<str>>,
    /// Why the polygons cannot be used.
    pub zones_erreur: Option<ObjectFault>,
}

/// What a bucket holds of one feed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FeedCheck {
    /// The feed.
    #[serde(rename = "type")]
    pub data_type: DataType,
    /// Objects.
    pub objets: usize,
    /// Their stored size.
    pub octets: u64,
    /// Data rows (records).
    pub lignes: u64,
    /// First local day of an observation (of a `dt=` folder for transit and weather).
    pub premier_jour: Option<Date>,
    /// Last such day.
    pub dernier_jour: Option<Date>,
    /// Days with something.
    pub jours: usize,
    /// Days without anything between the first and the last; always empty for roadworks and network.
    pub jours_manquants: Vec<Date>,
    /// Issues by code, with samples.
    pub problemes: BTreeMap<&'static str, Problem>,
    /// Objects that cannot be read.
    pub erreurs: Vec<ObjectFault>,
}

/// What one object said.
#[derive(Default)]
struct Seen {
    reading: Reading,
    days: BTreeSet<Date>,
    whole: Whole,
}

/// What can only be judged beside other objects of the day, or as a whole.
#[derive(Default)]
enum Whole {
    /// Its rows say everything.
    #[default]
    Rows,
    /// A page of an answer, or a snapshot.
    Answer(Box<Snapshot>),
    /// An export, which may contradict its date.
    Export(Box<Export>),
}

/// Reads every object of the bucket.
pub fn check(job: &Job<'_>) -> Result<CheckReport, PipelineError> {
    let inventory = Inventory::list(job.raw)?;
    let zone = CityZone::new(&job.settings.city_zone)?;
    let (_, zones_erreur) = crate::day::zones(job, &inventory);
    Ok(CheckReport {
        bucket: job.raw.describe(),
        types: DataType::ALL.into_iter().map(|data_type| feed(job, &inventory, &zone, data_type)).collect(),
        zones: inventory.zones.last().filter(|_| zones_erreur.is_none()).map(|object| Arc::clone(&object.name)),
        zones_erreur,
    })
}

fn feed(job: &Job<'_>, inventory: &Inventory, zone: &CityZone, data_type: DataType) -> FeedCheck {
    let objects = inventory.of(data_type);
    job.progress.begin(data_type.name(), objects.iter().map(|object| object.bytes).sum());
    let read = read::all(job.raw, objects, job.progress, |rank, object, input| {
        look(data_type, rank, object, input, zone, job.settings)
    });
    job.progress.end();
    let mut issues = IssueLog::default();
    for (_, foreign) in inventory.foreign.iter().filter(|(of, _)| *of == data_type) {
        issues.note(Rule::ForeignObject, &foreign.name, 1, "");
    }
    let (mut rows, mut days, mut erreurs) = (0, BTreeSet::new(), Vec::new());
    days.extend(inventory.folders(data_type).filter(|_| data_type != DataType::Bikes));
    let mut answers: BTreeMap<Date, Vec<(Snapshot, Reading)>> = BTreeMap::new();
    for (object, result) in objects.iter().zip(read) {
        match result {
            Err(fault) => erreurs.push(fault),
            Ok(seen) => {
                match (seen.whole, dated_folder(&object.name)) {
                    (Whole::Answer(answer), Some(day)) => {
                        answers.entry(day).or_default().push((*answer, Reading::default()));
                    }
                    (Whole::Export(export), _) => judge_export(&export, zone, &mut issues),
                    _ => {}
                }
                rows += seen.reading.rows;
                issues.merge(seen.reading.issues.undated);
                seen.reading.issues.by_day.into_values().for_each(|log| issues.merge(log));
                days.extend(seen.days);
            }
        }
    }
    for (day, answers) in answers {
        let assembled = assemble(&zone.day(day), answers, Vec::new());
        copy(&assembled.quality, Rule::MissingPage, &mut issues);
    }
    let (premier_jour, dernier_jour) = (days.first().copied(), days.last().copied());
    FeedCheck {
        data_type,
        objets: objects.len(),
        octets: objects.iter().map(|object| object.bytes).sum(),
        lignes: rows,
        premier_jour,
        dernier_jour,
        jours: days.len(),
        jours_manquants: if data_type.is_daily() { missing(&days) } else { Vec::new() },
        problemes: issues.problems(),
        erreurs,
    }
}

/// Whether an export contradicts its own date.
fn judge_export(export: &Export, zone: &CityZone, issues: &mut IssueLog) {
    if let Some(date) = export.date {
        let metrics = works::compute(&zone.day(date), &Zones::centroids(), export, Reading::default(), Vec::new());
        copy(&metrics.quality, Rule::DoubtfulExportDate, issues);
    }
}

/// Notes what a day's quality says of one rule.
fn copy(quality: &Quality, rule: Rule, issues: &mut IssueLog) {
    for sample in quality.problemes.get(rule.code()).into_iter().flat_map(|problem| &problem.exemples) {
        issues.note(rule, &sample.objet, sample.ligne, &sample.texte);
    }
}

/// The days between the first and the last that are not there.
fn missing(days: &BTreeSet<Date>) -> Vec<Date> {
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return Vec::new() };
    first.series(1.day()).take_while(|day| day <= last).filter(|day| !days.contains(day)).collect()
}

fn look(
    data_type: DataType,
    rank: u32,
    object: &Arc<str>,
    input: &mut dyn BufRead,
    zone: &CityZone,
    settings: &Settings,
) -> Result<Seen, ReadError> {
    let mut days = BTreeSet::new();
    let mut whole = Whole::Rows;
    let reading = match data_type {
        DataType::Bikes => {
            let (content, reading) = bikes::read(object, rank, input, zone)?;
            match content {
                BikesContent::Counters(rows) => days.extend(rows.iter().filter_map(|row| zone.date_of(row.hour.0))),
                BikesContent::Status(snapshot) => days.extend(snapshot.and_then(|one| zone.date_of(one.stamp))),
                BikesContent::Information(_) => {}
            }
            reading
        }
        DataType::Traffic => {
            let (answer, reading) = feeds::traffic::reader::read(object, input, zone)?;
            whole = Whole::Answer(Box::new(answer));
            reading
        }
        DataType::Weather => feeds::weather::reader::read(object, input, zone, settings.weather_unit_group)?.1,
        DataType::Comptages => {
            let mut hours = BTreeSet::new();
            let mut sink = |row: cityflow_core::hourly::HourlyRow<_, _>| {
                hours.insert(row.hour.0);
            };
            let mut shapes = FirstShapes::default();
            let reading = feeds::comptages::reader::read(object, rank, input, zone, &mut sink, &mut shapes)?;
            days.extend(hours.into_iter().filter_map(|hour| zone.date_of(hour)));
            reading
        }
        DataType::Chantiers => {
            days.extend(feeds::chantiers::record::export_date(object));
            let (export, reading) = feeds::chantiers::reader::read(object, input, zone)?;
            whole = Whole::Export(Box::new(export));
            reading
        }
        DataType::Referentiel => feeds::referentiel::reader::read(object, input)?.1,
    };
    Ok(Seen { reading, days, whole })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn missing_days_are_those_between_the_first_and_the_last() {
        let days = BTreeSet::from([date(2024, 2, 27), date(2024, 3, 1), date(2024, 3, 2)]);
        assert_eq!(missing(&days), [date(2024, 2, 28), date(2024, 2, 29)]);
        assert_eq!(missing(&BTreeSet::new()), []);
    }
}

//! Landing the road counts: every day of every object, in one pass over the raw files.

use std::collections::BTreeMap;
use std::sync::Arc;

use cityflow_core::data_type::DataType;
use cityflow_core::feeds::comptages::place::FirstShapes;
use cityflow_core::feeds::comptages::reader;
use cityflow_core::feeds::comptages::record::{RoadHistory, RoadValues};
use cityflow_core::hourly::{DayBuckets, HourlyRow, ObservedDay};
use cityflow_core::ids::LinkId;
use cityflow_core::merge::Merge;
use cityflow_core::network::CountedShape;
use cityflow_core::quality::Source;
use cityflow_core::time::CityZone;
use cityflow_storage::StorageError;
use cityflow_storage::lake::{LakeRoadRow, LandedObject, Manifest, StoredDay, landing_digest};
use cityflow_storage::raw::RawObject;
use jiff::civil::Date;

use super::look_back::LookBack;
use crate::day::Job;
use crate::feed::ObjectFault;
use crate::inventory::Inventory;
use crate::progress::Phase;
use crate::read;

type RoadDay = ObservedDay<LinkId, RoadValues>;

/// The road counts of the bucket, landed.
pub(crate) struct RoadLanding<'a> {
    job: &'a Job<'a>,
    objects: Vec<RawObject>,
    zone: CityZone,
    manifest: Manifest,
    look_back: LookBack<LinkId, RoadValues>,
}

/// What one object said.
struct ReadObject {
    buckets: DayBuckets<LinkId, RoadValues>,
    shapes: FirstShapes,
    rows: u64,
}

impl<'a> RoadLanding<'a> {
    /// Makes sure that the lake holds what the bucket says; none when the bucket has no road counts.
    pub(crate) fn open(job: &'a Job<'a>, inventory: &Inventory, zone: &CityZone) -> Result<Option<Self>, StorageError> {
        let objects = inventory.of(DataType::Comptages).to_vec();
        if objects.is_empty() {
            return Ok(None);
        }
        let digest = landing_digest(&objects);
        let held = job.lake.manifest(DataType::Comptages).ok().flatten().filter(|manifest| manifest.digest == digest);
        let manifest = match held {
            Some(manifest) => manifest,
            None => land(job, &objects, zone, &digest)?,
        };
        let look_back = LookBack::new(zone.clone());
        Ok(Some(Self { job, objects, zone: zone.clone(), manifest, look_back }))
    }

    /// The look-back of D. A partition that is gone, stale or damaged has the whole lake landed again, once.
    pub(crate) fn history(&mut self, date: Date) -> Result<RoadHistory, StorageError> {
        let missing = self.look_back.missing(date);
        let read = |landing: &Self| missing.iter().map(|day| landing.read(*day)).collect::<Result<Vec<_>, _>>();
        let mut fetched = read(self);
        if fetched.is_err() {
            self.manifest = land(self.job, &self.objects, &self.zone, &self.manifest.digest)?;
            fetched = read(self);
        }
        let mut history = self.look_back.history(date, fetched?);
        history.sources = self.manifest.objects.iter().map(Source::from).collect();
        history.undated = self.manifest.undated.clone();
        Ok(history)
    }

    fn read(&self, date: Date) -> Result<RoadDay, StorageError> {
        if !self.manifest.days.contains_key(&date) {
            return Ok(ObservedDay::empty(date));
        }
        let stored = self.job.lake.read_day::<LakeRoadRow>(&self.manifest, date)?;
        stored.map(StoredDay::into_observed).ok_or_else(|| StorageError::Damaged {
            place: self.job.lake.partition_path(DataType::Comptages, date).display().to_string(),
            expected: "the partition that was landed",
            reason: "it is gone, or of another landing".to_owned(),
        })
    }

    /// Gives the days of a history back, for the next D.
    pub(crate) fn give_back(&mut self, history: RoadHistory) {
        self.look_back.give_back(history);
    }

    /// The first shape met of each link.
    pub(crate) const fn shapes(&self) -> &BTreeMap<LinkId, CountedShape> {
        &self.manifest.shapes
    }

    /// Days that have a row or an issue.
    pub(crate) fn days(&self) -> impl Iterator<Item = Date> + '_ {
        self.manifest.days.keys().copied()
    }

    /// Objects that were landed, and those that could not be read.
    pub(crate) fn faults(&self) -> (usize, Vec<ObjectFault>) {
        let fault = |object: &LandedObject| {
            let message = object.error.clone()?;
            Some(ObjectFault { object: Arc::clone(&object.name), message, may_pass: false })
        };
        (self.manifest.objects.len(), self.manifest.objects.iter().filter_map(fault).collect())
    }
}

/// Reads every object and writes every day; the manifest comes last.
fn land(job: &Job<'_>, objects: &[RawObject], zone: &CityZone, digest: &str) -> Result<Manifest, StorageError> {
    let phase = Phase::begin(job.progress, "road counts", objects.iter().map(|object| object.bytes).sum());
    let read = read::all(job.raw, objects, job.progress, |rank, object, input| read_object(rank, object, input, zone));
    drop(phase);

    let mut buckets = DayBuckets::default();
    let mut shapes = FirstShapes::default();
    let mut landed = Vec::with_capacity(objects.len());
    let mut whole = true;
    for (object, result) in objects.iter().zip(read) {
        let account = read::source(object, result.as_ref().map(|read| read.rows));
        whole &= !result.as_ref().is_err_and(|fault| fault.may_pass);
        landed.push(LandedObject {
            name: account.objet,
            bytes: account.octets,
            version: object.version.clone(),
            rows: account.lignes,
            error: account.erreur,
        });
        if let Ok(read) = result {
            buckets.merge(read.buckets);
            shapes.merge(read.shapes);
        }
    }
    let mut manifest = Manifest::new(DataType::Comptages, digest);
    manifest.undated = buckets.undated().clone();
    manifest.objects = landed;
    manifest.shapes = shapes.counted();
    write(job, &mut buckets, &mut manifest, whole)?;
    Ok(manifest)
}

fn write(
    job: &Job<'_>,
    buckets: &mut DayBuckets<LinkId, RoadValues>,
    manifest: &mut Manifest,
    whole: bool,
) -> Result<(), StorageError> {
    job.lake.forget(DataType::Comptages)?;
    let days: Vec<Date> = buckets.dates().collect();
    let phase = Phase::begin(job.progress, "lake", days.len() as u64);
    for day in days {
        let stored = StoredDay::of_observed(&buckets.take_day(day));
        let seal = job.lake.write_day::<LakeRoadRow>(&stored)?;
        manifest.days.extend(seal.map(|seal| (day, seal)));
        phase.advance(1, &day.to_string());
    }
    drop(phase);
    // What no object speaks of any more goes; what an unreadable object may have spoken of stays until it is read.
    let all_read = manifest.objects.iter().all(|object| object.error.is_none());
    for stale in job.lake.partitions(DataType::Comptages)? {
        if all_read && !manifest.days.contains_key(&stale) {
            job.lake.remove_day(DataType::Comptages, stale)?;
        }
    }
    // An object that may be readable next time must be tried next time.
    if whole {
        job.lake.write_manifest(manifest)?;
    }
    Ok(())
}

fn read_object(
    rank: u32,
    object: &Arc<str>,
    input: &mut dyn std::io::BufRead,
    zone: &CityZone,
) -> Result<ReadObject, cityflow_core::decode::ReadError> {
    let mut buckets = DayBuckets::default();
    let mut shapes = FirstShapes::default();
    // Rows of one hour mostly stand together or come back in a round: the day is worked out once an hour.
    let mut dates: BTreeMap<i64, Option<Date>> = BTreeMap::new();
    let mut sink = |row: HourlyRow<LinkId, RoadValues>| {
        if let Some(date) = *dates.entry(row.hour.0).or_insert_with(|| zone.date_of(row.hour.0)) {
            buckets.push_on(date, row);
        }
    };
    let reading = reader::read(object, rank, input, zone, &mut sink, &mut shapes)?;
    buckets.add_issues(reading.issues);
    Ok(ReadObject { buckets, shapes, rows: reading.rows })
}

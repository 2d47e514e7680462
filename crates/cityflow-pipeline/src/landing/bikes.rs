//! Landing the bike counters: a day is what the folders D − 1 … D + 2 say of it, because the feed lags and
//! pulls straddle midnight.

use std::collections::BTreeMap;
use std::sync::Arc;

use cityflow_core::data_type::DataType;
use cityflow_core::feeds::Reading;
use cityflow_core::feeds::bikes::{self, BikesContent, CounterDay, CounterHistory, VelibDay};
use cityflow_core::hourly::DayBuckets;
use cityflow_core::ids::CounterId;
use cityflow_core::quality::{DatedIssues, IssueLog, Source};
use cityflow_core::time::CityZone;
use cityflow_storage::StorageError;
use cityflow_storage::lake::{LakeBikeRow, Manifest, StoredDay, landing_digest};
use cityflow_storage::raw::RawObject;
use jiff::ToSpan;
use jiff::civil::Date;

use super::look_back::LookBack;
use crate::day::Job;
use crate::feed::ObjectFault;
use crate::inventory::Inventory;
use crate::progress::Phase;
use crate::read;

/// Folders before D whose objects can hold rows of D.
const FOLDERS_BEFORE: i64 = 1;
/// Folders after D whose objects can hold rows of D.
const FOLDERS_AFTER: i64 = 2;

type ParsedObject = Result<(BikesContent, Reading), ObjectFault>;

/// What a day's window says of it.
pub(crate) struct BikeDay {
    /// The look-back of the counters.
    pub(crate) history: CounterHistory,
    /// The stations.
    pub(crate) velib: VelibDay,
    /// Objects of the window.
    pub(crate) objects: usize,
    /// Those that could not be read.
    pub(crate) faults: Vec<ObjectFault>,
}

/// The bike counters of the bucket, landed day by day.
pub(crate) struct BikeLanding<'a> {
    job: &'a Job<'a>,
    inventory: &'a Inventory,
    zone: CityZone,
    manifest: Manifest,
    look_back: LookBack<CounterId, bikes::BikeValues>,
    /// Objects of the current windows, read once.
    parsed: BTreeMap<Arc<str>, Arc<ParsedObject>>,
    /// Rank of each object by name.
    ranks: BTreeMap<Arc<str>, u32>,
}

impl<'a> BikeLanding<'a> {
    pub(crate) fn open(job: &'a Job<'a>, inventory: &'a Inventory, zone: &CityZone) -> Self {
        // A manifest that cannot be read is no manifest: its days are landed again.
        let held = job.lake.manifest(DataType::Bikes).ok().flatten();
        let manifest = held.unwrap_or_else(|| Manifest::new(DataType::Bikes, ""));
        let ranks = (0..).zip(inventory.names(DataType::Bikes)).map(|(rank, name)| (name, rank)).collect();
        let look_back = LookBack::new(zone.clone());
        Self { job, inventory, zone: zone.clone(), manifest, look_back, parsed: BTreeMap::new(), ranks }
    }

    /// What the bucket says of D, and the look-back; days that were not landed yet are.
    pub(crate) fn day(&mut self, date: Date) -> Result<BikeDay, StorageError> {
        let mut fetched = Vec::new();
        let missing = self.look_back.missing(date);
        // The first day of a job looks back four weeks; each one after it adds itself, and shows no bar.
        let phase = (missing.len() > 1).then(|| Phase::begin(self.job.progress, "bike counters", missing.len() as u64));
        for day in missing {
            fetched.push(self.fetch(day, day == date)?);
            if let Some(phase) = &phase {
                phase.advance(1, &day.to_string());
            }
        }
        drop(phase);
        let mut history = self.look_back.history(date, fetched);

        let window = self.window(date);
        let mut velib = VelibDay::new(&self.zone.day(date));
        let mut undated = IssueLog::default();
        let mut faults = Vec::new();
        for object in &window {
            match &*self.parse(object) {
                Err(fault) => faults.push(fault.clone()),
                Ok((content, reading)) => add_content(content, &reading.issues, &mut velib, &mut undated),
            }
        }
        history.sources = window.iter().map(|object| self.source(object)).collect();
        history.undated = undated;
        Ok(BikeDay { history, velib, objects: window.len(), faults })
    }

    /// Gives the days of a history back, for the next D.
    pub(crate) fn give_back(&mut self, history: CounterHistory) {
        self.look_back.give_back(history);
    }

    /// Writes what was landed into the manifest.
    pub(crate) fn close(&mut self) -> Result<(), StorageError> {
        if self.manifest.windows.is_empty() {
            self.job.lake.forget(DataType::Bikes).map(|_| ())
        } else {
            self.job.lake.write_manifest(&self.manifest).map(|_| ())
        }
    }

    fn window(&self, date: Date) -> Vec<RawObject> {
        let from = date.checked_sub(FOLDERS_BEFORE.days()).unwrap_or(date);
        let to = date.checked_add(FOLDERS_AFTER.days()).unwrap_or(date);
        self.inventory.between(DataType::Bikes, from, to)
    }

    /// A day out of the lake, or out of its window when the window has changed or is to be read anyway.
    fn fetch(&mut self, date: Date, anew: bool) -> Result<CounterDay, StorageError> {
        let window = self.window(date);
        let digest = landing_digest(&window);
        let landed = self.manifest.windows.get(&date);
        if landed.map_or(window.is_empty(), |landed| *landed == digest && !anew) {
            if !self.manifest.days.contains_key(&date) {
                return Ok(CounterDay::empty(date));
            }
            // A partition that is gone, stale or damaged is landed again.
            if let Ok(Some(stored)) = self.job.lake.read_day::<LakeBikeRow>(&self.manifest, date) {
                return Ok(stored.into_observed());
            }
        }
        self.land(date, &window, digest)
    }

    fn land(&mut self, date: Date, window: &[RawObject], digest: String) -> Result<CounterDay, StorageError> {
        self.forget_before(date);
        let day = self.zone.day(date);
        let mut buckets = DayBuckets::default();
        let mut may_pass = false;
        let mut failed = 0;
        for object in window {
            match &*self.parse(object) {
                Err(fault) => {
                    may_pass |= fault.may_pass;
                    failed += 1;
                }
                Ok((BikesContent::Counters(rows), reading)) => {
                    for row in rows.iter().filter(|row| day.slot(row.hour).is_some()) {
                        buckets.push_on(date, row.clone());
                    }
                    let mut issues = DatedIssues::default();
                    issues.by_day.extend(reading.issues.by_day.get(&date).map(|log| (date, log.clone())));
                    buckets.add_issues(issues);
                }
                Ok(_) => {}
            }
        }
        let observed = buckets.take_day(date);
        self.manifest.days.remove(&date);
        self.manifest.windows.remove(&date);
        if failed > 0 && failed == window.len() {
            // Nothing was learnt of the day: the partition that stood before stays, unread.
            return Ok(observed);
        }
        let seal = self.job.lake.write_day::<LakeBikeRow>(&StoredDay::of_observed(&observed))?;
        // An object that may be readable next time must be tried next time.
        if !may_pass {
            self.manifest.days.extend(seal.map(|seal| (date, seal)));
            self.manifest.windows.insert(date, digest);
        }
        Ok(observed)
    }

    /// Lets go of the objects that no later window holds.
    fn forget_before(&mut self, date: Date) {
        let Ok(first) = date.checked_sub(FOLDERS_BEFORE.days()) else { return };
        let window: Vec<_> = self.inventory.between(DataType::Bikes, first, Date::MAX);
        let oldest = window.first().map(|object| Arc::clone(&object.name));
        self.parsed.retain(|name, _| oldest.as_ref().is_some_and(|oldest| name >= oldest));
    }

    fn parse(&mut self, object: &RawObject) -> Arc<ParsedObject> {
        if let Some(parsed) = self.parsed.get(&object.name) {
            return Arc::clone(parsed);
        }
        let rank = self.ranks.get(&object.name).copied().unwrap_or(u32::MAX);
        let zone = &self.zone;
        let parsed = read::object(self.job.raw, object, |name, input| bikes::read(name, rank, input, zone));
        let parsed = Arc::new(parsed);
        self.parsed.insert(Arc::clone(&object.name), Arc::clone(&parsed));
        parsed
    }

    fn source(&mut self, object: &RawObject) -> Source {
        let parsed = self.parse(object);
        read::source(object, parsed.as_ref().as_ref().map(|(_, reading)| reading.rows))
    }
}

fn add_content(content: &BikesContent, issues: &DatedIssues, velib: &mut VelibDay, undated: &mut IssueLog) {
    match content {
        BikesContent::Counters(_) => {
            cityflow_core::merge::Merge::merge(undated, issues.undated.clone());
        }
        BikesContent::Status(snapshot) => velib.add_status(snapshot.clone(), issues),
        BikesContent::Information(information) => velib.add_information(information.clone(), issues),
    }
}

//! A session: what several days of one job share, so that a span of days reads each object once.

use std::collections::{BTreeMap, BTreeSet};

use cityflow_core::data_type::DataType;
use cityflow_core::feeds::bikes::{self, BikesMetrics};
use cityflow_core::feeds::chantiers::metrics::ChantiersMetrics;
use cityflow_core::feeds::comptages::metrics::ComptagesMetrics;
use cityflow_core::feeds::referentiel::metrics::ReferentielMetrics;
use cityflow_core::feeds::traffic::metrics::TrafficMetrics;
use cityflow_core::feeds::weather::metrics::WeatherMetrics;
use cityflow_core::hourly::RECENT_DAYS;
use cityflow_core::report::{Evolution, TransitIndex, WeekBefore, evolution};
use cityflow_core::time::{CityZone, LocalDay};
use cityflow_core::zones::Zones;
use cityflow_storage::StorageError;
use jiff::civil::Date;

use super::Job;
use super::roads::{self, RoadDay};
use super::undated::{self, ReadExport, ReadReference};
use crate::error::PipelineError;
use crate::feed::{Feed, ObjectFault};
use crate::inventory::Inventory;
use crate::landing::{BikeLanding, RoadLanding};
use crate::publish::Wanted;

/// The feeds of one day, computed.
pub(crate) struct ComputedDay {
    pub(crate) date: Date,
    pub(crate) bikes: Feed<BikesMetrics>,
    pub(crate) traffic: Feed<TrafficMetrics>,
    pub(crate) weather: Feed<WeatherMetrics>,
    pub(crate) comptages: Feed<ComptagesMetrics>,
    pub(crate) chantiers: Feed<ChantiersMetrics>,
    pub(crate) referentiel: Feed<ReferentielMetrics>,
    pub(crate) evolution: Evolution,
    /// Why road counts had to do without the reference's lengths and places.
    pub(crate) reference_fault: Option<String>,
}

/// What the days of a job share.
pub(crate) struct Session<'a> {
    job: &'a Job<'a>,
    inventory: &'a Inventory,
    zone: CityZone,
    zones: Zones,
    reference: Option<Feed<ReadReference>>,
    bikes: BikeLanding<'a>,
    /// None until road counts are asked for.
    roads: Option<Result<Option<RoadLanding<'a>>, StorageError>>,
    /// Roadworks exports that were read, by their place in the inventory.
    exports: BTreeMap<usize, Result<ReadExport, ObjectFault>>,
    /// Transit indices of the days that were read: D − 7 of a later day.
    indices: BTreeMap<Date, TransitIndex>,
    warnings: Vec<String>,
}

impl<'a> Session<'a> {
    pub(crate) fn open(job: &'a Job<'a>, inventory: &'a Inventory) -> Result<Self, PipelineError> {
        // Leftovers of killed runs are litter, not a reason to stop.
        if let Err(error) = cityflow_storage::files::sweep_temporaries(job.out) {
            tracing::debug!(error = %error, "temporary files were not swept");
        }
        let zone = CityZone::new(&job.settings.city_zone)?;
        let (zones, fault) = undated::zones(job, inventory);
        let bikes = BikeLanding::open(job, inventory, &zone);
        let warnings = fault.map(|fault| format!("zones are approximate: {}", fault.message)).into_iter().collect();
        let (exports, indices) = (BTreeMap::new(), BTreeMap::new());
        Ok(Self { job, inventory, zone, zones, reference: None, bikes, roads: None, exports, indices, warnings })
    }

    /// What is wrong with the bucket as a whole.
    pub(crate) fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Keeps what was landed.
    pub(crate) fn close(&mut self) -> Result<(), PipelineError> {
        Ok(self.bikes.close()?)
    }

    /// Computes the wanted feeds of a day.
    pub(crate) fn compute(&mut self, date: Date, wanted: &Wanted) -> ComputedDay {
        let day = self.zone.day(date);
        let wants = |data_type| wanted.report || wanted.types.contains(&data_type);
        let (job, inventory) = (self.job, self.inventory);

        let traffic = if wants(DataType::Traffic) { undated::traffic(job, inventory, &day) } else { Feed::absent() };
        let weather = if wants(DataType::Weather) { undated::weather(job, inventory, &day) } else { Feed::absent() };
        let chantiers = if wants(DataType::Chantiers) {
            undated::chantiers(job, inventory, &day, &self.zones, &mut self.exports)
        } else {
            Feed::absent()
        };
        let roads = if wants(DataType::Comptages) || wants(DataType::Referentiel) {
            self.roads(date)
        } else {
            RoadDay::absent()
        };
        // Road counts take lengths and places from the reference, so it has been read when it is wanted.
        let referentiel = match &self.reference {
            Some(reference) if wants(DataType::Referentiel) => {
                roads::reference(reference.as_ref(), &roads, self.landed_roads(), &self.zones)
            }
            _ => Feed::absent(),
        };
        let (bikes, counters) = if wants(DataType::Bikes) { self.bikes(date) } else { (Feed::absent(), None) };

        let index_now = TransitIndex::of(traffic.metrics.as_ref());
        self.indices.insert(date, index_now);
        let index_before = if wanted.report { self.index_before(&day) } else { TransitIndex::Absent };
        let week = WeekBefore {
            bikes: counters.as_ref(),
            roads: roads.history.as_ref(),
            comptages: roads.feed.metrics.as_ref(),
            index_now,
            index_before,
            settings: job.settings,
        };
        let evolution = if wanted.report { evolution(week) } else { Evolution::default() };
        if let Some(history) = counters {
            self.bikes.give_back(history);
        }
        if let (Some(history), Some(Ok(Some(landing)))) = (roads.history, self.roads.as_mut()) {
            landing.give_back(history);
        }
        let reference_fault = self.reference.as_ref().and_then(Feed::fault_message);
        let comptages = roads.feed;
        ComputedDay { date, bikes, traffic, weather, comptages, chantiers, referentiel, evolution, reference_fault }
    }

    /// The index of D − 7, for the evolution; known already when that day was computed before.
    fn index_before(&mut self, day: &LocalDay) -> TransitIndex {
        let Some(before) = day.offset(-i64::try_from(RECENT_DAYS).unwrap_or(0)) else { return TransitIndex::Absent };
        // Days come in order: what lies further back is not asked for again.
        self.indices = self.indices.split_off(&before.date);
        let (job, inventory) = (self.job, self.inventory);
        *self
            .indices
            .entry(before.date)
            .or_insert_with(|| TransitIndex::of(undated::traffic(job, inventory, &before).metrics.as_ref()))
    }

    fn bikes(&mut self, date: Date) -> (Feed<BikesMetrics>, Option<bikes::CounterHistory>) {
        match self.bikes.day(date) {
            Err(error) => (Feed::failed(ObjectFault::of_storage("processed/bikes", &error)), None),
            Ok(day) => {
                let metrics = bikes::compute(&day.history, day.velib, &self.zones);
                (Feed { metrics, objects: day.objects, faults: day.faults }, Some(day.history))
            }
        }
    }

    fn roads(&mut self, date: Date) -> RoadDay {
        self.read_reference();
        self.land_roads();
        let reference = self.reference.as_ref().and_then(|feed| feed.metrics.as_ref());
        match self.roads.as_mut() {
            None | Some(Ok(None)) => RoadDay::absent(),
            Some(Err(error)) => RoadDay::failed(error),
            Some(Ok(Some(landing))) => roads::compute(landing, date, reference, &self.zones, self.job.settings),
        }
    }

    /// The reference, read when it is first asked for.
    fn read_reference(&mut self) {
        if self.reference.is_none() {
            self.reference = Some(undated::reference(self.job, self.inventory));
        }
    }

    fn land_roads(&mut self) {
        if self.roads.is_none() {
            self.roads = Some(RoadLanding::open(self.job, self.inventory, &self.zone));
        }
    }

    fn landed_roads(&self) -> Option<&RoadLanding<'a>> {
        self.roads.as_ref()?.as_ref().ok()?.as_ref()
    }

    /// Days for which a dated feed has something: a folder, or observations.
    pub(crate) fn known_days(&mut self, types: &BTreeSet<DataType>) -> BTreeSet<Date> {
        let dated = types.iter().filter(|data_type| data_type.is_dated());
        let mut days: BTreeSet<Date> = dated.flat_map(|data_type| self.inventory.folders(*data_type)).collect();
        if types.contains(&DataType::Comptages) {
            self.land_roads();
            days.extend(self.landed_roads().into_iter().flat_map(RoadLanding::days));
        }
        days
    }

    /// An error that names the nearest days when none of the wanted feeds that speak of a day has anything.
    pub(crate) fn expect_data(&mut self, day: &ComputedDay, wanted: &Wanted) -> Result<(), PipelineError> {
        let daily = wanted.daily_types();
        if daily.iter().any(|data_type| day.has_something(*data_type)) {
            return Ok(());
        }
        let days = self.known_days(&daily);
        let before = days.range(..day.date).next_back().copied();
        let after = days.range(day.date..).find(|known| **known != day.date).copied();
        // A bucket of roadworks and network alone has no days to name; what it has is computed.
        let undated = [DataType::Chantiers, DataType::Referentiel];
        if days.is_empty() && undated.into_iter().any(|data_type| day.has_something(data_type)) {
            return Ok(());
        }
        let unread = day.comptages.fault_message();
        Err(PipelineError::NoData { date: day.date, place: self.job.raw.describe(), before, after, unread })
    }
}

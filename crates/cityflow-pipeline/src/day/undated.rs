//! Feeds without a lake: transit and weather of a day, roadworks and the reference once for a job.

use std::collections::BTreeMap;
use std::io::BufRead;
use std::sync::Arc;

use cityflow_core::data_type::DataType;
use cityflow_core::decode::ReadError;
use cityflow_core::feeds;
use cityflow_core::feeds::Reading;
use cityflow_core::feeds::chantiers::metrics::{self as chantiers, ChantiersMetrics};
use cityflow_core::feeds::chantiers::record::Export;
use cityflow_core::feeds::referentiel::record::{Reference, choose_object};
use cityflow_core::feeds::traffic::{assemble, metrics as traffic, metrics::TrafficMetrics};
use cityflow_core::feeds::weather::{self, metrics::WeatherMetrics};
use cityflow_core::quality::Source;
use cityflow_core::time::LocalDay;
use cityflow_core::zones::Zones;

use super::Job;
use crate::feed::{Feed, ObjectFault};
use crate::inventory::Inventory;
use crate::progress::Silent;
use crate::read;

/// The reference, read once for a job.
pub(crate) struct ReadReference {
    pub(crate) reference: Reference,
    pub(crate) reading: Reading,
    pub(crate) sources: Vec<Source>,
}

/// Transit disruptions of a day.
pub(crate) fn traffic(job: &Job<'_>, inventory: &Inventory, day: &LocalDay) -> Feed<TrafficMetrics> {
    let reader = |name: &_, input: &mut dyn BufRead| feeds::traffic::reader::read(name, input, day.zone());
    own_folder(job, inventory, DataType::Traffic, day, reader, |snapshots, sources| {
        (!snapshots.is_empty()).then(|| traffic::compute(day, &assemble::assemble(day, snapshots, sources)))
    })
}

/// Weather of a day.
pub(crate) fn weather(job: &Job<'_>, inventory: &Inventory, day: &LocalDay) -> Feed<WeatherMetrics> {
    let units = job.settings.weather_unit_group;
    let reader = |name: &_, input: &mut dyn BufRead| weather::reader::read(name, input, day.zone(), units);
    own_folder(job, inventory, DataType::Weather, day, reader, |records, sources| {
        weather::metrics::compute(day, &records, sources)
    })
}

/// A feed whose day is what the objects of its own folder say.
fn own_folder<T: Send, M>(
    job: &Job<'_>,
    inventory: &Inventory,
    data_type: DataType,
    day: &LocalDay,
    reader: impl Fn(&Arc<str>, &mut dyn BufRead) -> Result<(T, Reading), ReadError> + Sync,
    compute: impl FnOnce(Vec<(T, Reading)>, Vec<Source>) -> Option<M>,
) -> Feed<M> {
    let objects = inventory.between(data_type, day.date, day.date);
    let read = read::all(job.raw, &objects, &Silent, |_, name, input| reader(name, input));
    let rows = |(object, result): (_, &Result<(T, Reading), ObjectFault>)| {
        read::source(object, result.as_ref().map(|(_, reading)| reading.rows))
    };
    let sources = objects.iter().zip(&read).map(rows).collect();
    let (records, faults) = parted(read);
    Feed { metrics: compute(records, sources), objects: objects.len(), faults }
}

/// A roadworks export, read once for a job.
pub(crate) struct ReadExport {
    export: Export,
    reading: Reading,
}

/// Roadworks of a day: one export. When it cannot be read, none stands in for it: another export would give
/// other numbers under the same name.
pub(crate) fn chantiers(
    job: &Job<'_>,
    inventory: &Inventory,
    day: &LocalDay,
    zones: &Zones,
    read: &mut BTreeMap<usize, Result<ReadExport, ObjectFault>>,
) -> Feed<ChantiersMetrics> {
    let names = inventory.names(DataType::Chantiers);
    let Some(choice) = chantiers::choose_export(&names, day.date) else { return Feed::absent() };
    let object = &inventory.of(DataType::Chantiers)[choice.index];
    let read = read.entry(choice.index).or_insert_with(|| {
        let reader = |name: &_, input: &mut dyn BufRead| feeds::chantiers::reader::read(name, input, day.zone());
        read::object(job.raw, object, reader).map(|(export, reading)| ReadExport { export, reading })
    });
    match read {
        Err(fault) => Feed { metrics: None, objects: 1, faults: vec![fault.clone()] },
        Ok(ReadExport { export, reading }) => {
            let sources = vec![read::source(object, Ok(reading.rows))];
            let metrics = chantiers::compute(day, zones, export, reading.clone(), sources);
            Feed { metrics: Some(metrics), objects: 1, faults: Vec::new() }
        }
    }
}

/// The road network reference: the newest object.
pub(crate) fn reference(job: &Job<'_>, inventory: &Inventory) -> Feed<ReadReference> {
    let Some(index) = choose_object(&inventory.names(DataType::Referentiel)) else { return Feed::absent() };
    let object = &inventory.of(DataType::Referentiel)[index];
    match read::object(job.raw, object, feeds::referentiel::reader::read) {
        Err(fault) => Feed { metrics: None, objects: 1, faults: vec![fault] },
        Ok((reference, reading)) => {
            let sources = vec![read::source(object, Ok(reading.rows))];
            let metrics = Some(ReadReference { reference, reading, sources });
            Feed { metrics, objects: 1, faults: Vec::new() }
        }
    }
}

/// The zones of the bucket, and what was wrong with their polygons.
pub(crate) fn zones(job: &Job<'_>, inventory: &Inventory) -> (Zones, Option<ObjectFault>) {
    // Of several, the last by name: exports carry their date in it.
    let Some(object) = inventory.zones.last() else { return (Zones::centroids(), None) };
    let read = read::object(job.raw, object, |name, input| {
        let mut content = Vec::new();
        let fault = |error| ReadError::stream(name, 1, &error);
        input.read_to_end(&mut content).map_err(fault)?;
        Zones::from_geojson(name, &content)
    });
    match read {
        Ok(zones) => (zones, None),
        Err(fault) => (Zones::centroids(), Some(fault)),
    }
}

/// What was read, and what could not be.
fn parted<T>(read: Vec<Result<T, ObjectFault>>) -> (Vec<T>, Vec<ObjectFault>) {
    let mut faults = Vec::new();
    let values = read.into_iter().filter_map(|result| result.map_err(|fault| faults.push(fault)).ok()).collect();
    (values, faults)
}

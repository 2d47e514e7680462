//! Where a day is computed: a bucket that lists as it likes, a lake of its own, a store in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Mutex;

use cityflow_core::data_type::DataType;
use cityflow_core::settings::Settings;
use cityflow_pipeline::{Job, PipelineError, Silent, Wanted, run};
use cityflow_storage::StorageError;
use cityflow_storage::lake::Lake;
use cityflow_storage::metrics::{MemoryStore, MetricStore};
use cityflow_storage::raw::{MemoryRaw, RawObject, RawStore};
use jiff::civil::Date;
use tempfile::TempDir;

/// A bucket whose listings begin anywhere and run either way, and that can be out of order.
pub(crate) struct Listed {
    raw: MemoryRaw,
    turn: usize,
    /// Whether objects cannot be opened.
    pub(crate) is_down: bool,
    opened: Mutex<BTreeMap<String, u32>>,
}

impl Listed {
    pub(crate) fn new(objects: &[(String, Vec<u8>)], turn: usize) -> Self {
        let raw = objects.iter().map(|(name, content)| (name, content)).collect();
        Self { raw, turn, is_down: false, opened: Mutex::default() }
    }

    /// How often each object was opened since this was last asked.
    pub(crate) fn opened(&self) -> BTreeMap<String, u32> {
        std::mem::take(&mut *self.opened.lock().unwrap())
    }
}

impl RawStore for Listed {
    fn list(&self, prefix: &str) -> Result<Vec<RawObject>, StorageError> {
        let mut listed = self.raw.list(prefix)?;
        let first = self.turn.checked_rem(listed.len()).unwrap_or(0);
        listed.rotate_left(first);
        if self.turn % 2 == 1 {
            listed.reverse();
        }
        Ok(listed)
    }

    fn open(&self, name: &str) -> Result<Box<dyn Read + Send>, StorageError> {
        *self.opened.lock().unwrap().entry(name.to_owned()).or_default() += 1;
        self.raw.open(if self.is_down { "" } else { name })
    }

    fn describe(&self) -> String {
        self.raw.describe()
    }
}

/// Everything that a run leaves, as bytes.
#[derive(Debug, PartialEq)]
pub(crate) struct Outcome {
    /// Metrics of bikes and road counts, and the report.
    pub(crate) documents: Vec<Vec<u8>>,
    /// The report as CSV.
    pub(crate) csv: Vec<u8>,
    /// The lake's partitions.
    pub(crate) partitions: BTreeMap<(DataType, Date), Vec<u8>>,
}

/// An output of its own.
pub(crate) struct Place {
    folder: TempDir,
    pub(crate) lake: Lake,
}

impl Place {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { lake: Lake::open(folder.path()), folder }
    }

    /// Computes a day and its report into a new store, on so many threads.
    pub(crate) fn compute(&self, raw: &dyn RawStore, threads: usize, date: Date) -> Outcome {
        let store = MemoryStore::default();
        self.run(raw, &store, threads, date, DataType::ALL.into()).unwrap();
        let metrics = |data_type| store.read_metrics(data_type, date).unwrap().unwrap();
        Outcome {
            documents: vec![
                metrics(DataType::Bikes),
                metrics(DataType::Comptages),
                store.read_report(date).unwrap().unwrap(),
            ],
            csv: store.read_report_csv(date).unwrap().unwrap(),
            partitions: self.partitions(),
        }
    }

    /// The metrics of one feed; none when it is absent.
    pub(crate) fn metrics(
        &self,
        raw: &dyn RawStore,
        threads: usize,
        date: Date,
        data_type: DataType,
    ) -> Option<Vec<u8>> {
        let store = MemoryStore::default();
        match self.run(raw, &store, threads, date, [data_type].into()) {
            // A day that no feed knows is an error of the run, and absence for each feed.
            Ok(()) | Err(PipelineError::NoData { .. }) => {}
            Err(error) => panic!("{error}"),
        }
        store.read_metrics(data_type, date).unwrap()
    }

    fn run(
        &self,
        raw: &dyn RawStore,
        store: &MemoryStore,
        threads: usize,
        date: Date,
        types: BTreeSet<DataType>,
    ) -> Result<(), PipelineError> {
        let wanted = Wanted { types, report: true, csv: false };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        self.with_job(raw, store, |job| pool.install(|| run(job, date, &wanted)).map(|_| ()))
    }

    /// Does something with a job of this place.
    pub(crate) fn with_job<T>(&self, raw: &dyn RawStore, store: &MemoryStore, work: impl FnOnce(&Job<'_>) -> T) -> T {
        let settings = Settings::default();
        let now = || "2024-01-01T00:00:00Z".to_owned();
        work(&Job {
            raw,
            lake: &self.lake,
            store,
            out: self.folder.path(),
            settings: &settings,
            now: &now,
            progress: &Silent,
        })
    }

    /// The partitions of both feeds, as they are on the disk.
    fn partitions(&self) -> BTreeMap<(DataType, Date), Vec<u8>> {
        let of = |data_type| self.lake.partitions(data_type).unwrap().into_iter().map(move |date| (data_type, date));
        let path = |(data_type, date)| -> PathBuf { self.lake.partition_path(data_type, date) };
        let days = [DataType::Bikes, DataType::Comptages].into_iter().flat_map(of);
        days.map(|day| (day, fs::read(path(day)).unwrap())).collect()
    }
}

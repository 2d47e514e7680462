//! Documents in memory: for tests, and for programs that keep nothing.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use cityflow_core::data_type::DataType;
use jiff::civil::Date;

use super::{METRICS_STAMP, MetricStore, REPORT_STAMP, Written, same_but_for_stamp};
use crate::error::StorageError;

#[derive(Debug, Default)]
struct Documents {
    metrics: BTreeMap<(DataType, Date), Vec<u8>>,
    reports: BTreeMap<Date, Vec<u8>>,
    csv: BTreeMap<Date, Vec<u8>>,
}

/// A store in memory.
#[derive(Debug, Default)]
pub struct MemoryStore {
    documents: Mutex<Documents>,
}

impl MemoryStore {
    fn lock(&self) -> MutexGuard<'_, Documents> {
        // A document is put whole by one insertion: a thread that panicked left nothing half done.
        self.documents.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn put<K: Ord>(
    documents: &mut BTreeMap<K, Vec<u8>>,
    key: K,
    document: &[u8],
    same: impl FnOnce(&[u8]) -> bool,
) -> Written {
    if documents.get(&key).is_some_and(|held| same(held)) {
        return Written::Unchanged;
    }
    documents.insert(key, document.to_vec()).map_or(Written::Created, |_| Written::Replaced)
}

impl MetricStore for MemoryStore {
    fn put_metrics(&self, data_type: DataType, date: Date, document: &[u8]) -> Result<Written, StorageError> {
        let same = |held: &[u8]| same_but_for_stamp(held, document, METRICS_STAMP);
        Ok(put(&mut self.lock().metrics, (data_type, date), document, same))
    }

    fn read_metrics(&self, data_type: DataType, date: Date) -> Result<Option<Vec<u8>>, StorageError> {
        Ok(self.lock().metrics.get(&(data_type, date)).cloned())
    }

    fn metrics_dates(&self, data_type: DataType) -> Result<Vec<Date>, StorageError> {
        let documents = self.lock();
        Ok(documents.metrics.keys().filter(|(of, _)| *of == data_type).map(|(_, date)| *date).collect())
    }

    fn remove_metrics(&self, data_type: DataType, date: Date) -> Result<bool, StorageError> {
        Ok(self.lock().metrics.remove(&(data_type, date)).is_some())
    }

    fn put_report(&self, date: Date, document: &[u8]) -> Result<Written, StorageError> {
        let same = |held: &[u8]| same_but_for_stamp(held, document, REPORT_STAMP);
        Ok(put(&mut self.lock().reports, date, document, same))
    }

    fn read_report(&self, date: Date) -> Result<Option<Vec<u8>>, StorageError> {
        Ok(self.lock().reports.get(&date).cloned())
    }

    fn put_report_csv(&self, date: Date, content: &[u8]) -> Result<Written, StorageError> {
        Ok(put(&mut self.lock().csv, date, content, |held| held == content))
    }

    fn read_report_csv(&self, date: Date) -> Result<Option<Vec<u8>>, StorageError> {
        Ok(self.lock().csv.get(&date).cloned())
    }

    fn report_dates(&self) -> Result<Vec<Date>, StorageError> {
        Ok(self.lock().reports.keys().copied().collect())
    }

    fn describe(&self) -> String {
        "memory".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_keeps_the_contract_of_metric_stores() {
        crate::metrics::contract::holds(|| (MemoryStore::default(), ()));
    }
}

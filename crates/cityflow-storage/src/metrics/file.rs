//! Documents as files: `metrics/<type>_metrics_<date>.json`, `reports/daily_report_<date>.json` and `.csv`.

use std::path::{Path, PathBuf};

use cityflow_core::data_type::DataType;
use cityflow_core::time::parse_date;
use jiff::civil::Date;

use super::{METRICS_STAMP, MetricStore, REPORT_STAMP, Written, same_but_for_stamp};
use crate::error::StorageError;
use crate::files::{names_in, read_optional, remove_optional, write_unless};

/// The output folder. It need not exist before the first document is put.
#[derive(Clone, Debug)]
pub struct FileStore {
    root: PathBuf,
}

impl FileStore {
    /// A store in an output folder.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Where the metrics of a day are.
    pub fn metrics_path(&self, data_type: DataType, date: Date) -> PathBuf {
        self.root.join("metrics").join(format!("{data_type}_metrics_{date}.json"))
    }

    /// Where the report of a day is.
    pub fn report_path(&self, date: Date) -> PathBuf {
        self.root.join("reports").join(format!("daily_report_{date}.json"))
    }

    /// Where the CSV of a day's report is.
    pub fn report_csv_path(&self, date: Date) -> PathBuf {
        self.root.join("reports").join(format!("daily_report_{date}.csv"))
    }
}

/// The dates in the names of a folder that are `<prefix><date>.json`, oldest first.
fn dates(folder: &Path, prefix: &str) -> Result<Vec<Date>, StorageError> {
    let date = |name: &String| parse_date(name.strip_prefix(prefix)?.strip_suffix(".json")?);
    let mut dates: Vec<Date> = names_in(folder)?.iter().filter_map(date).collect();
    dates.sort_unstable();
    Ok(dates)
}

impl MetricStore for FileStore {
    fn put_metrics(&self, data_type: DataType, date: Date, document: &[u8]) -> Result<Written, StorageError> {
        let same = |held: &[u8]| same_but_for_stamp(held, document, METRICS_STAMP);
        write_unless(&self.metrics_path(data_type, date), document, same)
    }

    fn read_metrics(&self, data_type: DataType, date: Date) -> Result<Option<Vec<u8>>, StorageError> {
        read_optional(&self.metrics_path(data_type, date))
    }

    fn metrics_dates(&self, data_type: DataType) -> Result<Vec<Date>, StorageError> {
        dates(&self.root.join("metrics"), &format!("{data_type}_metrics_"))
    }

    fn remove_metrics(&self, data_type: DataType, date: Date) -> Result<bool, StorageError> {
        remove_optional(&self.metrics_path(data_type, date))
    }

    fn put_report(&self, date: Date, document: &[u8]) -> Result<Written, StorageError> {
        let same = |held: &[u8]| same_but_for_stamp(held, document, REPORT_STAMP);
        write_unless(&self.report_path(date), document, same)
    }

    fn read_report(&self, date: Date) -> Result<Option<Vec<u8>>, StorageError> {
        read_optional(&self.report_path(date))
    }

    fn put_report_csv(&self, date: Date, content: &[u8]) -> Result<Written, StorageError> {
        write_unless(&self.report_csv_path(date), content, |held| held == content)
    }

    fn read_report_csv(&self, date: Date) -> Result<Option<Vec<u8>>, StorageError> {
        read_optional(&self.report_csv_path(date))
    }

    fn report_dates(&self) -> Result<Vec<Date>, StorageError> {
        dates(&self.root.join("reports"), "daily_report_")
    }

    fn describe(&self) -> String {
        self.root.display().to_string()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::files::write_atomic;

    #[test]
    fn files_keep_the_contract_of_metric_stores() {
        crate::metrics::contract::holds(|| {
            let folder = tempfile::tempdir().unwrap();
            (FileStore::new(folder.path().join("output")), folder)
        });
    }

    #[test]
    fn the_layout_is_the_contracts() {
        let store = FileStore::new("output");
        let day = date(2024, 1, 4);
        assert_eq!(store.metrics_path(DataType::Bikes, day), Path::new("output/metrics/bikes_metrics_2024-01-04.json"));
        assert_eq!(store.report_path(day), Path::new("output/reports/daily_report_2024-01-04.json"));
        assert_eq!(store.report_csv_path(day), Path::new("output/reports/daily_report_2024-01-04.csv"));
    }

    #[test]
    fn only_names_of_the_layout_are_days() {
        let folder = tempfile::tempdir().unwrap();
        let store = FileStore::new(folder.path());
        for name in ["bikes_metrics_2024-01-04.json", "bikes_metrics_2024-01-04.json.bak", "bikes_metrics_x.json"] {
            write_atomic(&folder.path().join("metrics").join(name), b"{}").unwrap();
        }
        write_atomic(&folder.path().join("metrics/.bikes_metrics_2024-01-05.json.tmp-1-1"), b"{").unwrap();
        assert_eq!(store.metrics_dates(DataType::Bikes).unwrap(), [date(2024, 1, 4)]);
    }
}

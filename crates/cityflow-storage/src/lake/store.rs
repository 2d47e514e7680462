//! The files of the lake.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use cityflow_core::data_type::DataType;
use cityflow_core::time::{CityZone, parse_date};
use jiff::civil::Date;
use serde::Deserialize;

use super::account::StoredDay;
use super::manifest::{self, Manifest};
use super::row::LakeRow;
use super::{LAKE_FORMAT, csv, partition, seal};
use crate::error::StorageError;
use crate::files::{Written, names_in, read_optional, remove_optional, write_atomic_with, write_unless};

/// The lake of an output folder.
#[derive(Clone, Debug)]
pub struct Lake {
    root: PathBuf,
}

impl Lake {
    /// The lake in an output folder, which need not exist yet.
    pub fn open(output: impl AsRef<Path>) -> Self {
        Self { root: output.as_ref().join("processed") }
    }

    fn folder(&self, data_type: DataType) -> PathBuf {
        self.root.join(data_type.name())
    }

    /// Where the manifest of a feed is.
    pub fn manifest_path(&self, data_type: DataType) -> PathBuf {
        self.folder(data_type).join("manifest.json")
    }

    /// Where the partition of a day is.
    pub fn partition_path(&self, data_type: DataType, date: Date) -> PathBuf {
        self.folder(data_type).join(format!("dt={date}")).join("observations.parquet")
    }

    /// Where the CSV of a day goes.
    pub fn csv_path(&self, data_type: DataType, date: Date) -> PathBuf {
        self.root.join(format!("{data_type}_{date}.csv"))
    }

    /// The manifest of a feed; none before a landing is whole, and none when it is of another [`LAKE_FORMAT`].
    pub fn manifest(&self, data_type: DataType) -> Result<Option<Manifest>, StorageError> {
        /// What every version of the manifest has.
        #[derive(Deserialize)]
        struct Version {
            format: u32,
            data_type: DataType,
        }
        let path = self.manifest_path(data_type);
        let damaged =
            |error: serde_json::Error| StorageError::damaged(&path, "a manifest of the lake", error.to_string());
        let Some(bytes) = read_optional(&path)? else { return Ok(None) };
        let version: Version = serde_json::from_slice(&bytes).map_err(damaged)?;
        if version.format != LAKE_FORMAT || version.data_type != data_type {
            return Ok(None);
        }
        if !manifest::is_sealed(&bytes) {
            let reason = "its checksum is wrong: it was changed after it was written";
            return Err(StorageError::damaged(&path, "a manifest of the lake", reason));
        }
        serde_json::from_slice(&bytes).map(Some).map_err(damaged)
    }

    /// Writes the manifest of a landing: the last step.
    pub fn write_manifest(&self, manifest: &Manifest) -> Result<Written, StorageError> {
        let path = self.manifest_path(manifest.data_type);
        let bytes = manifest::encode(manifest).map_err(|error| StorageError::NotSerializable {
            place: path.display().to_string(),
            reason: error.to_string(),
        })?;
        write_unless(&path, &bytes, |held| held == bytes)
    }

    /// Removes the manifest of a feed: the first step of a landing. Nothing is read until the next is written.
    pub fn forget(&self, data_type: DataType) -> Result<bool, StorageError> {
        remove_optional(&self.manifest_path(data_type))
    }

    /// Writes a day, its rows by sensor and hour, and says its seal; bytes that are there already are left
    /// untouched. A day without row and issue has no partition and no seal: one that is there is removed.
    pub fn write_day<R: LakeRow>(&self, day: &StoredDay<R>) -> Result<Option<String>, StorageError> {
        let date = day.account.date;
        if day.is_empty() {
            return self.remove_day(R::DATA_TYPE, date).map(|_| None);
        }
        let path = self.partition_path(R::DATA_TYPE, date);
        let (bytes, seal) =
            partition::encode(day).map_err(|error| StorageError::file(&path, "written", &io::Error::other(error)))?;
        write_unless(&path, &bytes, |held| held == bytes)?;
        Ok(Some(seal))
    }

    /// Reads a day that the manifest holds. None for any other day, and for one whose partition is gone or stale.
    pub fn read_day<R: LakeRow>(&self, manifest: &Manifest, date: Date) -> Result<Option<StoredDay<R>>, StorageError> {
        debug_assert_eq!(manifest.data_type, R::DATA_TYPE, "the manifest is of the rows' feed");
        let Some(seal) = manifest.days.get(&date) else { return Ok(None) };
        let path = self.partition_path(R::DATA_TYPE, date);
        let Some(bytes) = read_optional(&path)? else { return Ok(None) };
        let damaged = |reason: String| StorageError::damaged(&path, "a partition of the lake", reason);
        if seal::check(&bytes).map_err(|fault| damaged(fault.to_owned()))? != *seal {
            return Ok(None);
        }
        partition::decode(bytes).map(Some).map_err(|error| damaged(error.to_string()))
    }

    /// The days that the lake holds of a feed, oldest first; none without a manifest.
    pub fn days(&self, data_type: DataType) -> Result<Vec<Date>, StorageError> {
        let manifest = self.manifest(data_type)?;
        Ok(manifest.into_iter().flat_map(|manifest| manifest.days.into_keys()).collect())
    }

    /// The days that have a partition on the disk, fresh or stale, oldest first.
    pub fn partitions(&self, data_type: DataType) -> Result<Vec<Date>, StorageError> {
        let names = names_in(&self.folder(data_type))?;
        let mut dates: Vec<Date> = names.iter().filter_map(|name| parse_date(name.strip_prefix("dt=")?)).collect();
        dates.retain(|date| self.partition_path(data_type, *date).is_file());
        dates.sort_unstable();
        Ok(dates)
    }

    /// Removes the partition of a day, and its folder when nothing else is in it; says whether it was there.
    pub fn remove_day(&self, data_type: DataType, date: Date) -> Result<bool, StorageError> {
        let path = self.partition_path(data_type, date);
        let removed = remove_optional(&path)?;
        if let Some(folder) = path.parent() {
            // Not empty, or gone already: both are fine.
            let _removed = fs::remove_dir(folder);
        }
        Ok(removed)
    }

    /// Writes the rows of a day as CSV, hours in the city's time. Says where.
    pub fn export_csv<R: LakeRow>(&self, zone: &CityZone, date: Date, rows: &[R]) -> Result<PathBuf, StorageError> {
        let path = self.csv_path(R::DATA_TYPE, date);
        write_atomic_with(&path, |file| csv::write(file, zone, rows))?;
        Ok(path)
    }
}

//! One day as one Parquet file. The same day gives the same bytes: one row group, a fixed writer name, no clock.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::{KeyValue, SortingColumn};
use parquet::file::properties::{EnabledStatistics, WriterProperties};

use super::account::{DayAccount, StoredDay};
use super::columns::Columns;
use super::row::LakeRow;
use super::seal;
use crate::error::StorageError;
use crate::files::read_optional;

/// Name of the account in the file's metadata.
const ACCOUNT_KEY: &str = "cityflow.day";

/// Who wrote the file. Without the library's version: another one that writes the same is the same.
const CREATED_BY: &str = "cityflow";

/// What a partition is, for the error about one that is not.
const EXPECTED: &str = "a partition of the lake";

/// A day as the bytes of a Parquet file, its rows put in order.
pub(super) fn encode<R: LakeRow>(day: &StoredDay<R>) -> Result<Vec<u8>, ParquetError> {
    let account = DayAccount { lignes: day.rows.len() as u64, ..day.account.clone() };
    let account = serde_json::to_string(&account).map_err(|error| ParquetError::External(Box::new(error)))?;
    let mut rows: Vec<&R> = day.rows.iter().collect();
    rows.sort_by(|a, b| a.compare(b));

    let schema = Arc::new(Schema::new(R::fields()));
    let mut bytes = Vec::new();
    // What the Arrow schema would add is in the Parquet schema already.
    let options = ArrowWriterOptions::new().with_properties(properties(account)?).with_skip_arrow_metadata(true);
    let mut writer = ArrowWriter::try_new_with_options(&mut bytes, Arc::clone(&schema), options)?;
    writer.write(&RecordBatch::try_new(schema, R::to_columns(&rows))?)?;
    writer.close()?;
    if !seal::put(&mut bytes) {
        return Err(ParquetError::General("the library writes its metadata in another way: no seal".to_owned()));
    }
    Ok(bytes)
}

fn properties(account: String) -> Result<WriterProperties, ParquetError> {
    let ascending = |column_idx| SortingColumn { column_idx, descending: false, nulls_first: false };
    Ok(WriterProperties::builder()
        .set_created_by(CREATED_BY.to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_max_row_group_row_count(None)
        .set_sorting_columns(Some(vec![ascending(0), ascending(1)]))
        .set_key_value_metadata(Some(vec![
            KeyValue::new(ACCOUNT_KEY.to_owned(), account),
            KeyValue::new(seal::SEAL_KEY.to_owned(), seal::BLANK.to_owned()),
        ]))
        .build())
}

/// A partition whose metadata has been read.
pub(super) struct Partition<'a> {
    path: &'a Path,
    file: File,
    metadata: ArrowReaderMetadata,
    /// The account of its day.
    pub(super) account: DayAccount,
}

impl<'a> Partition<'a> {
    /// Checks the seal of a partition and reads its metadata; none when there is no such file.
    pub(super) fn open(path: &'a Path) -> Result<Option<Self>, StorageError> {
        let damaged = |reason: String| StorageError::damaged(path, EXPECTED, reason);
        let Some(bytes) = read_optional(path)? else { return Ok(None) };
        if let Some(fault) = seal::fault(&bytes) {
            return Err(damaged(fault.to_owned()));
        }
        let file = File::open(path).map_err(|error| StorageError::file(path, "read", &error))?;
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let metadata = ArrowReaderMetadata::load(&file, options).map_err(|error| damaged(error.to_string()))?;
        let entries = metadata.metadata().file_metadata().key_value_metadata();
        let account = entries.into_iter().flatten().find(|entry| entry.key == ACCOUNT_KEY);
        let account = account
            .and_then(|entry| entry.value.as_deref())
            .ok_or_else(|| damaged(format!("its metadata have no `{ACCOUNT_KEY}`")))?;
        let account = serde_json::from_str(account).map_err(|error| damaged(format!("`{ACCOUNT_KEY}`: {error}")))?;
        Ok(Some(Self { path, file, metadata, account }))
    }

    /// Reads the rows.
    pub(super) fn read<R: LakeRow>(self) -> Result<StoredDay<R>, StorageError> {
        let Self { path, file, metadata, account } = self;
        let damaged = |reason: String| StorageError::damaged(path, EXPECTED, reason);
        if *metadata.schema().fields() != R::fields().into() {
            let found: Vec<_> = metadata.schema().fields().iter().map(|field| field.name().as_str()).collect();
            return Err(damaged(format!("its columns are others: {}", found.join(", "))));
        }
        let batches = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata).build();
        let mut rows = Vec::new();
        for batch in batches.map_err(|error| damaged(error.to_string()))? {
            let batch = batch.map_err(|error: ArrowError| damaged(error.to_string()))?;
            rows.extend(R::from_columns(&Columns::new(&batch)).map_err(|error| damaged(error.to_string()))?);
        }
        if rows.len() as u64 != account.lignes {
            return Err(damaged(format!("it has {} rows and its account {}", rows.len(), account.lignes)));
        }
        Ok(StoredDay { account, rows })
    }
}

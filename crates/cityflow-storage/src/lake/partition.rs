//! One day as one Parquet file. The same day gives the same bytes: one row group, a fixed writer name, no clock.

use std::error::Error;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::Schema;
use bytes::Bytes;
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

/// Name of the account in the file's metadata.
const ACCOUNT_KEY: &str = "cityflow.day";

/// Who wrote the file. Without the library's version: another one that writes the same is the same.
const CREATED_BY: &str = "cityflow";

/// A day as the bytes of a Parquet file, its rows put in order, and their seal.
pub(super) fn encode<R: LakeRow>(day: &StoredDay<R>) -> Result<(Vec<u8>, String), ParquetError> {
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
    let seal = seal::put(&mut bytes);
    let unsealed = || ParquetError::General("the library writes its metadata in another way: no seal".to_owned());
    Ok((bytes, seal.ok_or_else(unsealed)?))
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

/// The day that the bytes of a partition hold, or why they hold none. They are what [`encode`] gave when their
/// seal is whole.
pub(super) fn decode<R: LakeRow>(bytes: Vec<u8>) -> Result<StoredDay<R>, Box<dyn Error>> {
    let bytes = Bytes::from(bytes);
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let metadata = ArrowReaderMetadata::load(&bytes, options)?;
    let entries = metadata.metadata().file_metadata().key_value_metadata();
    let account = entries.into_iter().flatten().find(|entry| entry.key == ACCOUNT_KEY);
    let account = account.and_then(|entry| entry.value.as_deref());
    let account: DayAccount =
        serde_json::from_str(account.ok_or_else(|| format!("its metadata have no `{ACCOUNT_KEY}`"))?)?;
    if *metadata.schema().fields() != R::fields().into() {
        let found: Vec<_> = metadata.schema().fields().iter().map(|field| field.name().as_str()).collect();
        return Err(format!("its columns are others: {}", found.join(", ")).into());
    }
    let mut rows = Vec::new();
    for batch in ParquetRecordBatchReaderBuilder::new_with_metadata(bytes, metadata).build()? {
        rows.extend(R::from_columns(&Columns::new(&batch?))?);
    }
    if rows.len() as u64 != account.lignes {
        return Err(format!("it has {} rows and its account {}", rows.len(), account.lignes).into());
    }
    Ok(StoredDay { account, rows })
}

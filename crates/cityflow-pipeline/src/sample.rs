//! Reduced examples of a day's results: the only part of the output that git may hold.

use std::path::{Path, PathBuf};

use cityflow_core::data_type::DataType;
use cityflow_storage::files::write_atomic;
use cityflow_storage::metrics::{MetricStore, read_envelope, read_report};
use jiff::civil::Date;
use serde_json::Value;

use crate::error::PipelineError;

/// Entries up to which a list of plain values is kept whole: the hours of the longest day.
const HOURS_OF_A_DAY: usize = 25;

/// Writes `examples/sample_report.json` and `examples/sample_<type>_metrics.json`, lists cut to `entries`; of
/// the last day that has a report unless `date` names one. Says what was written.
pub fn sample(
    store: &dyn MetricStore,
    out: &Path,
    date: Option<Date>,
    entries: usize,
) -> Result<Vec<PathBuf>, PipelineError> {
    let none = || PipelineError::NoReport { date, place: store.describe() };
    let day = match date {
        Some(date) => date,
        None => store.report_dates()?.last().copied().ok_or_else(none)?,
    };
    let report: Value = read_report(store, day)?.ok_or_else(none)?;
    let mut written = vec![put(out, "sample_report.json", report, entries)?];
    for data_type in DataType::ALL {
        if let Some(envelope) = read_envelope::<Value>(store, data_type, day)? {
            let name = format!("sample_{data_type}_metrics.json");
            let envelope = serde_json::json!({
                "data_type": envelope.data_type,
                "date": envelope.date,
                "metrics": envelope.metrics,
                "timestamp": envelope.timestamp,
            });
            written.push(put(out, &name, envelope, entries)?);
        }
    }
    Ok(written)
}

fn put(out: &Path, name: &str, mut document: Value, entries: usize) -> Result<PathBuf, PipelineError> {
    reduce(&mut document, entries);
    let path = out.join("examples").join(name);
    // A value that was parsed from JSON can be written as JSON.
    let mut text = format!("{document:#}");
    text.push('\n');
    write_atomic(&path, text.as_bytes())?;
    Ok(path)
}

/// Cuts lists and large maps to their first entries; hourly lists stay whole.
fn reduce(value: &mut Value, entries: usize) {
    match value {
        Value::Array(items) => {
            let is_plain = items.iter().all(|item| !item.is_array() && !item.is_object());
            if !is_plain || items.len() > HOURS_OF_A_DAY {
                items.truncate(entries);
            }
            for item in items {
                reduce(item, entries);
            }
        }
        Value::Object(map) => {
            if map.len() > 2 * HOURS_OF_A_DAY {
                *map = std::mem::take(map).into_iter().take(entries).collect();
            }
            for item in map.values_mut() {
                reduce(item, entries);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_of_rows_are_cut_and_hours_are_kept() {
        let hours: Vec<u32> = (0..24).collect();
        let mut document = json!({"rows": [{"h": hours}, {"h": []}, {"h": []}], "n": 3});
        reduce(&mut document, 2);
        assert_eq!(document["rows"].as_array().unwrap().len(), 2);
        assert_eq!(document["rows"][0]["h"].as_array().unwrap().len(), 24);
    }
}

//! A small city and the few readers that its tests need.
#![expect(clippy::unwrap_used, reason = "a test that cannot read its input has failed")]
#![expect(
    clippy::case_sensitive_file_extension_comparisons,
    reason = "object names are the generator's own, in lower case"
)]

use std::io::Read;
use std::sync::LazyLock;

use cityflow_synthetic::{MemorySink, Settings, Summary, write_bucket};

/// Small enough for a debug build, long enough for every dialect and the autumn day.
pub(crate) fn small() -> Settings {
    Settings { arcs: 60, counters: 20, stations: 12, days: 45, ..Settings::default() }
}

pub(crate) fn bucket(settings: &Settings) -> (MemorySink, Summary) {
    let mut sink = MemorySink::default();
    let summary = write_bucket(settings, &mut sink, &mut |_, _| ()).unwrap();
    (sink, summary)
}

/// The small city, written once for all tests that only read it.
pub(crate) static CITY: LazyLock<(MemorySink, Summary)> = LazyLock::new(|| bucket(&small()));

/// The decompressed text of the first object whose name holds `part`.
pub(crate) fn text(sink: &MemorySink, part: &str) -> String {
    let (name, bytes) = sink.objects.iter().find(|(name, _)| name.contains(part)).unwrap();
    let mut text = String::new();
    if name.ends_with(".gz") {
        flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).unwrap();
    } else if name.ends_with(".zst") {
        zstd::Decoder::new(bytes.as_slice()).unwrap().read_to_string(&mut text).unwrap();
    } else {
        text = String::from_utf8(bytes.clone()).unwrap();
    }
    text
}

pub(crate) fn json(sink: &MemorySink, part: &str) -> serde_json::Value {
    serde_json::from_str(&text(sink, part)).unwrap()
}

/// Data rows of a CSV, split without regard for quotes: no cell of the counts holds a separator.
pub(crate) fn csv_rows(sink: &MemorySink, part: &str) -> Vec<Vec<String>> {
    let text = text(sink, part);
    let separator = if text.lines().next().unwrap().contains(';') { ';' } else { ',' };
    let cells = |line: &str| line.split(separator).map(str::to_owned).collect();
    text.lines().skip(1).map(cells).collect()
}

/// Rows or records of any object of counts, reference and bikes.
pub(crate) fn rows_in(sink: &MemorySink, name: &str) -> usize {
    if name.contains(".csv") {
        return csv_rows(sink, name).len();
    }
    if name.contains(".jsonl") {
        return text(sink, name).lines().count();
    }
    let root = json(sink, name);
    let list = ["results", "records"].iter().find_map(|key| root.get(key)).unwrap_or(&root);
    let stations = list.pointer("/data/stations").unwrap_or(list);
    stations.as_array().unwrap().len()
}

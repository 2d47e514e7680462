//! What was written, and what was planted where: tests of a pipeline look for the latter.

use std::collections::BTreeMap;

use jiff::civil::DateTime;

/// Objects, rows and stored bytes of one feed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct FeedTotals {
    /// Objects written.
    pub objects: u64,
    /// Data rows, records, disruptions, features or hours in them.
    pub rows: u64,
    /// Bytes as stored, compressed where the object is.
    pub bytes: u64,
}

/// A sensor that says nothing more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silence {
    /// Identifier of the sensor.
    pub id: String,
    /// Silent days, the last day of the span included.
    pub days: u32,
}

/// A congested axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Axis {
    /// Label of its arcs.
    pub label: String,
    /// Its congested arcs: occupancy of 50 % and more in weekday peaks.
    pub arcs: Vec<String>,
    /// Whether it passes 80 %.
    pub critical: bool,
}

/// The line that stands still in the morning of the last day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockedLine {
    /// Mode as the outputs spell it.
    pub mode: String,
    /// Code of the line.
    pub code: String,
    /// Start, local.
    pub from: DateTime,
    /// End, local.
    pub to: DateTime,
}

/// What was planted. Unless said otherwise, on the last day of the span; ids as the feeds spell them.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Planted {
    /// Arcs with rows but no value, for fewer than 28 days (`silencieux`).
    pub silent_arcs: Vec<Silence>,
    /// Arcs with rows but no value for more than 28 days (`hors_service`).
    pub out_of_service_arcs: Vec<Silence>,
    /// Arcs without rows (`silencieux`).
    pub vanished_arcs: Vec<Silence>,
    /// Arcs with zero flow in every hour of the last two days.
    pub zero_arcs: Vec<String>,
    /// Arcs with the same flow in every hour.
    pub constant_arcs: Vec<String>,
    /// Arcs that miss seven hours in a row.
    pub gap_arcs: Vec<String>,
    /// Arcs with zero occupancy under a normal flow.
    pub incoherent_arcs: Vec<String>,
    /// Arcs of a street closed from 06:00 to 23:00: an anomaly.
    pub closed_arcs: Vec<String>,
    /// Arcs of which one hour was spoiled: unreadable, beyond a limit, or with a false traffic state.
    pub spoiled_arcs: Vec<String>,
    /// The two congested axes.
    pub congested_axes: Vec<Axis>,
    /// Counted arcs that the reference does not list, and that have no geometry.
    pub unlisted_arcs: Vec<String>,
    /// Arcs whose geometry stands in the counts alone.
    pub blank_arcs: Vec<String>,
    /// Arcs with an older row of another node pair in the reference.
    pub versioned_arcs: Vec<String>,
    /// Arcs whose reference is split in two pieces.
    pub split_arcs: Vec<String>,
    /// Counters without records.
    pub dead_counters: Vec<Silence>,
    /// Counters whose records hold no count for more than 28 days.
    pub blank_counters: Vec<Silence>,
    /// Counters with the same count in every hour.
    pub stuck_counters: Vec<String>,
    /// Counters with zero in every hour of the last two days.
    pub zero_counters: Vec<String>,
    /// Counters that miss eight hours in a row.
    pub gap_counters: Vec<String>,
    /// Counters beside a street festival: an anomaly.
    pub festival_counters: Vec<String>,
    /// Counters of which one count is unreadable.
    pub spoiled_counters: Vec<String>,
    /// The metro line that stands still.
    pub blocked_line: Option<BlockedLine>,
    /// Bad rows of all feeds and days by issue code.
    pub issues: BTreeMap<&'static str, u64>,
    /// Rows repeated with the same values, all feeds and days, overlaps between objects apart.
    pub duplicates: u64,
    /// Rows that contradict the row which follows, all feeds and days.
    pub conflicts: u64,
    /// Number of active roadworks in the arrondissement that has the most of them by design.
    pub crowded_zone: Option<u32>,
}

/// What a call to [`crate::write_bucket`] wrote.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Summary {
    /// All feeds together.
    pub total: FeedTotals,
    /// By data type: `bikes`, `traffic`, `weather`, `comptages`, `chantiers`, `referentiel`, and
    /// `arrondissements`.
    pub feeds: BTreeMap<&'static str, FeedTotals>,
    /// What a pipeline should find.
    pub planted: Planted,
}

impl Planted {
    /// Counts one bad row.
    pub(crate) fn issue(&mut self, code: &'static str) {
        *self.issues.entry(code).or_default() += 1;
    }
}

//! Wire shapes of the two providers, read leniently: any field may be missing or of another kind.

use serde_json::{Map, Value};

use crate::numbers::Cell;

/// A payload, by who wrote it.
pub(super) enum Payload<'a> {
    OpenMeteo(OpenMeteo<'a>),
    VisualCrossing(VisualCrossing<'a>),
}

/// Open-Meteo: columns side by side.
pub(super) struct OpenMeteo<'a> {
    pub(super) utc_offset_seconds: Option<&'a Value>,
    pub(super) timezone: Option<&'a Value>,
    pub(super) hourly: Option<Block<'a>>,
    pub(super) daily: Option<Block<'a>>,
}

/// A block of columns with its units.
pub(super) struct Block<'a> {
    pub(super) time: &'a [Value],
    columns: &'a Map<String, Value>,
    units: Option<&'a Value>,
}

/// Visual Crossing: days, each with its hours.
pub(super) struct VisualCrossing<'a> {
    pub(super) tzoffset: Option<&'a Value>,
    pub(super) timezone: Option<&'a Value>,
    pub(super) days: &'a [Value],
}

impl<'a> Payload<'a> {
    /// Tells the provider by the blocks that stand there; none for anything else.
    pub(super) fn of(document: &'a Value) -> Option<Self> {
        if let Some(days) = document.get("days").and_then(Value::as_array) {
            let (tzoffset, timezone) = (document.get("tzoffset"), document.get("timezone"));
            return Some(Self::VisualCrossing(VisualCrossing { tzoffset, timezone, days }));
        }
        let hourly = Block::of(document, "hourly", "hourly_units");
        let daily = Block::of(document, "daily", "daily_units");
        if hourly.is_none() && daily.is_none() {
            return None;
        }
        let (utc_offset_seconds, timezone) = (document.get("utc_offset_seconds"), document.get("timezone"));
        Some(Self::OpenMeteo(OpenMeteo { utc_offset_seconds, timezone, hourly, daily }))
    }
}

impl<'a> Block<'a> {
    fn of(document: &'a Value, name: &str, units: &str) -> Option<Self> {
        let columns = document.get(name)?.as_object()?;
        let time = columns.get("time")?.as_array()?;
        Some(Self { time, columns, units: document.get(units) })
    }

    /// A column by any of its names.
    pub(super) fn column(&self, names: &[&str]) -> Column<'a> {
        let found = names.iter().find_map(|name| Some((name, self.columns.get(*name)?.as_array()?)));
        let unit = |name| self.units?.get(name)?.as_str();
        match found {
            Some((name, values)) => Column { values, unit: unit(*name).unwrap_or_default() },
            None => Column { values: &[], unit: "" },
        }
    }
}

/// A column of a block; empty when the block lacks it.
#[derive(Clone, Copy)]
pub(super) struct Column<'a> {
    values: &'a [Value],
    pub(super) unit: &'a str,
}

impl Column<'_> {
    /// The cell of a row; null past the column's end.
    pub(super) fn cell(&self, row: usize) -> Cell {
        Cell::of_json(self.values.get(row))
    }
}

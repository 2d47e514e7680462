//! The wire shape of a disruption: what both dialects say, still as text.

use std::sync::Arc;

use serde_json::Value;

use super::record::Link;
use crate::json::text;

/// A disruption as written; missing is none.
#[derive(Debug, Default)]
pub(super) struct RawDisruption {
    pub(super) id: Option<String>,
    pub(super) cause: Option<String>,
    pub(super) effect: Option<String>,
    /// Name of the severity: the only word on it in the bulk feed.
    pub(super) severity_name: Option<String>,
    pub(super) priority: Option<i64>,
    pub(super) updated: Option<String>,
    pub(super) periods: Vec<RawPeriod>,
    /// Sorted, each once.
    pub(super) links: Arc<[Link]>,
    pub(super) title: Option<String>,
    pub(super) message: Option<String>,
    pub(super) tags: Vec<String>,
}

/// A period as written, and its text for samples.
#[derive(Debug)]
pub(super) struct RawPeriod {
    pub(super) begin: Option<String>,
    pub(super) end: Option<String>,
    /// Whether an end is there that is no text.
    pub(super) odd_end: bool,
    pub(super) written: String,
}

impl RawPeriod {
    /// The periods of a list; an element that is no object is a period without a beginning.
    pub(super) fn list(value: Option<&Value>) -> Vec<Self> {
        items(value).map(Self::of).collect()
    }

    fn of(value: &Value) -> Self {
        let end = value.get("end");
        let end_text = text(end);
        let empty = end.is_none_or(|end| end.is_null() || end.as_str().is_some_and(|end| end.trim().is_empty()));
        Self {
            begin: text(value.get("begin")),
            odd_end: !empty && end_text.is_none(),
            end: end_text,
            written: value.to_string(),
        }
    }
}

/// The elements of a list; none when it is no list.
pub(super) fn items(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

/// The texts of a list.
pub(super) fn texts(value: Option<&Value>) -> Vec<String> {
    items(value).filter_map(|item| text(Some(item))).collect()
}

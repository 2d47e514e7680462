//! The one envelope of metrics: file, API and stored item alike.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::data_type::DataType;

/// `{"data_type", "date", "metrics", "timestamp"}` as the seed gives it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Envelope<M> {
    /// Which of the six.
    pub data_type: DataType,
    /// The local civil day.
    pub date: Date,
    /// The metrics of that day.
    pub metrics: M,
    /// When they were computed: UTC, to the second, with `Z`.
    pub timestamp: String,
}

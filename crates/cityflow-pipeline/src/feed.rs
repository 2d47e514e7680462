//! What became of one feed on one day.

use std::sync::Arc;

use cityflow_core::data_type::DataType;
use cityflow_core::report::SourceStatus;
use cityflow_storage::StorageError;
use serde::Serialize;

/// An object that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ObjectFault {
    /// Its name in the bucket.
    pub object: Arc<str>,
    /// One sentence that names the object and the line.
    pub message: String,
    /// Whether the object may be readable another time though it does not change: it could not be opened.
    #[serde(skip)]
    pub may_pass: bool,
}

impl ObjectFault {
    /// A fault of a store.
    pub(crate) fn of_storage(place: &str, error: &StorageError) -> Self {
        Self { object: place.into(), message: error.to_string(), may_pass: true }
    }
}

/// A feed's metrics of a day, or why there are none, and the objects that failed on the way.
#[derive(Clone, Debug)]
pub(crate) struct Feed<M> {
    /// None when the day has no row.
    pub metrics: Option<M>,
    /// Objects that could hold the day.
    pub objects: usize,
    /// Those that could not be read.
    pub faults: Vec<ObjectFault>,
}

impl<M> Feed<M> {
    /// A feed that nothing was found of.
    pub(crate) const fn absent() -> Self {
        Self { metrics: None, objects: 0, faults: Vec::new() }
    }

    /// A feed that could not be read at all.
    pub(crate) fn failed(fault: ObjectFault) -> Self {
        Self { metrics: None, objects: 1, faults: vec![fault] }
    }

    /// The same by reference.
    pub(crate) fn as_ref(&self) -> Feed<&M> {
        Feed { metrics: self.metrics.as_ref(), objects: self.objects, faults: self.faults.clone() }
    }

    /// Where the feed stands, before its own judgement of how complete it is.
    pub(crate) fn status(&self) -> SourceStatus {
        let failed = self.faults.len();
        if failed > 0 && failed == self.objects {
            SourceStatus::Erreur
        } else if failed > 0 {
            // Though nothing was found of the day: the object that failed might have held it.
            SourceStatus::Partiel
        } else if self.metrics.is_none() {
            SourceStatus::Absent
        } else {
            SourceStatus::Ok
        }
    }

    /// The first fault's sentence, and how many more there are.
    pub(crate) fn fault_message(&self) -> Option<String> {
        let first = self.faults.first()?;
        Some(match self.faults.len() {
            1 => first.message.clone(),
            n => format!("{} (and {} more)", first.message, n - 1),
        })
    }
}

/// One feed of a day's summary.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FeedSummary {
    /// Which feed.
    #[serde(rename = "type")]
    pub data_type: DataType,
    /// Where it stands.
    pub statut: SourceStatus,
    /// What there is to say of it.
    pub message: Option<String>,
    /// Data rows read, now or before.
    pub lignes_lues: u64,
    /// Rows of the day kept.
    pub lignes_valides: u64,
    /// Coverage of the day, percent.
    pub couverture: Option<f64>,
    /// Path of the metrics file or item; none when there are no metrics.
    pub metrics: Option<String>,
    /// Objects that could not be read.
    pub erreurs: Vec<ObjectFault>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feed_with_an_object_in_error_is_partial_even_when_the_others_say_nothing_of_the_day() {
        let fault = || ObjectFault { object: "a.json".into(), message: "a.json: broken".to_owned(), may_pass: false };
        let feed = |metrics, objects, faults| Feed::<u8> { metrics, objects, faults }.status();
        assert_eq!(feed(None, 2, vec![fault()]), SourceStatus::Partiel);
        assert_eq!(feed(Some(1), 2, vec![fault()]), SourceStatus::Partiel);
        assert_eq!(feed(None, 1, vec![fault()]), SourceStatus::Erreur);
        assert_eq!(feed(None, 1, vec![]), SourceStatus::Absent);
        assert_eq!(feed(Some(1), 1, vec![]), SourceStatus::Ok);
    }
}

//! Road counts of a day, with the reference they take lengths and places from.

use std::collections::BTreeMap;

use cityflow_core::feeds::comptages::metrics::{self, ComptagesMetrics};
use cityflow_core::feeds::comptages::record::RoadHistory;
use cityflow_core::feeds::referentiel::metrics::{self as reference_metrics, ReferentielMetrics};
use cityflow_core::feeds::referentiel::record::catalogue;
use cityflow_core::network::{CountedDay, LinkCatalogue};
use cityflow_core::settings::Settings;
use cityflow_core::zones::Zones;
use cityflow_storage::StorageError;
use jiff::civil::Date;

use super::undated::ReadReference;
use crate::feed::{Feed, ObjectFault};
use crate::landing::RoadLanding;

/// Road counts of a day and the look-back they came from.
pub(crate) struct RoadDay {
    pub(crate) feed: Feed<ComptagesMetrics>,
    pub(crate) history: Option<RoadHistory>,
}

impl RoadDay {
    /// No road counts in the bucket.
    pub(crate) const fn absent() -> Self {
        Self { feed: Feed::absent(), history: None }
    }

    /// The lake could not be used: the feed is in error, the others go on.
    pub(crate) fn failed(error: &StorageError) -> Self {
        Self { feed: Feed::failed(ObjectFault::of_storage("processed/comptages", error)), history: None }
    }
}

/// Computes the road counts of a day.
pub(crate) fn compute(
    landing: &mut RoadLanding<'_>,
    date: Date,
    reference: Option<&ReadReference>,
    zones: &Zones,
    settings: &Settings,
) -> RoadDay {
    let history = match landing.history(date) {
        Ok(history) => history,
        Err(error) => return RoadDay::failed(&error),
    };
    let links = reference.map_or_else(LinkCatalogue::default, |read| catalogue(&read.reference, landing.shapes()));
    let metrics = metrics::compute(&history, &links, landing.shapes(), zones, settings);
    let (objects, faults) = landing.faults();
    RoadDay { feed: Feed { metrics, objects, faults }, history: Some(history) }
}

/// Computes the reference's metrics, which say which of its arcs count on the day.
pub(crate) fn reference(
    reference: Feed<&ReadReference>,
    roads: &RoadDay,
    landing: Option<&RoadLanding<'_>>,
    zones: &Zones,
) -> Feed<ReferentielMetrics> {
    let none = BTreeMap::new();
    let shapes = landing.map_or(&none, RoadLanding::shapes);
    let counted = roads.feed.metrics.as_ref().zip(roads.history.as_ref()).map(|(metrics, history)| CountedDay {
        rows_on_day: history.today().1.by_sensor().map(|rows| rows[0].sensor).collect(),
        links_of_day: metrics.links.iter().map(|link| link.link).collect(),
    });
    let metrics = reference.metrics.map(|read| {
        let sources = read.sources.clone();
        reference_metrics::compute(&read.reference, &read.reading, sources, zones, counted.as_ref(), shapes)
    });
    Feed { metrics, objects: reference.objects, faults: reference.faults }
}

//! Lifts out of order. They delay no train, so they stand apart.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Status, status};
use crate::feeds::traffic::record::{Disruption, LinkKind};
use crate::time::LocalDay;

/// Lift outages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Accessibility {
    /// Lift outages that meet D.
    pub actives: u64,
    /// Lift outages that the day's answers list.
    pub total: u64,
    /// Stops with an outage that meets D, by name.
    pub arrets: Vec<StopLifts>,
}

/// The lifts of one stop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StopLifts {
    /// Name of the stop, with its town where the feed gives it.
    pub nom: String,
    /// Open lift outages there.
    pub ascenseurs: u64,
}

pub(super) fn accessibility(day: &LocalDay, lifts: &[&Disruption]) -> Accessibility {
    let active: Vec<_> = lifts.iter().filter(|lift| status(lift, day) == Status::Active).collect();
    let mut stops: BTreeMap<&str, u64> = BTreeMap::new();
    for lift in &active {
        // A disruption may name several objects of one stop: it is one outage there.
        let at_stops = lift.links.iter().filter(|link| matches!(link.kind, LinkKind::Stop | LinkKind::Section));
        for name in at_stops.flat_map(|link| &link.names).collect::<BTreeSet<_>>() {
            *stops.entry(name).or_default() += 1;
        }
    }
    Accessibility {
        actives: active.len() as u64,
        total: lifts.len() as u64,
        arrets: stops.into_iter().map(|(nom, ascenseurs)| StopLifts { nom: nom.to_owned(), ascenseurs }).collect(),
    }
}

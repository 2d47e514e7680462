//! Vélib' stations: what they are, and how they stand at one moment.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::geo::Point;
use crate::hourly::absorb_field;

/// A station (`station_id`); the operator writes a number, the standard a text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StationId(pub Arc<str>);

/// The stations at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct StationSnapshot {
    /// The document's own clock, an instant in seconds.
    pub stamp: i64,
    /// Rank of the object by name: of two documents with one stamp the later has the last word.
    pub rank: u32,
    /// In the order of the document.
    pub stations: Vec<StationStatus>,
}

/// One station at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct StationStatus {
    /// The station.
    pub id: StationId,
    /// Code that stands on the station.
    pub code: Option<Arc<str>>,
    /// Bikes that can be taken.
    pub bikes: Option<u32>,
    /// Mechanical ones among them.
    pub mechanical: Option<u32>,
    /// Electric ones among them.
    pub electric: Option<u32>,
    /// Free docks.
    pub docks: Option<u32>,
    /// Whether the station stands on the street.
    pub is_installed: Option<bool>,
    /// Whether it gives bikes.
    pub is_renting: Option<bool>,
    /// Its last report, an instant in seconds.
    pub last_reported: Option<i64>,
}

impl StationStatus {
    /// Installed and renting.
    pub fn in_service(&self) -> bool {
        self.is_installed == Some(true) && self.is_renting == Some(true)
    }

    /// Takes in a later row of the same station and stamp; says whether a measured value differs.
    pub fn absorb(&mut self, later: Self) -> bool {
        absorb_field(&mut self.code, later.code);
        let conflicts = [
            absorb_field(&mut self.bikes, later.bikes),
            absorb_field(&mut self.mechanical, later.mechanical),
            absorb_field(&mut self.electric, later.electric),
            absorb_field(&mut self.docks, later.docks),
            absorb_field(&mut self.is_installed, later.is_installed),
            absorb_field(&mut self.is_renting, later.is_renting),
            absorb_field(&mut self.last_reported, later.last_reported),
        ];
        conflicts.contains(&true)
    }
}

/// What stations are, which changes rarely.
#[derive(Clone, Debug, PartialEq)]
pub struct StationInformation {
    /// The document's own clock, an instant in seconds; none when it cannot be read.
    pub stamp: Option<i64>,
    /// Rank of the object by name.
    pub rank: u32,
    /// In the order of the document.
    pub stations: Vec<Station>,
}

/// One station.
#[derive(Clone, Debug, PartialEq)]
pub struct Station {
    /// The station.
    pub id: StationId,
    /// Code that stands on the station.
    pub code: Option<Arc<str>>,
    /// Its name.
    pub name: Option<Arc<str>>,
    /// Docks that it has, working or not.
    pub capacity: Option<u32>,
    /// Where it stands.
    pub point: Option<Point>,
}

//! What the road network reference lends to other feeds: the place and the length of each link.

use std::collections::{BTreeMap, BTreeSet};

use crate::geo::{Geometry, Point};
use crate::ids::LinkId;

/// A link as the reference knows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CatalogueLink {
    /// Label of its newest row.
    pub label: Option<String>,
    /// Length in metres; none without geometry.
    pub length_m: Option<f64>,
    /// Place of its newest row.
    pub point: Option<Point>,
}

/// The links of the reference, by id; empty when there is no reference.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LinkCatalogue {
    /// By link id.
    pub links: BTreeMap<LinkId, CatalogueLink>,
}

/// What the counts say of a link's shape, kept for links that the reference lacks: the first geometry and
/// the first position met by (object name, line), whatever the date.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CountedShape {
    /// First geometry met.
    pub geometry: Option<Geometry>,
    /// First position met.
    pub point: Option<Point>,
}

/// Which links the counts know on a day; nobody has one when the feed is absent on that day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CountedDay {
    /// Links with a row on the day.
    pub rows_on_day: BTreeSet<LinkId>,
    /// Links of the day: those, and those with a valid hour in the 7 days before.
    pub links_of_day: BTreeSet<LinkId>,
}

/// Whether a label is one of the ring road's (`PI_…` inner, `PE_…` outer carriageway).
pub fn is_ring(label: &str) -> bool {
    label.starts_with("PI_") || label.starts_with("PE_")
}

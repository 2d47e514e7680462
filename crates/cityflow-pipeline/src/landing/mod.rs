//! Landing: from raw objects to the lake, once; and the look-back that metrics take out of it.

mod bikes;
mod look_back;
mod roads;

pub(crate) use bikes::BikeLanding;
pub(crate) use roads::RoadLanding;

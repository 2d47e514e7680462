//! The city behind the feeds: streets, sensors, weather and how people move.

pub(crate) mod counters;
pub(crate) mod flow;
pub(crate) mod geometry;
pub(crate) mod network;
pub(crate) mod rhythm;
pub(crate) mod roles;
pub(crate) mod sky;
pub(crate) mod stations;
pub(crate) mod streets;
pub(crate) mod zones;

use crate::calendar::Calendar;
use crate::noise::Noise;
use crate::{Error, Settings};

/// Everything that the writers of the feeds share.
#[derive(Debug)]
pub(crate) struct City {
    pub(crate) settings: Settings,
    pub(crate) noise: Noise,
    pub(crate) calendar: Calendar,
    pub(crate) sky: sky::Sky,
    pub(crate) network: network::Network,
    pub(crate) counters: Vec<counters::Counter>,
    pub(crate) stations: Vec<stations::Station>,
}

impl City {
    pub(crate) fn new(settings: &Settings) -> Result<Self, Error> {
        settings.check()?;
        let noise = Noise::new(settings.seed);
        let calendar = Calendar::new(settings)?;
        let network = network::Network::new(settings.arcs, noise);
        Ok(Self {
            sky: sky::Sky::new(noise, calendar.epoch_hour(settings.end)),
            counters: counters::counters(settings.counters, &network, noise),
            stations: stations::stations(settings.stations, &network, noise),
            settings: settings.clone(),
            noise,
            calendar,
            network,
        })
    }
}

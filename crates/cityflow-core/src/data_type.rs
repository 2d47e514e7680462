//! The one list of the six data types, and what the public may know of each.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One of the six feeds. Its name is the CLI argument, the API path, the file prefix, the `data_type`
/// of a stored item, the source module and the docs page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DataType {
    /// Hourly bike counters and Vélib' stations.
    Bikes,
    /// Transit disruptions.
    Traffic,
    /// Hourly weather.
    Weather,
    /// Hourly road counts.
    Comptages,
    /// Roadworks that disturb traffic.
    Chantiers,
    /// The road network reference.
    Referentiel,
}

/// What a catalogue says of a data type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CatalogueEntry {
    /// Title in French, as analysts know it.
    pub titre: &'static str,
    /// Title in English.
    pub title: &'static str,
    /// Folder of the raw bucket that holds the feed, with its trailing slash.
    pub raw_prefix: &'static str,
    /// Licence of the source.
    pub licence: &'static str,
    /// The line to print beside any use of the data.
    pub attribution: &'static str,
    /// How often the source publishes.
    pub cadence: &'static str,
    /// Unit of the main number.
    pub unit: &'static str,
}

impl DataType {
    /// All six, in the order of the seed.
    pub const ALL: [Self; 6] =
        [Self::Bikes, Self::Traffic, Self::Weather, Self::Comptages, Self::Chantiers, Self::Referentiel];

    /// The public name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bikes => "bikes",
            Self::Traffic => "traffic",
            Self::Weather => "weather",
            Self::Comptages => "comptages",
            Self::Chantiers => "chantiers",
            Self::Referentiel => "referentiel",
        }
    }

    /// Whether each raw object belongs to a `dt=` folder (the `api/` half of the bucket).
    pub const fn is_dated(self) -> bool {
        matches!(self, Self::Bikes | Self::Traffic | Self::Weather)
    }

    /// Whether the feed speaks of days: without any of these there is no day. Roadworks and the network are there
    /// whatever the day.
    pub const fn is_daily(self) -> bool {
        !matches!(self, Self::Chantiers | Self::Referentiel)
    }

    /// The catalogue entry.
    pub const fn catalogue(self) -> CatalogueEntry {
        match self {
            Self::Bikes => CatalogueEntry {
                titre: "Comptages vélo et stations Vélib'",
                title: "Bike counters and Vélib' stations",
                raw_prefix: "api/bikes/",
                licence: "ODbL 1.0",
                attribution: "Ville de Paris, Comptage vélo - Données compteurs; Smovengo, Vélib' Métropole",
                cadence: "hourly",
                unit: "bikes",
            },
            Self::Traffic => CatalogueEntry {
                titre: "Perturbations des transports",
                title: "Transit disruptions",
                raw_prefix: "api/traffic_ratp/",
                licence: "ODbL 1.0 (OpenStreetMap parts), terms of the PRIM portal",
                attribution: "Île-de-France Mobilités",
                cadence: "minutes",
                unit: "disruptions",
            },
            Self::Weather => CatalogueEntry {
                titre: "Météo",
                title: "Weather",
                raw_prefix: "api/weather/",
                licence: "CC BY 4.0 (Open-Meteo), terms of Visual Crossing",
                attribution: "Weather data by Open-Meteo.com or Visual Crossing",
                cadence: "hourly",
                unit: "°C, mm, km/h",
            },
            Self::Comptages => CatalogueEntry {
                titre: "Comptages routiers",
                title: "Road counts",
                raw_prefix: "batch/comptages_routiers/",
                licence: "ODbL 1.0",
                attribution: "Ville de Paris, Comptage routier - Données trafic issues des capteurs permanents",
                cadence: "hourly",
                unit: "vehicles per hour",
            },
            Self::Chantiers => CatalogueEntry {
                titre: "Chantiers perturbants",
                title: "Roadworks",
                raw_prefix: "batch/chantiers/",
                licence: "ODbL 1.0",
                attribution: "Ville de Paris, Chantiers perturbants la circulation",
                cadence: "daily",
                unit: "works",
            },
            Self::Referentiel => CatalogueEntry {
                titre: "Référentiel des voies",
                title: "Road network reference",
                raw_prefix: "batch/referentiel_voies/",
                licence: "ODbL 1.0",
                attribution: "Ville de Paris, Comptage routier - Référentiel géographique",
                cadence: "yearly",
                unit: "metres",
            },
        }
    }
}

/// Folder of the optional zone polygons, shared by every feed.
pub const ZONES_PREFIX: &str = "batch/arrondissements/";

impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is none of the six.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("unknown data type `{0}`: expected bikes, traffic, weather, comptages, chantiers or referentiel")]
pub struct UnknownDataType(pub String);

impl FromStr for DataType {
    type Err = UnknownDataType;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|data_type| data_type.name() == name).ok_or_else(|| UnknownDataType(name.to_owned()))
    }
}

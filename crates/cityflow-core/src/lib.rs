//! The domain of `CityFlow`: what the feeds say, what a day is, and what every number means.

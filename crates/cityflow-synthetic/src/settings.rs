//! How large a city, how long a span, which seed.

use jiff::{ToSpan, civil::Date, civil::date};

use crate::Error;

/// Fewest arcs that leave room for every planted fault beside ordinary arcs.
const LEAST_ARCS: u32 = 40;
/// Fewest counters that leave room for every planted fault.
const LEAST_COUNTERS: u32 = 12;

/// What to generate. Two runs with equal settings give the same bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Seed of every value.
    pub seed: u64,
    /// Counted road arcs.
    pub arcs: u32,
    /// Bike counters, two directions a site.
    pub counters: u32,
    /// Vélib' stations.
    pub stations: u32,
    /// Length of the span in local civil days.
    pub days: u32,
    /// Last day of the span: the day on which most faults are planted.
    pub end: Date,
}

impl Default for Settings {
    /// 500 arcs and 100 counters over the 77 days from 2025-08-20 to Tuesday 2025-11-04, which hold the
    /// autumn clock change (2025-10-26) and a public holiday (2025-11-01).
    fn default() -> Self {
        Self { seed: 75, arcs: 500, counters: 100, stations: 150, days: 77, end: date(2025, 11, 4) }
    }
}

impl Settings {
    /// First day of the span.
    pub fn start(&self) -> Result<Date, Error> {
        let refuse = || Error::Span { days: self.days, end: self.end };
        let back = i64::from(self.days.max(1)) - 1;
        let start = self.end.checked_sub(back.days()).map_err(|_| refuse())?;
        let room = start.year() >= 1970 && self.end.year() < 9999;
        if room { Ok(start) } else { Err(refuse()) }
    }

    /// Refuses settings that the generator cannot honour.
    pub(crate) fn check(&self) -> Result<(), Error> {
        for (what, found, least) in [
            ("arcs", self.arcs, LEAST_ARCS),
            ("counters", self.counters, LEAST_COUNTERS),
            ("stations", self.stations, 10),
            ("days", self.days, 1),
        ] {
            if found < least {
                return Err(Error::TooFew { what, found, least });
            }
        }
        self.start().map(|_| ())
    }
}

//! The day, rule by rule, on small histories.

mod aggregates;
mod links;
mod lists;
mod real;

use jiff::civil::{Date, date};

use super::*;
use crate::geo::{Geometry, Point};
use crate::hourly::{DayBuckets, HourlyRow, LOOK_BACK_DAYS, Origin};
use crate::network::CatalogueLink;
use crate::quality::{DatedIssues, Rule, Source};
use crate::time::CityZone;

/// A history being written, and the places its links have.
struct City {
    today: Date,
    buckets: DayBuckets<LinkId, RoadValues>,
    line: u64,
    catalogue: LinkCatalogue,
    shapes: BTreeMap<LinkId, CountedShape>,
    settings: Settings,
}

/// Flow and occupancy.
const fn values(flow: Option<f64>, occupancy: Option<f64>) -> RoadValues {
    RoadValues { flow, occupancy, declared: None, label: None }
}

impl City {
    fn on(today: Date) -> Self {
        let (catalogue, shapes, settings) = (LinkCatalogue::default(), BTreeMap::new(), Settings::default());
        Self { today, buckets: DayBuckets::default(), line: 0, catalogue, shapes, settings }
    }

    /// 2024-01-04, a Thursday of 24 hours when the city drives at 30 km/h.
    fn plain() -> Self {
        Self::on(date(2024, 1, 4))
    }

    /// Adds an hour (slot of the day) of a link, some days before today.
    fn hour(&mut self, back: i64, slot: usize, link: u32, values: RoadValues) -> &mut Self {
        let day = CityZone::paris().day(self.today).offset(-back).unwrap();
        self.line += 1;
        let origin = Origin { object: 0, line: self.line };
        let row = HourlyRow { sensor: LinkId(link), hour: day.hour(slot), origin, values };
        self.buckets.push(&CityZone::paris(), row);
        self
    }

    /// Adds hours of today from slot 0 on.
    fn today(&mut self, link: u32, hours: &[(Option<f64>, Option<f64>)]) -> &mut Self {
        for (slot, (flow, occupancy)) in hours.iter().enumerate() {
            self.hour(0, slot, link, values(*flow, *occupancy));
        }
        self
    }

    /// Gives a link a line of the length, in the district number (none: outside the city).
    fn place(&mut self, link: u32, length_m: f64, district: Option<u32>) -> &mut Self {
        let degrees = length_m / (crate::geo::EARTH_RADIUS_M * 1_f64.to_radians());
        let line = Geometry::LineString(vec![[2.3, 48.8], [2.3, 48.8 + degrees]]);
        let point = match district {
            Some(1) => Point { lon: 2.3364, lat: 48.8626 },
            Some(12) => Point { lon: 2.4213, lat: 48.8350 },
            _ => Point { lon: 2.0, lat: 48.0 },
        };
        self.shapes.insert(LinkId(link), CountedShape { geometry: Some(line), point: Some(point) });
        self
    }

    fn try_compute(&mut self) -> Option<ComptagesMetrics> {
        let today = CityZone::paris().day(self.today);
        let back = i64::try_from(LOOK_BACK_DAYS).unwrap();
        let local_days = (0..=back).rev().map(|back| today.offset(-back).unwrap());
        let days = local_days.map(|local| (local.clone(), self.buckets.take_day(local.date))).collect();
        let sources = vec![
            Source { objet: "a.csv".into(), octets: 10, lignes: 40, erreur: None },
            Source { objet: "b.csv".into(), octets: 10, lignes: 2, erreur: None },
        ];
        let history = RoadHistory { days, sources, undated: self.buckets.undated().clone() };
        compute(&history, &self.catalogue, &self.shapes, &Zones::centroids(), &self.settings)
    }

    fn compute(&mut self) -> ComptagesMetrics {
        self.try_compute().unwrap()
    }
}

/// A flow in every hour of a plain day, no two hours alike.
fn lively(flow: f64, occupancy: Option<f64>) -> Vec<(Option<f64>, Option<f64>)> {
    (0..24).map(|hour| (Some(flow + f64::from(hour)), occupancy)).collect()
}

fn close(found: Option<f64>, expected: f64) -> bool {
    found.is_some_and(|found| (found - expected).abs() < 1e-6 * expected.abs().max(1.0))
}

fn ids<T>(rows: &[T], id: impl Fn(&T) -> LinkId) -> Vec<u32> {
    rows.iter().map(|row| id(row).0).collect()
}

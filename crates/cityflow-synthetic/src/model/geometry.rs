//! Points of the city and the few plane operations that its shapes need.

use crate::numbers::{cosine, rounded, sine};

/// Metres in one degree of latitude.
pub(crate) const METRES_PER_LATITUDE: f64 = 111_195.0;
/// Metres in one degree of longitude at the latitude of Paris.
pub(crate) const METRES_PER_LONGITUDE: f64 = 73_160.0;
/// Centre of the ellipse that stands for the city.
const CENTRE: Point = Point { lon: 2.347, lat: 48.858_8 };
/// Half axes of that ellipse in degrees of longitude and latitude.
const HALF_AXES: (f64, f64) = (0.117, 0.0428);

/// A place in WGS84 degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Point {
    pub(crate) lon: f64,
    pub(crate) lat: f64,
}

impl Point {
    /// Rounded to 1e-6 degree, about 0.1 m.
    pub(crate) fn new(lon: f64, lat: f64) -> Self {
        Self { lon: rounded(lon, 6), lat: rounded(lat, 6) }
    }

    /// The point at `reach` of the way from the centre to the edge of the city, at an angle in turns.
    pub(crate) fn polar(reach: f64, turns: f64) -> Self {
        let (east, north) = (cosine(turns) * HALF_AXES.0, sine(turns) * HALF_AXES.1);
        Self::new(CENTRE.lon + reach * east, CENTRE.lat + reach * north)
    }

    /// The point moved by metres to the east and to the north.
    pub(crate) fn moved(self, east: f64, north: f64) -> Self {
        let lon = self.lon + east / METRES_PER_LONGITUDE;
        Self::new(lon, self.lat + north / METRES_PER_LATITUDE)
    }

    /// The point at `part` of the way to another.
    pub(crate) fn towards(self, other: Self, part: f64) -> Self {
        let lon = self.lon + (other.lon - self.lon) * part;
        Self::new(lon, self.lat + (other.lat - self.lat) * part)
    }

    /// Metres east and north of the centre.
    pub(crate) fn metres(self) -> (f64, f64) {
        let east = (self.lon - CENTRE.lon) * METRES_PER_LONGITUDE;
        (east, (self.lat - CENTRE.lat) * METRES_PER_LATITUDE)
    }

    /// The point at metres east and north of the centre.
    pub(crate) fn from_metres((east, north): (f64, f64)) -> Self {
        CENTRE.moved(east, north)
    }
}

/// The outline of the city as an open ring of points, counter-clockwise from the east.
pub(crate) fn outline(points: u32) -> Vec<Point> {
    (0..points).map(|at| Point::polar(1.0, f64::from(at) / f64::from(points))).collect()
}

/// The part of a convex polygon (metres) that is nearer to `own` than to `other`.
pub(crate) fn nearer_half(polygon: &[(f64, f64)], own: (f64, f64), other: (f64, f64)) -> Vec<(f64, f64)> {
    let normal = (other.0 - own.0, other.1 - own.1);
    let middle = (f64::midpoint(own.0, other.0), f64::midpoint(own.1, other.1));
    let side = |p: (f64, f64)| (p.0 - middle.0) * normal.0 + (p.1 - middle.1) * normal.1;
    let mut kept = Vec::with_capacity(polygon.len() + 1);
    for (index, &from) in polygon.iter().enumerate() {
        let to = polygon[(index + 1) % polygon.len()];
        let (here, there) = (side(from), side(to));
        if here <= 0.0 {
            kept.push(from);
        }
        if (here < 0.0 && there > 0.0) || (here > 0.0 && there < 0.0) {
            let part = here / (here - there);
            kept.push((from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part));
        }
    }
    kept
}

//! Zones of the city: polygons when the bucket has them, else the nearest centroid.

use std::fmt;
use std::sync::Arc;

use geo::{BoundingRect, Intersects};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::decode::ReadError;
use crate::geo::{Geometry, Point, Position, distance_m};

/// A zone: `75001`..`75020` in Paris.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ZoneCode(pub Arc<str>);

impl ZoneCode {
    /// The zone that the ring road's arcs also belong to.
    pub fn ring() -> Self {
        Self("peripherique".into())
    }

    /// Reads a code as the feeds spell it: a district number, a postcode or an INSEE code.
    ///
    /// `1`, `75001` and `75101` are `75001`; `75116` is `75016`; another text is kept as it is.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        Self::postcode(text).or_else(|| (!text.is_empty()).then(|| Self(text.into())))
    }

    /// Reads a postcode column: only the twenty of Paris count.
    pub fn postcode(text: &str) -> Option<Self> {
        let district = match text.trim().parse::<u32>().ok()? {
            number @ 1..=20 => number,
            number @ 75_001..=75_020 => number - 75_000,
            number @ 75_101..=75_120 => number - 75_100,
            _ => return None,
        };
        Some(Self::district(district))
    }

    fn district(number: u32) -> Self {
        Self(format!("750{number:02}").into())
    }
}

impl fmt::Display for ZoneCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where zones come from; `centroides` is an approximation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ZoneSource {
    /// Point in polygon.
    Polygones,
    /// Nearest centroid.
    Centroides,
}

/// Centroids of the twenty arrondissements: latitude, longitude (contract, section 3).
pub const CENTROIDS: [(f64, f64); 20] = [
    (48.8626, 2.3364),
    (48.8683, 2.3428),
    (48.8629, 2.3600),
    (48.8543, 2.3576),
    (48.8444, 2.3507),
    (48.8491, 2.3329),
    (48.8562, 2.3122),
    (48.8727, 2.3126),
    (48.8772, 2.3375),
    (48.8761, 2.3607),
    (48.8591, 2.3801),
    (48.8350, 2.4213),
    (48.8284, 2.3623),
    (48.8292, 2.3265),
    (48.8401, 2.2928),
    (48.8604, 2.2620),
    (48.8873, 2.3068),
    (48.8926, 2.3482),
    (48.8871, 2.3848),
    (48.8635, 2.4012),
];

/// Box outside which no centroid counts: west, east, south, north.
const CENTROID_BOX: (f64, f64, f64, f64) = (2.2240, 2.4698, 48.8155, 48.9022);

struct Zone {
    code: ZoneCode,
    shape: geo::MultiPolygon,
    bounds: geo::Rect,
}

/// Finds the zone of a position.
pub struct Zones {
    /// Sorted by code; empty when zones come from centroids.
    polygons: Vec<Zone>,
}

impl Zones {
    /// The twenty centroids of Paris.
    pub const fn centroids() -> Self {
        Self { polygons: Vec::new() }
    }

    /// Polygons of a `GeoJSON` feature collection, by `c_ar` or `id`.
    pub fn from_geojson(object: &Arc<str>, content: &[u8]) -> Result<Self, ReadError> {
        let document = crate::json::document(object, &mut &content[..])?;
        let unknown = || ReadError::UnknownShape {
            object: Arc::clone(object),
            expected: "a GeoJSON feature collection of polygons with `c_ar` or `id`",
            found: crate::json::describe(&document),
        };
        let features = document.get("features").and_then(Value::as_array).ok_or_else(unknown)?;
        let mut polygons: Vec<_> = features.iter().filter_map(zone).collect();
        if polygons.is_empty() {
            return Err(unknown());
        }
        polygons.sort_by(|a, b| a.code.cmp(&b.code));
        Ok(Self { polygons })
    }

    /// Where zones come from.
    pub const fn source(&self) -> ZoneSource {
        if self.polygons.is_empty() { ZoneSource::Centroides } else { ZoneSource::Polygones }
    }

    /// The zone of a position; none outside every zone. On a shared border, the lowest code.
    pub fn locate(&self, point: Point) -> Option<ZoneCode> {
        if self.polygons.is_empty() {
            return nearest_centroid(point);
        }
        let position = geo::Coord { x: point.lon, y: point.lat };
        self.polygons
            .iter()
            .find(|zone| zone.bounds.intersects(&position) && zone.shape.intersects(&position))
            .map(|zone| zone.code.clone())
    }
}

fn zone(feature: &Value) -> Option<Zone> {
    let properties = feature.get("properties");
    let property = |name: &str| crate::json::text(properties?.get(name));
    let code = property("c_ar")
        .or_else(|| property("id"))
        .or_else(|| crate::json::text(feature.get("id")))
        .or_else(|| property("name"))?;
    let polygons = match Geometry::of_json(feature.get("geometry")?)? {
        Geometry::Polygon(rings) => vec![polygon(&rings)],
        Geometry::MultiPolygon(polygons) => polygons.iter().map(|rings| polygon(rings)).collect(),
        _ => return None,
    };
    let shape = geo::MultiPolygon::new(polygons);
    Some(Zone { code: ZoneCode::parse(&code)?, bounds: shape.bounding_rect()?, shape })
}

fn polygon(rings: &[Vec<Position>]) -> geo::Polygon {
    let line = |ring: &Vec<Position>| geo::LineString::from(ring.iter().map(|[x, y]| (*x, *y)).collect::<Vec<_>>());
    let outer = rings.first().map_or_else(geo::LineString::empty, line);
    geo::Polygon::new(outer, rings.iter().skip(1).map(line).collect())
}

fn nearest_centroid(point: Point) -> Option<ZoneCode> {
    let (west, east, south, north) = CENTROID_BOX;
    if !(west..=east).contains(&point.lon) || !(south..=north).contains(&point.lat) {
        return None;
    }
    let distance = |(lat, lon): &(f64, f64)| distance_m([point.lon, point.lat], [*lon, *lat]);
    let (number, _) = (1..).zip(&CENTROIDS).min_by(|a, b| distance(a.1).total_cmp(&distance(b.1)))?;
    Some(ZoneCode::district(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_every_spelling_are_one_code() {
        for text in ["1", "75001", "75101", " 01 "] {
            assert_eq!(ZoneCode::parse(text).unwrap().to_string(), "75001", "{text}");
        }
        assert_eq!(ZoneCode::parse("75116").unwrap().to_string(), "75016");
        for elsewhere in ["92100", "75000", "75021", "75121", "7500", ""] {
            assert_eq!(ZoneCode::postcode(elsewhere), None, "{elsewhere}");
        }
        assert_eq!(ZoneCode::parse(""), None);
    }

    #[test]
    fn without_polygons_the_nearest_centroid_inside_the_box_counts() {
        let zones = Zones::centroids();
        assert_eq!(zones.source(), ZoneSource::Centroides);
        assert_eq!(zones.locate(Point { lon: 2.3376, lat: 48.8627 }), ZoneCode::parse("1"));
        assert_eq!(zones.locate(Point { lon: 2.2, lat: 48.86 }), None);
    }

    #[test]
    fn outside_every_polygon_is_null() {
        let content = br#"{"type":"FeatureCollection","features":[
            {"type":"Feature","properties":{"c_ar":16,"l_ar":"16eme"},"geometry":
             {"type":"Polygon","coordinates":[[[2,48],[3,48],[3,49],[2,49],[2,48]]]}}]}"#;
        let zones = Zones::from_geojson(&"z.geojson".into(), content).unwrap();
        assert_eq!(zones.source(), ZoneSource::Polygones);
        assert_eq!(zones.locate(Point { lon: 2.5, lat: 48.5 }), ZoneCode::parse("75116"));
        assert_eq!(zones.locate(Point { lon: 3.5, lat: 48.5 }), None);
    }
}

//! Positions, lengths and areas.
//!
//! Longitude comes first in GeoJSON and in [`Point`]; the feeds' `geo_point_2d` texts are latitude first.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Radius of the sphere that lengths and areas are computed on, metres.
pub const EARTH_RADIUS_M: f64 = 6_371_000.0;

/// A position in degrees.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Longitude, degrees east.
    pub lon: f64,
    /// Latitude, degrees north.
    pub lat: f64,
}

/// What a cell says about a position.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PointCell {
    /// A position inside WGS84.
    At(Point),
    /// No value.
    Null,
    /// Outside WGS84 (issue `coordonnees_hors_limites`).
    OutOfRange,
    /// Not a position.
    Unreadable,
}

impl PointCell {
    fn of(lon: f64, lat: f64) -> Self {
        if !lon.is_finite() || !lat.is_finite() {
            Self::Unreadable
        } else if lon.abs() <= 180.0 && lat.abs() <= 90.0 {
            Self::At(Point { lon, lat })
        } else {
            Self::OutOfRange
        }
    }

    /// Reads `lat,lon` with or without a space.
    pub fn parse(text: &str) -> Self {
        if crate::numbers::is_null_text(text.trim()) {
            return Self::Null;
        }
        let Some((lat, lon)) = text.split_once(',') else { return Self::Unreadable };
        match (lat.trim().parse(), lon.trim().parse()) {
            (Ok(lat), Ok(lon)) => Self::of(lon, lat),
            _ => Self::Unreadable,
        }
    }

    /// Reads `[lat, lon]` (Opendatasoft v1), `{"lon", "lat"}` (v2.1) or a `lat,lon` text.
    pub fn of_json(value: Option<&Value>) -> Self {
        match value {
            None | Some(Value::Null) => Self::Null,
            Some(Value::String(text)) => Self::parse(text),
            Some(Value::Array(pair)) => match (pair.first().and_then(number), pair.get(1).and_then(number)) {
                (Some(lat), Some(lon)) => Self::of(lon, lat),
                _ => Self::Unreadable,
            },
            Some(Value::Object(map)) => match (map.get("lon").and_then(number), map.get("lat").and_then(number)) {
                (Some(lon), Some(lat)) => Self::of(lon, lat),
                _ => Self::Unreadable,
            },
            Some(_) => Self::Unreadable,
        }
    }

    /// The position, when there is one.
    pub const fn point(self) -> Option<Point> {
        match self {
            Self::At(point) => Some(point),
            _ => None,
        }
    }
}

/// A number, or a text that holds one (navitia writes coordinates as text).
fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// A position of a GeoJSON geometry: longitude, latitude; an altitude is read over.
pub type Position = [f64; 2];

/// A GeoJSON geometry, as written: positions are neither rounded nor reordered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "coordinates")]
pub enum Geometry {
    /// One position.
    Point(Position),
    /// A line.
    LineString(Vec<Position>),
    /// Several lines.
    MultiLineString(Vec<Vec<Position>>),
    /// An outer ring and its holes.
    Polygon(Vec<Vec<Position>>),
    /// Several polygons.
    MultiPolygon(Vec<Vec<Vec<Position>>>),
}

/// What a cell says about a geometry.
#[derive(Clone, Debug, PartialEq)]
pub enum GeometryCell {
    /// A geometry inside WGS84.
    Shape(Geometry),
    /// No value.
    Null,
    /// A position outside WGS84 (issue `coordonnees_hors_limites`).
    OutOfRange,
    /// Not a geometry (issue `geometrie_illisible`).
    Unreadable,
}

impl GeometryCell {
    /// Reads a geometry, the geometry of a feature, or the text of either.
    pub fn of_json(value: Option<&Value>) -> Self {
        let Some(value) = value else { return Self::Null };
        if let Value::String(text) = value {
            return Self::parse(text);
        }
        let bare = match value.get("type").and_then(Value::as_str) {
            Some("Feature") => value.get("geometry").unwrap_or(&Value::Null),
            _ => value,
        };
        if bare.is_null() {
            return Self::Null;
        }
        let kind = bare.get("type").and_then(Value::as_str);
        let geometry = kind.zip(bare.get("coordinates")).and_then(|(kind, parts)| Geometry::of_parts(kind, parts));
        let on_earth = |[lon, lat]: Position| lon.abs() <= 180.0 && lat.abs() <= 90.0;
        match geometry {
            Some(geometry) if geometry.vertices().next().is_none() => Self::Unreadable,
            Some(geometry) if !geometry.vertices().all(on_earth) => Self::OutOfRange,
            Some(geometry) => Self::Shape(geometry),
            None => Self::Unreadable,
        }
    }

    /// Reads the text of a geometry.
    pub fn parse(text: &str) -> Self {
        if crate::numbers::is_null_text(text.trim()) {
            return Self::Null;
        }
        match serde_json::from_str(text) {
            Ok(Value::String(_)) | Err(_) => Self::Unreadable,
            Ok(value) => Self::of_json(Some(&value)),
        }
    }

    /// The geometry, when there is one.
    pub fn geometry(self) -> Option<Geometry> {
        match self {
            Self::Shape(geometry) => Some(geometry),
            _ => None,
        }
    }
}

impl Geometry {
    /// Reads a geometry, or the geometry of a feature; none when it is neither, is empty or leaves WGS84.
    pub fn of_json(value: &Value) -> Option<Self> {
        GeometryCell::of_json(Some(value)).geometry()
    }

    /// Reads the text of a geometry.
    pub fn parse(text: &str) -> Option<Self> {
        GeometryCell::parse(text).geometry()
    }

    /// Reads `type` and `coordinates`, wherever on earth or off it.
    fn of_parts(kind: &str, coordinates: &Value) -> Option<Self> {
        Some(match kind {
            "Point" => Self::Point(position(coordinates)?),
            "LineString" => Self::LineString(positions(coordinates)?),
            "MultiLineString" => Self::MultiLineString(list(coordinates, positions)?),
            "Polygon" => Self::Polygon(list(coordinates, positions)?),
            "MultiPolygon" => Self::MultiPolygon(list(coordinates, |polygon| list(polygon, positions))?),
            _ => return None,
        })
    }

    /// The lists of positions, in order: lines, or rings.
    pub fn parts(&self) -> Vec<&[Position]> {
        match self {
            Self::Point(position) => vec![std::slice::from_ref(position)],
            Self::LineString(line) => vec![line],
            Self::MultiLineString(parts) | Self::Polygon(parts) => parts.iter().map(Vec::as_slice).collect(),
            Self::MultiPolygon(polygons) => polygons.iter().flatten().map(Vec::as_slice).collect(),
        }
    }

    /// Every position as written, parts in order.
    pub fn vertices(&self) -> impl Iterator<Item = Position> + '_ {
        self.parts().into_iter().flatten().copied()
    }

    /// Great-circle length of the lines, metres: the sum of their parts.
    pub fn length_m(&self) -> f64 {
        let segments = |part: &[Position]| part.windows(2).map(|ends| distance_m(ends[0], ends[1])).sum::<f64>();
        self.parts().into_iter().map(segments).sum()
    }

    /// Vertex number n div 2, from 0, of the n vertices.
    pub fn middle_vertex(&self) -> Option<Point> {
        let vertices: Vec<_> = self.vertices().collect();
        let [lon, lat] = *vertices.get(vertices.len() / 2)?;
        Some(Point { lon, lat })
    }

    /// Area in square metres, equirectangular about the mean latitude of all positions as written (closing
    /// ones included); holes are subtracted, polygons added. Zero for points and lines.
    pub fn area_m2(&self) -> f64 {
        let vertices: Vec<_> = self.vertices().collect();
        let mean_latitude = vertices.iter().map(|[_, lat]| lat).sum::<f64>() / vertices.len().max(1) as f64;
        let scale = mean_latitude.to_radians().cos();
        let ring = |ring: &Vec<Position>| ring_area_m2(ring, scale);
        let polygon = |rings: &Vec<Vec<Position>>| {
            let holes: f64 = rings.iter().skip(1).map(ring).sum();
            rings.first().map_or(0.0, ring) - holes
        };
        match self {
            Self::Polygon(rings) => polygon(rings),
            Self::MultiPolygon(polygons) => polygons.iter().map(polygon).sum(),
            _ => 0.0,
        }
    }
}

fn position(value: &Value) -> Option<Position> {
    let pair = value.as_array()?;
    Some([pair.first()?.as_f64()?, pair.get(1)?.as_f64()?])
}

fn positions(value: &Value) -> Option<Vec<Position>> {
    list(value, position)
}

fn list<T>(value: &Value, item: impl Fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    value.as_array()?.iter().map(item).collect()
}

/// Unsigned shoelace area of a ring, square metres.
fn ring_area_m2(ring: &[Position], longitude_scale: f64) -> f64 {
    let Some([origin_lon, origin_lat]) = ring.first().copied() else { return 0.0 };
    // Differences to the first vertex keep the products small and the result exact to the metre.
    let plane = |[lon, lat]: Position| {
        let x = EARTH_RADIUS_M * (lon - origin_lon).to_radians() * longitude_scale;
        (x, EARTH_RADIUS_M * (lat - origin_lat).to_radians())
    };
    let next = ring.iter().cycle().skip(1);
    let doubled: f64 = ring
        .iter()
        .zip(next)
        .map(|(a, b)| {
            let ((ax, ay), (bx, by)) = (plane(*a), plane(*b));
            ax * by - bx * ay
        })
        .sum();
    doubled.abs() / 2.0
}

/// Great-circle (haversine) distance in metres on a sphere of [`EARTH_RADIUS_M`].
pub fn distance_m(a: Position, b: Position) -> f64 {
    use geo::Distance;
    geo::HaversineMeasure::new(EARTH_RADIUS_M).distance(geo::Point::new(a[0], a[1]), geo::Point::new(b[0], b[1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn geo_point_2d_is_latitude_first_in_every_spelling() {
        let expected = PointCell::At(Point { lon: 2.3, lat: 48.8 });
        assert_eq!(PointCell::parse("48.8, 2.3"), expected);
        assert_eq!(PointCell::parse("48.8,2.3"), expected);
        assert_eq!(PointCell::of_json(Some(&serde_json::json!([48.8, 2.3]))), expected);
        assert_eq!(PointCell::of_json(Some(&serde_json::json!({"lon": 2.3, "lat": 48.8}))), expected);
        assert_eq!(PointCell::parse("148.8,2.3"), PointCell::OutOfRange);
        assert_eq!(PointCell::parse(""), PointCell::Null);
    }

    #[test]
    fn a_degree_of_latitude_is_its_arc() {
        let expected = EARTH_RADIUS_M * 1_f64.to_radians();
        assert!((distance_m([2.0, 48.0], [2.0, 49.0]) - expected).abs() < 1e-6);
    }

    #[test]
    fn holes_are_subtracted_and_parts_added() {
        let square = |from: f64, size: f64| {
            vec![[from, 0.0], [from + size, 0.0], [from + size, size], [from, size], [from, 0.0]]
        };
        let side = EARTH_RADIUS_M * 0.01_f64.to_radians();
        let plain = Geometry::Polygon(vec![square(0.0, 0.01)]).area_m2();
        assert!((plain / (side * side) - 1.0).abs() < 1e-6);
        let holed = Geometry::Polygon(vec![square(0.0, 0.01), square(0.0, 0.005)]).area_m2();
        assert!((holed / plain - 0.75).abs() < 1e-6);
        let two = Geometry::MultiPolygon(vec![vec![square(0.0, 0.01)], vec![square(0.02, 0.01)]]).area_m2();
        assert!((two / plain - 2.0).abs() < 1e-6);
    }

    #[test]
    fn a_feature_and_a_bare_geometry_are_the_same_line() {
        let bare = Geometry::parse(r#"{"coordinates": [[2.3, 48.8], [2.4, 48.9]], "type": "LineString"}"#);
        let feature = Geometry::parse(
            r#"{"type":"Feature","geometry":{"coordinates":[[2.3,48.8],[2.4,48.9]],"type":"LineString"},"properties":{}}"#,
        );
        assert!(bare.is_some());
        assert_eq!(bare, feature);
        assert_eq!(Geometry::parse(r#"{"type":"LineString","coordinates":[]}"#), None);
        assert_eq!(Geometry::parse("nope"), None);
    }

    #[test]
    fn a_geometry_that_is_absent_unreadable_or_off_the_earth_is_told_apart() {
        assert_eq!(GeometryCell::parse(" "), GeometryCell::Null);
        assert_eq!(GeometryCell::parse(r#"{"type":"Feature","geometry":null}"#), GeometryCell::Null);
        assert_eq!(GeometryCell::parse("{"), GeometryCell::Unreadable);
        assert_eq!(GeometryCell::parse(r#"{"type":"LineString","coordinates":[]}"#), GeometryCell::Unreadable);
        let off = r#"{"type":"LineString","coordinates":[[2.3,48.8],[2.3,98.8]]}"#;
        assert_eq!(GeometryCell::parse(off), GeometryCell::OutOfRange);
    }
}

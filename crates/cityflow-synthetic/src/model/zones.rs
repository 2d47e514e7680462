//! The twenty arrondissements: real centroids, made-up cells.

use cityflow_core::zones::CENTROIDS;

use super::geometry::{Point, nearer_half, outline};

/// One arrondissement.
#[derive(Debug, Clone)]
pub(crate) struct Zone {
    /// 1 to 20.
    pub(crate) number: u32,
    pub(crate) centroid: Point,
    /// Open ring.
    pub(crate) cell: Vec<Point>,
}

/// The cells: what is nearer to a centroid than to any other, inside the outline of the city.
pub(crate) fn zones() -> Vec<Zone> {
    let centroids = CENTROIDS.map(|(lat, lon)| Point { lon, lat });
    let city: Vec<_> = outline(72).into_iter().map(Point::metres).collect();
    (1..)
        .zip(centroids)
        .map(|(number, centroid)| {
            let others = centroids.iter().filter(|other| **other != centroid);
            let cell = others.fold(city.clone(), |cell, other| nearer_half(&cell, centroid.metres(), other.metres()));
            let cell = cell.into_iter().map(Point::from_metres).collect();
            Zone { number, centroid, cell }
        })
        .collect()
}

/// The arrondissement whose centroid is nearest.
pub(crate) fn nearest(place: Point) -> u32 {
    let here = place.metres();
    let distance = |(lat, lon): (f64, f64)| {
        let there = Point { lon, lat }.metres();
        (here.0 - there.0).powi(2) + (here.1 - there.1).powi(2)
    };
    let nearest = (1..).zip(CENTROIDS).min_by(|a, b| distance(a.1).total_cmp(&distance(b.1)));
    nearest.map_or(1, |(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Twice the signed area of an open ring, in square metres.
    fn double_area(ring: &[Point]) -> f64 {
        let next = ring.iter().cycle().skip(1);
        let cross = |(a, b): (&Point, &Point)| {
            let ((x, y), (u, v)) = (a.metres(), b.metres());
            x * v - u * y
        };
        ring.iter().zip(next).map(cross).sum()
    }

    #[test]
    fn the_cells_cover_the_city_without_overlap() {
        let zones = zones();
        let city = double_area(&outline(72));
        let cells: f64 = zones.iter().map(|zone| double_area(&zone.cell)).sum();
        assert_eq!(zones.len(), 20);
        assert!((cells / city - 1.0).abs() < 1e-4, "{cells} {city}");
        assert!(zones.iter().all(|zone| double_area(&zone.cell) > 1e6));
        assert!(zones.iter().all(|zone| nearest(zone.centroid) == zone.number));
    }
}

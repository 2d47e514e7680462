//! The twenty arrondissements: real centroids, made-up cells.

use super::geometry::{Point, nearer_half, outline};

/// Latitude and longitude of each arrondissement's centroid, in order.
const CENTROIDS: [(f64, f64); 20] = [
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

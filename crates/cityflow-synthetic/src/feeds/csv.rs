//! Cells of the city's CSV exports.

use crate::model::geometry::Point;

/// A cell, quoted when it must be.
pub(crate) fn cell(text: &str) -> String {
    if text.contains([';', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

/// `[[lon, lat], …]` as the exports space it.
pub(crate) fn positions(points: &[Point]) -> String {
    let pairs: Vec<_> = points.iter().map(|point| format!("[{}, {}]", point.lon, point.lat)).collect();
    format!("[{}]", pairs.join(", "))
}

/// A bare `LineString` with spaced separators.
pub(crate) fn line_string(points: &[Point]) -> String {
    format!(r#"{{"coordinates": {}, "type": "LineString"}}"#, positions(points))
}

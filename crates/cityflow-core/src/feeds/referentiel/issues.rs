//! What a row of the reference can break.

use jiff::Timestamp;
use jiff::tz::Offset;

use crate::geo::{Geometry, GeometryCell, Point, PointCell};
use crate::quality::Rule;
use crate::time::{Stamp, parse_date};

/// Vertices that a part of a line needs to have a length (RFC 7946, section 3.1.4).
const VERTICES_OF_A_LINE: usize = 2;

/// The line of a piece, or the rule that its cell breaks. Points and areas are no lines.
pub fn line(cell: GeometryCell) -> Result<Option<Geometry>, Rule> {
    match cell {
        GeometryCell::Null => Ok(None),
        GeometryCell::OutOfRange => Err(Rule::CoordinatesOutOfRange),
        GeometryCell::Shape(shape @ (Geometry::LineString(_) | Geometry::MultiLineString(_))) => {
            let drawn = shape.parts().iter().any(|part| part.len() >= VERTICES_OF_A_LINE);
            if drawn { Ok(Some(shape)) } else { Err(Rule::UnreadableGeometry) }
        }
        GeometryCell::Unreadable | GeometryCell::Shape(_) => Err(Rule::UnreadableGeometry),
    }
}

/// The place of a piece, or the rule that its cell breaks.
pub const fn place(cell: PointCell) -> Result<Option<Point>, Rule> {
    match cell {
        PointCell::At(point) => Ok(Some(point)),
        PointCell::Null => Ok(None),
        PointCell::OutOfRange => Err(Rule::CoordinatesOutOfRange),
        PointCell::Unreadable => Err(Rule::UnreadableGeometry),
    }
}

/// The instant of an availability date, `2005-01-01T02:00:00+01:00` or `2005-01-01`. They only order rows,
/// so one without an offset is read as UTC. An unreadable one is null; the row is kept.
pub fn availability(text: Option<&str>) -> Result<Option<Timestamp>, Rule> {
    let Some(text) = text.filter(|text| !crate::numbers::is_null_text(text)) else { return Ok(None) };
    let (civil, offset) = match (parse_date(text), Stamp::parse(text)) {
        (Some(date), _) => (date.to_datetime(jiff::civil::Time::midnight()), Offset::UTC),
        (None, Some(stamp)) => (stamp.civil, stamp.offset.unwrap_or(Offset::UTC)),
        (None, None) => return Err(Rule::UnreadableStamp),
    };
    offset.to_timestamp(civil).map(Some).map_err(|_| Rule::UnreadableStamp)
}

//! Where the counts say that links lie: the first geometry and the first position met of each.

use std::collections::{BTreeMap, HashMap};

use crate::geo::{Geometry, Point, PointCell};
use crate::hourly::Origin;
use crate::ids::LinkId;
use crate::merge::Merge;
use crate::network::CountedShape;
use crate::numbers::is_null_text;
use crate::quality::Rule;
use crate::table::Row;

use super::raw::{POINT, RawPlace, SHAPE};

/// What is kept of a link's place, and where it was met.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FirstShape {
    /// First line met.
    pub geometry: Option<(Origin, Geometry)>,
    /// First position met.
    pub point: Option<(Origin, Point)>,
}

/// The first line and position of each link by (object name, line). Objects may be read in any order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FirstShapes {
    /// By link.
    pub links: BTreeMap<LinkId, FirstShape>,
}

impl FirstShapes {
    /// Takes a line in, unless an earlier one is held.
    pub fn offer_geometry(&mut self, link: LinkId, origin: Origin, geometry: Geometry) {
        keep_first(&mut self.links.entry(link).or_default().geometry, (origin, geometry));
    }

    /// Takes a position in, unless an earlier one is held.
    pub fn offer_point(&mut self, link: LinkId, origin: Origin, point: Point) {
        keep_first(&mut self.links.entry(link).or_default().point, (origin, point));
    }

    /// What metrics want to know.
    pub fn counted(self) -> BTreeMap<LinkId, CountedShape> {
        let plain = |shape: FirstShape| CountedShape {
            geometry: shape.geometry.map(|(_, geometry)| geometry),
            point: shape.point.map(|(_, point)| point),
        };
        self.links.into_iter().map(|(link, shape)| (link, plain(shape))).collect()
    }
}

fn keep_first<T>(held: &mut Option<(Origin, T)>, met: (Origin, T)) {
    if held.as_ref().is_none_or(|(origin, _)| met.0 < *origin) {
        *held = Some(met);
    }
}

impl Merge for FirstShapes {
    fn merge(&mut self, other: Self) {
        for (link, shape) in other.links {
            if let Some((origin, geometry)) = shape.geometry {
                self.offer_geometry(link, origin, geometry);
            }
            if let Some((origin, point)) = shape.point {
                self.offer_point(link, origin, point);
            }
        }
    }
}

/// Spellings of one link's place that are remembered. The exports write each in two ways.
const REMEMBERED_SPELLINGS: usize = 4;

/// Places that were read well in this object, as written: each spelling is parsed once, and only a spelling
/// that is new or bad costs more than a comparison.
#[derive(Default)]
pub(super) struct KnownPlaces {
    links: HashMap<LinkId, Spellings>,
}

#[derive(Default)]
struct Spellings {
    points: Vec<Box<[u8]>>,
    shapes: Vec<Box<[u8]>>,
}

type NoteIssue<'n> = &'n mut dyn FnMut(Rule, &str);

impl KnownPlaces {
    /// Reads the place of a row into `shapes` and counts what is wrong with it.
    pub(super) fn look(
        &mut self,
        link: LinkId,
        origin: Origin,
        place: &RawPlace,
        shapes: &mut FirstShapes,
        note: NoteIssue,
    ) {
        match place {
            RawPlace::Row(row) => self.look_at_row(link, origin, row, shapes, note),
            RawPlace::Record(fields) => {
                let text = |key| fields.get(key).map_or_else(String::new, ToString::to_string);
                let point = PointCell::of_json(fields.get("geo_point_2d"));
                offer_point(link, origin, point, &|| text("geo_point_2d"), shapes, note);
                if let Some(value) = fields.get("geo_shape").filter(|value| !value.is_null()) {
                    offer_line(link, origin, Geometry::of_json(value), &|| text("geo_shape"), shapes, note);
                }
            }
        }
    }

    fn look_at_row(&mut self, link: LinkId, origin: Origin, row: &Row, shapes: &mut FirstShapes, note: NoteIssue) {
        let (point, shape) = (row.written(POINT), row.written(SHAPE));
        if point.is_empty() && shape.is_empty() {
            return;
        }
        let known = self.links.entry(link).or_default();
        if is_new(&known.points, point) {
            let cell = PointCell::parse(&row.text(POINT));
            if offer_point(link, origin, cell, &|| row.text(POINT).into_owned(), shapes, note) {
                remember(&mut known.points, point);
            }
        }
        if is_new(&known.shapes, shape) {
            let text = row.text(SHAPE);
            let is_null = is_null_text(&text);
            if !is_null && offer_line(link, origin, Geometry::parse(&text), &|| text.to_string(), shapes, note) {
                remember(&mut known.shapes, shape);
            }
        }
    }
}

fn is_new(known: &[Box<[u8]>], written: &[u8]) -> bool {
    !written.is_empty() && !known.iter().any(|spelling| **spelling == *written)
}

fn remember(known: &mut Vec<Box<[u8]>>, written: &[u8]) {
    if known.len() < REMEMBERED_SPELLINGS {
        known.push(written.into());
    }
}

/// Whether the position is a good one.
fn offer_point(
    link: LinkId,
    origin: Origin,
    cell: PointCell,
    text: &dyn Fn() -> String,
    shapes: &mut FirstShapes,
    note: NoteIssue,
) -> bool {
    match cell {
        PointCell::At(point) => shapes.offer_point(link, origin, point),
        PointCell::OutOfRange => note(Rule::CoordinatesOutOfRange, &text()),
        PointCell::Unreadable => note(Rule::UnreadableGeometry, &text()),
        PointCell::Null => {}
    }
    matches!(cell, PointCell::At(_))
}

/// Whether the geometry is a line: a link has no other shape, and no other has its length.
fn offer_line(
    link: LinkId,
    origin: Origin,
    geometry: Option<Geometry>,
    text: &dyn Fn() -> String,
    shapes: &mut FirstShapes,
    note: NoteIssue,
) -> bool {
    if let Some(line @ (Geometry::LineString(_) | Geometry::MultiLineString(_))) = geometry {
        shapes.offer_geometry(link, origin, line);
        true
    } else {
        note(Rule::UnreadableGeometry, &text());
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_place_by_object_and_line_is_kept_whatever_the_order() {
        let at = |object, line| Origin { object, line };
        let point = |lon| Point { lon, lat: 48.0 };
        let mut first = FirstShapes::default();
        first.offer_point(LinkId(1), at(1, 2), point(1.0));
        first.offer_geometry(LinkId(1), at(1, 3), Geometry::LineString(vec![[2.0, 48.0]]));
        let mut second = FirstShapes::default();
        second.offer_point(LinkId(1), at(0, 9), point(2.0));
        second.offer_point(LinkId(1), at(0, 10), point(3.0));
        let mut merged = second.clone();
        merged.merge(first.clone());
        first.merge(second);
        assert_eq!(first, merged);
        let counted = first.counted();
        assert_eq!(counted[&LinkId(1)].point, Some(point(2.0)));
        assert!(counted[&LinkId(1)].geometry.is_some());
    }
}

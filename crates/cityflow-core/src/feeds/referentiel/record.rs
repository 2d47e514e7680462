//! The domain: pieces by arc, what an arc is made of, and what other feeds may know of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::issues;
use super::raw::RawPiece;
use crate::geo::{Geometry, Point, Position};
use crate::ids::LinkId;
use crate::network::{CatalogueLink, CountedShape, LinkCatalogue};
use crate::numbers::{is_null_text, sum};
use crate::quality::Rule;
use crate::time::last_date_in;

/// One row of the reference: a piece of an arc.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Piece {
    /// Line in the object, or record number from 1.
    pub line: u64,
    /// Start of availability of the arc's data.
    pub available_from: Option<Timestamp>,
    /// End of availability of the arc's data.
    pub available_until: Option<Timestamp>,
    /// Label of the arc.
    pub label: Option<String>,
    /// Node that traffic comes from.
    pub upstream_node: Option<String>,
    /// Label of that node.
    pub upstream_label: Option<String>,
    /// Node that traffic goes to.
    pub downstream_node: Option<String>,
    /// Label of that node.
    pub downstream_label: Option<String>,
    /// Place, as the city gives it.
    pub point: Option<Point>,
    /// A line or several.
    pub geometry: Option<Geometry>,
}

impl Piece {
    /// The one conversion: checks every field and tells `note` the rules that are broken, with the text. None
    /// when the arc is unreadable; every other fault nulls its field.
    pub fn of_raw(raw: RawPiece, line: u64, note: &mut dyn FnMut(Rule, &str)) -> Option<(LinkId, Self)> {
        let written = raw.link.as_deref().unwrap_or_default();
        let Some(link) = LinkId::parse(written) else {
            note(Rule::UnreadableId, written);
            return None;
        };
        let mut checked = |field: &str, broken: Rule| note(broken, &format!("arc {link}: {field}"));
        let mut instant = |text: Option<String>| {
            issues::availability(text.as_deref()).unwrap_or_else(|rule| {
                checked(text.as_deref().unwrap_or_default(), rule);
                None
            })
        };
        let available_from = instant(raw.available_from);
        let available_until = instant(raw.available_until);
        let point = issues::place(raw.point).unwrap_or_else(|rule| {
            checked("geo_point_2d", rule);
            None
        });
        let geometry = issues::line(raw.shape).unwrap_or_else(|rule| {
            checked("geo_shape", rule);
            None
        });
        let piece = Self {
            line,
            available_from,
            available_until,
            label: label(raw.label),
            upstream_node: node(raw.upstream_node),
            upstream_label: label(raw.upstream_label),
            downstream_node: node(raw.downstream_node),
            downstream_label: label(raw.downstream_label),
            point,
            geometry,
        };
        Some((link, piece))
    }

    /// The nodes of the piece; two unknown ones are alike.
    fn node_pair(&self) -> (Option<&str>, Option<&str>) {
        (self.upstream_node.as_deref(), self.downstream_node.as_deref())
    }

    /// Whether two rows say the same in every field.
    fn repeats(&self, other: &Self) -> bool {
        let unplaced = |piece: &Self| Self { line: 0, ..piece.clone() };
        unplaced(self) == unplaced(other)
    }
}

/// A label, none when the cell says that there is none.
fn label(text: Option<String>) -> Option<String> {
    text.filter(|text| !is_null_text(text))
}

/// A node: a number in every published file, so `604.0` and `604` are one; another text is kept as it is.
fn node(text: Option<String>) -> Option<String> {
    let text = label(text)?;
    Some(LinkId::parse(&text).map_or(text, |number| number.to_string()))
}

/// The reference: its pieces by arc.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reference {
    /// By arc, in line order; rows that repeat another in every field stand once, at the last one's line.
    pieces: BTreeMap<LinkId, Vec<Piece>>,
    /// Rows that repeat an earlier row of their arc in every field.
    pub duplicates: u64,
}

impl Reference {
    /// Adds a row; rows come in line order.
    pub fn push(&mut self, link: LinkId, piece: Piece) {
        let pieces = self.pieces.entry(link).or_default();
        if let Some(at) = pieces.iter().position(|held| held.repeats(&piece)) {
            // The later row stands, since the last line decides which row is the newest.
            pieces.remove(at);
            self.duplicates += 1;
        }
        pieces.push(piece);
    }

    /// Rows kept after de-duplication.
    pub fn rows(&self) -> u64 {
        self.pieces.values().map(|pieces| pieces.len() as u64).sum()
    }

    /// Whether an arc is known.
    pub fn contains(&self, link: LinkId) -> bool {
        self.pieces.contains_key(&link)
    }

    /// The arcs by id.
    pub fn links(&self) -> impl Iterator<Item = (LinkId, Link<'_>)> {
        self.pieces.iter().filter_map(|(link, pieces)| Some((*link, Link::of(pieces)?)))
    }
}

/// An arc: its newest row, and the distinct geometries that share its nodes.
#[derive(Clone, Debug)]
pub struct Link<'a> {
    /// The newest row, by start of availability (none is the oldest), then the last line.
    pub newest: &'a Piece,
    /// The distinct geometries, by their positions, of the rows with the newest row's nodes; in line order.
    pub shapes: Vec<&'a Geometry>,
}

impl<'a> Link<'a> {
    fn of(pieces: &'a [Piece]) -> Option<Self> {
        let newest = pieces.iter().max_by_key(|piece| (piece.available_from, piece.line))?;
        let alike = pieces.iter().filter(|piece| piece.node_pair() == newest.node_pair());
        let mut shapes: Vec<&Geometry> = Vec::new();
        for shape in alike.filter_map(|piece| piece.geometry.as_ref()) {
            if shapes.iter().all(|held| held.parts() != shape.parts()) {
                shapes.push(shape);
            }
        }
        Some(Self { newest, shapes })
    }

    /// Great-circle length in metres: the sum of the distinct geometries; none without one.
    pub fn length_m(&self) -> Option<f64> {
        sum(self.shapes.iter().map(|shape| shape.length_m()))
    }

    /// The middle vertex of the newest row.
    pub fn center(&self) -> Option<Point> {
        self.newest.geometry.as_ref()?.middle_vertex()
    }

    /// The place: the newest row's, else the first met in the counts, else the middle vertex.
    pub fn place(&self, counted: Option<&CountedShape>) -> Option<Point> {
        self.newest.point.or_else(|| counted?.point).or_else(|| self.center())
    }

    /// What the length measures, drawn: the one geometry as written, or all of them as one.
    pub fn drawing(&self) -> Option<Geometry> {
        match self.shapes.as_slice() {
            [] => None,
            [only] => Some((*only).clone()),
            several => {
                let parts = several.iter().flat_map(|shape| shape.parts()).map(<[Position]>::to_vec);
                Some(Geometry::MultiLineString(parts.collect()))
            }
        }
    }
}

/// The object to use of several: the newest by the date in its name, else (and on a tie) the last by name.
pub fn choose_object(names: &[Arc<str>]) -> Option<usize> {
    (0..names.len()).max_by_key(|at| (last_date_in(&names[*at]), &names[*at]))
}

/// What the reference lends to the road counts: label, length and place of each of its arcs. Arcs that it lacks
/// are not there.
pub fn catalogue(reference: &Reference, counted: &BTreeMap<LinkId, CountedShape>) -> LinkCatalogue {
    let lend = |(id, link): (LinkId, Link<'_>)| {
        let point = link.place(counted.get(&id));
        (id, CatalogueLink { label: link.newest.label.clone(), length_m: link.length_m(), point })
    };
    LinkCatalogue { links: reference.links().map(lend).collect() }
}

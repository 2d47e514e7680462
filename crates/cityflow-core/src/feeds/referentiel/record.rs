//! The domain: pieces by arc, what an arc is made of, and what other feeds may know of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::raw::RawPiece;
use super::{issues, raw};
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
    /// The one conversion: checks every field and tells `note` the rules that are broken, with the column (an index
    /// of [`raw::COLUMNS`]). None when the arc is unreadable; every other fault nulls its field.
    pub fn of_raw(raw: RawPiece, line: u64, note: &mut dyn FnMut(Rule, usize)) -> Option<(LinkId, Self)> {
        let Some(link) = raw.link.as_deref().and_then(LinkId::parse) else {
            note(Rule::UnreadableId, raw::LINK);
            return None;
        };
        let available_from = kept(issues::availability(raw.available_from.as_deref()), raw::AVAILABLE_FROM, note);
        let available_until = kept(issues::availability(raw.available_until.as_deref()), raw::AVAILABLE_UNTIL, note);
        let point = kept(issues::place(raw.point), raw::POINT, note);
        let geometry = kept(issues::line(raw.shape), raw::SHAPE, note);
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

    /// What tells rows apart: every field but the line, as one text.
    fn content(&self) -> String {
        format!("{:?}", Self { line: 0, ..self.clone() })
    }
}

/// The value of a field, nulled when it breaks a rule.
fn kept<T>(checked: Result<Option<T>, Rule>, column: usize, note: &mut dyn FnMut(Rule, usize)) -> Option<T> {
    checked.unwrap_or_else(|rule| {
        note(rule, column);
        None
    })
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
    /// By arc, then content: rows that repeat another in every field stand once, at the last one's line. Looked up
    /// rather than searched, so that an arc of ten thousand rows costs no more than ten thousand arcs.
    pieces: BTreeMap<LinkId, BTreeMap<String, Piece>>,
    /// Rows that repeat an earlier row of their arc in every field.
    pub duplicates: u64,
}

impl Reference {
    /// Adds a row; rows come in line order.
    pub fn push(&mut self, link: LinkId, piece: Piece) {
        // The later row stands, since the last line decides which row is the newest.
        let repeated = self.pieces.entry(link).or_default().insert(piece.content(), piece);
        self.duplicates += u64::from(repeated.is_some());
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
        self.pieces.iter().filter_map(|(link, pieces)| Some((*link, Link::of(pieces.values())?)))
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
    fn of(pieces: impl Iterator<Item = &'a Piece> + Clone) -> Option<Self> {
        let newest = pieces.clone().max_by_key(|piece| (piece.available_from, piece.line))?;
        let mut alike: Vec<_> = pieces.filter(|piece| piece.node_pair() == newest.node_pair()).collect();
        alike.sort_unstable_by_key(|piece| piece.line);
        let mut shapes: Vec<&Geometry> = alike.into_iter().filter_map(|piece| piece.geometry.as_ref()).collect();
        if shapes.len() > 1 {
            let mut seen = BTreeSet::new();
            // One line of one part and a list of that one part are the same drawing.
            shapes.retain(|shape| seen.insert(format!("{:?}", shape.parts())));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::distance_m;

    fn line(lons: &[f64]) -> Geometry {
        Geometry::LineString(lons.iter().map(|lon| [*lon, 48.0]).collect())
    }

    fn piece(line_number: u64, nodes: (&str, &str), lons: &[f64]) -> Piece {
        Piece {
            line: line_number,
            upstream_node: Some(nodes.0.to_owned()),
            downstream_node: Some(nodes.1.to_owned()),
            geometry: (!lons.is_empty()).then(|| line(lons)),
            ..Piece::default()
        }
    }

    fn from(year: i16, piece: Piece) -> Piece {
        Piece { available_from: issues::availability(Some(&format!("{year}-01-01"))).unwrap(), ..piece }
    }

    fn reference(pieces: Vec<Piece>) -> Reference {
        let mut reference = Reference::default();
        for piece in pieces {
            reference.push(LinkId(7), piece);
        }
        reference
    }

    /// Length of arc 7 in degrees of longitude at 48° north.
    fn length_degrees(pieces: Vec<Piece>) -> Option<f64> {
        let degree_m = distance_m([2.0, 48.0], [2.001, 48.0]) * 1000.0;
        let reference = reference(pieces);
        let (_, link) = reference.links().next().unwrap();
        link.length_m().map(|length_m| (length_m / degree_m * 1e6).round() / 1e6)
    }

    #[test]
    fn pieces_between_the_same_nodes_add_up_to_the_arc() {
        let pieces = vec![piece(2, ("1", "2"), &[2.0, 2.001]), piece(3, ("1", "2"), &[2.001, 2.003])];
        assert_eq!(length_degrees(pieces), Some(0.003));
    }

    #[test]
    fn a_geometry_written_twice_counts_once_however_its_type_is_called() {
        let mut again = piece(3, ("1", "2"), &[]);
        again.geometry = Some(Geometry::MultiLineString(vec![vec![[2.0, 48.0], [2.001, 48.0]]]));
        again.label = Some("again".to_owned());
        assert_eq!(length_degrees(vec![piece(2, ("1", "2"), &[2.0, 2.001]), again]), Some(0.001));
    }

    #[test]
    fn only_rows_with_the_nodes_of_the_newest_one_count() {
        let old = from(2005, piece(3, ("1", "2"), &[2.0, 2.001]));
        let new = from(2019, piece(2, ("1", "3"), &[2.0, 2.002]));
        assert_eq!(length_degrees(vec![new, old]), Some(0.002));
    }

    #[test]
    fn of_rows_with_one_date_the_last_line_is_the_newest_and_no_date_is_the_oldest() {
        let first = from(2005, piece(2, ("1", "2"), &[2.0, 2.001]));
        let last = from(2005, piece(3, ("1", "3"), &[2.0, 2.002]));
        let undated = piece(4, ("1", "4"), &[2.0, 2.004]);
        assert_eq!(length_degrees(vec![first, last, undated]), Some(0.002));
    }

    #[test]
    fn an_arc_without_geometry_between_its_newest_nodes_has_no_length() {
        let other = piece(2, ("1", "2"), &[2.0, 2.001]);
        assert_eq!(length_degrees(vec![other, piece(3, ("1", "3"), &[])]), None);
    }

    #[test]
    fn a_row_repeated_in_every_field_is_a_duplicate_and_the_last_one_still_decides() {
        let a = |line| piece(line, ("1", "2"), &[2.0, 2.001]);
        let b = piece(3, ("1", "3"), &[2.0, 2.002]);
        let reference = reference(vec![a(2), b, a(4)]);
        assert_eq!((reference.rows(), reference.duplicates), (2, 1));
        let (_, link) = reference.links().next().unwrap();
        assert_eq!((link.newest.line, link.shapes.len()), (4, 1));
    }

    #[test]
    fn the_place_is_the_rows_else_the_first_counted_else_the_middle_vertex() {
        let at = |lon| Point { lon, lat: 48.0 };
        let counted = CountedShape { geometry: None, point: Some(at(2.5)) };
        let placed = |point| {
            let reference = reference(vec![Piece { point, ..piece(2, ("1", "2"), &[2.0, 2.1, 2.3, 2.4]) }]);
            let (_, link) = reference.links().next().unwrap();
            (link.place(Some(&counted)), link.place(None), link.center())
        };
        assert_eq!(placed(Some(at(2.9))), (Some(at(2.9)), Some(at(2.9)), Some(at(2.3))));
        assert_eq!(placed(None), (Some(at(2.5)), Some(at(2.3)), Some(at(2.3))));
    }

    #[test]
    fn the_middle_vertex_is_the_newest_rows_its_parts_in_order() {
        let mut newest = piece(3, ("1", "2"), &[]);
        newest.geometry = Some(Geometry::MultiLineString(vec![
            vec![[2.0, 48.0], [2.1, 48.0]],
            vec![[2.2, 48.0], [2.3, 48.0], [2.4, 48.0]],
        ]));
        let reference = reference(vec![piece(2, ("1", "2"), &[1.0, 1.1]), newest]);
        let (_, link) = reference.links().next().unwrap();
        assert_eq!(link.center(), Some(Point { lon: 2.2, lat: 48.0 }));
        // Its drawing holds every piece that its length sums.
        assert_eq!(link.drawing().unwrap().parts().len(), 3);
    }

    #[test]
    fn the_newest_object_by_the_date_in_its_name_is_used_else_the_last_by_name() {
        let choose = |names: &[&str]| choose_object(&names.iter().map(|name| Arc::from(*name)).collect::<Vec<_>>());
        assert_eq!(choose(&[]), None);
        assert_eq!(choose(&["r/z.csv", "r/b_2022-02-01.csv", "r/a_2023-01-01.csv"]), Some(2));
        assert_eq!(choose(&["r/b.csv", "r/c.geojson", "r/a.csv"]), Some(1));
        assert_eq!(choose(&["r/b_2023-01-01.csv", "r/a_2023-01-01.csv"]), Some(0));
    }

    #[test]
    fn the_catalogue_lends_label_length_and_place_of_the_reference_alone() {
        let reference = reference(vec![Piece { label: Some("Rue_A".to_owned()), ..piece(2, ("1", "2"), &[]) }]);
        let point = Some(Point { lon: 2.5, lat: 48.0 });
        let shape = CountedShape { geometry: Some(line(&[2.0, 2.1])), point };
        let counted = BTreeMap::from([(LinkId(7), shape.clone()), (LinkId(8), shape)]);
        let catalogue = catalogue(&reference, &counted);
        let expected = CatalogueLink { label: Some("Rue_A".to_owned()), length_m: None, point };
        assert_eq!(catalogue.links, BTreeMap::from([(LinkId(7), expected)]));
    }
}

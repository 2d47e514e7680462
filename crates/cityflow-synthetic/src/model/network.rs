//! The counting network: rings and radials of streets, and a ring road of its own.

use super::geometry::Point;
use super::roles::{self, ArcPlace, Role, Sensors};
use super::streets;
use crate::noise::{Noise, Stream};

/// How far out the ring road lies, as a part of the city's outline.
const RING_ROAD_REACH: f64 = 0.985;
/// Metres between the axis of a street and each of its directions.
const LANE_OFFSET: f64 = 6.0;

/// What an arc can carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RoadClass {
    RingRoad,
    Boulevard,
    Avenue,
}

/// A junction.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) id: u32,
    pub(crate) label: String,
    pub(crate) at: Point,
}

/// One counted arc, in one direction.
#[derive(Debug, Clone)]
pub(crate) struct RoadArc {
    pub(crate) id: u32,
    pub(crate) label: String,
    pub(crate) class: RoadClass,
    /// Whether it leads to the centre, which carries the morning; `None` along a ring.
    pub(crate) inbound: Option<bool>,
    /// Indices of the nodes.
    pub(crate) upstream: usize,
    pub(crate) downstream: usize,
    pub(crate) line: Vec<Point>,
    pub(crate) sensors: Sensors,
    pub(crate) role: Role,
    pub(crate) place: ArcPlace,
    /// Vehicles per hour at capacity.
    pub(crate) capacity: f64,
    /// Demand over capacity at the usual peak.
    pub(crate) load: f64,
}

/// The streets.
#[derive(Debug, Default)]
pub(crate) struct Network {
    pub(crate) nodes: Vec<Node>,
    pub(crate) arcs: Vec<RoadArc>,
}

struct Edge {
    label: String,
    class: RoadClass,
    radial: bool,
    from: usize,
    to: usize,
}

impl Network {
    pub(crate) fn new(arcs: u32, noise: Noise) -> Self {
        let count = usize::try_from(arcs).expect("an arc count fits the address space");
        let mut network = Self::default();
        let ring_edges = (count * 6 / 100).max(4);
        network.add_ring_road(ring_edges);
        let streets = count - network.arcs.len();
        for edge in network.add_streets(streets.div_ceil(2), noise) {
            network.add_both_ways(&edge, noise);
        }
        network.arcs.truncate(count);
        for (index, arc) in (0..).zip(&mut network.arcs) {
            arc.id = 1000 + index * 3 + u32::from(noise.chance(Stream::Id, u64::from(index), 0, 0.5));
            describe_traffic(arc, noise);
        }
        roles::assign(&mut network.arcs, noise);
        network
    }

    fn add_node(&mut self, label: String, at: Point) -> usize {
        let index = self.nodes.len();
        let id = 100 + u32::try_from(index).expect("fewer nodes than arcs");
        self.nodes.push(Node { id, label, at });
        index
    }

    fn add_arc(&mut self, edge: &Edge, inbound: Option<bool>, line: Vec<Point>) {
        self.arcs.push(RoadArc {
            id: 0,
            label: edge.label.clone(),
            class: edge.class,
            inbound,
            upstream: edge.from,
            downstream: edge.to,
            line,
            sensors: Sensors::Both,
            role: Role::Ordinary,
            place: ArcPlace::Whole,
            capacity: 0.0,
            load: 0.0,
        });
    }

    /// `PI_…` inside and `PE_…` outside, each a loop of its own nodes.
    fn add_ring_road(&mut self, edges: usize) {
        for (side, reach, forward) in [("PI", RING_ROAD_REACH - 0.004, true), ("PE", RING_ROAD_REACH, false)] {
            let angle = |edge: usize, part: f64| ((edge % edges) as f64 + part) / edges as f64;
            let first = self.nodes.len();
            for edge in 0..edges {
                let entry = if forward { "AI" } else { "AE" };
                let label = format!("{entry}_{}", streets::gate(edge, edges));
                self.add_node(label, Point::polar(reach, angle(edge, 0.0)));
            }
            for edge in 0..edges {
                let (from, to) = (first + edge, first + (edge + 1) % edges);
                let inner = [0.25, 0.5, 0.75].map(|part| Point::polar(reach, angle(edge, part)));
                let mut line = vec![self.nodes[from].at, inner[0], inner[1], inner[2], self.nodes[to].at];
                let (from, to) = if forward {
                    (from, to)
                } else {
                    line.reverse();
                    (to, from)
                };
                let label = format!("{side}_{}", streets::gate(edge, edges));
                let edge = Edge { label, class: RoadClass::RingRoad, radial: false, from, to };
                self.add_arc(&edge, None, line);
            }
        }
    }

    /// Nodes of the lattice, and its edges spoke by spoke so that any prefix stays connected.
    fn add_streets(&mut self, wanted: usize, noise: Noise) -> Vec<Edge> {
        let rings = rings_for(wanted);
        let spokes = wanted.div_ceil(2 * rings - 1).max(4);
        let first = self.nodes.len();
        let street = |ring: usize, spoke: usize| streets::boulevard(ring * 4 + spoke * 4 / spokes);
        for spoke in 0..spokes {
            for ring in 0..rings {
                let key = (spoke * rings + ring) as u64;
                let reach =
                    0.16 + 0.74 * (ring as f64 + 0.15 * noise.spread(Stream::Node, key, 0)) / (rings - 1).max(1) as f64;
                let turns = (spoke as f64 + 0.25 * noise.spread(Stream::Node, key, 1)) / spokes as f64;
                let avenue = streets::avenue(spoke);
                let label = format!("{}-{avenue}", street(ring, spoke));
                self.add_node(label, Point::polar(reach, turns));
            }
        }
        let node = |ring: usize, spoke: usize| first + (spoke % spokes) * rings + ring;
        let mut edges = Vec::new();
        for spoke in 0..spokes {
            for ring in 0..rings {
                let (from, to) = (node(ring, spoke), node(ring, spoke + 1));
                edges.push(Edge { label: street(ring, spoke), class: RoadClass::Boulevard, radial: false, from, to });
                if ring + 1 < rings {
                    let to = node(ring + 1, spoke);
                    edges.push(Edge {
                        label: streets::avenue(spoke),
                        class: RoadClass::Avenue,
                        radial: true,
                        from,
                        to,
                    });
                }
            }
        }
        edges.truncate(wanted);
        edges
    }

    fn add_both_ways(&mut self, edge: &Edge, noise: Noise) {
        let (from, to) = (self.nodes[edge.from].at, self.nodes[edge.to].at);
        let bend = noise.spread(Stream::Node, self.arcs.len() as u64, 2) * 40.0;
        let out = street_line(from, to, bend, LANE_OFFSET);
        let mut back = street_line(from, to, bend, -LANE_OFFSET);
        back.reverse();
        self.add_arc(edge, edge.radial.then_some(false), out);
        let reverse = Edge { label: edge.label.clone(), from: edge.to, to: edge.from, ..*edge };
        self.add_arc(&reverse, edge.radial.then_some(true), back);
    }
}

/// Rings of a lattice with about nine spokes a ring.
fn rings_for(edges: usize) -> usize {
    (2..=edges.max(2)).find(|rings| rings * rings * 9 >= edges).unwrap_or(2)
}

/// A line of three points, bent sideways in the middle and moved to the right of its axis by metres.
fn street_line(from: Point, to: Point, bend: f64, offset: f64) -> Vec<Point> {
    let ((x, y), (u, v)) = (from.metres(), to.metres());
    let (east, north) = (u - x, v - y);
    let length = (east * east + north * north).sqrt().max(1.0);
    let right = (north / length, -east / length);
    let shift = |point: Point, metres: f64| point.moved(right.0 * metres, right.1 * metres);
    vec![shift(from, offset), shift(from.towards(to, 0.5), offset + bend), shift(to, offset)]
}

fn describe_traffic(arc: &mut RoadArc, noise: Noise) {
    let key = u64::from(arc.id);
    let (low, high) = match arc.class {
        RoadClass::RingRoad => (5200.0, 6800.0),
        RoadClass::Boulevard => (900.0, 2100.0),
        RoadClass::Avenue => (500.0, 1300.0),
    };
    arc.capacity = noise.between(Stream::Capacity, key, 0, low, high);
    arc.load = noise.between(Stream::Load, key, 0, 0.45, 1.05);
}

//! How the arcs hang together.

use std::collections::BTreeMap;

/// Nodes joined by arcs: a disjoint-set forest (union-find).
#[derive(Default)]
pub(super) struct Graph<'a> {
    numbers: BTreeMap<&'a str, usize>,
    /// For each node, a node of its set; a root stands for itself.
    parents: Vec<usize>,
}

impl<'a> Graph<'a> {
    /// Joins the two ends of an arc; one whose other end is unknown stands alone.
    pub(super) fn join(&mut self, from: Option<&'a str>, to: Option<&'a str>) {
        let ends = (from.map(|node| self.number(node)), to.map(|node| self.number(node)));
        if let (Some(from), Some(to)) = ends {
            let (from, to) = (self.root(from), self.root(to));
            self.parents[from] = to;
        }
    }

    /// Distinct nodes.
    pub(super) fn nodes(&self) -> u64 {
        self.parents.len() as u64
    }

    fn number(&mut self, node: &'a str) -> usize {
        let next = self.parents.len();
        let number = *self.numbers.entry(node).or_insert(next);
        if number == next {
            self.parents.push(next);
        }
        number
    }

    fn root(&mut self, mut node: usize) -> usize {
        while self.parents[node] != node {
            // Halving the path keeps the forest flat.
            self.parents[node] = self.parents[self.parents[node]];
            node = self.parents[node];
        }
        node
    }

    /// Number of sets of nodes that arcs join.
    pub(super) fn components(&self) -> u64 {
        self.parents.iter().enumerate().filter(|(node, parent)| node == *parent).count() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arcs_join_nodes_whatever_their_direction_and_order() {
        let mut graph = Graph::default();
        for (from, to) in [("1", "2"), ("3", "4"), ("5", "5"), ("4", "2"), ("3", "1")] {
            graph.join(Some(from), Some(to));
        }
        assert_eq!((graph.nodes(), graph.components()), (5, 2));
    }

    #[test]
    fn an_arc_that_knows_one_node_is_alone_and_one_that_knows_none_is_nowhere() {
        let mut graph = Graph::default();
        graph.join(Some("1"), None);
        graph.join(None, None);
        assert_eq!((graph.nodes(), graph.components()), (1, 1));
    }

    #[test]
    fn a_long_chain_is_one_component() {
        let names: Vec<_> = (0..10_000).map(|number: u32| number.to_string()).collect();
        let mut graph = Graph::default();
        for ends in names.windows(2) {
            graph.join(Some(&ends[0]), Some(&ends[1]));
        }
        assert_eq!((graph.nodes(), graph.components()), (10_000, 1));
    }
}

//! Partial aggregates that combine.

/// An aggregate that can be built in pieces: any split of the input, merged in any order, is the same
/// aggregate. Parallelism elsewhere only splits and merges.
pub trait Merge {
    /// Takes in what `other` has seen.
    fn merge(&mut self, other: Self);
}

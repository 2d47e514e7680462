//! Progress of long work, told to whoever shows it.

/// Hears of progress. Implementations must be cheap: they are called for each object and day.
pub trait Progress: Sync {
    /// A phase begins; `total` steps are expected.
    fn begin(&self, phase: &str, total: u64);
    /// Steps are done; `what` names the last one.
    fn advance(&self, steps: u64, what: &str);
    /// The phase is over.
    fn end(&self);
}

/// Shows nothing.
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: &str, _: u64) {}
    fn advance(&self, _: u64, _: &str) {}
    fn end(&self) {}
}

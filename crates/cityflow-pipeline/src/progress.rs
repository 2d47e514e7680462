//! Progress of long work, told to whoever shows it.

/// Hears of progress. Phases nest: one that begins within another is over before it, and steps are those of the
/// innermost phase. Implementations must be cheap: they are called for each object and day.
pub trait Progress: Sync {
    /// A phase begins; `total` steps are expected.
    fn begin(&self, phase: &str, total: u64);
    /// Steps are done; `what` names the last one.
    fn advance(&self, steps: u64, what: &str);
    /// The innermost phase is over.
    fn end(&self);
}

/// A phase that is over when it goes out of scope, however that comes.
pub(crate) struct Phase<'a>(&'a dyn Progress);

impl<'a> Phase<'a> {
    /// Begins a phase.
    pub(crate) fn begin(progress: &'a dyn Progress, name: &str, total: u64) -> Self {
        progress.begin(name, total);
        Self(progress)
    }

    /// Steps are done; `what` names the last one.
    pub(crate) fn advance(&self, steps: u64, what: &str) {
        self.0.advance(steps, what);
    }
}

impl Drop for Phase<'_> {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// Shows nothing.
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: &str, _: u64) {}
    fn advance(&self, _: u64, _: &str) {}
    fn end(&self) {}
}

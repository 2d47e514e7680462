//! Progress bars, on a terminal only.

use std::io::IsTerminal;
use std::sync::Mutex;

use cityflow_pipeline::Progress;
use indicatif::{ProgressBar, ProgressStyle};

/// A bar for each phase.
pub(crate) struct Bars {
    shown: bool,
    bar: Mutex<ProgressBar>,
}

impl Bars {
    /// Bars on a terminal, silence elsewhere or when asked.
    pub(crate) fn new(quiet: bool) -> Self {
        Self { shown: !quiet && std::io::stderr().is_terminal(), bar: Mutex::new(ProgressBar::hidden()) }
    }

    fn with(&self, act: impl FnOnce(&mut ProgressBar)) {
        // A bar left behind by a panicking thread is still a bar.
        act(&mut self.bar.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
    }
}

impl Progress for Bars {
    fn begin(&self, phase: &str, total: u64) {
        if !self.shown {
            return;
        }
        let style = ProgressStyle::with_template("{prefix:>12} [{bar:30}] {percent:>3}% {wide_msg}")
            .map_or_else(|_| ProgressStyle::default_bar(), |style| style.progress_chars("=> "));
        self.with(|bar| *bar = ProgressBar::new(total).with_style(style).with_prefix(phase.to_owned()));
    }

    fn advance(&self, steps: u64, what: &str) {
        self.with(|bar| {
            bar.inc(steps);
            bar.set_message(what.to_owned());
        });
    }

    fn end(&self) {
        self.with(|bar| bar.finish_and_clear());
    }
}

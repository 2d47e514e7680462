//! Progress bars, on a terminal only.

use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, PoisonError};

use cityflow_pipeline::Progress;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar for a phase whose end is known.
const BAR: &str = "{prefix:>13} [{bar:30}] {percent:>3}% {wide_msg}";
/// A line for a phase whose end is not.
const SPINNER: &str = "{prefix:>13} {spinner} {wide_msg}";

/// A bar for each phase under way; the innermost one advances.
pub(crate) struct Bars {
    screen: Option<MultiProgress>,
    phases: Mutex<Vec<ProgressBar>>,
}

impl Bars {
    /// Bars on a terminal, silence elsewhere or when asked.
    pub(crate) fn new(quiet: bool) -> Self {
        let shown = !quiet && io::stderr().is_terminal();
        Self::on(shown.then(MultiProgress::new))
    }

    const fn on(screen: Option<MultiProgress>) -> Self {
        Self { screen, phases: Mutex::new(Vec::new()) }
    }

    /// A phase begins whose number of steps nobody knows.
    pub(crate) fn begin_open(&self, phase: &str) {
        self.push(phase, SPINNER, ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()));
    }

    /// Says how far a phase without an end has come; `what` is only asked for when it is shown.
    pub(crate) fn tell(&self, what: impl FnOnce() -> String) {
        self.innermost(|bar| {
            bar.set_message(what());
            bar.tick();
        });
    }

    fn push(&self, phase: &str, template: &str, bar: ProgressBar) {
        let Some(screen) = &self.screen else { return };
        let style = ProgressStyle::with_template(template)
            .map_or_else(|_| ProgressStyle::default_bar(), |style| style.progress_chars("=> "));
        let bar = screen.add(bar).with_style(style).with_prefix(phase.to_owned());
        self.phases().push(bar);
    }

    fn innermost(&self, act: impl FnOnce(&ProgressBar)) {
        if self.screen.is_none() {
            return;
        }
        let bar = self.phases().last().cloned();
        if let Some(bar) = bar {
            act(&bar);
        }
    }

    /// Bars left behind by a panicking thread are still bars.
    fn phases(&self) -> std::sync::MutexGuard<'_, Vec<ProgressBar>> {
        self.phases.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Progress for Bars {
    fn begin(&self, phase: &str, total: u64) {
        self.push(phase, BAR, ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden()));
    }

    fn advance(&self, steps: u64, what: &str) {
        self.innermost(|bar| {
            bar.inc(steps);
            bar.set_message(what.to_owned());
        });
    }

    fn end(&self) {
        let Some(screen) = &self.screen else { return };
        let ended = self.phases().pop();
        if let Some(bar) = ended {
            bar.finish_and_clear();
            screen.remove(&bar);
        }
    }
}

/// A writer whose bytes are the steps of the phase under way.
pub(crate) struct Counted<'a, W> {
    /// Where the bytes go.
    pub(crate) inner: W,
    /// Bytes so far.
    pub(crate) bytes: u64,
    /// Who hears of them.
    pub(crate) bars: &'a Bars,
}

impl<W: Write> Write for Counted<'_, W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(buffer)?;
        self.bytes += written as u64;
        self.bars.innermost(|bar| bar.inc(written as u64));
        self.bars.tell(|| format!("{} MB", self.bytes / 1_000_000));
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_innermost_phase_advances() {
        let bars = Bars::on(Some(MultiProgress::with_draw_target(ProgressDrawTarget::hidden())));
        bars.begin("days", 3);
        bars.advance(1, "first");
        bars.begin("road counts", 1000);
        bars.advance(700, "an object");
        let positions = || bars.phases().iter().map(ProgressBar::position).collect::<Vec<_>>();
        assert_eq!(positions(), [1, 700]);
        bars.end();
        bars.advance(1, "second");
        assert_eq!(positions(), [2]);
        bars.end();
        bars.advance(1, "nobody");
        bars.end();
        assert_eq!(positions(), [0; 0]);
    }

    #[test]
    fn bytes_are_the_steps_of_a_counted_writer() {
        let bars = Bars::on(Some(MultiProgress::with_draw_target(ProgressDrawTarget::hidden())));
        bars.begin("road counts", 10);
        let mut counted = Counted { inner: Vec::new(), bytes: 0, bars: &bars };
        counted.write_all(b"1234").unwrap();
        assert_eq!((counted.bytes, bars.phases()[0].position()), (4, 4));
    }

    #[test]
    fn silence_keeps_no_phase() {
        let bars = Bars::on(None);
        bars.begin("days", 3);
        bars.tell(|| unreachable!("nobody looks"));
        assert!(bars.phases().is_empty());
    }
}

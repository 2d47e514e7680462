//! Log lines on standard error: one readable sentence with fields, once, where it is handled.

use tracing::level_filters::LevelFilter;

use crate::args::Global;

/// Starts logging as the flags ask.
pub(crate) fn init(global: &Global) {
    let level = match (global.quiet, global.verbose) {
        (true, _) => LevelFilter::ERROR,
        (false, 0) => LevelFilter::WARN,
        (false, 1) => LevelFilter::INFO,
        (false, _) => LevelFilter::DEBUG,
    };
    let builder = tracing_subscriber::fmt().with_max_level(level).with_writer(std::io::stderr).with_target(false);
    if global.log_json {
        builder.json().init();
    } else {
        builder.with_ansi(crate::output::colours()).without_time().init();
    }
}

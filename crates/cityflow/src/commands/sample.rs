//! `cityflow sample`: reduced examples of a day's results.

use cityflow_storage::metrics::FileStore;
use serde_json::json;

use super::{Context, Done};
use crate::args::Sample;
use crate::output;

/// Writes them into `<out>/examples` and says where.
pub(crate) fn run(context: &Context, args: &Sample) -> anyhow::Result<Done> {
    let out = &context.merged.config.out;
    let written = cityflow_pipeline::sample(&FileStore::new(out), out, args.date, args.entries)?;
    if context.global.json {
        output::json(&json!({ "exemples": written }))?;
    } else {
        let lines: Vec<String> = written.iter().map(|path| path.display().to_string()).collect();
        output::data(&format!("{}\n", lines.join("\n")))?;
    }
    Ok(Done::All)
}

//! `cityflow sample`: reduced examples of a day's results.

use serde_json::json;

use super::{Context, Done};
use crate::args::Sample;
use crate::output;

/// Writes them into `<out>/examples` and says where.
pub(crate) fn run(context: &Context, args: &Sample) -> anyhow::Result<Done> {
    let stores = context.stores()?;
    let written = cityflow_pipeline::sample(&context.job(&stores), args.date, args.entries)?;
    if context.global.json {
        output::json(&json!({ "exemples": written }))?;
    } else {
        let lines: Vec<String> = written.iter().map(|path| path.display().to_string()).collect();
        output::data(&format!("{}\n", lines.join("\n")))?;
    }
    Ok(Done::All)
}

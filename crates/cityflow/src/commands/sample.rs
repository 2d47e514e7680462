//! `cityflow sample`: reduced examples of a day's results.

use serde_json::json;

use super::{Context, Done};
use crate::args::Sample;
use crate::output;

/// Writes them into `<out>/examples` and says where.
pub fn run(context: &Context, args: &Sample) -> anyhow::Result<Done> {
    let stores = context.stores()?;
    let written = cityflow_pipeline::sample(&context.job(&stores), args.date, args.entries)?;
    if context.global.json {
        output::json(&json!({ "exemples": written }))?;
    } else {
        let lines: String = written.iter().map(|path| format!("{}\n", path.display())).collect();
        output::data(&lines)?;
    }
    Ok(Done::All)
}

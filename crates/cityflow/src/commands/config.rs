//! `cityflow config`: the merged configuration and where each value came from.

use serde_json::json;

use super::{Context, Done};
use crate::config::value_at;
use crate::output;

/// Prints every key with its value and origin.
pub(crate) fn run(context: &Context) -> anyhow::Result<Done> {
    let merged = &context.merged;
    if context.global.json {
        let origin = |key: &String| merged.origins.get(key).map(ToString::to_string);
        let origins: serde_json::Map<_, _> =
            merged.origins.keys().map(|key| (key.clone(), json!(origin(key)))).collect();
        output::json(&json!({
            "file": merged.file,
            "config": merged.config,
            "origins": origins,
            "unknown_keys": merged.unknown_keys,
        }))?;
        return Ok(Done::All);
    }
    let mut rows = vec![vec!["key".to_owned(), "value".to_owned(), "origin".to_owned()]];
    rows.extend(
        merged.origins.iter().map(|(key, origin)| vec![key.clone(), value_at(&merged.config, key), origin.to_string()]),
    );
    output::data(&output::table(&rows))?;
    Ok(Done::All)
}

//! `cityflow demo`: a generated city from raw bucket to report, and what to look at next.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use cityflow_storage::raw::folder_at;
use jiff::ToSpan;
use serde_json::json;

use super::{Context, Done, generate};
use crate::args::Demo;
use crate::generated::Folder;
use crate::output;

/// Where the demonstration lives unless flags say otherwise.
const FOLDER: &str = "demo";

/// Generates, computes the last days, and says what to look at next.
pub(crate) fn run(context: &Context, args: &Demo) -> anyhow::Result<Done> {
    let demo = places(context);
    let settings = generate::settings(&args.city);
    let raw = folder_at(&demo.merged.config.raw)?;
    let out = demo.merged.config.out.clone();

    if within(&raw, &out)? || within(&out, &raw)? {
        bail!("`{}` and `{}` lie in one another: expected two folders side by side", raw.display(), out.display());
    }
    let results = Folder::claim(&out)?;
    let mut claimed = vec![Folder::claim(&raw)?];
    // Results of the same city are those that will be computed; of another, they would stand among them.
    if !results.holds(&settings) {
        claimed.push(results);
    }

    let say = |text: &str| {
        if !context.global.quiet {
            output::say(text);
        }
    };
    say(&format!(
        "generating {} days of a synthetic city (seed {}) in {}",
        settings.days,
        settings.seed,
        raw.display()
    ));
    let bucket = generate::bucket(&settings, &claimed, &raw, &demo.bars())?;
    say(&format!("{} objects, {} rows", bucket.total.objects, bucket.total.rows));

    let last = i64::from(args.compute.clamp(1, settings.days)) - 1;
    let from = settings.end.checked_sub(last.days()).context("the last days reach before the calendar's beginning")?;
    say(&format!("computing {from} to {} into {}", settings.end, out.display()));
    let stores = demo.stores()?;
    let span = cityflow_pipeline::backfill(&demo.job(&stores), from, settings.end)?;
    if let Some(error) = span.erreur {
        anyhow::bail!("the span ended early: {error}");
    }
    let days = span.jours;
    super::summary::warn(&days);

    if context.global.json {
        output::json(&json!({ "raw": raw, "out": out, "jours": days }))?;
        return Ok(super::summary::done(&days));
    }
    let end = settings.end;
    let mut text = String::new();
    if let Some(day) = days.last() {
        text.push_str(&super::summary::text(day));
    }
    let (raw, out) = (raw.display(), out.display());
    let _ = write!(
        text,
        "\nnext:\n  \
         {out}/reports/daily_report_{end}.json     the report of the last day\n  \
         {out}/reports/daily_report_{end}.csv      the same for a spreadsheet\n  \
         {out}/metrics/                                 the six metrics of each day\n  \
         cityflow run --raw {raw} --out {out} --date {}    another day\n  \
         cityflow check --raw {raw}                     what the bucket holds and what is wrong in it\n",
        end.checked_sub(14.days()).unwrap_or(end)
    );
    output::data(&text)?;
    Ok(super::summary::done(&days))
}

/// Whether a folder is another, or lies in it.
fn within(inner: &Path, outer: &Path) -> anyhow::Result<bool> {
    Ok(std::path::absolute(inner)?.starts_with(std::path::absolute(outer)?))
}

/// The context with the demonstration's own folders unless flags name others: a bucket of the environment or of
/// the configuration file is somebody's data.
fn places(context: &Context) -> Context {
    let mut merged = context.merged.clone();
    let flags = &context.global;
    merged.config.raw = flags.raw.clone().unwrap_or_else(|| format!("{FOLDER}/bucket"));
    merged.config.out = flags.out.clone().unwrap_or_else(|| PathBuf::from(FOLDER).join("output"));
    Context { global: flags.clone(), merged, clock: Arc::clone(&context.clock) }
}

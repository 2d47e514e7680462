//! `cityflow generate`: a raw bucket of a believable city, or one large road-count file.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use cityflow_storage::files::AtomicFile;
use cityflow_synthetic::{Object, Settings, Sink, Summary, write_bucket, write_counts_csv};
use serde_json::json;

use super::{Context, Done};
use crate::args::{City, Generate};
use crate::output;

/// Writes the bucket to the configured raw location, or the road counts to a file.
pub(crate) fn run(context: &Context, args: &Generate) -> anyhow::Result<Done> {
    let settings = settings(&args.city);
    if let Some(path) = &args.counts_only {
        let mut file = AtomicFile::create(path)?;
        let written = write_counts_csv(&settings, args.size, &mut file)
            .with_context(|| format!("cannot write `{}`", path.display()))?;
        file.commit()?;
        let summary = json!({ "file": path, "rows": written.rows, "bytes": written.bytes });
        if context.global.json {
            output::json(&summary)?;
        } else {
            output::data(&format!("{}  {} rows  {} bytes\n", path.display(), written.rows, written.bytes))?;
        }
        return Ok(Done::All);
    }
    let root = PathBuf::from(&context.merged.config.raw);
    let summary = bucket(&settings, &root)?;
    if context.global.json {
        output::json(&json!({
            "raw": root,
            "objects": summary.total.objects,
            "rows": summary.total.rows,
            "bytes": summary.total.bytes,
        }))?;
    } else {
        let total = &summary.total;
        let text =
            format!("{}  {} objects  {} rows  {} bytes\n", root.display(), total.objects, total.rows, total.bytes);
        output::data(&text)?;
    }
    Ok(Done::All)
}

/// The generator's settings: its defaults, and what the flags say.
pub(crate) fn settings(city: &City) -> Settings {
    let default = Settings::default();
    Settings {
        seed: city.seed.unwrap_or(default.seed),
        arcs: city.arcs.unwrap_or(default.arcs),
        counters: city.counters.unwrap_or(default.counters),
        days: city.days.unwrap_or(default.days),
        end: city.end.unwrap_or(default.end),
        ..default
    }
}

/// Writes a whole bucket below a folder.
pub(crate) fn bucket(settings: &Settings, root: &Path) -> anyhow::Result<Summary> {
    let mut sink = Folder { root: root.to_path_buf() };
    write_bucket(settings, &mut sink, &mut |_, _| {})
        .with_context(|| format!("cannot write the raw bucket `{}`", root.display()))
}

/// A folder that receives objects, each whole or not at all.
struct Folder {
    root: PathBuf,
}

struct File(AtomicFile);

impl io::Write for File {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Object for File {
    fn finish(self: Box<Self>) -> io::Result<()> {
        self.0.commit().map_err(io::Error::other)
    }
}

impl Sink for Folder {
    fn create(&mut self, name: &str) -> io::Result<Box<dyn Object + '_>> {
        Ok(Box::new(File(AtomicFile::create(&self.root.join(name)).map_err(io::Error::other)?)))
    }
}

//! `cityflow generate`: a raw bucket of a believable city, or one large road-count file.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use cityflow_pipeline::Progress as _;
use cityflow_storage::files::AtomicFile;
use cityflow_storage::raw::folder_at;
use cityflow_synthetic::{CountsFile, Object, Settings, Sink, Summary, write_bucket, write_counts_csv};
use serde_json::json;

use super::{Context, Done};
use crate::args::{City, Generate};
use crate::generated::Folder;
use crate::output;
use crate::progress::{Bars, Counted};

/// Writes the bucket to the configured raw location, or the road counts to a file.
pub(crate) fn run(context: &Context, args: &Generate) -> anyhow::Result<Done> {
    let settings = settings(&args.city);
    if let Some(path) = &args.counts_only {
        let written = counts(&settings, path, args.size, &context.bars())?;
        let summary = json!({ "file": path, "rows": written.rows, "bytes": written.bytes });
        if context.global.json {
            output::json(&summary)?;
        } else {
            output::data(&format!("{}  {} rows  {} bytes\n", path.display(), written.rows, written.bytes))?;
        }
        return Ok(Done::All);
    }
    let root = folder_at(&context.merged.config.raw)?;
    let bars = context.bars();
    let summary = bucket(&settings, &[Folder::claim(&root)?], &root, &bars)?;
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

/// Writes the road counts alone to a file.
fn counts(settings: &Settings, path: &Path, size: Option<u64>, bars: &Bars) -> anyhow::Result<CountsFile> {
    match size {
        Some(size) => bars.begin("road counts", size),
        None => bars.begin_open("road counts"),
    }
    let mut file = Counted { inner: AtomicFile::create(path)?, bytes: 0, bars };
    let written =
        write_counts_csv(settings, size, &mut file).with_context(|| format!("cannot write `{}`", path.display()))?;
    file.inner.commit()?;
    bars.end();
    Ok(written)
}

/// Writes a whole bucket below a folder. `claimed` are emptied and marked before its first object, and not
/// before the settings are known to be good.
pub(crate) fn bucket(settings: &Settings, claimed: &[Folder], root: &Path, bars: &Bars) -> anyhow::Result<Summary> {
    let begin = || claimed.iter().try_for_each(|folder| folder.begin(settings));
    let mut sink = Objects { root: root.to_path_buf(), begin: Some(begin) };
    bars.begin_open("bucket");
    let written = write_bucket(settings, &mut sink, &mut |name, rows| bars.tell(|| format!("{name}  {rows} rows")));
    bars.end();
    written.with_context(|| format!("cannot write the raw bucket `{}`", root.display()))
}

/// A folder that receives objects, each whole or not at all.
struct Objects<B> {
    root: PathBuf,
    /// What comes before the first object.
    begin: Option<B>,
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

impl<B: FnOnce() -> anyhow::Result<()>> Sink for Objects<B> {
    fn create(&mut self, name: &str) -> io::Result<Box<dyn Object + '_>> {
        if let Some(begin) = self.begin.take() {
            begin().map_err(|error| io::Error::other(format!("{error:#}")))?;
        }
        Ok(Box::new(File(AtomicFile::create(&self.root.join(name)).map_err(io::Error::other)?)))
    }
}

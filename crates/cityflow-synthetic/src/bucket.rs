//! Lays out a whole bucket, feed by feed, and keeps the totals.

use std::io::{self, Write};

use crate::feeds::{arrondissements, bikes, chantiers, comptages, referentiel, traffic, weather};
use crate::model::City;
use crate::summary::{Planted, Summary};
use crate::{Error, Object, Settings, Sink};

/// gzip level of the large CSV: fast, and its repeats shrink it tenfold anyway.
const FAST: flate2::Compression = flate2::Compression::new(1);
/// zstd level.
const ZSTD_LEVEL: i32 = 3;

/// Writes a raw bucket in the feeds' wire formats and tells what was planted in it.
///
/// `progress` hears the name of each object and the rows written to it so far; the last call for an
/// object carries its total.
pub fn write_bucket(
    settings: &Settings,
    sink: &mut impl Sink,
    progress: &mut dyn FnMut(&str, u64),
) -> Result<Summary, Error> {
    let city = City::new(settings)?;
    let mut bucket = Bucket { sink, progress, summary: Summary::default() };
    arrondissements::write(&city, &mut bucket)?;
    referentiel::write(&city, &mut bucket)?;
    chantiers::write(&city, &mut bucket)?;
    comptages::write(&city, &mut bucket)?;
    bikes::write(&city, &mut bucket)?;
    weather::write(&city, &mut bucket)?;
    traffic::write(&city, &mut bucket)?;
    Ok(bucket.summary)
}

/// The bucket under way.
pub(crate) struct Bucket<'a> {
    sink: &'a mut dyn Sink,
    progress: &'a mut dyn FnMut(&str, u64),
    summary: Summary,
}

impl Bucket<'_> {
    /// What has been planted so far.
    pub(crate) fn planted(&mut self) -> &mut Planted {
        &mut self.summary.planted
    }

    /// Writes one object from memory, compressed as its name says.
    pub(crate) fn put(&mut self, feed: &'static str, name: &str, rows: u64, bytes: &[u8]) -> Result<(), Error> {
        self.stream(feed, name, |out, _| out.write_all(bytes).map(|()| rows))
    }

    /// Writes one object piece by piece; `fill` gives its rows and may report those so far.
    pub(crate) fn stream(
        &mut self,
        feed: &'static str,
        name: &str,
        fill: impl FnOnce(&mut dyn Write, &mut dyn FnMut(u64)) -> io::Result<u64>,
    ) -> Result<(), Error> {
        let refuse = |source| Error::Object { object: name.to_owned(), source };
        let progress = &mut *self.progress;
        let object = self.sink.create(name).map_err(refuse)?;
        let mut stored = Stored { object, bytes: 0 };
        let mut tick = |rows| progress(name, rows);
        let rows = encode(name, &mut stored, |out| fill(out, &mut tick)).map_err(refuse)?;
        let bytes = stored.bytes;
        stored.object.finish().map_err(refuse)?;
        progress(name, rows);
        for totals in [&mut self.summary.total, self.summary.feeds.entry(feed).or_default()] {
            totals.objects += 1;
            totals.rows += rows;
            totals.bytes += bytes;
        }
        Ok(())
    }
}

/// Runs `fill` on an output that compresses as the extension of `name` says.
fn encode(
    name: &str,
    stored: &mut Stored<'_>,
    fill: impl FnOnce(&mut dyn Write) -> io::Result<u64>,
) -> io::Result<u64> {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("gz") => {
            let mut out = flate2::write::GzEncoder::new(stored, FAST);
            let rows = fill(&mut out)?;
            out.finish().map(|_| rows)
        }
        Some("zst") => {
            let mut out = zstd::Encoder::new(stored, ZSTD_LEVEL)?;
            let rows = fill(&mut out)?;
            out.finish().map(|_| rows)
        }
        _ => fill(stored),
    }
}

/// Counts the bytes that reach the object.
struct Stored<'a> {
    object: Box<dyn Object + 'a>,
    bytes: u64,
}

impl Write for Stored<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = self.object.write(bytes)?;
        self.bytes += taken as u64;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.object.flush()
    }
}

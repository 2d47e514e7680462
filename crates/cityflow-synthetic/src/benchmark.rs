//! The road counts alone, for files of any size.

use std::io::Write;

use crate::feeds::comptages::labelled::{header, push_arc_day};
use crate::feeds::comptages::text::ArcTexts;
use crate::model::City;
use crate::model::flow::HourScene;
use crate::{Error, Settings};

/// Bytes gathered before they are handed on.
const CHUNK_BYTES: usize = 1 << 20;

/// What a call to [`write_counts_csv`] wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountsFile {
    /// Data rows.
    pub rows: u64,
    /// Bytes, byte order mark and header included.
    pub bytes: u64,
}

/// Streams the labelled road counts of the whole span as one CSV, in constant memory.
///
/// The rows are those of the bucket without the malformed and repeated ones. The file ends with the
/// span or, earlier, with the last full line that keeps it within `size_limit` bytes; the header is
/// always written. A larger file needs more arcs or days: 3000 arcs give about 20 MB a day.
pub fn write_counts_csv(
    settings: &Settings,
    size_limit: Option<u64>,
    out: &mut impl Write,
) -> Result<CountsFile, Error> {
    let city = City::new(settings)?;
    let texts = ArcTexts::new(&city);
    let mut file = CountsFile { rows: 0, bytes: 0 };
    let mut chunk = header();
    for day in city.calendar.days() {
        let scenes: Vec<_> = day.slots.iter().map(|slot| HourScene::new(&city, &day, slot)).collect();
        for arc in 0..city.network.arcs.len() {
            push_arc_day(&city, arc, &day, &scenes, |stamp, measure| {
                file.rows += 1;
                texts.push_row(arc, stamp, measure, &mut chunk);
            });
            let room = size_limit.map(|limit| limit.saturating_sub(file.bytes));
            if room.is_some_and(|room| chunk.len() as u64 > room) {
                let header_bytes = if file.bytes == 0 { header().len() } else { 0 };
                file.rows -= cut(&mut chunk, room.unwrap_or(0), header_bytes);
                flush(&mut file, &mut chunk, out)?;
                return Ok(file);
            }
            if chunk.len() >= CHUNK_BYTES {
                flush(&mut file, &mut chunk, out)?;
            }
        }
    }
    flush(&mut file, &mut chunk, out)?;
    Ok(file)
}

fn flush(file: &mut CountsFile, chunk: &mut Vec<u8>, out: &mut impl Write) -> Result<(), Error> {
    out.write_all(chunk)?;
    file.bytes += chunk.len() as u64;
    chunk.clear();
    Ok(())
}

/// Shortens the chunk to its last full line within `room` bytes, its header kept; gives the rows cut.
fn cut(chunk: &mut Vec<u8>, room: u64, header_bytes: usize) -> u64 {
    let room = usize::try_from(room).unwrap_or(usize::MAX).min(chunk.len());
    let line_end = chunk[..room].iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    let kept = line_end.max(header_bytes);
    let rows = chunk[kept..].split_inclusive(|&byte| byte == b'\n').count();
    chunk.truncate(kept);
    rows as u64
}

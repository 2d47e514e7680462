//! The labelled export: byte order mark, `;`, CRLF, stamps at the end of the hour with the offset.
//!
//! All 25 hours of the autumn day are written: their offsets tell them apart.

use std::io::{self, Write};

use super::planted::Extras;
use super::text::{ArcTexts, LABELLED_HEADER};
use crate::calendar::Day;
use crate::model::City;
use crate::model::flow::{HourScene, Measure, measure};
use crate::noise::Stream;

/// Bytes gathered before they are handed on.
const CHUNK_BYTES: usize = 1 << 20;

/// The byte order mark and the header line.
pub(crate) fn header() -> Vec<u8> {
    format!("\u{feff}{LABELLED_HEADER}").into_bytes()
}

/// Writes the days of one object with what is planted among them; gives the rows.
pub(crate) fn write(
    city: &City,
    texts: &ArcTexts,
    days: &[Day],
    extras: &Extras,
    out: &mut dyn Write,
    tick: &mut dyn FnMut(u64),
) -> io::Result<u64> {
    let mut chunk = header();
    let mut rows = 0;
    for day in days {
        rows += extras.push_before(day, &mut chunk);
        let scenes: Vec<_> = day.slots.iter().map(|slot| HourScene::new(city, day, slot)).collect();
        for arc in 0..city.network.arcs.len() {
            push_arc_day(city, arc, day, &scenes, |stamp, measure| {
                rows += 1;
                if !extras.push_instead(arc, stamp, &mut chunk) {
                    texts.push_row(arc, stamp, measure, &mut chunk);
                }
            });
            if chunk.len() >= CHUNK_BYTES {
                out.write_all(&chunk)?;
                chunk.clear();
            }
        }
        tick(rows);
    }
    out.write_all(&chunk)?;
    Ok(rows)
}

/// Hands over the rows of an arc and a day, starting at an hour of the arc's own: exports are in no
/// order of time.
pub(crate) fn push_arc_day(
    city: &City,
    arc: usize,
    day: &Day,
    scenes: &[HourScene],
    mut push: impl FnMut(&str, Measure),
) {
    let (arc, hours) = (&city.network.arcs[arc], day.slots.len());
    let first = city.noise.below(Stream::HourOrder, u64::from(arc.id), day.slots[0].epoch_hour, hours);
    for at in (first..hours).chain(0..first) {
        if let Some(measure) = measure(city, arc, &scenes[at]) {
            push(&day.slots[at].end, measure);
        }
    }
}

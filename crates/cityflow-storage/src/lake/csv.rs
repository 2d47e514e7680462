//! A day of the lake as CSV: RFC 4180 (commas, CRLF), UTF-8 without a mark, a header with the names of the
//! Parquet columns. Null is an empty cell, numbers are in their shortest form with a dot, hours are ISO with
//! the local offset, and a text that a spreadsheet would run is prefixed with `'`.

use std::io::{self, Write};

use cityflow_core::text::spreadsheet_safe;
use cityflow_core::time::CityZone;

use super::row::{CsvCell, LakeRow};

/// Writes the rows.
pub(super) fn write<R: LakeRow>(to: &mut impl Write, zone: &CityZone, rows: &[R]) -> io::Result<()> {
    let mut writer = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(to);
    writer.write_record(R::fields().iter().map(|field| field.name().as_bytes()))?;
    for row in rows {
        for cell in row.csv_cells() {
            match cell {
                CsvCell::Text(text) => writer.write_field(spreadsheet_safe(text.unwrap_or_default()).as_bytes())?,
                CsvCell::Number(number) => writer.write_field(number.map_or_else(String::new, |n| n.to_string()))?,
                CsvCell::Integer(number) => writer.write_field(number.to_string())?,
                CsvCell::Hour(hour) => writer.write_field(zone.iso(hour.0))?,
            }
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.flush()
}

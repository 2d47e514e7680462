//! Reads an object of road counts, in any of its spellings, row by row.

use std::io::BufRead;
use std::sync::Arc;

use serde_json::Value;

use crate::decode::{self, Format, ReadError};
use crate::feeds::Reading;
use crate::hourly::HourlyRow;
use crate::ids::LinkId;
use crate::json;
use crate::merge::Merge;
use crate::quality::Rule;
use crate::table::{Entry, Table};
use crate::time::CityZone;

use super::place::FirstShapes;
use super::raw::{self, COLUMNS, FLOW, MEASURE_NAMES, OCCUPANCY, RawCount, SeenFields};
use super::record::{Conversion, RoadValues};

/// Where the rows go.
pub type Sink<'s> = &'s mut dyn FnMut(HourlyRow<LinkId, RoadValues>);

/// Reads one object to its end. `rank` is the object's place by name. Rows go to `sink` in the order of the
/// file, the first place met of each link to `shapes`; delimited objects and JSON lines are streamed.
pub fn read(
    object: &Arc<str>,
    rank: u32,
    input: &mut dyn BufRead,
    zone: &CityZone,
    sink: Sink,
    shapes: &mut FirstShapes,
) -> Result<Reading, ReadError> {
    let format = decode::format(object, input)?;
    let mut reader = Reader { object, conversion: Conversion::new(object, rank, zone), rows: 0, sink, shapes };
    let mut reading = Reading::default();
    match format {
        Format::Delimited => reader.table(input, &mut reading)?,
        Format::Json => reader.document(input)?,
        Format::JsonLines => reader.lines(input)?,
    }
    reading.rows = reader.rows;
    reading.issues.merge(reader.conversion.issues);
    Ok(reading)
}

struct Reader<'a, 's> {
    object: &'a Arc<str>,
    conversion: Conversion<'a>,
    rows: u64,
    sink: Sink<'s>,
    shapes: &'s mut FirstShapes,
}

impl Reader<'_, '_> {
    fn table(&mut self, input: &mut dyn BufRead, reading: &mut Reading) -> Result<(), ReadError> {
        let mut table = Table::open(self.object, input, &COLUMNS)?;
        if table.had_stray_quote() {
            reading.note_object(Rule::StrayHeaderQuote, self.object, table.header());
        }
        if !table.has(FLOW) && !table.has(OCCUPANCY) {
            return Err(table.missing(&MEASURE_NAMES));
        }
        while let Some(entry) = table.next_entry()? {
            self.rows += 1;
            match entry {
                Entry::Row(row) => {
                    let date = self.count(row.line, &RawCount::of_row(&row));
                    if date.is_some() && !row.is_utf8() {
                        self.conversion.note(date, Rule::InvalidUtf8, row.line, &row.raw());
                    }
                }
                Entry::Malformed { line, text } => self.malformed(line, &text),
            }
        }
        Ok(())
    }

    fn document(&mut self, input: &mut dyn BufRead) -> Result<(), ReadError> {
        let document = json::document(self.object, input)?;
        let records = raw::records(&document).ok_or_else(|| self.unknown_shape(&document))?;
        let mut seen = SeenFields::default();
        for (number, record) in (1..).zip(records) {
            self.record(number, record, &mut seen);
        }
        seen.check(self.object)
    }

    fn lines(&mut self, input: &mut dyn BufRead) -> Result<(), ReadError> {
        let object = self.object;
        let mut seen = SeenFields::default();
        json::lines(object, input, &mut |line| {
            if let Some(value) = line.value {
                self.record(line.number, &value, &mut seen);
            } else {
                self.rows += 1;
                self.malformed(line.number, &line.text);
            }
        })?;
        seen.check(object)
    }

    fn record(&mut self, number: u64, record: &Value, seen: &mut SeenFields) {
        self.rows += 1;
        match seen.fields(record) {
            Some(fields) => {
                self.count(number, &RawCount::of_record(fields));
            }
            None => self.malformed(number, &record.to_string()),
        }
    }

    /// Sends a row on; the day of its hour, when it is kept.
    fn count(&mut self, line: u64, raw: &RawCount) -> Option<jiff::civil::Date> {
        let (date, row) = self.conversion.row(line, raw, self.shapes)?;
        (self.sink)(row);
        Some(date)
    }

    fn malformed(&mut self, line: u64, text: &str) {
        self.conversion.note(None, Rule::MalformedRow, line, text);
    }

    fn unknown_shape(&self, document: &Value) -> ReadError {
        let expected = "`records` (Opendatasoft v1), `results` (v2.1) or a list of records";
        ReadError::UnknownShape { object: Arc::clone(self.object), expected, found: json::describe(document) }
    }
}

//! Reads the reference leniently: the city's CSV export, its `GeoJSON`, or an Opendatasoft answer.

use std::io::BufRead;
use std::sync::Arc;

use serde_json::Value;

use super::raw::{COLUMNS, RawPiece};
use super::record::{Piece, Reference};
use crate::decode::{Format, ReadError, format};
use crate::feeds::Reading;
use crate::json;
use crate::quality::Rule;
use crate::table::{Entry, Table};

/// Reads one object, uncompressed already.
pub fn read(object: &Arc<str>, input: &mut dyn BufRead) -> Result<(Reference, Reading), ReadError> {
    let mut reader = Reader { object, reference: Reference::default(), reading: Reading::default() };
    match format(object, input)? {
        Format::Delimited => reader.table(input)?,
        Format::Json => reader.document(&json::document(object, input)?)?,
        Format::JsonLines => reader.lines(input)?,
    }
    Ok((reader.reference, reader.reading))
}

struct Reader<'a> {
    object: &'a Arc<str>,
    reference: Reference,
    reading: Reading,
}

impl Reader<'_> {
    fn table(&mut self, input: &mut dyn BufRead) -> Result<(), ReadError> {
        let mut table = Table::open(self.object, input, &COLUMNS)?;
        if table.had_stray_quote() {
            self.reading.note_object(Rule::StrayHeaderQuote, self.object, table.header());
        }
        while let Some(entry) = table.next_entry()? {
            self.reading.rows += 1;
            match entry {
                Entry::Malformed { line, text } => self.note(Rule::MalformedRow, line, &text),
                Entry::Row(row) => {
                    if !row.is_utf8() {
                        self.note(Rule::InvalidUtf8, row.line, &row.raw());
                    }
                    self.push(RawPiece::of_row(&row), row.line);
                }
            }
        }
        Ok(())
    }

    fn document(&mut self, document: &Value) -> Result<(), ReadError> {
        let features = document.get("features").and_then(Value::as_array);
        let records = features.or_else(|| json::records(document)).ok_or_else(|| ReadError::UnknownShape {
            object: Arc::clone(self.object),
            expected: "a GeoJSON feature collection or a list of records",
            found: json::describe(document),
        })?;
        let mut identified = false;
        for (number, record) in (1..).zip(records) {
            identified |= RawPiece::json_has_link(record);
            self.record(record, number, &json::describe(record));
        }
        self.check_identified(identified, records.first())
    }

    fn lines(&mut self, input: &mut dyn BufRead) -> Result<(), ReadError> {
        let mut identified = false;
        let mut first = None;
        json::lines(self.object, input, &mut |line| {
            let value = line.value.unwrap_or(Value::Null);
            identified |= RawPiece::json_has_link(&value);
            self.record(&value, line.number, &line.text);
            first.get_or_insert(value);
        })?;
        self.check_identified(identified, first.as_ref())
    }

    /// A column that no record bears is missing, as in a header.
    fn check_identified(&self, identified: bool, first: Option<&Value>) -> Result<(), ReadError> {
        match first {
            Some(first) if !identified => Err(ReadError::MissingColumn {
                object: Arc::clone(self.object),
                needed: COLUMNS[0].names.join("` or `"),
                found: json::describe(first.get("properties").unwrap_or_else(|| json::fields(first))),
            }),
            _ => Ok(()),
        }
    }

    fn record(&mut self, record: &Value, number: u64, text: &str) {
        self.reading.rows += 1;
        if record.is_object() {
            self.push(RawPiece::of_json(record), number);
        } else {
            self.note(Rule::MalformedRow, number, text);
        }
    }

    fn push(&mut self, raw: RawPiece, line: u64) {
        let (issues, object) = (&mut self.reading.issues, self.object);
        let piece = Piece::of_raw(raw, line, &mut |rule, text| issues.note(None, rule, object, line, text));
        if let Some((link, piece)) = piece {
            self.reference.push(link, piece);
        }
    }

    fn note(&mut self, rule: Rule, line: u64, text: &str) {
        self.reading.issues.note(None, rule, self.object, line, text);
    }
}

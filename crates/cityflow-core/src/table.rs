//! A lenient reader of delimited text: header by name, rows with their line numbers.
//!
//! Records are split by a reader of our own because the usual ones either stop at the first fault or
//! swallow the rest of the file behind a quote that never closes. Here such a record costs its first
//! line, is reported, and reading resumes on the next (`docs/adr/0001-lenient-table-reader.md`).

mod quotes;

use std::borrow::Cow;
use std::io::{BufRead, ErrorKind};
use std::sync::Arc;

use self::quotes::{Quotes, Span, content, is_blank, occurrences, sniff, split, trim_line_end};
use crate::decode::ReadError;
use crate::text::fold;

/// Longest record that is accepted. Real ones stay under 100 KB, geometry included.
pub const MAX_RECORD_BYTES: usize = 4 * 1024 * 1024;

/// A column that a feed reads.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// The spellings it is known by, folded by [`fold`] (lower case, no accents, single spaces).
    pub names: &'static [&'static str],
    /// Whether the object is unreadable without it.
    pub required: bool,
}

impl Column {
    /// A column that must be there.
    pub const fn required(names: &'static [&'static str]) -> Self {
        Self { names, required: true }
    }

    /// A column that may be there.
    pub const fn optional(names: &'static [&'static str]) -> Self {
        Self { names, required: false }
    }
}

/// A delimited object being read.
pub struct Table<R> {
    object: Arc<str>,
    input: R,
    delimiter: u8,
    width: usize,
    /// For each wanted column, its position in the row.
    positions: Vec<Option<usize>>,
    had_stray_quote: bool,
    header: String,
    /// Bytes read and not yet given out.
    buffer: Vec<u8>,
    /// Where the next record starts in `buffer`.
    start: usize,
    exhausted: bool,
    /// Line of the next record, from 1.
    line: u64,
    cells: Vec<Span>,
    /// End in `buffer` of the search for a quote that did not close: one still open at a newline before it
    /// will not close either, so that no byte is searched for every line before it.
    hopeless: usize,
}

/// What stands at a line.
pub enum Entry<'a> {
    /// A row with as many cells as the header.
    Row(Row<'a>),
    /// A row with another number of cells, a quote that never closes, or a line past all measure.
    Malformed {
        /// Line from 1.
        line: u64,
        /// The text.
        text: Cow<'a, str>,
    },
}

/// A well-formed row.
pub struct Row<'a> {
    /// Line of its first character, from 1.
    pub line: u64,
    bytes: &'a [u8],
    cells: &'a [Span],
    positions: &'a [Option<usize>],
}

impl<'a> Row<'a> {
    /// The bytes of a wanted column, unquoted and trimmed; empty when the object lacks it.
    pub fn bytes(&self, column: usize) -> Cow<'a, [u8]> {
        let Some(position) = self.positions[column] else { return Cow::Borrowed(&[]) };
        let (from, to) = self.cells[position];
        content(&self.bytes[from..to])
    }

    /// The text of a wanted column, trimmed; bytes that are not UTF-8 become replacement characters.
    pub fn text(&self, column: usize) -> Cow<'a, str> {
        match self.bytes(column) {
            Cow::Borrowed(bytes) => String::from_utf8_lossy(bytes),
            Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
        }
    }

    /// The bytes of a wanted column as written, quotes and all; empty when the object lacks it. For telling
    /// spellings apart without the cost of [`Row::bytes`].
    pub fn written(&self, column: usize) -> &'a [u8] {
        self.positions[column].map_or(&[], |position| {
            let (from, to) = self.cells[position];
            self.bytes[from..to].trim_ascii()
        })
    }

    /// The text of a column as an owned value, none when it is empty.
    pub fn some_text(&self, column: usize) -> Option<String> {
        let text = self.text(column);
        (!text.is_empty()).then(|| text.into_owned())
    }

    /// The whole row as written, for a sample.
    pub fn raw(&self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.bytes)
    }

    /// Whether the row is UTF-8.
    pub fn is_utf8(&self) -> bool {
        std::str::from_utf8(self.bytes).is_ok()
    }
}

/// How the search for the end of a record ended.
enum End {
    /// The record's bytes are `start..end`, the next one starts at `next`, `lines` further down.
    At { end: usize, next: usize, lines: u64 },
    /// Nothing is left.
    Nothing,
    /// The quote at the record's start never closes within the limit, or the line is too long.
    Unclosed,
}

impl<R: BufRead> Table<R> {
    /// Reads the header and resolves the columns by name.
    pub fn open(object: &Arc<str>, input: R, columns: &[Column]) -> Result<Self, ReadError> {
        let mut table = Self {
            object: Arc::clone(object),
            input,
            delimiter: b';',
            width: 0,
            positions: Vec::new(),
            had_stray_quote: false,
            header: String::new(),
            buffer: Vec::new(),
            start: 0,
            exhausted: false,
            line: 1,
            cells: Vec::new(),
            hopeless: 0,
        };
        let header = table.header_line()?;
        table.resolve(&header, columns)?;
        Ok(table)
    }

    /// Whether a stray quote opened the header line (issue `entete_guillemet`).
    pub const fn had_stray_quote(&self) -> bool {
        self.had_stray_quote
    }

    /// The header line as written.
    pub fn header(&self) -> &str {
        &self.header
    }

    /// Whether a wanted column is there.
    pub fn has(&self, column: usize) -> bool {
        self.positions[column].is_some()
    }

    fn header_line(&mut self) -> Result<Vec<u8>, ReadError> {
        loop {
            let end = match self.physical_line()? {
                Some(end) => end,
                None if self.buffer.len() > MAX_RECORD_BYTES => {
                    return Err(ReadError::Unreadable {
                        object: Arc::clone(&self.object),
                        line: self.line,
                        reason: format!(
                            "the line is longer than {} MiB: expected a header line",
                            MAX_RECORD_BYTES >> 20
                        ),
                    });
                }
                None => {
                    let expected = "a header line and rows";
                    return Err(ReadError::Empty { object: Arc::clone(&self.object), expected });
                }
            };
            let line = self.buffer[self.start..end].to_vec();
            self.start = (end + 1).min(self.buffer.len());
            let line = trim_line_end(line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line));
            self.line += 1;
            if !line.trim_ascii().is_empty() {
                return Ok(line.to_vec());
            }
        }
    }

    /// End (excluded) of the physical line at `start`; none when nothing is left or it is too long.
    fn physical_line(&mut self) -> Result<Option<usize>, ReadError> {
        let mut searched = 0;
        loop {
            let from = self.start + searched;
            if let Some(at) = self.buffer[from..].iter().position(|byte| *byte == b'\n') {
                return Ok(Some(from + at));
            }
            searched = self.buffer.len() - self.start;
            if self.buffer.len() - self.start > MAX_RECORD_BYTES {
                return Ok(None);
            }
            if !self.fill()? {
                return Ok((self.start < self.buffer.len()).then_some(self.buffer.len()));
            }
        }
    }

    fn resolve(&mut self, line: &[u8], columns: &[Column]) -> Result<(), ReadError> {
        let quotes = occurrences(line, b'"');
        self.had_stray_quote = line.first() == Some(&b'"') && quotes % 2 == 1;
        let line = if self.had_stray_quote { &line[1..] } else { line };
        self.header = String::from_utf8_lossy(line).into_owned();
        self.delimiter = sniff(line);
        split(line, self.delimiter, &mut self.cells);
        self.width = self.cells.len();
        let names: Vec<String> =
            self.cells.iter().map(|(from, to)| fold(&String::from_utf8_lossy(&content(&line[*from..*to])))).collect();
        let find = |column: &Column| column.names.iter().find_map(|name| names.iter().position(|found| found == name));
        self.positions = columns.iter().map(find).collect();
        match columns.iter().zip(&self.positions).find(|(column, position)| column.required && position.is_none()) {
            None => Ok(()),
            Some((column, _)) => Err(self.missing(column.names)),
        }
    }

    /// The error of a column that is not there.
    pub fn missing(&self, names: &[&str]) -> ReadError {
        let found: String = self.header.chars().take(300).collect();
        ReadError::MissingColumn {
            object: Arc::clone(&self.object),
            needed: names.join("` or `"),
            found: format!("`{found}`"),
        }
    }

    /// The next entry; none at the end. Blank lines are passed over.
    pub fn next_entry(&mut self) -> Result<Option<Entry<'_>>, ReadError> {
        let Some((line, from, to, closed)) = self.next_span()? else { return Ok(None) };
        let bytes = &self.buffer[from..to];
        if closed {
            split(bytes, self.delimiter, &mut self.cells);
        }
        if !closed || self.cells.len() != self.width {
            return Ok(Some(Entry::Malformed { line, text: String::from_utf8_lossy(bytes) }));
        }
        Ok(Some(Entry::Row(Row { line, bytes, cells: &self.cells, positions: &self.positions })))
    }

    /// Line, start and end of the next record that is not blank, and whether its quotes close.
    fn next_span(&mut self) -> Result<Option<(u64, usize, usize, bool)>, ReadError> {
        loop {
            let line = self.line;
            match self.find_end()? {
                End::Nothing => return Ok(None),
                End::Unclosed => {
                    let (from, to) = self.skip_line()?;
                    return Ok(Some((line, from, to, false)));
                }
                End::At { end, next, lines } => {
                    let from = self.start;
                    self.start = next;
                    self.line += lines;
                    let bytes = trim_line_end(&self.buffer[from..end]);
                    if !is_blank(bytes, self.delimiter) {
                        let to = from + bytes.len();
                        return Ok(Some((line, from, to, true)));
                    }
                }
            }
        }
    }

    /// Looks for the newline that ends the record at `start`: the first one outside quotes.
    fn find_end(&mut self) -> Result<End, ReadError> {
        let mut at = self.start;
        let mut quotes = Quotes::new(self.delimiter);
        let mut lines = 0;
        loop {
            loop {
                at += quotes.pass(&self.buffer[at..]);
                let Some(&byte) = self.buffer.get(at) else { break };
                at += 1;
                if byte == b'\n' {
                    lines += 1;
                    if at - self.start > MAX_RECORD_BYTES || (quotes.inside() && at <= self.hopeless) {
                        return Ok(self.unclosed(at));
                    }
                    if !quotes.inside() {
                        return Ok(End::At { end: at - 1, next: at, lines });
                    }
                }
                if !quotes.feed(byte) {
                    return Ok(self.unclosed(at));
                }
            }
            if at - self.start > MAX_RECORD_BYTES {
                return Ok(self.unclosed(at));
            }
            // Filling moves the record to the front of the buffer.
            let offset = at - self.start;
            let more = self.fill()?;
            at = self.start + offset;
            if !more {
                return Ok(match (offset, quotes.inside()) {
                    (0, _) => End::Nothing,
                    (_, true) => self.unclosed(at),
                    (_, false) => End::At { end: at, next: at, lines: lines + 1 },
                });
            }
        }
    }

    /// Remembers how far the search went, whatever the size of the input's buffer.
    fn unclosed(&mut self, at: usize) -> End {
        self.hopeless = self.hopeless.max(at.min(self.start + MAX_RECORD_BYTES));
        End::Unclosed
    }

    /// Gives up the physical line at `start` and returns the part of it that is kept as a sample.
    fn skip_line(&mut self) -> Result<(usize, usize), ReadError> {
        let keep = 4 * crate::quality::SAMPLE_CHARACTERS;
        self.line += 1;
        if let Some(end) = self.physical_line()? {
            let from = self.start;
            self.start = (end + 1).min(self.buffer.len());
            return Ok((from, end.min(from + keep)));
        }
        // A line past all measure: keep its beginning, throw the rest away unread.
        self.drop_read();
        self.hopeless = 0;
        self.buffer.truncate(keep);
        self.start = self.buffer.len();
        let line = self.line;
        self.input.skip_until(b'\n').map_err(|error| ReadError::stream(&self.object, line, &error))?;
        Ok((0, self.buffer.len()))
    }

    /// Reads more; false at the end of the input. Moves the record at `start` to the front first.
    fn fill(&mut self) -> Result<bool, ReadError> {
        if self.exhausted {
            return Ok(false);
        }
        self.drop_read();
        let taken = loop {
            match self.input.fill_buf() {
                Ok(chunk) => {
                    self.buffer.extend_from_slice(chunk);
                    break chunk.len();
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(ReadError::stream(&self.object, self.line, &error)),
            }
        };
        self.input.consume(taken);
        self.exhausted = taken == 0;
        Ok(taken > 0)
    }

    /// Drops the bytes before `start`.
    fn drop_read(&mut self) {
        self.buffer.drain(..self.start);
        self.hopeless = self.hopeless.saturating_sub(self.start);
        self.start = 0;
    }
}

#[cfg(test)]
mod tests;

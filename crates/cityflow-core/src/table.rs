//! A lenient reader of delimited text: header by name, rows with their line numbers.
//!
//! Records are split by a reader of our own because the usual ones either stop at the first fault or
//! swallow the rest of the file behind a quote that never closes. Here such a record costs its first
//! line, is reported, and reading resumes on the next.

use std::borrow::Cow;
use std::io::BufRead;
use std::sync::Arc;

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
    cells: Vec<(usize, usize, bool)>,
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
    cells: &'a [(usize, usize, bool)],
    positions: &'a [Option<usize>],
}

impl<'a> Row<'a> {
    /// The bytes of a wanted column, unquoted and trimmed; empty when the object lacks it.
    pub fn bytes(&self, column: usize) -> Cow<'a, [u8]> {
        let Some(position) = self.positions[column] else { return Cow::Borrowed(&[]) };
        let (from, to, quoted) = self.cells[position];
        let cell = self.bytes[from..to].trim_ascii();
        if quoted { unquote(cell) } else { Cow::Borrowed(cell) }
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
            let (from, to, _) = self.cells[position];
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

fn unquote(cell: &[u8]) -> Cow<'_, [u8]> {
    let inner = cell.strip_prefix(b"\"").unwrap_or(cell);
    let inner = inner.strip_suffix(b"\"").unwrap_or(inner);
    if !inner.contains(&b'"') {
        return Cow::Borrowed(inner.trim_ascii());
    }
    let mut plain = Vec::with_capacity(inner.len());
    let mut bytes = inner.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        plain.push(byte);
        if byte == b'"' && bytes.peek() == Some(&b'"') {
            bytes.next();
        }
    }
    Cow::Owned(plain.trim_ascii().to_vec())
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
            let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line).trim_ascii_end().to_vec();
            self.line += 1;
            if !line.is_empty() {
                return Ok(line);
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
        let names: Vec<String> = self
            .cells
            .iter()
            .map(|(from, to, _)| fold(&String::from_utf8_lossy(&unquote(line[*from..*to].trim_ascii()))))
            .collect();
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
                    if !bytes.trim_ascii().is_empty() {
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
        let mut state = Quotes::new(self.delimiter);
        let mut lines = 0;
        loop {
            loop {
                at += state.pass(&self.buffer[at..]);
                let Some(&byte) = self.buffer.get(at) else { break };
                at += 1;
                if byte == b'\n' {
                    lines += 1;
                    if !state.inside {
                        if at - self.start > MAX_RECORD_BYTES {
                            return Ok(End::Unclosed);
                        }
                        return Ok(End::At { end: at - 1, next: at, lines });
                    }
                }
                state.feed(byte);
            }
            if at - self.start > MAX_RECORD_BYTES {
                return Ok(End::Unclosed);
            }
            // Filling moves the record to the front of the buffer.
            let offset = at - self.start;
            let more = self.fill()?;
            at = self.start + offset;
            if !more {
                return Ok(match (offset, state.inside) {
                    (0, _) => End::Nothing,
                    (_, true) => End::Unclosed,
                    (_, false) => End::At { end: at, next: at, lines: lines + 1 },
                });
            }
        }
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
        self.buffer.drain(..self.start);
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
        if self.start > 0 {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
        let chunk = self.input.fill_buf().map_err(|error| ReadError::stream(&self.object, self.line, &error))?;
        let taken = chunk.len();
        self.buffer.extend_from_slice(chunk);
        self.input.consume(taken);
        self.exhausted = taken == 0;
        Ok(taken > 0)
    }
}

/// Times that a byte stands in a header.
fn occurrences(line: &[u8], wanted: u8) -> usize {
    line.iter().fold(0, |count, byte| count + usize::from(*byte == wanted))
}

/// Follows quotes along a record: one opens a cell only at its start, a doubled one is a character.
#[expect(
    clippy::struct_excessive_bools,
    reason = "four facts about one byte of context; an enum would name sixteen states"
)]
struct Quotes {
    delimiter: u8,
    inside: bool,
    at_cell_start: bool,
    /// The last byte was a quote inside a quoted cell: it closes, unless another follows.
    pending: bool,
    quoted: bool,
}

impl Quotes {
    const fn new(delimiter: u8) -> Self {
        Self { delimiter, inside: false, at_cell_start: true, pending: false, quoted: false }
    }

    /// Passes over the plain bytes ahead, of which most of a record is made, and says how many they are. The
    /// next byte is a quote, a newline or a delimiter.
    fn pass(&mut self, bytes: &[u8]) -> usize {
        let is_special = |byte: &u8| *byte == b'"' || *byte == self.delimiter || *byte == b'\n';
        let plain = bytes.iter().position(is_special).unwrap_or(bytes.len());
        if plain > 0 {
            self.pending = false;
            self.at_cell_start &= self.inside;
        }
        plain
    }

    const fn feed(&mut self, byte: u8) {
        if byte == b'"' {
            if self.inside {
                self.inside = false;
                self.pending = true;
                return;
            }
            if self.pending || self.at_cell_start {
                self.inside = true;
                self.quoted = true;
            }
            self.at_cell_start = false;
            self.pending = false;
            return;
        }
        self.pending = false;
        if !self.inside {
            self.at_cell_start = byte == self.delimiter;
        }
    }
}

/// Splits a record into cells: (from, to, quoted).
fn split(bytes: &[u8], delimiter: u8, cells: &mut Vec<(usize, usize, bool)>) {
    cells.clear();
    let mut state = Quotes::new(delimiter);
    let (mut from, mut at) = (0, 0);
    loop {
        at += state.pass(&bytes[at..]);
        let Some(&byte) = bytes.get(at) else { break };
        if byte == delimiter && !state.inside {
            cells.push((from, at, state.quoted));
            from = at + 1;
            state = Quotes::new(delimiter);
        } else {
            state.feed(byte);
        }
        at += 1;
    }
    cells.push((from, bytes.len(), state.quoted));
}

fn trim_line_end(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}

/// The delimiter that the header uses most; `;` on a tie.
fn sniff(header: &[u8]) -> u8 {
    [b'\t', b',', b';'].into_iter().max_by_key(|delimiter| occurrences(header, *delimiter)).unwrap_or(b';')
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 3] = [
        Column::required(&["identifiant arc", "iu ac"]),
        Column::optional(&["libelle"]),
        Column::optional(&["geo shape"]),
    ];

    fn read(content: &[u8]) -> Vec<String> {
        let mut table = Table::open(&"t.csv".into(), content, &COLUMNS).unwrap();
        let mut seen = Vec::new();
        while let Some(entry) = table.next_entry().unwrap() {
            seen.push(match entry {
                Entry::Row(row) => format!("{}:{}|{}|{}", row.line, row.text(0), row.text(1), row.text(2)),
                Entry::Malformed { line, text } => format!("{line}!{}", text.chars().take(12).collect::<String>()),
            });
        }
        seen
    }

    #[test]
    fn labels_and_technical_names_with_or_without_bom_give_the_same_rows() {
        let expected = ["2:1|a|", "3:2|b|"];
        assert_eq!(read("\u{feff}Libelle;Identifiant arc\r\na;1\r\nb;2\r\n".as_bytes()), expected);
        assert_eq!(read(b"iu_ac,libelle,extra\n1,a,x\n2,b,y"), expected);
        assert_eq!(read(b"iu_ac\tlibelle\n1\ta\n2\tb\n"), expected);
        assert_eq!(read("\"Identifiant arc\";\"Libellé\"\n\"1\";a\n2;\"b\"".as_bytes()), expected);
    }

    #[test]
    fn a_stray_quote_before_the_header_is_removed() {
        let table = Table::open(&"t.csv".into(), &b"\"Identifiant arc;Libelle\n1;a\n"[..], &COLUMNS).unwrap();
        assert!(table.had_stray_quote());
        assert_eq!(read(b"\"Identifiant arc;Libelle\n1;a\n"), ["2:1|a|"]);
    }

    #[test]
    fn quotes_hold_delimiters_newlines_and_doubled_quotes() {
        assert_eq!(
            read(b"iu_ac;libelle;geo_shape\r\n1;\"a;\nb\";\"{\"\"x\"\": 1}\"\r\n2;c;\r\n"),
            ["2:1|a;\nb|{\"x\": 1}", "4:2|c|"]
        );
    }

    #[test]
    fn another_number_of_cells_is_malformed_and_reading_goes_on() {
        assert_eq!(read(b"iu_ac;libelle\n1\n2;b;c\n3;d\n"), ["2!1", "3!2;b;c", "4:3|d|"]);
    }

    #[test]
    fn a_quote_that_never_closes_costs_one_line() {
        assert_eq!(read(b"iu_ac;libelle\n1;\"a\n2;b\n3;c\n"), ["2!1;\"a", "3:2|b|", "4:3|c|"]);
    }

    #[test]
    fn a_quote_within_a_cell_is_a_character() {
        assert_eq!(read(b"iu_ac;libelle\n1;rue \"A\n2;b\n"), ["2:1|rue \"A|", "3:2|b|"]);
    }

    #[test]
    fn passing_over_plain_bytes_is_feeding_them_one_by_one() {
        let facts = |state: &Quotes| (state.inside, state.at_cell_start, state.pending, state.quoted);
        for bytes in ["ab;\"c;d\"\"e\";f\"g;\"h\"i;;\n\"\";j", "\"a\n;b\"c\"d", ";\"\"\"x\"\"\";y\r\n"] {
            let (mut hopping, mut stepping, mut at) = (Quotes::new(b';'), Quotes::new(b';'), 0);
            while at < bytes.len() {
                let plain = hopping.pass(&bytes.as_bytes()[at..]);
                for byte in bytes.bytes().skip(at).take(plain) {
                    stepping.feed(byte);
                }
                assert_eq!(facts(&hopping), facts(&stepping), "{bytes} before {}", at + plain);
                at += plain + 1;
                if let Some(byte) = bytes.as_bytes().get(at - 1) {
                    hopping.feed(*byte);
                    stepping.feed(*byte);
                }
            }
        }
    }

    #[test]
    fn a_line_past_all_measure_is_malformed_and_reading_goes_on() {
        let mut content = b"iu_ac;libelle\n1;".to_vec();
        content.extend(std::iter::repeat_n(b'x', 3 * MAX_RECORD_BYTES));
        content.extend(b"\n2;b\n");
        assert_eq!(read(&content), ["2!1;xxxxxxxxxx", "3:2|b|"]);
    }

    #[test]
    fn a_missing_column_names_what_was_found_and_what_is_needed() {
        let error = Table::open(&"t.csv".into(), &b"a;b\n1;2\n"[..], &COLUMNS).err().unwrap();
        assert_eq!(error.to_string(), "t.csv: line 1: column `identifiant arc` or `iu ac` is missing: found `a;b`");
        let error = Table::open(&"t.csv".into(), &b""[..], &COLUMNS).err().unwrap();
        assert_eq!(error.to_string(), "t.csv: line 1: the object is empty: expected a header line and rows");
    }
}

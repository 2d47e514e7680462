//! Where cells and records end: the rules of quoting.

use std::borrow::Cow;

/// A cell of a record: its bytes are `from..to`, quotes and blanks included.
pub(super) type Span = (usize, usize);

/// Where a byte stands in its cell.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Nothing of the cell has been seen.
    Start,
    /// In a cell that does not begin with a quote; quotes in it are characters.
    Plain,
    /// Between quotes.
    Quoted,
    /// Behind a quote that closes the cell, unless another follows: a doubled one is a character.
    Closing,
    /// Behind the closing quote and something else.
    Closed,
}

/// Follows quotes along a record: one opens a cell only at its start.
pub(super) struct Quotes {
    delimiter: u8,
    place: Place,
    /// Whether the cell holds a line break.
    spans_lines: bool,
}

impl Quotes {
    pub(super) const fn new(delimiter: u8) -> Self {
        Self { delimiter, place: Place::Start, spans_lines: false }
    }

    /// Whether the next byte stands between quotes.
    pub(super) fn inside(&self) -> bool {
        self.place == Place::Quoted
    }

    /// Passes over the plain bytes ahead, of which most of a record is made, and says how many they are. What
    /// follows must be fed: a quote, a newline, a delimiter, or any byte behind a closing quote.
    pub(super) fn pass(&mut self, bytes: &[u8]) -> usize {
        if matches!(self.place, Place::Closing | Place::Closed) {
            return 0;
        }
        let is_special = |byte: &u8| *byte == b'"' || *byte == self.delimiter || *byte == b'\n';
        let plain = bytes.iter().position(is_special).unwrap_or(bytes.len());
        if plain > 0 && self.place == Place::Start {
            self.place = Place::Plain;
        }
        plain
    }

    /// Takes in a byte. False when it shows that the cell's quote was never meant to reach over lines: what
    /// closes it is the opening quote of a later line, with text right behind.
    pub(super) const fn feed(&mut self, byte: u8) -> bool {
        self.place = match (self.place, byte) {
            (Place::Start | Place::Closing, b'"') => Place::Quoted,
            (Place::Quoted, b'"') => Place::Closing,
            (Place::Quoted, _) => {
                self.spans_lines |= byte == b'\n';
                Place::Quoted
            }
            _ if byte == self.delimiter => {
                self.spans_lines = false;
                Place::Start
            }
            (Place::Closing | Place::Closed, _) => {
                if self.spans_lines && !byte.is_ascii_whitespace() {
                    return false;
                }
                Place::Closed
            }
            (Place::Start | Place::Plain, _) => Place::Plain,
        };
        true
    }
}

/// Splits a record into cells.
pub(super) fn split(bytes: &[u8], delimiter: u8, cells: &mut Vec<Span>) {
    cells.clear();
    let mut quotes = Quotes::new(delimiter);
    let (mut from, mut at) = (0, 0);
    loop {
        at += quotes.pass(&bytes[at..]);
        let Some(&byte) = bytes.get(at) else { break };
        if byte == delimiter && !quotes.inside() {
            cells.push((from, at));
            from = at + 1;
        }
        quotes.feed(byte);
        at += 1;
    }
    cells.push((from, bytes.len()));
}

/// The content of a cell, trimmed: of a quoted one what stands between its quotes, doubled ones made single.
pub(super) fn content(cell: &[u8]) -> Cow<'_, [u8]> {
    let Some(inner) = cell.strip_prefix(b"\"") else { return Cow::Borrowed(cell.trim_ascii()) };
    let inner = inner.trim_ascii_end();
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

/// Whether a line says nothing: blanks alone, which delimiters are not.
pub(super) fn is_blank(line: &[u8], delimiter: u8) -> bool {
    line.iter().all(|byte| byte.is_ascii_whitespace() && *byte != delimiter)
}

/// A line without the `\r\n` or `\n` that ends it.
pub(super) fn trim_line_end(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}

/// The delimiter that the header uses most; `;` on a tie.
pub(super) fn sniff(header: &[u8]) -> u8 {
    [b'\t', b',', b';'].into_iter().max_by_key(|delimiter| occurrences(header, *delimiter)).unwrap_or(b';')
}

/// Times that a byte stands in a header.
pub(super) fn occurrences(line: &[u8], wanted: u8) -> usize {
    line.iter().fold(0, |count, byte| count + usize::from(*byte == wanted))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn passing_over_plain_bytes_is_feeding_them_one_by_one(text in "[ab;\" \n]{0,40}") {
            let (mut hopping, mut stepping, mut at) = (Quotes::new(b';'), Quotes::new(b';'), 0);
            loop {
                let plain = hopping.pass(&text.as_bytes()[at..]);
                for byte in text.bytes().skip(at).take(plain) {
                    prop_assert!(stepping.feed(byte));
                }
                prop_assert!(hopping.place == stepping.place && hopping.spans_lines == stepping.spans_lines);
                at += plain + 1;
                let Some(byte) = text.as_bytes().get(at - 1) else { break };
                prop_assert_eq!(hopping.feed(*byte), stepping.feed(*byte));
            }
        }
    }
}

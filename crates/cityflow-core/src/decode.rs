//! From the bytes of a raw object to a readable stream, and the errors that end the reading of one.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;

/// Why an object cannot be read at all. Anything smaller is an issue, not an error.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The bytes stop or break: a truncated gzip stream, a disk error.
    #[error("{object}: cannot be read past line {line}: {reason}")]
    Unreadable {
        /// Name of the object.
        object: Arc<str>,
        /// Line (or record) that was being read, from 1.
        line: u64,
        /// What happened.
        reason: String,
    },
    /// Nothing in it.
    #[error("{object}: line 1: the object is empty: expected {expected}")]
    Empty {
        /// Name of the object.
        object: Arc<str>,
        /// What should be there.
        expected: &'static str,
    },
    /// A required column is not in the header.
    #[error("{object}: line 1: column `{needed}` is missing: found {found}")]
    MissingColumn {
        /// Name of the object.
        object: Arc<str>,
        /// What is needed, with its known spellings.
        needed: String,
        /// The header that stands there.
        found: String,
    },
    /// Not JSON.
    #[error("{object}: line {line}: not valid JSON: {reason}")]
    NotJson {
        /// Name of the object.
        object: Arc<str>,
        /// Line of the fault, from 1.
        line: u64,
        /// What the parser says.
        reason: String,
    },
    /// JSON of another schema.
    #[error("{object}: line 1: unknown shape: expected {expected}, found {found}")]
    UnknownShape {
        /// Name of the object.
        object: Arc<str>,
        /// The shapes that are read.
        expected: &'static str,
        /// What stands there: its keys, or its kind.
        found: String,
    },
}

impl ReadError {
    /// An error of the stream while `line` was being read.
    pub fn stream(object: &Arc<str>, line: u64, error: &io::Error) -> Self {
        let reason = match error.kind() {
            io::ErrorKind::UnexpectedEof => "the compressed stream ends too early (truncated object)".to_owned(),
            _ => error.to_string(),
        };
        Self::Unreadable { object: Arc::clone(object), line, reason }
    }

    /// The object that could not be read.
    pub const fn object(&self) -> &Arc<str> {
        match self {
            Self::Unreadable { object, .. }
            | Self::Empty { object, .. }
            | Self::MissingColumn { object, .. }
            | Self::NotJson { object, .. }
            | Self::UnknownShape { object, .. } => object,
        }
    }
}

/// Bytes of the read buffer.
const BUFFER_BYTES: usize = 256 * 1024;

/// Undoes the compression that the object's name announces (`.gz`, `.zst`), streaming.
pub fn decompress<'a>(object: &Arc<str>, raw: impl Read + 'a) -> Result<Box<dyn BufRead + 'a>, ReadError> {
    if has_extension(object, "gz") {
        // Several members in one object are one stream, as gzip itself has it.
        let stream = flate2::read::MultiGzDecoder::new(BufReader::with_capacity(BUFFER_BYTES, raw));
        return Ok(Box::new(BufReader::with_capacity(BUFFER_BYTES, stream)));
    }
    if has_extension(object, "zst") {
        let stream = zstd::stream::read::Decoder::new(raw).map_err(|error| ReadError::stream(object, 1, &error))?;
        return Ok(Box::new(BufReader::with_capacity(BUFFER_BYTES, stream)));
    }
    Ok(Box::new(BufReader::with_capacity(BUFFER_BYTES, raw)))
}

/// How the content of an object is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A header line and rows.
    Delimited,
    /// One JSON document.
    Json,
    /// One JSON record a line.
    JsonLines,
}

/// Tells the format by the name, else by the first byte that is not blank.
pub fn format(object: &Arc<str>, input: &mut dyn BufRead) -> Result<Format, ReadError> {
    let plain = uncompressed_name(object);
    for (extension, format) in [
        ("csv", Format::Delimited),
        ("tsv", Format::Delimited),
        ("jsonl", Format::JsonLines),
        ("ndjson", Format::JsonLines),
        ("json", Format::Json),
        ("geojson", Format::Json),
    ] {
        if has_extension(plain, extension) {
            return Ok(format);
        }
    }
    let start = input.fill_buf().map_err(|error| ReadError::stream(object, 1, &error))?;
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let first = start.iter().find(|byte| !byte.is_ascii_whitespace());
    Ok(if matches!(first, Some(b'{' | b'[')) { Format::Json } else { Format::Delimited })
}

/// The object's name without its compression suffix.
pub fn uncompressed_name(object: &str) -> &str {
    if has_extension(object, "gz") || has_extension(object, "zst") {
        object.rsplit_once('.').map_or(object, |(stem, _)| stem)
    } else {
        object
    }
}

fn has_extension(name: &str, extension: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, found)| found.eq_ignore_ascii_case(extension))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gzip(content: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn several_gzip_members_are_one_stream() {
        let mut bytes = gzip(b"a;b\n");
        bytes.extend(gzip(b"1;2\n"));
        let mut text = String::new();
        decompress(&"x.csv.gz".into(), bytes.as_slice()).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "a;b\n1;2\n");
    }

    #[test]
    fn the_format_is_told_by_name_then_by_the_first_byte() {
        let of = |name: &str, content: &[u8]| format(&name.into(), &mut &content[..]).unwrap();
        assert_eq!(of("a.CSV.gz", b"{"), Format::Delimited);
        assert_eq!(of("a.jsonl.zst", b""), Format::JsonLines);
        assert_eq!(of("page", b" \n{\"a\":1}"), Format::Json);
        assert_eq!(of("page", b"a;b"), Format::Delimited);
    }
}

//! From what the user wrote to the backend that reads it.

use std::path::PathBuf;

use super::{FileRaw, RawStore};
use crate::error::StorageError;

/// Opens the raw bucket at a folder, or at a `file://` URL.
pub fn open_raw(location: &str) -> Result<Box<dyn RawStore>, StorageError> {
    Ok(Box::new(FileRaw::open(folder_at(location)?)?))
}

/// The folder that a location names: a path, or a `file://` URL.
pub fn folder_at(location: &str) -> Result<PathBuf, StorageError> {
    let bad = |reason| StorageError::BadLocation { location: location.to_owned(), reason };
    if location.trim().is_empty() {
        return Err(bad("it is empty"));
    }
    let Some((scheme, rest)) = location.split_once("://").filter(|(scheme, _)| is_scheme(scheme)) else {
        return Ok(PathBuf::from(location));
    };
    if !scheme.eq_ignore_ascii_case("file") {
        return Err(StorageError::UnknownScheme { location: location.to_owned(), scheme: scheme.to_owned() });
    }
    let path = rest.strip_prefix("localhost").filter(|path| path.starts_with('/')).unwrap_or(rest);
    if !path.starts_with('/') {
        return Err(bad("a file URL names no other machine: expected `file:///` and an absolute path"));
    }
    percent_decoded(path).map(PathBuf::from).ok_or_else(|| bad("its percent escapes cannot be read"))
}

/// Whether a text is a URL scheme (RFC 3986, section 3.1).
fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

/// Undoes `%XX`.
fn percent_decoded(text: &str) -> Option<String> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte == b'%' {
            let (escape, after) = rest.split_at_checked(2)?;
            let digit = |at: usize| char::from(escape[at]).to_digit(16);
            decoded.push(u8::try_from(digit(0)? * 16 + digit(1)?).ok()?);
            rest = after;
        } else {
            decoded.push(byte);
        }
    }
    String::from_utf8(decoded).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_and_its_file_url_are_the_same_place() {
        for location in ["/data/b é", "file:///data/b%20%C3%A9", "FILE://localhost/data/b é"] {
            assert_eq!(folder_at(location).unwrap(), PathBuf::from("/data/b é"), "{location}");
        }
        assert_eq!(folder_at("./a b://c").unwrap(), PathBuf::from("./a b://c"));
    }

    #[test]
    fn another_scheme_is_refused_with_those_that_are_read() {
        assert_eq!(
            folder_at("ftp://bucket/raw").unwrap_err().to_string(),
            "ftp://bucket/raw: raw data cannot be read from `ftp`: expected a folder or a `file:///` URL"
        );
        for location in ["", "  ", "file://elsewhere/data", "file:///a%2", "file:///a%zz", "file:///%ff"] {
            assert!(matches!(folder_at(location), Err(StorageError::BadLocation { .. })), "{location}");
        }
    }
}

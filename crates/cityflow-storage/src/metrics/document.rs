//! Rendered documents: how they are written, and whether two of them say the same.

use std::ops::Range;

use cityflow_core::envelope::Envelope;
use jiff::civil::Date;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::StorageError;

/// An envelope as it is stored: one compact line.
pub(super) fn metrics<M: Serialize>(envelope: &Envelope<M>) -> Result<Vec<u8>, StorageError> {
    rendered(serde_json::to_vec(envelope), || format!("{} metrics of {}", envelope.data_type, envelope.date))
}

/// A report as it is stored: indented by two spaces.
pub(super) fn report(date: Date, report: &impl Serialize) -> Result<Vec<u8>, StorageError> {
    rendered(serde_json::to_vec_pretty(report), || format!("report of {date}"))
}

fn rendered(json: serde_json::Result<Vec<u8>>, place: impl Fn() -> String) -> Result<Vec<u8>, StorageError> {
    let fault = |error: serde_json::Error| StorageError::NotSerializable { place: place(), reason: error.to_string() };
    let mut document = json.map_err(fault)?;
    document.push(b'\n');
    Ok(document)
}

/// Reads a stored document.
pub(super) fn read<T: DeserializeOwned>(bytes: &[u8], place: impl Fn() -> String) -> Result<T, StorageError> {
    serde_json::from_slice(bytes).map_err(|error| StorageError::Damaged {
        place: place(),
        expected: "a document of CityFlow",
        reason: error.to_string(),
    })
}

/// Whether two JSON documents are equal byte for byte, apart from the value of one key of the outermost object.
/// Documents without that key are compared whole. Nothing is parsed: a document may be tens of megabytes.
pub fn same_but_for_stamp(held: &[u8], new: &[u8], stamp: &str) -> bool {
    match (value_of(held, stamp), value_of(new, stamp)) {
        (Some(old), Some(fresh)) => held[..old.start] == new[..fresh.start] && held[old.end..] == new[fresh.end..],
        _ => held == new,
    }
}

/// Where the text that belongs to a key of the outermost object stands, quotes included; none when there is
/// no such key, or its value is not a text.
fn value_of(json: &[u8], key: &str) -> Option<Range<usize>> {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(byte) = json.get(at) {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.checked_sub(1)?,
            b'"' => {
                let end = text_end(json, at)?;
                if depth == 1 && json[at + 1..end - 1] == *key.as_bytes() {
                    let colon = past_blanks(json, end);
                    if json.get(colon) == Some(&b':') {
                        let start = past_blanks(json, colon + 1);
                        return (json.get(start) == Some(&b'"')).then_some(start..text_end(json, start)?);
                    }
                }
                at = end;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// The position behind the text that opens at `start`.
fn text_end(json: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        match json.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

fn past_blanks(json: &[u8], start: usize) -> usize {
    let rest = json.get(start..).unwrap_or_default();
    start + rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp_in(json: &str) -> Option<&str> {
        value_of(json.as_bytes(), "timestamp").map(|range| &json[range])
    }

    #[test]
    fn only_the_outermost_key_is_the_stamp() {
        assert_eq!(stamp_in(r#"{"metrics":{"timestamp":"in"},"timestamp":"out"}"#), Some(r#""out""#));
        assert_eq!(stamp_in("{\n  \"timestamp\" :\n \"o\\\"ut\" , \"a\": [1]\n}"), Some(r#""o\"ut""#));
        assert_eq!(stamp_in(r#"{"a":"timestamp","b":"\\","timestamp":"x"}"#), Some(r#""x""#));
        assert_eq!(stamp_in(r#"["timestamp","x"]"#), None);
        assert_eq!(stamp_in(r#"{"timestamp":1}"#), None);
        assert_eq!(stamp_in(r#"{"metrics":{"timestamp":"in"}}"#), None);
        for broken in ["", "}", "{\"timestamp\":\"x", "{\"timestamp", "{\"timestamp\":", "\"", "\"\\"] {
            assert_eq!(stamp_in(broken), None, "{broken}");
        }
    }

    #[test]
    fn documents_differ_in_anything_but_the_stamp() {
        let same = |a: &str, b: &str| same_but_for_stamp(a.as_bytes(), b.as_bytes(), "timestamp");
        assert!(same(r#"{"m":1,"timestamp":"a"}"#, r#"{"m":1,"timestamp":"bcd"}"#));
        assert!(!same(r#"{"m":1,"timestamp":"a"}"#, r#"{"m":2,"timestamp":"a"}"#));
        assert!(!same(r#"{"timestamp":"a","m":1}"#, r#"{"timestamp":"a","m":12}"#));
        assert!(!same(r#"{"m":1,"timestamp":"a"}"#, r#"{"m":1}"#));
        assert!(!same("", r#"{"m":1,"timestamp":"a"}"#));
        assert!(same("not json", "not json"));
    }

    proptest::proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(json in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..80)) {
            let _found = value_of(&json, "timestamp");
        }

        #[test]
        fn arbitrary_json_like_text_never_panics(json in r#"[{}\[\]":\\ ta,]{0,60}"#) {
            let _found = value_of(json.as_bytes(), "t");
        }
    }
}

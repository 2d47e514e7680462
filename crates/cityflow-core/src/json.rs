//! Reading JSON objects of the bucket: one document, or one record a line.

use std::io::{BufRead, Read};
use std::sync::Arc;

use serde_json::Value;

use crate::decode::ReadError;

/// Reads one JSON document to its end.
pub fn document(object: &Arc<str>, input: &mut dyn BufRead) -> Result<Value, ReadError> {
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes).map_err(|error| ReadError::stream(object, line_count(&bytes), &error))?;
    let content = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    if content.iter().all(u8::is_ascii_whitespace) {
        return Err(ReadError::Empty { object: Arc::clone(object), expected: "a JSON document" });
    }
    parse(content).map_err(|error| ReadError::NotJson {
        object: Arc::clone(object),
        line: error.line() as u64,
        reason: reason(&error),
    })
}

/// Parses a value. A bare `NaN`, which JSON does not know and several libraries write, is null as everywhere.
fn parse(content: &[u8]) -> Result<Value, serde_json::Error> {
    let error = match serde_json::from_slice(content) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    let plain = without_nan(content);
    // The fault of the content as written: its position is the one to name.
    if plain.len() == content.len() { Err(error) } else { serde_json::from_slice(&plain).map_err(|_| error) }
}

/// The content with each `NaN` outside texts replaced by `null`.
fn without_nan(content: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(content.len() + 64);
    let (mut in_text, mut escaped, mut at) = (false, false, 0);
    while let Some(&byte) = content.get(at) {
        if !in_text && content[at..].starts_with(b"NaN") {
            plain.extend_from_slice(b"null");
            at += 3;
            continue;
        }
        in_text ^= byte == b'"' && !escaped;
        escaped = in_text && byte == b'\\' && !escaped;
        plain.push(byte);
        at += 1;
    }
    plain
}

/// The parser's sentence without its position, which the error carries already.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let sentence = text.rsplit_once(" at line ").map_or(text.as_str(), |(sentence, _)| sentence);
    format!("{sentence} (column {})", error.column())
}

/// Lines begun in these bytes.
fn line_count(bytes: &[u8]) -> u64 {
    bytes.split(|byte| *byte == b'\n').count() as u64
}

/// One line of a JSON-lines object: its number from 1, its text, and its value when it is JSON.
pub struct Line {
    /// Line number from 1.
    pub number: u64,
    /// The text, for samples.
    pub text: String,
    /// The value; none when the line is not JSON.
    pub value: Option<Value>,
}

/// Longest line that is kept; a longer one is malformed, and its text is cut.
const MAX_LINE_BYTES: u64 = 16 * 1024 * 1024;

/// Reads one JSON record a line; blank lines are passed over.
pub fn lines(object: &Arc<str>, input: &mut dyn BufRead, each: &mut dyn FnMut(Line)) -> Result<(), ReadError> {
    let mut number = 0;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        number += 1;
        let fault = |error: std::io::Error| ReadError::stream(object, number, &error);
        let taken = (&mut *input).take(MAX_LINE_BYTES).read_until(b'\n', &mut buffer).map_err(fault)?;
        if taken == 0 {
            return Ok(());
        }
        let cut = taken as u64 == MAX_LINE_BYTES && buffer.last() != Some(&b'\n');
        if cut {
            input.skip_until(b'\n').map_err(fault)?;
            buffer.truncate(crate::quality::SAMPLE_CHARACTERS * 8);
        }
        let content = buffer.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&buffer).trim_ascii();
        if content.is_empty() {
            continue;
        }
        let value = if cut { None } else { parse(content).ok() };
        each(Line { number, text: String::from_utf8_lossy(content).into_owned(), value });
    }
}

/// The records of an Opendatasoft answer or export: `results` (v2.1), `records` (v1, v2), or a bare list.
pub fn records(document: &Value) -> Option<&Vec<Value>> {
    let listed = ["results", "records"].into_iter().find_map(|key| document.get(key)?.as_array());
    listed.or_else(|| document.as_array())
}

/// The fields of an Opendatasoft record: under `fields` (v1), `record.fields` (v2), else the record itself.
pub fn fields(record: &Value) -> &Value {
    let nested = record.get("fields").or_else(|| record.get("record")?.get("fields"));
    nested.filter(|fields| fields.is_object()).unwrap_or(record)
}

/// What stands in a value, for an error: its keys, or its kind.
pub fn describe(value: &Value) -> String {
    match value {
        Value::Object(map) if map.is_empty() => "an object without keys".to_owned(),
        Value::Object(map) => {
            let keys: Vec<_> = map.keys().take(8).map(|key| format!("`{key}`")).collect();
            format!("an object with {}", keys.join(", "))
        }
        Value::Array(items) => match items.first() {
            None => "an empty list".to_owned(),
            Some(first) => format!("a list of {}", describe(first).trim_start_matches("an ").trim_start_matches("a ")),
        },
        Value::String(_) => "a text".to_owned(),
        Value::Number(_) => "a number".to_owned(),
        Value::Bool(_) => "a boolean".to_owned(),
        Value::Null => "null".to_owned(),
    }
}

/// A text field: a string as it is, a number as it is written; none when absent, null or empty.
pub fn text(value: Option<&Value>) -> Option<String> {
    let text = match value? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_document_and_a_broken_one_name_the_object_and_the_line() {
        let object: Arc<str> = "a.json".into();
        let empty = document(&object, &mut &b" \n"[..]).unwrap_err();
        assert_eq!(empty.to_string(), "a.json: line 1: the object is empty: expected a JSON document");
        let broken = document(&object, &mut &b"{\n\"a\": [1,\n"[..]).unwrap_err();
        assert!(broken.to_string().starts_with("a.json: line 3: not valid JSON: EOF"), "{broken}");
    }

    #[test]
    fn the_records_of_every_opendatasoft_dialect_have_the_same_fields() {
        for text in [
            r#"{"results":[{"a":1}]}"#,
            r#"{"records":[{"recordid":"x","fields":{"a":1}}]}"#,
            r#"{"records":[{"record":{"id":"x","fields":{"a":1}}}]}"#,
            r#"[{"a":1}]"#,
        ] {
            let document: Value = serde_json::from_str(text).unwrap();
            assert_eq!(fields(&records(&document).unwrap()[0]), &serde_json::json!({"a": 1}), "{text}");
        }
    }

    #[test]
    fn a_bare_nan_is_null_and_one_in_a_text_is_text() {
        let content = br#"{"a": NaN, "b": "NaN \" NaN", "c": [NaN,1]}"#;
        let value = document(&"a.json".into(), &mut &content[..]).unwrap();
        assert_eq!(value, serde_json::json!({"a": null, "b": "NaN \" NaN", "c": [null, 1]}));
        let broken = document(&"a.json".into(), &mut &b"{\"a\": NaN,\n oops}"[..]).unwrap_err();
        assert!(broken.to_string().starts_with("a.json: line 1: not valid JSON"), "{broken}");
    }

    #[test]
    fn a_bad_line_does_not_stop_the_next() {
        let mut seen = Vec::new();
        lines(&"a.jsonl".into(), &mut &b"{\"a\":1}\n\nnope\n{\"a\":2}"[..], &mut |line| {
            seen.push((line.number, line.value.is_some()));
        })
        .unwrap();
        assert_eq!(seen, [(1, true), (3, false), (4, true)]);
    }
}

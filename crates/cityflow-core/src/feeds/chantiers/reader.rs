//! From the bytes of an export to its works.

use std::io::BufRead;
use std::sync::Arc;

use serde_json::Value;

use super::issues::{self, DateCell};
use super::raw::{self, COLUMNS, Field, RawWorks, Record};
use super::record::{Export, Works};
use crate::decode::{self, Format, ReadError};
use crate::feeds::Reading;
use crate::geo::{Geometry, GeometryCell, Point, PointCell};
use crate::json;
use crate::numbers::{Cell, is_null_text};
use crate::quality::Rule;
use crate::table::{Entry, Table};
use crate::time::{Ambiguous, CityZone, Stamp, parse_date};

/// Reads an export: CSV under labels or technical names, or Opendatasoft JSON (v1, v2.1, `GeoJSON`, one record
/// a line). `zone` is for dates that are written as instants.
pub fn read(object: &Arc<str>, input: &mut dyn BufRead, zone: &CityZone) -> Result<(Export, Reading), ReadError> {
    let format = decode::format(object, input)?;
    let mut reader = Reader { object, zone, export: Export::new(object), reading: Reading::default() };
    match format {
        Format::Delimited => reader.table(input)?,
        Format::Json => reader.document(input)?,
        Format::JsonLines => reader.lines(input)?,
    }
    Ok((reader.export, reader.reading))
}

struct Reader<'a> {
    object: &'a Arc<str>,
    zone: &'a CityZone,
    export: Export,
    reading: Reading,
}

impl Reader<'_> {
    fn table(&mut self, input: &mut dyn BufRead) -> Result<(), ReadError> {
        let mut table = Table::open(self.object, input, &COLUMNS)?;
        if table.had_stray_quote() {
            let header = table.header().to_owned();
            self.reading.note_object(Rule::StrayHeaderQuote, self.object, &header);
        }
        while let Some(entry) = table.next_entry()? {
            match entry {
                Entry::Malformed { line, text } => self.malformed(line, &text),
                Entry::Row(row) => {
                    if !row.is_utf8() {
                        self.note(Rule::InvalidUtf8, row.line, &row.raw());
                    }
                    self.add(row.line, &row);
                }
            }
        }
        Ok(())
    }

    fn document(&mut self, input: &mut dyn BufRead) -> Result<(), ReadError> {
        let document = json::document(self.object, input)?;
        let records = raw::records(&document).ok_or_else(|| ReadError::UnknownShape {
            object: Arc::clone(self.object),
            expected: "a list of records, `results`, `records` or `features`",
            found: json::describe(&document),
        })?;
        self.require(records)?;
        for (number, record) in (1..).zip(records) {
            self.record(number, Some(record), &mut || record.to_string());
        }
        Ok(())
    }

    /// Version 1 leaves null fields out, so a field is missing only when no record has it.
    fn require(&self, records: &[Value]) -> Result<(), ReadError> {
        let has = |field| records.iter().filter_map(Record::of).any(|record| record.has(field));
        match [Field::Id, Field::Start, Field::End].into_iter().find(|field| !records.is_empty() && !has(*field)) {
            None => Ok(()),
            Some(field) => Err(ReadError::MissingColumn {
                object: Arc::clone(self.object),
                needed: COLUMNS[field as usize].names.join("` or `"),
                found: records.first().map(json::describe).unwrap_or_default(),
            }),
        }
    }

    fn lines(&mut self, input: &mut dyn BufRead) -> Result<(), ReadError> {
        let object = self.object;
        json::lines(object, input, &mut |line| {
            self.record(line.number, line.value.as_ref(), &mut || line.text.clone());
        })
    }

    fn record(&mut self, number: u64, value: Option<&Value>, text: &mut dyn FnMut() -> String) {
        match value.and_then(Record::of) {
            Some(record) => self.add(number, &record),
            None => self.malformed(number, &text()),
        }
    }

    fn malformed(&mut self, line: u64, text: &str) {
        self.reading.rows += 1;
        self.note(Rule::MalformedRow, line, text);
    }

    /// An export stands for whatever day it is read for, so its issues belong to no day.
    fn note(&mut self, rule: Rule, line: u64, text: &str) {
        self.reading.issues.note(None, rule, self.object, line, text);
    }

    fn add(&mut self, line: u64, raw: &impl RawWorks) {
        self.reading.rows += 1;
        // The feeds write `*` for a missing identifier: one without a letter or a digit names nothing.
        let id = raw.text(Field::Id).filter(|id| id.chars().any(char::is_alphanumeric));
        let Some(id) = id else {
            self.note(Rule::UnreadableId, line, &raw.sample());
            return;
        };
        let (start, end) = (self.date(raw, Field::Start), self.date(raw, Field::End));
        if let Some(rule) = issues::period(start, end) {
            let written = |field| raw.text(field).unwrap_or_default();
            self.note(rule, line, &format!("{id}: {} / {}", written(Field::Start), written(Field::End)));
        }
        let works = Works {
            start: start.date(),
            end: end.date(),
            status: self.code(line, "statut", raw.number(Field::Status)),
            level: self.code(line, "niveau", raw.number(Field::Level)),
            geometry: self.geometry(line, &id, raw),
            point: self.point(line, &id, raw),
            ..Works::texts(id.into(), raw)
        };
        self.export.add(works);
    }

    /// A civil date, or the city's date of an instant.
    fn date(&self, raw: &impl RawWorks, field: Field) -> DateCell {
        let Some(text) = raw.text(field) else { return DateCell::Null };
        let text = text.trim();
        if is_null_text(text) {
            return DateCell::Null;
        }
        let instant = || self.zone.date_of(Stamp::parse(text)?.second(self.zone, Ambiguous::Earlier)?);
        parse_date(text).or_else(instant).map_or(DateCell::Unreadable, DateCell::Date)
    }

    /// A small code; one that is not a whole number of two digits at most is null and counted.
    fn code(&mut self, line: u64, name: &str, cell: Cell) -> Option<u8> {
        let written = match cell {
            Cell::Null => return None,
            Cell::Number(value) => value,
            Cell::Unreadable => f64::NAN,
        };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number within 0..=99")]
        let code = (written.fract() == 0.0 && (0.0..=99.0).contains(&written)).then_some(written as u8);
        if code.is_none() {
            self.note(Rule::UnreadableNumber, line, name);
        }
        code
    }

    fn geometry(&mut self, line: u64, id: &str, raw: &impl RawWorks) -> Option<Geometry> {
        let cell = raw.shape();
        match cell {
            GeometryCell::Shape(_) | GeometryCell::Null => {}
            GeometryCell::OutOfRange => self.note(Rule::CoordinatesOutOfRange, line, id),
            GeometryCell::Unreadable => self.note(Rule::UnreadableGeometry, line, id),
        }
        cell.geometry()
    }

    fn point(&mut self, line: u64, id: &str, raw: &impl RawWorks) -> Option<Point> {
        let cell = raw.point();
        match cell {
            PointCell::At(_) | PointCell::Null => {}
            PointCell::OutOfRange => self.note(Rule::CoordinatesOutOfRange, line, id),
            PointCell::Unreadable => self.note(Rule::UnreadableGeometry, line, id),
        }
        cell.point()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn read_as(name: &str, content: &[u8]) -> Result<(Export, Reading), ReadError> {
        read(&name.into(), &mut &content[..], &CityZone::paris())
    }

    const ROW: &str = "CP1;75001;2024-01-01;2024-01-31;RESTREINTE;2;\"48.85, 2.35\"";

    #[test]
    fn labels_technical_names_and_json_give_the_same_works() {
        let labels = format!(
            "\u{feff}Identifiant;Code postal de l'arrondissement;Date de début;Date de fin;Impact sur la \
             circulation;Statut;geo_point_2d\r\n{ROW}\r\n"
        );
        let names = format!(
            "identifiant;cp_arrondissement;date_debut;date_fin;impact_circulation;statut;geo_point_2d\n{ROW}\n"
        );
        let fields = r#""identifiant":"CP1","cp_arrondissement":"75001","date_debut":"2024-01-01",
            "date_fin":"2024-01-31","impact_circulation":"RESTREINTE","statut":2"#;
        let v1 = format!(r#"{{"nhits":1,"records":[{{"fields":{{{fields},"geo_point_2d":[48.85,2.35]}}}}]}}"#);
        let v2 = format!(r#"{{"total_count":1,"results":[{{{fields},"geo_point_2d":{{"lon":2.35,"lat":48.85}}}}]}}"#);
        let (expected, reading) = read_as("a.csv", labels.as_bytes()).unwrap();
        assert!(reading.issues == crate::quality::DatedIssues::default());
        let works = &expected.works["CP1"];
        assert_eq!((works.start, works.status), (Some(date(2024, 1, 1)), Some(2)));
        assert!(works.point.is_some());
        for (name, content) in [("a.csv", names), ("a.json", v1.clone()), ("a", v1), ("a.json", v2)] {
            let (export, reading) = read_as(name, content.as_bytes()).unwrap();
            assert_eq!(export.works, expected.works, "{content}");
            assert_eq!(reading.rows, 1);
        }
    }

    #[test]
    fn quoted_cells_run_over_lines_and_hold_delimiters() {
        let content = "identifiant;description;date_debut;date_fin\r\nCP1;\"rue A ;\nvers rue B\";2024-01-01;2024-01-02\r\n\
                       CP2;;2024-01-01;2024-01-02\r\n";
        let (export, reading) = read_as("a.csv", content.as_bytes()).unwrap();
        assert_eq!(export.works["CP1"].description.as_deref(), Some("rue A ;\nvers rue B"));
        assert_eq!((export.works.len(), reading.rows), (2, 2));
    }

    #[test]
    fn a_row_without_a_readable_identifier_or_with_other_cells_is_dropped_and_counted() {
        let content = "identifiant;date_debut;date_fin\n*;2024-01-01;2024-01-02\n;2024-01-01;2024-01-02\nCP1;2024-01-01\n\
                       CP2;2024-01-01;2024-01-02\n";
        let (export, reading) = read_as("a.csv", content.as_bytes()).unwrap();
        assert_eq!((export.works.len(), reading.rows), (1, 4));
        assert_eq!(reading.issues.undated.count(Rule::UnreadableId), 2);
        assert_eq!(reading.issues.undated.count(Rule::MalformedRow), 1);
    }

    #[test]
    fn unreadable_codes_shapes_and_places_are_null_and_counted() {
        let content = "identifiant;date_debut;date_fin;statut;niveau_perturbation;geo_shape;geo_point_2d\n\
                       CP1;2024-01-01;2024-01-02;en cours;1.5;{};148.85, 2.35\nCP2;2024-01-01;2024-01-02;2;1;;here\n";
        let (export, reading) = read_as("a.csv", content.as_bytes()).unwrap();
        let works = &export.works["CP1"];
        assert_eq!((works.status, works.level, &works.geometry, works.point), (None, None, &None, None));
        let count = |rule| reading.issues.undated.count(rule);
        assert_eq!(count(Rule::UnreadableNumber), 2);
        assert_eq!((count(Rule::UnreadableGeometry), count(Rule::CoordinatesOutOfRange)), (2, 1));
    }

    #[test]
    fn a_date_written_as_an_instant_is_the_citys_date() {
        let content = "identifiant;date_debut;date_fin\nCP1;2024-06-30T22:00:00+00:00;2024-07-31T00:00:00\n";
        let (export, _) = read_as("a.csv", content.as_bytes()).unwrap();
        assert_eq!(export.works["CP1"].start, Some(date(2024, 7, 1)));
        assert_eq!(export.works["CP1"].end, Some(date(2024, 7, 31)));
    }

    #[test]
    fn a_missing_required_column_is_an_error_that_names_it() {
        let error = read_as("a.csv", b"identifiant;statut\nCP1;2\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "a.csv: line 1: column `date de debut` or `date debut` is missing: found `identifiant;statut`"
        );
        assert!(matches!(read_as("a.json", br#"[{"id": 1}]"#), Err(ReadError::MissingColumn { .. })));
        assert!(matches!(read_as("a.json", br#"{"a": 1}"#), Err(ReadError::UnknownShape { .. })));
        assert_eq!(read_as("a.json", b"[]").unwrap().1.rows, 0);
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            for name in ["a", "a.csv", "a.json", "a.jsonl"] {
                let _ = read_as(name, &bytes);
            }
            let mut table = b"identifiant;date_debut;date_fin;statut;geo_shape;geo_point_2d\n".to_vec();
            table.extend(bytes);
            prop_assert!(read_as("a.csv", &table).is_ok());
        }
    }
}

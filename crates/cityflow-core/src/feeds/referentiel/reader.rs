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
                    self.push(RawPiece::of_row(&row), row.line, &|column| row.text(column).into_owned());
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
            self.push(RawPiece::of_json(record), number, &|column| RawPiece::json_sample(record, column));
        } else {
            self.note(Rule::MalformedRow, number, text);
        }
    }

    fn push(&mut self, raw: RawPiece, line: u64, sample: &dyn Fn(usize) -> String) {
        let (issues, object) = (&mut self.reading.issues, self.object);
        let mut note = |rule, column| issues.note(None, rule, object, line, &sample(column));
        if let Some((link, piece)) = Piece::of_raw(raw, line, &mut note) {
            self.reference.push(link, piece);
        }
    }

    fn note(&mut self, rule: Rule, line: u64, text: &str) {
        self.reading.issues.note(None, rule, self.object, line, text);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::geo::Point;
    use crate::ids::LinkId;

    const HEADER: &str = "Identifiant arc;Date debut dispo data;Date fin dispo data;Libelle;Identifiant noeud aval;\
                          Libelle noeud aval;Identifiant noeud amont;Libelle noeud amont;geo_point_2d;geo_shape";
    const TECHNICAL: &str = "geo_shape,geo_point_2d,libelle_nd_amont,iu_nd_amont,libelle_nd_aval,iu_nd_aval,libelle,\
                             date_fin,date_debut,extra,iu_ac";

    fn read_as(name: &str, content: &str) -> (Reference, Reading) {
        read(&name.into(), &mut content.as_bytes()).unwrap()
    }

    fn problems(reading: &Reading) -> Vec<(&'static str, u64, String)> {
        let problems = reading.issues.undated.problems();
        problems.into_iter().map(|(code, p)| (code, p.nombre, p.exemples[0].texte.clone())).collect()
    }

    fn only(reference: &Reference) -> (LinkId, Piece) {
        let (id, link) = reference.links().next().unwrap();
        (id, Piece { line: 0, ..link.newest.clone() })
    }

    #[test]
    fn every_dialect_gives_the_same_piece() {
        let line = r#"{""coordinates"": [[2.1, 48.1], [2.2, 48.2]], ""type"": ""LineString""}"#;
        let labels = format!(
            "\u{feff}{HEADER}\r\n7;2005-01-01T02:00:00+01:00;2019-06-01T04:00:00+02:00;Rue_A;2;Vers;1;De;48.1,2.1;\"{line}\"\r\n"
        );
        let technical = format!(
            "{TECHNICAL}\n\"{line}\",\"48.1, 2.1\",De,1,Vers,2.0,Rue_A,2019-06-01T02:00:00Z,2005-01-01 01:00:00,x,7.0\n"
        );
        let fields = r#""iu_ac":"7","date_debut":"2005-01-01T01:00:00Z","date_fin":"2019-06-01T02:00:00Z",
            "libelle":"Rue_A","iu_nd_amont":1,"libelle_nd_amont":"De","iu_nd_aval":"2","libelle_nd_aval":"Vers""#;
        let shape = r#"{"type":"LineString","coordinates":[[2.1,48.1],[2.2,48.2]]}"#;
        let geojson = format!(
            r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","geometry":{shape},
            "properties":{{{fields},"geo_point_2d":[48.1,2.1]}}}}]}}"#
        );
        let v2 = format!(
            r#"{{"total_count":1,"results":[{{{fields},"geo_point_2d":{{"lon":2.1,"lat":48.1}},
            "geo_shape":{{"type":"Feature","properties":{{}},"geometry":{shape}}}}}]}}"#
        );
        let v1 = format!(
            r#"{{"records":[{{"fields":{{{fields},"geo_point_2d":[48.1,2.1],"geo_shape":{shape}}},
            "geometry":{{"type":"Point","coordinates":[2.1,48.1]}}}}]}}"#
        );
        let (expected, reading) = read_as("r.csv", &labels);
        assert_eq!((reading.rows, problems(&reading)), (1, vec![]));
        let (id, piece) = only(&expected);
        assert_eq!((id, piece.label.as_deref()), (LinkId(7), Some("Rue_A")));
        assert_eq!((piece.upstream_node.as_deref(), piece.downstream_node.as_deref()), (Some("1"), Some("2")));
        assert_eq!(piece.point, Some(Point { lon: 2.1, lat: 48.1 }));
        for (name, content) in
            [("r.csv", &technical), ("r.geojson", &geojson), ("r.json", &v2), ("r.json", &v1), ("r", &geojson)]
        {
            let (reference, reading) = read_as(name, content);
            assert_eq!(only(&reference), (id, piece.clone()), "{content}");
            assert_eq!((reading.rows, problems(&reading)), (1, vec![]), "{content}");
        }
    }

    #[test]
    fn one_record_a_line_is_read_too() {
        let (reference, reading) = read_as("r.jsonl", "{\"iu_ac\":\"7\"}\n\nnope\n{\"iu_ac\":8}\n");
        assert_eq!(reference.links().map(|(id, _)| id.0).collect::<Vec<_>>(), [7, 8]);
        assert_eq!(reading.rows, 3);
        assert_eq!(problems(&reading), [("ligne_mal_formee", 1, "nope".to_owned())]);
    }

    #[test]
    fn a_feature_drawn_as_a_point_has_a_place_and_no_line() {
        let content = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"iu_ac":"7"},
            "geometry":{"type":"Point","coordinates":[2.1,48.1]}}]}"#;
        let (reference, reading) = read_as("r.geojson", content);
        let (_, piece) = only(&reference);
        assert_eq!((piece.point, piece.geometry), (Some(Point { lon: 2.1, lat: 48.1 }), None));
        assert!(reading.issues.undated.is_empty());
    }

    #[test]
    fn a_row_without_readable_arc_is_dropped_and_any_other_fault_nulls_its_field() {
        let content =
            "iu_ac;date_debut;geo_point_2d;geo_shape\n*;2005-01-01;148.1,2.1;x\n7;someday;148.1,2.1;x\n8;;here;\n9\n";
        let (reference, reading) = read_as("r.csv", content);
        assert_eq!((reading.rows, reference.rows()), (4, 2));
        let (id, piece) = only(&reference);
        assert_eq!((id, piece), (LinkId(7), Piece::default()));
        assert_eq!(
            problems(&reading),
            [
                ("coordonnees_hors_limites", 1, "148.1,2.1".to_owned()),
                ("geometrie_illisible", 2, "x".to_owned()),
                ("horodatage_illisible", 1, "someday".to_owned()),
                ("identifiant_illisible", 1, "*".to_owned()),
                ("ligne_mal_formee", 1, "9".to_owned()),
            ]
        );
    }

    #[test]
    fn a_line_off_the_earth_and_one_without_length_are_no_lines() {
        let (reference, reading) = read_as(
            "r.json",
            r#"[{"iu_ac":1,"geo_shape":{"type":"LineString","coordinates":[[2,48],[2,98]]}},
                {"iu_ac":2,"geo_shape":{"type":"LineString","coordinates":[[2,48]]}},
                {"iu_ac":3,"geo_shape":{"type":"Polygon","coordinates":[[[2,48],[2,49],[3,49],[2,48]]]}}]"#,
        );
        assert!(reference.links().all(|(_, link)| link.length_m().is_none()));
        let counts: Vec<_> = problems(&reading).into_iter().map(|(code, count, _)| (code, count)).collect();
        assert_eq!(counts, [("coordonnees_hors_limites", 1), ("geometrie_illisible", 2)]);
    }

    #[test]
    fn a_stray_quote_before_the_header_and_bytes_of_another_encoding_are_noted() {
        let (reference, reading) = read(&"r.csv".into(), &mut &b"\"iu_ac;libelle\n7;Caf\xe9\n"[..]).unwrap();
        assert_eq!(only(&reference).1.label.as_deref(), Some("Caf\u{fffd}"));
        let codes: Vec<_> = problems(&reading).into_iter().map(|(code, ..)| code).collect();
        assert_eq!(codes, ["encodage_invalide", "entete_guillemet"]);
    }

    #[test]
    fn an_object_without_the_arc_column_is_an_error_that_says_what_was_found() {
        let error = |name: &str, content: &str| read(&name.into(), &mut content.as_bytes()).unwrap_err().to_string();
        let needed = "column `iu ac` or `identifiant arc` is missing";
        assert_eq!(error("r.csv", "id;q\n1;2\n"), format!("r.csv: line 1: {needed}: found `id;q`"));
        assert_eq!(
            error("r.json", r#"[{"id":1,"q":2}]"#),
            format!("r.json: line 1: {needed}: found an object with `id`, `q`")
        );
        assert_eq!(
            error("r.json", "{\"a\":1}"),
            "r.json: line 1: unknown shape: expected a GeoJSON feature collection or a list of records, found an object with `a`"
        );
        assert!(read(&"r.json".into(), &mut &br#"{"features":[]}"#[..]).is_ok());
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), name in 0..4_usize) {
            let name = ["r.csv", "r.json", "r.jsonl", "r"][name];
            let _ = read(&name.into(), &mut bytes.as_slice());
            let mut headed = b"iu_ac;date_debut;geo_point_2d;geo_shape\n".to_vec();
            headed.extend(bytes);
            let (reference, reading) = read(&"r.csv".into(), &mut headed.as_slice()).unwrap();
            prop_assert!(reference.rows() <= reading.rows);
        }

        #[test]
        fn arbitrary_fields_never_panic(cells in prop::collection::vec("[-0-9:TZ+., \\[\\]{}a-z\"]{0,24}", 4)) {
            let names = ["iu_ac", "date_debut", "geo_point_2d", "geo_shape"];
            let fields: serde_json::Map<String, Value> =
                names.into_iter().map(String::from).zip(cells.into_iter().map(Value::from)).collect();
            let document = Value::from(vec![Value::from(fields)]).to_string();
            prop_assert_eq!(read_as("r.json", &document).1.rows, 1);
        }
    }
}

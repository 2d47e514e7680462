//! Reads an object of road counts, in any of its spellings, row by row.

use std::io::BufRead;
use std::sync::Arc;

use serde_json::Value;

use crate::decode::{self, Format, ReadError};
use crate::feeds::Reading;
use crate::hourly::HourlyRow;
use crate::ids::LinkId;
use crate::json;
use crate::merge::Merge;
use crate::quality::Rule;
use crate::table::{Entry, Table};
use crate::time::CityZone;

use super::place::FirstShapes;
use super::raw::{COLUMNS, FLOW, MEASURE_NAMES, OCCUPANCY, RawCount, SeenFields};
use super::record::{Conversion, RoadValues};

/// Where the rows go.
pub type Sink<'s> = &'s mut dyn FnMut(HourlyRow<LinkId, RoadValues>);

/// Reads one object to its end. `rank` is the object's place by name. Rows go to `sink` in the order of the
/// file, the first place met of each link to `shapes`; delimited objects and JSON lines are streamed.
pub fn read(
    object: &Arc<str>,
    rank: u32,
    input: &mut dyn BufRead,
    zone: &CityZone,
    sink: Sink,
    shapes: &mut FirstShapes,
) -> Result<Reading, ReadError> {
    let format = decode::format(object, input)?;
    let mut reader = Reader { object, conversion: Conversion::new(object, rank, zone), rows: 0, sink, shapes };
    let mut reading = Reading::default();
    match format {
        Format::Delimited => reader.table(input, &mut reading)?,
        Format::Json => reader.document(input)?,
        Format::JsonLines => reader.lines(input)?,
    }
    reading.rows = reader.rows;
    reading.issues.merge(reader.conversion.issues);
    Ok(reading)
}

struct Reader<'a, 's> {
    object: &'a Arc<str>,
    conversion: Conversion<'a>,
    rows: u64,
    sink: Sink<'s>,
    shapes: &'s mut FirstShapes,
}

impl Reader<'_, '_> {
    fn table(&mut self, input: &mut dyn BufRead, reading: &mut Reading) -> Result<(), ReadError> {
        let mut table = Table::open(self.object, input, &COLUMNS)?;
        if table.had_stray_quote() {
            reading.note_object(Rule::StrayHeaderQuote, self.object, table.header());
        }
        if !table.has(FLOW) && !table.has(OCCUPANCY) {
            return Err(table.missing(&MEASURE_NAMES));
        }
        while let Some(entry) = table.next_entry()? {
            self.rows += 1;
            match entry {
                Entry::Row(row) => {
                    let date = self.count(row.line, &RawCount::of_row(&row));
                    if date.is_some() && !row.is_utf8() {
                        self.conversion.note(date, Rule::InvalidUtf8, row.line, &row.raw());
                    }
                }
                Entry::Malformed { line, text } => self.malformed(line, &text),
            }
        }
        Ok(())
    }

    fn document(&mut self, input: &mut dyn BufRead) -> Result<(), ReadError> {
        let document = json::document(self.object, input)?;
        let records = json::records(&document).ok_or_else(|| self.unknown_shape(&document))?;
        let mut seen = SeenFields::default();
        for (number, record) in (1..).zip(records) {
            self.record(number, record, &mut seen);
        }
        seen.check(self.object)
    }

    fn lines(&mut self, input: &mut dyn BufRead) -> Result<(), ReadError> {
        let object = self.object;
        let mut seen = SeenFields::default();
        json::lines(object, input, &mut |line| {
            if let Some(value) = line.value {
                self.record(line.number, &value, &mut seen);
            } else {
                self.rows += 1;
                self.malformed(line.number, &line.text);
            }
        })?;
        seen.check(object)
    }

    fn record(&mut self, number: u64, record: &Value, seen: &mut SeenFields) {
        self.rows += 1;
        match seen.fields(record) {
            Some(fields) => {
                self.count(number, &RawCount::of_record(fields));
            }
            None => self.malformed(number, &record.to_string()),
        }
    }

    /// Sends a row on; the day of its hour, when it is kept.
    fn count(&mut self, line: u64, raw: &RawCount) -> Option<jiff::civil::Date> {
        let (date, row) = self.conversion.row(line, raw, self.shapes)?;
        (self.sink)(row);
        Some(date)
    }

    fn malformed(&mut self, line: u64, text: &str) {
        self.conversion.note(None, Rule::MalformedRow, line, text);
    }

    fn unknown_shape(&self, document: &Value) -> ReadError {
        let expected = "`records` (Opendatasoft v1), `results` (v2.1) or a list of records";
        ReadError::UnknownShape { object: Arc::clone(self.object), expected, found: json::describe(document) }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::feeds::comptages::state::LinkState;
    use crate::quality::IssueLog;

    macro_rules! fixture {
        ($name:literal) => {
            include_bytes!(concat!("../../../../../fixtures/comptages/", $name)).as_slice()
        };
    }

    /// An object read to its end.
    struct Read {
        rows: Vec<HourlyRow<LinkId, RoadValues>>,
        shapes: FirstShapes,
        reading: Reading,
    }

    impl Read {
        /// Rows as `id start flow occupancy declared label`.
        fn spelled(&self) -> Vec<String> {
            let paris = CityZone::paris();
            let spell = |row: &HourlyRow<LinkId, RoadValues>| {
                let RoadValues { flow, occupancy, declared, label } = &row.values;
                let label = label.as_deref();
                format!("{} {} {flow:?} {occupancy:?} {declared:?} {label:?}", row.sensor, paris.iso(row.hour.0))
            };
            self.rows.iter().map(spell).collect()
        }
    }

    fn try_read(name: &str, mut content: &[u8]) -> Result<Read, ReadError> {
        let (mut rows, mut shapes) = (Vec::new(), FirstShapes::default());
        let sink: Sink = &mut |row| rows.push(row);
        let reading = read(&name.into(), 3, &mut content, &CityZone::paris(), sink, &mut shapes)?;
        Ok(Read { rows, shapes, reading })
    }

    fn read_whole(name: &str, content: &[u8]) -> Read {
        try_read(name, content).unwrap()
    }

    fn counts(log: &IssueLog) -> BTreeMap<&'static str, u64> {
        log.problems().into_iter().map(|(code, problem)| (code, problem.nombre)).collect()
    }

    #[test]
    fn every_spelling_of_the_same_rows_is_the_same() {
        let labelled = read_whole("a.csv", fixture!("labelled_bom.csv"));
        assert_eq!(
            labelled.spelled(),
            [
                r#"11 2024-01-04T07:00:00+01:00 Some(120.0) Some(4.5) Some(Invalid) Some("Rue_Alpha")"#,
                r#"12 2024-01-04T07:00:00+01:00 None Some(31.25) Some(Open) Some("PI_Beta")"#,
                r#"11 2024-01-04T23:00:00+01:00 Some(80.0) None Some(Closed) Some("Rue_Alpha")"#,
            ]
        );
        let others = [
            read_whole("a.csv", fixture!("historical.csv")),
            read_whole("a.json", fixture!("api_v1.json")),
            read_whole("a.json", fixture!("api_v2.json")),
            read_whole("a.json", fixture!("api_v2_bare_list.json")),
            read_whole("a.jsonl", fixture!("records.jsonl")),
        ];
        for other in others {
            assert_eq!(other.spelled(), labelled.spelled());
            assert_eq!(other.reading.rows, 3);
            assert_eq!(other.reading.issues, crate::quality::DatedIssues::default());
        }
    }

    #[test]
    fn the_first_place_of_a_link_is_kept_with_where_it_stands() {
        let csv = read_whole("a.csv", fixture!("labelled_bom.csv")).shapes;
        assert_eq!(csv.links.len(), 2);
        let (origin, point) = csv.links[&LinkId(11)].point.unwrap();
        assert_eq!((origin.object, origin.line, point.lon, point.lat), (3, 2, 2.305, 48.87));
        let length = |shapes: &FirstShapes| shapes.links[&LinkId(12)].geometry.as_ref().unwrap().1.length_m();
        assert!((length(&csv) - 731.3).abs() < 1.0);
        for json in [fixture!("api_v1.json"), fixture!("api_v2.json")] {
            assert!((length(&read_whole("a.json", json).shapes) - length(&csv)).abs() < 1e-9);
        }
        assert!(read_whole("a.csv", fixture!("historical.csv")).shapes.links.is_empty());
    }

    #[test]
    fn bad_rows_are_counted_under_their_day_and_reading_goes_on() {
        let read = read_whole("a.csv", fixture!("faulty_rows.csv"));
        assert_eq!(read.reading.rows, 10);
        assert_eq!(
            read.spelled(),
            [
                r#"11 2024-01-04T08:00:00+01:00 None None Some(Open) Some("Rue_Alpha")"#,
                r#"11 2024-01-04T09:00:00+01:00 None None Some(Open) Some("Rue_Alpha")"#,
                r#"11 2024-01-04T10:00:00+01:00 Some(0.0) Some(15.0) Some(Open) Some("Rue_Alpha")"#,
                r#"11 2024-01-04T11:00:00+01:00 None None None Some("Rue_Alpha")"#,
                r#"11 2024-01-04T23:00:00+01:00 Some(5.0) None Some(Open) Some("Rue_Alpha")"#,
            ]
        );
        let issues = &read.reading.issues;
        let undated = [("horodatage_illisible", 1), ("identifiant_illisible", 1), ("ligne_mal_formee", 1)];
        assert_eq!(counts(&issues.undated), BTreeMap::from(undated));
        let of_day = [
            ("coordonnees_hors_limites", 1),
            ("debit_hors_limites", 2),
            ("etat_incoherent", 2),
            ("geometrie_illisible", 2),
            ("horodatage_hors_heure", 1),
            ("nombre_illisible", 1),
            ("taux_hors_limites", 1),
        ];
        assert_eq!(counts(&issues.by_day[&date(2024, 1, 4)]), BTreeMap::from(of_day));
        let spring = counts(&issues.by_day[&date(2024, 3, 31)]);
        assert_eq!(spring, BTreeMap::from([("nonexistent_local_time", 1)]));
    }

    #[test]
    fn a_naive_stamp_of_the_repeated_hour_is_the_later_one() {
        let read = read_whole("a.csv", b"iu_ac,t_1h,q\n1,2023-10-29 02:00:00,5\n1,2023-10-29 03:00:00,6\n");
        let starts: Vec<_> = read.rows.iter().map(|row| CityZone::paris().iso(row.hour.0)).collect();
        assert_eq!(starts, ["2023-10-29T02:00:00+02:00", "2023-10-29T02:00:00+01:00"]);
    }

    #[test]
    fn arc_stamp_and_one_of_flow_and_occupancy_are_required() {
        assert_eq!(read_whole("a.csv", b"iu_ac,t_1h,k\n1,2024-01-04 08:00:00,5\n").rows.len(), 1);
        let error = |name: &str, content: &str| try_read(name, content.as_bytes()).err().unwrap().to_string();
        for (content, needed) in [
            ("t_1h;q;k\n", "`identifiant arc` or `iu ac`"),
            ("iu_ac;q;k\n", "`date et heure de comptage` or `t 1h`"),
            ("iu_ac;t_1h;libelle\n", "`debit horaire` or `q` or `taux d occupation` or `k`"),
        ] {
            let found = content.trim();
            let expected = format!("a.csv: line 1: column {needed} is missing: found `{found}`");
            assert_eq!(error("a.csv", content), expected);
        }
        let record = r#"[{"iu_ac": "1", "t_1h": "2024-01-04T08:00:00Z"}]"#;
        let expected = "a.json: line 1: column `q` or `k` is missing: found an object with `iu_ac`, `t_1h`";
        assert_eq!(error("a.json", record), expected);
        assert!(error("a.json", r#"{"message": "quota"}"#).contains("found an object with `message`"));
    }

    #[test]
    fn a_page_of_the_first_api_may_omit_every_measure_and_an_empty_page_is_no_error() {
        let page = br#"{"records": [{"fields": {"iu_ac": 1, "t_1h": "2024-01-04T08:00:00Z"}}]}"#;
        let read = read_whole("a.json", page);
        assert_eq!((read.rows.len(), read.rows[0].values.is_valid()), (1, false));
        assert_eq!(read_whole("a.json", br#"{"results": []}"#).reading.rows, 0);
    }

    #[test]
    fn a_record_that_is_no_object_is_malformed() {
        let read = read_whole("a.jsonl", b"{\"iu_ac\":1,\"t_1h\":\"2024-01-04T08:00:00Z\",\"q\":\"7\"}\n[]\nnope\n");
        assert_eq!((read.rows.len(), read.rows[0].values.flow, read.reading.rows), (1, Some(7.0), 3));
        assert_eq!(read.reading.issues.undated.count(Rule::MalformedRow), 2);
    }

    #[test]
    fn a_stray_quote_before_the_header_is_removed_and_counted() {
        let read = read_whole("a.csv", b"\"iu_ac;t_1h;q\n1;2024-01-04T08:00:00+01:00;5\n");
        assert_eq!(read.rows.len(), 1);
        assert_eq!(read.reading.issues.undated.count(Rule::StrayHeaderQuote), 1);
    }

    #[test]
    fn bytes_that_are_not_utf8_are_replaced_and_counted() {
        let read = read_whole("a.csv", b"iu_ac;t_1h;q;libelle\n1;2024-01-04T08:00:00+01:00;5;Caf\xe9\n");
        assert_eq!(read.rows[0].values.label.as_deref(), Some("Caf\u{fffd}"));
        assert_eq!(read.reading.issues.by_day[&date(2024, 1, 4)].count(Rule::InvalidUtf8), 1);
    }

    #[test]
    fn each_bad_place_is_counted_though_good_ones_are_read_once() {
        let row = |point: &str| format!("1;2024-01-04T08:00:00+01:00;5;{point}\n");
        let points = ["48.8,2.3", "148.8,2.3", "48.8,2.3", "148.8,2.3", "48.9,2.3"];
        let content: String = points.iter().map(|point| row(point)).collect();
        let read = read_whole("a.csv", format!("iu_ac;t_1h;q;geo_point_2d\n{content}").as_bytes());
        assert_eq!(read.shapes.links[&LinkId(1)].point.unwrap().1, crate::geo::Point { lon: 2.3, lat: 48.8 });
        assert_eq!(read.reading.issues.by_day[&date(2024, 1, 4)].count(Rule::CoordinatesOutOfRange), 2);
    }

    #[test]
    fn an_unknown_declared_state_is_null() {
        let content = b"iu_ac;t_1h;q;etat_barre\n1;2024-01-04T08:00:00Z;5;9\n1;2024-01-04T09:00:00Z;5;BARRE\n";
        let declared: Vec<_> = read_whole("a.csv", content).rows.iter().map(|row| row.values.declared).collect();
        assert_eq!(declared, [None, Some(LinkState::Closed)]);
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), kind in 0_usize..4) {
            let (name, start) = [
                ("a.csv", "iu_ac;t_1h;q;k;etat_trafic;geo_point_2d;geo_shape\n1;2024-01-04T08:00:00Z;"),
                ("a.csv", ""),
                ("a.json", ""),
                ("a.jsonl", "{\"iu_ac\":1}\n"),
            ][kind];
            let content = [start.as_bytes(), &bytes].concat();
            drop(try_read(name, &content));
        }

        #[test]
        fn cells_made_of_likely_characters_never_panic(
            cells in prop::collection::vec("[0-9;,\"\n :TZ+.e-]{0,30}", 0..20),
        ) {
            let content = format!("iu_ac;t_1h;q;k;geo_point_2d\n{}", cells.join("\n"));
            let read = try_read("a.csv", content.as_bytes()).unwrap();
            prop_assert!(read.rows.len() as u64 <= read.reading.rows);
        }
    }
}

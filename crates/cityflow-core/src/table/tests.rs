use std::io::BufReader;

use proptest::prelude::*;

use super::*;

const COLUMNS: [Column; 3] =
    [Column::required(&["identifiant arc", "iu ac"]), Column::optional(&["libelle"]), Column::optional(&["geo shape"])];

fn read(content: &[u8]) -> Vec<String> {
    read_from(content, 12)
}

/// What is read, texts of malformed rows cut.
fn read_from(input: impl BufRead, sample_characters: usize) -> Vec<String> {
    let mut table = Table::open(&"t.csv".into(), input, &COLUMNS).unwrap();
    let mut seen = Vec::new();
    while let Some(entry) = table.next_entry().unwrap() {
        seen.push(match entry {
            Entry::Row(row) => format!("{}:{}|{}|{}", row.line, row.text(0), row.text(1), row.text(2)),
            Entry::Malformed { line, text } => {
                format!("{line}!{}", text.chars().take(sample_characters).collect::<String>())
            }
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

#[test]
fn a_quote_that_only_a_later_line_closes_costs_its_own_line() {
    // The quote of line 2 would close at the opening one of line 3, with text right behind it.
    assert_eq!(read(b"iu_ac;libelle\n1;\"a\n2;\"b;c\"\n3;\"d\"\n"), ["2!1;\"a", "3:2|b;c|", "4:3|d|"]);
    let shapes = b"iu_ac;geo_shape\n1;\"{\n2;\"{\"\"type\"\": 1}\"\n3;\"{\"\"type\"\": 2}\"\n";
    assert_eq!(read(shapes), ["2!1;\"{", "3:2||{\"type\": 1}", "4:3||{\"type\": 2}"]);
}

#[test]
fn unescaped_quotes_within_one_line_are_characters() {
    assert_eq!(read(b"iu_ac;libelle\n1;\"rue \"A\" nord\"\n2;\"b\" \n"), ["2:1|rue \"A\" nord|", "3:2|b|"]);
}

#[test]
fn quotes_that_never_close_are_searched_once() {
    // Each line opens a quote that the next one closes and opens again: a search from every line to the end
    // would take minutes.
    let mut content = b"iu_ac;libelle\n".to_vec();
    for _ in 0..200_000 {
        content.extend(b"x\";\"y\n");
    }
    assert_eq!(read(&content).len(), 200_000);
}

#[test]
fn a_record_past_all_measure_costs_its_first_line_whatever_the_buffer() {
    let mut content = b"iu_ac;libelle\n1;\"a\n".to_vec();
    for _ in 0..=MAX_RECORD_BYTES / 1024 {
        content.extend(std::iter::repeat_n(b'x', 1024));
        content.push(b'\n');
    }
    content.extend(b"b\"\n3;\"c\nd\"\n");
    let seen = read_from(content.as_slice(), 12);
    assert_eq!(seen[0], "2!1;\"a");
    assert_eq!(seen[1], "3!xxxxxxxxxxxx");
    assert_eq!(seen.last().unwrap(), "4101:3|c\nd|");
    assert_eq!(seen, read_from(BufReader::with_capacity(1000, content.as_slice()), 12));
}

#[test]
fn a_row_of_empty_cells_is_a_row_whatever_the_delimiter() {
    assert_eq!(read(b"iu_ac;libelle\n;\n \n1;a\n"), ["2:||", "4:1|a|"]);
    assert_eq!(read(b"iu_ac\tlibelle\n\t\n \n1\ta\n"), ["2:||", "4:1|a|"]);
}

#[test]
fn a_nameless_last_column_counts_as_one() {
    assert_eq!(read(b"iu_ac\tlibelle\t\r\n1\ta\t\r\n"), ["2:1|a|"]);
}

/// The delimited objects under a folder.
fn delimited_under(folder: &std::path::Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            delimited_under(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "csv") {
            found.push(path);
        }
    }
}

#[test]
fn published_tables_are_read_as_the_csv_crate_reads_them() {
    let bucket = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/bucket/batch"));
    if !bucket.is_dir() {
        eprintln!("skipped: {} is absent", bucket.display());
        return;
    }
    let mut paths = Vec::new();
    delimited_under(bucket, &mut paths);
    for path in paths {
        let content = std::fs::read(&path).unwrap();
        let mut table = Table::open(&"t.csv".into(), content.as_slice(), &[]).unwrap();
        let delimiter = table.delimiter;
        let mut expected = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(content.as_slice());
        let mut records = expected.byte_records();
        while let Some(entry) = table.next_entry().unwrap() {
            let Entry::Row(row) = entry else { panic!("{}: a malformed row", path.display()) };
            let record = records.next().unwrap().unwrap();
            let cells: Vec<_> = row.cells.iter().map(|(from, to)| content_of(&row, *from, *to)).collect();
            assert_eq!(cells, record.iter().map(<[u8]>::trim_ascii).collect::<Vec<_>>(), "{}", path.display());
        }
        assert!(records.next().is_none(), "{}", path.display());
    }
}

fn content_of(row: &Row<'_>, from: usize, to: usize) -> Vec<u8> {
    content(&row.bytes[from..to]).into_owned()
}

/// Bytes that matter to the reader, quotes among them.
fn rows(alphabet: &'static [u8]) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop::sample::select(alphabet), 0..120)
}

fn under_header(rows: &[u8]) -> Vec<u8> {
    [b"iu_ac;libelle\n", rows].concat()
}

/// The line at which each entry starts.
fn line_of(entry: &str) -> usize {
    entry.split([':', '!']).next().unwrap().parse().unwrap()
}

proptest! {
    #[test]
    fn without_quotes_every_line_that_is_not_blank_is_a_row_or_malformed(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let bytes: Vec<u8> = bytes.into_iter().filter(|byte| *byte != b'"').collect();
        let content = under_header(&bytes);
        let lines: Vec<_> = content
            .split(|byte| *byte == b'\n')
            .enumerate()
            .skip(1)
            .filter(|(_, line)| !line.iter().all(u8::is_ascii_whitespace))
            .map(|(number, line)| (number + 1, occurrences(line, b';') == 1))
            .collect();
        let seen: Vec<_> = read(&content)
            .iter()
            .map(|entry| (line_of(entry), entry.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(':')))
            .collect();
        prop_assert_eq!(seen, lines);
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), quoted in rows(b"\";\n\ra 1")) {
        let _ = Table::open(&"t.csv".into(), bytes.as_slice(), &COLUMNS);
        read(&under_header(&bytes));
        read(&under_header(&quoted));
    }

    #[test]
    fn reading_from_any_entry_on_gives_the_same_entries(rows in rows(b"\"\";;\na")) {
        let content = under_header(&rows);
        let whole = read_from(content.as_slice(), usize::MAX);
        for (at, entry) in whole.iter().enumerate() {
            let before = line_of(entry) - 2;
            let rest: Vec<u8> = rows.split_inclusive(|byte| *byte == b'\n').skip(before).flatten().copied().collect();
            let shifted: Vec<_> = read_from(under_header(&rest).as_slice(), usize::MAX);
            let numbered: Vec<_> = shifted
                .iter()
                .map(|entry| {
                    let digits = entry.find([':', '!']).unwrap();
                    format!("{}{}", line_of(entry) + before, &entry[digits..])
                })
                .collect();
            prop_assert_eq!(&numbered, &whole[at..]);
        }
    }

    #[test]
    fn the_size_of_the_buffer_changes_nothing(rows in rows("\";\n\r é1".as_bytes()), capacity in 1_usize..8) {
        let content = under_header(&rows);
        let whole = read_from(content.as_slice(), usize::MAX);
        prop_assert_eq!(read_from(BufReader::with_capacity(capacity, content.as_slice()), usize::MAX), whole);
    }

    #[test]
    fn well_formed_text_is_read_as_the_csv_crate_reads_it(
        records in prop::collection::vec(prop::collection::vec("[\"\"\n\r;,\t aé1.]{0,6}", 3), 0..12),
        delimiter in prop::sample::select(b";,\t".as_slice()),
        style in prop::sample::select(vec![csv::QuoteStyle::Always, csv::QuoteStyle::Necessary, csv::QuoteStyle::NonNumeric]),
        crlf in any::<bool>(),
    ) {
        let terminator = if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let mut writer =
            csv::WriterBuilder::new().delimiter(delimiter).quote_style(style).terminator(terminator).from_writer(Vec::new());
        writer.write_record(["iu_ac", "libelle", "geo_shape"]).unwrap();
        for record in &records {
            writer.write_record(record).unwrap();
        }
        let content = writer.into_inner().unwrap();
        let expected: Vec<Vec<String>> = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .from_reader(content.as_slice())
            .records()
            .map(|record| record.unwrap().iter().map(|cell| cell.trim_matches(|c: char| c.is_ascii_whitespace()).to_owned()).collect())
            .collect();
        let mut table = Table::open(&"t.csv".into(), content.as_slice(), &COLUMNS).unwrap();
        let mut seen = Vec::new();
        while let Some(entry) = table.next_entry().unwrap() {
            let Entry::Row(row) = entry else { return Err(TestCaseError::fail("a malformed row")) };
            seen.push((0..3).map(|column| row.text(column).into_owned()).collect::<Vec<_>>());
        }
        prop_assert_eq!(seen, expected);
    }
}

//! The road counts alone.

use cityflow_synthetic::{Settings, write_counts_csv};

fn settings() -> Settings {
    Settings { arcs: 60, days: 5, ..Settings::default() }
}

fn counts(size_limit: Option<u64>) -> (Vec<u8>, cityflow_synthetic::CountsFile) {
    let mut out = Vec::new();
    let file = write_counts_csv(&settings(), size_limit, &mut out).unwrap();
    (out, file)
}

#[test]
fn the_whole_span_is_written_without_a_limit() {
    let (out, file) = counts(None);
    let lines = out.split_inclusive(|&byte| byte == b'\n').count() as u64;
    assert_eq!((file.bytes, file.rows), (out.len() as u64, lines - 1));
    // 60 arcs over 5 days of 24 hours, less the vanished arc and a few absent rows.
    assert!((6900..=7200).contains(&file.rows), "{}", file.rows);
    assert!(out.starts_with("\u{feff}Identifiant arc;Libelle;".as_bytes()));
}

#[test]
fn a_limited_file_is_a_prefix_that_ends_on_a_full_line() {
    let (whole, _) = counts(None);
    for limit in [1_000, 54_321, 1_234_567, whole.len() as u64 - 1] {
        let (out, file) = counts(Some(limit));
        assert!(out.ends_with(b"\r\n") && whole.starts_with(&out));
        assert!(file.bytes <= limit && file.bytes + 400 > limit, "{} {limit}", file.bytes);
        let lines = out.split_inclusive(|&byte| byte == b'\n').count() as u64;
        assert_eq!((file.bytes, file.rows), (out.len() as u64, lines - 1));
    }
    assert_eq!(counts(Some(whole.len() as u64)).0, whole);
}

#[test]
fn the_header_stands_even_when_the_limit_is_smaller() {
    let (out, file) = counts(Some(10));
    assert_eq!(file.rows, 0);
    assert!(out.ends_with(b"geo_point_2d;geo_shape\r\n"));
}

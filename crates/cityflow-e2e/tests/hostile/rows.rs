//! Rows that are wrong in an object that can be read: data, not a failure.

use cityflow_e2e::binary::exit;
use cityflow_e2e::bucket::{COUNTS, DAY};
use cityflow_e2e::tree;
use serde_json::Value;

use crate::common::{Standing, run_stamped};

fn roads(standing: &Standing) -> Value {
    tree::json(&standing.place.out().join(format!("metrics/comptages_metrics_{DAY}.json")))["metrics"].clone()
}

/// Puts content into the road counts, runs, and gives the first sample of an issue.
#[track_caller]
fn issue(standing: &Standing, content: &[u8], code: &str) -> Value {
    standing.place.put_bytes(COUNTS, content);
    let outcome = run_stamped(&standing.place).ends_with(exit::DONE);
    assert_eq!(outcome.stderr, "", "a bad row is data");
    standing.nothing_half_written();
    assert_eq!(standing.place.source(DAY, "comptages").0, "ok");
    let problem = &roads(standing)["qualite"]["problemes"][code];
    assert_eq!(problem["nombre"], 1, "{problem:#}");
    let sample = problem["exemples"][0].clone();
    assert_eq!(sample["objet"], COUNTS);
    // `check` says it in a sentence: object, line, text.
    let check = standing.place.run(&["check"]).ends_with(exit::DONE);
    let place = format!("{COUNTS}:{}: ", sample["ligne"]);
    assert!(check.stdout.contains(&format!("comptages: {code}: 1")), "{}", check.stdout);
    assert!(check.stdout.contains(&place), "{place} is not in {}", check.stdout);
    sample
}

fn lines(content: &[u8]) -> usize {
    content.split(|byte| *byte == b'\n').count() - 1
}

#[test]
fn a_csv_cut_in_mid_row_loses_that_row_alone() {
    let standing = Standing::new();
    let whole = standing.place.object(COUNTS);
    let last_row = whole[..whole.len() - 2].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    let cut = &whole[..last_row + 30];
    let sample = issue(&standing, cut, "ligne_mal_formee");
    assert_eq!(sample["ligne"], lines(cut) + 1);
    // One of the 4 × 24 hours is missing.
    assert_eq!(roads(&standing)["qualite"]["lignes_valides"], 95);
}

#[test]
fn a_csv_cut_between_quotes_loses_that_row_alone() {
    let standing = Standing::new();
    let whole = standing.place.object(COUNTS);
    let cut = &whole[..whole.len() - 20];
    let sample = issue(&standing, cut, "ligne_mal_formee");
    assert_eq!(sample["ligne"], lines(cut) + 1);
    assert_eq!(roads(&standing)["qualite"]["lignes_valides"], 95);
}

#[test]
fn invalid_utf8_in_a_row_is_counted_and_the_row_is_kept() {
    let standing = Standing::new();
    let mut content = standing.place.object(COUNTS);
    let at = content.windows(8).rposition(|bytes| bytes == b"Rue_1004").unwrap();
    content[at] = 0xff;
    let sample = issue(&standing, &content, "encodage_invalide");
    assert_eq!(sample["ligne"], lines(&content));
    assert_eq!(roads(&standing)["qualite"]["lignes_valides"], 96);
}

#[test]
fn a_hundred_megabyte_line_among_rows_is_passed_over() {
    let standing = Standing::new();
    let mut content = standing.place.object(COUNTS);
    let line = lines(&content) + 1;
    content.resize(content.len() + 100_000_000, b'7');
    content.extend_from_slice(b"\r\n");
    let sample = issue(&standing, &content, "ligne_mal_formee");
    assert_eq!(sample["ligne"], line);
    assert!(sample["texte"].as_str().unwrap().len() < 1000, "the sample is cut");
    assert_eq!(roads(&standing)["qualite"]["lignes_valides"], 96);
}

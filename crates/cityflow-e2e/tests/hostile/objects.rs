//! Objects that cannot be read: the feed is in error, and the other five finish.

use std::io::Write;

use cityflow_e2e::binary::exit;
use cityflow_e2e::bucket::{BIKES, COUNTS, DAY, Place, REFERENCE, TRAFFIC, WEATHER, WORKS};
use cityflow_e2e::tree;
use flate2::{Compression, write::GzEncoder};

use crate::common::{Standing, run_stamped};

/// The objects of the small bucket and the feed of each.
const OBJECTS: [(&str, &str); 6] = [
    ("bikes", BIKES),
    ("traffic", TRAFFIC),
    ("weather", WEATHER),
    ("comptages", COUNTS),
    ("chantiers", WORKS),
    ("referentiel", REFERENCE),
];

/// Size of the line that nobody would call a line.
const LONG_LINE_BYTES: usize = 100_000_000;

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(content).expect("memory can be written");
    encoder.finish().expect("memory can be written")
}

/// Damages one object after a good run, runs again, checks, repairs, and runs a last time.
#[track_caller]
fn damaged(data_type: &str, object: &str, content: &[u8], sentence: &[&str]) {
    let standing = Standing::new();
    let place = &standing.place;
    let good = place.object(object);
    place.put_bytes(object, content);
    let outcome = run_stamped(place);
    standing.holds_without(data_type, &outcome, object);
    outcome.says_only(sentence);

    place.put_bytes(object, &good);
    let healed = run_stamped(place).ends_with(exit::DONE);
    assert_eq!(healed.stderr, "", "once repaired nothing is said of it");
    standing.results_are_as_before();
}

#[test]
fn an_empty_object_of_any_feed_is_named_and_costs_that_feed_alone() {
    for (data_type, object) in OBJECTS {
        damaged(data_type, object, b"", &[object, "line 1", "empty"]);
    }
}

#[test]
fn a_wrong_header_says_what_is_needed_and_what_was_found() {
    for (data_type, object) in [("comptages", COUNTS), ("chantiers", WORKS), ("referentiel", REFERENCE)] {
        damaged(data_type, object, b"colonne a;colonne b\r\n1;2\r\n", &[object, "line 1", "missing", "colonne a"]);
    }
}

#[test]
fn a_json_page_of_another_schema_says_which_schemas_are_read() {
    for (data_type, object) in [("bikes", BIKES), ("traffic", TRAFFIC), ("weather", WEATHER)] {
        let page = br#"{"message": "too many requests", "retry_after": 30}"#;
        damaged(data_type, object, page, &[object, "line 1", "expected", "retry_after"]);
    }
}

#[test]
fn json_cut_in_the_middle_names_the_line_where_it_breaks() {
    let standing = Standing::new();
    let whole = standing.place.object(WEATHER);
    let half = &whole[..whole.len() / 2];
    let lines = half.split(|byte| *byte == b'\n').count();
    damaged("weather", WEATHER, half, &[WEATHER, &format!("line {lines}"), "JSON"]);
}

#[test]
fn invalid_utf8_in_json_is_named_with_its_line() {
    for (data_type, object) in [("bikes", BIKES), ("traffic", TRAFFIC), ("weather", WEATHER)] {
        damaged(data_type, object, b"{\n\"results\": [\"\xff\xfe\"]}\n", &[object, "line 2"]);
    }
}

#[test]
fn a_hundred_megabyte_line_is_refused_in_one_short_sentence() {
    let standing = Standing::new();
    let place = &standing.place;
    let good = place.object(COUNTS);
    place.put_bytes(COUNTS, &vec![b'x'; LONG_LINE_BYTES]);
    let outcome = run_stamped(place);
    standing.holds_without("comptages", &outcome, COUNTS);
    outcome.says_only(&[COUNTS, "line 1"]);
    place.put_bytes(COUNTS, &good);
    run_stamped(place).ends_with(exit::DONE);
    standing.results_are_as_before();
}

#[test]
fn a_hundred_megabyte_line_of_json_is_refused_in_one_short_sentence() {
    let mut page = br#"{"records": ""#.to_vec();
    page.resize(LONG_LINE_BYTES, b'x');
    damaged("bikes", BIKES, &page, &[BIKES, "line 1"]);
}

#[test]
fn a_truncated_gzip_is_named_with_the_line_that_was_being_read() {
    let place = Place::small();
    let plain = place.object(COUNTS);
    place.remove(COUNTS);
    let object = format!("{COUNTS}.gz");
    let whole = gzip(&plain);
    place.put_bytes(&object, &whole);
    let standing = Standing::of(place);

    standing.place.put_bytes(&object, &whole[..whole.len() / 2]);
    let outcome = run_stamped(&standing.place);
    standing.holds_without("comptages", &outcome, &object);
    let sentence = outcome.says_only(&["truncated", "line "]);
    assert!(!sentence.contains("line 1:"), "rows were read before the end of the stream: {sentence}");
    // A second run, out of the lake, says the same.
    let again = run_stamped(&standing.place);
    standing.holds_without("comptages", &again, &object);
    assert_eq!(again.stderr, outcome.stderr);
}

#[test]
fn a_truncated_gzip_beside_a_good_file_leaves_what_the_good_one_says() {
    let standing = Standing::new();
    let place = &standing.place;
    let plain = place.object(COUNTS);
    let whole = gzip(&plain);
    let object = "batch/comptages_routiers/zz_second.csv.gz";
    place.put_bytes(object, &whole[..whole.len() / 2]);
    let outcome = run_stamped(place).ends_with(exit::FEED_IN_ERROR);
    outcome.says_only(&[object, "truncated"]);
    let after = standing.nothing_half_written();
    let (status, message) = place.source(DAY, "comptages");
    assert_eq!(status, "partiel");
    assert!(message.contains(object), "{message}");
    for data_type in ["bikes", "traffic", "weather", "chantiers", "referentiel"] {
        assert_eq!(place.source(DAY, data_type).0, "ok", "{data_type}");
        standing.stands(&after, &format!("metrics/{data_type}_metrics_{DAY}.json"));
    }
    // Every row of the broken file is void: half of its rows must not stand beside the good ones.
    let metrics = tree::json(&place.out().join(format!("metrics/comptages_metrics_{DAY}.json")));
    let good: serde_json::Value =
        serde_json::from_slice(&standing.before[&format!("metrics/comptages_metrics_{DAY}.json")]).unwrap();
    assert_eq!(metrics["metrics"]["metrics"], good["metrics"]["metrics"]);
    assert_eq!(metrics["metrics"]["qualite"]["doublons"], 0);
    let sources = metrics["metrics"]["qualite"]["sources"].as_array().unwrap();
    assert_eq!(sources.iter().filter(|source| source["objet"] == object).count(), 1);
}

#[test]
fn bytes_that_are_not_gzip_at_all_are_named() {
    for name in ["zz.csv.gz", "zz.csv.zst"] {
        let standing = Standing::new();
        let object = format!("batch/comptages_routiers/{name}");
        standing.place.put_bytes(&object, b"Identifiant arc;Date\r\n");
        let outcome = run_stamped(&standing.place).ends_with(exit::FEED_IN_ERROR);
        outcome.says_only(&[&object, "line 1"]);
        assert_eq!(standing.place.source(DAY, "comptages").0, "partiel");
        standing.nothing_half_written();
    }
}

#[test]
fn one_bike_page_of_two_in_error_is_a_partial_source() {
    let standing = Standing::new();
    let object = "api/bikes/dt=2024-01-05/compteurs.json";
    standing.place.put(object, "[{");
    let outcome = run_stamped(&standing.place).ends_with(exit::FEED_IN_ERROR);
    outcome.says_only(&[object, "line 1"]);
    let (status, message) = standing.place.source(DAY, "bikes");
    assert_eq!(status, "partiel");
    assert!(message.contains(object), "{message}");
    standing.nothing_half_written();
}

#[test]
fn every_feed_in_error_at_once_still_ends_in_sentences_and_leaves_what_stood() {
    let standing = Standing::new();
    for (_, object) in OBJECTS {
        standing.place.put(object, "");
    }
    let outcome = run_stamped(&standing.place).ends_with(exit::FEED_IN_ERROR);
    assert_eq!(outcome.stderr.lines().count(), OBJECTS.len(), "{}", outcome.stderr);
    let after = standing.nothing_half_written();
    for (data_type, object) in OBJECTS {
        assert!(outcome.stderr.contains(object), "{object}");
        assert_eq!(standing.place.source(DAY, data_type).0, "erreur");
        standing.stands(&after, &format!("metrics/{data_type}_metrics_{DAY}.json"));
    }
}

#[test]
fn polygons_that_cannot_be_read_are_a_warning_and_zones_become_approximate() {
    let standing = Standing::new();
    let object = "batch/arrondissements/arrondissements.geojson";
    standing.place.put(object, "{\"type\": \"Feature");
    let outcome = run_stamped(&standing.place).ends_with(exit::DONE);
    outcome.says_only(&[object, "approximate"]);
    let check = standing.place.run(&["check"]).ends_with(exit::FEED_IN_ERROR).stdout;
    assert!(check.contains("zones  none") && check.contains(&format!("zones: error: {object}")), "{check}");
    standing.results_are_as_before();
}

//! One object of the feed → one snapshot.

use std::io::BufRead;
use std::sync::Arc;

use serde_json::Value;

use super::raw::{RawDisruption, items};
use super::record::{Dialect, Disruption, Page, Request, Snapshot};
use super::{bulk, navitia};
use crate::decode::ReadError;
use crate::feeds::Reading;
use crate::json;
use crate::quality::Rule;
use crate::time::CityZone;

/// Reads one object of `api/traffic_ratp/dt=D/`: a navitia page or the bulk feed of PRIM.
///
/// An element that is no object, or has no `id`, is dropped and counted; so is a period that cannot be read, but
/// its disruption stays. A document that is neither dialect is an error.
pub fn read(object: &Arc<str>, input: &mut dyn BufRead, zone: &CityZone) -> Result<(Snapshot, Reading), ReadError> {
    let document = json::document(object, input)?;
    let mut reading = Reading::default();
    let snapshot = if navitia::is_page(&document) {
        let disruptions = disruptions(object, &document, zone, &mut reading, &mut navitia::disruption);
        Snapshot {
            dialect: Dialect::Navitia,
            clock: navitia::clock(&document, zone),
            page: navitia::page(&document),
            request: navitia::request(&document, zone),
            ..shared(object, &document, disruptions)
        }
    } else if bulk::is_bulk(&document) {
        let links = bulk::links(&document, &mut |number, text| {
            reading.issues.note(None, Rule::MalformedRow, object, number, text);
        });
        let mut convert = |value: &Value| bulk::disruption(value, &links);
        let disruptions = disruptions(object, &document, zone, &mut reading, &mut convert);
        Snapshot { clock: bulk::clock(&document, zone), ..shared(object, &document, disruptions) }
    } else {
        return Err(ReadError::UnknownShape {
            object: Arc::clone(object),
            expected: "a navitia page (`disruptions` with `pagination` or `context`) or the bulk feed of PRIM \
                       (`disruptions` and `lines`)",
            found: json::describe(&document),
        });
    };
    Ok((snapshot, reading))
}

/// What both dialects share.
fn shared(object: &Arc<str>, document: &Value, disruptions: Vec<Disruption>) -> Snapshot {
    Snapshot {
        object: Arc::clone(object),
        dialect: Dialect::Bulk,
        clock: None,
        page: Page::default(),
        has_error: document.get("error").is_some_and(|error| !error.is_null()),
        request: Request::default(),
        disruptions,
    }
}

fn disruptions(
    object: &Arc<str>,
    document: &Value,
    zone: &CityZone,
    reading: &mut Reading,
    convert: &mut dyn FnMut(&Value) -> RawDisruption,
) -> Vec<Disruption> {
    let mut disruptions = Vec::new();
    for (number, value) in (1..).zip(items(document.get("disruptions"))) {
        reading.rows += 1;
        let mut note = |rule, text: &str| reading.issues.note(None, rule, object, number, text);
        if value.is_object() {
            disruptions.extend(Disruption::of_raw(convert(value), zone, &mut note));
        } else {
            note(Rule::MalformedRow, &value.to_string());
        }
    }
    disruptions
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::{CityZone, ReadError, Reading, Rule, read};
    use crate::feeds::traffic::record::{LinkKind, Severite};
    use crate::feeds::traffic::testing::*;

    fn count(reading: &Reading, rule: Rule) -> u64 {
        reading.issues.undated.count(rule)
    }

    #[test]
    fn both_dialects_become_one_model() {
        let mut told = navitia_disruption("d", "NO_SERVICE_EFFECT", &at("060000"), Some(&at("090000")));
        told["impacted_objects"] = json!([navitia_line("3B")]);
        told["tags"] = json!(["Actualité"]);
        told["messages"] = json!([
            {"text": "Titre", "channel": {"types": ["title"]}},
            {"text": "SMS", "channel": {"types": ["sms"]}},
            {"text": "<p>Vers <RER>&nbsp;: travaux</p>", "channel": {"types": ["web"]}},
        ]);
        let (paged, _) = snapshot("n", &page("080000", (1, 25, 1, 0), &[told]));
        let mut listed = bulk_disruption("d", "BLOQUANTE", &[(&at("060000"), &at("090000"))]);
        listed["title"] = json!("Titre");
        listed["message"] = json!("Vers <RER> : travaux");
        listed["tags"] = json!(["Actualité"]);
        let (listed, _) =
            snapshot("b", &bulk("07:00:00", &[listed], &[bulk_line("Metro", "3B", &[("line", "3B", "d")])]));
        assert_eq!(paged.clock, listed.clock);
        let (from, to) = (&paged.disruptions[0], &listed.disruptions[0]);
        assert_eq!((&from.text, &from.title, &from.tags), (&to.text, &to.title, &to.tags));
        assert_eq!((from.severity, &from.cause, &from.periods), (to.severity, &to.cause, &to.periods));
        assert_eq!(from.severity, Severite::Critique);
        assert_eq!((from.effect.as_deref(), from.priority), (Some("NO_SERVICE"), Some(0)));
        assert_eq!((from.links[0].kind, to.links[0].kind), (LinkKind::Line, LinkKind::Line));
        assert_eq!(from.links[0].line.as_ref().unwrap().mode, "metro");
    }

    #[test]
    fn a_bad_element_is_dropped_and_a_bad_period_leaves_its_disruption() {
        let mut faulty = bulk_disruption("a", "GRAVE", &[("nope", &at("090000")), (&at("090000"), &at("080000"))]);
        faulty["applicationPeriods"].as_array_mut().unwrap().push(json!({"begin": at("100000")}));
        faulty["cause"] = json!(null);
        let mut nameless = bulk_disruption("x", "BLOQUANTE", &[]);
        nameless["id"] = json!(null);
        let (snapshot, reading) = snapshot("b", &bulk("07:00:00", &[json!("nope"), faulty, nameless], &[json!(7)]));
        assert_eq!((reading.rows, snapshot.disruptions.len()), (3, 1));
        let kept = &snapshot.disruptions[0];
        assert_eq!((kept.periods.len(), kept.periods[0].end), (1, None));
        assert_eq!((kept.severity, kept.cause.as_str()), (Severite::Faible, "inconnu"));
        for (rule, expected) in [
            (Rule::MalformedRow, 2),
            (Rule::UnreadableId, 1),
            (Rule::UnreadablePeriod, 1),
            (Rule::InvertedPeriod, 1),
            (Rule::UnknownEffect, 1),
        ] {
            assert_eq!(count(&reading, rule), expected, "{rule:?}");
        }
    }

    #[test]
    fn a_document_of_neither_dialect_is_an_error_that_names_what_stands_there() {
        for document in [json!([]), json!({"disruptions": []}), json!({"disruptions": {}, "pagination": {}}), json!(3)]
        {
            let error = read(&"o".into(), &mut document.to_string().as_bytes(), &CityZone::paris()).unwrap_err();
            assert!(matches!(error, ReadError::UnknownShape { .. }), "{error}");
        }
        // An answer that is only an error is an answer.
        assert!(snapshot("o", &json!({"error": {"id": "unknown_object"}, "context": {}})).0.has_error);
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&"o".into(), &mut bytes.as_slice(), &CityZone::paris());
        }

        #[test]
        fn arbitrary_texts_in_every_field_never_panic(text in "\\PC{0,24}|[<&/a-zé;>\"]{0,24}|[0-9T]{15}", period in "[0-9]{8}T[0-9]{6}") {
            let told = json!({"id": text, "cause": text, "severity": {"effect": text, "name": text}, "tags": [text],
                "application_periods": [{"begin": text, "end": period}, {"begin": period}, text],
                "messages": [{"text": text, "channel": {"types": [text, "web"]}}],
                "impacted_objects": [{"pt_object": {"embedded_type": text, text.clone(): {}}}, navitia_line(&text)]});
            let mut answer = page("080000", (1, 1, 1, 0), &[told]);
            answer["links"][0]["href"] = json!(format!("{text}?since={text}&until=%{text}&%{text}=1"));
            let metrics = metrics(&[answer]);
            prop_assert!(metrics.total_disruptions_count <= 1);
        }
    }
}

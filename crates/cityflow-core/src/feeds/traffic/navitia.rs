//! Navitia pages (`line_reports`, `traffic_reports`): where things stand in them.

use serde_json::Value;

use super::lines;
use super::raw::{RawDisruption, RawPeriod, items, texts};
use super::record::{LineRef, Link, LinkKind, Page, Request, instant, settled};
use crate::json::text;
use crate::time::CityZone;

/// Keys that only a navitia answer has beside `disruptions`.
const ANSWER_KEYS: [&str; 4] = ["pagination", "context", "line_reports", "traffic_reports"];

/// Whether the document is a page: it has its keys, and `disruptions` or at least an `error`.
pub(super) fn is_page(document: &Value) -> bool {
    let listed = document.get("disruptions").filter(|listed| !listed.is_null());
    let speaks = match listed {
        Some(listed) => listed.is_array(),
        None => document.get("error").is_some_and(Value::is_object),
    };
    speaks && ANSWER_KEYS.iter().any(|key| document.get(key).is_some())
}

/// When the page was made.
pub(super) fn clock(document: &Value, zone: &CityZone) -> Option<i64> {
    instant(&text(document.get("context")?.get("current_datetime"))?, zone)
}

/// Its place in the answer.
pub(super) fn page(document: &Value) -> Page {
    let number = |key: &str| document.get("pagination")?.get(key)?.as_u64();
    Page {
        total_result: number("total_result"),
        items_per_page: number("items_per_page"),
        items_on_page: number("items_on_page"),
        start_page: number("start_page"),
    }
}

/// Path segments and query keys of a request that ask for a part of the network only.
const NARROWING: [&str; 13] = [
    "lines",
    "networks",
    "routes",
    "stop_areas",
    "stop_points",
    "physical_modes",
    "commercial_modes",
    "companies",
    "filter",
    "forbidden_uris",
    "allowed_id",
    "tags",
    "coords",
];

/// What the answer was asked for: its links of type `first`.
pub(super) fn request(document: &Value, zone: &CityZone) -> Request {
    let mut request = Request::default();
    let first = items(document.get("links")).filter(|link| link.get("type").and_then(Value::as_str) == Some("first"));
    for href in first.filter_map(|link| text(link.get("href"))) {
        let (path, query) = href.split_once('?').unwrap_or((&href, ""));
        request.narrowed |= path.split('/').any(|segment| NARROWING.contains(&segment));
        for (key, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            let key = percent_decoded(key);
            let mut bound = || {
                let read = instant(&percent_decoded(value), zone);
                // A window that cannot be read cannot be shown to hold the day.
                request.narrowed |= read.is_none();
                read
            };
            match key.as_str() {
                "since" => request.since = bound(),
                "until" => request.until = bound(),
                key => request.narrowed |= NARROWING.contains(&key.trim_end_matches("[]")),
            }
        }
    }
    request
}

/// Undoes `%3A` and its like; what is no code stays.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) if first == b'%' => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// One element of `disruptions`.
pub(super) fn disruption(value: &Value) -> RawDisruption {
    let severity = |key: &str| value.get("severity")?.get(key);
    RawDisruption {
        id: text(value.get("id")),
        cause: text(value.get("cause")),
        effect: text(severity("effect")),
        severity_name: text(severity("name")),
        priority: severity("priority").and_then(Value::as_i64),
        updated: text(value.get("updated_at")),
        periods: RawPeriod::list(value.get("application_periods")),
        links: settled(items(value.get("impacted_objects")).filter_map(link).collect()),
        title: message(value, "title"),
        message: message(value, "web").or_else(|| any_body(value)),
        tags: texts(value.get("tags")),
    }
}

/// The first message of a channel of this type.
fn message(value: &Value, channel_type: &str) -> Option<String> {
    items(value.get("messages"))
        .find(|message| has_type(message, channel_type))
        .and_then(|message| text(message.get("text")))
}

/// The first message that is no title.
fn any_body(value: &Value) -> Option<String> {
    items(value.get("messages"))
        .find(|message| !has_type(message, "title"))
        .and_then(|message| text(message.get("text")))
}

fn has_type(message: &Value, channel_type: &str) -> bool {
    let types = message.get("channel").and_then(|channel| channel.get("types"));
    items(types).any(|found| found.as_str() == Some(channel_type))
}

/// One element of `impacted_objects`. A trip is no link: it says nothing of its line's day.
fn link(impacted: &Value) -> Option<Link> {
    let object = impacted.get("pt_object")?;
    let kind = object.get("embedded_type").and_then(Value::as_str)?;
    let embedded = object.get(kind);
    let section = ["impacted_section", "impacted_rail_section"]
        .iter()
        .find_map(|key| impacted.get(key).filter(|section| !section.is_null()));
    let name = || text(object.get("name")).or_else(|| text(object.get("id"))).into_iter().collect();
    match (kind, section) {
        ("line", None) => Some(Link { kind: LinkKind::Line, line: line(object, embedded), names: [].into() }),
        ("line", Some(section)) => {
            let ends = ["from", "to"].iter().filter_map(|end| text(section.get(end)?.get("name"))).collect();
            Some(Link { kind: LinkKind::Section, line: line(object, embedded), names: ends })
        }
        // A route counts as its line, and a section of it as a section.
        ("route", section) => {
            let kind = if section.is_some() { LinkKind::Section } else { LinkKind::Line };
            let of = embedded?.get("line")?;
            Some(Link { kind, line: line(of, Some(of)), names: [].into() })
        }
        ("stop_area" | "stop_point", _) => Some(Link { kind: LinkKind::Stop, line: None, names: name() }),
        ("network", _) => Some(Link { kind: LinkKind::Network, line: None, names: name() }),
        _ => None,
    }
}

/// The line that an object embeds.
fn line(object: &Value, embedded: Option<&Value>) -> Option<LineRef> {
    let id = text(object.get("id")).or_else(|| text(embedded?.get("id")))?;
    let embedded = embedded?;
    let commercial = embedded.get("commercial_mode").and_then(|mode| text(mode.get("name")));
    let physical = || items(embedded.get("physical_modes")).find_map(|mode| text(mode.get("name")));
    Some(LineRef {
        mode: lines::mode(&commercial.or_else(physical).unwrap_or_default()),
        code: text(embedded.get("code")).or_else(|| text(embedded.get("name"))).unwrap_or_else(|| id.clone()),
        network: embedded
            .get("network")
            .and_then(|network| text(network.get("name")).or_else(|| text(network.get("id")))),
        id,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn asked(href: &str) -> Request {
        request(&json!({"links": [{"type": "first", "href": href}]}), &CityZone::paris())
    }

    #[test]
    fn a_request_tells_its_window_and_whether_it_names_a_part() {
        let base = "https://api.navitia.io/v1/coverage/fr-idf";
        assert_eq!(asked(&format!("{base}/line_reports")), Request::default());
        let window =
            asked(&format!("{base}/line_reports?count=1000&since=20240511T000000&until=2024-05-12T00%3A00%3A00"));
        assert_eq!(window.until.zip(window.since).map(|(until, since)| until - since), Some(86_400));
        assert!(!window.narrowed);
        assert!(asked(&format!("{base}/lines/line:IDFM:C01371/line_reports")).narrowed);
        assert!(asked(&format!("{base}/networks/network:IDFM:71/line_reports?count=9")).narrowed);
        assert!(asked(&format!("{base}/line_reports?forbidden_uris%5B%5D=network:1")).narrowed);
        assert!(asked(&format!("{base}/line_reports?since=yesterday")).narrowed);
    }

    #[test]
    fn a_route_counts_as_its_line_and_a_trip_as_nothing() {
        let line = json!({"id": "line:1", "code": "1", "commercial_mode": {"name": "Métro"}});
        let route = json!({"pt_object": {"embedded_type": "route", "id": "route:1", "route": {"line": line}}});
        let found = link(&route).unwrap();
        assert_eq!((found.kind, found.line.unwrap().mode.as_str()), (LinkKind::Line, "metro"));
        assert_eq!(link(&json!({"pt_object": {"embedded_type": "trip", "id": "t", "trip": {}}})), None);
    }

    #[test]
    fn a_null_section_is_no_section_and_null_disruptions_beside_an_error_are_an_answer() {
        let line = json!({"id": "line:1", "code": "1", "commercial_mode": {"name": "Métro"}});
        let object = json!({"embedded_type": "line", "id": "line:1", "line": line});
        let kind = |section| link(&json!({"pt_object": object, "impacted_section": section})).map(|link| link.kind);
        assert_eq!(kind(json!(null)), Some(LinkKind::Line));
        assert_eq!(kind(json!({"from": {"name": "Nation"}})), Some(LinkKind::Section));
        assert!(is_page(&json!({"disruptions": null, "error": {"id": "no_solution"}, "context": {}})));
        assert!(!is_page(&json!({"disruptions": null, "error": null, "context": {}})));
    }
}

//! The bulk feed of PRIM (`disruptions_bulk/disruptions/v2`): where things stand in it. Its disruptions say
//! nothing of lines; its lines name the disruptions of everything they hold.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::lines;
use super::raw::{RawDisruption, RawPeriod, items, texts};
use super::record::{LineRef, Link, LinkKind, instant, settled};
use crate::json::text;
use crate::text::fold;
use crate::time::CityZone;

/// Whether the document is the bulk feed. Without `lines` every line would look undisturbed: not the feed.
pub(super) fn is_bulk(document: &Value) -> bool {
    ["disruptions", "lines"].iter().all(|key| document.get(key).is_some_and(Value::is_array))
}

/// When the feed was made.
pub(super) fn clock(document: &Value, zone: &CityZone) -> Option<i64> {
    instant(&text(document.get("lastUpdatedDate"))?, zone)
}

/// One element of `disruptions`, with its links.
pub(super) fn disruption(value: &Value, links: &LinksById) -> RawDisruption {
    let id = text(value.get("id"));
    RawDisruption {
        cause: text(value.get("cause")),
        effect: text(value.get("effect")),
        severity_name: text(value.get("severity")),
        priority: value.get("priority").and_then(Value::as_i64),
        updated: text(value.get("lastUpdate")),
        periods: RawPeriod::list(value.get("applicationPeriods")),
        links: id.as_ref().and_then(|id| links.get(id)).cloned().unwrap_or_default(),
        title: text(value.get("title")),
        message: text(value.get("message")).or_else(|| text(value.get("shortMessage"))),
        tags: texts(value.get("tags")),
        id,
    }
}

/// The links of each disruption.
pub(super) type LinksById = BTreeMap<String, Arc<[Link]>>;

/// What a line says of one disruption.
#[derive(Default)]
struct Touched {
    line: bool,
    section: bool,
    /// Name of each network named beside the line.
    networks: BTreeSet<String>,
    /// Name of each stop, by its folded name: platforms of one stop bear the same.
    stops: BTreeMap<String, String>,
}

/// Reads `lines`; `malformed` hears the number (from 1) and text of each element that is no object.
pub(super) fn links(document: &Value, malformed: &mut dyn FnMut(u64, &str)) -> LinksById {
    let networks = network_names(document);
    let mut links: BTreeMap<String, Vec<Link>> = BTreeMap::new();
    for (number, line) in (1..).zip(items(document.get("lines"))) {
        if !line.is_object() {
            malformed(number, &line.to_string());
            continue;
        }
        let mut touched: BTreeMap<String, Touched> = BTreeMap::new();
        for object in items(line.get("impactedObjects")) {
            for id in texts(object.get("disruptionIds")) {
                touched.entry(id).or_default().add(object);
            }
        }
        let line = line_ref(line, &networks);
        for (id, touched) in touched {
            links.entry(id).or_default().extend(touched.links(&line));
        }
    }
    links.into_iter().map(|(id, links)| (id, settled(links))).collect()
}

/// Names of networks: a line gives its network's identifier only, objects of type network give the name.
fn network_names(document: &Value) -> BTreeMap<String, String> {
    let objects = items(document.get("lines")).flat_map(|line| items(line.get("impactedObjects")));
    let networks = objects.filter(|object| object.get("type").and_then(Value::as_str) == Some("network"));
    networks.filter_map(|network| Some((text(network.get("id"))?, text(network.get("name"))?))).collect()
}

fn line_ref(line: &Value, networks: &BTreeMap<String, String>) -> LineRef {
    let code = text(line.get("shortName")).or_else(|| text(line.get("name")));
    let mode = lines::mode(&text(line.get("mode")).unwrap_or_default());
    let network = text(line.get("networkId"));
    let id = text(line.get("id")).unwrap_or_else(|| format!("{mode}:{}", code.as_deref().unwrap_or_default()));
    LineRef {
        code: code.unwrap_or_else(|| id.clone()),
        network: network.map(|id| networks.get(&id).cloned().unwrap_or(id)),
        id,
        mode,
    }
}

impl Touched {
    fn add(&mut self, object: &Value) {
        let name = text(object.get("name")).or_else(|| text(object.get("id")));
        match object.get("type").and_then(Value::as_str) {
            Some("line" | "route") => self.line = true,
            Some("line_section" | "rail_section") => self.section = true,
            Some("network") => self.networks.extend(name),
            // A stop without a name is its own name.
            Some("stop_point" | "stop_area") => {
                let name = name.unwrap_or_default();
                let folded = fold(&name);
                let key = if folded.is_empty() { name.clone() } else { folded };
                self.stops.entry(key).or_insert(name);
            }
            _ => {}
        }
    }

    /// A line often stands beside its own stops: several names make a section, one a stop, none the line.
    fn links(self, line: &LineRef) -> Vec<Link> {
        let kind = match self.stops.len() {
            _ if self.section => Some(LinkKind::Section),
            0 => self.line.then_some(LinkKind::Line),
            1 => Some(LinkKind::Stop),
            _ => Some(LinkKind::Section),
        };
        let stops: BTreeSet<_> = self.stops.into_values().collect();
        let of_line = kind.map(|kind| Link { kind, line: Some(line.clone()), names: stops });
        let network = (!self.networks.is_empty()).then(|| Link {
            kind: LinkKind::Network,
            line: Some(line.clone()),
            names: self.networks,
        });
        of_line.into_iter().chain(network).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn kinds(objects: &Value) -> Vec<LinkKind> {
        let document =
            json!({"lines": [{"id": "line:1", "shortName": "1", "mode": "Metro", "impactedObjects": objects}]});
        let mut links = links(&document, &mut |_, _| {});
        links.remove("d").unwrap_or_default().iter().map(|link| link.kind).collect()
    }

    #[test]
    fn several_stop_names_are_a_section_one_is_a_stop_and_none_is_the_line() {
        let object = |kind: &str, id: &str, name: Option<&str>| json!({"type": kind, "id": id, "name": name, "disruptionIds": ["d"]});
        let line = object("line", "line:1", Some("1"));
        let nation = |id: &str| object("stop_point", id, Some("Nation"));
        assert_eq!(kinds(&json!([line])), [LinkKind::Line]);
        assert_eq!(kinds(&json!([line, nation("a"), nation("b")])), [LinkKind::Stop]);
        assert_eq!(kinds(&json!([line, nation("a"), object("stop_area", "b", Some("Bastille"))])), [LinkKind::Section]);
        assert_eq!(
            kinds(&json!([object("stop_point", "a", None), object("stop_point", "b", Some(" "))])),
            [LinkKind::Section]
        );
        assert_eq!(kinds(&json!([object("network", "n", Some("RATP"))])), [LinkKind::Network]);
        assert_eq!(kinds(&json!([object("route", "r", None)])), [LinkKind::Line]);
    }
}

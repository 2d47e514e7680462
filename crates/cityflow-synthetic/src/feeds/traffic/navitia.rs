//! navitia `line_reports`: one complete answer in pages of 25 lines, seconds apart.

use jiff::ToSpan;
use jiff::civil::DateTime;
use serde_json::{Value, json};

use super::catalogue::{Catalogue, Cause, Disruption, Extent, Level, Stated};
use super::lines::Line;
use super::prim::{compact, stop_number};

const ITEMS_PER_PAGE: usize = 25;
const SECONDS_BETWEEN_PAGES: i64 = 20;
const URL: &str = "https://api.navitia.io/v1/coverage/fr-idf/line_reports";

/// Every page of the answer that was asked for at `clock`.
pub(crate) fn pages(catalogue: &Catalogue, clock: DateTime) -> Vec<Value> {
    let known = catalogue.known_at(clock);
    let touched = |index: &usize| known.iter().any(|(found, _)| found.line == *index);
    let lines: Vec<usize> = (0..catalogue.lines.len()).filter(touched).collect();
    let count = lines.len().div_ceil(ITEMS_PER_PAGE);
    let page = |(number, on_page): (usize, &[usize])| {
        let delay = i64::try_from(number).unwrap_or(0) * SECONDS_BETWEEN_PAGES;
        let reports: Vec<_> = on_page.iter().map(|&at| report(catalogue, at, &known)).collect();
        let listed = known.iter().filter(|(found, _)| on_page.contains(&found.line));
        let disruptions: Vec<_> = listed.map(|stated| disruption(catalogue, stated, clock)).collect();
        json!({
            "pagination": {
                "total_result": lines.len(), "start_page": number,
                "items_per_page": ITEMS_PER_PAGE, "items_on_page": on_page.len(),
            },
            "feed_publishers": [{"id": "synthetic", "name": "cityflow-synthetic", "url": "", "license": "MIT"}],
            "disruptions": disruptions,
            "context": {"current_datetime": compact(clock + delay.seconds()), "timezone": "Europe/Paris"},
            "line_reports": reports,
            "warnings": [],
            "links": links(number, count),
        })
    };
    lines.chunks(ITEMS_PER_PAGE).enumerate().map(page).collect()
}

/// Disruptions on a page.
pub(crate) fn disruptions_of(page: &Value) -> u64 {
    page["disruptions"].as_array().map_or(0, |all| all.len() as u64)
}

fn links(number: usize, pages: usize) -> Vec<Value> {
    let link = |kind: &str, href: String| json!({"href": href, "type": kind, "templated": false});
    let mut links = Vec::new();
    if number > 0 {
        links.push(link("prev", format!("{URL}?start_page={}", number - 1)));
    }
    if number + 1 < pages {
        links.push(link("next", format!("{URL}?start_page={}", number + 1)));
    }
    links.push(link("last", format!("{URL}?start_page={}", pages - 1)));
    links.push(link("first", URL.to_owned()));
    links
}

fn report(catalogue: &Catalogue, index: usize, known: &[Stated<'_>]) -> Value {
    let line = &catalogue.lines[index];
    let of_line = known.iter().filter(|(found, _)| found.line == index);
    let mut objects = Vec::new();
    for (found, _) in of_line {
        let link = json!([{
            "internal": true, "type": "disruption", "id": found.id, "rel": "disruptions", "templated": false,
        }]);
        let mut object = pt_object(line, index, found.extent);
        let kind = object["embedded_type"].as_str().unwrap_or("line").to_owned();
        object[kind.as_str()]["links"] = link;
        objects.push(object);
    }
    json!({"line": line_record(line), "pt_objects": objects})
}

fn disruption(catalogue: &Catalogue, (found, periods): &Stated<'_>, clock: DateTime) -> Value {
    let period = |&(begin, end): &(DateTime, DateTime)| json!({"begin": compact(begin), "end": compact(end)});
    let future = periods.iter().all(|&(begin, _)| begin > clock);
    let mut record = json!({
        "id": found.id,
        "disruption_id": found.id,
        "impact_id": found.id,
        "application_periods": periods.iter().map(period).collect::<Vec<_>>(),
        "status": if future { "future" } else { "active" },
        "updated_at": compact(found.announced),
        "cause": match found.cause {
            Cause::Works => "travaux",
            Cause::Incident => "perturbation",
            Cause::Notice => "information",
        },
        "category": if found.cause == Cause::Notice { "Communication" } else { "Incidents" },
        "severity": severity(found.level),
        "messages": messages(found),
        "impacted_objects": [impacted(&catalogue.lines[found.line], found)],
        "uri": found.id,
        "disruption_uri": found.id,
        "contributor": "shortterm.tr_idfm",
    });
    if !found.tags.is_empty() {
        record["tags"] = json!(found.tags);
    }
    record
}

fn severity(level: Level) -> Value {
    let (name, effect, color, priority) = match level {
        Level::Blocking => ("bloquante", "NO_SERVICE", "#FF0000", 0),
        Level::Disturbed => ("perturbée", "SIGNIFICANT_DELAYS", "#EF662F", 30),
        Level::Notice => ("information", "OTHER_EFFECT", "#43B77A", 60),
    };
    json!({"name": name, "effect": effect, "color": color, "priority": priority})
}

fn messages(found: &Disruption) -> Value {
    let channel = |kind: &str, name: &str, types: &str| json!({"content_type": kind, "id": format!("channel-{types}"), "name": name, "types": [types]});
    json!([
        {"text": found.message, "channel": channel("text/html", "moteur", "web")},
        {"text": found.title, "channel": channel("text/plain", "titre", "title")},
    ])
}

fn impacted(line: &Line, found: &Disruption) -> Value {
    let mut object = json!({"pt_object": pt_object(line, found.line, found.extent)});
    if let Extent::Section(from, to) = found.extent {
        object["impacted_section"] = json!({
            "from": stop_area(line, found.line, from),
            "to": stop_area(line, found.line, to),
            "routes": [],
        });
    }
    object
}

/// A stop for what concerns a stop, else the line.
fn pt_object(line: &Line, index: usize, extent: Extent) -> Value {
    match extent {
        Extent::Stop(place) => stop_area(line, index, place),
        Extent::Line | Extent::Section(..) => json!({
            "id": line.id,
            "name": format!("{} {} {}", line.mode.network().1, line.mode.name(), line.code),
            "quality": 0,
            "line": line_record(line),
            "embedded_type": "line",
        }),
    }
}

fn stop_area(line: &Line, index: usize, place: usize) -> Value {
    let id = format!("stop_area:IDFM:{}", stop_number(index, place));
    let name = line.stops[place];
    json!({
        "id": id,
        "name": format!("{name} (Paris)"),
        "quality": 0,
        "stop_area": {
            "id": id, "name": name, "codes": [], "timezone": "Europe/Paris",
            "label": format!("{name} (Paris)"), "links": [],
        },
        "embedded_type": "stop_area",
    })
}

fn line_record(line: &Line) -> Value {
    let (network, network_name) = line.mode.network();
    let (mode, name) = (line.mode.bulk(), line.mode.name());
    json!({
        "id": line.id,
        "name": format!("{} - {}", line.stops[0], line.stops[3]),
        "code": line.code,
        "color": "BAB1D7",
        "text_color": "000000",
        "codes": [],
        "physical_modes": [{"id": format!("physical_mode:{mode}"), "name": name}],
        "commercial_mode": {"id": format!("commercial_mode:{mode}"), "name": name},
        "network": {"id": network, "name": network_name, "links": [], "codes": []},
        "opening_time": "053000",
        "closing_time": "011500",
        "links": [],
    })
}

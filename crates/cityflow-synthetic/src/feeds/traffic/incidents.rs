//! What goes wrong without notice: a handful a day, and one blocked line on the last morning.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, time};

use super::catalogue::{Cause, Disruption, Extent, Level, identifier};
use super::lines::{Line, RAIL_LINES};
use crate::calendar::{Day, DayKind};
use crate::model::City;
use crate::noise::Stream;

/// Index of the line that stands still on the last morning: metro 4.
pub(crate) const BLOCKED_LINE: usize = 3;
const REASONS: [&str; 6] = [
    "Malaise voyageur",
    "Bagage oublié",
    "Incident technique",
    "Panne de signalisation",
    "Présence de personnes sur les voies",
    "Affluence de voyageurs",
];

/// Start and end of the blockage of the last morning.
pub(crate) fn blockage(end: Date) -> (DateTime, DateTime) {
    (end.to_datetime(time(7, 42, 0, 0)), end.to_datetime(time(9, 55, 0, 0)))
}

/// Every incident of the span.
pub(crate) fn all(city: &City, lines: &[Line]) -> Vec<Disruption> {
    let of_day = |day: Day| {
        let usual = if day.kind == DayKind::Weekday { 9 } else { 4 };
        let date = day.slots[0].epoch_hour / 24;
        let count = usual + city.noise.below(Stream::Incident, date, 0, 5) as u64;
        (0..count).map(move |number| (day.date, date * 100 + number))
    };
    let ordinary = city.calendar.days().flat_map(of_day);
    let ordinary = ordinary.map(|(date, key)| incident(city, lines, date, key));
    ordinary.chain([blocked(city, &lines[BLOCKED_LINE])]).collect()
}

fn incident(city: &City, lines: &[Line], date: Date, key: u64) -> Disruption {
    let draw = |at, count| city.noise.below(Stream::IncidentTime, key, at, count);
    let minutes = |count: usize| i64::try_from(count).unwrap_or(0).minutes();
    let line = draw(0, RAIL_LINES);
    let begin = date.to_datetime(time(6, 0, 0, 0)) + minutes(draw(1, 16 * 60));
    let end = begin + minutes(8 + draw(2, 55));
    let blocking = draw(3, 9) == 0;
    let (from, to) = [(0, 1), (1, 2), (2, 3)][draw(4, 3)];
    let extent = match draw(5, 3) {
        0 => Extent::Section(from, to),
        // The blocked line of the last morning is the one to be found: no other comes close.
        _ if blocking => Extent::Section(from, to),
        _ => Extent::Line,
    };
    let reason = REASONS[draw(6, REASONS.len())];
    let state = if blocking { "interrompu" } else { "perturbé" };
    let subject = &lines[line];
    let place = match extent {
        Extent::Line => "sur l'ensemble de la ligne".to_owned(),
        _ => format!("entre {} et {}", subject.stops[from], subject.stops[to]),
    };
    Disruption {
        id: identifier(city.noise, 1, key),
        announced: begin,
        cause: Cause::Incident,
        level: if blocking { Level::Blocking } else { Level::Disturbed },
        tags: if draw(7, 2) == 0 { vec!["Actualité"] } else { Vec::new() },
        title: format!("{} {} : {reason} - Trafic {state}", subject.mode.name(), subject.code),
        message: format!(
            "<p>Le trafic est {state} {place} ({}).<br><a href='http://www.ratp.fr'>Plus d'informations</a></p>",
            reason.to_lowercase(),
        ),
        short: Some(if blocking { "Trafic interrompu" } else { "Trafic perturbé" }),
        periods: vec![(begin, end)],
        expected_end: Some(end + 20.minutes()),
        line,
        extent,
    }
}

fn blocked(city: &City, line: &Line) -> Disruption {
    let (begin, end) = blockage(city.settings.end);
    Disruption {
        id: identifier(city.noise, 1, u64::MAX),
        announced: begin,
        cause: Cause::Incident,
        level: Level::Blocking,
        tags: vec!["Actualité"],
        title: format!("Métro {} : Colis suspect - Trafic interrompu", line.code),
        message: "<p>Le trafic est interrompu sur l'ensemble de la ligne en raison d'un colis suspect &#224; Châtelet.<br>Reprise estim&#233;e : 10h30.</p>".to_owned(),
        short: Some("Trafic interrompu"),
        periods: vec![(begin, end)],
        expected_end: Some(city.settings.end.to_datetime(time(10, 30, 0, 0))),
        line: BLOCKED_LINE,
        extent: Extent::Line,
    }
}

//! Every disruption of the span in one model, from which both dialects are written.

use jiff::ToSpan;
use jiff::civil::{DateTime, time};

use super::incidents;
use super::lines::{BUSES, Line, RAIL_LINES, lines};
use crate::calendar::days;
use crate::model::City;
use crate::noise::{Noise, Stream};

/// How long a disruption that is over stays listed, hours.
const LISTED_AFTER_HOURS: i64 = 20;
/// Planned works on rail lines, lifts, those of them still out of order at the end, hidden notices.
const RAIL_WORKS: u64 = 26;
const LIFTS: u64 = 12;
const SURE_LIFTS: u64 = 4;
const HIDDEN: u64 = 4;

/// What a disruption is due to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    Works,
    Incident,
    Notice,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    Blocking,
    Disturbed,
    Notice,
}

/// What it touches on its line: stops by their place among the four.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    Line,
    Section(usize, usize),
    Stop(usize),
}

/// One disruption.
#[derive(Debug, Clone)]
pub(crate) struct Disruption {
    pub(crate) id: String,
    /// When the feed first lists it.
    pub(crate) announced: DateTime,
    pub(crate) cause: Cause,
    pub(crate) level: Level,
    pub(crate) tags: Vec<&'static str>,
    pub(crate) title: String,
    /// HTML.
    pub(crate) message: String,
    pub(crate) short: Option<&'static str>,
    pub(crate) periods: Vec<(DateTime, DateTime)>,
    /// What the feed expects as the end while the disruption lasts.
    pub(crate) expected_end: Option<DateTime>,
    /// Index of the line.
    pub(crate) line: usize,
    pub(crate) extent: Extent,
}

impl Disruption {
    /// The periods as the feed states them at a moment.
    pub(crate) fn periods_at(&self, clock: DateTime) -> Vec<(DateTime, DateTime)> {
        let stated = |&(begin, end): &(DateTime, DateTime)| match self.expected_end {
            Some(expected) if clock < end => (begin, expected),
            _ => (begin, end),
        };
        self.periods.iter().map(stated).collect()
    }

    fn last_end(&self) -> Option<DateTime> {
        self.periods.iter().map(|&(_, end)| end).max()
    }
}

/// A disruption as a snapshot states it.
pub(crate) type Stated<'a> = (&'a Disruption, Vec<(DateTime, DateTime)>);

/// All lines and disruptions.
pub(crate) struct Catalogue {
    pub(crate) lines: Vec<Line>,
    disruptions: Vec<Disruption>,
}

impl Catalogue {
    pub(crate) fn new(city: &City) -> Self {
        let lines = lines();
        let mut disruptions = incidents::all(city, &lines);
        disruptions.extend((0..RAIL_WORKS).map(|key| rail_works(city, &lines, key)));
        disruptions.extend((0..u64::from(BUSES)).map(|key| bus_works(city, &lines, key)));
        disruptions.extend((0..LIFTS).map(|key| lift(city, &lines, key)));
        disruptions.extend((0..HIDDEN).map(|key| hidden(city, key)));
        Self { lines, disruptions }
    }

    /// What a snapshot lists: announced, and not over for long.
    pub(crate) fn known_at(&self, clock: DateTime) -> Vec<Stated<'_>> {
        let oldest = clock - LISTED_AFTER_HOURS.hours();
        let listed =
            |found: &&Disruption| found.announced <= clock && found.last_end().is_some_and(|end| end >= oldest);
        let stated = |found| (found, Disruption::periods_at(found, clock));
        self.disruptions.iter().filter(listed).map(stated).collect()
    }
}

/// An identifier in the form of the feed's own.
pub(crate) fn identifier(noise: Noise, kind: u64, key: u64) -> String {
    let (high, low) = (noise.bits(Stream::Id, kind, key), noise.bits(Stream::Id, kind, !key));
    format!("{:08x}-{:04x}-11f0-{:04x}-0a58a9feac02", high >> 32, (high >> 16) & 0xFFFF, low & 0xFFFF)
}

/// Nightly works for some weeks, some of them after the span.
fn rail_works(city: &City, lines: &[Line], key: u64) -> Disruption {
    let draw = |at, count| city.noise.below(Stream::Works, key, at, count);
    let line = draw(0, RAIL_LINES);
    let (from, to) = [(0, 1), (1, 2), (2, 3)][draw(1, 3)];
    let first = city.settings.end + 40.days() - days(draw(2, 120));
    let night = |number: usize| {
        let begin = (first + days(number)).to_datetime(time(22, 45, 0, 0));
        (begin, begin + 5.hours())
    };
    let subject = &lines[line];
    Disruption {
        id: identifier(city.noise, 2, key),
        announced: first.to_datetime(time(9, 0, 0, 0)) - 45.days(),
        cause: Cause::Works,
        level: if key.is_multiple_of(3) { Level::Blocking } else { Level::Disturbed },
        tags: vec!["Actualité"],
        title: format!("{} {} : Travaux - Trafic interrompu", subject.mode.name(), subject.code),
        message: format!(
            "<p>P&#233;riode : &#224; partir de 22h45.<br>Le trafic est interrompu entre {} et {} en raison de travaux.<br>Bus de remplacement.</p>",
            subject.stops[from], subject.stops[to],
        ),
        short: Some("Trafic interrompu"),
        periods: (0..5 + draw(3, 20)).map(night).collect(),
        expected_end: None,
        line,
        extent: Extent::Section(from, to),
    }
}

/// A stop of a bus line that is not served for weeks: the noise of the real feed.
fn bus_works(city: &City, lines: &[Line], key: u64) -> Disruption {
    let draw = |at, count| city.noise.below(Stream::Bus, key, at, count);
    let line = RAIL_LINES + usize::try_from(key).unwrap_or(0);
    let begin = (city.settings.end - days(draw(0, 110))).to_datetime(time(3, 0, 0, 0));
    let stop = draw(1, 4);
    let subject = &lines[line];
    Disruption {
        id: identifier(city.noise, 3, key),
        announced: begin - 6.days(),
        cause: Cause::Works,
        level: if key.is_multiple_of(2) { Level::Blocking } else { Level::Disturbed },
        tags: Vec::new(),
        title: format!("Bus {} : Travaux - Arrêt(s) non desservi(s)", subject.code),
        message: format!(
            "<p>L'arrêt «&nbsp;{}&nbsp;» n'est plus desservi en raison de travaux.</p>",
            subject.stops[stop]
        ),
        short: None,
        periods: vec![(begin, begin + days(10 + draw(2, 90)))],
        expected_end: None,
        line,
        extent: Extent::Stop(stop),
    }
}

/// A lift out of order: no train is late for it.
fn lift(city: &City, lines: &[Line], key: u64) -> Disruption {
    let draw = |at, count| city.noise.below(Stream::Lift, key, at, count);
    let (line, stop) = (draw(0, RAIL_LINES), draw(1, 4));
    // The first few are out of order on the last day.
    let (age, least) = if key < SURE_LIFTS { (20, 25) } else { (80, 4) };
    let begin = (city.settings.end - days(draw(2, age))).to_datetime(time(10, 12, 0, 0));
    let name = lines[line].stops[stop];
    Disruption {
        id: identifier(city.noise, 4, key),
        announced: begin,
        cause: Cause::Incident,
        level: Level::Disturbed,
        tags: vec!["Ascenseur"],
        title: "Panne d'un ascenseur".to_owned(),
        message: format!("{name} : panne de l'ascenseur situé entre la mezzanine et le quai"),
        short: None,
        periods: vec![(begin, begin + days(least + draw(3, 60)))],
        expected_end: None,
        line,
        extent: Extent::Stop(stop),
    }
}

/// A notice that the operator hides: counted, in no alert.
fn hidden(city: &City, key: u64) -> Disruption {
    let line = city.noise.below(Stream::Works, key, 90, RAIL_LINES);
    let begin = (city.settings.end - 60.days()).to_datetime(time(0, 0, 0, 0));
    Disruption {
        id: identifier(city.noise, 5, key),
        announced: begin,
        cause: Cause::Notice,
        level: Level::Notice,
        tags: vec!["Masquée"],
        title: "Information voyageurs".to_owned(),
        message: "<p>Pensez à valider votre titre dans le <RER> comme dans le bus.</p>".to_owned(),
        short: None,
        periods: vec![(begin, begin + 200.days())],
        expected_end: None,
        line,
        extent: Extent::Line,
    }
}

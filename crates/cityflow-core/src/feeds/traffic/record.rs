//! What a disruption is, whatever the dialect, and what one object says of the day's disruptions.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;

use super::issues::{self, PeriodFault};
use super::markup;
use super::raw::RawDisruption;
use crate::quality::Rule;
use crate::text::fold;
use crate::time::{Ambiguous, CityZone, LocalDay, Stamp};

/// How much a disruption costs travellers, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Severite {
    /// No service.
    Critique,
    /// Significant delays or reduced service.
    Elevee,
    /// Detours, moved stops, modified or additional service.
    Moyenne,
    /// Information, and whatever the table does not know.
    Faible,
}

/// What a disruption touches, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LinkKind {
    /// A whole line, or one of its routes.
    Line,
    /// A part of a line.
    Section,
    /// One stop.
    Stop,
    /// A network. The bulk feed repeats it beside each line.
    Network,
}

/// A line as a link names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineRef {
    /// Identifier: `line:IDFM:C01371`.
    pub id: String,
    /// Mode as outputs write it: `metro`, `rer`, `tram`, `transilien`, else the feed's word in lower case.
    pub mode: String,
    /// Code that travellers know: `3bis`, `A`, `T3b`.
    pub code: String,
    /// Name of the network, or its identifier where the feed gives no name.
    pub network: Option<String>,
}

/// One thing that a disruption touches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// What kind of thing.
    pub kind: LinkKind,
    /// The line, when the feed names one.
    pub line: Option<LineRef>,
    /// Names of the stops, of the network, or of the ends of the section.
    pub names: BTreeSet<String>,
}

/// A time during which a disruption holds: instants in seconds, half-open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    /// First instant.
    pub begin: i64,
    /// First instant after it; none when open.
    pub end: Option<i64>,
}

/// A disruption.
#[derive(Clone, Debug, PartialEq)]
pub struct Disruption {
    /// Identifier (`id`), the same in both dialects.
    pub id: Arc<str>,
    /// Cause in lower case; `inconnu` when missing.
    pub cause: String,
    /// Effect in capitals without its suffix `_EFFECT`; none in the bulk feed.
    pub effect: Option<String>,
    /// What it costs.
    pub severity: Severite,
    /// The feed's own rank: 0 is the strongest. Shown, never used to judge.
    pub priority: Option<i64>,
    /// When its author last changed it, an instant in seconds.
    pub updated: Option<i64>,
    /// When it holds, sorted, each once.
    pub periods: Vec<Period>,
    /// What it touches, sorted, each once: their order in the feed says nothing.
    pub links: Vec<Link>,
    /// Title, without markup.
    pub title: Option<String>,
    /// Message, without markup.
    pub text: Option<String>,
    /// Tags.
    pub tags: BTreeSet<String>,
}

impl Disruption {
    /// Whether it speaks of lifts only: told by tag or effect, never by its text.
    pub fn is_lift(&self) -> bool {
        self.has_tag("ascenseur") || self.effect.as_deref() == Some(issues::LIFT_EFFECT)
    }

    /// Whether its author hides it from travellers (tag `Masquée`).
    pub fn is_masked(&self) -> bool {
        self.has_tag("masquee")
    }

    fn has_tag(&self, folded: &str) -> bool {
        self.tags.iter().any(|tag| fold(tag) == folded)
    }

    /// Whether a field that both records give differs. When its author touched it is no part of what it says.
    pub fn contradicts(&self, other: &Self) -> bool {
        fn differ<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> bool {
            one.zip(other).is_some_and(|(one, other)| one != other)
        }
        fn lists_differ<T: PartialEq>(one: &[T], other: &[T]) -> bool {
            !one.is_empty() && !other.is_empty() && one != other
        }
        self.severity != other.severity
            || differ(self.known_cause(), other.known_cause())
            || differ(self.effect.as_ref(), other.effect.as_ref())
            || differ(self.priority.as_ref(), other.priority.as_ref())
            || differ(self.title.as_ref(), other.title.as_ref())
            || differ(self.text.as_ref(), other.text.as_ref())
            || differ(Some(&self.tags), Some(&other.tags).filter(|tags| !tags.is_empty() && !self.tags.is_empty()))
            || lists_differ(&self.periods, &other.periods)
            || lists_differ(&self.links, &other.links)
    }

    fn known_cause(&self) -> Option<&String> {
        Some(&self.cause).filter(|cause| *cause != MISSING_CAUSE)
    }

    /// The one conversion. None without an identifier; `note` hears what was wrong.
    pub(super) fn of_raw(raw: RawDisruption, zone: &CityZone, note: &mut dyn FnMut(Rule, &str)) -> Option<Self> {
        let Some(id) = raw.id else {
            note(Rule::UnreadableId, raw.title.as_deref().unwrap_or_default());
            return None;
        };
        let mut periods = Vec::with_capacity(raw.periods.len());
        for period in &raw.periods {
            match issues::period(period, zone) {
                Ok(period) => periods.push(period),
                Err(PeriodFault::Unreadable) => note(Rule::UnreadablePeriod, &period.written),
                Err(PeriodFault::Inverted) => note(Rule::InvertedPeriod, &period.written),
            }
        }
        periods.sort_unstable();
        periods.dedup();
        let severity =
            issues::severity(raw.effect.as_deref(), raw.severity_name.as_deref()).unwrap_or_else(|unknown| {
                note(Rule::UnknownEffect, unknown);
                Severite::Faible
            });
        let mut links = raw.links;
        links.sort_unstable();
        links.dedup();
        Some(Self {
            id: id.into(),
            cause: raw.cause.map_or_else(|| MISSING_CAUSE.to_owned(), |cause| cause.to_lowercase()),
            effect: raw.effect.as_deref().map(issues::effect_code),
            severity,
            priority: raw.priority,
            updated: raw.updated.and_then(|text| instant(&text, zone)),
            periods,
            links,
            title: raw.title.as_deref().and_then(markup::plain_text),
            text: raw.message.as_deref().and_then(markup::plain_text),
            tags: raw.tags.into_iter().collect(),
        })
    }
}

/// What a missing cause is called.
const MISSING_CAUSE: &str = "inconnu";

/// The instant (seconds) of `YYYYMMDDTHHMMSS` or of an ISO stamp; local wall time unless an offset is written.
/// A time that the spring change skips moves forward, an ambiguous one is the earlier, and one past the last instant
/// that a clock can show (`99991231T235959`) is [`LAST_INSTANT`].
pub(super) fn instant(text: &str, zone: &CityZone) -> Option<i64> {
    let text = text.trim();
    let compact = text.len() == 15 && text.is_ascii() && text.as_bytes()[8] == b'T';
    let stamp = if compact {
        let (date, time) = (&text[..8], &text[9..]);
        let (year, month, day) = (&date[..4], &date[4..6], &date[6..]);
        let (hour, minute, second) = (&time[..2], &time[2..4], &time[4..]);
        Stamp::parse(&format!("{year}-{month}-{day}T{hour}:{minute}:{second}"))?
    } else {
        Stamp::parse(text)?
    };
    match stamp.offset {
        Some(_) => stamp.second(zone, Ambiguous::Earlier),
        None => zone.resolve_lenient(stamp.civil),
    }
    .or_else(|| (stamp.civil.year() == 9999).then_some(LAST_INSTANT))
}

/// The last instant, seconds. A period that ends there is open.
pub(super) const LAST_INSTANT: i64 = 253_402_207_200;

/// Which of the two feeds an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dialect {
    /// Pages of navitia.
    Navitia,
    /// The bulk feed of PRIM.
    Bulk,
}

/// Where a navitia page stands in its answer. Missing numbers are none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Items of the whole answer.
    pub total_result: Option<u64>,
    /// Items that a page may hold.
    pub items_per_page: Option<u64>,
    /// Items that this page holds.
    pub items_on_page: Option<u64>,
    /// Number of the page, from 0.
    pub start_page: Option<u64>,
}

/// What an answer was asked for, as its link of type `first` repeats it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// First instant of the window asked for.
    pub since: Option<i64>,
    /// Last instant of the window asked for.
    pub until: Option<i64>,
    /// Whether it names one line or network (or another part of the network), or a window that cannot be read.
    pub narrowed: bool,
}

impl Request {
    /// Whether the answer speaks of the whole network on the day.
    pub fn covers(&self, day: &LocalDay) -> bool {
        !self.narrowed
            && self.since.is_none_or(|since| since < day.end)
            && self.until.is_none_or(|until| until > day.start)
    }
}

/// What one object says.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// Name of the object.
    pub object: Arc<str>,
    /// Which feed.
    pub dialect: Dialect,
    /// When the payload says it was made, an instant in seconds.
    pub clock: Option<i64>,
    /// Its place in a navitia answer.
    pub page: Page,
    /// Whether it carries an `error`.
    pub has_error: bool,
    /// What was asked for.
    pub request: Request,
    /// The disruptions, as listed.
    pub disruptions: Vec<Disruption>,
}

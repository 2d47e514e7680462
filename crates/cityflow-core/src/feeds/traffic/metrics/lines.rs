//! Lines: how long each was blocked or disturbed, and how reliable that makes it.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;

use super::{spans_within, strongest_links};
use crate::feeds::traffic::lines::{MonitoredLine, monitored, monitored_lines};
use crate::feeds::traffic::periods::{Span, minutes, union_seconds};
use crate::feeds::traffic::record::{Disruption, LineRef, LinkKind, Severite};

/// Lines in `top_lignes_impactees`.
const TOP_LINES: usize = 10;

/// Seconds from which a line counts as blocked or disturbed: one minute.
const STATE_SECONDS: i64 = 60;

/// Share of a minute lost (contract, section 4): the line blocked.
const WEIGHT_BLOCKED: f64 = 1.0;

/// Share of a minute lost: delays on the line, or a section blocked.
const WEIGHT_HALF: f64 = 0.5;

/// Share of a minute lost: delays on a section.
const WEIGHT_QUARTER: f64 = 0.25;

/// How a monitored line fared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LineState {
    /// Less than a minute of either.
    Normal,
    /// Disturbed for a minute or more.
    Perturbe,
    /// Blocked for a minute or more.
    Bloque,
}

/// A monitored line on D.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LineDay {
    /// Code.
    pub ligne: &'static str,
    /// Mode.
    pub mode: &'static str,
    /// Its state over the service window.
    pub etat: LineState,
    /// Minutes of the service window (05:30 to 01:15) without service on the line itself.
    pub minutes_bloquees: f64,
    /// Minutes of the service window that are disturbed and not blocked.
    pub minutes_perturbees: f64,
    /// 100 × (1 − weighted minutes / service minutes), each minute weighing its worst disruption.
    pub indice: f64,
}

/// A line of any mode with active disruptions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ImpactedLine {
    /// Code: the monitored table's spelling, else the feed's.
    pub ligne: String,
    /// Mode.
    pub mode: String,
    /// Name of the network, or its identifier where the feed gives no name; null when it says nothing.
    pub reseau: Option<String>,
    /// Active disruptions with any link to the line.
    pub count: u64,
    /// Minutes of the service window that are blocked or disturbed.
    pub minutes_perturbees: f64,
}

/// What one disruption does to a line, the worst first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Harm {
    Blocked,
    Half,
    Quarter,
}

/// Stop and network links are shown but not counted.
const fn harm(severity: Severite, link: LinkKind) -> Option<Harm> {
    match (severity, link) {
        (Severite::Critique, LinkKind::Line) => Some(Harm::Blocked),
        (Severite::Critique, LinkKind::Section) | (Severite::Elevee, LinkKind::Line) => Some(Harm::Half),
        (Severite::Elevee, LinkKind::Section) => Some(Harm::Quarter),
        _ => None,
    }
}

/// Seconds of the service window by the worst that happens in them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct HarmSeconds {
    blocked: i64,
    half: i64,
    quarter: i64,
}

impl HarmSeconds {
    /// Nested unions give each second to its worst harm, without walking the seconds.
    fn of(spans: &[(Harm, Span)]) -> Self {
        let up_to = |worst: Harm| {
            union_seconds(spans.iter().filter(|(harm, _)| *harm <= worst).map(|(_, span)| *span).collect())
        };
        let (blocked, half, all) = (up_to(Harm::Blocked), up_to(Harm::Half), up_to(Harm::Quarter));
        Self { blocked, half: half - blocked, quarter: all - half }
    }

    fn disturbed(self) -> i64 {
        self.half + self.quarter
    }

    /// 100 × (1 − weighted / service), both in seconds.
    fn index(self, service_s: i64) -> f64 {
        let weighted = WEIGHT_BLOCKED * self.blocked as f64
            + WEIGHT_HALF * self.half as f64
            + WEIGHT_QUARTER * self.quarter as f64;
        100.0 * (1.0 - weighted / service_s as f64)
    }
}

/// A line's identity in a sum: monitored lines by place, so that two ids of one line are one; others by id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum LineKey {
    Monitored(usize),
    Other(String),
}

impl LineKey {
    fn of(line: &LineRef) -> Self {
        monitored(&line.mode, &line.code).map_or_else(|| Self::Other(line.id.clone()), Self::Monitored)
    }

    /// The code as the monitored table spells it.
    fn monitored_code(&self) -> Option<&'static str> {
        match self {
            Self::Monitored(place) => monitored_lines().nth(*place).map(|line| line.code),
            Self::Other(_) => None,
        }
    }
}

/// What the service window cost each line.
pub(super) struct LineMinutes {
    service_s: i64,
    by_line: BTreeMap<LineKey, HarmSeconds>,
}

/// Weighs every disruption that its author does not mask, over the service window.
pub(super) fn weigh(disruptions: &[&Disruption], window: Span) -> LineMinutes {
    let mut spans: BTreeMap<LineKey, Vec<(Harm, Span)>> = BTreeMap::new();
    for disruption in disruptions.iter().filter(|one| !one.is_masked()) {
        let within = spans_within(disruption, window);
        for (kind, line) in strongest_links(disruption).into_values() {
            if let Some(harm) = harm(disruption.severity, kind) {
                spans.entry(LineKey::of(line)).or_default().extend(within.iter().map(|span| (harm, *span)));
            }
        }
    }
    let by_line = spans.into_iter().map(|(line, spans)| (line, HarmSeconds::of(&spans))).collect();
    LineMinutes { service_s: window.1 - window.0, by_line }
}

impl LineMinutes {
    fn of(&self, line: &LineKey) -> HarmSeconds {
        self.by_line.get(line).copied().unwrap_or_default()
    }
}

/// The monitored lines, in the order of their table.
pub(super) fn monitored_days(line_minutes: &LineMinutes) -> Vec<LineDay> {
    let day = |(place, line): (usize, MonitoredLine)| {
        let seconds = line_minutes.of(&LineKey::Monitored(place));
        let etat = if seconds.blocked >= STATE_SECONDS {
            LineState::Bloque
        } else if seconds.disturbed() >= STATE_SECONDS {
            LineState::Perturbe
        } else {
            LineState::Normal
        };
        LineDay {
            ligne: line.code,
            mode: line.mode,
            etat,
            minutes_bloquees: minutes(seconds.blocked),
            minutes_perturbees: minutes(seconds.disturbed()),
            indice: seconds.index(line_minutes.service_s),
        }
    };
    monitored_lines().enumerate().map(day).collect()
}

/// Of several descriptions of one line the least is shown, whatever the order of the answers; one without a network
/// comes last.
fn least<'a>(one: &'a LineRef, other: &'a LineRef) -> &'a LineRef {
    std::cmp::min_by_key(one, other, |line| (&line.id, line.network.is_none(), *line))
}

/// The lines with most active disruptions: by count and minutes (descending), then line id.
pub(super) fn most_impacted(active: &[&Disruption], line_minutes: &LineMinutes) -> Vec<ImpactedLine> {
    let mut counts: BTreeMap<LineKey, (u64, &LineRef)> = BTreeMap::new();
    for disruption in active {
        let mut lines: BTreeMap<LineKey, &LineRef> = BTreeMap::new();
        for line in disruption.links.iter().filter_map(|link| link.line.as_ref()) {
            let shown = lines.entry(LineKey::of(line)).or_insert(line);
            *shown = least(shown, line);
        }
        for (key, line) in lines {
            let held = counts.entry(key).or_insert((0, line));
            *held = (held.0 + 1, least(held.1, line));
        }
    }
    let mut lines: Vec<_> = counts
        .into_iter()
        .map(|(key, (count, line))| {
            let seconds = line_minutes.of(&key);
            (count, seconds.blocked + seconds.disturbed(), line, key)
        })
        .collect();
    lines.sort_by_key(|(count, seconds, line, _)| (Reverse(*count), Reverse(*seconds), line.id.as_str()));
    lines.truncate(TOP_LINES);
    let row = |(count, seconds, line, key): (u64, i64, &LineRef, LineKey)| ImpactedLine {
        ligne: key.monitored_code().map_or_else(|| line.code.clone(), str::to_owned),
        mode: line.mode.clone(),
        reseau: line.network.clone(),
        count,
        minutes_perturbees: minutes(seconds),
    };
    lines.into_iter().map(row).collect()
}

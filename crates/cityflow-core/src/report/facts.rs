//! `faits_marquants`: up to five sentences, built from the numbers and from nothing else.

use serde::{Deserialize, Serialize};

use super::{DayMetrics, Evolution};
use crate::evolution::Change;
use crate::feeds::traffic::metrics::LineState;

/// One sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// French.
    pub fr: String,
    /// English.
    pub en: String,
}

/// Sentences that the report holds.
const MOST: usize = 5;

pub(super) fn facts(metrics: DayMetrics<'_>, evolution: &Evolution) -> Vec<Fact> {
    [
        roads(metrics, &evolution.vehicules),
        lost_time(metrics),
        bikes(metrics, &evolution.velos),
        transit(metrics),
        weather(metrics),
        works(metrics),
    ]
    .into_iter()
    .flatten()
    .take(MOST)
    .collect()
}

fn roads(metrics: DayMetrics<'_>, change: &Change) -> Option<Fact> {
    let roads = &metrics.comptages?.global;
    let (flow, coverage) = (roads.daily_flow?, roads.coverage?);
    let (since_fr, since_en) = since(change);
    let links = roads.active_links as u64;
    Some(Fact {
        fr: format!(
            "{} comptés sur {}, couverture {} %{since_fr}.",
            several(flow, fr, "passage de véhicule", "passages de véhicules"),
            several(links as f64, fr, "tronçon actif", "tronçons actifs"),
            fr(coverage, 1)
        ),
        en: format!(
            "{} counted on {}, coverage {}%{since_en}.",
            several(flow, en, "vehicle passage", "vehicle passages"),
            several(links as f64, en, "active link", "active links"),
            en(coverage, 1)
        ),
    })
}

fn lost_time(metrics: DayMetrics<'_>) -> Option<Fact> {
    let day = metrics.comptages?;
    let hours = day.global.lost_hours.filter(|hours| *hours > 0.0)?;
    let zone = day.congested_zones.first()?;
    let alerts = day.alerts.len();
    Some(Fact {
        fr: format!(
            "{} (plancher conventionnel), zone la plus touchée : {} ; alertes de congestion : {alerts}.",
            several(hours, fr, "heure-véhicule perdue", "heures-véhicule perdues"),
            zone.zone
        ),
        en: format!(
            "{} lost (conventional floor), worst zone: {}; congestion alerts: {alerts}.",
            several(hours, en, "vehicle-hour", "vehicle-hours"),
            zone.zone
        ),
    })
}

fn bikes(metrics: DayMetrics<'_>, change: &Change) -> Option<Fact> {
    let day = &metrics.bikes?.summary;
    let (total, hour) = (day.total_velos?, day.heure_pointe?);
    let (since_fr, since_en) = since(change);
    Some(Fact {
        fr: format!(
            "{}, heure de pointe à {hour} h{since_fr}.",
            several(total, fr, "passage de vélo", "passages de vélos")
        ),
        en: format!("{}, peak hour at {hour}:00{since_en}.", several(total, en, "bike passage", "bike passages")),
    })
}

/// Without a complete answer a line that nothing was heard of is not a line that runs well.
fn transit(metrics: DayMetrics<'_>) -> Option<Fact> {
    let day = metrics.traffic?;
    let Some(index) = day.reliability_index else {
        let known = day.active_disruptions_count;
        return Some(Fact {
            fr: format!("Transports : réponse incomplète, perturbations actives connues : {known}."),
            en: format!("Transit: incomplete answer, active disruptions known: {known}."),
        });
    };
    let blocked: Vec<String> = day
        .lignes
        .iter()
        .filter(|line| line.etat == LineState::Bloque)
        .map(|line| format!("{} {}", line.mode, line.ligne))
        .collect();
    let disturbed = day.lignes.iter().filter(|line| line.etat == LineState::Perturbe).count();
    let list = |none: &str| if blocked.is_empty() { none.to_owned() } else { blocked.join(", ") };
    Some(Fact {
        fr: format!(
            "Transports : lignes bloquées : {}, lignes perturbées : {disturbed}, indice de fiabilité {}.",
            list("aucune"),
            fr(index, 1)
        ),
        en: format!(
            "Transit: lines blocked: {}, lines disturbed: {disturbed}, reliability index {}.",
            list("none"),
            en(index, 1)
        ),
    })
}

fn weather(metrics: DayMetrics<'_>) -> Option<Fact> {
    let day = metrics.weather?;
    let (temperature, rain) = (day.temp_mean_c?, day.precip_mm?);
    Some(Fact {
        fr: format!("Météo : {} °C en moyenne, {} mm de pluie.", fr(temperature, 1), fr(rain, 1)),
        en: format!("Weather: {} °C on average, {} mm of rain.", en(temperature, 1), en(rain, 1)),
    })
}

fn works(metrics: DayMetrics<'_>) -> Option<Fact> {
    let count = metrics.chantiers?.active_count;
    Some(Fact {
        fr: format!("Chantiers perturbants actifs : {count}."),
        en: format!("Active disruptive roadworks: {count}."),
    })
}

/// How a number moved in a week, over the sensors that can be compared; empty when unknown.
fn since(change: &Change) -> (String, String) {
    let (Some(percent), Some(sensors)) = (change.pourcentage, change.comparables) else { return Default::default() };
    let sign = if percent > 0.0 { "+" } else { "" };
    let sensors = sensors as f64;
    (
        format!(
            " ; {sign}{} % en une semaine sur {}",
            fr(percent, 1),
            several(sensors, fr, "capteur comparable", "capteurs comparables")
        ),
        format!(
            "; {sign}{}% in a week on {}",
            en(percent, 1),
            several(sensors, en, "comparable sensor", "comparable sensors")
        ),
    )
}

/// A whole number and what it counts.
fn several(value: f64, written: fn(f64, usize) -> String, one: &str, more: &str) -> String {
    let number = written(value, 0);
    let noun = if number == "1" { one } else { more };
    format!("{number} {noun}")
}

/// A number as French writes it: narrow no-break spaces, a decimal comma.
fn fr(value: f64, decimals: usize) -> String {
    grouped(value, decimals, '\u{202f}', ',')
}

/// A number as English writes it.
fn en(value: f64, decimals: usize) -> String {
    grouped(value, decimals, ',', '.')
}

fn grouped(value: f64, decimals: usize, separator: char, mark: char) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(separator);
        }
        grouped.push(digit);
    }
    if !fraction.is_empty() {
        grouped.push(mark);
        grouped.push_str(fraction);
    }
    // A value that rounds to zero has no sign.
    let is_zero = text.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    if value < 0.0 && !is_zero { format!("-{grouped}") } else { grouped }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_each_language_does() {
        assert_eq!(fr(1_710_579.6, 0), "1\u{202f}710\u{202f}580");
        assert_eq!(en(1_710_579.6, 1), "1,710,579.6");
        assert_eq!(fr(-3.25, 1), "-3,2");
        assert_eq!(en(-0.01, 1), "0.0");
    }

    #[test]
    fn one_is_singular() {
        assert_eq!(several(1.0, fr, "capteur", "capteurs"), "1 capteur");
        assert_eq!(several(1_200.0, en, "sensor", "sensors"), "1,200 sensors");
    }

    #[test]
    fn a_change_that_is_unknown_is_not_spoken_of() {
        assert_eq!(since(&Change::none("x")), (String::new(), String::new()));
        assert_eq!(since(&Change::between(110.0, 100.0, Some(3))).1, "; +10.0% in a week on 3 comparable sensors");
    }
}

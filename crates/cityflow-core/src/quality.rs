//! Issues: what was wrong with a row, counted under a name, with samples.
//!
//! A bad row is data, not a failure. This is the single place that lists the rules.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::merge::Merge;
use crate::time::StampFault;

/// Samples kept for each issue and object.
pub const SAMPLES_PER_ISSUE_AND_OBJECT: usize = 20;

/// Characters of the offending text that a sample keeps.
pub const SAMPLE_CHARACTERS: usize = 200;

macro_rules! rules {
    ($($(#[doc = $doc:literal])+ $variant:ident = $code:literal, $severity:ident, $fr:literal, $en:literal;)+) => {
        /// A rule that a row, an object or an answer can break.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Rule {
            $($(#[doc = $doc])+ #[serde(rename = $code)] $variant,)+
        }

        impl Rule {
            /// Every rule, in the order of the contract.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The public code.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// What it costs.
            pub const fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity),+ }
            }

            /// What it means, in French.
            pub const fn sentence_fr(self) -> &'static str {
                match self { $(Self::$variant => $fr),+ }
            }

            /// What it means, in English.
            pub const fn sentence_en(self) -> &'static str {
                match self { $(Self::$variant => $en),+ }
            }
        }
    };
}

/// What an issue costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing is lost.
    Note,
    /// A field is nulled.
    Field,
    /// The row is dropped.
    Row,
    /// The whole answer or export is less than it should be.
    Source,
}

rules! {
    /// A stray quote opens the header line.
    StrayHeaderQuote = "entete_guillemet", Note,
        "un guillemet isolé ouvre la ligne d'en-tête ; il est retiré",
        "a stray quote opens the header line; it is removed";
    /// Another number of cells than the header, a quote that never closes, or JSON that is not an object.
    MalformedRow = "ligne_mal_formee", Row,
        "la ligne n'a pas le nombre de cellules de l'en-tête, ou l'enregistrement n'est pas un objet",
        "the row has another number of cells than the header, or the record is not an object";
    /// Bytes that are not UTF-8; the row is kept with replacement characters.
    InvalidUtf8 = "encodage_invalide", Note,
        "le texte n'est pas de l'UTF-8 ; la ligne est gardée, les octets fautifs remplacés",
        "the text is not UTF-8; the row is kept, the bad bytes replaced";
    /// No readable sensor.
    UnreadableId = "identifiant_illisible", Row,
        "l'identifiant du capteur est illisible", "the sensor's identifier is unreadable";
    /// Not a number.
    UnreadableNumber = "nombre_illisible", Field,
        "le nombre est illisible ; le champ est vide", "the number is unreadable; the field is null";
    /// Not a date and time.
    UnreadableStamp = "horodatage_illisible", Row,
        "l'horodatage est illisible", "the stamp is unreadable";
    /// Not on a full hour.
    OffHourStamp = "horodatage_hors_heure", Row,
        "l'horodatage ne tombe pas sur une heure pleine", "the stamp is not on a full hour";
    /// A local time that the spring change skips.
    NonexistentLocalTime = "nonexistent_local_time", Row,
        "cette heure locale n'existe pas (passage à l'heure d'été)",
        "this local time does not exist (spring clock change)";
    /// Flow outside 0..12 000 vehicles per hour.
    FlowOutOfRange = "debit_hors_limites", Field,
        "débit hors de 0..12 000 véh/h ; le champ est vide", "flow outside 0..12 000 veh/h; the field is null";
    /// Occupancy outside 0..100 %.
    OccupancyOutOfRange = "taux_hors_limites", Field,
        "taux d'occupation hors de 0..100 ; le champ est vide", "occupancy outside 0..100; the field is null";
    /// Bike count outside 0..10 000 per hour.
    CountOutOfRange = "comptage_hors_limites", Field,
        "comptage hors de 0..10 000 par heure ; le champ est vide", "count outside 0..10 000 per hour; the field is null";
    /// Temperature outside −30..50 °C.
    TemperatureOutOfRange = "temperature_hors_limites", Field,
        "température hors de −30..50 °C ; le champ est vide", "temperature outside −30..50 °C; the field is null";
    /// Minimum above maximum.
    MinAboveMax = "tempmin_sup_tempmax", Field,
        "la température minimale dépasse la maximale ; les deux sont vides",
        "the minimum temperature is above the maximum; both are null";
    /// Coordinates outside WGS84.
    CoordinatesOutOfRange = "coordonnees_hors_limites", Field,
        "coordonnées hors de WGS84 ; le champ est vide", "coordinates outside WGS84; the field is null";
    /// Geometry that cannot be read.
    UnreadableGeometry = "geometrie_illisible", Field,
        "la géométrie est illisible ; le champ est vide", "the geometry is unreadable; the field is null";
    /// The file's traffic state disagrees with its occupancy.
    InconsistentState = "etat_incoherent", Note,
        "l'état de trafic du fichier contredit le taux d'occupation", "the file's traffic state contradicts its occupancy";
    /// An effect or severity outside the table.
    UnknownEffect = "effet_inconnu", Note,
        "effet ou gravité hors de la table ; traité comme FAIBLE", "effect or severity outside the table; taken as FAIBLE";
    /// A period that ends before it starts.
    InvertedPeriod = "periode_inversee", Row,
        "la période finit avant de commencer", "the period ends before it starts";
    /// A period that cannot be read.
    UnreadablePeriod = "periode_illisible", Row,
        "la période est illisible", "the period is unreadable";
    /// A date that is not there.
    MissingDate = "date_absente", Row,
        "une date manque ; le chantier n'est jamais actif", "a date is missing; the works are never active";
    /// A page of an answer is missing.
    MissingPage = "page_manquante", Source,
        "la réponse est incomplète : des pages manquent", "the answer is incomplete: pages are missing";
    /// The only export is later than the day.
    LaterExport = "export_posterieur", Source,
        "le seul export disponible est postérieur au jour", "the only available export is later than the day";
    /// Most rows of the export contradict its date.
    DoubtfulExportDate = "date_export_douteuse", Source,
        "plus de la moitié des lignes contredisent la date de l'export",
        "more than half of the rows contradict the export's date";
    /// An object of another kind in the folder.
    ForeignObject = "objet_etranger", Source,
        "l'objet n'est pas de ce flux", "the object is not of this feed";
}

/// A rule as a catalogue lists it: an entry of `schemas/issues.json`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct RuleEntry {
    /// The public code.
    pub code: &'static str,
    /// What it costs.
    pub severity: Severity,
    /// What it means, in French.
    pub fr: &'static str,
    /// What it means, in English.
    pub en: &'static str,
}

impl Rule {
    /// The rule as a catalogue lists it.
    pub const fn entry(self) -> RuleEntry {
        RuleEntry { code: self.code(), severity: self.severity(), fr: self.sentence_fr(), en: self.sentence_en() }
    }
}

/// Every rule, in the order of [`Rule::ALL`].
pub fn catalogue() -> Vec<RuleEntry> {
    Rule::ALL.iter().map(|rule| rule.entry()).collect()
}

/// The rule that a stamp without an hour breaks, and the day it names, when it names one.
pub const fn of_stamp(fault: StampFault) -> (Option<Date>, Rule) {
    match fault {
        StampFault::Unreadable => (None, Rule::UnreadableStamp),
        StampFault::OffHour(date) => (Some(date), Rule::OffHourStamp),
        StampFault::Nonexistent(date) => (Some(date), Rule::NonexistentLocalTime),
    }
}

/// One offending row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Sample {
    /// Name of the object in the bucket.
    pub objet: Arc<str>,
    /// Line in the object, or record number from 1 in JSON.
    pub ligne: u64,
    /// The offending text, shortened.
    pub texte: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Tally {
    count: u64,
    /// Sorted by (line, text), at most [`SAMPLES_PER_ISSUE_AND_OBJECT`].
    samples: Vec<(u64, String)>,
}

impl Tally {
    fn note(&mut self, line: u64, text: &str) {
        self.count += 1;
        // Rows come mostly in order: past the first twenty, nothing is allocated.
        let full = self.samples.len() == SAMPLES_PER_ISSUE_AND_OBJECT;
        if full && self.samples.last().is_some_and(|(last, _)| *last < line) {
            return;
        }
        let sample = (line, shorten(text));
        let at = self.samples.partition_point(|held| held <= &sample);
        self.samples.insert(at, sample);
        self.samples.truncate(SAMPLES_PER_ISSUE_AND_OBJECT);
    }
}

impl Merge for Tally {
    fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.samples.extend(other.samples);
        self.samples.sort_unstable();
        self.samples.truncate(SAMPLES_PER_ISSUE_AND_OBJECT);
    }
}

fn shorten(text: &str) -> String {
    let mut shortened: String = text.chars().take(SAMPLE_CHARACTERS).collect();
    if shortened.len() < text.len() {
        shortened.push('…');
    }
    shortened
}

/// Issues counted by rule and object, with the first samples of each.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssueLog {
    tallies: BTreeMap<Rule, BTreeMap<Arc<str>, Tally>>,
}

impl IssueLog {
    /// Counts one issue.
    pub fn note(&mut self, rule: Rule, object: &Arc<str>, line: u64, text: &str) {
        self.tallies.entry(rule).or_default().entry(Arc::clone(object)).or_default().note(line, text);
    }

    /// Times that a rule was broken.
    pub fn count(&self, rule: Rule) -> u64 {
        self.tallies.get(&rule).map_or(0, |objects| objects.values().map(|tally| tally.count).sum())
    }

    /// Whether nothing was wrong.
    pub fn is_empty(&self) -> bool {
        self.tallies.is_empty()
    }

    /// What `problemes{}` says: per code, the count and the samples by (object, line).
    pub fn problems(&self) -> BTreeMap<&'static str, Problem> {
        let samples = |objects: &BTreeMap<Arc<str>, Tally>| {
            let rows = objects.iter().flat_map(|(object, tally)| tally.samples.iter().map(move |row| (object, row)));
            rows.map(|(object, (line, text))| Sample { objet: Arc::clone(object), ligne: *line, texte: text.clone() })
                .collect()
        };
        self.tallies
            .iter()
            .map(|(rule, objects)| (rule.code(), Problem { nombre: self.count(*rule), exemples: samples(objects) }))
            .collect()
    }
}

impl Merge for IssueLog {
    fn merge(&mut self, other: Self) {
        for (rule, objects) in other.tallies {
            let held = self.tallies.entry(rule).or_default();
            for (object, tally) in objects {
                held.entry(object).or_default().merge(tally);
            }
        }
    }
}

/// One entry of `problemes{}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// How often.
    pub nombre: u64,
    /// The first cases of each object.
    pub exemples: Vec<Sample>,
}

/// Issues by the day they belong to; those of rows whose day cannot be read stand apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DatedIssues {
    /// Issues of rows without a readable day.
    pub undated: IssueLog,
    /// Issues of the rows of each day.
    pub by_day: BTreeMap<Date, IssueLog>,
}

impl DatedIssues {
    /// Counts one issue for a day, or for no day.
    pub fn note(&mut self, day: Option<Date>, rule: Rule, object: &Arc<str>, line: u64, text: &str) {
        let log = match day {
            Some(day) => self.by_day.entry(day).or_default(),
            None => &mut self.undated,
        };
        log.note(rule, object, line, text);
    }
}

impl Merge for DatedIssues {
    fn merge(&mut self, other: Self) {
        self.undated.merge(other.undated);
        for (day, log) in other.by_day {
            self.by_day.entry(day).or_default().merge(log);
        }
    }
}

/// One object that was read: an entry of `qualite.sources[]`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Source {
    /// Name of the object in the bucket.
    pub objet: Arc<str>,
    /// Stored size in bytes (compressed when the object is).
    pub octets: u64,
    /// Data rows (records) read in it.
    pub lignes: u64,
    /// Why the object could not be read; absent when it could.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erreur: Option<String>,
}

/// `qualite` of every `metrics`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Quality {
    /// The objects opened, by name.
    pub sources: Vec<Source>,
    /// Data rows of those objects.
    pub lignes_lues: u64,
    /// Rows of the day kept after de-duplication.
    pub lignes_valides: u64,
    /// Further rows of a key that say nothing new.
    pub doublons: u64,
    /// Further rows of a key that contradict the value held.
    pub doublons_conflictuels: u64,
    /// Issues by code.
    pub problemes: BTreeMap<&'static str, Problem>,
}

/// How well a sensor's day is covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DayQuality {
    /// Fewer than 19 hours.
    Partiel,
    /// At least 19 hours.
    Utilisable,
    /// At least 90 % of the expected hours.
    Complet,
}

/// Hours from which a sensor-day can be compared with another.
pub const USABLE_HOURS: usize = 19;

impl DayQuality {
    /// Judges the valid hours of a day.
    pub const fn of(valid_hours: usize, expected_hours: usize) -> Self {
        if valid_hours * 10 >= expected_hours * 9 {
            Self::Complet
        } else if valid_hours >= USABLE_HOURS {
            Self::Utilisable
        } else {
            Self::Partiel
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_twenty_samples_of_each_object_are_kept_whatever_the_order() {
        let object: Arc<str> = "a.csv".into();
        let mut forward = IssueLog::default();
        let mut backward = IssueLog::default();
        for line in 1..=50 {
            forward.note(Rule::MalformedRow, &object, line, "x");
            backward.note(Rule::MalformedRow, &object, 51 - line, "x");
        }
        assert_eq!(forward, backward);
        let problems = forward.problems();
        assert_eq!(problems["ligne_mal_formee"].nombre, 50);
        assert_eq!(problems["ligne_mal_formee"].exemples.len(), 20);
        assert_eq!(problems["ligne_mal_formee"].exemples[19].ligne, 20);
    }

    #[test]
    fn codes_are_unique() {
        let codes: std::collections::BTreeSet<_> = Rule::ALL.iter().map(|rule| rule.code()).collect();
        assert_eq!(codes.len(), Rule::ALL.len());
    }

    #[test]
    fn a_sensor_day_is_judged_by_its_hours() {
        assert_eq!(DayQuality::of(22, 24), DayQuality::Complet);
        assert_eq!(DayQuality::of(21, 24), DayQuality::Utilisable);
        assert_eq!(DayQuality::of(21, 23), DayQuality::Complet);
        assert_eq!(DayQuality::of(18, 24), DayQuality::Partiel);
    }
}

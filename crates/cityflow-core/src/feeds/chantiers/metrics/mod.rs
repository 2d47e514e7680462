//! The roadworks of one day.

mod choice;
mod sums;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use serde::Serialize;

pub use choice::{ExportChoice, ExportStanding, choose_export};
pub use sums::CriticalZone;

use super::issues;
use super::record::{Export, Works, status};
use crate::feeds::Reading;
use crate::geo::{Geometry, Point};
use crate::merge::Merge;
use crate::quality::{IssueLog, Quality, Rule, Source};
use crate::time::LocalDay;
use crate::zones::{ZoneCode, Zones};

/// Days ahead within which works are about to end (contract, section 4).
const ENDING_WITHIN_DAYS: i32 = 7;

/// `metrics` of the data type `chantiers`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ChantiersMetrics {
    /// Works active on the day.
    #[serde(rename = "total_chantiers_actifs")]
    pub active_count: usize,
    /// The active works, by identifier.
    #[serde(rename = "chantiers_actifs")]
    pub active: Vec<ActiveWorks>,
    /// Sum of impact points of the active works of each zone; works outside every zone are in none.
    pub impact_by_arrondissement: BTreeMap<ZoneCode, u32>,
    /// Active works by impact; a missing one is `INCONNU`.
    pub by_impact: BTreeMap<String, usize>,
    /// Zones with more than three active works, most first, then by code.
    #[serde(rename = "zones_critiques")]
    pub critical_zones: Vec<CriticalZone>,
    /// Sum of the areas of the active works, m²: 0 without works, null when there are some and none has a polygon.
    #[serde(rename = "surface_totale_impactee_m2")]
    pub area_m2: Option<f64>,
    /// Active works that start on the day, by identifier.
    #[serde(rename = "nouveaux")]
    pub starting: Vec<Arc<str>>,
    /// Active works that end within seven days, by identifier.
    #[serde(rename = "se_terminent")]
    pub ending: Vec<Arc<str>>,
    /// Works whose dates and status disagree on the export's own date, by identifier; empty when that date is
    /// missing or doubtful.
    pub contradictions: Vec<Arc<str>>,
    /// Date in the export's name.
    pub export_date: Option<Date>,
    /// Days from the export to the day: negative for a later export, null for an undated one.
    #[serde(rename = "export_age_jours")]
    pub export_age_days: Option<i32>,
    /// What was read, kept and wrong.
    #[serde(rename = "qualite")]
    pub quality: Quality,
}

impl ChantiersMetrics {
    /// How the export stands to the day: the feed is `partiel` unless it is [`ExportStanding::Current`].
    pub fn standing(&self) -> ExportStanding {
        ExportStanding::of(self.export_age_days)
    }
}

/// One site that is active on the day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ActiveWorks {
    /// Identifier.
    #[serde(rename = "identifiant")]
    pub id: Arc<str>,
    /// What is built or repaired, as coded.
    #[serde(rename = "objet")]
    pub purpose: Option<String>,
    /// Words about it.
    pub description: Option<String>,
    /// Streets.
    #[serde(rename = "voie")]
    pub street: Option<String>,
    /// Kind of works, as coded.
    #[serde(rename = "typologie")]
    pub typology: Option<String>,
    /// Effect on traffic, as coded; `INCONNU` when the export gives none.
    pub impact: String,
    /// Level of disturbance, as coded.
    #[serde(rename = "niveau")]
    pub level: Option<u8>,
    /// Status, as coded: 1 planned, 2 in progress, 3 suspended, 4 extended, 5 finished.
    #[serde(rename = "statut")]
    pub status: Option<u8>,
    /// Zone: the postcode, else by place; null outside every zone.
    #[serde(rename = "arrondissement")]
    pub zone: Option<ZoneCode>,
    /// First day, included.
    #[serde(rename = "date_debut")]
    pub start: Date,
    /// Last day, included.
    #[serde(rename = "date_fin")]
    pub end: Date,
    /// Days from the day to the last: 0 on the last day.
    #[serde(rename = "jours_restants")]
    pub days_left: i32,
    /// Area of the polygons, m²; null without one.
    #[serde(rename = "surface_m2")]
    pub area_m2: Option<f64>,
    /// `GeoJSON` geometry, positions as written.
    #[serde(rename = "geometrie")]
    pub geometry: Option<Geometry>,
    /// Position.
    #[serde(rename = "geo_point_2d")]
    pub point: Option<Point>,
}

/// The day's roadworks from the export that [`choose_export`] gave.
pub fn compute(
    day: &LocalDay,
    zones: &Zones,
    export: &Export,
    reading: Reading,
    sources: Vec<Source>,
) -> ChantiersMetrics {
    let age = export.date.map(|date| days_between(date, day.date));
    let standing = ExportStanding::of(age);
    let active: Vec<ActiveWorks> =
        export.works.values().filter_map(|works| active(works, day.date, standing, zones)).collect();
    let ids = |rule: &dyn Fn(&ActiveWorks) -> bool| {
        active.iter().filter(|works| rule(works)).map(|works| Arc::clone(&works.id)).collect()
    };
    let mut log = reading.issues.undated;
    let contradictions = contradictions(export, &mut log);
    if let (ExportStanding::Later, Some(date)) = (standing, export.date) {
        log.note(Rule::LaterExport, &export.object, 1, &date.to_string());
    }
    for dated in reading.issues.by_day.into_values() {
        log.merge(dated);
    }
    ChantiersMetrics {
        active_count: active.len(),
        impact_by_arrondissement: sums::impact_by_zone(&active),
        by_impact: sums::by_impact(&active),
        critical_zones: sums::critical_zones(&active),
        area_m2: sums::area_m2(&active),
        starting: ids(&|works| works.start == day.date),
        ending: ids(&|works| works.days_left <= ENDING_WITHIN_DAYS),
        contradictions,
        export_date: export.date,
        export_age_days: age,
        quality: quality(export, reading.rows, &log, sources),
        active,
    }
}

/// The works as active on a day; none when they are not. A later export says nothing of the status on that
/// day, so only its dates count.
fn active(works: &Works, day: Date, standing: ExportStanding, zones: &Zones) -> Option<ActiveWorks> {
    let stopped = matches!(works.status, Some(status::SUSPENDED | status::FINISHED));
    if !works.holds(day) || (stopped && standing != ExportStanding::Later) {
        return None;
    }
    let (start, end) = (works.start?, works.end?);
    Some(ActiveWorks {
        id: Arc::clone(&works.id),
        purpose: works.purpose.clone(),
        description: works.description.clone(),
        street: works.street.clone(),
        typology: works.typology.clone(),
        impact: works.impact.clone().unwrap_or_else(|| sums::UNKNOWN_IMPACT.to_owned()),
        level: works.level,
        status: works.status,
        zone: zone(works, zones),
        start,
        end,
        days_left: days_between(day, end),
        area_m2: works.geometry.as_ref().and_then(polygon_area_m2),
        geometry: works.geometry.clone(),
        point: works.point,
    })
}

fn polygon_area_m2(geometry: &Geometry) -> Option<f64> {
    matches!(geometry, Geometry::Polygon(_) | Geometry::MultiPolygon(_)).then(|| geometry.area_m2())
}

/// The postcode's zone when it is one of the city's, else that of the position, else of the shape's middle
/// vertex.
fn zone(works: &Works, zones: &Zones) -> Option<ZoneCode> {
    let place = || works.point.or_else(|| works.geometry.as_ref()?.middle_vertex());
    let postcode = works.postcode.as_deref().and_then(ZoneCode::postcode);
    postcode.or_else(|| zones.locate(place()?))
}

/// Days from a date to another, negative when it lies before.
fn days_between(from: Date, to: Date) -> i32 {
    (to - from).get_days()
}

/// Identifiers whose dates and status disagree on the export's own date. When most do, it is the date that is
/// wrong: none is named, and the export bears the issue.
fn contradictions(export: &Export, log: &mut IssueLog) -> Vec<Arc<str>> {
    let Some(date) = export.date else { return Vec::new() };
    let dated: Vec<&Works> =
        export.works.values().filter(|works| works.start.is_some() && works.end.is_some()).collect();
    let contradicting: Vec<_> = dated
        .iter()
        .filter(|works| works.status.is_some_and(|status| issues::contradicts(status, works.holds(date))))
        .map(|works| Arc::clone(&works.id))
        .collect();
    if issues::date_is_doubtful(contradicting.len(), dated.len()) {
        let text = format!("{date}: {} / {}", contradicting.len(), dated.len());
        log.note(Rule::DoubtfulExportDate, &export.object, 1, &text);
        return Vec::new();
    }
    contradicting
}

fn quality(export: &Export, rows: u64, log: &IssueLog, sources: Vec<Source>) -> Quality {
    Quality {
        sources,
        lignes_lues: rows,
        lignes_valides: export.works.len() as u64,
        doublons: export.duplicates,
        doublons_conflictuels: export.conflicts,
        problemes: log.problems(),
    }
}

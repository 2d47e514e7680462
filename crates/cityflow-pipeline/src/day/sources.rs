//! Where each feed of a day stands: `sources{}` of the report, and the summary of a run.

use std::collections::BTreeMap;

use cityflow_core::data_type::DataType;
use cityflow_core::feeds::chantiers::metrics::ExportStanding;
use cityflow_core::quality::Quality;
use cityflow_core::report::{DayMetrics, SourceState, SourceStatus};

use super::session::ComputedDay;
use crate::feed::{Feed, FeedSummary, ObjectFault};

/// What a feed says of itself beside its status.
struct Standing<'a> {
    quality: Option<&'a Quality>,
    coverage: Option<f64>,
    /// Why it is less than whole though every object could be read.
    partial: Option<String>,
    /// A remark that changes nothing.
    remark: Option<String>,
}

impl ComputedDay {
    /// The metrics that the report is made of.
    pub(crate) fn metrics(&self) -> DayMetrics<'_> {
        DayMetrics {
            bikes: self.bikes.metrics.as_ref(),
            traffic: self.traffic.metrics.as_ref(),
            weather: self.weather.metrics.as_ref(),
            comptages: self.comptages.metrics.as_ref(),
            chantiers: self.chantiers.metrics.as_ref(),
        }
    }

    /// Whether a feed has metrics of the day, or failed and so might have had some. Road counts lie in one folder
    /// for all days: that one of their objects is broken says nothing of this day.
    pub(crate) fn has_something(&self, data_type: DataType) -> bool {
        let statut = self.state(data_type).statut;
        match data_type {
            DataType::Comptages => self.comptages.metrics.is_some() || statut == SourceStatus::Erreur,
            _ => statut != SourceStatus::Absent || !self.faults(data_type).is_empty(),
        }
    }

    /// `sources{}` of the report.
    pub(crate) fn sources(&self) -> BTreeMap<DataType, SourceState> {
        DataType::ALL.into_iter().map(|data_type| (data_type, self.state(data_type))).collect()
    }

    /// One feed of the summary; `metrics` is where its metrics were stored.
    pub(crate) fn summary(&self, data_type: DataType, metrics: Option<String>) -> FeedSummary {
        let state = self.state(data_type);
        let quality = self.standing(data_type).quality;
        FeedSummary {
            data_type,
            statut: state.statut,
            message: state.message,
            lignes_lues: quality.map_or(0, |quality| quality.lignes_lues),
            lignes_valides: quality.map_or(0, |quality| quality.lignes_valides),
            couverture: state.couverture,
            metrics,
            erreurs: self.faults(data_type).to_vec(),
        }
    }

    fn faults(&self, data_type: DataType) -> &[ObjectFault] {
        match data_type {
            DataType::Bikes => &self.bikes.faults,
            DataType::Traffic => &self.traffic.faults,
            DataType::Weather => &self.weather.faults,
            DataType::Comptages => &self.comptages.faults,
            DataType::Chantiers => &self.chantiers.faults,
            DataType::Referentiel => &self.referentiel.faults,
        }
    }

    fn state(&self, data_type: DataType) -> SourceState {
        let standing = self.standing(data_type);
        match data_type {
            DataType::Bikes => state(&self.bikes, standing),
            DataType::Traffic => state(&self.traffic, standing),
            DataType::Weather => state(&self.weather, standing),
            DataType::Comptages => state(&self.comptages, standing),
            DataType::Chantiers => state(&self.chantiers, standing),
            DataType::Referentiel => state(&self.referentiel, standing),
        }
    }

    fn standing(&self, data_type: DataType) -> Standing<'_> {
        let day = self.metrics();
        let mut standing = Standing { quality: None, coverage: None, partial: None, remark: None };
        match data_type {
            DataType::Bikes => {
                standing.quality = day.bikes.map(|bikes| &bikes.qualite);
                standing.coverage = day.bikes.and_then(|bikes| bikes.summary.couverture);
                standing.remark =
                    day.bikes.and_then(|bikes| outage(bikes.summary.compteurs_actifs, bikes.summary.nombre_compteurs));
            }
            DataType::Comptages => {
                standing.quality = day.comptages.map(|roads| &roads.quality);
                standing.coverage = day.comptages.and_then(|roads| roads.global.coverage);
                standing.remark = day.comptages.and_then(|roads| {
                    let outage = outage(roads.global.active_links as u64, roads.global.links as u64);
                    outage.or_else(|| self.reference_fault.as_ref().map(|fault| without_reference(fault)))
                });
            }
            DataType::Traffic => {
                standing.quality = day.traffic.map(|traffic| &traffic.qualite);
                standing.partial = day
                    .traffic
                    .filter(|traffic| traffic.is_partial())
                    .map(|_| "la réponse du jour est incomplète : des pages manquent".to_owned());
            }
            DataType::Weather => {
                standing.quality = day.weather.map(|weather| &weather.quality);
                standing.coverage = day.weather.and_then(|weather| weather.coverage_pct);
            }
            DataType::Chantiers => {
                standing.quality = day.chantiers.map(|works| &works.quality);
                standing.partial = day.chantiers.and_then(|works| stale(works.standing(), works.export_age_days));
            }
            DataType::Referentiel => {
                standing.quality = self.referentiel.metrics.as_ref().map(|reference| &reference.quality);
            }
        }
        standing
    }
}

fn state<M>(feed: &Feed<M>, standing: Standing<'_>) -> SourceState {
    let partial = standing.partial.filter(|_| feed.metrics.is_some());
    let statut = match feed.status() {
        SourceStatus::Ok if partial.is_some() => SourceStatus::Partiel,
        status => status,
    };
    SourceState { statut, couverture: standing.coverage, message: feed.fault_message().or(partial).or(standing.remark) }
}

/// A day on which sensors stand there and none measures.
fn outage(active: u64, all: u64) -> Option<String> {
    (active == 0 && all > 0).then(|| format!("0 of {all} sensors"))
}

fn without_reference(fault: &str) -> String {
    format!("longueurs et places tirées des comptages, faute de référentiel : {fault}")
}

fn stale(standing: ExportStanding, age: Option<i32>) -> Option<String> {
    let days = age.map_or(0, i32::unsigned_abs);
    match standing {
        ExportStanding::Current => None,
        ExportStanding::Stale => Some(format!("l'export date de {days} jours avant le jour")),
        ExportStanding::Later => Some(format!("le seul export est postérieur au jour de {days} jours")),
    }
}

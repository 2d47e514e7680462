//! Storing what was computed of a day.

use std::collections::BTreeSet;

use cityflow_core::data_type::DataType;
use cityflow_core::envelope::Envelope;
use cityflow_core::report::{DailyReport, build, to_csv};
use cityflow_storage::StorageError;
use cityflow_storage::metrics::{put_envelope, put_report};
use jiff::civil::Date;
use serde::Serialize;

use crate::day::{ComputedDay, Job};
use crate::error::PipelineError;
use crate::feed::{FeedSummary, ObjectFault};

/// What a run is to store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The metrics of these types.
    pub types: BTreeSet<DataType>,
    /// The report.
    pub report: bool,
    /// The observations of the day as CSV.
    pub csv: bool,
}

impl Wanted {
    /// The metrics of all six.
    pub fn all_metrics() -> Self {
        Self { types: DataType::ALL.into(), report: false, csv: false }
    }

    /// The report alone.
    pub const fn report_only() -> Self {
        Self { types: BTreeSet::new(), report: true, csv: false }
    }

    /// The wanted feeds that speak of days.
    pub(crate) fn daily_types(&self) -> BTreeSet<DataType> {
        let wanted = |data_type: &DataType| self.report || self.types.contains(data_type);
        DataType::ALL.into_iter().filter(|data_type| data_type.is_daily() && wanted(data_type)).collect()
    }
}

/// What became of a day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DaySummary {
    /// The day.
    pub date: Date,
    /// Each feed that was looked at.
    pub types: Vec<FeedSummary>,
    /// Where the report was stored; empty when it was not asked for.
    pub rapport: Vec<String>,
    /// What could not be stored beside the metrics of a feed (the report, the account of the lake, a CSV file), and
    /// an unreadable reference that road counts had to do without.
    pub erreurs: Vec<String>,
    /// CSV files of the observations, when asked for.
    pub csv: Vec<String>,
    /// The report's sentences, in French.
    pub faits_marquants: Vec<String>,
    /// What is wrong with the bucket as a whole.
    pub avertissements: Vec<String>,
}

/// Stores what is wanted of a day. A feed that cannot be stored does not stop the others; when nothing at all
/// can be stored, the first reason is the error.
pub(crate) fn publish(
    job: &Job<'_>,
    day: &ComputedDay,
    wanted: &Wanted,
    warnings: &[String],
) -> Result<DaySummary, PipelineError> {
    let mut publisher = Publisher { job, day, stored: 0, refused: Vec::new(), report_refused: Vec::new() };
    let mut types = Vec::new();
    for data_type in DataType::ALL {
        if wanted.types.contains(&data_type) {
            types.push(publisher.metrics(data_type));
        } else if wanted.report {
            types.push(day.summary(data_type, None));
        }
    }
    let report = wanted.report.then(|| publisher.report());
    let rapport = report.as_ref().map(|report| publisher.put_report(report)).unwrap_or_default();
    let Publisher { stored, refused, report_refused, .. } = publisher;
    let mut erreurs: Vec<String> = report_refused.iter().map(ToString::to_string).collect();
    // Told by the reference itself when it is wanted.
    let is_told = wanted.report || wanted.types.contains(&DataType::Referentiel);
    if wanted.types.contains(&DataType::Comptages) && !is_told {
        erreurs.extend(day.reference_fault.clone());
    }
    if stored == 0
        && let Some(error) = refused.into_iter().chain(report_refused).next()
    {
        return Err(error.into());
    }
    let faits_marquants =
        report.map(|report| report.faits_marquants.into_iter().map(|fact| fact.fr).collect()).unwrap_or_default();
    Ok(DaySummary {
        date: day.date,
        types,
        rapport,
        erreurs,
        csv: Vec::new(),
        faits_marquants,
        avertissements: warnings.to_vec(),
    })
}

struct Publisher<'a> {
    job: &'a Job<'a>,
    day: &'a ComputedDay,
    stored: usize,
    refused: Vec<StorageError>,
    report_refused: Vec<StorageError>,
}

impl Publisher<'_> {
    fn metrics(&mut self, data_type: DataType) -> FeedSummary {
        let stored = match data_type {
            DataType::Bikes => self.put(data_type, self.day.bikes.metrics.as_ref()),
            DataType::Traffic => self.put(data_type, self.day.traffic.metrics.as_ref()),
            DataType::Weather => self.put(data_type, self.day.weather.metrics.as_ref()),
            DataType::Comptages => self.put(data_type, self.day.comptages.metrics.as_ref()),
            DataType::Chantiers => self.put(data_type, self.day.chantiers.metrics.as_ref()),
            DataType::Referentiel => self.put(data_type, self.day.referentiel.metrics.as_ref()),
        };
        match stored {
            Ok(place) => self.day.summary(data_type, place),
            Err(error) => {
                let mut summary = self.day.summary(data_type, None);
                summary.erreurs.push(ObjectFault::of_storage(data_type.name(), &error));
                self.refused.push(error);
                summary
            }
        }
    }

    /// Stores the metrics when there are any; says where.
    fn put<M: Serialize>(&mut self, data_type: DataType, metrics: Option<M>) -> Result<Option<String>, StorageError> {
        let Some(metrics) = metrics else { return Ok(None) };
        let envelope = Envelope { data_type, date: self.day.date, metrics, timestamp: (self.job.now)() };
        put_envelope(self.job.store, &envelope)?;
        self.stored += 1;
        Ok(Some(format!("metrics/{data_type}_metrics_{}.json", self.day.date)))
    }

    fn report(&self) -> DailyReport {
        let evolution = self.day.evolution.clone();
        build(self.day.date, self.day.metrics(), evolution, self.day.sources(), (self.job.now)())
    }

    fn put_report(&mut self, report: &DailyReport) -> Vec<String> {
        let date = self.day.date;
        let json = put_report(self.job.store, date, report).map(|_| "json");
        let csv = self.job.store.put_report_csv(date, to_csv(report).as_bytes()).map(|_| "csv");
        let mut places = Vec::new();
        for stored in [json, csv] {
            match stored {
                Ok(ending) => {
                    self.stored += 1;
                    places.push(format!("reports/daily_report_{date}.{ending}"));
                }
                Err(error) => self.report_refused.push(error),
            }
        }
        places
    }
}

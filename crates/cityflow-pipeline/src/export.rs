//! The observations of a day as CSV, on request.

use std::collections::BTreeSet;
use std::path::PathBuf;

use cityflow_core::data_type::DataType;
use cityflow_core::time::CityZone;
use cityflow_storage::StorageError;
use cityflow_storage::lake::{LakeBikeRow, LakeRoadRow, LakeRow};
use jiff::civil::Date;

use crate::day::Job;

/// Writes `processed/<type>_<date>.csv` for each wanted type that the lake holds on the day.
pub(crate) fn observations(
    job: &Job<'_>,
    date: Date,
    types: &BTreeSet<DataType>,
) -> Vec<Result<PathBuf, StorageError>> {
    let Ok(zone) = CityZone::new(&job.settings.city_zone) else { return Vec::new() };
    let bikes = types.contains(&DataType::Bikes).then(|| export::<LakeBikeRow>(job, &zone, date));
    let roads = types.contains(&DataType::Comptages).then(|| export::<LakeRoadRow>(job, &zone, date));
    [bikes, roads].into_iter().flatten().filter_map(Result::transpose).collect()
}

fn export<R: LakeRow>(job: &Job<'_>, zone: &CityZone, date: Date) -> Result<Option<PathBuf>, StorageError> {
    let Some(manifest) = job.lake.manifest(R::DATA_TYPE)? else { return Ok(None) };
    let Some(day) = job.lake.read_day::<R>(&manifest, date)? else { return Ok(None) };
    job.lake.export_csv(zone, date, &day.rows).map(Some)
}

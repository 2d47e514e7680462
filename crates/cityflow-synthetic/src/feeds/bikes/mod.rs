//! `api/bikes`: bike counters and Vélib' stations.

mod counters;
mod velib;

use crate::Error;
use crate::bucket::Bucket;
use crate::model::City;

pub(crate) fn write(city: &City, bucket: &mut Bucket<'_>) -> Result<(), Error> {
    counters::write(city, bucket)?;
    velib::write(city, bucket)
}

//! `api/weather`: Open-Meteo on most days, Visual Crossing on every fifth.

mod open_meteo;
mod visual_crossing;

use crate::Error;
use crate::bucket::Bucket;
use crate::feeds::json_bytes;
use crate::model::City;

pub(crate) fn write(city: &City, bucket: &mut Bucket<'_>) -> Result<(), Error> {
    for day in city.calendar.days() {
        let folder = format!("api/weather/dt={}", day.date);
        let (provider, payload) = match day.before_end % 5 {
            3 => ("visual-crossing", visual_crossing::payload(city, &day)),
            _ => ("open-meteo", open_meteo::payload(city, &day)),
        };
        let name = format!("{folder}/{provider}_{}.json", day.date);
        bucket.put("weather", &name, day.slots.len() as u64, &json_bytes(&payload))?;
    }
    Ok(())
}

//! Vélib' in GBFS, for the last two days: the operator's odd root key on one, the standard on the other.

use serde_json::{Map, Value, json};

use crate::Error;
use crate::bucket::Bucket;
use crate::calendar::{Day, Slot};
use crate::feeds::json_bytes;
use crate::model::City;
use crate::model::stations::{Station, StationPart, level};

/// Local hours of the snapshots, each taken seven minutes past.
const SNAPSHOT_HOURS: [u8; 6] = [6, 9, 12, 15, 18, 21];
const PAST_THE_HOUR_SECONDS: u64 = 437;

pub(crate) fn write(city: &City, bucket: &mut Bucket<'_>) -> Result<(), Error> {
    for before_end in (0..city.settings.days.min(2)).rev() {
        let day = city.calendar.day(before_end);
        let standard = before_end == 0;
        let folder = format!("api/bikes/dt={}", day.date);
        let listed = city.stations.iter().filter(|station| station.part != StationPart::Unlisted);
        let information: Vec<_> = listed.map(information).collect();
        let rows = information.len() as u64;
        let bytes = document(&day.slots[5], standard, &information);
        bucket.put("bikes", &format!("{folder}/station_information.json"), rows, &bytes)?;
        write_snapshots(city, bucket, &day, &folder, standard)?;
    }
    Ok(())
}

fn write_snapshots(city: &City, bucket: &mut Bucket<'_>, day: &Day, folder: &str, standard: bool) -> Result<(), Error> {
    for slot in day.slots.iter().filter(|slot| SNAPSHOT_HOURS.contains(&slot.hour)) {
        let stations: Vec<_> = city.stations.iter().map(|station| status(city, station, slot)).collect();
        let rows = stations.len() as u64;
        let name = format!("{folder}/station_status_{:02}.json", slot.hour);
        bucket.put("bikes", &name, rows, &document(slot, standard, &stations))?;
    }
    Ok(())
}

fn stamp(slot: &Slot) -> u64 {
    slot.epoch_hour * 3600 + PAST_THE_HOUR_SECONDS
}

fn document(slot: &Slot, standard: bool, stations: &[Value]) -> Vec<u8> {
    let mut root = Map::new();
    let clock = if standard { "last_updated" } else { "lastUpdatedOther" };
    root.insert(clock.to_owned(), json!(stamp(slot)));
    root.insert("ttl".to_owned(), json!(3600));
    if standard {
        root.insert("version".to_owned(), json!("2.3"));
    }
    root.insert("data".to_owned(), json!({"stations": stations}));
    json_bytes(&Value::Object(root))
}

fn information(station: &Station) -> Value {
    json!({
        "station_id": station.id,
        "stationCode": station.code,
        "name": station.name,
        "lat": station.at.lat,
        "lon": station.at.lon,
        "capacity": station.capacity,
        "rental_methods": ["CREDITCARD"],
    })
}

fn status(city: &City, station: &Station, slot: &Slot) -> Value {
    let level = level(city, station, slot.epoch_hour);
    let bikes = level.mechanical + level.electric;
    let silent_seconds = if station.part == StationPart::Mute { 6 * 86_400 } else { 95 };
    json!({
        "station_id": station.id,
        "num_bikes_available": bikes,
        "numBikesAvailable": bikes,
        "num_bikes_available_types": [{"mechanical": level.mechanical}, {"ebike": level.electric}],
        "num_docks_available": level.docks,
        "numDocksAvailable": level.docks,
        "is_installed": 1,
        "is_returning": 1,
        "is_renting": u8::from(station.part != StationPart::Closed),
        "last_reported": stamp(slot) - silent_seconds,
        "stationCode": station.code,
    })
}

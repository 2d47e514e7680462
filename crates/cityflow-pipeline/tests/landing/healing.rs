//! The lake is a copy: what is lost or wrong in it is landed again, what is right is not.

use std::fs;

use cityflow_core::data_type::DataType;
use jiff::civil::{Date, date};

use crate::place::{Listed, Place};
use crate::rows::{Feed, Row, THURSDAY, objects};

const FRIDAY: Date = date(2024, 1, 5);
const MONDAY: Date = date(2024, 1, 8);

/// Rows of both feeds on the Thursday and the Friday, and of roads on the Monday; in the Thursday's folder.
fn bucket(flow: f64) -> Listed {
    let rows = [8, 9, 32, 33].map(|hour| Row::counted(1, hour, flow));
    let mut made = objects(Feed::Bikes, THURSDAY, &rows, &[]);
    let roads = [&rows[..], &[Row::counted(1, 4 * 24 + 8, flow)]].concat();
    made.extend(objects(Feed::Roads, THURSDAY, &roads, &[]));
    Listed::new(&made, 0)
}

#[test]
fn a_bike_day_without_rows_is_remembered_without_a_partition() {
    let (place, bucket) = (Place::new(), bucket(7.0));
    place.metrics(&bucket, 1, MONDAY, DataType::Comptages);
    // The folder is in the window of the Tuesday to the Friday.
    assert_eq!(place.lake.partitions(DataType::Bikes).unwrap(), [THURSDAY.date, FRIDAY]);
    let manifest = place.lake.manifest(DataType::Bikes).unwrap().unwrap();
    assert_eq!((manifest.windows.len(), manifest.days.len()), (4, 2));
    bucket.opened();
    place.metrics(&bucket, 1, MONDAY, DataType::Comptages);
    assert!(bucket.opened().is_empty(), "nothing has changed, so nothing is read");
}

#[test]
fn a_partition_that_is_gone_damaged_or_of_another_landing_is_landed_again() {
    let (place, other, bucket) = (Place::new(), Place::new(), bucket(7.0));
    let whole = place.compute(&bucket, 1, FRIDAY);
    other.compute(&self::bucket(800.0), 1, FRIDAY);
    for data_type in [DataType::Bikes, DataType::Comptages] {
        let path = place.lake.partition_path(data_type, THURSDAY.date);
        let right = fs::read(&path).unwrap();
        let stale = fs::read(other.lake.partition_path(data_type, THURSDAY.date)).unwrap();
        for harm in [None, Some(&right[1..]), Some(&stale[..]), Some(b"")] {
            match harm {
                None => fs::remove_file(&path).unwrap(),
                Some(bytes) => fs::write(&path, bytes).unwrap(),
            }
            assert_eq!(place.compute(&bucket, 1, FRIDAY), whole, "{data_type}");
        }
    }
}

#[test]
fn objects_that_cannot_be_opened_are_tried_again() {
    let (place, mut bucket) = (Place::new(), bucket(7.0));
    bucket.is_down = true;
    assert_eq!(place.metrics(&bucket, 1, FRIDAY, DataType::Bikes), None);
    bucket.is_down = false;
    let whole = place.compute(&bucket, 1, FRIDAY);
    bucket.is_down = true;
    assert_eq!(place.metrics(&bucket, 1, FRIDAY, DataType::Bikes), None);
    bucket.is_down = false;
    assert_eq!(place.compute(&bucket, 1, FRIDAY), whole);
}

#[test]
fn a_day_whose_objects_are_gone_keeps_no_partition() {
    let place = Place::new();
    place.compute(&bucket(7.0), 1, FRIDAY);
    let roads = objects(Feed::Roads, THURSDAY, &[Row::counted(1, 32, 7.0)], &[]);
    place.metrics(&Listed::new(&roads, 0), 1, FRIDAY, DataType::Comptages);
    assert_eq!(place.lake.partitions(DataType::Bikes).unwrap(), []);
    assert_eq!(place.lake.partitions(DataType::Comptages).unwrap(), [FRIDAY]);
}

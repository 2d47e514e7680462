//! What lies in the raw bucket, by feed and day: listed once for a job.

use std::collections::BTreeMap;
use std::sync::Arc;

use cityflow_core::data_type::{DataType, ZONES_PREFIX};
use cityflow_core::decode::uncompressed_name;
use cityflow_core::time::parse_date;
use cityflow_storage::StorageError;
use cityflow_storage::raw::{RawObject, RawStore};
use jiff::civil::Date;

/// Endings of the names that readers take, compression aside; a name without ending is looked into.
const READABLE_ENDINGS: [&str; 6] = ["csv", "tsv", "json", "jsonl", "ndjson", "geojson"];

/// The objects of the raw bucket.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    objects: BTreeMap<DataType, Vec<RawObject>>,
    dated: BTreeMap<DataType, BTreeMap<Date, Vec<RawObject>>>,
    /// Zone polygons, by name.
    pub zones: Vec<RawObject>,
    /// Objects that no reader takes: of another kind, or outside a `dt=` folder.
    pub foreign: Vec<(DataType, RawObject)>,
}

impl Inventory {
    /// Lists the bucket.
    pub fn list(raw: &dyn RawStore) -> Result<Self, StorageError> {
        let mut inventory = Self::default();
        for data_type in DataType::ALL {
            let mut objects = raw.list(data_type.catalogue().raw_prefix)?;
            // The duplicate rule goes by name, so it must not hang on how a store lists.
            objects.sort_unstable();
            for object in objects {
                inventory.add(data_type, object);
            }
        }
        inventory.zones = raw.list(ZONES_PREFIX)?;
        inventory.zones.sort_unstable();
        inventory.zones.retain(|object| is_readable(&object.name));
        Ok(inventory)
    }

    fn add(&mut self, data_type: DataType, object: RawObject) {
        let day = dated_folder(&object.name);
        if !is_readable(&object.name) || (data_type.is_dated() && day.is_none()) {
            self.foreign.push((data_type, object));
            return;
        }
        if let Some(day) = day.filter(|_| data_type.is_dated()) {
            self.dated.entry(data_type).or_default().entry(day).or_default().push(object.clone());
        }
        self.objects.entry(data_type).or_default().push(object);
    }

    /// Every object of a feed, in name order.
    pub fn of(&self, data_type: DataType) -> &[RawObject] {
        self.objects.get(&data_type).map_or(&[], Vec::as_slice)
    }

    /// The objects of a dated feed in the folders `dt=from` … `dt=to`, in name order.
    pub fn between(&self, data_type: DataType, from: Date, to: Date) -> Vec<RawObject> {
        let days = self.dated.get(&data_type).into_iter().flat_map(|days| days.range(from..=to));
        days.flat_map(|(_, objects)| objects).cloned().collect()
    }

    /// The days for which a dated feed has a folder.
    pub fn folders(&self, data_type: DataType) -> impl Iterator<Item = Date> + '_ {
        self.dated.get(&data_type).into_iter().flat_map(|days| days.keys().copied())
    }

    /// Names of a feed's objects.
    pub fn names(&self, data_type: DataType) -> Vec<Arc<str>> {
        self.of(data_type).iter().map(|object| Arc::clone(&object.name)).collect()
    }
}

/// The day of the `dt=` folder that an object lies in.
pub(crate) fn dated_folder(name: &str) -> Option<Date> {
    let (folders, _) = name.rsplit_once('/')?;
    folders.split('/').find_map(|part| parse_date(part.strip_prefix("dt=")?))
}

fn is_readable(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    match uncompressed_name(file).rsplit_once('.') {
        None => !file.starts_with('_'),
        Some((_, ending)) => READABLE_ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_day_of_a_folder_is_found_with_or_without_an_hour_below_it() {
        assert_eq!(dated_folder("api/bikes/dt=2024-01-04/a.json"), Some(date(2024, 1, 4)));
        assert_eq!(dated_folder("api/bikes/dt=2024-01-04/hour=08/a.json"), Some(date(2024, 1, 4)));
        assert_eq!(dated_folder("api/bikes/dt=2024-13-04/a.json"), None);
        assert_eq!(dated_folder("api/bikes/dt=2024-01-04"), None);
    }

    #[test]
    fn notes_and_markers_are_not_read() {
        assert!(is_readable("a/b.csv.gz") && is_readable("a/b.JSON") && is_readable("a/export"));
        assert!(!is_readable("a/README.md") && !is_readable("a/_SUCCESS") && !is_readable("a/b.pdf"));
    }
}

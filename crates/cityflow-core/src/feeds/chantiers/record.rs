//! Works of the register, and the export that lists them.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use super::raw::{Field, RawWorks};
use crate::geo::{Geometry, Point};
use crate::hourly::absorb_field;
use crate::time::last_date_in;

/// Codes of `Statut`, as the city's register defines them.
pub mod status {
    /// Not yet begun.
    pub const PLANNED: u8 = 1;
    /// In progress.
    pub const IN_PROGRESS: u8 = 2;
    /// Suspended.
    pub const SUSPENDED: u8 = 3;
    /// Extended past its first end.
    pub const EXTENDED: u8 = 4;
    /// Finished.
    pub const FINISHED: u8 = 5;
}

/// One site of works.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Works {
    /// Identifier (`CP…`).
    pub id: Arc<str>,
    /// First day, included.
    pub start: Option<Date>,
    /// Last day, included.
    pub end: Option<Date>,
    /// One of [`status`].
    pub status: Option<u8>,
    /// Effect on traffic, upper case with underscores (`BARRAGE_TOTAL`).
    pub impact: Option<String>,
    /// Level of disturbance, as coded.
    pub level: Option<u8>,
    /// Postcode as written.
    pub postcode: Option<String>,
    /// What is built or repaired, as coded.
    pub purpose: Option<String>,
    /// Words about it.
    pub description: Option<String>,
    /// Streets.
    pub street: Option<String>,
    /// Kind of works, as coded.
    pub typology: Option<String>,
    /// Ground taken, as written.
    pub geometry: Option<Geometry>,
    /// Position.
    pub point: Option<Point>,
}

impl Works {
    /// The texts of a row; dates, numbers and places are checked by the reader.
    pub(super) fn texts(id: Arc<str>, raw: &impl RawWorks) -> Self {
        let impact = raw.text(Field::Impact).map(|text| crate::text::fold(&text).to_uppercase().replace(' ', "_"));
        Self {
            id,
            impact: impact.filter(|text| !text.is_empty()),
            postcode: raw.text(Field::Postcode),
            purpose: raw.text(Field::Purpose),
            description: raw.text(Field::Description),
            street: raw.text(Field::Street),
            typology: raw.text(Field::Typology),
            ..Self::default()
        }
    }

    /// Whether the dates, both included, hold a day. Missing dates hold none, inverted ones neither.
    pub fn holds(&self, day: Date) -> bool {
        matches!((self.start, self.end), (Some(start), Some(end)) if start <= day && day <= end)
    }

    /// Takes in a later row of the same identifier: the last non-null value of each field wins. Says whether
    /// one differs.
    fn absorb(&mut self, later: Self) -> bool {
        let fields = [
            absorb_field(&mut self.start, later.start),
            absorb_field(&mut self.end, later.end),
            absorb_field(&mut self.status, later.status),
            absorb_field(&mut self.impact, later.impact),
            absorb_field(&mut self.level, later.level),
            absorb_field(&mut self.postcode, later.postcode),
            absorb_field(&mut self.purpose, later.purpose),
            absorb_field(&mut self.description, later.description),
            absorb_field(&mut self.street, later.street),
            absorb_field(&mut self.typology, later.typology),
            absorb_field(&mut self.geometry, later.geometry),
            absorb_field(&mut self.point, later.point),
        ];
        fields.contains(&true)
    }
}

/// One export of the register.
#[derive(Clone, Debug, PartialEq)]
pub struct Export {
    /// Its name in the bucket.
    pub object: Arc<str>,
    /// The date in its name; none when it bears none.
    pub date: Option<Date>,
    /// By identifier, duplicates merged.
    pub works: BTreeMap<Arc<str>, Works>,
    /// Further rows of an identifier that say nothing new.
    pub duplicates: u64,
    /// Further rows of an identifier that contradict a value held.
    pub conflicts: u64,
}

impl Export {
    /// An export of which nothing is read yet.
    pub fn new(object: &Arc<str>) -> Self {
        let date = export_date(object);
        Self { object: Arc::clone(object), date, works: BTreeMap::new(), duplicates: 0, conflicts: 0 }
    }

    /// Adds the works of a row, in the order of rows.
    pub fn add(&mut self, works: Works) {
        let Some(held) = self.works.get_mut(&works.id) else {
            self.works.insert(Arc::clone(&works.id), works);
            return;
        };
        if held.absorb(works) {
            self.conflicts += 1;
        } else {
            self.duplicates += 1;
        }
    }
}

/// The date of an export: the last `YYYY-MM-DD` in its name, `dt=` folders included.
pub fn export_date(object_name: &str) -> Option<Date> {
    last_date_in(object_name)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_last_date_of_a_name_is_the_exports() {
        let export = |name: &str| export_date(name);
        assert_eq!(export("batch/chantiers/chantiers_2024-10-29.csv"), Some(date(2024, 10, 29)));
        assert_eq!(export("batch/chantiers/dt=2024-10-30/chantiers.csv.gz"), Some(date(2024, 10, 30)));
        assert_eq!(export("dt=2024-10-30/du_2023-01-01_au_2023-12-17.csv"), Some(date(2023, 12, 17)));
        assert_eq!(export("chantiers_2024-10-29_2024-13-45.csv"), Some(date(2024, 10, 29)));
        assert_eq!(export("chantiers_12024-10-291.csv"), None);
        assert_eq!(export("chantiers_é2024-10-29é.csv"), Some(date(2024, 10, 29)));
        assert_eq!(export("chantiers.csv"), None);
        assert_eq!(export(""), None);
    }

    #[test]
    fn works_hold_both_of_their_end_days() {
        let works = Works { start: Some(date(2024, 1, 2)), end: Some(date(2024, 1, 3)), ..Works::default() };
        let held: Vec<_> = (1..=4).filter(|day| works.holds(date(2024, 1, *day))).collect();
        assert_eq!(held, [2, 3]);
        assert!(!Works { end: None, ..works }.holds(date(2024, 1, 2)));
    }
}

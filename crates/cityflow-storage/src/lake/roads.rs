//! An hour of a road link in the lake.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_schema::Field;
use cityflow_core::data_type::DataType;
use cityflow_core::ids::LinkId;
use cityflow_core::time::HourStart;

use super::columns::{self, ColumnFault, Columns};
use super::row::{CsvCell, LakeRow};

/// One hour of one road link. Shapes do not change by the hour: they are in the manifest.
#[derive(Clone, Debug, PartialEq)]
pub struct LakeRoadRow {
    /// The link (`identifiant_arc`).
    pub link: LinkId,
    /// Start of the hour that was counted (`heure`).
    pub hour: HourStart,
    /// Flow, vehicles per hour (`debit`).
    pub flow: Option<f64>,
    /// Occupancy, percent (`taux_occupation`).
    pub occupancy: Option<f64>,
    /// Declared state of the link (`etat_arc`).
    pub link_state: Option<Arc<str>>,
    /// Label of the link (`libelle`).
    pub label: Option<Arc<str>>,
}

impl LakeRow for LakeRoadRow {
    const DATA_TYPE: DataType = DataType::Comptages;

    fn fields() -> Vec<Field> {
        vec![
            columns::integer_field("identifiant_arc"),
            columns::hour_field("heure"),
            columns::number_field("debit"),
            columns::number_field("taux_occupation"),
            columns::text_field("etat_arc", true),
            columns::text_field("libelle", true),
        ]
    }

    fn compare(&self, other: &Self) -> Ordering {
        (self.link, self.hour).cmp(&(other.link, other.hour))
    }

    fn to_columns(rows: &[&Self]) -> Vec<ArrayRef> {
        vec![
            columns::integers(rows.iter().map(|row| row.link.0)),
            columns::hours(rows.iter().map(|row| row.hour)),
            columns::numbers(rows.iter().map(|row| row.flow)),
            columns::numbers(rows.iter().map(|row| row.occupancy)),
            columns::texts(rows.iter().map(|row| row.link_state.as_deref())),
            columns::texts(rows.iter().map(|row| row.label.as_deref())),
        ]
    }

    fn from_columns(columns: &Columns<'_>) -> Result<Vec<Self>, ColumnFault> {
        let mut links = columns.integers("identifiant_arc")?;
        let mut hours = columns.hours("heure")?;
        let mut flows = columns.numbers("debit")?;
        let mut occupancies = columns.numbers("taux_occupation")?;
        let mut states = columns.texts("etat_arc")?;
        let mut labels = columns.texts("libelle")?;
        let row = || {
            Some(Self {
                link: LinkId(links.next()?),
                hour: hours.next()?,
                flow: flows.next()?,
                occupancy: occupancies.next()?,
                link_state: states.next()?,
                label: labels.next()?,
            })
        };
        Ok(std::iter::from_fn(row).collect())
    }

    fn csv_cells(&self) -> Vec<CsvCell<'_>> {
        vec![
            CsvCell::Integer(self.link.0),
            CsvCell::Hour(self.hour),
            CsvCell::Number(self.flow),
            CsvCell::Number(self.occupancy),
            CsvCell::Text(self.link_state.as_deref()),
            CsvCell::Text(self.label.as_deref()),
        ]
    }
}

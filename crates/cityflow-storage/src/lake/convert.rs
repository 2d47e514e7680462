//! Between the domain's observations and the lake's rows.

use std::sync::Arc;

use cityflow_core::feeds::bikes::BikeValues;
use cityflow_core::feeds::comptages::record::RoadValues;
use cityflow_core::feeds::comptages::state::LinkState;
use cityflow_core::hourly::Observation;
use cityflow_core::ids::{CounterId, LinkId};

use super::{LakeBikeRow, LakeRoadRow};

impl From<&Observation<CounterId, BikeValues>> for LakeBikeRow {
    fn from(observation: &Observation<CounterId, BikeValues>) -> Self {
        let values = &observation.values;
        Self {
            counter: observation.sensor.clone(),
            hour: observation.hour,
            count: values.count,
            name: values.label.clone(),
            point: values.point,
        }
    }
}

impl From<LakeBikeRow> for Observation<CounterId, BikeValues> {
    fn from(row: LakeBikeRow) -> Self {
        let values = BikeValues { count: row.count, label: row.name, point: row.point };
        Self { sensor: row.counter, hour: row.hour, values }
    }
}

impl From<&Observation<LinkId, RoadValues>> for LakeRoadRow {
    fn from(observation: &Observation<LinkId, RoadValues>) -> Self {
        let values = &observation.values;
        Self {
            link: observation.sensor,
            hour: observation.hour,
            flow: values.flow,
            occupancy: values.occupancy,
            link_state: values.declared.map(|state| state.name().into()),
            label: values.label.as_ref().map(Arc::clone),
        }
    }
}

impl From<LakeRoadRow> for Observation<LinkId, RoadValues> {
    fn from(row: LakeRoadRow) -> Self {
        let values = RoadValues {
            flow: row.flow,
            occupancy: row.occupancy,
            declared: row.link_state.as_deref().and_then(LinkState::parse),
            label: row.label,
        };
        Self { sensor: row.link, hour: row.hour, values }
    }
}

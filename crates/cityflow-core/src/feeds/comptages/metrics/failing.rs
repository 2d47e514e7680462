//! Road sensors that fail on the day.

use crate::failing::{FailingSensor, SensorKind, SensorMeasures, Verdict, judge};
use crate::hourly::SensorHistory;
use crate::ids::LinkId;

use super::super::record::{RoadHistory, RoadValues};
use super::links::LinkDay;

/// What judging the links of a day gave.
pub(super) struct Judged {
    /// Longest first, ties by number.
    pub(super) failing: Vec<FailingSensor>,
    /// Links without a valid hour on D nor in the 28 days before.
    pub(super) out_of_service: usize,
}

/// Judges every link of D; `links` are the days of `sensors`, in the same order.
pub(super) fn judge_links(
    history: &RoadHistory,
    sensors: &[SensorHistory<'_, LinkId, RoadValues>],
    links: &[LinkDay],
) -> Judged {
    let zone = history.today().0.zone();
    let mut judged = Judged { failing: Vec::new(), out_of_service: 0 };
    for (sensor, link) in sensors.iter().zip(links) {
        match judge(SensorKind::Road, &SensorMeasures::of(history, sensor, RoadValues::measure)) {
            Verdict::Working => {}
            Verdict::OutOfService => judged.out_of_service += 1,
            Verdict::Failing { reason, since, hours } => judged.failing.push(FailingSensor {
                id: link.link.to_string(),
                kind: SensorKind::Road,
                nom: link.label.as_deref().map(str::to_owned),
                raison: reason,
                depuis: zone.iso(since.0),
                heures: hours as u64,
            }),
        }
    }
    FailingSensor::sort(&mut judged.failing);
    judged
}

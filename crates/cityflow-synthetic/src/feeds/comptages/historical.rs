//! The historical schema: commas, LF, naive local stamps, numeric state codes.
//!
//! As in the city's own files, time has no zone: of the two autumn hours that end at 02:00 only the
//! later is written.

use super::text::{declared_state, push_flow, push_occupancy, state};
use crate::calendar::Day;
use crate::model::City;
use crate::model::flow::{HourScene, measure};

const HEADER: &str = "iu_ac,libelle,iu_nd_amont,libelle_nd_amont,iu_nd_aval,libelle_nd_aval,\
    t_1h,q,k,etat_trafic,etat_barre\n";

/// The whole file and its rows, arc by arc and in order of time.
pub(crate) fn bytes(city: &City, days: &[Day]) -> (Vec<u8>, u64) {
    let mut out = HEADER.as_bytes().to_vec();
    let mut rows = 0;
    let nodes = &city.network.nodes;
    let scenes = scenes(city, days);
    for arc in &city.network.arcs {
        let (from, to) = (&nodes[arc.upstream], &nodes[arc.downstream]);
        let head = format!("{},{},{},{},{},{},", arc.id, arc.label, from.id, from.label, to.id, to.label);
        let tail = format!(",{}\n", declared_state(city, arc).1);
        for (stamp, scene) in &scenes {
            let Some(measure) = measure(city, arc, scene) else {
                continue;
            };
            rows += 1;
            out.extend_from_slice(head.as_bytes());
            out.extend_from_slice(stamp.as_bytes());
            out.push(b',');
            push_flow(&mut out, measure.flow);
            out.push(b',');
            push_occupancy(&mut out, measure.occupancy);
            out.extend_from_slice(&[b',', b'0' + state(measure.occupancy).1]);
            out.extend_from_slice(tail.as_bytes());
        }
    }
    (out, rows)
}

/// The naive stamps with their hours, the earlier of two equal ones left out.
fn scenes(city: &City, days: &[Day]) -> Vec<(String, HourScene)> {
    let mut scenes: Vec<(String, HourScene)> = Vec::new();
    for day in days {
        for slot in &day.slots {
            let stamp = slot.end[..19].replace('T', " ");
            scenes.pop_if(|(before, _)| *before == stamp);
            scenes.push((stamp, HourScene::new(city, day, slot)));
        }
    }
    scenes
}

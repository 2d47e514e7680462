//! The counters together: the largest, by zone, and the day in a few numbers.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::counters::CounterMetrics;
use super::{ZoneKey, zone_key};
use crate::ids::CounterId;
use crate::numbers::{peak, percent, sum};
use crate::time::LocalDay;
use crate::zones::ZoneCode;

/// Rows of `top_counters`.
const TOP_COUNTERS: usize = 10;

/// One of the largest counters.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TopCounter {
    /// The counter.
    pub id_compteur: CounterId,
    /// Its name.
    pub nom_compteur: Option<Arc<str>>,
    /// Bikes of the valid hours; null without one.
    pub total_jour: Option<f64>,
    /// Percent: 100 × valid / expected hours.
    pub couverture: Option<f64>,
    /// Its zone; null outside every zone.
    pub arrondissement: Option<ZoneCode>,
}

/// The counters of one zone.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CounterZone {
    /// The zone; null for counters outside every zone.
    pub arrondissement: Option<ZoneCode>,
    /// Counters of D in it.
    pub nombre_compteurs: u64,
    /// Bikes of the valid hours; null without one.
    pub total: Option<f64>,
    /// Percent: 100 × valid hours / (counters × expected hours).
    pub couverture: Option<f64>,
}

/// The day in a few numbers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BikesSummary {
    /// Bikes counted; passages, not distinct bikes. Null when no counter has a valid hour.
    pub total_velos: Option<f64>,
    /// Counters of D.
    pub nombre_compteurs: u64,
    /// Those with at least one valid hour.
    pub compteurs_actifs: u64,
    /// Percent: 100 × valid hours / (counters × expected hours); null without counters.
    pub taux_disponibilite: Option<f64>,
    /// Local start hour (0..23) of the largest sum over counters, the earliest on a tie.
    pub heure_pointe: Option<u8>,
    /// Start of that hour, ISO with offset.
    pub heure_pointe_debut: Option<String>,
    /// Percent: the same as the availability, under the name that every aggregate gives it.
    pub couverture: Option<f64>,
}

fn coverage<'a>(counters: impl IntoIterator<Item = &'a CounterMetrics>) -> Option<f64> {
    let (valid, expected) = counters.into_iter().fold((0, 0), |(valid, expected), counter| {
        (valid + counter.heures_valides, expected + counter.heures_attendues)
    });
    percent(valid, expected)
}

pub(super) fn top(counters: &[CounterMetrics]) -> Vec<TopCounter> {
    let mut rows: Vec<_> = counters.iter().collect();
    // Null last: no count is negative.
    let total = |counter: &CounterMetrics| counter.total_jour.unwrap_or(-1.0);
    rows.sort_by(|a, b| total(b).total_cmp(&total(a)).then_with(|| a.id_compteur.cmp(&b.id_compteur)));
    let row = |counter: &CounterMetrics| TopCounter {
        id_compteur: counter.id_compteur.clone(),
        nom_compteur: counter.nom_compteur.clone(),
        total_jour: counter.total_jour,
        couverture: counter.couverture,
        arrondissement: counter.arrondissement.clone(),
    };
    rows.into_iter().take(TOP_COUNTERS).map(row).collect()
}

pub(super) fn by_zone(counters: &[CounterMetrics]) -> Vec<CounterZone> {
    let mut zones: BTreeMap<ZoneKey, Vec<&CounterMetrics>> = BTreeMap::new();
    for counter in counters {
        zones.entry(zone_key(counter.arrondissement.as_ref())).or_default().push(counter);
    }
    let row = |((_, zone), counters): (ZoneKey, Vec<&CounterMetrics>)| CounterZone {
        arrondissement: zone,
        nombre_compteurs: counters.len() as u64,
        total: sum(counters.iter().filter_map(|counter| counter.total_jour)),
        couverture: coverage(counters),
    };
    zones.into_iter().map(row).collect()
}

pub(super) fn summary(day: &LocalDay, counters: &[CounterMetrics]) -> BikesSummary {
    let city: Vec<Option<f64>> = (0..day.expected_hours())
        .map(|slot| sum(counters.iter().filter_map(|counter| counter.profil_horaire[slot])))
        .collect();
    let peak = peak(&city);
    let coverage = coverage(counters);
    BikesSummary {
        total_velos: sum(counters.iter().filter_map(|counter| counter.total_jour)),
        nombre_compteurs: counters.len() as u64,
        compteurs_actifs: counters.iter().filter(|counter| counter.heures_valides > 0).count() as u64,
        taux_disponibilite: coverage,
        heure_pointe: peak.map(|slot| day.local_hour(slot)),
        heure_pointe_debut: peak.map(|slot| day.zone().iso(day.hour(slot).0)),
        couverture: coverage,
    }
}

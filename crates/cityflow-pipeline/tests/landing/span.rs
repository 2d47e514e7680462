//! A span of days on a generated city.

use cityflow_core::data_type::DataType;
use cityflow_pipeline::{Wanted, backfill, run};
use cityflow_storage::metrics::{MemoryStore, MetricStore};
use cityflow_synthetic::{MemorySink, Settings, write_bucket};
use jiff::ToSpan;

use crate::place::{Listed, Place};

fn city() -> (Settings, Listed) {
    let settings = Settings { arcs: 40, counters: 12, stations: 10, days: 24, ..Settings::default() };
    let mut sink = MemorySink::default();
    write_bucket(&settings, &mut sink, &mut |_, _| {}).unwrap();
    let objects: Vec<_> = sink.objects.into_iter().collect();
    (settings, Listed::new(&objects, 0))
}

#[test]
fn a_span_opens_each_object_once_and_says_what_its_days_alone_say() {
    let (settings, bucket) = city();
    let (place, store) = (Place::new(), MemoryStore::default());
    let from = settings.end.checked_sub(11.days()).unwrap();
    let span = place.with_job(&bucket, &store, |job| backfill(job, from, settings.end)).unwrap();
    assert_eq!((span.jours.len(), span.jours_sans_donnees.len(), span.erreur), (12, 0, None));
    let again: Vec<_> = bucket.opened().into_iter().filter(|(_, times)| *times != 1).collect();
    assert!(again.is_empty(), "{again:?}");

    let (alone, day) = (MemoryStore::default(), settings.end);
    let wanted = Wanted { report: true, ..Wanted::all_metrics() };
    Place::new().with_job(&bucket, &alone, |job| run(job, day, &wanted)).unwrap();
    assert_eq!(store.read_report(day).unwrap(), alone.read_report(day).unwrap());
    for data_type in DataType::ALL {
        assert_eq!(store.read_metrics(data_type, day).unwrap(), alone.read_metrics(data_type, day).unwrap());
    }
}

#[test]
fn a_day_without_data_in_a_span_is_named() {
    let (settings, bucket) = city();
    let (place, store) = (Place::new(), MemoryStore::default());
    let to = settings.end.checked_add(5.days()).unwrap();
    let span = place.with_job(&bucket, &store, |job| backfill(job, settings.end, to)).unwrap();
    assert_eq!(span.jours.len() + span.jours_sans_donnees.len(), 6);
    assert_eq!(span.jours_sans_donnees.last(), Some(&to));
}

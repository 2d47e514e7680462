//! The real sample bucket, when it lies beside the workspace. Figures were checked by an independent script.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::super::super::{place::FirstShapes, reader};
use super::*;

const FEED: &str = "batch/comptages_routiers";

/// What the feed's objects say, read in one order or the other.
struct Bucket {
    buckets: DayBuckets<LinkId, RoadValues>,
    shapes: BTreeMap<LinkId, CountedShape>,
    sources: Vec<Source>,
}

fn objects(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { objects(&path) } else { vec![path] }).collect()
}

fn read_bucket(backwards: bool) -> Option<Bucket> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/bucket");
    let name = |path: &PathBuf| path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
    let mut named: Vec<_> = objects(&root.join(FEED)).into_iter().map(|path| (name(&path), path)).collect();
    named.sort();
    let mut ranked: Vec<_> = (0..).zip(named).collect();
    if backwards {
        ranked.reverse();
    }
    if ranked.is_empty() {
        eprintln!("skipped: no road counts under {}", root.display());
        return None;
    }
    let (mut buckets, mut shapes, mut sources) = (DayBuckets::default(), FirstShapes::default(), Vec::new());
    for (rank, (name, path)) in ranked {
        let object: Arc<str> = name.into();
        let content = std::fs::read(path).unwrap();
        let paris = CityZone::paris();
        let sink: reader::Sink = &mut |row| buckets.push(&paris, row);
        let reading = reader::read(&object, rank, &mut content.as_slice(), &paris, sink, &mut shapes).unwrap();
        buckets.add_issues(reading.issues);
        sources.push(Source { objet: object, octets: content.len() as u64, lignes: reading.rows, erreur: None });
    }
    sources.sort();
    Some(Bucket { buckets, shapes: shapes.counted(), sources })
}

fn bucket() -> Option<&'static Bucket> {
    static READ: OnceLock<Option<Bucket>> = OnceLock::new();
    READ.get_or_init(|| read_bucket(false)).as_ref()
}

impl Bucket {
    fn metrics(&self, date: Date) -> ComptagesMetrics {
        let mut buckets = self.buckets.clone();
        let today = CityZone::paris().day(date);
        let local_days = (0..=28).rev().map(|back| today.offset(-back).unwrap());
        let days = local_days.map(|local| (local.clone(), buckets.take_day(local.date))).collect();
        let history = RoadHistory { days, sources: self.sources.clone(), undated: buckets.undated().clone() };
        let catalogue = LinkCatalogue::default();
        compute(&history, &catalogue, &self.shapes, &Zones::centroids(), &Settings::default()).unwrap()
    }
}

#[test]
fn two_days_of_many_links_merge_with_the_export_of_one() {
    let Some(bucket) = bucket() else { return };
    let metrics = bucket.metrics(date(2024, 1, 4));
    let (global, quality) = (&metrics.global, &metrics.quality);
    assert_eq!((global.links, global.active_links), (1407, 858));
    assert_eq!((quality.lignes_lues, quality.lignes_valides), (50_464, 4437));
    assert_eq!((quality.doublons, quality.doublons_conflictuels, quality.problemes.len()), (7, 0, 0));
    assert!(close(global.daily_flow, 1_710_579.6) && close(global.mean_occupancy, 7.331_720_443));
    assert!(close(global.vehicle_km, 528_037.965_774) && close(global.lost_minutes, 6_542.820_038));
    assert_eq!(ids(&metrics.top_links, |link| link.link), [4264], "no other link is covered at 75 %");
}

#[test]
fn an_afternoon_and_one_hour_of_every_link_make_a_day() {
    let Some(bucket) = bucket() else { return };
    let metrics = bucket.metrics(date(2023, 2, 6));
    // 829 links have a row on the day; the others had a valid hour late on the 1st or the 5th.
    assert_eq!((metrics.global.links, metrics.global.active_links), (2166, 512));
    assert!(close(metrics.global.daily_flow, 2_420_723.5) && close(metrics.global.lost_minutes, 8_781.171_804));
    assert_eq!((metrics.alerts.len(), metrics.failing.len(), metrics.out_of_service), (17, 1850, 315));
    assert_eq!(metrics.quality.lignes_valides, 8818);
}

#[test]
fn the_spring_day_drops_the_hour_that_does_not_exist() {
    let Some(bucket) = bucket() else { return };
    let metrics = bucket.metrics(date(2023, 3, 26));
    assert_eq!((metrics.hours.len(), metrics.links.len(), metrics.links[0].flow_hours), (23, 1, 22));
    assert_eq!(metrics.quality.problemes["nonexistent_local_time"].nombre, 1);
    assert_eq!(metrics.global.daily_flow, Some(14_819.0));
}

#[test]
fn the_autumn_day_lacks_the_hour_whose_end_no_file_stamps() {
    let Some(bucket) = bucket() else { return };
    let metrics = bucket.metrics(date(2023, 10, 29));
    assert_eq!((metrics.hours.len(), metrics.links[0].flow_hours), (25, 24));
    assert_eq!(metrics.global.daily_flow, Some(23_687.0));
    let missing: Vec<_> = (0..25).filter(|slot| metrics.links[0].flows[*slot].is_none()).collect();
    assert_eq!(missing.len(), 1);
    assert_eq!(metrics.hours[missing[0]], "2023-10-29T01:00:00+02:00");
}

#[test]
fn a_midnight_page_is_the_last_hour_of_the_day_before() {
    let Some(bucket) = bucket() else { return };
    let metrics = bucket.metrics(date(2026, 6, 20));
    assert_eq!((metrics.global.links, metrics.global.active_links), (100, 67));
    assert_eq!((metrics.global.daily_flow, metrics.global.flows[23]), (Some(64_703.0), Some(64_703.0)));
}

#[test]
fn objects_read_in_any_order_give_the_same_bytes() {
    let (Some(forward), Some(backward)) = (bucket(), read_bucket(true)) else { return };
    let day = date(2024, 1, 4);
    let bytes = |bucket: &Bucket| serde_json::to_string(&bucket.metrics(day)).unwrap();
    assert!(bytes(forward) == bytes(&backward));
}

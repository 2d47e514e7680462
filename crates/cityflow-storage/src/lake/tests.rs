use std::fs;
use std::path::Path;
use std::sync::Arc;

use cityflow_core::data_type::DataType;
use cityflow_core::geo::{Geometry, Point};
use cityflow_core::hourly::{Observation, ObservedDay};
use cityflow_core::ids::{CounterId, LinkId};
use cityflow_core::network::CountedShape;
use cityflow_core::quality::{IssueLog, Rule, Source};
use cityflow_core::time::{CityZone, HourStart};
use jiff::civil::{Date, date};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use proptest::prelude::*;
use tempfile::tempdir;

use super::*;
use crate::error::StorageError;
use crate::files::{Written, write_atomic};
use crate::raw::RawObject;

const DAY: Date = date(2024, 1, 4);
/// 2024-01-04T00:00:00+01:00.
const MIDNIGHT: i64 = 1_704_322_800;

fn road(link: u32, slot: i64, flow: Option<f64>) -> LakeRoadRow {
    LakeRoadRow {
        link: LinkId(link),
        hour: HourStart(MIDNIGHT + slot * 3600),
        flow,
        occupancy: flow.map(|flow| flow / 7.0),
        link_state: Some("Invalide".into()),
        label: link.is_multiple_of(2).then(|| "Quai d'été".into()),
    }
}

fn bike(counter: &str, slot: i64, count: Option<f64>) -> LakeBikeRow {
    LakeBikeRow {
        counter: counter.into(),
        hour: HourStart(MIDNIGHT + slot * 3600),
        count,
        name: Some("28 bd Diderot, E-O".into()),
        point: Some(Point { lon: 2.375_55, lat: 48.846_028 }),
    }
}

fn issues() -> IssueLog {
    let mut issues = IssueLog::default();
    issues.note(Rule::FlowOutOfRange, &"batch/é.csv".into(), 12, "-1");
    issues
}

fn day<R>(rows: Vec<R>) -> StoredDay<R> {
    let account =
        DayAccount { date: DAY, lignes: rows.len() as u64, doublons: 3, doublons_conflictuels: 1, issues: issues() };
    StoredDay { account, rows }
}

/// A lake with one landed day of road counts.
fn landed(output: &Path) -> (Lake, Manifest, StoredDay<LakeRoadRow>) {
    let lake = Lake::open(output);
    let stored = day(vec![road(1, 0, Some(10.5)), road(1, 1, None), road(2, 0, Some(0.0))]);
    let manifest = write(&lake, &stored);
    lake.write_manifest(&manifest).unwrap();
    (lake, manifest, stored)
}

/// Writes a day, and says so in a manifest.
fn write<R: LakeRow>(lake: &Lake, stored: &StoredDay<R>) -> Manifest {
    let mut manifest = Manifest::new(R::DATA_TYPE, "d");
    manifest.days.extend(lake.write_day(stored).unwrap().map(|seal| (stored.account.date, seal)));
    manifest
}

fn text() -> impl Strategy<Value = Option<Arc<str>>> {
    prop::option::of("\\PC{0,6}".prop_map(Arc::from))
}

fn number() -> impl Strategy<Value = Option<f64>> {
    prop::option::of(prop_oneof![
        Just(0.0),
        Just(-0.0),
        any::<f64>().prop_filter("finite", |number| number.is_finite())
    ])
}

fn hour() -> impl Strategy<Value = HourStart> {
    (-1_000_000_i64..1_000_000).prop_map(|hour| HourStart(hour * 3600))
}

prop_compose! {
    fn any_bike()(id in "\\PC{1,4}", hour in hour(), count in number(), name in text(), at in prop::option::of((-180.0..180.0, -90.0..90.0))) -> LakeBikeRow {
        LakeBikeRow { counter: CounterId(id.into()), hour, count, name, point: at.map(|(lon, lat)| Point { lon, lat }) }
    }
}

prop_compose! {
    fn any_road()(link in any::<u32>(), hour in hour(), flow in number(), occupancy in number(), link_state in text(), label in text()) -> LakeRoadRow {
        LakeRoadRow { link: LinkId(link), hour, flow, occupancy, link_state, label }
    }
}

/// Writes rows, reads them back, and says whether they are the same in order.
fn comes_back<R: LakeRow>(mut rows: Vec<R>) -> Result<(), TestCaseError> {
    let folder = tempdir().unwrap();
    let lake = Lake::open(folder.path());
    let stored = day(rows.clone());
    let manifest = write(&lake, &stored);
    prop_assert_eq!(&write(&lake, &stored), &manifest, "the same day gives the same bytes");
    rows.sort_by(R::compare);
    prop_assert_eq!(lake.read_day(&manifest, DAY).unwrap(), Some(StoredDay { account: stored.account, rows }));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn bikes_come_back_exactly(rows in prop::collection::vec(any_bike(), 0..40)) {
        comes_back(rows)?;
    }

    #[test]
    fn roads_come_back_exactly(rows in prop::collection::vec(any_road(), 0..40)) {
        comes_back(rows)?;
    }

    // An approximate reader of numbers is wrong in the last place of some.
    #[test]
    fn places_of_the_manifest_come_back_to_the_bit(lon in -180.0..180.0, lat in -90.0..90.0) {
        let folder = tempdir().unwrap();
        let lake = Lake::open(folder.path());
        let mut manifest = Manifest::new(DataType::Comptages, "d");
        let geometry = Some(Geometry::LineString(vec![[lon, lat], [lat, lon]]));
        manifest.shapes = [(LinkId(1), CountedShape { geometry, point: Some(Point { lon, lat }) })].into();
        lake.write_manifest(&manifest).unwrap();
        prop_assert_eq!(lake.manifest(DataType::Comptages).unwrap(), Some(manifest));
    }

    #[test]
    fn a_damaged_partition_is_an_error_that_names_it(at in any::<prop::sample::Index>(), flip in 1_u8.., cut in any::<bool>()) {
        let folder = tempdir().unwrap();
        let (lake, manifest, _) = landed(folder.path());
        let path = lake.partition_path(DataType::Comptages, DAY);
        let mut bytes = fs::read(&path).unwrap();
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] ^= flip }
        fs::write(&path, bytes).unwrap();
        match lake.read_day::<LakeRoadRow>(&manifest, DAY) {
            Err(StorageError::Damaged { place, .. }) => prop_assert_eq!(place, path.display().to_string()),
            other => prop_assert!(false, "{:?}", other),
        }
    }
}

#[test]
fn rows_are_kept_by_sensor_then_hour_whatever_their_order() {
    let folder = tempdir().unwrap();
    let lake = Lake::open(folder.path());
    let mut rows = vec![road(10, 1, None), road(9, 5, Some(1.0)), road(10, 0, None)];
    let manifest = write(&lake, &day(rows.clone()));
    let first = fs::read(lake.partition_path(DataType::Comptages, DAY)).unwrap();
    rows.reverse();
    assert_eq!(write(&lake, &day(rows)), manifest);
    let read = lake.read_day::<LakeRoadRow>(&manifest, DAY).unwrap().unwrap();
    assert_eq!(read.rows, [road(9, 5, Some(1.0)), road(10, 0, None), road(10, 1, None)]);
    // Nothing of the file depends on the library's version.
    assert!(!String::from_utf8_lossy(&first).contains("parquet-rs"));
}

#[test]
fn a_partition_of_another_landing_is_not_read() {
    let folder = tempdir().unwrap();
    let (lake, before, mut stored) = landed(folder.path());
    stored.account.doublons += 1;
    let after = write(&lake, &stored);
    assert_ne!(before, after);
    assert_eq!(lake.read_day::<LakeRoadRow>(&before, DAY).unwrap(), None);
    assert_eq!(lake.read_day(&after, DAY).unwrap(), Some(stored));
}

#[test]
fn a_day_without_row_and_issue_has_no_partition() {
    let folder = tempdir().unwrap();
    let (lake, _, mut stored) = landed(folder.path());
    stored.rows.clear();
    assert_eq!(write(&lake, &stored).days.len(), 1, "its issues are kept");
    stored.account.issues = IssueLog::default();
    assert_eq!(lake.write_day(&stored).unwrap(), None);
    assert_eq!(lake.partitions(DataType::Comptages).unwrap(), []);
    assert_eq!(lake.write_day(&stored).unwrap(), None);
}

#[test]
fn a_partition_moved_to_another_day_is_not_read() {
    let folder = tempdir().unwrap();
    let (lake, mut manifest, mut stored) = landed(folder.path());
    let next = date(2024, 1, 5);
    stored.account.date = next;
    manifest.days.append(&mut write(&lake, &stored).days);
    assert!(lake.read_day::<LakeRoadRow>(&manifest, next).unwrap().is_some());
    let bytes = fs::read(lake.partition_path(DataType::Comptages, DAY)).unwrap();
    write_atomic(&lake.partition_path(DataType::Comptages, next), &bytes).unwrap();
    assert_eq!(lake.read_day::<LakeRoadRow>(&manifest, next).unwrap(), None);
}

#[test]
fn a_landing_that_is_killed_is_not_taken_for_a_whole_one() {
    let folder = tempdir().unwrap();
    let (lake, _, mut stored) = landed(folder.path());
    assert_eq!(lake.days(DataType::Comptages).unwrap(), [DAY]);
    assert!(lake.forget(DataType::Comptages).unwrap());
    stored.account.doublons += 1;
    lake.write_day(&stored).unwrap();
    // Killed here.
    assert_eq!(lake.manifest(DataType::Comptages).unwrap(), None);
    assert_eq!(lake.days(DataType::Comptages).unwrap(), []);
    assert_eq!(lake.partitions(DataType::Comptages).unwrap(), [DAY]);
    assert!(!lake.forget(DataType::Comptages).unwrap());
}

#[test]
fn a_removed_day_leaves_nothing_behind() {
    let folder = tempdir().unwrap();
    let (lake, manifest, _) = landed(folder.path());
    assert!(lake.remove_day(DataType::Comptages, DAY).unwrap());
    assert!(!lake.remove_day(DataType::Comptages, DAY).unwrap());
    assert_eq!(lake.partitions(DataType::Comptages).unwrap(), []);
    assert_eq!(lake.read_day::<LakeRoadRow>(&manifest, DAY).unwrap(), None);
    assert!(!lake.partition_path(DataType::Comptages, DAY).parent().unwrap().exists());
}

#[test]
fn a_partition_that_is_not_ours_is_an_error_that_names_it() {
    let folder = tempdir().unwrap();
    let (lake, manifest, _) = landed(folder.path());
    let manifest = Manifest { data_type: DataType::Bikes, ..manifest };
    let path = lake.partition_path(DataType::Bikes, DAY);
    let refused = |bytes: &[u8]| {
        write_atomic(&path, bytes).unwrap();
        let error = lake.read_day::<LakeBikeRow>(&manifest, DAY).unwrap_err().to_string();
        error.strip_prefix(&format!("{}: not a partition of the lake: ", path.display())).unwrap().to_owned()
    };
    refused(b"");
    refused(b"id;count\n");
    let roads = fs::read(lake.partition_path(DataType::Comptages, DAY)).unwrap();
    assert_eq!(
        refused(&roads),
        "its columns are others: identifiant_arc, heure, debit, taux_occupation, etat_arc, libelle"
    );
    refused(&roads[..roads.len() - 9]);
    let mut foreign = Vec::new();
    let schema = Arc::new(arrow_schema::Schema::new(LakeBikeRow::fields()));
    parquet::arrow::ArrowWriter::try_new(&mut foreign, schema, None).unwrap().close().unwrap();
    assert_eq!(
        refused(&foreign),
        "its metadata have no `cityflow.sha256`: another program wrote it, or it is cut short"
    );
}

#[test]
fn a_manifest_comes_back_exactly_with_its_shapes() {
    let folder = tempdir().unwrap();
    let lake = Lake::open(folder.path());
    let mut manifest = Manifest::new(DataType::Comptages, "abc");
    manifest.days = [(date(2024, 1, 5), "s1".to_owned()), (DAY, "s2".to_owned())].into();
    manifest.windows = [(DAY, "w".to_owned())].into();
    manifest.undated = issues();
    manifest.objects.push(LandedObject {
        name: "batch/comptages_routiers/a.csv".into(),
        bytes: 12,
        version: "1".to_owned(),
        rows: 3,
        error: Some("truncated".to_owned()),
    });
    let line = vec![[2.372_851, 48.867_999_999_999_995], [2.0, 1e-7]];
    let shape = CountedShape { geometry: Some(Geometry::LineString(line)), point: Some(Point { lon: 0.1, lat: -0.3 }) };
    manifest.shapes = [(LinkId(4264), shape), (LinkId(7), CountedShape::default())].into();
    assert_eq!(lake.write_manifest(&manifest).unwrap(), Written::Created);
    assert_eq!(lake.write_manifest(&manifest).unwrap(), Written::Unchanged);
    assert_eq!(lake.manifest(DataType::Comptages).unwrap().as_ref(), Some(&manifest));
    assert_eq!(lake.manifest(DataType::Bikes).unwrap(), None);
    let source = Source::from(&manifest.objects[0]);
    assert_eq!((source.octets, source.lignes, source.erreur.as_deref()), (12, 3, Some("truncated")));
}

#[test]
fn a_manifest_of_another_format_is_none_and_a_damaged_one_an_error() {
    let folder = tempdir().unwrap();
    let (lake, _, _) = landed(folder.path());
    let path = lake.manifest_path(DataType::Comptages);
    fs::write(&path, r#"{"format":0,"data_type":"comptages","days":["2024-01-04"]}"#).unwrap();
    assert_eq!(lake.manifest(DataType::Comptages).unwrap(), None);
    fs::write(&path, r#"{"format":2,"data_type":"comptages","#).unwrap();
    let error = lake.manifest(DataType::Comptages).unwrap_err().to_string();
    assert!(error.starts_with(&format!("{}: not a manifest of the lake: ", path.display())), "{error}");
}

#[test]
fn a_manifest_of_which_one_byte_was_changed_is_damaged() {
    let folder = tempdir().unwrap();
    let (lake, manifest, _) = landed(folder.path());
    let path = lake.manifest_path(DataType::Comptages);
    let whole = fs::read(&path).unwrap();
    assert!(serde_json::from_slice::<serde_json::Value>(&whole).unwrap()["sha256"].is_string());
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        fs::write(&path, changed).unwrap();
        // Another format or feed is none; whatever else was changed is an error.
        assert!(!matches!(lake.manifest(DataType::Comptages), Ok(Some(_))), "byte {at} of {}", whole.len());
    }
    fs::write(&path, whole).unwrap();
    assert_eq!(lake.manifest(DataType::Comptages).unwrap(), Some(manifest));
}

#[test]
fn the_landing_digest_follows_names_sizes_and_versions_but_not_the_order() {
    let object = |name: &str, bytes, version: &str| RawObject { name: name.into(), bytes, version: version.to_owned() };
    let (a, b) = (object("a", 1, "5"), object("b", 2, "6"));
    let digest = landing_digest([&a, &b]);
    assert_eq!(digest.len(), 64);
    assert_eq!(digest, landing_digest([&b, &a]));
    for other in [object("c", 2, "6"), object("b", 3, "6"), object("b", 2, "7")] {
        assert_ne!(digest, landing_digest([&a, &other]));
    }
    assert_ne!(digest, landing_digest([&a]));
}

#[test]
fn a_day_of_observations_goes_in_and_comes_out() {
    #[derive(Clone, Debug, PartialEq)]
    struct Flow(Option<f64>);
    impl From<&Observation<LinkId, Flow>> for LakeRoadRow {
        fn from(seen: &Observation<LinkId, Flow>) -> Self {
            Self { link: seen.sensor, hour: seen.hour, ..road(1, 0, seen.values.0) }
        }
    }
    impl From<LakeRoadRow> for Observation<LinkId, Flow> {
        fn from(row: LakeRoadRow) -> Self {
            Self { sensor: row.link, hour: row.hour, values: Flow(row.flow) }
        }
    }
    let observations = vec![Observation { sensor: LinkId(3), hour: HourStart(MIDNIGHT), values: Flow(Some(4.5)) }];
    let observed = ObservedDay { date: DAY, observations, duplicates: 2, conflicts: 1, issues: issues() };
    let stored = StoredDay::<LakeRoadRow>::of_observed(&observed);
    assert_eq!(stored.account.lignes, 1);
    assert_eq!(stored.into_observed::<LinkId, Flow>(), observed);
}

#[test]
fn the_csv_has_the_same_rows_with_local_hours_and_is_safe_in_a_spreadsheet() {
    let folder = tempdir().unwrap();
    let lake = Lake::open(folder.path());
    let mut nameless = bike("=cmd()", 1, None);
    (nameless.name, nameless.point) = (None, None);
    let rows = [bike("100-1", 0, Some(12.0)), bike("100-1", 1, Some(0.5)), nameless];
    let path = lake.export_csv(&CityZone::paris(), DAY, &rows).unwrap();
    assert_eq!(path, folder.path().join("processed/bikes_2024-01-04.csv"));
    assert_eq!(
        fs::read_to_string(path).unwrap().split("\r\n").collect::<Vec<_>>(),
        [
            "id_compteur,heure,comptage,nom_compteur,lon,lat",
            "100-1,2024-01-04T00:00:00+01:00,12,\"28 bd Diderot, E-O\",2.37555,48.846028",
            "100-1,2024-01-04T01:00:00+01:00,0.5,\"28 bd Diderot, E-O\",2.37555,48.846028",
            "'=cmd(),2024-01-04T01:00:00+01:00,,,,",
            "",
        ]
    );
    let path = lake.export_csv(&CityZone::paris(), DAY, &[road(2, 0, Some(7.0))]).unwrap();
    assert_eq!(
        fs::read_to_string(path).unwrap(),
        "identifiant_arc,heure,debit,taux_occupation,etat_arc,libelle\r\n\
         2,2024-01-04T00:00:00+01:00,7,1,Invalide,Quai d'été\r\n"
    );
}

#[test]
fn a_full_city_day_is_small_and_quick() {
    let folder = tempdir().unwrap();
    let lake = Lake::open(folder.path());
    let rows: Vec<_> = (0..3000)
        .flat_map(|link| (0..24).map(move |slot| road(link, slot, Some(f64::from((link * 7 + 13) % 900)))))
        .collect();
    let start = std::time::Instant::now();
    let manifest = write(&lake, &day(rows));
    let written = start.elapsed();
    assert_eq!(lake.read_day::<LakeRoadRow>(&manifest, DAY).unwrap().unwrap().rows.len(), 72_000);
    let path = lake.partition_path(DataType::Comptages, DAY);
    let bytes = fs::metadata(&path).unwrap().len();
    eprintln!("72 000 rows: {bytes} bytes, written in {written:?}, both ways in {:?}", start.elapsed());
    assert!(bytes < 1_500_000, "{bytes} bytes");
    let file = fs::File::open(path).unwrap();
    let metadata = ArrowReaderMetadata::load(&file, ArrowReaderOptions::default()).unwrap();
    assert_eq!(metadata.metadata().num_row_groups(), 1);
}

use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;

use tempfile::TempDir;

use super::*;

/// A bucket that keeps its folder alive.
struct Kept(FileRaw, #[expect(dead_code, reason = "removes the folder when dropped")] TempDir);

impl RawStore for Kept {
    fn list(&self, prefix: &str) -> Result<Vec<RawObject>, StorageError> {
        self.0.list(prefix)
    }

    fn open(&self, name: &str) -> Result<Box<dyn Read + Send>, StorageError> {
        self.0.open(name)
    }

    fn describe(&self) -> String {
        self.0.describe()
    }
}

fn bucket(objects: &[(&str, &str)]) -> (FileRaw, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in objects {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    (FileRaw::open(folder.path()).unwrap(), folder)
}

fn names(store: &FileRaw) -> Vec<String> {
    store.list("").unwrap().into_iter().map(|object| object.name.to_string()).collect()
}

#[test]
fn a_folder_keeps_the_contract_of_raw_stores() {
    crate::raw::contract::holds(|objects| {
        let (store, folder) = bucket(objects);
        Kept(store, folder)
    });
}

#[test]
fn a_missing_root_says_where_it_looked_and_what_it_expected() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("nowhere");
    assert_eq!(
        FileRaw::open(&missing).unwrap_err().to_string(),
        format!(
            "{}: no such folder: expected the folder of the raw bucket, the one that holds `api/` and `batch/`",
            missing.display()
        )
    );
    fs::write(&missing, "").unwrap();
    assert!(FileRaw::open(&missing).unwrap_err().to_string().contains("not a folder"));
    assert!(FileRaw::open(missing.join("below")).unwrap_err().to_string().contains("not a folder"));
}

#[test]
fn a_root_that_goes_away_is_an_error_and_not_an_empty_bucket() {
    let (store, folder) = bucket(&[("a", "")]);
    folder.close().unwrap();
    assert!(matches!(store.list("api/"), Err(StorageError::NoRawFolder { .. })));
}

#[test]
fn links_are_followed_and_circles_end() {
    let (store, folder) = bucket(&[("real/a.csv", "1")]);
    symlink(folder.path().join("real"), folder.path().join("linked")).unwrap();
    symlink(folder.path(), folder.path().join("real/up")).unwrap();
    symlink(folder.path().join("real/a.csv"), folder.path().join("b.csv")).unwrap();
    assert_eq!(names(&store), ["b.csv", "linked/a.csv", "real/a.csv"]);
    assert_eq!(store.list("linked/a").unwrap().len(), 1);
    assert_eq!(store.list("real/").unwrap().len(), 1);
    assert_eq!(store.list("real/up/").unwrap().len(), 0);
}

#[test]
fn a_link_to_nowhere_is_listed_and_opening_it_names_it() {
    let (store, folder) = bucket(&[("a.csv", "1")]);
    symlink("gone", folder.path().join("b.csv")).unwrap();
    assert_eq!(names(&store), ["a.csv", "b.csv"]);
    let error = store.open("b.csv").map(|_| ()).unwrap_err();
    assert_eq!(error.to_string(), "b.csv: the object cannot be opened: no such file or folder");
}

#[test]
fn a_device_is_neither_listed_nor_opened() {
    let (store, folder) = bucket(&[("a.csv", "1")]);
    symlink("/dev/zero", folder.path().join("zero.csv")).unwrap();
    assert_eq!(names(&store), ["a.csv"]);
    let error = store.open("zero.csv").map(|_| ()).unwrap_err();
    assert!(error.to_string().ends_with("it is a pipe or a device, not a file"), "{error}");
}

#[test]
fn a_name_that_is_not_utf8_is_listed_and_opening_it_says_so() {
    let (store, folder) = bucket(&[("a.csv", "1")]);
    fs::write(folder.path().join(std::ffi::OsStr::from_bytes(b"b\xe9.csv")), "2").unwrap();
    assert_eq!(names(&store), ["a.csv", "b\u{fffd}.csv"]);
    let error = store.open("b\u{fffd}.csv").map(|_| ()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "b\u{fffd}.csv: the object cannot be opened: its name is not UTF-8 and cannot be read: rename the file"
    );
}

#[test]
fn a_file_that_changes_has_another_version() {
    let (store, folder) = bucket(&[("a.csv", "1")]);
    let before = store.list("").unwrap();
    let file = File::options().write(true).open(folder.path().join("a.csv")).unwrap();
    file.set_modified(UNIX_EPOCH + std::time::Duration::from_nanos(1_700_000_000_000_000_001)).unwrap();
    let after = store.list("").unwrap();
    assert_eq!(after[0].version, "1700000000000000001");
    assert_ne!(before[0].version, after[0].version);
}

#[test]
fn the_real_bucket_is_listed_whole() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/bucket");
    if !root.is_dir() {
        eprintln!("skipped: no real data at {}", root.display());
        return;
    }
    let store = super::super::open_raw(&root.display().to_string()).unwrap();
    let listed = store.list("batch/comptages_routiers/").unwrap();
    assert!(listed.len() >= 7, "{listed:?}");
    assert!(listed.is_sorted_by(|a, b| a.name < b.name));
    assert!(listed.iter().all(|object| object.bytes > 0 && store.open(&object.name).is_ok()));
}

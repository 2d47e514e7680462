use tempfile::{TempDir, tempdir};

use super::*;

fn folder() -> (TempDir, PathBuf) {
    let folder = tempdir().unwrap();
    let path = folder.path().join("deep/er/a.json");
    (folder, path)
}

/// Everything in the folder of a file, hidden names too.
fn beside(path: &Path) -> Vec<String> {
    names_in(path.parent().unwrap()).unwrap()
}

#[test]
fn a_file_appears_with_its_folders_and_nothing_beside_it() {
    let (_kept, path) = folder();
    write_atomic(&path, b"one").unwrap();
    write_atomic(&path, b"two").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"two");
    assert_eq!(beside(&path), ["a.json"]);
}

#[test]
fn a_write_that_fails_half_way_leaves_the_old_file_and_no_trace() {
    let (_kept, path) = folder();
    write_atomic(&path, b"old").unwrap();
    let failed = write_atomic_with(&path, |file| {
        file.write_all(&vec![b'x'; 3 * BUFFER_BYTES])?;
        Err::<(), _>(io::ErrorKind::StorageFull.into())
    });
    assert_eq!(
        failed.unwrap_err().to_string(),
        format!("{}: cannot be written: no space left on the disk", path.display())
    );
    assert_eq!(fs::read(&path).unwrap(), b"old");
    assert_eq!(beside(&path), ["a.json"]);
}

#[test]
fn a_writer_that_panics_leaves_the_old_file_and_no_trace() {
    let (_kept, path) = folder();
    write_atomic(&path, b"old").unwrap();
    let target = path.clone();
    let died = std::thread::spawn(move || {
        let mut file = AtomicFile::create(&target).unwrap();
        file.write_all(b"half").unwrap();
        std::panic::resume_unwind(Box::new("killed"));
    });
    assert!(died.join().is_err());
    assert_eq!(fs::read(&path).unwrap(), b"old");
    assert_eq!(beside(&path), ["a.json"]);
}

#[test]
fn a_full_disk_is_named_in_plain_words() {
    // /dev/full takes a write and then says that there is no space left.
    let Ok(device) = OpenOptions::new().write(true).open("/dev/full") else {
        eprintln!("skipped: no /dev/full on this machine");
        return;
    };
    let (_kept, path) = folder();
    write_atomic(&path, b"old").unwrap();
    let mut file = AtomicFile::create(&path).unwrap();
    file.writer = Some(BufWriter::with_capacity(BUFFER_BYTES, device));
    file.write_all(b"new").unwrap();
    let error = file.commit().unwrap_err();
    assert_eq!(error.to_string(), format!("{}: cannot be written: no space left on the disk", path.display()));
    assert_eq!(fs::read(&path).unwrap(), b"old");
    assert_eq!(beside(&path), ["a.json"]);
}

#[test]
fn a_folder_that_is_a_file_is_named_in_plain_words() {
    let (_kept, path) = folder();
    write_atomic(&path, b"old").unwrap();
    let below = path.join("b.json");
    let error = write_atomic(&below, b"new").unwrap_err().to_string();
    assert_eq!(error, format!("{}: cannot be written: a part of the path is a file, not a folder", below.display()));
    assert_eq!(fs::read(&path).unwrap(), b"old");
}

#[test]
fn a_name_that_is_a_folder_is_refused_and_leaves_no_trace() {
    let (_kept, path) = folder();
    fs::create_dir_all(path.join("inside")).unwrap();
    let error = write_atomic(&path, b"new").unwrap_err().to_string();
    assert_eq!(error, format!("{}: cannot be written: it is a folder, not a file", path.display()));
    assert_eq!(beside(&path), ["a.json"]);
}

#[test]
fn what_says_the_same_is_left_untouched() {
    let (_kept, path) = folder();
    assert_eq!(write_unless(&path, b"a1", |_| true).unwrap(), Written::Created);
    assert_eq!(write_unless(&path, b"a2", |held| held[0] == b'a').unwrap(), Written::Unchanged);
    assert_eq!(fs::read(&path).unwrap(), b"a1");
    assert_eq!(write_unless(&path, b"b", |held| held == b"b").unwrap(), Written::Replaced);
}

#[test]
fn the_sweep_takes_old_files_of_our_pattern_and_nothing_else() {
    let (kept, path) = folder();
    write_atomic(&path, b"kept").unwrap();
    let near = path.parent().unwrap();
    for name in [".a.json.tmp-12-3", ".b.tmp-old-1", ".c.tmp-1", "d.tmp-1-2", ".tmp-1-2-"] {
        fs::write(near.join(name), "half").unwrap();
    }
    let now = SystemTime::now();
    assert_eq!(sweep_older_than(kept.path(), now, TEMPORARY_MAX_AGE).unwrap(), 0, "it may be at work");
    assert_eq!(sweep_older_than(kept.path(), now + 2 * TEMPORARY_MAX_AGE, TEMPORARY_MAX_AGE).unwrap(), 1);
    assert_eq!(beside(&path), [".b.tmp-old-1", ".c.tmp-1", ".tmp-1-2-", "a.json", "d.tmp-1-2"]);
    assert_eq!(sweep_temporaries(&kept.path().join("nowhere")).unwrap(), 0);
}

#[test]
fn two_files_written_at_once_do_not_meet() {
    let (_kept, path) = folder();
    let first = AtomicFile::create(&path).unwrap();
    let mut second = AtomicFile::create(&path).unwrap();
    second.write_all(b"second").unwrap();
    second.commit().unwrap();
    drop(first);
    assert_eq!(fs::read(&path).unwrap(), b"second");
}

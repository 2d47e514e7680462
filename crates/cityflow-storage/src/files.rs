//! Files that appear whole or not at all: temporary name, fsync, rename, fsync of the folder.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use crate::error::StorageError;

/// Age from which a temporary file is taken for the leftover of a killed run. A file is written in seconds;
/// an hour keeps clear of another process that is at work in the same output.
pub const TEMPORARY_MAX_AGE: Duration = Duration::from_hours(1);

/// What stands between the final name and the numbers of a temporary name: `.name.tmp-<pid>-<n>`.
const TEMPORARY_MARK: &str = ".tmp-";

/// Bytes of the write buffer.
const BUFFER_BYTES: usize = 128 * 1024;

/// Makes temporary names of one process differ.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// Whether a document was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// It was not there before.
    Created,
    /// It took the place of another.
    Replaced,
    /// What is stored already says the same: its bytes were left untouched.
    Unchanged,
}

/// A file being written under a temporary name. Dropped before [`AtomicFile::commit`], it leaves no trace and
/// the old file stands.
#[derive(Debug)]
pub struct AtomicFile {
    target: PathBuf,
    temporary: PathBuf,
    writer: Option<BufWriter<File>>,
}

impl AtomicFile {
    /// Starts a file, making its folders.
    pub fn create(target: &Path) -> Result<Self, StorageError> {
        let fault = |error: io::Error| StorageError::file(target, "written", &error);
        let name = target.file_name().ok_or_else(|| fault(io::ErrorKind::IsADirectory.into()))?;
        let folder = folder_of(target);
        fs::create_dir_all(folder).map_err(fault)?;
        loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let mut hidden = std::ffi::OsString::from(".");
            hidden.push(name);
            hidden.push(format!("{TEMPORARY_MARK}{}-{number}", std::process::id()));
            let temporary = folder.join(hidden);
            match OpenOptions::new().write(true).create_new(true).open(&temporary) {
                Ok(file) => {
                    let writer = Some(BufWriter::with_capacity(BUFFER_BYTES, file));
                    return Ok(Self { target: target.to_path_buf(), temporary, writer });
                }
                // Left by a killed process that had our number: take the next name.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(fault(error)),
            }
        }
    }

    /// Makes the file stand under its name, on the disk.
    pub fn commit(mut self) -> Result<(), StorageError> {
        self.settle().map_err(|error| StorageError::file(&self.target, "written", &error))
    }

    fn settle(&mut self) -> io::Result<()> {
        if let Some(writer) = self.writer.take() {
            let file = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.sync_all()?;
        }
        fs::rename(&self.temporary, &self.target)?;
        // From here on there is nothing to remove.
        self.temporary = PathBuf::new();
        sync_folder(folder_of(&self.target))
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.as_mut().ok_or(io::ErrorKind::BrokenPipe)?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.as_mut().ok_or(io::ErrorKind::BrokenPipe)?.flush()
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        if let Some(writer) = self.writer.take() {
            // Not flushed: nobody wants these bytes.
            drop(writer.into_parts().0);
        }
        if !self.temporary.as_os_str().is_empty() {
            // If even this fails, the sweep of a later run takes it.
            let _removed = fs::remove_file(&self.temporary);
        }
    }
}

/// Writes a whole file.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<(), StorageError> {
    write_atomic_with(path, |file| file.write_all(bytes))
}

/// Writes a file piece by piece. When `write` fails, the old file stands.
pub fn write_atomic_with<T>(
    path: &Path,
    write: impl FnOnce(&mut AtomicFile) -> io::Result<T>,
) -> Result<T, StorageError> {
    let mut file = AtomicFile::create(path)?;
    let made = write(&mut file).map_err(|error| StorageError::file(path, "written", &error))?;
    file.commit()?;
    Ok(made)
}

/// Writes a whole file unless `same` finds that what stands there says the same.
pub fn write_unless(path: &Path, bytes: &[u8], same: impl FnOnce(&[u8]) -> bool) -> Result<Written, StorageError> {
    let held = read_optional(path)?;
    if held.as_deref().is_some_and(same) {
        return Ok(Written::Unchanged);
    }
    write_atomic(path, bytes)?;
    Ok(if held.is_some() { Written::Replaced } else { Written::Created })
}

/// The bytes of a file; none when there is no such file.
pub fn read_optional(path: &Path) -> Result<Option<Vec<u8>>, StorageError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StorageError::file(path, "read", &error)),
    }
}

/// Removes a file; says whether it was there.
pub fn remove_optional(path: &Path) -> Result<bool, StorageError> {
    match fs::remove_file(path) {
        Ok(()) => {
            let folder = folder_of(path);
            sync_folder(folder).map_err(|error| StorageError::file(folder, "synchronised", &error))?;
            Ok(true)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(StorageError::file(path, "removed", &error)),
    }
}

/// The names in a folder, sorted; none when there is no such folder. Names that are not UTF-8 are not ours.
pub(crate) fn names_in(folder: &Path) -> Result<Vec<String>, StorageError> {
    let fault = |error: io::Error| StorageError::file(folder, "listed", &error);
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(fault(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        names.extend(entry.map_err(fault)?.file_name().into_string().ok());
    }
    names.sort_unstable();
    Ok(names)
}

/// Removes what killed runs left below a folder: files of our own temporary pattern that nobody has touched
/// for [`TEMPORARY_MAX_AGE`]. Links are not followed. Says how many were removed.
pub fn sweep_temporaries(root: &Path) -> Result<u64, StorageError> {
    sweep_older_than(root, SystemTime::now(), TEMPORARY_MAX_AGE)
}

/// [`sweep_temporaries`] as of a given instant and age.
pub fn sweep_older_than(root: &Path, now: SystemTime, age: Duration) -> Result<u64, StorageError> {
    let fault = |error: io::Error| StorageError::file(root, "swept", &error);
    let entries = match fs::read_dir(root) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(fault(error)),
    };
    let mut removed = 0;
    for entry in entries {
        let entry = entry.map_err(fault)?;
        let kind = entry.file_type().map_err(fault)?;
        if kind.is_dir() {
            removed += sweep_older_than(&entry.path(), now, age)?;
        } else if kind.is_file() && entry.file_name().to_str().is_some_and(is_temporary) {
            // Gone meanwhile, or of a clock ahead of ours: not a leftover.
            let touched = entry.metadata().and_then(|metadata| metadata.modified()).unwrap_or(now);
            if now.duration_since(touched).is_ok_and(|since| since >= age) {
                removed += u64::from(remove_optional(&entry.path())?);
            }
        }
    }
    Ok(removed)
}

/// Whether a name is one of ours: `.name.tmp-<pid>-<n>`.
fn is_temporary(name: &str) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    name.starts_with('.')
        && name
            .rsplit_once(TEMPORARY_MARK)
            .and_then(|(_, numbers)| numbers.split_once('-'))
            .is_some_and(|(process, count)| number(process) && number(count))
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Makes a rename last: the folder itself is a file that has to reach the disk.
fn sync_folder(folder: &Path) -> io::Result<()> {
    match File::open(folder)?.sync_all() {
        // Some network file systems cannot; the rename stands all the same.
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
        done => done,
    }
}

#[cfg(test)]
#[path = "files_tests.rs"]
mod tests;

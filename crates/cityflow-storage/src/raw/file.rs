//! Raw objects in a folder of this machine.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use super::{RawObject, RawStore, is_passing_name};
use crate::error::{StorageError, plain_words};

/// A folder with the layout of the raw bucket. Links inside it are followed, wherever they lead.
#[derive(Clone, Debug)]
pub struct FileRaw {
    root: PathBuf,
}

impl FileRaw {
    /// Opens a folder; it must be there.
    pub fn open(root: impl Into<PathBuf>) -> Result<Self, StorageError> {
        let bucket = Self { root: root.into() };
        bucket.check_root()?;
        Ok(bucket)
    }

    fn check_root(&self) -> Result<(), StorageError> {
        let refuse = |found| Err(StorageError::NoRawFolder { path: self.root.clone(), found });
        match fs::metadata(&self.root) {
            Ok(metadata) if metadata.is_dir() => Ok(()),
            Ok(_) => refuse("not a folder"),
            Err(error) if error.kind() == io::ErrorKind::NotFound => refuse("no such folder"),
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => refuse("not a folder"),
            Err(error) => Err(StorageError::file(&self.root, "read", &error)),
        }
    }
}

impl RawStore for FileRaw {
    fn list(&self, prefix: &str) -> Result<Vec<RawObject>, StorageError> {
        self.check_root()?;
        let mut walk = Walk { prefix, objects: Vec::new(), above: Vec::new() };
        // Only the folder that the prefix names needs walking.
        match prefix.rsplit_once('/') {
            None => walk.folder(&self.root, "")?,
            Some((folder, _)) => {
                if let Some(path) = walk.descend(&self.root, folder) {
                    walk.folder(&path, &format!("{folder}/"))?;
                }
            }
        }
        // A walk goes folder by folder; the order is that of the whole name.
        walk.objects.sort_unstable();
        Ok(walk.objects)
    }

    fn open(&self, name: &str) -> Result<Box<dyn Read + Send>, StorageError> {
        let fault = |reason: String| StorageError::Object { object: name.to_owned(), reason };
        let path = below(&self.root, name).ok_or_else(|| fault("not the name of an object".to_owned()))?;
        let metadata = fs::metadata(&path).map_err(|error| fault(unopened(name, &error)))?;
        if metadata.is_dir() {
            return Err(fault("it is a folder, not a file".to_owned()));
        }
        if !metadata.is_file() {
            return Err(fault("it is a pipe or a device, not a file".to_owned()));
        }
        let file = File::open(&path).map_err(|error| fault(unopened(name, &error)))?;
        Ok(Box::new(file))
    }

    fn describe(&self) -> String {
        self.root.display().to_string()
    }
}

/// Why a name could not be opened. A replacement character stands for bytes of a name that is not UTF-8.
fn unopened(name: &str, error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::NotFound && name.contains(char::REPLACEMENT_CHARACTER) {
        "its name is not UTF-8 and cannot be read: rename the file".to_owned()
    } else {
        plain_words(error)
    }
}

/// The path of a relative name; none for one that is empty, absolute or climbs out.
fn below(root: &Path, name: &str) -> Option<PathBuf> {
    let relative = Path::new(name);
    let plain = relative.components().all(|part| matches!(part, Component::Normal(_)));
    (plain && !name.is_empty()).then(|| root.join(relative))
}

/// A walk through the folders.
struct Walk<'a> {
    prefix: &'a str,
    objects: Vec<RawObject>,
    /// The folders that we are in, links resolved: one of them met again is a circle.
    above: Vec<PathBuf>,
}

impl Walk<'_> {
    /// Goes down to a folder as a walk from the root would; none when such a walk would not come there.
    fn descend(&mut self, root: &Path, name: &str) -> Option<PathBuf> {
        let mut path = root.to_path_buf();
        for part in name.split('/') {
            self.above.push(fs::canonicalize(&path).ok()?);
            if part.is_empty() || is_passing_name(part) {
                return None;
            }
            path.push(part);
        }
        path.is_dir().then_some(path)
    }

    fn folder(&mut self, folder: &Path, name: &str) -> Result<(), StorageError> {
        let fault = |error: io::Error| StorageError::file(folder, "listed", &error);
        let real = fs::canonicalize(folder).map_err(fault)?;
        if self.above.contains(&real) {
            return Ok(());
        }
        self.above.push(real);
        for entry in fs::read_dir(folder).map_err(fault)? {
            let entry = entry.map_err(fault)?;
            let own_name = entry.file_name();
            let own_name = own_name.to_string_lossy();
            if is_passing_name(&own_name) {
                continue;
            }
            self.entry(&entry.path(), format!("{name}{own_name}"))?;
        }
        self.above.pop();
        Ok(())
    }

    fn entry(&mut self, path: &Path, name: String) -> Result<(), StorageError> {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => {
                let inside = name + "/";
                // The prefix and the folder must agree as far as both go.
                if inside.starts_with(self.prefix) || self.prefix.starts_with(&inside) {
                    self.folder(path, &inside)?;
                }
            }
            Ok(metadata) if metadata.is_file() => self.object(name, metadata.len(), version(&metadata)),
            // A pipe or a device has no end to read to.
            Ok(_) => {}
            // A link to nowhere, or no right to look: listed all the same, so that opening it says why.
            Err(error) => self.object(name, 0, error.kind().to_string()),
        }
        Ok(())
    }

    fn object(&mut self, name: String, bytes: u64, version: String) {
        if name.starts_with(self.prefix) {
            self.objects.push(RawObject { name: Arc::from(name), bytes, version });
        }
    }
}

/// Nanoseconds since 1970 of the last change; `0` where the file system keeps none.
fn version(metadata: &Metadata) -> String {
    let changed = metadata.modified().ok().and_then(|changed| changed.duration_since(UNIX_EPOCH).ok());
    changed.map_or(0, |since| since.as_nanos()).to_string()
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;

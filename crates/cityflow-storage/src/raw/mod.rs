//! Raw objects: the input, read only.

mod file;
mod location;
mod memory;

use std::io::Read;
use std::sync::Arc;

use crate::error::StorageError;

pub use file::FileRaw;
pub use location::{folder_at, open_raw};
pub use memory::MemoryRaw;

/// An object of the raw bucket.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RawObject {
    /// Name relative to the root, with `/` between its parts. A name that is not UTF-8 is listed with
    /// replacement characters, and opening it says so.
    pub name: Arc<str>,
    /// Stored size in bytes (compressed when the object is).
    pub bytes: u64,
    /// Changes whenever the content may have: the time of the last change in nanoseconds for files.
    pub version: String,
}

/// A bucket of raw objects.
pub trait RawStore: Send + Sync {
    /// Every object whose name starts with `prefix`, in byte order of the whole name. Hidden and temporary
    /// names (see [`is_passing_name`]) are not objects; no match is an empty list.
    fn list(&self, prefix: &str) -> Result<Vec<RawObject>, StorageError>;

    /// Opens an object by its listed name.
    fn open(&self, name: &str) -> Result<Box<dyn Read + Send>, StorageError>;

    /// Where the objects are, for a person.
    fn describe(&self) -> String;
}

/// Endings of names that editors, browsers and transfers give to what is not finished.
const PASSING_ENDINGS: [&str; 6] = ["~", ".tmp", ".part", ".partial", ".crdownload", ".swp"];

/// Whether a file or folder name is hidden (leading dot) or temporary: it is there in passing, not data.
pub fn is_passing_name(name: &str) -> bool {
    name.starts_with('.') || PASSING_ENDINGS.iter().any(|ending| name.ends_with(ending))
}

#[cfg(test)]
mod contract;

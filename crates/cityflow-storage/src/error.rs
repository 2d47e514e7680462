//! What can go wrong with stored bytes, in sentences that name the place.

use std::io;
use std::path::{Path, PathBuf};

/// Why something could not be read or stored.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The raw bucket's folder is not there, or is not a folder.
    #[error(
        "{}: {found}: expected the folder of the raw bucket, the one that holds `api/` and `batch/`",
        path.display()
    )]
    NoRawFolder {
        /// What was given.
        path: PathBuf,
        /// What stands there.
        found: &'static str,
    },
    /// A location that no backend reads.
    #[error("{location}: raw data cannot be read from `{scheme}`: expected a folder or a `file:///` URL")]
    UnknownScheme {
        /// What was given.
        location: String,
        /// Its scheme.
        scheme: String,
    },
    /// A location that cannot be understood.
    #[error("{location}: not a location of raw data: {reason}")]
    BadLocation {
        /// What was given.
        location: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// An object that cannot be opened.
    #[error("{object}: the object cannot be opened: {reason}")]
    Object {
        /// Name of the object.
        object: String,
        /// Why, in plain words.
        reason: String,
    },
    /// A file or folder that cannot be used.
    #[error("{}: cannot be {doing}: {reason}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What was tried: `read`, `written`, …
        doing: &'static str,
        /// Why, in plain words.
        reason: String,
    },
    /// A stored document that is not what this program writes: damaged, or another program's.
    #[error("{place}: not {expected}: {reason}")]
    Damaged {
        /// The file, or the name of the document.
        place: String,
        /// What should be there.
        expected: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// A document that cannot be written as JSON.
    #[error("{place}: cannot be written as JSON: {reason}")]
    NotSerializable {
        /// The document.
        place: String,
        /// What the serializer says.
        reason: String,
    },
}

impl StorageError {
    /// A fault of a file, with its cause in plain words.
    pub(crate) fn file(path: &Path, doing: &'static str, error: &io::Error) -> Self {
        Self::File { path: path.to_path_buf(), doing, reason: plain_words(error) }
    }

    /// A stored file that is not what it should be.
    pub(crate) fn damaged(path: &Path, expected: &'static str, reason: impl Into<String>) -> Self {
        Self::Damaged { place: path.display().to_string(), expected, reason: reason.into() }
    }
}

/// The cause as a user would say it, without error numbers.
pub(crate) fn plain_words(error: &io::Error) -> String {
    use io::ErrorKind as Kind;
    let words = match error.kind() {
        Kind::NotFound => "no such file or folder",
        Kind::PermissionDenied => "permission denied",
        Kind::StorageFull => "no space left on the disk",
        Kind::QuotaExceeded => "the disk quota is used up",
        // Making a folder where a file stands says that it exists already.
        Kind::NotADirectory | Kind::AlreadyExists => "a part of the path is a file, not a folder",
        Kind::IsADirectory => "it is a folder, not a file",
        Kind::ReadOnlyFilesystem => "the file system is read-only",
        Kind::InvalidFilename => "the name is too long or not allowed",
        _ => return error.to_string(),
    };
    words.to_owned()
}

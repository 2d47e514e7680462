//! What a landing of a feed saw and made.

use std::collections::BTreeMap;
use std::sync::Arc;

use cityflow_core::data_type::DataType;
use cityflow_core::ids::LinkId;
use cityflow_core::network::CountedShape;
use cityflow_core::quality::{IssueLog, Source};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::LAKE_FORMAT;
use super::seal::hexadecimal;
use crate::raw::RawObject;

/// A raw object as it was landed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LandedObject {
    /// Name in the bucket.
    pub name: Arc<str>,
    /// Stored size in bytes.
    pub bytes: u64,
    /// Version when it was read.
    pub version: String,
    /// Data rows (records) read in it.
    pub rows: u64,
    /// Why it could not be read; null when it could.
    pub error: Option<String>,
}

impl From<&LandedObject> for Source {
    fn from(object: &LandedObject) -> Self {
        Self {
            objet: Arc::clone(&object.name),
            octets: object.bytes,
            lignes: object.rows,
            erreur: object.error.clone(),
        }
    }
}

/// The manifest of a feed's lake: written last, so that what it names is there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`LAKE_FORMAT`] of the program that wrote it.
    pub format: u32,
    /// The feed.
    pub data_type: DataType,
    /// [`landing_digest`] of all objects of the feed.
    pub digest: String,
    /// The objects, by name.
    pub objects: Vec<LandedObject>,
    /// Issues of rows whose day cannot be read.
    pub undated: IssueLog,
    /// The days that the lake holds, each with the seal of its partition. A partition with another seal is stale
    /// and not read.
    pub days: BTreeMap<Date, String>,
    /// Bikes: the days that were landed, each with the [`landing_digest`] of the objects that can hold it. One
    /// that is not of `days` is empty. Nothing for road counts, where `digest` speaks for every day.
    #[serde(default)]
    pub windows: BTreeMap<Date, String>,
    /// Road counts: the first shape met of each link. Empty for bikes.
    #[serde(default)]
    pub shapes: BTreeMap<LinkId, CountedShape>,
}

impl Manifest {
    /// A landing that has not yet filled any day.
    pub fn new(data_type: DataType, digest: &str) -> Self {
        Self {
            format: LAKE_FORMAT,
            data_type,
            digest: digest.to_owned(),
            objects: Vec::new(),
            undated: IssueLog::default(),
            days: BTreeMap::new(),
            windows: BTreeMap::new(),
            shapes: BTreeMap::new(),
        }
    }
}

/// How the seal of a manifest opens: the last member of the document.
const SEAL_OPENS: &[u8] = b",\"sha256\":\"";
/// What stands behind the seal.
const SEAL_CLOSES: &[u8] = b"\"}\n";

/// A manifest as a JSON line that ends with the checksum of all that stands before it: a changed bit can make
/// other JSON that parses.
pub(super) fn encode(manifest: &Manifest) -> serde_json::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec(manifest)?;
    // The closing brace of the document.
    bytes.pop();
    let sum = hexadecimal(Sha256::new_with_prefix(&bytes));
    for part in [SEAL_OPENS, sum.as_bytes(), SEAL_CLOSES] {
        bytes.extend_from_slice(part);
    }
    Ok(bytes)
}

/// Whether a manifest is as it was written.
pub(super) fn is_sealed(bytes: &[u8]) -> bool {
    let opens = |rest: &[u8]| rest.windows(SEAL_OPENS.len()).rposition(|window| window == SEAL_OPENS);
    bytes.strip_suffix(SEAL_CLOSES).is_some_and(|rest| {
        opens(rest).is_some_and(|at| {
            let sum = &rest[at + SEAL_OPENS.len()..];
            hexadecimal(Sha256::new_with_prefix(&rest[..at])).as_bytes() == sum
        })
    })
}

/// SHA-256, in hexadecimal, of the names, sizes and versions of objects, by name, and of [`LAKE_FORMAT`]: equal
/// digests mean that landing again would make the same lake.
pub fn landing_digest<'a>(objects: impl IntoIterator<Item = &'a RawObject>) -> String {
    let mut objects: Vec<&RawObject> = objects.into_iter().collect();
    objects.sort_unstable();
    let mut hash = Sha256::new();
    hash.update(format!("cityflow lake {LAKE_FORMAT}\n"));
    for RawObject { name, bytes, version } in objects {
        // Each text behind its length: no two lists run into the same bytes.
        hash.update(format!("{}:{name} {bytes} {}:{version}\n", name.len(), version.len()));
    }
    hexadecimal(hash)
}

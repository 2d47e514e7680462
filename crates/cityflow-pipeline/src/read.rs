//! Opening raw objects and handing their bytes to a reader.

use std::io::BufRead;
use std::sync::Arc;

use cityflow_core::decode::{ReadError, decompress};
use cityflow_core::quality::Source;
use cityflow_storage::raw::{RawObject, RawStore};
use rayon::prelude::*;

use crate::feed::ObjectFault;
use crate::progress::Progress;

/// Opens, decompresses and reads one object.
pub(crate) fn object<T>(
    raw: &dyn RawStore,
    object: &RawObject,
    reader: impl FnOnce(&Arc<str>, &mut dyn BufRead) -> Result<T, ReadError>,
) -> Result<T, ObjectFault> {
    let name = &object.name;
    let fault = |message: String, may_pass| ObjectFault { object: Arc::clone(name), message, may_pass };
    let stream = raw.open(name).map_err(|error| fault(error.to_string(), true))?;
    let mut input = decompress(name, stream).map_err(|error| fault(error.to_string(), false))?;
    reader(name, &mut input).map_err(|error| fault(error.to_string(), false))
}

/// Reads several objects side by side; the results stand in the objects' order. Their bytes are the steps of the
/// phase under way: give [`crate::progress::Silent`] when that phase counts something else.
pub(crate) fn all<T: Send>(
    raw: &dyn RawStore,
    objects: &[RawObject],
    progress: &dyn Progress,
    reader: impl Fn(u32, &Arc<str>, &mut dyn BufRead) -> Result<T, ReadError> + Sync,
) -> Vec<Result<T, ObjectFault>> {
    let read = |(rank, found): (usize, &RawObject)| {
        let rank = u32::try_from(rank).unwrap_or(u32::MAX);
        let result = object(raw, found, |name, input| reader(rank, name, input));
        progress.advance(found.bytes, &found.name);
        result
    };
    objects.par_iter().enumerate().map(read).collect()
}

/// The account of an object: its size, its rows, or why it could not be read.
pub(crate) fn source(object: &RawObject, rows: Result<u64, &ObjectFault>) -> Source {
    Source {
        objet: Arc::clone(&object.name),
        octets: object.bytes,
        lignes: rows.unwrap_or(0),
        erreur: rows.err().map(|fault| fault.message.clone()),
    }
}

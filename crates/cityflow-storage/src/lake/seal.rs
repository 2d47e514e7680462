//! The seal of a partition: a checksum of the whole file that stands in its own metadata.
//!
//! The Parquet reader takes a damaged file for another number, or stops the program; a file whose seal is whole
//! is what was written, to the bit. The seal is an ordinary entry of the metadata, so other tools read the file
//! as any other: it is computed with zeros in its own place.

use std::fmt::Write;
use std::ops::Range;

use sha2::{Digest, Sha256};

/// Name of the entry. It is the last of the metadata.
pub(super) const SEAL_KEY: &str = "cityflow.sha256";

/// What stands in its place while the checksum is computed: as long as the checksum in hexadecimal.
pub(super) const BLANK: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// How Thrift's compact protocol opens the value behind the key: field 2 is a text of 64 bytes.
const VALUE_HEADER: [u8; 2] = [0x18, 64];

/// Puts the seal in its place and says it; none when there is no place for it.
pub(super) fn put(file: &mut [u8]) -> Option<String> {
    let place = place(file)?;
    let sum = checksum(file, &place);
    file[place].copy_from_slice(sum.as_bytes());
    Some(sum)
}

/// The seal of a file when it is whole, else what is wrong with the file.
pub(super) fn check(file: &[u8]) -> Result<String, &'static str> {
    let place =
        place(file).ok_or("its metadata have no `cityflow.sha256`: another program wrote it, or it is cut short")?;
    let sum = checksum(file, &place);
    if sum.as_bytes() == &file[place] {
        Ok(sum)
    } else {
        Err("its checksum is wrong: it was changed after it was written")
    }
}

/// Where the checksum stands: behind the last mention of its key. No text of the metadata can imitate it: the
/// account is JSON, which has no control characters.
fn place(file: &[u8]) -> Option<Range<usize>> {
    let mark = [SEAL_KEY.as_bytes(), &VALUE_HEADER].concat();
    let at = file.windows(mark.len()).rposition(|window| window == mark)?;
    let start = at + mark.len();
    (start + BLANK.len() <= file.len()).then(|| start..start + BLANK.len())
}

fn checksum(file: &[u8], place: &Range<usize>) -> String {
    let mut hash = Sha256::new();
    hash.update(&file[..place.start]);
    hash.update(BLANK);
    hash.update(&file[place.end..]);
    hexadecimal(hash)
}

/// The hash in lower-case hexadecimal.
pub(super) fn hexadecimal(hash: Sha256) -> String {
    hash.finalize().iter().fold(String::with_capacity(BLANK.len()), |mut text, byte| {
        // Writing to a string cannot fail.
        let _written = write!(text, "{byte:02x}");
        text
    })
}

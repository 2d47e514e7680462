//! Where the bytes go: the caller owns files, buckets or memory.

use std::collections::BTreeMap;
use std::io;

/// One object under way.
pub trait Object: io::Write {
    /// Makes the object visible as a whole (flush, sync, rename). An object that is dropped without
    /// this call must not appear.
    fn finish(self: Box<Self>) -> io::Result<()>;
}

/// Receives the objects of a bucket, one after the other.
pub trait Sink {
    /// Starts an object; `name` is relative to the root of the bucket, parts separated by `/`. The
    /// bytes written to it are the stored ones: a `.gz` or `.zst` name receives compressed bytes.
    fn create(&mut self, name: &str) -> io::Result<Box<dyn Object + '_>>;
}

/// Keeps every object in memory: for tests and small cities.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct MemorySink {
    /// Stored bytes by object name.
    pub objects: BTreeMap<String, Vec<u8>>,
}

struct MemoryObject<'a> {
    name: String,
    bytes: Vec<u8>,
    objects: &'a mut BTreeMap<String, Vec<u8>>,
}

impl io::Write for MemoryObject<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Object for MemoryObject<'_> {
    fn finish(self: Box<Self>) -> io::Result<()> {
        self.objects.insert(self.name, self.bytes);
        Ok(())
    }
}

impl Sink for MemorySink {
    fn create(&mut self, name: &str) -> io::Result<Box<dyn Object + '_>> {
        let (name, bytes) = (name.to_owned(), Vec::new());
        Ok(Box::new(MemoryObject { name, bytes, objects: &mut self.objects }))
    }
}

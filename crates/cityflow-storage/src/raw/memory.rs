//! Raw objects in memory, for tests.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::sync::Arc;

use super::{RawObject, RawStore, is_passing_name};
use crate::error::StorageError;

/// A bucket in memory.
#[derive(Clone, Debug, Default)]
pub struct MemoryRaw {
    objects: BTreeMap<Arc<str>, (Arc<[u8]>, u64)>,
    puts: u64,
}

impl MemoryRaw {
    /// Puts an object, in place of the one of that name; its version is new.
    pub fn put(&mut self, name: &str, content: impl AsRef<[u8]>) {
        self.puts += 1;
        self.objects.insert(name.into(), (content.as_ref().into(), self.puts));
    }

    /// Takes an object away.
    pub fn remove(&mut self, name: &str) {
        self.objects.remove(name);
    }
}

impl<N: AsRef<str>, C: AsRef<[u8]>> FromIterator<(N, C)> for MemoryRaw {
    fn from_iter<I: IntoIterator<Item = (N, C)>>(objects: I) -> Self {
        let mut bucket = Self::default();
        for (name, content) in objects {
            bucket.put(name.as_ref(), content);
        }
        bucket
    }
}

impl RawStore for MemoryRaw {
    fn list(&self, prefix: &str) -> Result<Vec<RawObject>, StorageError> {
        let listed = self.objects.iter().filter(|(name, _)| name.starts_with(prefix));
        Ok(listed
            .filter(|(name, _)| !name.split('/').any(is_passing_name))
            .map(|(name, (content, version))| RawObject {
                name: Arc::clone(name),
                bytes: content.len() as u64,
                version: version.to_string(),
            })
            .collect())
    }

    fn open(&self, name: &str) -> Result<Box<dyn Read + Send>, StorageError> {
        let (content, _) = self.objects.get(name).ok_or_else(|| StorageError::Object {
            object: name.to_owned(),
            reason: "no such object in memory".to_owned(),
        })?;
        Ok(Box::new(Cursor::new(Arc::clone(content))))
    }

    fn describe(&self) -> String {
        "memory".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_keeps_the_contract_of_raw_stores() {
        crate::raw::contract::holds(|objects| objects.iter().copied().collect::<MemoryRaw>());
    }

    #[test]
    fn an_object_that_is_put_again_has_another_version() {
        let mut bucket: MemoryRaw = [("a", "1")].into_iter().collect();
        let before = bucket.list("").unwrap();
        bucket.put("a", "2");
        assert_ne!(before, bucket.list("").unwrap());
    }
}

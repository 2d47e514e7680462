//! The files below a folder, to compare what stood before with what stands now.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

/// Every file below a folder: its path with `/`, and its bytes. Nothing when the folder is not there.
pub fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    walk(root, "", &mut found);
    found
}

fn walk(folder: &Path, prefix: &str, found: &mut BTreeMap<String, Vec<u8>>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let entry = entry.expect("the entries of a test's folder can be listed");
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            walk(&entry.path(), &format!("{name}/"), found);
        } else {
            found.insert(name, fs::read(entry.path()).expect("the files of a test can be read"));
        }
    }
}

/// Marks a folder as generated; it stands there by right.
pub const GENERATED: &str = ".cityflow-generated";

/// Files that are neither results nor the lake nor a marker: leftovers of a write that did not end.
pub fn leftovers(root: &Path) -> Vec<String> {
    files(root)
        .into_keys()
        .filter(|name| name.split('/').next_back() != Some(GENERATED))
        .filter(|name| name.contains(".tmp") || name.contains("/.") || name.starts_with('.'))
        .collect()
}

/// The names whose bytes differ, or that stand on one side only.
pub fn differences(left: &BTreeMap<String, Vec<u8>>, right: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let mut names: Vec<String> = left.iter().filter(|(name, bytes)| right.get(*name) != Some(bytes)).map(key).collect();
    names.extend(right.iter().filter(|(name, _)| !left.contains_key(*name)).map(key));
    names.sort_unstable();
    names
}

fn key((name, _): (&String, &Vec<u8>)) -> String {
    name.clone()
}

/// Whether a file is a JSON document, by its name.
pub fn is_json(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "json")
}

/// A stored JSON document.
#[track_caller]
pub fn json(path: &Path) -> Value {
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

//! What every backend of raw objects must do.

use std::io::Read;

use super::RawStore;
use crate::error::StorageError;

/// Runs the suite on a backend that `make` fills with objects.
pub(crate) fn holds<S: RawStore>(make: impl Fn(&[(&str, &str)]) -> S) {
    objects_are_listed_in_byte_order_of_the_whole_name(&make);
    hidden_and_temporary_names_are_not_objects(&make);
    an_object_gives_its_bytes_and_another_name_is_an_error(&make);
}

fn names(store: &impl RawStore, prefix: &str) -> Vec<String> {
    store.list(prefix).unwrap().into_iter().map(|object| object.name.to_string()).collect()
}

fn objects_are_listed_in_byte_order_of_the_whole_name<S: RawStore>(make: impl Fn(&[(&str, &str)]) -> S) {
    // `a/b` stands after `a.csv` and before `a0`, though a walk of the folders would say otherwise.
    let store =
        make(&[("api/a0", ""), ("api/a/b", "12"), ("api/a.csv", "1"), ("api/Z", ""), ("apis/x", ""), ("é", "")]);
    assert_eq!(names(&store, ""), ["api/Z", "api/a.csv", "api/a/b", "api/a0", "apis/x", "é"]);
    assert_eq!(names(&store, "api/"), ["api/Z", "api/a.csv", "api/a/b", "api/a0"]);
    assert_eq!(names(&store, "api/a"), ["api/a.csv", "api/a/b", "api/a0"]);
    assert_eq!(names(&store, "api"), ["api/Z", "api/a.csv", "api/a/b", "api/a0", "apis/x"]);
    for nothing in ["batch/chantiers/", "api//", "/", "../", "./api/", ".git/"] {
        assert_eq!(names(&store, nothing), [""; 0], "{nothing}");
    }
    assert_eq!(store.list("api/a/").unwrap()[0].bytes, 2);
    assert_eq!(store.list("").unwrap(), store.list("").unwrap());
}

fn hidden_and_temporary_names_are_not_objects<S: RawStore>(make: impl Fn(&[(&str, &str)]) -> S) {
    let store = make(&[
        ("a/.hidden", ""),
        (".git/config", ""),
        ("a/.b.csv.tmp-12-3", ""),
        ("a/b.csv.part", ""),
        ("a/b.csv~", ""),
        ("a/b.csv", ""),
    ]);
    assert_eq!(names(&store, ""), ["a/b.csv"]);
}

fn an_object_gives_its_bytes_and_another_name_is_an_error<S: RawStore>(make: impl Fn(&[(&str, &str)]) -> S) {
    let store = make(&[("api/a.csv", "id;n\n")]);
    let mut content = String::new();
    store.open("api/a.csv").unwrap().read_to_string(&mut content).unwrap();
    assert_eq!(content, "id;n\n");
    for name in ["api/b.csv", "api", "", "api/../api/a.csv"] {
        match store.open(name).map(|_| ()) {
            Err(StorageError::Object { object, .. }) => assert_eq!(object, name),
            other => panic!("{name}: {other:?}"),
        }
    }
    assert!(!store.describe().is_empty());
}

//! What the end-to-end tests share: the binary, a raw bucket to fill, and the outputs to look at.

use std::path::PathBuf;

/// The built binary: `CITYFLOW_BIN`, else the one beside the test executable.
///
/// # Panics
/// When there is none: `make test` builds it first.
pub fn binary() -> PathBuf {
    if let Ok(path) = std::env::var("CITYFLOW_BIN") {
        return PathBuf::from(path);
    }
    let test = std::env::current_exe().expect("a running test has a path");
    let binary = test.ancestors().nth(2).map(|folder| folder.join("cityflow"));
    binary.filter(|path| path.is_file()).expect("build the binary first: cargo build --package cityflow")
}

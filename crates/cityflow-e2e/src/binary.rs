//! The built binary, run as a stranger would run it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Once;

use serde_json::Value;

/// Names the binary to test instead of the one that stands beside the test.
const BINARY_VARIABLE: &str = "CITYFLOW_BIN";

/// Exit codes, as `--help` documents them.
pub mod exit {
    /// Done.
    pub const DONE: i32 = 0;
    /// Failed.
    pub const FAILED: i32 = 1;
    /// Wrong usage.
    pub const USAGE: i32 = 2;
    /// Done with a feed in error.
    pub const FEED_IN_ERROR: i32 = 3;
}

/// Path of the binary; builds it once when it is not there.
pub fn path() -> PathBuf {
    static BUILD: Once = Once::new();
    if let Some(named) = std::env::var_os(BINARY_VARIABLE) {
        return PathBuf::from(named);
    }
    let test = std::env::current_exe().expect("a running test knows its own path");
    // target/<profile>/deps/<test> stands one folder below target/<profile>/cityflow.
    let profile = test.parent().and_then(Path::parent).expect("tests are built into target/<profile>/deps");
    let binary = profile.join(format!("cityflow{}", std::env::consts::EXE_SUFFIX));
    BUILD.call_once(|| {
        if !binary.is_file() {
            build(profile);
        }
    });
    assert!(binary.is_file(), "{} is not there: run `cargo build -p cityflow`", binary.display());
    binary
}

fn build(profile: &Path) {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "-p", "cityflow"]).current_dir(env!("CARGO_MANIFEST_DIR"));
    if profile.ends_with("release") {
        cargo.arg("--release");
    }
    let status = cargo.status().expect("cargo can be run where tests are");
    assert!(status.success(), "the binary cannot be built");
}

/// A command on the binary: no settings of the caller's environment, no terminal, an empty working folder.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(path());
    command.args(arguments);
    isolate(&mut command);
    command
}

/// Takes the caller's settings and terminal away from a command.
pub fn isolate(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CITYFLOW_") {
            command.env_remove(name);
        }
    }
    // A folder that exists everywhere and holds no `cityflow.toml`.
    command.current_dir(std::env::temp_dir()).env_remove("NO_COLOR").stdin(Stdio::null());
}

/// What a run said and how it ended.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Exit code; none when a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

/// Runs a command to its end.
pub fn finish(mut command: Command) -> Outcome {
    let output = command.output().expect("the command can be started");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the binary speaks UTF-8");
    Outcome { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// Runs the binary to its end.
pub fn run(arguments: &[&str]) -> Outcome {
    finish(command(arguments))
}

impl Outcome {
    /// The same, having ended with this code.
    #[track_caller]
    #[expect(clippy::return_self_not_must_use, reason = "an assertion: often all that is wanted of it")]
    pub fn ends_with(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// The one line of standard error that holds all of `parts`; no other line may be there.
    #[track_caller]
    pub fn says_only(&self, parts: &[&str]) -> &str {
        let lines: Vec<&str> = self.stderr.lines().collect();
        assert_eq!(lines.len(), 1, "one sentence was expected on standard error:\n{}", self.stderr);
        for part in parts {
            assert!(lines[0].contains(part), "`{part}` is not in: {}", lines[0]);
        }
        lines[0]
    }

    /// Standard output as one JSON document and nothing else.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("standard output is not JSON: {error}\n{}", self.stdout))
    }
}

//! What a test may need of the machine: another user, a small disk, a folder nobody can change.

use std::path::Path;
use std::process::Command;

use crate::binary;

/// Says that a test was skipped, and why.
#[expect(clippy::print_stderr, reason = "the one who runs the tests has to know what was not tested")]
pub fn skipped(why: &str) {
    eprintln!("skipped: {why}");
}

fn succeeds(program: &str, arguments: &[&str]) -> bool {
    Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success())
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// Flags of `setpriv` that make a user without any right.
const NOBODY: [&str; 3] = ["--reuid=65534", "--regid=65534", "--clear-groups"];

/// The binary run by a user whom permissions bind: nobody when the tests run as root, else the caller. None when
/// the machine cannot do it.
pub fn bound_by_permissions(arguments: &[String]) -> Option<Command> {
    let binary = binary::path();
    let mut command = if is_root() {
        let name = binary.to_string_lossy();
        let probe = [NOBODY.as_slice(), &[&*name, "--version"]].concat();
        if !succeeds("setpriv", &probe) {
            skipped("the tests run as root, and `setpriv` cannot start the binary as another user");
            return None;
        }
        let mut command = Command::new("setpriv");
        command.args(NOBODY).arg(&binary);
        command
    } else {
        Command::new(binary)
    };
    command.args(arguments);
    binary::isolate(&mut command);
    Some(command)
}

/// Sets the permissions of a folder and all that is in it, as `chmod -R` takes them.
pub fn chmod(mode: &str, path: &Path) {
    assert!(succeeds("chmod", &["-R", mode, &path.to_string_lossy()]), "chmod {mode} {}", path.display());
}

/// A folder in which not even root can make, change or remove a file, until this is dropped.
#[derive(Debug)]
pub struct Frozen<'a>(&'a Path);

impl<'a> Frozen<'a> {
    /// None when the machine cannot do it.
    pub fn new(folder: &'a Path) -> Option<Self> {
        if succeeds("chattr", &["+i", &folder.to_string_lossy()]) {
            return Some(Self(folder));
        }
        skipped("`chattr +i` is refused here");
        None
    }
}

impl Drop for Frozen<'_> {
    fn drop(&mut self) {
        succeeds("chattr", &["-i", &self.0.to_string_lossy()]);
    }
}

/// Runs a shell script with a disk of its own, of `bytes` size, mounted on `folder`; the script is given
/// `arguments` from `$1` on. None when the machine cannot do it.
pub fn on_small_disk(folder: &Path, bytes: u64, script: &str, arguments: &[&str]) -> Option<binary::Outcome> {
    let mount = |options: &str| format!("mount -t tmpfs -o size={options} tmpfs '{}'", folder.display());
    if !succeeds("unshare", &["-m", "sh", "-c", &mount("64k")]) {
        skipped("a file system cannot be mounted here");
        return None;
    }
    let mut command = Command::new("unshare");
    let script = format!("{} || exit 99\n{script}", mount(&bytes.to_string()));
    command.args(["-m", "sh", "-c", &script, "sh"]).args(arguments);
    binary::isolate(&mut command);
    Some(binary::finish(command))
}

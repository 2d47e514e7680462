//! Folders that this program made up, and may empty again: they hold a marker that says so.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use cityflow_storage::files::write_atomic;
use cityflow_synthetic::Settings;

/// Name of the marker. It is hidden, so no listing of raw objects shows it.
pub(crate) const MARKER: &str = ".cityflow-generated";

/// A folder for generated data that may be written to.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    /// The line of the marker that stands there.
    held: Option<String>,
}

impl Folder {
    /// Looks at a folder, and refuses one that holds something without being marked as generated.
    pub(crate) fn claim(path: &Path) -> anyhow::Result<Self> {
        let marker = path.join(MARKER);
        if marker.is_file() {
            let text = fs::read(&marker).with_context(|| format!("cannot read `{}`", marker.display()))?;
            let held = Some(String::from_utf8_lossy(&text).trim().to_owned());
            return Ok(Self { path: path.to_path_buf(), held });
        }
        if !path.exists() {
            return Ok(Self { path: path.to_path_buf(), held: None });
        }
        let mut entries = fs::read_dir(path).with_context(|| format!("cannot list the folder `{}`", path.display()))?;
        if entries.next().is_some() {
            bail!(
                "`{}` is not empty and was not generated: nothing is written into it\n\n\
                 hint: name another folder with --raw or --out, or empty this one first",
                path.display()
            );
        }
        Ok(Self { path: path.to_path_buf(), held: None })
    }

    /// Whether the marker says these settings.
    pub(crate) fn holds(&self, settings: &Settings) -> bool {
        self.held.as_deref() == Some(&line(settings))
    }

    /// Empties the folder, which was empty or marked when it was claimed, and marks it.
    pub(crate) fn begin(&self, settings: &Settings) -> anyhow::Result<()> {
        if self.held.is_some() {
            self.empty().with_context(|| format!("cannot empty the folder `{}`", self.path.display()))?;
        }
        Ok(write_atomic(&self.path.join(MARKER), format!("{}\n", line(settings)).as_bytes())?)
    }

    /// Removes all but the marker: a run that is killed here leaves a folder that can still be claimed.
    fn empty(&self) -> std::io::Result<()> {
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            if entry.file_name() == MARKER {
                continue;
            }
            // The type of a link is that of the link: what it leads to stays.
            if entry.file_type()?.is_dir() {
                fs::remove_dir_all(entry.path())?;
            } else {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

/// The settings as the marker holds them.
fn line(settings: &Settings) -> String {
    let Settings { seed, arcs, counters, stations: _, days, end } = settings;
    format!("seed={seed} arcs={arcs} counters={counters} days={days} end={end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("cityflow-generated-{}-{name}", std::process::id()));
        let _gone = fs::remove_dir_all(&path);
        path
    }

    #[test]
    fn a_folder_that_is_not_marked_is_refused_and_kept() {
        let path = place("foreign");
        fs::create_dir_all(path.join("api")).unwrap();
        let error = Folder::claim(&path).unwrap_err().to_string();
        assert!(error.contains("was not generated") && error.contains("\n\nhint: "), "{error}");
        assert!(path.join("api").is_dir() && !path.join(MARKER).exists());
    }

    #[test]
    fn a_marked_folder_is_emptied_and_says_its_new_settings() {
        let path = place("marked");
        let (one, other) = (Settings::default(), Settings { seed: 9, ..Settings::default() });
        Folder::claim(&path).unwrap().begin(&one).unwrap();
        fs::create_dir_all(path.join("api/bikes")).unwrap();
        fs::write(path.join("file"), "x").unwrap();
        let found = Folder::claim(&path).unwrap();
        assert!(found.holds(&one) && !found.holds(&other));
        found.begin(&other).unwrap();
        let left: Vec<_> = fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, [MARKER]);
        let text = fs::read_to_string(path.join(MARKER)).unwrap();
        assert_eq!(text, "seed=9 arcs=500 counters=100 days=77 end=2025-11-04\n");
    }
}

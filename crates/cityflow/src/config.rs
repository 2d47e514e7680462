//! The configuration: flags over environment over file over defaults, merged in one place.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use cityflow_core::settings::Settings;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// File looked for in the working folder when none is named.
pub(crate) const DEFAULT_FILE: &str = "cityflow.toml";

/// Everything that can be set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Config {
    /// The raw bucket: a folder or a URL.
    pub(crate) raw: String,
    /// The output root: `metrics/`, `reports/`, `processed/`.
    pub(crate) out: PathBuf,
    /// Worker threads; 0 takes one for each core.
    pub(crate) threads: usize,
    /// What the city sets: zone, speeds, units.
    pub(crate) city: Settings,
}

impl Default for Config {
    fn default() -> Self {
        Self { raw: "bucket".to_owned(), out: PathBuf::from("output"), threads: 0, city: Settings::default() }
    }
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "origin", content = "name", rename_all = "lowercase")]
pub(crate) enum Origin {
    /// Built in.
    Default,
    /// The configuration file.
    File(PathBuf),
    /// An environment variable.
    Env(String),
    /// A flag of the command line.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Env(name) => write!(f, "env {name}"),
            Self::Flag(name) => write!(f, "flag {name}"),
        }
    }
}

/// The merged configuration, with the origin of each value and what was not understood.
#[derive(Clone, Debug)]
pub(crate) struct Merged {
    /// The values.
    pub(crate) config: Config,
    /// Origin by dotted key.
    pub(crate) origins: BTreeMap<String, Origin>,
    /// Keys of the file that mean nothing, by dotted path.
    pub(crate) unknown_keys: Vec<String>,
    /// The file that was read.
    pub(crate) file: Option<PathBuf>,
}

/// What the command line gives.
#[derive(Clone, Debug, Default)]
pub(crate) struct Flags {
    /// `--config`
    pub(crate) config: Option<PathBuf>,
    /// `--raw`
    pub(crate) raw: Option<String>,
    /// `--out`
    pub(crate) out: Option<PathBuf>,
    /// `--threads`
    pub(crate) threads: Option<usize>,
}

/// The environment, injected so that merging can be tested.
pub(crate) type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    /// The named file cannot be read.
    #[error("cannot read configuration file `{}`: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: std::io::Error,
    },
    /// The file is not valid.
    #[error("configuration file `{}` is not valid: {reason}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What the parser says.
        reason: String,
    },
    /// A variable has a value that is not of its kind.
    #[error("environment variable {name} is `{value}`: expected {expected}")]
    Variable {
        /// The variable.
        name: &'static str,
        /// Its value.
        value: String,
        /// What would be right.
        expected: &'static str,
    },
}

/// A key that a variable can set.
pub(crate) struct Variable {
    pub(crate) name: &'static str,
    pub(crate) key: &'static str,
    expected: &'static str,
    set: fn(&mut Config, &str) -> bool,
}

/// The variables that set a key. `CITYFLOW_CONFIG` and [`NOW`] are read beside them.
pub(crate) const VARIABLES: [Variable; 5] = [
    Variable {
        name: "CITYFLOW_RAW",
        key: "raw",
        expected: "a folder or a URL",
        set: |config, value| {
            value.clone_into(&mut config.raw);
            true
        },
    },
    Variable {
        name: "CITYFLOW_OUT",
        key: "out",
        expected: "a folder",
        set: |config, value| {
            config.out = PathBuf::from(value);
            true
        },
    },
    Variable {
        name: "CITYFLOW_THREADS",
        key: "threads",
        expected: "a whole number",
        set: |config, value| value.parse().map(|threads| config.threads = threads).is_ok(),
    },
    Variable {
        name: "CITYFLOW_CITY_ZONE",
        key: "city.city_zone",
        expected: "an IANA time zone",
        set: |config, value| {
            value.clone_into(&mut config.city.city_zone);
            true
        },
    },
    Variable {
        name: "CITYFLOW_WEATHER_UNIT_GROUP",
        key: "city.weather_unit_group",
        expected: "metric, us, uk or base",
        set: |config, value| {
            let parsed = serde_json::from_value(serde_json::Value::String(value.to_owned()));
            parsed.map(|group| config.city.weather_unit_group = group).is_ok()
        },
    },
];

/// The variable that stands in for the clock.
const NOW: &str = "CITYFLOW_NOW";

/// The instant that results are to be stamped with instead of the clock's.
pub(crate) fn injected_now(environment: Environment<'_>) -> Result<Option<Timestamp>, ConfigError> {
    let Some(value) = environment(NOW) else { return Ok(None) };
    let wrong = "an RFC 3339 instant such as 2025-01-01T00:00:00Z";
    value.parse().map(Some).map_err(|_| ConfigError::Variable { name: NOW, value, expected: wrong })
}

/// Merges flags over environment over file over defaults.
pub(crate) fn merge(flags: &Flags, environment: Environment<'_>) -> Result<Merged, ConfigError> {
    let named = flags.config.clone().or_else(|| environment("CITYFLOW_CONFIG").map(PathBuf::from));
    let mut merged = match named.or_else(|| Path::new(DEFAULT_FILE).is_file().then(|| PathBuf::from(DEFAULT_FILE))) {
        Some(path) => from_file(path)?,
        None => defaults(),
    };
    for variable in &VARIABLES {
        let Some(value) = environment(variable.name) else { continue };
        if !(variable.set)(&mut merged.config, &value) {
            return Err(ConfigError::Variable { name: variable.name, value, expected: variable.expected });
        }
        merged.origins.insert(variable.key.to_owned(), Origin::Env(variable.name.to_owned()));
    }
    apply_flags(&mut merged, flags);
    Ok(merged)
}

fn apply_flags(merged: &mut Merged, flags: &Flags) {
    let mut note = |key: &str| merged.origins.insert(key.to_owned(), Origin::Flag(format!("--{key}")));
    if let Some(raw) = &flags.raw {
        note("raw");
        merged.config.raw.clone_from(raw);
    }
    if let Some(out) = &flags.out {
        note("out");
        merged.config.out.clone_from(out);
    }
    if let Some(threads) = flags.threads {
        note("threads");
        merged.config.threads = threads;
    }
}

fn defaults() -> Merged {
    let config = Config::default();
    let origins = keys(&config).into_iter().map(|key| (key, Origin::Default)).collect();
    Merged { config, origins, unknown_keys: Vec::new(), file: None }
}

fn from_file(path: PathBuf) -> Result<Merged, ConfigError> {
    let text =
        std::fs::read_to_string(&path).map_err(|reason| ConfigError::Unreadable { path: path.clone(), reason })?;
    let invalid = |reason: toml::de::Error| ConfigError::Invalid { path: path.clone(), reason: reason.to_string() };
    let mut table: toml::Table = toml::from_str(&text).map_err(invalid)?;
    let mut merged = defaults();
    for key in flatten(&toml::Value::Table(table.clone())) {
        if let Some(origin) = merged.origins.get_mut(&key) {
            *origin = Origin::File(path.clone());
        } else {
            remove(&mut table, &key);
            merged.unknown_keys.push(key);
        }
    }
    merged.config = toml::Value::Table(table).try_into().map_err(invalid)?;
    merged.file = Some(path);
    Ok(merged)
}

/// The dotted keys of the configuration; a list is one value.
fn keys(config: &Config) -> Vec<String> {
    toml::Value::try_from(config).map_or_else(|_| Vec::new(), |value| flatten(&value))
}

fn flatten(value: &toml::Value) -> Vec<String> {
    fn walk(prefix: &str, value: &toml::Value, keys: &mut Vec<String>) {
        match value {
            toml::Value::Table(table) => {
                for (key, value) in table {
                    let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
                    walk(&path, value, keys);
                }
            }
            _ => keys.push(prefix.to_owned()),
        }
    }
    let mut keys = Vec::new();
    walk("", value, &mut keys);
    keys
}

/// The value at a dotted key, as it would be written in the file.
pub(crate) fn value_at(config: &Config, key: &str) -> String {
    let Ok(root) = toml::Value::try_from(config) else { return String::new() };
    let found = key.split('.').try_fold(&root, |value, part| value.get(part));
    found.map_or_else(String::new, ToString::to_string)
}

fn remove(table: &mut toml::Table, key: &str) {
    match key.split_once('.') {
        None => {
            table.remove(key);
        }
        Some((head, rest)) => {
            if let Some(toml::Value::Table(inner)) = table.get_mut(head) {
                remove(inner, rest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, text: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("cityflow-config-{}-{name}.toml", std::process::id()));
        std::fs::write(&path, text).unwrap();
        path
    }

    #[test]
    fn flags_win_over_the_environment_which_wins_over_the_file() {
        let path =
            file("order", "raw = 'from-file'\nout = 'from-file'\nthreads = 3\n[city]\ncity_zone = 'Europe/Lisbon'\n");
        let flags = Flags { config: Some(path.clone()), raw: Some("from-flag".to_owned()), ..Flags::default() };
        let environment = |name: &str| matches!(name, "CITYFLOW_RAW" | "CITYFLOW_OUT").then(|| "from-env".to_owned());
        let merged = merge(&flags, &environment).unwrap();
        assert_eq!(merged.config.raw, "from-flag");
        assert_eq!(merged.config.out, PathBuf::from("from-env"));
        assert_eq!(merged.config.threads, 3);
        assert_eq!(merged.config.city.city_zone, "Europe/Lisbon");
        assert_eq!(merged.origins["raw"], Origin::Flag("--raw".to_owned()));
        assert_eq!(merged.origins["out"], Origin::Env("CITYFLOW_OUT".to_owned()));
        assert_eq!(merged.origins["city.city_zone"], Origin::File(path));
        assert_eq!(merged.origins["city.weather_unit_group"], Origin::Default);
    }

    #[test]
    fn an_unknown_key_is_named_by_its_path_and_does_no_harm() {
        let path = file("unknown", "raww = 'x'\n[city]\nzone = 'y'\ncity_zone = 'Europe/Paris'\n");
        let flags = Flags { config: Some(path), ..Flags::default() };
        let merged = merge(&flags, &|_| None).unwrap();
        assert_eq!(merged.unknown_keys, ["city.zone", "raww"]);
    }

    #[test]
    fn a_value_of_the_wrong_kind_says_what_would_be_right() {
        let environment = |name: &str| (name == "CITYFLOW_THREADS").then(|| "many".to_owned());
        let error = merge(&Flags::default(), &environment).unwrap_err();
        assert_eq!(error.to_string(), "environment variable CITYFLOW_THREADS is `many`: expected a whole number");
    }

    #[test]
    fn an_instant_that_cannot_be_read_says_what_would_be_right() {
        let now = |value: &'static str| injected_now(&move |name| (name == NOW).then(|| value.to_owned()));
        assert!(now("2025-01-01T00:00:00Z").unwrap().is_some());
        assert_eq!(injected_now(&|_| None).unwrap(), None);
        let error = now("yesterday").unwrap_err().to_string();
        assert_eq!(
            error,
            "environment variable CITYFLOW_NOW is `yesterday`: \
             expected an RFC 3339 instant such as 2025-01-01T00:00:00Z"
        );
    }

    #[test]
    fn a_named_file_that_is_not_there_is_an_error() {
        let flags = Flags { config: Some(PathBuf::from("no/such.toml")), ..Flags::default() };
        let error = merge(&flags, &|_| None).unwrap_err().to_string();
        assert!(error.starts_with("cannot read configuration file `no/such.toml`"), "{error}");
    }
}

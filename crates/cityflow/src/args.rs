//! The command line.

use std::path::PathBuf;

use cityflow_core::data_type::DataType;
use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use jiff::civil::Date;

/// What `--help` says at its end.
const AFTER_HELP: &str = "\
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done with a feed in error.
Results go to standard output, talk to standard error.

CITYFLOW_NOW (RFC 3339, such as 2025-01-01T00:00:00Z) stands in for the clock that stamps the results.";

/// Turns a city's raw mobility data into daily numbers people can trust.
#[derive(Debug, Parser)]
#[command(name = "cityflow", version, after_help = AFTER_HELP, propagate_version = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options that every command takes.
#[derive(Clone, Debug, Args)]
pub(crate) struct Global {
    /// Raw bucket: a folder or a `file://` URL
    #[arg(long, global = true, value_name = "PATH-OR-URL")]
    pub(crate) raw: Option<String>,
    /// Output root: metrics/, reports/ and processed/ are made in it
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Configuration file [default: cityflow.toml when it is there]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Worker threads; 0 takes one for each core
    #[arg(long, global = true, value_name = "N")]
    pub(crate) threads: Option<usize>,
    /// Print a JSON summary on standard output
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// No progress and no talk: only results, warnings and errors
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Say more: -v for what is read, -vv for everything
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Write log lines as JSON
    #[arg(long, global = true)]
    pub(crate) log_json: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Compute the metrics of a day and its report
    Run(Day),
    /// Compute the metrics of a day, of one type or of all six
    Process(Process),
    /// Write the report of a day
    Report(ReportArgs),
    /// Compute a span of days in one pass over the raw files
    Backfill(Backfill),
    /// Read the raw bucket and say what is there, what is missing and what is wrong
    Check,
    /// Write reduced examples of a day into output/examples
    Sample(Sample),
    /// Generate a believable city and compute its last days
    ///
    /// Only --raw and --out move it out of demo/: the folders of the environment and of the configuration are
    /// left alone. A folder that is not empty is only written to when it was generated; it is emptied first.
    Demo(Demo),
    /// Generate a raw bucket of a believable city, or one large road-count file
    ///
    /// A folder that is not empty is only written to when it was generated; it is emptied first.
    Generate(Generate),
    /// Print the merged configuration and where each value came from
    Config,
    /// Print the completion script of a shell
    Completions(Completions),
}

/// One day.
#[derive(Debug, Args)]
pub(crate) struct Day {
    /// Local civil day, such as 2024-01-04
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    pub(crate) date: Date,
    /// Also write the hourly observations as CSV (`processed/<type>_<date>.csv`)
    #[arg(long)]
    pub(crate) csv: bool,
}

/// One day, one type or all.
#[derive(Debug, Args)]
pub(crate) struct Process {
    #[command(flatten)]
    pub(crate) day: Day,
    /// Only this data type; may be given several times
    #[arg(long = "type", value_name = "TYPE", value_parser = parse_data_type)]
    pub(crate) types: Vec<DataType>,
}

/// One report.
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// Local civil day, such as 2024-01-04
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    pub(crate) date: Date,
}

/// A span of days.
#[derive(Debug, Args)]
pub(crate) struct Backfill {
    /// First day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    pub(crate) from: Date,
    /// Last day, included
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    pub(crate) to: Date,
}

/// Reduced examples.
#[derive(Debug, Args)]
pub(crate) struct Sample {
    /// Day to take them from [default: the last report]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    pub(crate) date: Option<Date>,
    /// Entries kept of each list
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) entries: usize,
}

/// The demonstration.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    #[command(flatten)]
    pub(crate) city: City,
    /// Last days to compute
    #[arg(long, value_name = "N", default_value_t = 8)]
    pub(crate) compute: u32,
}

/// The generator.
#[derive(Debug, Args)]
pub(crate) struct Generate {
    #[command(flatten)]
    pub(crate) city: City,
    /// Write only the road counts, as one CSV file
    #[arg(long, value_name = "FILE")]
    pub(crate) counts_only: Option<PathBuf>,
    /// Stop the road counts at this size, such as 1.2GB
    #[arg(long, value_name = "SIZE", value_parser = parse_size, requires = "counts_only")]
    pub(crate) size: Option<u64>,
}

/// What the generated city is like.
#[derive(Debug, Args)]
pub(crate) struct City {
    /// Seed: the same seed gives the same bytes
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Road links
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..))]
    pub(crate) arcs: Option<u32>,
    /// Bike counters
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..))]
    pub(crate) counters: Option<u32>,
    /// Days
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) days: Option<u32>,
    /// Last day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    pub(crate) end: Option<Date>,
}

/// A completion script.
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: Shell,
}

fn parse_date(text: &str) -> Result<Date, String> {
    cityflow_core::time::parse_date(text).ok_or_else(|| "expected a day as YYYY-MM-DD, such as 2024-01-04".to_owned())
}

fn parse_data_type(text: &str) -> Result<DataType, String> {
    text.parse().map_err(|error: cityflow_core::data_type::UnknownDataType| error.to_string())
}

/// Reads a size: bytes, or a number with KB, MB or GB (powers of ten).
fn parse_size(text: &str) -> Result<u64, String> {
    let wrong = || "expected a size such as 800MB or 1.2GB".to_owned();
    let upper = text.trim().to_ascii_uppercase();
    let (number, unit) = match upper.find(|c: char| c.is_ascii_alphabetic()) {
        Some(at) => upper.split_at(at),
        None => (upper.as_str(), "B"),
    };
    let factor = match unit {
        "B" => 1.0,
        "K" | "KB" => 1e3,
        "M" | "MB" => 1e6,
        "G" | "GB" => 1e9,
        _ => return Err(wrong()),
    };
    let number: f64 = number.trim().parse().map_err(|_| wrong())?;
    let bytes = number * factor;
    if !(1.0..1e15).contains(&bytes) {
        return Err(wrong());
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to lie in 1..1e15")]
    Ok(bytes as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }

    #[test]
    fn sizes_are_read_with_their_unit() {
        assert_eq!(parse_size("1.2GB"), Ok(1_200_000_000));
        assert_eq!(parse_size("800 mb"), Ok(800_000_000));
        assert_eq!(parse_size("512"), Ok(512));
        assert!(parse_size("big").is_err());
        assert!(parse_size("-1GB").is_err());
    }

    #[test]
    fn a_wrong_date_says_what_would_be_right() {
        let error = Cli::try_parse_from(["cityflow", "run", "--date", "04/01/2024"]).unwrap_err();
        assert!(error.to_string().contains("expected a day as YYYY-MM-DD"), "{error}");
    }
}

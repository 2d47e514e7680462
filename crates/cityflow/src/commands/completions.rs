//! `cityflow completions`: the completion script of a shell.

use clap::CommandFactory;

use super::Done;
use crate::args::{Cli, Completions};
use crate::output;

/// Prints the script.
pub(crate) fn run(args: &Completions) -> anyhow::Result<Done> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "cityflow", &mut script);
    output::data(&String::from_utf8_lossy(&script))?;
    Ok(Done::All)
}

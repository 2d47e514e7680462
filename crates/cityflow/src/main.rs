//! The `cityflow` command: the one place that reads the environment, prints and exits.

mod args;
mod commands;
mod config;
mod generated;
mod logging;
mod output;
mod progress;
#[cfg(test)]
mod schemas;

use std::process::ExitCode;

use args::{Cli, Command};
use clap::Parser;
use commands::{Context, Done};

fn main() -> ExitCode {
    let cli = Cli::parse();
    logging::init(&cli.global);
    match dispatch(cli) {
        Ok(done) => done.into(),
        Err(error) => {
            output::error(&error);
            ExitCode::from(commands::FAILED)
        }
    }
}

fn dispatch(cli: Cli) -> anyhow::Result<Done> {
    let context = Context::new(cli.global)?;
    match cli.command {
        Command::Run(args) => commands::run::run(&context, &args),
        Command::Process(args) => commands::process::run(&context, &args),
        Command::Report(args) => commands::report::run(&context, &args),
        Command::Backfill(args) => commands::backfill::run(&context, &args),
        Command::Check => commands::check::run(&context),
        Command::Sample(args) => commands::sample::run(&context, &args),
        Command::Demo(args) => commands::demo::run(&context, &args),
        Command::Generate(args) => commands::generate::run(&context, &args),
        Command::Config => commands::config::run(&context),
        Command::Completions(args) => commands::completions::run(&args),
    }
}

//! The command line `slipway`: the journey in a terminal, for people and, with `--json`, for programs.
//!
//! [`args`] says what can be typed, [`verbs`] has a file for each verb, [`human`] and [`json`] say what came of it.

mod args;
mod consent;
mod exit;
mod help;
mod human;
mod interrupt;
mod json;
mod only_changes;
mod screen;
mod showing;
mod verbs;

use std::process::ExitCode;

use clap::FromArgMatches;

use crate::{args::Args, exit::Exit, screen::Screen};

fn main() -> ExitCode {
    // Another one may be there already when this runs within a test.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut command = help::command(help::language(std::env::args()));
    let parsed = command.try_get_matches_from_mut(std::env::args_os());
    let args = match parsed.and_then(|matches| Args::from_arg_matches(&matches)) {
        Ok(args) => args,
        Err(error) => error.format(&mut command).exit(),
    };
    let screen = Screen::new(&args.common);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            screen.complain(&error.to_string());
            return Exit::Problem.into();
        }
    };
    let exit = runtime.block_on(verbs::run(args, screen));
    // A prompt that was interrupted still waits for its line, and nobody waits for it.
    runtime.shutdown_background();
    exit.into()
}

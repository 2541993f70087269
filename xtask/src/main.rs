//! Set-up and chores. Two commands do everything on a fresh machine: `cargo xtask demo` and `cargo xtask test`.
#![allow(clippy::print_stdout, clippy::print_stderr)] // a program for a terminal

mod bench;
mod cluster;
mod demo;
mod ground;
mod machine;
mod packages;
mod platforms;
#[cfg(test)]
mod rooms;
mod run;
mod test;
mod ui;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Slipway's set-up and chores.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Xtask {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Takes samples/iris to a live address on a local Kubernetes and opens the window on it.
    Demo(demo::Demo),
    /// Runs the tests: all parts, or those that are named.
    Test(test::Test),
    /// Measures Slipway beside docker and kubectl: all parts, or those that are named.
    Bench(bench::Comparison),
    /// Type-checks the workspace for other systems.
    Check(platforms::Check),
    /// Raises, looks at or takes down the practice cluster.
    Cluster(cluster::ClusterChore),
}

fn main() -> ExitCode {
    let done = match Xtask::parse().chore {
        Chore::Demo(demo) => demo::run(&demo),
        Chore::Test(test) => test::run(&test),
        Chore::Bench(comparison) => bench::run(&comparison),
        Chore::Check(check) => platforms::run(&check),
        Chore::Cluster(chore) => cluster::run(chore),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("\n{why}");
            ExitCode::FAILURE
        }
    }
}

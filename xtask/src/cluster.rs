//! `cargo xtask cluster`: the practice cluster's own commands.

use practice_cluster::ClusterCommand;

use crate::run::{Done, Stop};

/// The practice cluster's command.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct ClusterChore {
    #[command(subcommand)]
    command: ClusterCommand,
}

/// Runs it.
pub fn run(chore: ClusterChore) -> Done {
    practice_cluster::run(chore.command).map_err(|why| Stop::Because(why.to_string()))
}

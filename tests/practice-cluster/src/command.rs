//! The commands of `cargo xtask cluster`, and of this crate's own program.

use std::io::Write;

use clap::Subcommand;

use crate::{
    cluster::Cluster,
    error::{Doing, Error, Result},
    places::Places,
    progress::Progress,
};

/// What to do with the practice cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub enum ClusterCommand {
    /// Raises it; what stands already stays.
    Up,
    /// Takes it down; nothing of it stays but files in the cache folder.
    Down,
    /// Says how each part is.
    Status,
    /// Prints what a shell needs to use it: eval "$(… env)".
    Env,
    /// Empties it: no objects, no images but those that are served.
    Reset,
}

/// Does it, telling progress on standard error and answers on standard output.
pub fn run(command: ClusterCommand) -> Result<()> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .doing(|| "start".to_owned())?
        .block_on(run_on(&Cluster::at(Places::of_user()?), command))
}

async fn run_on(cluster: &Cluster, command: ClusterCommand) -> Result<()> {
    let progress = Progress::printed();
    match command {
        ClusterCommand::Up => cluster.up(&progress).await,
        ClusterCommand::Down => cluster.down(&progress).await,
        ClusterCommand::Reset => cluster.reset(&progress).await,
        ClusterCommand::Status => {
            let status = cluster.status().await?;
            answer(&status.to_string())?;
            if status.is_healthy() { Ok(()) } else { Err(Error::NotUp("see above".to_owned())) }
        }
        ClusterCommand::Env => {
            if !cluster.root().socket().exists() {
                return Err(Error::NotUp("raise it with `cargo xtask cluster up`".to_owned()));
            }
            answer(&cluster.env().exports())
        }
    }
}

fn answer(text: &str) -> Result<()> {
    std::io::stdout().write_all(text.as_bytes()).doing(|| "write the answer".to_owned())
}

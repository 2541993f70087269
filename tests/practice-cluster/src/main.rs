//! The practice cluster's own program; `cargo xtask cluster` does the same. Under the name of the load balancer it is
//! the part that runs in the cluster.

use std::{io::Write, process::ExitCode};

use clap::Parser;
use practice_cluster::{ClusterCommand, Part};

/// A real Docker Engine and a real one-node Kubernetes for tests.
#[derive(Parser)]
#[command(name = "practice-cluster")]
struct Program {
    #[command(subcommand)]
    command: ClusterCommand,
}

fn main() -> ExitCode {
    let mut arguments = std::env::args_os();
    let name = arguments.next().unwrap_or_default();
    let is_load_balancer =
        std::path::Path::new(&name).file_name().is_some_and(|name| name == Part::LoadBalancer.program());
    let done = if is_load_balancer {
        balance(&arguments.next().unwrap_or_default()).map_err(|error| error.to_string())
    } else {
        practice_cluster::run(Program::parse().command).map_err(|error| error.to_string())
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

fn balance(kubeconfig: &std::ffi::OsStr) -> Result<(), Box<dyn std::error::Error>> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(practice_cluster::load_balancer::run(kubeconfig.as_ref()))?)
}

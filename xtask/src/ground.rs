//! The engine and the cluster that the demo and the tests stand on: the user's own, or the practice cluster.

use std::process::Command;

use practice_cluster::{Cluster, Env, Progress};

use crate::run::{Done, Stop, output, program, root};

/// An engine and a cluster that answer.
pub struct Ground {
    practice: Option<(Cluster, Raised)>,
}

/// Whether we raised the practice cluster, or found it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Raised {
    ByUs,
    Before,
}

impl Ground {
    /// For the demo: the user's own local cluster where one answers, else the practice cluster.
    pub fn for_demo() -> Done<Self> {
        match own_cluster() {
            Some(context) => {
                println!("Your own cluster {context} answers: it is used.");
                Ok(Self { practice: None })
            }
            None => Self::practice(),
        }
    }

    /// For the tests: the practice cluster where it can run, empty unless it stands already, else the user's own.
    pub fn for_tests() -> Done<Self> {
        let Err(why) = practice_cluster::can_run_here() else {
            return if stands()? { Self::practice() } else { Self::practice_emptied() };
        };
        match own_cluster() {
            Some(context) => {
                println!("The practice cluster cannot run here ({why}). Your own cluster {context} is used.");
                Ok(Self { practice: None })
            }
            None => Err(Stop::Because(format!(
                "The practice cluster cannot run here: {why}\nNo local cluster of yours answers either: switch on Kubernetes in Docker Desktop's settings."
            ))),
        }
    }

    pub fn practice() -> Done<Self> {
        let raised = if stands()? { Raised::Before } else { Raised::ByUs };
        let cluster = block_on(Cluster::ensure_up(&Progress::printed()))?
            .map_err(|why| Stop::Because(format!("The practice cluster could not be raised: {why}")))?;
        Ok(Self { practice: Some((cluster, raised)) })
    }

    /// The practice cluster, raised without what was left in it.
    fn practice_emptied() -> Done<Self> {
        let cluster = Cluster::at(places()?);
        block_on(cluster.reset(&Progress::printed()))?
            .map_err(|why| Stop::Because(format!("The practice cluster could not be raised: {why}")))?;
        Ok(Self { practice: Some((cluster, Raised::ByUs)) })
    }

    /// Whether it is the practice cluster, in which nobody's things are.
    pub fn is_practice(&self) -> bool {
        self.practice.is_some()
    }

    /// The practice cluster, where it is that.
    pub fn cluster(&self) -> Option<&Cluster> {
        self.practice.as_ref().map(|(cluster, _)| cluster)
    }

    /// Makes a command use it.
    pub fn under(&self, command: &mut Command) {
        let Some((cluster, _)) = &self.practice else { return };
        let Env { docker_host, kubeconfig, path } = cluster.env();
        command.env("DOCKER_HOST", docker_host).env("KUBECONFIG", kubeconfig);
        command.env_remove("DOCKER_CONTEXT");
        let mut paths = path.into_os_string();
        paths.push(":");
        paths.push(std::env::var_os("PATH").unwrap_or_default());
        command.env("PATH", paths);
    }

    /// What a person sets to use it by hand; empty for their own cluster.
    pub fn exports(&self) -> String {
        self.practice.as_ref().map(|(cluster, _)| cluster.env().exports()).unwrap_or_default()
    }

    /// Takes down what we raised.
    pub fn leave(self) -> Done {
        match self.practice {
            Some((cluster, Raised::ByUs)) => take_down(&cluster),
            _ => Ok(()),
        }
    }
}

/// Takes the practice cluster down, whoever raised it; nothing happens where it does not stand.
pub fn down() -> Done {
    take_down(&Cluster::at(places()?))
}

fn places() -> Done<practice_cluster::Places> {
    practice_cluster::Places::of_user().map_err(|why| Stop::Because(why.to_string()))
}

fn take_down(cluster: &Cluster) -> Done {
    block_on(cluster.down(&Progress::printed()))?
        .map_err(|why| Stop::Because(format!("The practice cluster could not be taken down: {why}")))
}

pub fn stands() -> Done<bool> {
    let cluster = Cluster::at(places()?);
    let status = block_on(cluster.status())?;
    Ok(status.is_ok_and(|status| status.is_healthy()))
}

/// The user's own local cluster that answers, by Slipway's own rules.
pub fn own_cluster() -> Option<String> {
    let slipway = root().join("target/debug").join(format!("slipway{}", std::env::consts::EXE_SUFFIX));
    let list = output(program(slipway).args(["clusters", "--json"]))?;
    list.lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .find(|cluster| cluster["local"] == true && cluster["version"].is_string())
        .and_then(|cluster| cluster["context"].as_str().map(str::to_owned))
}

/// Runs asynchronous work to its end.
pub fn block_on<T>(work: impl Future<Output = T>) -> Done<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Stop::Because(format!("no runtime: {error}")))?;
    Ok(runtime.block_on(work))
}

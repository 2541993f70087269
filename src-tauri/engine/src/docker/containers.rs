//! Containers of ours: one runs an image alone, and is gone when it is let go of.

use std::{
    collections::{HashMap, VecDeque},
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    pin::Pin,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use bollard::{
    container::LogOutput,
    errors::Error,
    models::{
        ContainerCreateBody, ContainerInspectResponse, ContainerState, ContainerSummaryStateEnum, HostConfig,
        PortBinding,
    },
    query_parameters::{
        CreateContainerOptions, InspectContainerOptions, ListContainersOptions, LogsOptions,
        RemoveContainerOptions, WaitContainerOptions,
    },
};
use futures_util::{Stream, StreamExt};

use super::{Engine, error, labels, lines::Lines};
use crate::{
    problem::{Code, Problem, Remedy},
    text,
};

/// The longest that letting go of a container may hold up whoever does it.
const LET_GO_WITHIN: Duration = Duration::from_secs(10);

/// What to run.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The project that the container belongs to.
    pub project: String,
    /// The project's folder.
    pub folder: PathBuf,
    /// The image's id.
    pub image: String,
    /// What people call the image.
    pub called: String,
    /// Whether it is to stay.
    pub keep: bool,
    /// Environment variables.
    pub env: Vec<(String, String)>,
    /// The container's TCP ports to publish where the engine can be reached, each on a free port that the engine chooses.
    pub ports: Vec<u16>,
}

/// A container of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ours {
    /// The engine's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it runs.
    pub running: bool,
    /// Whether it was to stay.
    pub kept: bool,
    /// The folder of the project that it was started for, where its label says.
    pub folder: Option<String>,
}

/// A line that a container wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// `stdout` or `stderr`.
    pub stream: &'static str,
    /// The line without its end.
    pub text: String,
}

/// A container that was started. Dropping it removes it, whatever the reason: success, failure, cancellation, panic.
#[derive(Debug)]
pub struct Running {
    engine: Engine,
    name: String,
    /// The address at which its ports are published.
    at: IpAddr,
    kept: bool,
}

impl Running {
    /// Creates and starts a container. What goes wrong when it starts is `trial-cannot-start`.
    pub async fn start(engine: &Engine, wanted: &Wanted) -> Result<Self, Problem> {
        let at = engine.publishes_at().await;
        let running = Self { engine: engine.clone(), name: name(&wanted.project), at, kept: false };
        let options =
            CreateContainerOptions { name: Some(running.name.clone()), ..CreateContainerOptions::default() };
        engine.client.create_container(Some(options), body(wanted, at)).await.map_err(|error| {
            if error::is_missing(&error) {
                return Problem::new(Code::ImageMissing)
                    .with("image", &wanted.called)
                    .quoting(error::words(&error))
                    .remedy(Remedy::say(text!("remedy-build-again")))
                    .retry();
            }
            cannot_start(wanted, error)
        })?;
        engine
            .client
            .start_container(&running.name, None)
            .await
            .map_err(|error| cannot_start(wanted, error))?;
        Ok(running)
    }

    /// Its name, which the engine takes for an id.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where each published port can be reached from this machine: the container's port and the address.
    pub async fn published(&self) -> Result<Vec<(u16, SocketAddr)>, Problem> {
        let container = self.inspect().await?;
        let ports = container.network_settings.and_then(|settings| settings.ports).unwrap_or_default();
        let mut published: Vec<_> = ports
            .into_iter()
            .filter_map(|(port, bindings)| {
                let inside = port.strip_suffix("/tcp")?.parse().ok()?;
                let outside = bindings?.into_iter().find_map(|binding| binding.host_port?.parse().ok())?;
                Some((inside, SocketAddr::new(self.at, outside)))
            })
            .collect();
        published.sort_unstable();
        Ok(published)
    }

    /// Its state.
    pub async fn state(&self) -> Result<ContainerState, Problem> {
        Ok(self.inspect().await?.state.unwrap_or_default())
    }

    async fn inspect(&self) -> Result<ContainerInspectResponse, Problem> {
        self.engine
            .client
            .inspect_container(&self.name, None::<InspectContainerOptions>)
            .await
            .map_err(|error| error::problem("inspect container", error))
    }

    /// What it writes, from its start until it ends.
    pub fn lines(&self) -> impl Stream<Item = Result<Line, Problem>> + Send + use<> {
        let options = LogsOptions { follow: true, stdout: true, stderr: true, ..LogsOptions::default() };
        let reading = Reading {
            chunks: Box::pin(self.engine.patient().logs(&self.name, Some(options))),
            out: Lines::default(),
            err: Lines::default(),
            ready: VecDeque::new(),
            ended: false,
        };
        futures_util::stream::unfold(reading, |mut reading| async {
            reading.next().await.map(|line| (line, reading))
        })
    }

    /// Waits until it ends; its exit code.
    pub async fn ended(&self) -> Result<i64, Problem> {
        let options = WaitContainerOptions { condition: "not-running".into() };
        let client = self.engine.patient();
        let mut wait = Box::pin(client.wait_container(&self.name, Some(options)));
        match wait.next().await {
            Some(Ok(ended)) => Ok(ended.status_code),
            Some(Err(Error::DockerContainerWaitError { code, .. })) => Ok(code),
            Some(Err(error)) => Err(error::problem("wait for container", error)),
            None => Ok(self.state().await?.exit_code.unwrap_or_default()),
        }
    }

    /// Lets it run on when this is dropped.
    pub fn keep(mut self) {
        self.kept = true;
    }

    /// Removes it now.
    pub async fn remove(mut self) -> Result<(), Problem> {
        remove(&self.engine, &self.name).await?;
        self.kept = true; // nothing is left to remove
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.kept {
            return;
        }
        // The runtime may be going down, and the process after it: the removal has a runtime of its own, and is
        // waited for. It only comes to this when a trial is broken off.
        let (engine, name) = (self.engine.clone(), self.name.clone());
        let removal = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
            runtime.block_on(async {
                tokio::time::timeout(LET_GO_WITHIN, remove(&engine, &name)).await.ok()?.ok()
            })
        });
        if !matches!(removal.join(), Ok(Some(()))) {
            tracing::warn!("the container {} could not be removed", self.name);
        }
    }
}

/// The log of a container, being read.
struct Reading {
    chunks: Pin<Box<dyn Stream<Item = Result<LogOutput, Error>> + Send>>,
    out: Lines,
    err: Lines,
    ready: VecDeque<Line>,
    ended: bool,
}

impl Reading {
    async fn next(&mut self) -> Option<Result<Line, Problem>> {
        loop {
            if let Some(line) = self.ready.pop_front() {
                return Some(Ok(line));
            }
            if self.ended {
                return None;
            }
            let stdout = |text| Line { stream: "stdout", text };
            let stderr = |text| Line { stream: "stderr", text };
            match self.chunks.next().await {
                Some(Ok(LogOutput::StdErr { message })) => {
                    self.ready.extend(self.err.push(&message).into_iter().map(stderr));
                }
                Some(Ok(chunk)) => self.ready.extend(self.out.push(chunk.as_ref()).into_iter().map(stdout)),
                Some(Err(error)) => {
                    self.ended = true;
                    return Some(Err(error::problem("read the container's log", error)));
                }
                None => {
                    self.ended = true;
                    self.ready.extend(self.out.rest().map(stdout));
                    self.ready.extend(self.err.rest().map(stderr));
                }
            }
        }
    }
}

/// Containers that Slipway started for the project, running or not.
pub async fn of_project(engine: &Engine, project: &str) -> Result<Vec<Ours>, Problem> {
    let options = ListContainersOptions {
        all: true,
        filters: Some(labels::filter(&[(labels::PROJECT, project), (labels::TRIAL, "true")])),
        ..ListContainersOptions::default()
    };
    let containers = engine
        .client
        .list_containers(Some(options))
        .await
        .map_err(|error| error::problem("list containers", error))?;
    let ours = containers.into_iter().filter_map(|container| {
        let id = container.id?;
        let mut marks = container.labels.unwrap_or_default();
        let (folder, kept) = (marks.remove(labels::FOLDER), marks.contains_key(labels::KEPT));
        let name = container.names.into_iter().flatten().next().unwrap_or_else(|| id.clone());
        let running = container.state == Some(ContainerSummaryStateEnum::RUNNING);
        Some(Ours { id, name: name.trim_start_matches('/').to_owned(), running, kept, folder })
    });
    Ok(ours.collect())
}

/// Ends and removes a container. One that is gone already is no fault.
pub async fn remove(engine: &Engine, id: &str) -> Result<(), Problem> {
    let options = RemoveContainerOptions { force: true, v: true, ..RemoveContainerOptions::default() };
    match engine.client.remove_container(id, Some(options)).await {
        Ok(()) => Ok(()),
        // 409: somebody else is removing it.
        Err(error) if matches!(error::status(&error), Some(404 | 409)) => Ok(()),
        Err(error) => Err(error::problem("remove container", error)),
    }
}

/// A name that no other container has. It is known before the container is, so that it can always be removed.
fn name(project: &str) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{project}-trial-{:x}{:x}", std::process::id(), now.as_nanos() & 0xfff_ffff)
}

fn body(wanted: &Wanted, at: IpAddr) -> ContainerCreateBody {
    let free = PortBinding { host_ip: Some(at.to_string()), host_port: Some(String::new()) };
    let ports: Vec<_> = wanted.ports.iter().map(|port| format!("{port}/tcp")).collect();
    let bindings = ports.iter().map(|port| (port.clone(), Some(vec![free.clone()]))).collect();
    let mut marks: HashMap<_, _> = labels::of(&wanted.project, &wanted.folder).into_iter().collect();
    marks.insert(labels::TRIAL.to_owned(), "true".to_owned());
    if wanted.keep {
        marks.insert(labels::KEPT.to_owned(), "true".to_owned());
    }
    ContainerCreateBody {
        image: Some(wanted.image.clone()),
        env: Some(wanted.env.iter().map(|(name, value)| format!("{name}={value}")).collect()),
        labels: Some(marks),
        exposed_ports: Some(ports),
        host_config: Some(HostConfig { port_bindings: Some(bindings), ..HostConfig::default() }),
        ..ContainerCreateBody::default()
    }
}

fn cannot_start(wanted: &Wanted, error: Error) -> Problem {
    let words = error::words(&error);
    // The engine's own trouble, such as with its networks, is not the image's.
    let about_the_image = ["runtime", "exec", "ommand", "platform"].iter().any(|word| words.contains(word));
    if error::status(&error).is_none() || error::disk_full(&words) || !about_the_image {
        return error::problem("run container", error);
    }
    Problem::new(Code::TrialCannotStart)
        .with("image", &wanted.called)
        .quoting(error::words(&error))
        .remedy(Remedy::say(text!("remedy-check-start-command")))
}

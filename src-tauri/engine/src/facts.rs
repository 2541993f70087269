//! What the stages observed: plain data that crosses to the window and the command line as it is.
//!
//! A stage fills its own slot and reads those before it. Nothing here is a handle and nothing is secret.

use std::{collections::BTreeMap, path::PathBuf};

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    problem::Problem,
    stage::{Stage, State},
    target::Target,
    text::Text,
};

/// What is known now, by stage. An empty slot: that stage was not observed yet.
#[derive(Debug, Clone, Default, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct Facts {
    /// The computer and its engine.
    pub machine: Option<Machine>,
    /// The folder.
    pub project: Option<Project>,
    /// The image for the folder's content.
    pub image: Option<Image>,
    /// How the container answered alone.
    pub trial: Option<Trial>,
    /// The chosen cluster.
    pub cluster: Option<Cluster>,
    /// The ingress controller.
    pub ingress: Option<Ingress>,
    /// The app's objects.
    pub app: Option<App>,
    /// The address.
    pub endpoint: Option<Endpoint>,
}

impl Facts {
    /// Takes what `other` has of this stage.
    pub(crate) fn take(&mut self, stage: Stage, other: &mut Self) {
        match stage {
            Stage::Machine => self.machine = other.machine.take(),
            Stage::Project => self.project = other.project.take(),
            Stage::Image => self.image = other.image.take(),
            Stage::Trial => self.trial = other.trial.take(),
            Stage::Cluster => self.cluster = other.cluster.take(),
            Stage::Ingress => self.ingress = other.ingress.take(),
            Stage::App => {
                self.app = other.app.take();
                // What stands there says what was not chosen.
                if let (Some(ours), Some(theirs)) = (&mut self.project, &other.project) {
                    ours.deploy.clone_from(&theirs.deploy);
                }
            }
            Stage::Endpoint => self.endpoint = other.endpoint.take(),
        }
    }
}

macro_rules! required {
    ($($slot:ident: $kind:ty),*) => {
        impl Facts {$(
            /// The slot's facts; a Problem where that stage was not observed before, which is a bug.
            pub fn $slot(&self) -> Result<&$kind, Problem> {
                self.$slot.as_ref().ok_or_else(|| crate::problem::internal(concat!(stringify!($slot), " was not observed")))
            }
        )*}
    };
}
required!(machine: Machine, project: Project, image: Image, trial: Trial, cluster: Cluster, ingress: Ingress, app: App, endpoint: Endpoint);

/// The engine that was found and the ports that the journey needs.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct Machine {
    /// The engine's address, such as `unix:///var/run/docker.sock`.
    pub host: String,
    /// By which of docker's rules it was chosen.
    pub rule: Text,
    /// What the engine calls itself, such as `Docker Desktop` or `Docker Engine - Community`.
    pub product: String,
    /// The engine's version, such as `28.5.2`.
    pub version: String,
    /// The API version that was negotiated.
    pub api: String,
    /// `linux` or `windows`: of the containers.
    pub os: String,
    /// The engine's architecture in OCI's words, such as `amd64`.
    pub arch: String,
    /// `containerd` or the graph driver's name, such as `overlay2`.
    pub store: String,
    /// Whether the engine builds with BuildKit.
    pub buildkit: bool,
    /// Memory given to the engine, in bytes.
    #[ts(type = "number")]
    pub memory: u64,
    /// Processors given to the engine.
    #[ts(type = "number")]
    pub cpus: u64,
    /// Free space where the engine keeps its images, in bytes; `None` where this machine cannot see it.
    #[ts(type = "number | null")]
    pub disk_free: Option<u64>,
    /// Ports 80 and 443 of this machine.
    pub ports: Vec<Port>,
}

/// A port of this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct Port {
    /// Its number.
    pub port: u16,
    /// Whether nothing listens on it.
    pub free: bool,
    /// The container that publishes it, where one does.
    pub held_by: Option<String>,
}

/// A value and where it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct Found<T> {
    /// The value.
    pub value: T,
    /// The file, relative to the folder; `None`: it was chosen, not read.
    pub file: Option<PathBuf>,
    /// The line, from 1.
    pub line: Option<u32>,
}

/// What the folder holds, and what was chosen for it.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct Project {
    /// The folder, absolute.
    pub folder: PathBuf,
    /// The project's name, a DNS label.
    pub name: String,
    /// The Dockerfile that will be built, relative to the folder.
    pub dockerfile: PathBuf,
    /// The folder sent to the engine, relative to the project's folder (`.` or a compose service's).
    pub context: PathBuf,
    /// The Dockerfile's stage to build; `None`: the last.
    pub target: Option<String>,
    /// Build arguments.
    pub args: BTreeMap<String, String>,
    /// Other Dockerfiles and compose services that could be built instead.
    pub others: Vec<Buildable>,
    /// The image that the final stage stands on, variables expanded.
    pub base: Option<String>,
    /// The port on which the app listens.
    pub port: Option<Found<u16>>,
    /// What starts the app, as a shell would say it.
    pub start: Option<Found<String>>,
    /// The user that the image names, where it does.
    pub user: Option<Found<String>>,
    /// What is sent to the engine at most.
    pub size: ContextSize,
    /// What will be deployed: the user's choices, then slipway.toml's, then defaults.
    pub deploy: Deploy,
}

/// A Dockerfile or a compose service that could be built.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct Buildable {
    /// What it is called: the path, or the compose file and service.
    pub label: String,
    /// The Dockerfile, relative to the folder.
    pub dockerfile: PathBuf,
    /// The context, relative to the folder.
    pub context: PathBuf,
}

/// The size of what a build may read, after .dockerignore.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ContextSize {
    /// Files.
    #[ts(type = "number")]
    pub files: u64,
    /// Bytes.
    #[ts(type = "number")]
    pub bytes: u64,
    /// The largest files with their sizes in bytes, largest first, at most five.
    #[ts(type = "Array<[string, number]>")]
    pub largest: Vec<(PathBuf, u64)>,
    /// Whether all was counted; else the folder is so large that counting was stopped.
    pub complete: bool,
}

/// What is deployed, settled: every question has an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct Deploy {
    /// The namespace.
    pub namespace: String,
    /// How many pods.
    pub replicas: u32,
    /// The Ingress rule's host.
    pub host: String,
    /// The Ingress rule's path.
    pub path: String,
    /// Environment variables by name. Values are left out of this: see `Journey::choices`.
    pub env: Vec<String>,
    /// CPU request.
    pub cpu: String,
    /// Memory request.
    pub memory: String,
    /// The path of the readiness probe; `None`: found by the trial, else the port alone is probed.
    pub health: Option<String>,
    /// `auto`, `f5`, `ingress-nginx` or the IngressClass's name.
    pub ingress: String,
}

/// The image for the folder's content.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct Image {
    /// `NAME:<first 12 hex of the content's SHA-256>`.
    pub tag: String,
    /// The engine's id, where the image exists.
    pub id: Option<String>,
    /// Its size in bytes, where it exists.
    #[ts(type = "number | null")]
    pub size: Option<u64>,
    /// Its architecture.
    pub arch: Option<String>,
    /// The user that its process runs as; empty: root.
    pub user: Option<String>,
    /// The ports that it exposes.
    pub exposed: Vec<u16>,
}

/// How the container answered alone.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(export)]
pub struct Trial {
    /// The image's id that was tried.
    pub image: String,
    /// The port on which the app listens in the container.
    pub port: u16,
    /// Whether the app answered. Without values that only the cluster has it may be unable to.
    pub answered: bool,
    /// Environment variables that were left out, because only the cluster has their values.
    pub left_out: Vec<String>,
    /// How long the container took until its first HTTP answer, in milliseconds.
    #[ts(type = "number")]
    pub started_ms: u64,
    /// The path that a probe can ask: 200 and cheap.
    pub health: Option<String>,
    /// The answer to the example request.
    pub answer: Option<Answer>,
    /// What the app's OpenAPI document says can be asked.
    pub operations: Vec<Operation>,
}

/// A request and its answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Answer {
    /// The request as a line, such as `GET http://localhost/predict?feature_1=0`.
    pub request: String,
    /// The HTTP status.
    pub status: u16,
    /// How long it took, in milliseconds.
    pub ms: f64,
    /// The body's beginning (64 KiB at most), as text made harmless.
    pub body: String,
}

/// Something that the app can be asked, with an example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Operation {
    /// `GET`, `POST`, ….
    pub method: String,
    /// The path, with `{name}` for its parameters.
    pub path: String,
    /// What it does, in the app's words.
    pub summary: Option<String>,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// An example of its JSON body, pretty; `None`: it takes no body.
    pub body: Option<String>,
    /// Whether some values of the example were made up from their types, because the app gives none.
    #[serde(default)]
    pub made_up: bool,
}

/// A parameter of an operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// `query`, `path` or `header`.
    pub place: String,
    /// Its type, such as `integer`.
    pub kind: String,
    /// Whether the app wants it always.
    pub required: bool,
    /// A value to begin with; empty: it can be left out.
    pub example: String,
}

/// The chosen cluster.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct Cluster {
    /// Which cluster, pinned.
    pub target: Target,
    /// Whether its server's address is this computer.
    pub local: bool,
    /// Its version, such as `v1.37.2`.
    pub version: String,
    /// Its nodes that are ready.
    pub nodes_ready: u32,
    /// Its nodes.
    pub nodes: u32,
    /// Whether images of the engine are at once images of the nodes: seen on the nodes' own lists.
    pub shares_images: bool,
}

/// A context of the kubeconfig, as the list of clusters shows it.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct ClusterChoice {
    /// The context's name.
    pub context: String,
    /// Its server's address.
    pub server: String,
    /// Whether that address is this computer.
    pub local: bool,
    /// Whether it is the kubeconfig's current context.
    pub current: bool,
    /// Whether it is pinned for the folder asked about.
    pub pinned: bool,
    /// Its version, when it answers.
    pub version: Option<String>,
    /// Why it does not answer, when it does not.
    pub problem: Option<Problem>,
    /// The program that its credentials come from, where one must be run.
    pub credential_program: Option<String>,
}

/// The ingress controller in use.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct Ingress {
    /// The IngressClass's name.
    pub class: String,
    /// Its `spec.controller`.
    pub controller: String,
    /// Whether a controller for it serves now.
    pub serving: bool,
    /// Whether Slipway installed it.
    pub ours: bool,
    /// The port of this machine on which it answers.
    pub port: u16,
    /// The words of its default 404, where it gave one.
    pub default_answer: Option<Answer>,
}

/// The app's objects in the cluster.
#[derive(Debug, Clone, Default, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct App {
    /// Objects that exist and are ours, as `Kind/name`.
    pub objects: Vec<String>,
    /// The image that the Deployment names.
    pub image: Option<String>,
    /// Pods wanted.
    pub wanted: u32,
    /// Pods ready.
    pub ready: u32,
    /// Whether the rollout is complete by kubectl's full rule.
    pub complete: bool,
    /// Whether the server's dry run finds anything to change.
    pub unchanged: bool,
    /// The path that the pods' readiness probe asks.
    pub health: Option<String>,
}

/// The address and the way to it.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct Endpoint {
    /// What to open in a browser.
    pub address: String,
    /// Each hop of the way, in order.
    pub hops: Vec<Hop>,
    /// A real request through the ingress.
    pub answer: Option<Answer>,
}

/// One hop of the way to the app.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct Hop {
    /// `name`, `tcp`, `controller`, `ingress`, `service`, `endpoints`, `pod` or `app`.
    pub hop: String,
    /// Its state.
    pub state: State,
    /// Why.
    pub says: Text,
}

impl Hop {
    /// Its name for a person.
    pub fn title(&self) -> Text {
        Text { id: format!("hop-{}", self.hop), args: BTreeMap::new() }
    }
}

//! The practice cluster as tests and chores see it.

use std::path::PathBuf;

use bollard::Docker;
use kube::{
    Client, Config,
    config::{KubeConfigOptions, Kubeconfig},
};

use crate::{
    down, engine,
    error::{Error, Result},
    health, kubernetes, machine,
    places::Places,
    progress::Progress,
    root::Root,
    status::{self, Status},
    up,
};

/// What a program needs to use the cluster: as environment variables or otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Env {
    /// For `DOCKER_HOST`.
    pub docker_host: String,
    /// For `KUBECONFIG`.
    pub kubeconfig: PathBuf,
    /// A folder with docker and kubectl, to stand first in `PATH`.
    pub path: PathBuf,
}

impl Env {
    /// Lines for a shell.
    pub fn exports(&self) -> String {
        format!(
            "export DOCKER_HOST='{}'\nexport KUBECONFIG='{}'\nexport PATH='{}':\"$PATH\"\n",
            self.docker_host,
            self.kubeconfig.display(),
            self.path.display()
        )
    }
}

/// A practice cluster.
#[derive(Debug, Clone)]
pub struct Cluster {
    places: Places,
    root: Root,
}

impl Cluster {
    /// Raises the user's cluster, unless it stands; waits while another process raises or takes it down.
    pub async fn ensure_up(progress: &Progress) -> Result<Self> {
        let cluster = Self::at(Places::of_user()?);
        cluster.up(progress).await?;
        Ok(cluster)
    }

    /// A cluster by its places, whether it stands or not.
    pub fn at(places: Places) -> Self {
        let root = Root::at(places.root());
        Self { places, root }
    }

    /// Raises it: does what is missing; mends what a killed run left.
    pub async fn up(&self, progress: &Progress) -> Result<()> {
        set_provider();
        up::up(&self.places, progress).await
    }

    /// Makes what takes long and needs a network, and nothing else: the engine's files and Kubernetes' programs.
    pub async fn fill_cache(&self, progress: &Progress) -> Result<()> {
        machine::prepare(progress).await?;
        tokio::try_join!(engine::files(&self.places, progress), kubernetes::binary(&self.places, progress))
            .map(drop)
    }

    /// Takes it down: no process, mount, address, link, rule or control group of it stays.
    pub async fn down(&self, progress: &Progress) -> Result<()> {
        down::down(&self.places, progress).await
    }

    /// Empties it: no objects, no containers, no images but those that are served. Raises it if it does not stand.
    pub async fn reset(&self, progress: &Progress) -> Result<()> {
        set_provider();
        up::reset(&self.places, progress).await
    }

    /// How each part is.
    pub async fn status(&self) -> Result<Status> {
        set_provider();
        status::status(&self.root, &self.places).await
    }

    /// How to use it.
    pub fn env(&self) -> Env {
        Env {
            docker_host: format!("unix://{}", self.root.socket().display()),
            kubeconfig: self.root.kubeconfig(),
            path: self.places.clients(),
        }
    }

    /// A client for its engine.
    pub fn docker(&self) -> Result<Docker> {
        health::engine(&self.root)
            .map_err(|source| Error::Docker { doing: "reach the engine".to_owned(), source })
    }

    /// A client for its API server, as the admin.
    pub async fn client(&self) -> Result<Client> {
        client(&self.root).await
    }

    pub(crate) fn places(&self) -> &Places {
        &self.places
    }

    pub(crate) fn root(&self) -> &Root {
        &self.root
    }
}

/// TLS needs one way to encrypt, chosen once in a process.
pub(crate) fn set_provider() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

pub(crate) async fn client(root: &Root) -> Result<Client> {
    set_provider();
    let wrong = |source: Box<dyn std::error::Error + Send + Sync>| Error::Kubernetes {
        doing: "reach the API server".to_owned(),
        source,
    };
    let kubeconfig = Kubeconfig::read_from(root.kubeconfig()).map_err(|error| wrong(Box::new(error)))?;
    let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default())
        .await
        .map_err(|error| wrong(Box::new(error)))?;
    Client::try_from(config).map_err(|error| wrong(Box::new(error)))
}

//! A part that does not run.

use crate::{cluster::Cluster, error::Result, parts::Part, progress::Progress};

/// A part that was stopped, for as long as this is kept. Dropped, it is started without waiting for its health.
#[derive(Debug)]
pub struct Stopped {
    cluster: Cluster,
    part: Part,
    mended: bool,
}

impl Stopped {
    /// Ends the part at once, as a crash does.
    pub async fn part(cluster: &Cluster, part: Part) -> Result<Self> {
        part.stop(cluster.root()).await?;
        Ok(Self { cluster: cluster.clone(), part, mended: false })
    }

    /// The engine: `docker` says that it cannot connect.
    pub async fn engine(cluster: &Cluster) -> Result<Self> {
        Self::part(cluster, Part::Dockerd).await
    }

    /// The API server: `kubectl` says that the connection was refused.
    pub async fn api_server(cluster: &Cluster) -> Result<Self> {
        Self::part(cluster, Part::ApiServer).await
    }

    /// Starts it again, and whatever ended for want of it.
    pub async fn mend(mut self) -> Result<()> {
        self.mended = true;
        self.cluster.up(&Progress::silent()).await
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        if !self.mended && tokio::runtime::Handle::try_current().is_ok() {
            // The next `up` starts what this could not.
            let _ = self.part.start(self.cluster.root(), &Progress::silent().step("mend"));
        }
    }
}

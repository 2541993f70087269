//! A context that points elsewhere.

use std::path::{Path, PathBuf};

use crate::{
    cluster::Cluster,
    error::{Doing, Result},
    root::write_whole,
};

/// Writes a kubeconfig into `folder` whose context has the cluster's name and user, and another server.
pub fn with_server(cluster: &Cluster, folder: &Path, server: &str) -> Result<PathBuf> {
    let original = cluster.root().kubeconfig();
    let text = std::fs::read_to_string(&original).doing(|| format!("read {}", original.display()))?;
    let mut config: serde_json::Value =
        serde_json::from_str(&text).doing(|| format!("read {}", original.display()))?;
    config["clusters"][0]["cluster"]["server"] = server.into();
    let path = folder.join("kubeconfig");
    write_whole(&path, config.to_string().as_bytes())?;
    Ok(path)
}

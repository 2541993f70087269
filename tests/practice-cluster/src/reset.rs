//! Emptying the cluster: no objects, no containers, no images but those that are served, no build cache.

use std::{collections::BTreeSet, fs, io};

use crate::{
    error::{Doing, Error, Result},
    images, mounts,
    places::Places,
    programs,
    root::Root,
};

/// Folders below the root of what is forgotten. Images are not here: containerd keeps them.
const FORGOTTEN: &[&str] = &["srv/cluster/etcd", "var/lib/kubelet", "var/lib/docker", "var/lib/cni"];

/// containerd's namespace of both Docker and Kubernetes.
const NAMESPACE: &str = "k8s.io";

/// Removes what is kept in files; nothing runs and nothing is mounted.
pub(crate) fn forget(root: &Root) -> Result<()> {
    if let Some(mount) = mounts::below(root.path())?.first() {
        return Err(Error::Io {
            doing: format!("empty the cluster while {} is mounted", mount.target.display()),
            source: io::Error::from(io::ErrorKind::ResourceBusy),
        });
    }
    for folder in FORGOTTEN {
        let folder = root.path().join(folder);
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).doing(|| format!("remove {}", folder.display()));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Removes containers, leases and images from a containerd that has just started; it must start anew afterwards.
pub(crate) async fn empty_store(root: &Root, places: &Places) -> Result<()> {
    remove(root, &["containers"], |_| true).await?;
    remove(root, &["leases"], |_| true).await?;
    let served: BTreeSet<_> = images::names(places).iter().map(|name| full_name(name)).collect();
    remove(root, &["images"], |name| !served.contains(name)).await
}

/// containerd removes some by itself meanwhile (leases that expire, sandboxes that are lost): a removal that failed
/// is judged by what is still there, so often.
const TRIES: usize = 3;

/// Removes of one kind what `goes` says, by containerd's own client.
async fn remove(root: &Root, kind: &[&str], goes: impl Fn(&str) -> bool) -> Result<()> {
    let ctr = |verb: &[&str]| {
        let mut ctr = programs::inside(root.path(), "ctr");
        ctr.args(["--namespace", NAMESPACE]).args(kind).args(verb);
        ctr
    };
    let mut removed = Ok(());
    for _ in 0..TRIES {
        let listed = programs::output(&mut ctr(&["ls", "-q"])).await?;
        let goes: Vec<_> = listed.split_whitespace().filter(|name| goes(name)).collect();
        if goes.is_empty() {
            return Ok(());
        }
        removed = programs::output(ctr(&["rm"]).args(goes)).await.map(drop);
        if removed.is_ok() {
            return Ok(());
        }
    }
    removed
}

/// As containerd knows an image.
fn full_name(name: &str) -> String {
    let name = if name.contains('/') { name.to_owned() } else { format!("library/{name}") };
    format!("docker.io/{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_images_full_name_is_containerds() {
        assert_eq!(full_name("python:3.13"), "docker.io/library/python:3.13");
        assert_eq!(full_name("practice/sandbox:1"), "docker.io/practice/sandbox:1");
    }
}

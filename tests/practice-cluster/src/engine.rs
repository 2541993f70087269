//! The engine's files: Docker Engine 28.5, containerd 2, runc, etcd 3.5, the CNI plugins, all from one release of
//! Debian. In a folder of their own: installed on an older Debian they would replace its C library.

use std::path::PathBuf;

use crate::{
    cache::{self, Making},
    debian,
    error::Result,
    places,
    places::Places,
    progress::Progress,
};

const SUITE: &str = "forky";
const PACKAGES: &[&str] = &[
    "docker.io",
    "docker-cli",
    "docker-buildx",
    "containerd",
    "runc",
    "etcd-server",
    "containernetworking-plugins",
    "iptables",
    "nftables",
    "iproute2",
    "ca-certificates",
    "procps",
    "kmod",
];

/// Changes when other files would be made.
pub(crate) fn key() -> String {
    places::key(std::iter::once(SUITE).chain(PACKAGES.iter().copied()).map(str::as_bytes))
}

/// The folder that holds them, whether it is made already or not.
pub(crate) fn folder(places: &Places) -> PathBuf {
    places.cache().join(name())
}

fn name() -> String {
    format!("engine-{}", key())
}

/// Makes the folder when it is not in the cache.
pub(crate) async fn files(places: &Places, progress: &Progress) -> Result<PathBuf> {
    let step = progress.step("engine files");
    cache::cached(places, &name(), &step, async |making: &Making| {
        step.says(format!(
            "takes Docker Engine, containerd and etcd from Debian {SUITE} (600 MB, about 1 min)"
        ));
        debian::make(&step, SUITE, making, PACKAGES).await?;
        step.done("engine files are made");
        Ok(())
    })
    .await
}

//! What the machine must have: Debian, root, and a few packages, which are installed after saying so.

use std::{fs, path::Path};

use tokio::process::Command;

use crate::{
    error::{Doing, Error, Result},
    places::Places,
    programs,
    progress::Progress,
    system,
};

/// A file whose presence shows that a package is there.
const NEEDED: &[(&str, &str)] = &[
    ("/usr/bin/mmdebstrap", "mmdebstrap"),
    ("/usr/bin/setpriv", "util-linux"),
    ("/usr/bin/unshare", "util-linux"),
    ("/usr/bin/cc", "gcc"),
    ("/usr/include/stdlib.h", "libc6-dev"),
    ("/usr/share/keyrings/debian-archive-keyring.gpg", "debian-archive-keyring"),
    ("/etc/ssl/certs/ca-certificates.crt", "ca-certificates"),
];

/// What was read of this machine.
#[derive(Debug)]
struct Machine {
    system: &'static str,
    root: bool,
    apt: bool,
    packages: Vec<&'static str>,
}

impl Machine {
    fn read() -> Self {
        let mut packages: Vec<_> = NEEDED
            .iter()
            .filter(|(file, _)| !Path::new(file).exists())
            .map(|(_, package)| *package)
            .collect();
        packages.dedup();
        Self {
            system: std::env::consts::OS,
            root: system::is_root(),
            apt: Path::new("/usr/bin/apt-get").exists() && Path::new("/etc/debian_version").exists(),
            packages,
        }
    }

    /// What no package can mend.
    fn missing(&self) -> Vec<String> {
        if self.system != "linux" {
            return vec![format!(
                "Linux: it is Debian's own packages that run (this is {}); with Docker Desktop's Kubernetes \
                 switched on, the context docker-desktop serves instead",
                self.system
            )];
        }
        let mut missing = Vec::new();
        if !self.apt {
            missing.push(format!(
                "Debian or a system made from it, with apt-get; else the packages {}",
                NEEDED.iter().map(|(_, package)| *package).collect::<Vec<_>>().join(", ")
            ));
        }
        if !self.root {
            missing
                .push("root's rights, for mounts, addresses and containers: run it with sudo -E".to_owned());
        }
        missing
    }
}

/// Whether the practice cluster can run here at all; changes nothing.
pub fn can_run_here() -> Result<()> {
    match Machine::read().missing() {
        missing if missing.is_empty() => Ok(()),
        missing => Err(Error::CannotRunHere { missing }),
    }
}

/// Installs what is missing, after saying what.
pub(crate) async fn prepare(progress: &Progress) -> Result<()> {
    can_run_here()?;
    let packages = Machine::read().packages;
    if packages.is_empty() {
        return Ok(());
    }
    let step = progress.step("packages");
    step.says(format!("installs with apt-get: {}", packages.join(", ")));
    let apt = |arguments: &[&str]| {
        let mut apt = Command::new("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive").args(arguments);
        apt
    };
    programs::told(&mut apt(&["update"]), &step, |_| None).await?;
    let mut install = apt(&["install", "-y", "--no-install-recommends"]);
    programs::told(install.args(&packages), &step, |line| {
        line.starts_with("Setting up").then(|| line.to_owned())
    })
    .await?;
    step.done("packages installed");
    Ok(())
}

/// Bytes that are written when nothing is cached: a compiler's intermediate files above all.
const COLD: u64 = 10_000_000_000;
/// And when all is.
const WARM: u64 = 1_000_000_000;

/// Refuses to begin what the disk will not hold.
pub(crate) fn has_room(places: &Places, all_cached: bool) -> Result<()> {
    let folder = places.cache();
    fs::create_dir_all(folder).doing(|| format!("make {}", folder.display()))?;
    let free = system::free_bytes(folder).doing(|| format!("look at the disk of {}", folder.display()))?;
    too_little(free, if all_cached { WARM } else { COLD }).map_or(Ok(()), |missing| {
        Err(Error::CannotRunHere { missing: vec![format!("{missing} on the disk of {}", folder.display())] })
    })
}

/// The longest path of a socket that the kernel takes.
const SOCKET: usize = 107;

/// Refuses a root whose sockets could not be reached from outside.
pub(crate) fn can_reach(socket: &Path) -> Result<()> {
    let length = socket.as_os_str().len();
    if length <= SOCKET {
        return Ok(());
    }
    let missing = format!(
        "a shorter path: {} has {length} letters, and a socket's may have {SOCKET}; name another folder with {}",
        socket.display(),
        crate::places::ROOT_VARIABLE
    );
    Err(Error::CannotRunHere { missing: vec![missing] })
}

fn too_little(free: u64, needed: u64) -> Option<String> {
    let gigabytes = |bytes: u64| format!("{}.{} GB", bytes / 1_000_000_000, bytes / 100_000_000 % 10);
    (free < needed).then(|| format!("{} free (there are {})", gigabytes(needed), gigabytes(free)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_too_long_for_a_socket_is_refused_with_a_way_out() {
        can_reach(Path::new("/root/.cache/slipway/practice-cluster/root/run/docker.sock")).unwrap();
        let long = format!("/{}/run/docker.sock", "x".repeat(100));
        assert!(can_reach(Path::new(&long)).unwrap_err().to_string().contains("PRACTICE_CLUSTER_ROOT"));
    }

    #[test]
    fn too_little_room_is_told_in_numbers() {
        assert_eq!(too_little(COLD, COLD), None);
        assert_eq!(too_little(4_130_000_000, COLD).as_deref(), Some("10.0 GB free (there are 4.1 GB)"));
    }

    #[test]
    fn what_is_missing_is_named_with_what_would_mend_it() {
        let machine = |system, root, apt| Machine { system, root, apt, packages: vec![] };
        assert!(machine("linux", true, true).missing().is_empty());
        assert!(machine("linux", false, true).missing()[0].contains("sudo"));
        assert_eq!(machine("linux", false, false).missing().len(), 2);
        let elsewhere = machine("macos", true, false).missing();
        assert!(elsewhere.len() == 1 && elsewhere[0].contains("macos"), "{elsewhere:?}");
    }
}

//! Where the engines that people install listen, by system.

use std::path::Path;

use super::{
    address::Address,
    surroundings::{Surroundings, System},
};

/// Sockets worth trying where docker is told nothing: the product's name and the address.
pub fn sockets(surroundings: &Surroundings) -> Vec<(&'static str, Address)> {
    let home = |path: &str| Address::Unix(surroundings.home.join(path));
    let runtime = |path: &str| surroundings.runtime_folder().map(|folder| Address::Unix(folder.join(path)));
    let colima = |path: &str| {
        surroundings.var("COLIMA_HOME").map(|folder| Address::Unix(Path::new(folder).join(path)))
    };
    let pipe = |name: &str| Some(Address::Pipe(format!(r"\\.\pipe\{name}")));
    let all = match surroundings.system {
        System::Windows => vec![
            ("Docker Desktop", pipe("dockerDesktopLinuxEngine")),
            ("Rancher Desktop", pipe("rancher_desktop")),
            ("Podman", pipe("podman-machine-default")),
        ],
        System::MacOs => vec![
            ("Docker Desktop", Some(home(".docker/run/docker.sock"))),
            ("OrbStack", Some(home(".orbstack/run/docker.sock"))),
            ("Colima", colima("default/docker.sock")),
            ("Colima", Some(home(".colima/default/docker.sock"))),
            ("Colima", Some(home(".config/colima/default/docker.sock"))),
            ("Rancher Desktop", Some(home(".rd/docker.sock"))),
            ("Podman", Some(home(".local/share/containers/podman/machine/podman.sock"))),
            (
                "Podman",
                surroundings.var("TMPDIR").map(|folder| {
                    Address::Unix(Path::new(folder).join("podman/podman-machine-default-api.sock"))
                }),
            ),
        ],
        System::Linux => vec![
            ("Docker Desktop", Some(home(".docker/desktop/docker.sock"))),
            ("Docker Engine (rootless)", runtime("docker.sock")),
            ("Docker Engine (rootless)", Some(home(".docker/run/docker.sock"))),
            ("Colima", colima("default/docker.sock")),
            ("Colima", Some(home(".colima/default/docker.sock"))),
            ("Colima", Some(home(".config/colima/default/docker.sock"))),
            ("Rancher Desktop", Some(home(".rd/docker.sock"))),
            ("Podman", runtime("podman/podman.sock")),
            ("Podman", Some(Address::Unix("/run/podman/podman.sock".into()))),
        ],
    };
    all.into_iter().filter_map(|(product, address)| Some((product, address?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_system_has_its_own_sockets() {
        let on = |system, vars: &[(&str, &str)]| {
            sockets(&Surroundings::of(system, "/home/mia", vars))
                .into_iter()
                .map(|(_, address)| address.shown())
                .collect::<Vec<_>>()
        };
        assert!(on(System::MacOs, &[]).contains(&"unix:///home/mia/.orbstack/run/docker.sock".into()));
        assert!(on(System::Windows, &[]).contains(&"npipe:////./pipe/dockerDesktopLinuxEngine".into()));
        let linux = on(System::Linux, &[("XDG_RUNTIME_DIR", "/run/user/7")]);
        assert!(linux.contains(&"unix:///run/user/7/podman/podman.sock".into()));
        assert!(!on(System::Linux, &[]).iter().any(|address| address.contains("/run/user")));
    }
}

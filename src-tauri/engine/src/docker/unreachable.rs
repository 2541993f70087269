//! No engine answers: why, and what starts one on this machine.

use std::{io, path::Path};

use bollard::errors::Error;

use super::{
    engine::Engine,
    error,
    rule::Candidate,
    surroundings::{Surroundings, System},
};
use crate::{
    problem::{Code, Problem, Remedy},
    stage::Evidence,
    text,
};

/// Engines that are installed here, running or not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Installed {
    desktop: bool,
    service: bool,
    colima: bool,
    orbstack: bool,
    rancher: bool,
    podman: bool,
}

impl Installed {
    /// Looks where installers put them.
    pub(super) fn look(surroundings: &Surroundings) -> Self {
        let there = |path: &str| Path::new(path).exists();
        let in_path = |program: &str| {
            surroundings
                .var("PATH")
                .is_some_and(|path| std::env::split_paths(path).any(|folder| folder.join(program).is_file()))
        };
        match surroundings.system {
            System::MacOs => Self {
                desktop: there("/Applications/Docker.app"),
                service: false,
                colima: ["/opt/homebrew/bin/colima", "/usr/local/bin/colima"].into_iter().any(there)
                    || in_path("colima"),
                orbstack: there("/Applications/OrbStack.app"),
                rancher: there("/Applications/Rancher Desktop.app"),
                podman: there("/opt/podman/bin/podman") || in_path("podman"),
            },
            System::Windows => {
                let program = |path: &str| {
                    surroundings
                        .var("ProgramFiles")
                        .is_some_and(|folder| Path::new(folder).join(path).exists())
                };
                Self {
                    desktop: program(r"Docker\Docker\Docker Desktop.exe"),
                    rancher: program(r"Rancher Desktop\Rancher Desktop.exe"),
                    podman: in_path("podman.exe"),
                    ..Self::default()
                }
            }
            System::Linux => Self {
                desktop: there("/opt/docker-desktop"),
                service: in_path("dockerd") || there("/usr/bin/dockerd"),
                colima: in_path("colima"),
                orbstack: false,
                rancher: there("/opt/rancher-desktop"),
                podman: in_path("podman"),
            },
        }
    }
}

/// None of these answered.
pub(super) fn problem(system: System, failures: &[(Candidate, Error)], installed: &Installed) -> Problem {
    let forbidden = failures.iter().find(|(_, error)| kind(error) == Some(io::ErrorKind::PermissionDenied));
    if let Some((candidate, error)) = forbidden {
        return permission(system, candidate, error);
    }
    let problem = tried(failures).retry();
    if named_by(failures) == Some(BY_DOCKER_HOST) {
        // What is installed here need not be the engine that the variable names.
        return problem.remedy(unname(failures)).remedy(Remedy::say(text!("remedy-start-named-engine")));
    }
    let problem = remedies(system, installed).into_iter().fold(problem, Problem::remedy);
    if failures.len() == 1 { problem.remedy(unname(failures)) } else { problem }
}

/// The engine that the user named does not answer, but this one does.
pub(super) fn but_another_answers(
    system: System,
    failures: &[(Candidate, Error)],
    other: &Engine,
) -> Problem {
    if let [(candidate, error)] = failures
        && kind(error) == Some(io::ErrorKind::PermissionDenied)
    {
        return permission(system, candidate, error);
    }
    tried(failures)
        .because(Evidence::exactly(text!("docker-another-answers", product = &other.product), &other.host))
        .remedy(unname(failures))
        .remedy(Remedy::say(text!("remedy-start-named-engine")))
        .retry()
}

/// What was tried, each with its reason. Sockets that are not there are only worth a word when all are.
fn tried(failures: &[(Candidate, Error)]) -> Problem {
    let address = failures.first().map(|(candidate, _)| candidate.address.shown()).unwrap_or_default();
    let mut problem = Problem::new(Code::DockerUnreachable).with("address", &address);
    for (at, (candidate, error)) in failures.iter().enumerate() {
        if at == 0 || kind(error) != Some(io::ErrorKind::NotFound) {
            let exact = format!("{}: {}", candidate.address.shown(), error::words(error));
            problem = problem.because(Evidence::exactly(candidate.rule.clone(), exact));
        }
    }
    problem
}

fn permission(system: System, candidate: &Candidate, error: &Error) -> Problem {
    let problem = Problem::new(Code::DockerPermission).with("address", candidate.address.shown()).because(
        Evidence::exactly(
            candidate.rule.clone(),
            format!("{}: {}", candidate.address.shown(), error::words(error)),
        ),
    );
    match system {
        System::Linux => problem
            .remedy(Remedy::run(text!("remedy-join-docker-group"), "sudo usermod -aG docker $USER"))
            .remedy(Remedy::read(
                text!("remedy-read-docker-group"),
                "https://docs.docker.com/engine/install/linux-postinstall/",
            )),
        System::MacOs | System::Windows => problem.remedy(Remedy::say(text!("remedy-own-docker-socket"))),
    }
}

const BY_DOCKER_HOST: &str = "engine-rule-docker-host";

/// The rule by which the engine was chosen.
fn named_by(failures: &[(Candidate, Error)]) -> Option<&str> {
    failures.first().map(|(candidate, _)| candidate.rule.id.as_str())
}

/// How to let docker choose again.
fn unname(failures: &[(Candidate, Error)]) -> Remedy {
    match named_by(failures) {
        Some(BY_DOCKER_HOST) => Remedy::run(text!("remedy-unset-docker-host"), "unset DOCKER_HOST"),
        Some("engine-rule-docker-context") => {
            Remedy::run(text!("remedy-unset-docker-context"), "unset DOCKER_CONTEXT")
        }
        _ => Remedy::run(text!("remedy-use-default-context"), "docker context use default"),
    }
}

/// What starts an engine on this machine; where none is installed, what installs one.
fn remedies(system: System, installed: &Installed) -> Vec<Remedy> {
    let desktop = match system {
        System::MacOs => "open -a Docker",
        System::Windows => r#"start "" "%ProgramFiles%\Docker\Docker\Docker Desktop.exe""#,
        System::Linux => "systemctl --user start docker-desktop",
    };
    let rancher = match system {
        System::MacOs => "open -a 'Rancher Desktop'",
        System::Windows => r#"start "" "%ProgramFiles%\Rancher Desktop\Rancher Desktop.exe""#,
        System::Linux => "/opt/rancher-desktop/rancher-desktop",
    };
    let podman = match system {
        System::Linux => "systemctl --user start podman.socket",
        System::MacOs | System::Windows => "podman machine start",
    };
    let all = [
        (installed.desktop, "Docker Desktop", desktop),
        (installed.service, "Docker Engine", "sudo systemctl start docker"),
        (installed.orbstack, "OrbStack", "open -a OrbStack"),
        (installed.colima, "Colima", "colima start"),
        (installed.rancher, "Rancher Desktop", rancher),
        (installed.podman, "Podman", podman),
    ];
    let mut remedies: Vec<_> = all
        .into_iter()
        .filter(|(there, ..)| *there)
        .map(|(_, product, command)| Remedy::run(text!("remedy-start-engine", product = product), command))
        .collect();
    if remedies.is_empty() {
        let link = "https://docs.docker.com/get-started/get-docker/";
        remedies.push(Remedy::read(text!("remedy-install-docker"), link));
    }
    remedies
}

fn kind(error: &Error) -> Option<io::ErrorKind> {
    error::io_error(error).map(io::Error::kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{docker::address::Address, text::Text};

    fn failure(path: &str, rule: Text, kind: io::ErrorKind) -> (Candidate, Error) {
        let candidate = Candidate { address: Address::Unix(path.into()), tls: None, rule };
        (candidate, Error::IOError { err: kind.into() })
    }

    fn by_default(kind: io::ErrorKind) -> (Candidate, Error) {
        failure("/var/run/docker.sock", text!("engine-rule-default"), kind)
    }

    #[test]
    fn an_engine_that_is_installed_is_to_be_started_with_its_own_command() {
        let desktop = Installed { desktop: true, ..Installed::default() };
        let failures = [by_default(io::ErrorKind::NotFound)];
        for (system, command) in [
            (System::MacOs, "open -a Docker"),
            (System::Windows, r#"start "" "%ProgramFiles%\Docker\Docker\Docker Desktop.exe""#),
            (System::Linux, "systemctl --user start docker-desktop"),
        ] {
            let problem = problem(system, &failures, &desktop);
            assert_eq!(problem.code, Code::DockerUnreachable);
            assert_eq!(problem.remedies[0].command.as_deref(), Some(command));
        }
    }

    #[test]
    fn where_no_engine_is_installed_the_remedy_installs_one() {
        let failures = [by_default(io::ErrorKind::NotFound), by_default(io::ErrorKind::NotFound)];
        let problem = problem(System::Linux, &failures, &Installed::default());
        assert_eq!(
            problem.remedies,
            [Remedy::read(text!("remedy-install-docker"), "https://docs.docker.com/get-started/get-docker/")]
        );
    }

    #[test]
    fn an_engine_that_docker_host_names_is_not_mended_by_installing_another() {
        let named = text!("engine-rule-docker-host");
        let failures = [failure("/elsewhere.sock", named, io::ErrorKind::ConnectionRefused)];
        let problem = problem(System::Linux, &failures, &Installed::default());
        assert_eq!(
            problem.remedies,
            [
                Remedy::run(text!("remedy-unset-docker-host"), "unset DOCKER_HOST"),
                Remedy::say(text!("remedy-start-named-engine"))
            ]
        );
    }

    #[test]
    fn a_socket_that_may_not_be_opened_is_a_matter_of_permission() {
        let problem =
            problem(System::Linux, &[by_default(io::ErrorKind::PermissionDenied)], &Installed::default());
        assert_eq!(problem.code, Code::DockerPermission);
        assert_eq!(problem.remedies[0].command.as_deref(), Some("sudo usermod -aG docker $USER"));
    }

    #[test]
    fn the_first_address_and_what_refused_are_evidence_and_absent_sockets_are_not() {
        let known = |path: &str, kind| failure(path, text!("engine-rule-known-socket", product = "X"), kind);
        let failures = [
            by_default(io::ErrorKind::NotFound),
            known("/a.sock", io::ErrorKind::NotFound),
            known("/b.sock", io::ErrorKind::ConnectionRefused),
        ];
        let problem = problem(System::Linux, &failures, &Installed::default());
        let exact: Vec<_> =
            problem.evidence.iter().map(|evidence| evidence.exact.as_deref().unwrap()).collect();
        assert_eq!(
            exact,
            ["unix:///var/run/docker.sock: entity not found", "unix:///b.sock: connection refused"]
        );
    }
}

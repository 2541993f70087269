//! Which engine docker would speak to, by docker's own rules: `DOCKER_HOST`, `DOCKER_CONTEXT`, the current
//! context of `config.json`, the default. Where nothing is said and the default does not answer, the known
//! sockets of other engines are worth a try.

use std::{
    fmt::Write as _,
    io,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{
    address::Address,
    config::{DockerConfig, broken},
    known,
    surroundings::{Surroundings, System},
};
use crate::{
    problem::{Code, Problem, Remedy},
    stage::harmless,
    text,
    text::Text,
};

/// An engine that may be there.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Where it listens.
    pub address: Address,
    /// How to speak TLS with it; only for TCP.
    pub tls: Option<TlsFiles>,
    /// By which rule it was chosen.
    pub rule: Text,
}

/// What TLS with an engine needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TlsFiles {
    /// Who may vouch for the engine; `None`: whom the system trusts.
    pub authorities: Option<PathBuf>,
    /// The client's certificate and its key.
    pub client: Option<(PathBuf, PathBuf)>,
    /// Whether the engine's certificate is checked.
    pub verify: bool,
}

/// The engines to try, in order. More than one only where the user named none.
pub fn candidates(surroundings: &Surroundings) -> Result<Vec<Candidate>, Problem> {
    if let Some(host) = surroundings.var("DOCKER_HOST") {
        let address = Address::parse(host, "DOCKER_HOST")?;
        let tls = tls_of_environment(surroundings).filter(|_| is_tcp(&address));
        return Ok(vec![Candidate { address, tls, rule: text!("engine-rule-docker-host") }]);
    }
    if let Some(name) = surroundings.var("DOCKER_CONTEXT") {
        if name == "default" {
            return defaults(surroundings);
        }
        let rule = text!("engine-rule-docker-context", context = name);
        return Ok(vec![context(surroundings, name, "DOCKER_CONTEXT", rule)?]);
    }
    match DockerConfig::read(surroundings)?.current_context.as_deref() {
        None | Some("" | "default") => defaults(surroundings),
        Some(name) => {
            let file = surroundings.docker_folder().join("config.json").display().to_string();
            let rule = text!("engine-rule-current-context", context = name, file = &file);
            Ok(vec![context(surroundings, name, &file, rule)?])
        }
    }
}

/// The default address, then the known sockets.
pub fn defaults(surroundings: &Surroundings) -> Result<Vec<Candidate>, Problem> {
    let tls = tls_of_environment(surroundings);
    let default = match (&tls, surroundings.system) {
        (Some(_), _) => "tcp://localhost:2376",
        (None, System::Windows) => "npipe:////./pipe/docker_engine",
        (None, System::Linux | System::MacOs) => "unix:///var/run/docker.sock",
    };
    let address = Address::parse(default, "default")?;
    let known = known::sockets(surroundings).into_iter().map(|(product, address)| Candidate {
        address,
        tls: None,
        rule: text!("engine-rule-known-socket", product = product),
    });
    let first = Candidate { address, tls, rule: text!("engine-rule-default") };
    Ok(std::iter::once(first).chain(known).collect())
}

/// Docker's variables for TLS. The files lie in `DOCKER_CERT_PATH` or docker's folder; the client's are optional.
fn tls_of_environment(surroundings: &Surroundings) -> Option<TlsFiles> {
    let verify = surroundings.var("DOCKER_TLS_VERIFY").is_some();
    if !verify && surroundings.var("DOCKER_TLS").is_none() {
        return None;
    }
    let folder =
        surroundings.var("DOCKER_CERT_PATH").map_or_else(|| surroundings.docker_folder(), PathBuf::from);
    let (certificate, key) = (folder.join("cert.pem"), folder.join("key.pem"));
    let client = (certificate.exists() || key.exists()).then_some((certificate, key));
    Some(TlsFiles { authorities: Some(folder.join("ca.pem")).filter(|_| verify), client, verify })
}

/// A context's file.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Meta {
    name: String,
    #[serde(default)]
    endpoints: Endpoints,
}

#[derive(Debug, Default, Deserialize)]
struct Endpoints {
    docker: Option<DockerEndpoint>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct DockerEndpoint {
    host: String,
    #[serde(rename = "SkipTLSVerify")]
    skip_tls_verify: bool,
}

fn context(surroundings: &Surroundings, name: &str, from: &str, rule: Text) -> Result<Candidate, Problem> {
    let contexts = surroundings.docker_folder().join("contexts");
    let id = hex(&Sha256::digest(name));
    let path = contexts.join("meta").join(&id).join("meta.json");
    let content = match std::fs::read(&path) {
        Ok(content) => content,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Err(missing(name, from, &names(&contexts)));
        }
        Err(error) => return Err(broken(&path, &error)),
    };
    let meta: Meta = serde_json::from_slice(&content).map_err(|error| broken(&path, &error))?;
    let Some(endpoint) = meta.endpoints.docker else {
        return Err(broken(&path, &io::Error::other("Endpoints.docker is missing")));
    };
    let shown = path.display().to_string();
    let address = if endpoint.host.is_empty() {
        defaults(surroundings)?.swap_remove(0).address
    } else {
        Address::parse(&endpoint.host, &shown)?
    };
    let tls = tls_of_context(&contexts.join("tls").join(&id).join("docker"), endpoint.skip_tls_verify);
    Ok(Candidate { tls: tls.filter(|_| is_tcp(&address)), address, rule })
}

/// A context's TLS files. Without any, and with nothing said of TLS, it speaks plainly.
fn tls_of_context(folder: &Path, skip_verify: bool) -> Option<TlsFiles> {
    let file = |name: &str| Some(folder.join(name)).filter(|path| path.exists());
    let authorities = file("ca.pem");
    let client = file("cert.pem").zip(file("key.pem"));
    if authorities.is_none() && client.is_none() && !skip_verify {
        return None;
    }
    Some(TlsFiles { authorities, client, verify: !skip_verify })
}

/// The names of the contexts that are there.
fn names(contexts: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(contexts.join("meta")) else { return Vec::new() };
    let mut names: Vec<_> = entries
        .flatten()
        .filter_map(|entry| std::fs::read(entry.path().join("meta.json")).ok())
        .filter_map(|content| serde_json::from_slice::<Meta>(&content).ok())
        .map(|meta| meta.name)
        .collect();
    names.sort();
    names
}

fn missing(name: &str, from: &str, there: &[String]) -> Problem {
    let others = std::iter::once("default").chain(there.iter().map(String::as_str)).collect::<Vec<_>>();
    Problem::new(Code::DockerContextMissing)
        .with("context", name)
        .with("from", from)
        .because(text!("docker-contexts-there", contexts = harmless(&others.join(", "))))
        .remedy(if from == "DOCKER_CONTEXT" {
            Remedy::run(text!("remedy-unset-docker-context"), "unset DOCKER_CONTEXT")
        } else {
            Remedy::run(text!("remedy-use-default-context"), "docker context use default")
        })
        .remedy(Remedy::run(text!("remedy-list-contexts"), "docker context ls"))
}

fn is_tcp(address: &Address) -> bool {
    matches!(address, Address::Tcp { .. })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}"); // a String takes everything
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A docker folder with one context `lab`.
    fn home(host: &str) -> tempfile::TempDir {
        let home = tempfile::tempdir().unwrap();
        let meta = home.path().join(".docker/contexts/meta").join(hex(&Sha256::digest("lab")));
        std::fs::create_dir_all(&meta).unwrap();
        let content = serde_json::json!({"Name": "lab", "Metadata": {}, "Endpoints": {"docker": {"Host": host, "SkipTLSVerify": false}}});
        std::fs::write(meta.join("meta.json"), content.to_string()).unwrap();
        home
    }

    fn config(home: &tempfile::TempDir, content: &str) {
        std::fs::create_dir_all(home.path().join(".docker")).unwrap();
        std::fs::write(home.path().join(".docker/config.json"), content).unwrap();
    }

    fn first(home: &tempfile::TempDir, system: System, vars: &[(&str, &str)]) -> Candidate {
        candidates(&Surroundings::of(system, home.path(), vars)).unwrap().swap_remove(0)
    }

    #[test]
    fn docker_host_beats_the_context_and_is_the_only_one_tried() {
        let home = home("unix:///lab.sock");
        let vars = [("DOCKER_HOST", "unix:///named.sock"), ("DOCKER_CONTEXT", "lab")];
        let found = candidates(&Surroundings::of(System::Linux, home.path(), &vars)).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].address, Address::Unix("/named.sock".into()));
        assert_eq!(found[0].rule, text!("engine-rule-docker-host"));
    }

    #[test]
    fn docker_context_beats_the_current_context() {
        let home = home("unix:///lab.sock");
        config(&home, r#"{"currentContext": "other"}"#);
        let found = first(&home, System::Linux, &[("DOCKER_CONTEXT", "lab"), ("DOCKER_HOST", "")]);
        assert_eq!(found.address, Address::Unix("/lab.sock".into()));
    }

    #[test]
    fn the_current_context_is_followed_and_named_with_its_file() {
        let home = home("unix:///lab.sock");
        config(&home, r#"{"currentContext": "lab"}"#);
        let found = first(&home, System::MacOs, &[]);
        assert_eq!(found.address, Address::Unix("/lab.sock".into()));
        assert_eq!(found.rule.id, "engine-rule-current-context");
        assert_eq!(found.rule.args["context"], "lab".into());
    }

    #[test]
    fn docker_config_moves_the_whole_folder() {
        let home = home("unix:///lab.sock");
        let folder = home.path().join(".docker").display().to_string();
        let elsewhere = tempfile::tempdir().unwrap();
        let vars = [("DOCKER_CONFIG", folder.as_str()), ("DOCKER_CONTEXT", "lab")];
        let found = candidates(&Surroundings::of(System::Linux, elsewhere.path(), &vars)).unwrap();
        assert_eq!(found[0].address, Address::Unix("/lab.sock".into()));
    }

    #[test]
    fn the_default_of_each_system_comes_before_the_known_sockets() {
        let home = tempfile::tempdir().unwrap();
        for (system, address) in [
            (System::Linux, Address::Unix("/var/run/docker.sock".into())),
            (System::MacOs, Address::Unix("/var/run/docker.sock".into())),
            (System::Windows, Address::Pipe(r"\\.\pipe\docker_engine".into())),
        ] {
            for vars in [&[][..], &[("DOCKER_CONTEXT", "default")][..]] {
                let found = candidates(&Surroundings::of(system, home.path(), vars)).unwrap();
                assert_eq!(found[0].address, address);
                assert_eq!(found[0].rule, text!("engine-rule-default"));
                assert!(found.len() > 3, "known sockets follow");
            }
        }
    }

    #[test]
    fn a_context_that_is_not_there_is_a_problem_that_lists_those_that_are() {
        let home = home("unix:///lab.sock");
        let vars = [("DOCKER_CONTEXT", "lob")];
        let problem = candidates(&Surroundings::of(System::Linux, home.path(), &vars)).unwrap_err();
        assert_eq!(problem.code, Code::DockerContextMissing);
        assert_eq!(problem.evidence, [text!("docker-contexts-there", contexts = "default, lab").into()]);
    }

    #[test]
    fn a_broken_config_does_not_matter_when_docker_host_is_set() {
        let home = home("unix:///lab.sock");
        config(&home, "{");
        let found = first(&home, System::Linux, &[("DOCKER_HOST", "unix:///named.sock")]);
        assert_eq!(found.address, Address::Unix("/named.sock".into()));
        let problem = candidates(&Surroundings::of(System::Linux, home.path(), &[])).unwrap_err();
        assert_eq!(problem.code, Code::DockerConfigBroken);
    }

    #[test]
    fn tls_is_spoken_with_a_tcp_host_when_docker_tls_verify_is_set() {
        let home = tempfile::tempdir().unwrap();
        let certs = home.path().join("certs");
        std::fs::create_dir_all(&certs).unwrap();
        std::fs::write(certs.join("cert.pem"), "").unwrap();
        let path = certs.display().to_string();
        let tls = [("DOCKER_TLS_VERIFY", "1"), ("DOCKER_CERT_PATH", path.as_str())];
        let tcp = first(&home, System::Linux, &[&tls[..], &[("DOCKER_HOST", "tcp://h:2376")]].concat());
        let expected = TlsFiles {
            authorities: Some(certs.join("ca.pem")),
            client: Some((certs.join("cert.pem"), certs.join("key.pem"))),
            verify: true,
        };
        assert_eq!(tcp.tls, Some(expected));
        let unix = first(&home, System::Linux, &[&tls[..], &[("DOCKER_HOST", "unix:///a")]].concat());
        assert_eq!(unix.tls, None);
        let none = first(&home, System::Linux, &tls);
        assert_eq!(none.address.shown(), "tcp://localhost:2376");
    }

    #[test]
    fn a_context_brings_its_own_tls_files() {
        let home = home("tcp://h:2376");
        let folder =
            home.path().join(".docker/contexts/tls").join(hex(&Sha256::digest("lab"))).join("docker");
        std::fs::create_dir_all(&folder).unwrap();
        assert_eq!(first(&home, System::Linux, &[("DOCKER_CONTEXT", "lab")]).tls, None);
        std::fs::write(folder.join("ca.pem"), "").unwrap();
        let tls = first(&home, System::Linux, &[("DOCKER_CONTEXT", "lab")]).tls.unwrap();
        assert_eq!(tls, TlsFiles { authorities: Some(folder.join("ca.pem")), client: None, verify: true });
    }
}

//! An engine's address, such as `unix:///var/run/docker.sock`, read as docker reads it.

use std::path::PathBuf;

use crate::{
    problem::{Code, Problem, Remedy},
    text,
};

/// Where an engine listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A socket in the file system.
    Unix(PathBuf),
    /// A named pipe of Windows, such as `\\.\pipe\docker_engine`.
    Pipe(String),
    /// A TCP port.
    Tcp {
        /// Name or address.
        host: String,
        /// The port, where the address names one.
        port: Option<u16>,
    },
}

impl Address {
    /// Reads an address; `from` says where it stands, in the words of the person who wrote it there.
    pub fn parse(address: &str, from: &str) -> Result<Self, Problem> {
        let address = address.trim();
        let (scheme, rest) = address.split_once("://").unwrap_or(("tcp", address));
        match scheme {
            "unix" => {
                let path = if rest.is_empty() { "/var/run/docker.sock" } else { rest };
                Ok(Self::Unix(PathBuf::from(path)))
            }
            "npipe" => {
                let path = if rest.is_empty() { "//./pipe/docker_engine" } else { rest };
                Ok(Self::Pipe(path.replace('/', r"\")))
            }
            "tcp" => tcp(rest).ok_or_else(|| invalid(address, from)),
            "ssh" => Err(invalid(address, from).remedy(Remedy::say(text!("remedy-ssh-forward")))),
            _ => Err(invalid(address, from)),
        }
        .map_err(|problem| problem.remedy(Remedy::say(text!("remedy-correct-docker-host", from = from))))
    }

    /// The address as docker would write it.
    pub fn shown(&self) -> String {
        match self {
            Self::Unix(path) => format!("unix://{}", path.display()),
            Self::Pipe(path) => format!("npipe://{}", path.replace('\\', "/")),
            Self::Tcp { host, port } => {
                let host = if host.contains(':') { format!("[{host}]") } else { host.clone() };
                port.map_or_else(|| format!("tcp://{host}"), |port| format!("tcp://{host}:{port}"))
            }
        }
    }
}

/// `HOST:PORT`, `[V6]:PORT` or `HOST`, with a path that docker ignores.
fn tcp(rest: &str) -> Option<Address> {
    let authority = rest.split('/').next()?;
    let (host, port) = if let Some(v6) = authority.strip_prefix('[') {
        let (host, port) = v6.split_once(']')?;
        host.parse::<std::net::Ipv6Addr>().ok()?;
        (host, port)
    } else {
        authority.find(':').map_or((authority, ""), |at| authority.split_at(at))
    };
    let port = match port.strip_prefix(':') {
        Some(number) => Some(number.parse().ok().filter(|port| *port != 0)?),
        None if port.is_empty() => None,
        None => return None,
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._:".contains(c);
    if !host.chars().all(plain) || (host.is_empty() && port.is_none()) {
        return None;
    }
    let host = if host.is_empty() { "localhost" } else { host };
    Some(Address::Tcp { host: host.to_owned(), port })
}

fn invalid(address: &str, from: &str) -> Problem {
    Problem::new(Code::DockerHostInvalid)
        .with("address", address)
        .with("from", from)
        .quoting(format!("{from}: {address}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tcp_at(host: &str, port: Option<u16>) -> Address {
        Address::Tcp { host: host.into(), port }
    }

    #[test]
    fn addresses_are_read_as_docker_reads_them() {
        let pipe = Address::Pipe(r"\\.\pipe\docker_engine".into());
        for (written, read) in [
            ("unix:///run/docker.sock", Address::Unix("/run/docker.sock".into())),
            ("unix://", Address::Unix("/var/run/docker.sock".into())),
            (" unix:///run/docker.sock\n", Address::Unix("/run/docker.sock".into())),
            ("npipe:////./pipe/docker_engine", pipe.clone()),
            (r"npipe://\\.\pipe\docker_engine", pipe),
            ("tcp://127.0.0.1:2375", tcp_at("127.0.0.1", Some(2375))),
            ("tcp://engine.example", tcp_at("engine.example", None)),
            ("tcp://[::1]:2376", tcp_at("::1", Some(2376))),
            ("tcp://:2375", tcp_at("localhost", Some(2375))),
            ("localhost:2375", tcp_at("localhost", Some(2375))),
        ] {
            assert_eq!(Address::parse(written, "DOCKER_HOST").unwrap(), read, "{written}");
        }
    }

    #[test]
    fn an_address_that_docker_refuses_is_a_problem_that_names_its_origin() {
        for written in
            ["http://localhost:2375", "tcp://", "tcp://a b:1", "tcp://h:0", "tcp://h:70000", "ssh://me@host"]
        {
            let problem = Address::parse(written, "DOCKER_HOST").unwrap_err();
            assert_eq!(problem.code, Code::DockerHostInvalid, "{written}");
            assert_eq!(problem.args["from"], "DOCKER_HOST".into());
            assert!(!problem.remedies.is_empty());
        }
    }

    #[test]
    fn ssh_has_a_remedy_of_its_own() {
        let problem = Address::parse("ssh://me@host", "DOCKER_HOST").unwrap_err();
        assert_eq!(problem.remedies[0].title, text!("remedy-ssh-forward"));
    }

    #[test]
    fn an_address_is_shown_as_docker_writes_it() {
        for written in
            ["unix:///run/docker.sock", "npipe:////./pipe/docker_engine", "tcp://[::1]:2376", "tcp://h:1"]
        {
            assert_eq!(Address::parse(written, "DOCKER_HOST").unwrap().shown(), written);
        }
    }
}

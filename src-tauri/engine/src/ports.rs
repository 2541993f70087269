//! Ports of this machine: whether something answers on one, and what it is. Looking disturbs nothing: nothing is
//! bound, a connection is opened and closed.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    time::Duration,
};

use bollard::{models::ContainerSummary, query_parameters::ListContainersOptions};
use futures_util::future::join_all;
use tokio::{net::TcpStream, time::timeout};

use crate::{docker::Engine, facts::Port, stage::harmless};

/// On a loopback address, whoever listens has accepted by then. Windows needs two seconds to say that nobody does.
const ACCEPTED_WITHIN: Duration = Duration::from_millis(500);

/// Looks at these ports.
pub async fn look(engine: &Engine, ports: &[u16]) -> Vec<Port> {
    let mut seen = join_all(ports.iter().map(|&port| async move {
        let (v4, v6) = tokio::join!(
            answers(Ipv4Addr::LOCALHOST.into(), port),
            answers(Ipv6Addr::LOCALHOST.into(), port)
        );
        Port { port, free: !v4 && !v6, held_by: None }
    }))
    .await;
    if seen.iter().all(|port| port.free) {
        return seen;
    }
    let containers = engine.client.list_containers(None::<ListContainersOptions>).await.unwrap_or_default();
    for port in seen.iter_mut().filter(|port| !port.free) {
        port.held_by = container(port.port, &containers);
    }
    seen
}

/// The process that listens on a port, as far as this user may know it. To find it, all processes are looked at:
/// for where it stands in the way.
pub async fn process(port: u16) -> Option<String> {
    let processes = tokio::task::spawn_blocking(processes).await.ok()?;
    let process = processes.iter().find(|process| process.port == port)?;
    Some(harmless(&format!("{} ({})", process.name, process.id)))
}

/// Whether something accepts connections there.
async fn answers(address: IpAddr, port: u16) -> bool {
    matches!(timeout(ACCEPTED_WITHIN, TcpStream::connect((address, port))).await, Ok(Ok(_)))
}

/// A process that listens.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Process {
    port: u16,
    name: String,
    id: u32,
}

/// The processes that listen on TCP ports, as far as this user may know them.
fn processes() -> Vec<Process> {
    let Ok(all) = listeners::get_all() else { return Vec::new() };
    all.into_iter()
        .filter(|listener| {
            (listener.protocol, listener.state) == (listeners::Protocol::TCP, listeners::SocketState::Listen)
        })
        .map(|listener| Process {
            port: listener.socket.port(),
            name: listener.process.name,
            id: listener.process.pid,
        })
        .collect()
}

/// The container that publishes a port: it says more than the engine's process that does so for it.
fn container(port: u16, containers: &[ContainerSummary]) -> Option<String> {
    let publishes = |container: &&ContainerSummary| {
        container.ports.iter().flatten().any(|published| published.public_port == Some(port))
    };
    let container = containers.iter().find(publishes)?;
    let name = container.names.iter().flatten().next().or(container.id.as_ref())?;
    Some(harmless(&format!("docker: {}", name.trim_start_matches('/'))))
}

#[cfg(test)]
mod tests {
    use bollard::models::PortSummary;

    use super::*;

    #[tokio::test]
    async fn a_port_is_held_while_something_listens_and_its_process_is_named() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        assert!(answers(Ipv4Addr::LOCALHOST.into(), port).await);
        let held_by = process(port).await.unwrap();
        assert!(held_by.ends_with(&format!("({})", std::process::id())), "{held_by}");
        drop(listener);
        assert!(!answers(Ipv4Addr::LOCALHOST.into(), port).await);
    }

    #[test]
    fn a_container_that_publishes_a_port_is_named() {
        let published = PortSummary { public_port: Some(80), ..PortSummary::default() };
        let traefik = ContainerSummary {
            names: Some(vec!["/traefik".into()]),
            ports: Some(vec![published]),
            ..ContainerSummary::default()
        };
        assert_eq!(container(80, std::slice::from_ref(&traefik)).as_deref(), Some("docker: traefik"));
        assert_eq!(container(443, &[traefik]), None);
    }
}

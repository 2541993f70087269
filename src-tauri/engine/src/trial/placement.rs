//! Where the app listens, when it is not where it was expected.

use crate::{
    docker::listening::Socket,
    problem::{Code, Problem, Remedy},
    stage::Evidence,
    text,
};

/// An app that listens where it cannot be reached as expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Misplaced {
    /// Only inside its own container.
    LoopbackOnly(Socket),
    /// On another port, reachable.
    OtherPort(Socket),
}

/// What is wrong with where a container listens; `None`: nothing, or not yet.
pub(super) fn misplaced(sockets: &[Socket], expected: &[u16]) -> Option<Misplaced> {
    let here = |socket: &&Socket| expected.contains(&socket.port);
    if sockets.iter().filter(here).any(|socket| !socket.is_loopback()) {
        return None;
    }
    if let Some(socket) = sockets.iter().find(here) {
        return Some(Misplaced::LoopbackOnly(*socket));
    }
    let reachable = sockets.iter().find(|socket| !socket.is_loopback());
    reachable
        .map(|socket| Misplaced::OtherPort(*socket))
        .or_else(|| sockets.first().map(|socket| Misplaced::LoopbackOnly(*socket)))
}

/// The problem that it is.
pub(super) fn problem(misplaced: &Misplaced, expected: &[u16]) -> Problem {
    let expected = expected.iter().map(u16::to_string).collect::<Vec<_>>().join(", ");
    match misplaced {
        Misplaced::LoopbackOnly(socket) => Problem::new(Code::TrialLoopbackOnly)
            .with("socket", socket.to_string())
            .with("port", socket.port.to_string())
            .because(Evidence::exactly(text!("trial-listens", socket = socket.to_string()), "/proc/net/tcp"))
            .remedy(Remedy::say(text!("remedy-listen-everywhere"))),
        Misplaced::OtherPort(socket) => {
            let port = socket.port.to_string();
            Problem::new(Code::TrialOtherPort)
                .with("port", &port)
                .with("expected", expected)
                .because(Evidence::exactly(
                    text!("trial-listens", socket = socket.to_string()),
                    "/proc/net/tcp",
                ))
                .remedy(Remedy::run(
                    text!("remedy-use-port", port = &port),
                    format!("slipway up --port {port}"),
                ))
                .remedy(Remedy::say(text!("remedy-keep-port", port = &port)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sockets(all: &[&str]) -> Vec<Socket> {
        all.iter()
            .map(|socket| socket.parse::<std::net::SocketAddr>().unwrap())
            .map(|socket| Socket { address: socket.ip(), port: socket.port() })
            .collect()
    }

    #[test]
    fn an_app_that_listens_where_it_should_is_not_misplaced_whatever_else_it_opens() {
        assert_eq!(misplaced(&sockets(&["0.0.0.0:8000", "127.0.0.1:9000"]), &[8000]), None);
        assert_eq!(misplaced(&sockets(&["[::]:8000", "0.0.0.0:9090"]), &[8000]), None);
        assert_eq!(misplaced(&[], &[8000]), None);
    }

    #[test]
    fn loopback_alone_and_another_port_are_told_apart() {
        let on = |all: &[&str]| misplaced(&sockets(all), &[8000]);
        let socket = |text: &str| sockets(&[text])[0];
        assert_eq!(on(&["127.0.0.1:8000"]), Some(Misplaced::LoopbackOnly(socket("127.0.0.1:8000"))));
        assert_eq!(on(&["127.0.0.1:5000"]), Some(Misplaced::LoopbackOnly(socket("127.0.0.1:5000"))));
        assert_eq!(on(&["0.0.0.0:8080"]), Some(Misplaced::OtherPort(socket("0.0.0.0:8080"))));
        let both = on(&["127.0.0.1:6000", "0.0.0.0:8080"]);
        assert_eq!(both, Some(Misplaced::OtherPort(socket("0.0.0.0:8080"))));
    }
}

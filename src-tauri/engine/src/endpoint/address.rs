//! The second hop: whether something listens at the addresses, each family apart.

use std::{net::SocketAddr, time::Duration};

use futures_util::future::join_all;
use tokio::{net::TcpStream, time::timeout};

use crate::{
    problem::{Code, Problem, Remedy},
    stage::Evidence,
    text,
    text::Text,
};

/// A listener of this computer answers at once, or never.
const CONNECT_WITHIN: Duration = Duration::from_secs(2);

/// What came of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reached {
    /// It was taken.
    Open,
    /// It was refused at once: nothing listens there.
    Closed(String),
    /// Nothing came back: whoever waits for it, hangs.
    Silent,
}

/// Connects to each.
pub async fn reach_all(addresses: &[SocketAddr]) -> Vec<(SocketAddr, Reached)> {
    join_all(addresses.iter().map(|address| async move {
        let reached = match timeout(CONNECT_WITHIN, TcpStream::connect(address)).await {
            Ok(Ok(_)) => Reached::Open,
            Ok(Err(error)) => Reached::Closed(error.to_string()),
            Err(_) => Reached::Silent,
        };
        (*address, reached)
    }))
    .await
}

/// The addresses at which something listens. One that hangs fails the hop even where another is open, for a
/// browser may try it first; one that refuses does not, for a browser then goes on at once.
pub fn open(reached: &[(SocketAddr, Reached)]) -> Result<(Vec<SocketAddr>, Text), Problem> {
    let open: Vec<_> = reached
        .iter()
        .filter(|(_, reached)| *reached == Reached::Open)
        .map(|(address, _)| *address)
        .collect();
    let silent = reached.iter().find(|(_, reached)| *reached == Reached::Silent);
    if let (Some(first), None) = (open.first(), silent) {
        let addresses = open.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        return Ok((
            open.clone(),
            text!("endpoint-hop-tcp", addresses = addresses, port = first.port().to_string()),
        ));
    }
    let named = silent.or(reached.first()).map(|(address, _)| address.to_string()).unwrap_or_default();
    let mut problem = Problem::new(Code::EndpointConnect).with("address", named).retry();
    for (address, reached) in reached {
        let address = address.to_string();
        problem = problem.because(match reached {
            Reached::Open => text!("endpoint-open", address = address).into(),
            Reached::Closed(words) => Evidence::exactly(text!("endpoint-closed", address = address), words),
            Reached::Silent => text!("endpoint-silent", address = address).into(),
        });
    }
    if silent.is_some_and(|(address, _)| address.is_ipv6()) {
        // A relay of WSL that outlived its Linux holds the address and answers nobody.
        problem = problem.remedy(Remedy::run(text!("remedy-endpoint-wsl"), "wsl --shutdown"));
    }
    Err(problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn v4() -> SocketAddr {
        "127.0.0.1:80".parse().unwrap()
    }

    fn v6() -> SocketAddr {
        "[::1]:80".parse().unwrap()
    }

    fn closed() -> Reached {
        Reached::Closed("Connection refused".into())
    }

    #[test]
    fn one_open_address_is_enough_when_the_other_refuses() {
        assert_eq!(open(&[(v4(), Reached::Open), (v6(), closed())]).unwrap().0, [v4()]);
        assert_eq!(open(&[(v4(), Reached::Open), (v6(), Reached::Open)]).unwrap().0, [v4(), v6()]);
    }

    #[test]
    fn an_address_that_hangs_is_named_even_where_the_other_is_open() {
        let problem = open(&[(v4(), Reached::Open), (v6(), Reached::Silent)]).unwrap_err();
        assert_eq!(problem.args["address"], "[::1]:80".into());
        assert_eq!(problem.remedies[0].command.as_deref(), Some("wsl --shutdown"));
    }

    #[test]
    fn when_all_refuse_each_says_so() {
        let problem = open(&[(v4(), closed()), (v6(), closed())]).unwrap_err();
        assert_eq!(problem.code, Code::EndpointConnect);
        let exact: Vec<_> = problem.evidence.iter().map(|evidence| evidence.exact.as_deref()).collect();
        assert_eq!(exact, [Some("Connection refused"); 2]);
    }

    #[tokio::test]
    async fn real_addresses_are_told_apart() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let open = listener.local_addr().unwrap();
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let reached = reach_all(&[open, free]).await;
        assert_eq!(reached[0], (open, Reached::Open));
        assert!(matches!(reached[1].1, Reached::Closed(_)), "{reached:?}");
    }
}

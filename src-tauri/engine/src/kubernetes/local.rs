//! Whether a server is this computer: decided by its address, never by its context's name.

use std::{net::IpAddr, time::Duration};

/// A name that takes longer to look up is not this computer's.
const LOOK_UP: Duration = Duration::from_secs(2);

/// Whether the server's address is this computer: a loopback address, or a name that resolves to loopback
/// addresses only. What goes through a proxy is where the proxy says, so it is not local.
pub async fn is_local(server: &str, proxied: bool) -> bool {
    if proxied {
        return false;
    }
    match host(server) {
        None => false,
        Some(Host::Address(address)) => is_this_computer(address),
        Some(Host::Name(name)) => {
            let look_up = tokio::net::lookup_host((name.as_str(), 0));
            match tokio::time::timeout(LOOK_UP, look_up).await {
                Ok(Ok(found)) => all_this_computer(found.map(|address| address.ip())),
                _ => false,
            }
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Host {
    Address(IpAddr),
    Name(String),
}

/// The host of a server's address, with or without a scheme.
fn host(server: &str) -> Option<Host> {
    let with_scheme = if server.contains("://") { server.to_owned() } else { format!("https://{server}") };
    let uri: hyper::Uri = with_scheme.parse().ok()?;
    let host = uri.host()?;
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    Some(bare.parse().map_or_else(|_| Host::Name(host.to_owned()), Host::Address))
}

/// Loopback, or the unspecified address, which a client reaches as loopback (k3d writes `0.0.0.0`).
fn is_this_computer(address: IpAddr) -> bool {
    let address = address.to_canonical();
    address.is_loopback() || address.is_unspecified()
}

fn all_this_computer(addresses: impl IntoIterator<Item = IpAddr>) -> bool {
    let mut addresses = addresses.into_iter().peekable();
    addresses.peek().is_some() && addresses.all(is_this_computer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_server_is_local_by_its_address_alone() {
        for server in [
            "https://127.0.0.1:6443",
            "https://127.9.9.9",
            "https://[::1]:6443",
            "https://[::ffff:127.0.0.1]:6443",
            "https://0.0.0.0:40123",
            "https://localhost:6443/",
            "https://user@127.0.0.1:6443",
            "127.0.0.1:6443",
        ] {
            assert!(is_local(server, false).await, "{server}");
        }
        for server in [
            "",
            "https://10.0.0.1:6443",
            "https://192.168.49.2:8443",
            "https://127.0.0.1.example.invalid:6443",
            "https://docker-desktop.invalid:6443",
            "https://127.0.0.1@10.0.0.1:6443",
            "https://[2001:db8::1]:6443",
        ] {
            assert!(!is_local(server, false).await, "{server}");
        }
    }

    #[tokio::test]
    async fn a_loopback_address_behind_a_proxy_is_the_proxys_loopback() {
        assert!(!is_local("https://127.0.0.1:6443", true).await);
    }

    #[test]
    fn a_name_is_local_only_when_every_address_of_it_is() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        assert!(all_this_computer([ip("127.0.0.1"), ip("::1")]));
        assert!(!all_this_computer([ip("127.0.0.1"), ip("10.0.0.1")]));
        assert!(!all_this_computer([]));
    }
}

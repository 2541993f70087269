//! On which ports a container listens, as its kernel says: works with any image that has `cat`, and with every
//! image where the engine runs on this very machine.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use bollard::{
    exec::{CreateExecOptions, StartExecResults},
    query_parameters::InspectContainerOptions,
};
use futures_util::StreamExt;

use super::Engine;

/// The address of docker's own name server in containers.
const DOCKER_DNS: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 11));

/// The kernel's number for a socket that listens.
const LISTEN: &str = "0A";

/// A TCP socket that listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Socket {
    /// The address that it is bound to.
    pub address: IpAddr,
    /// Its port.
    pub port: u16,
}

impl Socket {
    /// Whether only the container itself can reach it.
    pub fn is_loopback(&self) -> bool {
        match self.address {
            IpAddr::V4(v4) => v4.is_loopback(),
            IpAddr::V6(v6) => v6.is_loopback() || v6.to_ipv4_mapped().is_some_and(|v4| v4.is_loopback()),
        }
    }
}

impl std::fmt::Display for Socket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::net::SocketAddr::new(self.address, self.port).fmt(f)
    }
}

/// The sockets that listen in a container; `None`: it cannot be seen.
pub async fn sockets(engine: &Engine, container: &str) -> Option<Vec<Socket>> {
    let inspected = engine.client.inspect_container(container, None::<InspectContainerOptions>).await.ok()?;
    let process = inspected.state?.pid.filter(|process| *process > 0)?;
    let table = match from_here(process, &inspected.id?) {
        Some(table) => table,
        None => from_inside(engine, container).await?,
    };
    Some(parse(&table))
}

/// The tables of a process of this machine, if it is the container's: the engine may run in a machine of its own,
/// where the number means another process.
fn from_here(process: i64, container: &str) -> Option<String> {
    let read = |file: &str| std::fs::read_to_string(format!("/proc/{process}/{file}")).ok();
    read("cgroup").filter(|groups| groups.contains(container))?;
    Some(read("net/tcp")? + &read("net/tcp6").unwrap_or_default())
}

/// The tables as a command in the container reads them.
async fn from_inside(engine: &Engine, container: &str) -> Option<String> {
    let options = CreateExecOptions {
        cmd: Some(vec!["cat", "/proc/net/tcp", "/proc/net/tcp6"]),
        attach_stdout: Some(true),
        ..CreateExecOptions::default()
    };
    let exec = engine.client.create_exec(container, options).await.ok()?;
    let StartExecResults::Attached { mut output, .. } =
        engine.client.start_exec(&exec.id, None).await.ok()?
    else {
        return None;
    };
    let mut table = Vec::new();
    while let Some(Ok(chunk)) = output.next().await {
        table.extend_from_slice(chunk.as_ref());
    }
    // Without the heading there was no `cat`.
    String::from_utf8(table).ok().filter(|table| table.contains("local_address"))
}

/// Reads `/proc/net/tcp` and `/proc/net/tcp6`.
fn parse(tables: &str) -> Vec<Socket> {
    let mut sockets: Vec<_> = tables
        .lines()
        .filter_map(|line| {
            let mut columns = line.split_whitespace();
            let (local, _, state) = (columns.nth(1)?, columns.next()?, columns.next()?);
            let (address, port) = local.split_once(':')?;
            let socket = Socket { address: address_of(address)?, port: u16::from_str_radix(port, 16).ok()? };
            (state == LISTEN && socket.address != DOCKER_DNS).then_some(socket)
        })
        .collect();
    sockets.sort_unstable();
    sockets.dedup();
    sockets
}

/// An address as the kernel prints it: words of four bytes, each in the machine's order. All machines that run
/// containers have the low byte first.
fn address_of(hex: &str) -> Option<IpAddr> {
    let word = |at: usize| u32::from_str_radix(hex.get(at..at + 8)?, 16).ok().map(u32::swap_bytes);
    match hex.len() {
        8 => Some(Ipv4Addr::from_bits(word(0)?).into()),
        32 => {
            let words = [word(0)?, word(8)?, word(16)?, word(24)?];
            let bits = words.into_iter().fold(0_u128, |bits, word| bits << 32 | u128::from(word));
            Some(Ipv6Addr::from_bits(bits).into())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the kernel printed it in a container: 0.0.0.0:8000 and 127.0.0.1:9000 listen, one connection is
    /// established, docker's name server listens; then [::]:80 and [::1]:81.
    const TABLES: &str = "\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 42 1 0 100 0 0 10 0
   1: 0100007F:2328 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 43 1 0 100 0 0 10 0
   2: 020011AC:1F40 010011AC:D431 01 00000000:00000000 00:00000000 00000000     0        0 44 1 0 20 4 30 10 -1
   3: 0B00007F:A7C1 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 45 1 0 100 0 0 10 0
  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 46 1 0 100 0 0 10 0
   1: 00000000000000000000000001000000:0051 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 47 1 0 100 0 0 10 0
";

    #[test]
    fn only_what_listens_is_seen_and_loopback_is_told_apart() {
        let seen: Vec<_> =
            parse(TABLES).iter().map(|socket| (socket.to_string(), socket.is_loopback())).collect();
        let expected =
            [("0.0.0.0:8000", false), ("127.0.0.1:9000", true), ("[::]:80", false), ("[::1]:81", true)];
        assert_eq!(seen, expected.map(|(socket, loopback)| (socket.to_owned(), loopback)));
    }
}

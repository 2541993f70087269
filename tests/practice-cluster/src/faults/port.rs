//! A port that another program holds.

use std::net::{Ipv4Addr, Ipv6Addr};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use crate::error::{Doing, Result};

/// A web server of somebody else's on 127.0.0.1 and ::1, until dropped. This process holds it.
#[derive(Debug)]
pub struct TakenPort {
    port: u16,
    _servers: JoinSet<()>,
}

const ANSWER: &str =
    "HTTP/1.1 200 OK\r\nServer: somebody-else\r\nContent-Length: 10\r\nConnection: close\r\n\r\nit works!\n";

impl TakenPort {
    /// Takes the port; fails when it is taken already.
    pub async fn take(port: u16) -> Result<Self> {
        let doing = || format!("take port {port}");
        let v4 = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.doing(doing)?;
        let port = v4.local_addr().doing(doing)?.port();
        let v6 = TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await.doing(doing)?;
        let mut servers = JoinSet::new();
        servers.spawn(serve(v4));
        servers.spawn(serve(v6));
        Ok(Self { port, _servers: servers })
    }

    /// Which it is.
    pub fn port(&self) -> u16 {
        self.port
    }
}

async fn serve(listener: TcpListener) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(answer(stream));
        while connections.try_join_next().is_some() {}
    }
}

async fn answer(mut stream: TcpStream) {
    let mut request = [0; 1024];
    // Whoever asks and goes away is answered nothing.
    if stream.read(&mut request).await.is_ok_and(|read| read > 0) {
        let _ = stream.write_all(ANSWER.as_bytes()).await;
        let _ = stream.shutdown().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_taken_port_answers_on_both_addresses_and_is_free_afterwards() {
        let taken = TakenPort::take(0).await.unwrap();
        let port = taken.port();
        for host in ["127.0.0.1", "::1"] {
            let mut stream = TcpStream::connect((host, port)).await.unwrap();
            stream.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            assert!(answer.ends_with("it works!\n"), "{answer}");
        }
        assert!(TakenPort::take(port).await.is_err());
        drop(taken);
        while TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
            tokio::task::yield_now().await;
        }
    }
}

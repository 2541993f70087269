//! The way to an engine: opens a connection, over a socket, a named pipe, TCP or TLS. Everything that is asked of
//! an engine goes this way, bollard's requests and the build's session alike.

use std::{fmt, io, sync::Arc, time::Duration};

use bollard::{BollardRequest, ClientVersion, Docker};
use hyper::{body::Incoming, header, http::uri::PathAndQuery};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;

use super::{
    address::Address,
    rule::Candidate,
    tls::{self, ClientTls},
};
use crate::problem::Problem;

/// The longest that opening a connection may take.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);

/// The longest that the engine may take until it begins to answer. What it then streams may take any time.
pub(super) const ANSWER_WITHIN: Duration = Duration::from_mins(2);

/// A connection to an engine.
pub trait Connection: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Connection for T {}

/// The way to one engine. Cheap to clone.
#[derive(Clone)]
pub struct Wire {
    address: Address,
    tls: Option<Arc<ClientTls>>,
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Wire({}{})", self.address.shown(), if self.tls.is_some() { ", TLS" } else { "" })
    }
}

impl Wire {
    /// The way to this engine. Reads its TLS files; opens nothing.
    pub fn to(candidate: &Candidate) -> Result<Self, Problem> {
        let tls = candidate.tls.as_ref().map(tls::client).transpose()?;
        Ok(Self { address: candidate.address.clone(), tls: tls.map(Arc::new) })
    }

    /// Opens a connection.
    pub async fn open(&self) -> io::Result<Box<dyn Connection>> {
        timeout(CONNECT_WITHIN, self.connect()).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
    }

    async fn connect(&self) -> io::Result<Box<dyn Connection>> {
        match &self.address {
            #[cfg(unix)]
            Address::Unix(path) => Ok(Box::new(tokio::net::UnixStream::connect(path).await?)),
            #[cfg(not(unix))]
            Address::Unix(_) => Err(io::ErrorKind::Unsupported.into()),
            #[cfg(windows)]
            Address::Pipe(path) => Ok(Box::new(super::windows::open_pipe(path).await?)),
            #[cfg(not(windows))]
            Address::Pipe(_) => Err(io::ErrorKind::Unsupported.into()),
            Address::Tcp { host, port } => {
                let port = port.unwrap_or(if self.tls.is_some() { 2376 } else { 2375 });
                let stream = TcpStream::connect((host.as_str(), port)).await?;
                stream.set_nodelay(true)?;
                let Some(tls) = &self.tls else { return Ok(Box::new(stream)) };
                let name = tls::server_name(host)?;
                Ok(Box::new(TlsConnector::from(tls.clone()).connect(name, stream).await?))
            }
        }
    }

    /// A bollard client of this API version whose requests go this way, a connection each.
    pub(super) fn client(&self, version: &ClientVersion) -> Result<Docker, bollard::errors::Error> {
        let wire = self.clone();
        let transport = move |request: BollardRequest| {
            let wire = wire.clone();
            async move { wire.request(request).await }
        };
        Docker::connect_with_custom_transport(
            transport,
            Some("http://docker"),
            ANSWER_WITHIN.as_secs(),
            version,
        )
    }

    /// Sends one request on a connection of its own, which ends with the answer's body.
    pub(super) async fn request<B>(
        &self,
        mut request: hyper::Request<B>,
    ) -> Result<hyper::Response<Incoming>, bollard::errors::Error>
    where
        B: hyper::body::Body + Send + Unpin + 'static,
        B::Data: Send,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let connection = TokioIo::new(self.open().await?);
        let (mut sender, connection) = hyper::client::conn::http1::handshake(connection).await?;
        tokio::spawn(async move {
            // Its failure is the request's or the body's failure, and reported there.
            let _ = connection.with_upgrades().await;
        });
        let path = request.uri().path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
        *request.uri_mut() = path.into();
        request.headers_mut().insert(header::HOST, header::HeaderValue::from_static("docker"));
        Ok(sender.send_request(request).await?)
    }
}

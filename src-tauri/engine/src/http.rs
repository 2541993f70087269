//! Asking an app over HTTP: for the trial, the endpoint's proof and the window's request form. Loopback and
//! in-cluster addresses only, so never through a proxy.

use std::{
    net::SocketAddr,
    sync::LazyLock,
    time::{Duration, Instant},
};

use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{facts::Answer, stage::harmless};

/// How much of a body is kept.
pub const BODY_AT_MOST: usize = 64 * 1024;

/// One client for all. It keeps no connection, so that every request shows anew that one can be made, and knows no
/// certificates: to read the system's takes longer than most answers, and nothing is asked in secret here.
static CLIENT: LazyLock<reqwest::Result<reqwest::Client>> = LazyLock::new(|| {
    // Without one chosen, building would panic.
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("slipway/", env!("CARGO_PKG_VERSION")))
        .pool_max_idle_per_host(0)
        .tls_certs_only([])
        .build()
});

/// A request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Ask {
    /// `GET`, `POST`, ….
    pub method: String,
    /// The whole URL. Its host is what the `Host` header says.
    pub url: String,
    /// Headers by name.
    pub headers: Vec<(String, String)>,
    /// The body, as it is sent.
    pub body: Option<String>,
}

/// An answer as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The HTTP status.
    pub status: u16,
    /// How long it took.
    pub took: Duration,
    /// The body, or its beginning.
    pub body: Vec<u8>,
}

/// Why there was no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// The request itself is malformed: URL, method or header.
    #[error("{0}")]
    Invalid(String),
    /// Nothing listens there, or the connection could not be made.
    #[error("{0}")]
    Connect(String),
    /// No answer in time.
    #[error("no answer within {0:?}")]
    Timeout(Duration),
    /// The connection ended before the answer did.
    #[error("{0}")]
    Cut(String),
}

impl Ask {
    /// A plain GET.
    pub fn get(url: impl Into<String>) -> Self {
        Self { method: "GET".into(), url: url.into(), headers: Vec::new(), body: None }
    }

    /// Sends it. With `to`, the connection goes to that address whatever the URL's host is: so a host of an
    /// Ingress rule is asked on 127.0.0.1 and on ::1 apart, and a container on its published port.
    pub async fn send(&self, to: Option<SocketAddr>, within: Duration) -> Result<Answer, AskError> {
        let fetched = self.fetch(to, within, BODY_AT_MOST).await?;
        Ok(Answer {
            request: format!("{} {}", self.method, harmless(&self.url)),
            status: fetched.status,
            ms: fetched.took.as_secs_f64() * 1_000.0,
            body: harmless(&String::from_utf8_lossy(&fetched.body)),
        })
    }

    /// Sends it as [`Ask::send`] does, for the bytes of the answer's body, of which `at_most` so many are kept.
    pub async fn fetch(
        &self,
        to: Option<SocketAddr>,
        within: Duration,
        at_most: usize,
    ) -> Result<Fetched, AskError> {
        let invalid = |error: &dyn std::fmt::Display| AskError::Invalid(error.to_string());
        let url = reqwest::Url::parse(&self.url).map_err(|error| invalid(&error))?;
        let method = reqwest::Method::from_bytes(self.method.as_bytes()).map_err(|error| invalid(&error))?;
        let client = CLIENT.as_ref().map_err(|error| invalid(&chain(error)))?;
        let mut asked = url.clone();
        if let Some(to) = to {
            asked.set_ip_host(to.ip()).map_err(|()| invalid(&"no host"))?;
            asked.set_port(Some(to.port())).map_err(|()| invalid(&"no port"))?;
        }
        let mut request = client.request(method, asked);
        if to.is_some() {
            request = request.header("host", host_header(&url));
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(body) = &self.body {
            request = request.body(body.clone());
        }
        let begun = Instant::now();
        let answer = async {
            let response = request.send().await.map_err(ask_error)?;
            let status = response.status().as_u16();
            let mut body = Vec::new();
            let mut chunks = response.bytes_stream();
            while let Some(chunk) = chunks.next().await {
                body.extend_from_slice(&chunk.map_err(ask_error)?);
                if body.len() >= at_most {
                    body.truncate(at_most);
                    break;
                }
            }
            Ok(Fetched { status, took: begun.elapsed(), body })
        };
        tokio::time::timeout(within, answer).await.map_err(|_| AskError::Timeout(within))?
    }
}

/// The `Host` header of a URL: without the port where it is the scheme's own.
fn host_header(url: &reqwest::Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn ask_error(error: reqwest::Error) -> AskError {
    if error.is_builder() {
        AskError::Invalid(chain(&error))
    } else if error.is_connect() {
        AskError::Connect(chain(&error))
    } else {
        AskError::Cut(chain(&error))
    }
}

/// An error's innermost cause: what a person needs of reqwest's chains.
fn chain(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;

    /// Answers one connection with `reply` and returns what was asked.
    async fn one_answer(reply: &'static str) -> (SocketAddr, tokio::task::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = vec![0; 4096];
            let length = stream.read(&mut request).await.unwrap();
            stream.write_all(reply.as_bytes()).await.unwrap();
            String::from_utf8_lossy(&request[..length]).into_owned()
        });
        (address, asked)
    }

    #[tokio::test]
    async fn the_host_of_a_rule_is_asked_at_the_address_given() {
        let (address, asked) =
            one_answer("HTTP/1.1 404 Not Found\r\ncontent-length: 4\r\nconnection: close\r\n\r\nnope").await;
        let answer = Ask::get("http://iris.test/predict?x=1")
            .send(Some(address), Duration::from_secs(5))
            .await
            .unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (404, "nope"));
        let asked = asked.await.unwrap();
        assert!(asked.starts_with("GET /predict?x=1 HTTP/1.1\r\n"), "{asked}");
        assert!(asked.contains("host: iris.test\r\n"), "{asked}");
    }

    #[tokio::test]
    async fn nobody_there_is_told_from_an_answer_cut_short() {
        let (address, _asked) = one_answer("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf").await;
        let cut = Ask::get("http://a.test/").send(Some(address), Duration::from_secs(5)).await;
        assert!(matches!(cut, Err(AskError::Cut(_))), "{cut:?}");
        let nobody = Ask::get("http://a.test/").send(Some(address), Duration::from_secs(5)).await;
        assert!(matches!(nobody, Err(AskError::Connect(_))), "{nobody:?}");
    }
}

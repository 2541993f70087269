//! Asking a pod itself, past Service and Ingress: through the API server, to the pod's own port.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use k8s_openapi::api::core::v1::Pod;
use kube::Api;

use super::Connection;
use crate::{
    facts::Answer,
    http::{Ask, AskError, BODY_AT_MOST},
    stage::harmless,
};

impl Connection {
    /// Sends the request to the pod's port, as it stands: method, path, headers, body, and the URL's host as
    /// `Host`. The answer is the app's own, byte for byte.
    pub async fn ask_pod(
        &self,
        namespace: &str,
        pod: &str,
        port: u16,
        ask: &Ask,
        within: Duration,
    ) -> Result<Answer, AskError> {
        match tokio::time::timeout(within, self.ask_pod_now(namespace, pod, port, ask)).await {
            Ok(answer) => answer,
            Err(_) => Err(AskError::Timeout(within)),
        }
    }

    async fn ask_pod_now(
        &self,
        namespace: &str,
        pod: &str,
        port: u16,
        ask: &Ask,
    ) -> Result<Answer, AskError> {
        let request = request(ask)?;
        let begun = Instant::now();
        let pods: Api<Pod> = Api::namespaced(self.client.clone(), namespace);
        let unconnected = |error: &dyn std::fmt::Display| AskError::Connect(error.to_string());
        let mut forward = pods.portforward(pod, &[port]).await.map_err(|error| unconnected(&error))?;
        let (Some(stream), Some(refused)) = (forward.take_stream(port), forward.take_error(port)) else {
            return Err(unconnected(&"the port is not forwarded"));
        };
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|error| unconnected(&error))?;
        let answer = async {
            let response = sender.send_request(request).await?;
            let status = response.status().as_u16();
            let mut body = response.into_body();
            let mut kept = Vec::new();
            while let Some(frame) = body.frame().await {
                if let Ok(data) = frame?.into_data() {
                    kept.extend_from_slice(&data);
                }
                if kept.len() >= BODY_AT_MOST {
                    kept.truncate(BODY_AT_MOST);
                    break;
                }
            }
            Ok::<_, hyper::Error>((status, kept))
        };
        tokio::pin!(answer);
        // The connection is driven here, so that it ends with this future.
        let answer = tokio::select! {
            answer = &mut answer => answer,
            _ = connection => answer.await,
        };
        match answer {
            Ok((status, body)) => Ok(Answer {
                request: format!("{} {}", ask.method, harmless(&ask.url)),
                status,
                ms: begun.elapsed().as_secs_f64() * 1_000.0,
                body: harmless(&String::from_utf8_lossy(&body)),
            }),
            Err(error) => match tokio::time::timeout(Duration::from_millis(500), refused).await {
                Ok(Some(words)) => Err(AskError::Connect(words)),
                _ => Err(AskError::Cut(error.to_string())),
            },
        }
    }
}

fn request(ask: &Ask) -> Result<hyper::Request<Full<Bytes>>, AskError> {
    let invalid = |error: &dyn std::fmt::Display| AskError::Invalid(error.to_string());
    let uri: hyper::Uri = ask.url.parse().map_err(|error| invalid(&error))?;
    let path = uri.path_and_query().map_or("/", hyper::http::uri::PathAndQuery::as_str);
    let host = uri.authority().map_or("localhost", |authority| authority.as_str());
    let mut request = hyper::Request::builder().method(ask.method.as_str()).uri(path).header("host", host);
    for (name, value) in &ask.headers {
        request = request.header(name, value);
    }
    let body = Full::new(Bytes::from(ask.body.clone().unwrap_or_default()));
    request.body(body).map_err(|error| invalid(&error))
}

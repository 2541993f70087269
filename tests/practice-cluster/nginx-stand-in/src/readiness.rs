//! `/nginx-ready`: 200 once nginx has all of the configuration, 503 before.

use std::{convert::Infallible, io};

use http_body_util::Full;
use hyper::{
    Request, Response, StatusCode, body::Bytes, body::Incoming, server::conn::http1, service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpListener, sync::watch};

/// Listens on a port of all addresses.
pub async fn listen(port: u16) -> io::Result<TcpListener> {
    match TcpListener::bind(("::", port)).await {
        Ok(listener) => Ok(listener),
        Err(_) => TcpListener::bind(("0.0.0.0", port)).await, // no IPv6 here
    }
}

/// Serves readiness until the future is dropped; what ends it otherwise is the error.
pub async fn serve(listener: TcpListener, ready: watch::Receiver<bool>) -> io::Error {
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => return error,
        };
        let ready = ready.clone();
        let answer = service_fn(move |request| {
            let answer = answer(&request, *ready.borrow());
            async move { Ok::<_, Infallible>(answer) }
        });
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), answer));
    }
}

fn answer(request: &Request<Incoming>, ready: bool) -> Response<Full<Bytes>> {
    let (status, body) = match (request.uri().path(), ready) {
        ("/nginx-ready", true) => (StatusCode::OK, "Ready\n"),
        ("/nginx-ready", false) => (StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable\n"),
        _ => (StatusCode::NOT_FOUND, "404 page not found\n"),
    };
    let mut response = Response::new(Full::from(body));
    *response.status_mut() = status;
    response
}

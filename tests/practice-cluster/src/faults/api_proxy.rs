//! An API server that misbehaves: a proxy on a loopback port before the real one, for a kubeconfig of the test's own.

use std::{
    convert::Infallible,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    pin::Pin,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, combinators::UnsyncBoxBody};
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Body, Frame, Incoming},
    header::{AUTHORIZATION, CONNECTION, HOST, RETRY_AFTER, UPGRADE},
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use kube::Client;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use super::with_server;
use crate::{
    cluster::Cluster,
    error::{Doing, Result},
};

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiFault {
    /// The answer is this status, with the body that an API server gives it: 401, 403, 410, 429, 500, …
    Answer(u16),
    /// A watch answers and is cut off soon after, and again each time.
    CutWatch,
    /// A watch says that what it was asked to begin with is too old: 410 within the stream.
    ExpireWatch,
}

/// To which requests a fault applies, and how often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    fault: ApiFault,
    method: Option<Method>,
    path: String,
    times: usize,
}

impl Rule {
    /// To all requests, always.
    pub fn new(fault: ApiFault) -> Self {
        Self { fault, method: None, path: String::new(), times: usize::MAX }
    }

    /// To requests with this method only.
    #[must_use]
    pub fn method(mut self, method: Method) -> Self {
        self.method = Some(method);
        self
    }

    /// To requests whose path contains this only.
    #[must_use]
    pub fn path(mut self, part: &str) -> Self {
        part.clone_into(&mut self.path);
        self
    }

    /// To so many requests, and then no more.
    #[must_use]
    pub fn times(mut self, times: usize) -> Self {
        self.times = times;
        self
    }

    fn applies(&self, method: &Method, path: &str, watches: bool) -> bool {
        self.times > 0
            && self.method.as_ref().is_none_or(|only| only == method)
            && path.contains(&self.path)
            && (watches || matches!(self.fault, ApiFault::Answer(_)))
    }
}

/// A request that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Came {
    /// `GET`, `PATCH`, …
    pub method: Method,
    /// The path, without what follows a question mark.
    pub path: String,
    /// What follows it.
    pub query: String,
    /// When it came.
    pub begun: Instant,
    /// When its answer had gone, to the last byte; `None`: it has not yet.
    pub ended: Option<Instant>,
}

/// Notes the end of an answer when it is dropped: with the body, or with what an upgraded connection carries.
struct Ending(Arc<OnceLock<Instant>>);

impl Drop for Ending {
    fn drop(&mut self) {
        let _ = self.0.set(Instant::now());
    }
}

/// The proxy, until dropped. Without rules it changes nothing.
#[derive(Debug)]
pub struct ApiProxy {
    kubeconfig: PathBuf,
    state: Arc<State>,
    server: JoinHandle<()>,
}

struct State {
    client: Client,
    rules: Mutex<Vec<Rule>>,
    struck: AtomicUsize,
    came: Mutex<Vec<(Came, Arc<OnceLock<Instant>>)>>,
    /// Changes when running watches are to be cut.
    cuts: watch::Sender<usize>,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State")
            .field("rules", &self.rules)
            .field("struck", &self.struck)
            .finish_non_exhaustive()
    }
}

impl ApiProxy {
    /// Stands before the cluster's API server; its kubeconfig goes into `folder`.
    pub async fn start(cluster: &Cluster, folder: &Path) -> Result<Self> {
        let doing = || "start a proxy".to_owned();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.doing(doing)?;
        let address: SocketAddr = listener.local_addr().doing(doing)?;
        let kubeconfig = with_server(cluster, folder, &format!("http://{address}"))?;
        let state = Arc::new(State {
            client: cluster.client().await?,
            rules: Mutex::default(),
            struck: AtomicUsize::new(0),
            came: Mutex::default(),
            cuts: watch::Sender::new(0),
        });
        let server = tokio::spawn(serve(listener, state.clone()));
        Ok(Self { kubeconfig, state, server })
    }

    /// For `KUBECONFIG`.
    pub fn kubeconfig(&self) -> &Path {
        &self.kubeconfig
    }

    /// From now on these rules hold, the first that applies.
    pub fn set(&self, rules: impl IntoIterator<Item = Rule>) {
        *self.state.rules.lock().unwrap_or_else(PoisonError::into_inner) = rules.into_iter().collect();
    }

    /// Cuts all watches that run.
    pub fn cut_watches(&self) {
        self.state.cuts.send_modify(|cuts| *cuts += 1);
    }

    /// The requests that came since this was last asked.
    pub fn came(&self) -> Vec<Came> {
        let came = std::mem::take(&mut *self.state.came.lock().unwrap_or_else(PoisonError::into_inner));
        came.into_iter().map(|(came, ended)| Came { ended: ended.get().copied(), ..came }).collect()
    }

    /// How many requests a rule struck: a test whose fault never came proves nothing.
    pub fn struck(&self) -> usize {
        self.state.struck.load(Ordering::SeqCst)
    }
}

impl Drop for ApiProxy {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn serve(listener: TcpListener, state: Arc<State>) {
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let state = state.clone();
        let service = service_fn(move |request| {
            let state = state.clone();
            async move { Ok::<_, Infallible>(state.answer(request).await) }
        });
        let connection = hyper::server::conn::http1::Builder::new()
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        connections.spawn(async move {
            // A client that goes away, and a body that we cut, end it so.
            let _ = connection.await;
        });
        while connections.try_join_next().is_some() {}
    }
}

type Error = Box<dyn std::error::Error + Send + Sync>;
type Answer = Response<UnsyncBoxBody<Bytes, Error>>;

impl State {
    async fn answer(&self, request: Request<Incoming>) -> Answer {
        let watches = request
            .uri()
            .query()
            .is_some_and(|query| query.split('&').any(|pair| matches!(pair, "watch=true" | "watch=1")));
        let ending = self.note(&request);
        match self.strike(request.method(), request.uri().path(), watches) {
            Some(ApiFault::Answer(code)) => failure(code),
            Some(ApiFault::ExpireWatch) => expired(),
            Some(ApiFault::CutWatch) => self.forward(request, Cut::Soon, ending).await,
            None if watches => self.forward(request, Cut::When(self.cuts.subscribe()), ending).await,
            None => self.forward(request, Cut::Never, ending).await,
        }
    }

    fn note(&self, request: &Request<Incoming>) -> Ending {
        let ended = Arc::new(OnceLock::new());
        let came = Came {
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
            query: request.uri().query().unwrap_or_default().to_owned(),
            begun: Instant::now(),
            ended: None,
        };
        self.came.lock().unwrap_or_else(PoisonError::into_inner).push((came, ended.clone()));
        Ending(ended)
    }

    fn strike(&self, method: &Method, path: &str, watches: bool) -> Option<ApiFault> {
        let mut rules = self.rules.lock().unwrap_or_else(PoisonError::into_inner);
        let rule = rules.iter_mut().find(|rule| rule.applies(method, path, watches))?;
        rule.times -= 1;
        self.struck.fetch_add(1, Ordering::SeqCst);
        Some(rule.fault)
    }

    async fn forward(&self, mut request: Request<Incoming>, cut: Cut, ending: Ending) -> Answer {
        let ours = request.headers().contains_key(UPGRADE).then(|| hyper::upgrade::on(&mut request));
        let (mut parts, body) = request.into_parts();
        parts.headers.remove(HOST);
        // Who we are, the client's own certificate says.
        parts.headers.remove(AUTHORIZATION);
        if ours.is_none() {
            parts.headers.remove(CONNECTION);
        }
        let body = match body.collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) => return broken(&error),
        };
        let sent = self.client.send(Request::from_parts(parts, kube::client::Body::from(body))).await;
        let mut answer = match sent {
            Ok(answer) => answer,
            Err(error) => return broken(&error),
        };
        let ending = Arc::new(ending);
        if let (Some(ours), StatusCode::SWITCHING_PROTOCOLS) = (ours, answer.status()) {
            let theirs = hyper::upgrade::on(&mut answer);
            let ending = ending.clone();
            tokio::spawn(async move {
                let _ending = ending;
                if let (Ok(ours), Ok(theirs)) = tokio::join!(ours, theirs) {
                    let _ = tokio::io::copy_bidirectional(&mut TokioIo::new(ours), &mut TokioIo::new(theirs))
                        .await;
                }
            });
        }
        answer.map(|body| {
            let body = body.map_err(Into::into).boxed_unsync();
            CutBody { body, cut: cut.future(), _ending: ending }.boxed_unsync()
        })
    }
}

/// The head of an answer is through by then, and what there is to say at first.
const SOON: Duration = Duration::from_millis(100);

/// When the body of an answer breaks off.
enum Cut {
    Never,
    Soon,
    When(watch::Receiver<usize>),
}

type CutFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Cut {
    fn future(self) -> CutFuture {
        match self {
            Self::Never => Box::pin(std::future::pending()),
            Self::Soon => Box::pin(tokio::time::sleep(SOON)),
            Self::When(mut cuts) => Box::pin(async move {
                if cuts.changed().await.is_err() {
                    std::future::pending::<()>().await;
                }
            }),
        }
    }
}

/// A body that ends in the middle, without the end that says that it is whole.
struct CutBody {
    body: UnsyncBoxBody<Bytes, Error>,
    cut: CutFuture,
    _ending: Arc<Ending>,
}

impl Body for CutBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        if self.cut.as_mut().poll(context).is_ready() {
            return Poll::Ready(Some(Err("cut on purpose".into())));
        }
        Pin::new(&mut self.body).poll_frame(context)
    }
}

/// As an API server words it.
fn failure(code: u16) -> Answer {
    let (reason, message) = match code {
        401 => ("Unauthorized", "Unauthorized"),
        403 => ("Forbidden", "forbidden: User \"practice\" cannot do this"),
        410 => ("Expired", "The resourceVersion for the provided watch is too old."),
        429 => ("TooManyRequests", "Too many requests, please try again later."),
        _ => ("InternalError", "an error on the server has prevented the request from succeeding"),
    };
    let status = serde_json::json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "message": message, "reason": reason, "code": code,
    });
    let mut answer = json(code, &status.to_string());
    if code == 429 {
        answer.headers_mut().insert(RETRY_AFTER, 1.into());
    }
    answer
}

fn expired() -> Answer {
    let event = serde_json::json!({"type": "ERROR", "object": {
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "message": "too old resource version: 1 (2)", "reason": "Expired", "code": 410,
    }});
    json(200, &format!("{event}\n"))
}

fn broken(error: &dyn std::error::Error) -> Answer {
    json(502, &serde_json::json!({"message": error.to_string()}).to_string())
}

fn json(code: u16, text: &str) -> Answer {
    let body = Full::from(text.to_owned()).map_err(|never| match never {}).boxed_unsync();
    let mut answer = Response::new(body);
    *answer.status_mut() = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    answer
        .headers_mut()
        .insert(hyper::header::CONTENT_TYPE, hyper::header::HeaderValue::from_static("application/json"));
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_applies_to_what_it_names_and_as_often_as_it_says() {
        let rule = Rule::new(ApiFault::Answer(429)).method(Method::PATCH).path("/deployments/").times(1);
        let path = "/apis/apps/v1/namespaces/default/deployments/iris";
        assert!(rule.applies(&Method::PATCH, path, false));
        assert!(!rule.applies(&Method::GET, path, false));
        assert!(!rule.applies(&Method::PATCH, "/api/v1/pods", false));
        assert!(!rule.clone().times(0).applies(&Method::PATCH, path, false));
        let cut = Rule::new(ApiFault::CutWatch);
        assert!(cut.applies(&Method::GET, path, true) && !cut.applies(&Method::GET, path, false));
    }
}

//! API servers that record every request that would change them: some of the test's own, and the real one behind a
//! recorder. Each is reached through a door, an address behind which another one can be put at any time.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    mem,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
};

use http_body_util::{BodyExt, Full, combinators::UnsyncBoxBody};
use hyper::{
    Method, Request, Response,
    body::{Bytes, Incoming},
    header::{AUTHORIZATION, CONNECTION, CONTENT_TYPE, HOST, HeaderValue},
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use kube::Client;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{PrivateKeyDer, pem::PemObject},
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_rustls::TlsAcceptor;

/// A cluster's API server.
pub struct Server {
    /// The UID of its namespace kube-system.
    pub uid: String,
    kind: Kind,
    /// The requests that would change it, in order.
    writes: Mutex<Vec<String>>,
}

enum Kind {
    /// Keeps what is applied, by path.
    Own { objects: Mutex<BTreeMap<String, Value>>, made: AtomicU64 },
    /// Hands on to the real one.
    Real(Client),
}

/// An address of the servers, and which of them is behind it now.
pub struct Door {
    /// Where it is.
    pub address: SocketAddr,
    behind: Arc<AtomicUsize>,
    serving: JoinHandle<()>,
}

/// All servers and all doors. Every door has a certificate of the same authority: TLS never tells servers apart.
pub struct Servers {
    /// The servers.
    pub all: Arc<Vec<Server>>,
    /// The doors.
    pub doors: Vec<Door>,
    /// The authority's certificate.
    pub authority: String,
}

type Answer = Response<UnsyncBoxBody<Bytes, Box<dyn std::error::Error + Send + Sync>>>;

impl Servers {
    /// So many servers of the test's own and the real one, with a door at each of these addresses.
    pub async fn open(own: usize, real: (Client, String), addresses: &[IpAddr]) -> Self {
        let new = |uid: String, kind| Server { uid, kind, writes: Mutex::default() };
        let mut all: Vec<_> = (0..own)
            .map(|number| {
                let kind = Kind::Own { objects: Mutex::default(), made: AtomicU64::new(0) };
                new(format!("00000000-0000-4000-8000-{number:012}"), kind)
            })
            .collect();
        all.push(new(real.1, Kind::Real(real.0)));
        let all = Arc::new(all);
        let (authority, acceptor) = certificates(addresses);
        let mut doors = Vec::new();
        for (number, address) in addresses.iter().enumerate() {
            let listener = TcpListener::bind((*address, 0)).await.unwrap();
            let behind = Arc::new(AtomicUsize::new(number % all.len()));
            doors.push(Door {
                address: listener.local_addr().unwrap(),
                behind: behind.clone(),
                serving: tokio::spawn(serve(listener, acceptor.clone(), all.clone(), behind)),
            });
        }
        Self { all, doors, authority }
    }

    /// The server behind a door now.
    pub fn behind(&self, door: usize) -> &Server {
        &self.all[self.doors[door].behind.load(Ordering::SeqCst)]
    }

    /// Puts this server behind a door, for the next request already, whoever's connection it comes through.
    pub fn put(&self, server: usize, door: usize) {
        self.doors[door].behind.store(server, Ordering::SeqCst);
    }

    /// What was written since this was last asked, each with the UID of the cluster that it came to.
    pub fn written(&self) -> Vec<(String, String)> {
        let written = |server: &Server| {
            let writes = mem::take(&mut *server.writes.lock().unwrap());
            writes.into_iter().map(|write| (server.uid.clone(), write)).collect::<Vec<_>>()
        };
        self.all.iter().flat_map(written).collect()
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(
    listener: TcpListener,
    acceptor: TlsAcceptor,
    all: Arc<Vec<Server>>,
    behind: Arc<AtomicUsize>,
) {
    while let Ok((stream, _)) = listener.accept().await {
        stream.set_nodelay(true).unwrap();
        let (acceptor, all, behind) = (acceptor.clone(), all.clone(), behind.clone());
        tokio::spawn(async move {
            let Ok(stream) = acceptor.accept(stream).await else { return };
            let service = service_fn(|request| {
                // Asked anew for each request: what stands behind an address may change under a connection.
                let (all, server) = (all.clone(), behind.load(Ordering::SeqCst));
                async move { Ok::<_, Infallible>(all[server].answer(request).await) }
            });
            // A client that goes away ends it so.
            let connection = hyper::server::conn::http1::Builder::new();
            connection.serve_connection(TokioIo::new(stream), service).await.ok();
        });
    }
}

impl Server {
    async fn answer(&self, request: Request<Incoming>) -> Answer {
        if changes(&request) {
            self.writes.lock().unwrap().push(format!("{} {}", request.method(), request.uri()));
        }
        match &self.kind {
            Kind::Own { objects, made } => {
                let (parts, body) = request.into_parts();
                let body = body.collect().await.unwrap().to_bytes();
                let (code, object) = self.own(&parts, &body, objects, made);
                let mut answer =
                    Response::new(Full::from(object.to_string()).map_err(Into::into).boxed_unsync());
                *answer.status_mut() = code.try_into().unwrap();
                let json = HeaderValue::from_static("application/json");
                answer.headers_mut().insert(CONTENT_TYPE, json);
                answer
            }
            Kind::Real(client) => {
                let (mut parts, body) = request.into_parts();
                for header in [HOST, AUTHORIZATION, CONNECTION] {
                    parts.headers.remove(header);
                }
                let body = kube::client::Body::from(body.collect().await.unwrap().to_bytes());
                let answer = client.send(Request::from_parts(parts, body)).await.unwrap();
                answer.map(|body| body.map_err(Into::into).boxed_unsync())
            }
        }
    }

    /// As an API server would answer that knows no rules but those of names.
    fn own(
        &self,
        request: &hyper::http::request::Parts,
        body: &Bytes,
        objects: &Mutex<BTreeMap<String, Value>>,
        made: &AtomicU64,
    ) -> (u16, Value) {
        let path = request.uri.path();
        let query = request.uri.query().unwrap_or_default();
        let mut objects = objects.lock().unwrap();
        match (&request.method, path) {
            (&Method::GET, "/version") => (
                200,
                json!({"major": "1", "minor": "33", "gitVersion": "v1.33.0", "gitCommit": "", "gitTreeState": "",
                    "buildDate": "", "goVersion": "", "compiler": "", "platform": ""}),
            ),
            (&Method::GET, "/api/v1/namespaces/kube-system") => (
                200,
                json!({"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1",
                    "metadata": {"name": "kube-system", "uid": self.uid}}),
            ),
            (&Method::POST, path) if path.ends_with("/selfsubjectaccessreviews") => {
                let mut review: Value = serde_json::from_slice(body).unwrap();
                review["status"] = json!({"allowed": true});
                (201, review)
            }
            (&Method::PATCH, path) => {
                let mut object: Value = serde_json::from_slice(body).unwrap();
                let uid = objects.get(path).map_or_else(
                    || format!("{}-{}", self.uid, made.fetch_add(1, Ordering::Relaxed)).into(),
                    |before| before["metadata"]["uid"].clone(),
                );
                object["metadata"]["uid"] = uid;
                object["metadata"]["resourceVersion"] = "1".into();
                if !query.contains("dryRun=All") {
                    objects.insert(path.to_owned(), object.clone());
                }
                (200, object)
            }
            (&Method::DELETE, path) => {
                let wanted: Value = serde_json::from_slice(body).unwrap_or_default();
                let wanted = &wanted["preconditions"]["uid"];
                match objects.get(path) {
                    None => (404, failure(404, "NotFound")),
                    Some(there) if !wanted.is_null() && *wanted != there["metadata"]["uid"] => {
                        (409, failure(409, "Conflict"))
                    }
                    Some(_) => (200, objects.remove(path).unwrap()),
                }
            }
            (&Method::GET, path) => {
                if let Some(object) = objects.get(path) {
                    return (200, object.clone());
                }
                // A list: of one name, as a watch of one object begins.
                let name =
                    query.split('&').find_map(|pair| pair.strip_prefix("fieldSelector=metadata.name%3D"));
                match name {
                    Some(name) => {
                        let found: Vec<_> = objects.get(&format!("{path}/{name}")).into_iter().collect();
                        (
                            200,
                            json!({"kind": "List", "apiVersion": "v1", "metadata": {"resourceVersion": "1"}, "items": found}),
                        )
                    }
                    None => (404, failure(404, "NotFound")),
                }
            }
            _ => (405, failure(405, "MethodNotAllowed")),
        }
    }
}

/// Whether a request would change the cluster: neither a read, nor a question that is asked by posting, nor a dry run.
fn changes(request: &Request<Incoming>) -> bool {
    let question = request.uri().path().ends_with("/selfsubjectaccessreviews");
    let dry = request.uri().query().is_some_and(|query| query.split('&').any(|pair| pair == "dryRun=All"));
    !matches!(*request.method(), Method::GET | Method::HEAD) && !question && !dry
}

fn failure(code: u16, reason: &str) -> Value {
    json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "message": reason, "reason": reason, "code": code})
}

/// An authority's certificate, and what serves with one of its own for these addresses.
fn certificates(addresses: &[IpAddr]) -> (String, TlsAcceptor) {
    let mut authority = CertificateParams::new(Vec::<String>::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let names: Vec<_> = addresses.iter().map(ToString::to_string).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, &authority).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::from_pem_slice(key.serialize_pem().as_bytes()).unwrap(),
        )
        .unwrap();
    (authority.pem(), TlsAcceptor::from(Arc::new(config)))
}

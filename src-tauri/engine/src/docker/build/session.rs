//! A session: a connection over which the engine calls us back, to read the context and to ask for credentials.

use std::{
    hash::{BuildHasher, RandomState},
    time::{SystemTime, UNIX_EPOCH},
};

use bollard_buildkit_proto::{
    health::{
        HealthCheckRequest, HealthCheckResponse, HealthListRequest, HealthListResponse,
        health_check_response::ServingStatus,
        health_server::{Health, HealthServer},
    },
    moby::filesync::v1::{auth_server::AuthServer, file_sync_server::FileSyncServer},
};
use bytes::Bytes;
use http_body_util::Empty;
use hyper::{Request, StatusCode, header, server::conn::http2, upgrade::Upgraded};
use hyper_util::{rt::TokioExecutor, service::TowerToHyperService};
use tokio_util::task::AbortOnDropHandle;
use tonic::{Response, Status, service::Routes};

use super::{filesync::FileSync, login::Login};
use crate::{
    docker::{Engine, error},
    problem::Problem,
};

/// The methods that the engine may call.
const METHODS: [&str; 3] = [
    "/moby.filesync.v1.FileSync/DiffCopy",
    "/moby.filesync.v1.Auth/Credentials",
    "/grpc.health.v1.Health/Check",
];

/// How much of what is sent may wait in memory, in bytes.
const WAITING_AT_MOST: usize = 256 * 1024;

/// An open session. It ends when dropped, and with it every call of the engine's.
#[derive(Debug)]
pub struct Session {
    /// By this the build finds the session.
    pub id: String,
    _serving: AbortOnDropHandle<()>,
}

impl Session {
    /// Opens a session. `shared_key` names the folder to the engine.
    pub async fn open(
        engine: &Engine,
        shared_key: &str,
        files: FileSync,
        login: Login,
    ) -> Result<Self, Problem> {
        let id = new_id();
        let connection =
            upgraded(engine, &id, shared_key).await.map_err(|error| error::problem("session", error))?;
        let routes = Routes::new(FileSyncServer::new(files))
            .add_service(AuthServer::new(login))
            .add_service(HealthServer::new(Healthy));
        let serving = async move {
            let service = TowerToHyperService::new(routes.prepare());
            let connection = http2::Builder::new(TokioExecutor::new())
                .max_send_buf_size(WAITING_AT_MOST)
                .serve_connection(connection, service);
            // Its end is the build's end or failure, and reported there.
            let _ = connection.await;
        };
        Ok(Self { id, _serving: AbortOnDropHandle::new(tokio::spawn(serving)) })
    }
}

async fn upgraded(engine: &Engine, id: &str, shared_key: &str) -> Result<Upgraded, bollard::errors::Error> {
    let mut request = Request::post("/session")
        .header(header::CONNECTION, "Upgrade")
        .header(header::UPGRADE, "h2c")
        .header("X-Docker-Expose-Session-Uuid", id)
        .header("X-Docker-Expose-Session-Name", "slipway")
        .header("X-Docker-Expose-Session-Sharedkey", shared_key);
    for method in METHODS {
        request = request.header("X-Docker-Expose-Session-Grpc-Method", method);
    }
    let response = engine.wire.request(request.body(Empty::<Bytes>::new())?).await?;
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        return Err(bollard::errors::Error::DockerResponseServerError {
            status_code: response.status().as_u16(),
            message: "the engine opens no session".to_owned(),
        });
    }
    Ok(hyper::upgrade::on(response).await?)
}

/// No two sessions of one engine may have the same id. The hasher's keys are random.
fn new_id() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    let random = || RandomState::new().hash_one((now, std::process::id()));
    format!("slipway{:016x}{:016x}", random(), random())
}

/// The engine asks every few seconds whether we live, and ends the session when we do not say so.
struct Healthy;

#[tonic::async_trait]
impl Health for Healthy {
    async fn check(
        &self,
        _: tonic::Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        Ok(Response::new(HealthCheckResponse { status: ServingStatus::Serving.into() }))
    }

    async fn list(
        &self,
        _: tonic::Request<HealthListRequest>,
    ) -> Result<Response<HealthListResponse>, Status> {
        Err(Status::unimplemented("list"))
    }

    type WatchStream = tokio_stream::Empty<Result<HealthCheckResponse, Status>>;

    async fn watch(
        &self,
        _: tonic::Request<HealthCheckRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        Err(Status::unimplemented("watch"))
    }
}

//! Engines of other kinds than the practice cluster's: old ones, new ones, one behind TLS, and one that never answers.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used)] // a failed expectation is a failed test

use std::{path::Path, sync::Arc};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use rustls::{
    RootCertStore, ServerConfig,
    crypto::ring,
    pki_types::{PrivateKeyDer, pem::PemObject},
    server::WebPkiClientVerifier,
};
use slipway_engine::{
    docker::{Engine, Surroundings},
    problem::Code,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, UnixStream},
    task::AbortHandle,
};
use tokio_rustls::TlsAcceptor;

fn surroundings(home: &Path, vars: &[(&str, String)]) -> Surroundings {
    let mut surroundings = Surroundings::here();
    home.clone_into(&mut surroundings.home);
    surroundings.vars.retain(|name, _| !name.starts_with("DOCKER_"));
    surroundings.vars.extend(vars.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    surroundings
}

/// Something that answers every request as an engine of these words would.
async fn saying(version: serde_json::Value, info: serde_json::Value) -> (String, AbortHandle) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = format!("tcp://{}", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 8192];
            let length = stream.read(&mut request).await.unwrap_or_default();
            let request = String::from_utf8_lossy(&request[..length]);
            let body = if request.contains("/info ") {
                info.to_string()
            } else if request.contains("/version ") {
                version.to_string()
            } else {
                "\"OK\"".to_owned()
            };
            let answer = format!(
                "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
            stream.write_all(answer.as_bytes()).await.ok();
        }
    });
    (host, serving.abort_handle())
}

async fn problem_of(version: serde_json::Value, info: serde_json::Value) -> Code {
    let home = tempfile::tempdir().unwrap();
    let (host, serving) = saying(version, info).await;
    let found = Engine::find_in(&surroundings(home.path(), &[("DOCKER_HOST", host)])).await;
    serving.abort();
    found.unwrap_err().code
}

#[tokio::test]
async fn engines_that_are_too_old_too_new_or_run_windows_containers_are_told() {
    use serde_json::json;
    let linux = json!({"OSType": "linux"});
    let old = json!({"Version": "18.06.1-ce", "ApiVersion": "1.38", "MinAPIVersion": "1.12"});
    assert_eq!(problem_of(old, linux.clone()).await, Code::DockerTooOld);
    let new = json!({"Version": "40.0.0", "ApiVersion": "1.90", "MinAPIVersion": "1.80"});
    assert_eq!(problem_of(new, linux).await, Code::DockerTooNew);
    let windows = json!({"Version": "28.0.0", "ApiVersion": "1.48", "MinAPIVersion": "1.24"});
    assert_eq!(problem_of(windows, json!({"OSType": "windows"})).await, Code::DockerWindowsContainers);
}

#[tokio::test]
async fn an_engine_that_accepts_and_does_not_answer_is_not_waited_for_forever() {
    let home = tempfile::tempdir().unwrap();
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = format!("tcp://{}", silent.local_addr().unwrap());
    let found = Engine::find_in(&surroundings(home.path(), &[("DOCKER_HOST", host)])).await;
    assert_eq!(found.unwrap_err().code, Code::DockerUnreachable);
    drop(silent);
}

/// A folder with an authority, a client's certificate and key as docker names them, and the server's configuration.
fn certificates(folder: &Path) -> ServerConfig {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let issue = |name: &str, purpose| {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.extended_key_usages = vec![purpose];
        let key = KeyPair::generate().unwrap();
        (params.signed_by(&key, &authority).unwrap(), key)
    };
    let (client, client_key) = issue("client", ExtendedKeyUsagePurpose::ClientAuth);
    std::fs::write(folder.join("ca.pem"), authority.pem()).unwrap();
    std::fs::write(folder.join("cert.pem"), client.pem()).unwrap();
    std::fs::write(folder.join("key.pem"), client_key.serialize_pem()).unwrap();
    let (server, server_key) = issue("127.0.0.1", ExtendedKeyUsagePurpose::ServerAuth);
    let mut roots = RootCertStore::empty();
    roots.add(authority.der().clone()).unwrap();
    let provider = Arc::new(ring::default_provider());
    let clients =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone()).build().unwrap();
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(clients)
        .with_single_cert(
            vec![server.der().clone()],
            PrivateKeyDer::from_pem_slice(server_key.serialize_pem().as_bytes()).unwrap(),
        )
        .unwrap()
}

#[tokio::test]
async fn an_engine_behind_tls_is_reached_with_the_clients_certificate_and_no_other_is_trusted() {
    let socket = std::env::var("DOCKER_HOST").expect("the practice cluster's environment");
    let socket = socket.strip_prefix("unix://").unwrap().to_owned();
    let home = tempfile::tempdir().unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(certificates(home.path())));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = format!("tcp://{}", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, socket) = (acceptor.clone(), socket.clone());
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                let mut engine = UnixStream::connect(socket).await.unwrap();
                copy_bidirectional(&mut stream, &mut engine).await.ok();
            });
        }
    });
    let with = |folder: &Path| {
        surroundings(
            home.path(),
            &[
                ("DOCKER_HOST", host.clone()),
                ("DOCKER_TLS_VERIFY", "1".to_owned()),
                ("DOCKER_CERT_PATH", folder.display().to_string()),
            ],
        )
    };
    let engine = Engine::find_in(&with(home.path())).await.unwrap();
    assert_eq!((engine.host.as_str(), engine.os.as_str()), (host.as_str(), "linux"));

    let strangers = tempfile::tempdir().unwrap();
    certificates(strangers.path());
    let problem = Engine::find_in(&with(strangers.path())).await.unwrap_err();
    assert_eq!(problem.code, Code::DockerUnreachable);
    assert!(format!("{:?}", problem.evidence).to_lowercase().contains("certificate"), "{problem:?}");

    let nothing = tempfile::tempdir().unwrap();
    let problem = Engine::find_in(&with(nothing.path())).await.unwrap_err();
    assert_eq!(problem.code, Code::DockerConfigBroken);
    assert_eq!(problem.args["path"], nothing.path().join("ca.pem").display().to_string().into());
    serving.abort();
}

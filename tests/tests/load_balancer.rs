//! Services of type LoadBalancer get ports of this machine, as on Docker Desktop.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    net::{TcpListener, TcpStream},
    time::Duration,
};

use k8s_openapi::api::core::v1::Service;
use kube::{
    Api, Client,
    api::{Patch, PatchParams},
    runtime::wait::await_condition,
};
use serde_json::json;
use slipway_tests::backend::{SOON, expose, lead, node_address, remove, says};
use tokio::time::timeout;

const NAMES: [&str; 3] = ["load-balancer-first", "load-balancer-second", "load-balancer-other"];

#[tokio::test]
async fn the_first_service_gets_the_port_and_the_second_when_it_is_free() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::try_default().await.unwrap();
    let node = node_address(&client).await;
    let services = Api::<Service>::default_namespaced(client.clone());
    for name in NAMES {
        remove(&services, name).await;
    }
    let [port, other_port, moved_to] = free_ports();
    let [first, second, other] = NAMES;
    let balance = async |name, port, word| {
        expose(&client, name, "LoadBalancer", port).await;
        lead(&client, name, &[says(node, word)]).await;
    };

    balance(first, port, "first").await;
    served(&services, first).await;
    hear(format!("127.0.0.1:{port}"), "first").await;
    hear(format!("[::1]:{port}"), "first").await;

    // Services are looked at in the order in which they came, so the second one was when the other is served.
    balance(second, port, "second").await;
    balance(other, other_port, "other").await;
    served(&services, other).await;
    assert!(!is_served(&services.get(second).await.unwrap()), "the second one stays pending");

    remove(&services, first).await;
    served(&services, second).await;
    hear(format!("127.0.0.1:{port}"), "second").await;

    let ports = json!([{ "port": port, "$patch": "delete" }, { "name": "tcp", "port": moved_to }]);
    let moved = json!({ "spec": { "ports": ports } });
    services.patch(second, &PatchParams::default(), &Patch::Strategic(moved)).await.unwrap();
    balance(first, port, "first again").await;
    served(&services, first).await;
    hear(format!("127.0.0.1:{port}"), "first again").await;
    hear(format!("127.0.0.1:{moved_to}"), "second").await;

    for name in NAMES {
        remove(&services, name).await;
    }
}

fn free_ports<const N: usize>() -> [u16; N] {
    [(); N]
        .map(|()| TcpListener::bind("127.0.0.1:0").unwrap())
        .map(|listener| listener.local_addr().unwrap().port())
}

/// Waits until this word is heard there. kube-proxy may still be on its way when the status says served, and
/// nothing but a connection tells.
async fn hear(address: String, word: &str) {
    let heard = || {
        let stream = TcpStream::connect(&address).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
        std::io::read_to_string(stream).ok()
    };
    let until_heard = async {
        while heard().as_deref() != Some(word) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(SOON, until_heard).await.unwrap_or_else(|_| panic!("{address} does not say {word}"));
}

fn is_served(service: &Service) -> bool {
    let status = service.status.as_ref().and_then(|status| status.load_balancer.as_ref());
    status
        .and_then(|status| status.ingress.as_ref())
        .is_some_and(|ingress| ingress.iter().any(|ingress| ingress.hostname.as_deref() == Some("localhost")))
}

async fn served(services: &Api<Service>, name: &str) {
    let condition = |service: Option<&Service>| service.is_some_and(is_served);
    timeout(SOON, await_condition(services.clone(), name, condition)).await.expect(name).unwrap();
}

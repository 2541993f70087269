//! Servers in the test's own process that the cluster reaches by a Service, without a pod or an image.

use std::{
    io::{Read, Write},
    net::{IpAddr, SocketAddr, TcpListener, TcpStream},
    time::Duration,
};

use k8s_openapi::api::{
    core::v1::{Node, Service},
    discovery::v1::EndpointSlice,
};
use kube::{
    Api, Client, Resource, ResourceExt,
    api::{DeleteParams, ListParams, Patch, PatchParams, PostParams},
    runtime::wait::{await_condition, conditions::is_deleted},
};
use serde_json::json;
use tokio::time::timeout;

/// How long the cluster may take for anything that these tests wait for.
pub const SOON: Duration = Duration::from_secs(30);

/// The node's address, which is this machine's.
pub async fn node_address(client: &Client) -> IpAddr {
    let nodes = Api::<Node>::all(client.clone()).list(&ListParams::default()).await.unwrap();
    let addresses = nodes.items[0].status.as_ref().unwrap().addresses.as_ref().unwrap();
    addresses.iter().find(|address| address.type_ == "InternalIP").unwrap().address.parse().unwrap()
}

/// Serves connections at an address of the node for as long as the test runs.
pub fn serve(node: IpAddr, connection: impl Fn(TcpStream) + Send + Sync + Clone + 'static) -> SocketAddr {
    let listener = TcpListener::bind((node, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = connection.clone();
            std::thread::spawn(move || connection(stream));
        }
    });
    address
}

/// A server that says one word to whoever connects.
pub fn says(node: IpAddr, word: &'static str) -> SocketAddr {
    serve(node, move |mut stream| {
        stream.write_all(word.as_bytes()).ok();
    })
}

/// An HTTP server that answers every request with one word.
pub fn answers(node: IpAddr, word: &'static str) -> SocketAddr {
    serve(node, move |mut stream| {
        if read_head(&mut stream).is_some() {
            let length = word.len();
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
            stream.write_all(format!("{head}{word}").as_bytes()).ok();
        }
    })
}

/// The head of an HTTP message, up to and with its empty line.
pub fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    String::from_utf8(head).ok()
}

/// A Service of this type with one port, in the default namespace. It leads to nobody yet.
pub async fn expose(client: &Client, name: &str, kind: &str, port: u16) {
    let service: Service = serde_json::from_value(json!({
        "metadata": { "name": name },
        "spec": { "type": kind, "ports": [{ "name": "tcp", "port": port }] },
    }))
    .unwrap();
    Api::default_namespaced(client.clone()).create(&PostParams::default(), &service).await.unwrap();
}

/// Leads a Service to these servers and no others. They must have the same port.
pub async fn lead(client: &Client, name: &str, servers: &[SocketAddr]) {
    let service = Api::<Service>::default_namespaced(client.clone()).get(name).await.unwrap();
    let slices = Api::<EndpointSlice>::default_namespaced(client.clone());
    for (number, server) in servers.iter().enumerate() {
        let slice = json!({
            "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
            "metadata": {
                "name": format!("{name}-{number}"),
                "labels": { "kubernetes.io/service-name": name },
                "ownerReferences": [{ "apiVersion": "v1", "kind": "Service", "name": name, "uid": service.uid() }],
            },
            "addressType": "IPv4",
            "endpoints": [{ "addresses": [server.ip()], "conditions": { "ready": true } }],
            "ports": [{ "name": "tcp", "port": server.port() }],
        });
        let params = PatchParams::apply("slipway-tests").force();
        slices.patch(&format!("{name}-{number}"), &params, &Patch::Apply(slice)).await.unwrap();
    }
    let of_service = ListParams::default().labels(&format!("kubernetes.io/service-name={name}"));
    for slice in slices.list(&of_service).await.unwrap() {
        let number = slice.name_any().rsplit('-').next().and_then(|number| number.parse::<usize>().ok());
        if number.is_none_or(|number| number >= servers.len()) {
            slices.delete(&slice.name_any(), &DeleteParams::default()).await.ok();
        }
    }
}

/// Deletes an object, if it is there, and waits until it is gone.
pub async fn remove<K>(objects: &Api<K>, name: &str)
where
    K: Resource + Clone + std::fmt::Debug + Send + k8s_openapi::serde::de::DeserializeOwned + 'static,
{
    if let Some(object) = objects.get_opt(name).await.unwrap() {
        objects.delete(name, &DeleteParams::default()).await.unwrap();
        let uid = object.meta().uid.clone().unwrap();
        timeout(SOON, await_condition(objects.clone(), name, is_deleted(&uid))).await.expect(name).unwrap();
    }
}

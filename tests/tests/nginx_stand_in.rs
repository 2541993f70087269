//! The stand-in for F5 NGINX Ingress Controller answers as the real one does.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    collections::BTreeSet,
    io::{Read, Write},
    net::{IpAddr, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures_util::StreamExt;
use k8s_openapi::api::{
    core::v1::{Event, Service},
    networking::v1::Ingress,
};
use kube::{
    Api, Client, ResourceExt,
    api::{Patch, PatchParams, PostParams},
    runtime::{WatchStreamExt, wait::await_condition, watcher},
};
use serde_json::json;
use slipway_tests::{
    backend::{SOON, answers, expose, lead, node_address, read_head, remove, serve},
    controller, namespace,
};
use tokio::time::timeout;

/// An Ingress with its Service, under one name and host.
struct Route {
    client: Client,
    node: IpAddr,
    name: String,
    uid: String,
}

impl Route {
    /// A route for this test alone. It leads to nobody yet.
    async fn new(test: &str) -> Self {
        controller::installed().await;
        let client = namespace::client().await;
        let name = format!("nginx-{test}");
        remove(&Api::<Ingress>::default_namespaced(client.clone()), &name).await;
        remove(&Api::<Service>::default_namespaced(client.clone()), &name).await;
        expose(&client, &name, "ClusterIP", 80).await;
        let ingress: Ingress = serde_json::from_value(json!({
            "metadata": { "name": name },
            "spec": { "ingressClassName": "nginx", "rules": [{ "host": format!("{name}.test"), "http": { "paths": [{
                "path": "/", "pathType": "Prefix", "backend": { "service": { "name": name, "port": { "number": 80 } } }
            }] } }] },
        }))
        .unwrap();
        let made = Api::<Ingress>::default_namespaced(client.clone())
            .create(&PostParams::default(), &ingress)
            .await
            .unwrap();
        Self { node: node_address(&client).await, client, name, uid: made.uid().unwrap() }
    }

    fn ingresses(&self) -> Api<Ingress> {
        Api::default_namespaced(self.client.clone())
    }

    async fn patch(&self, patch: serde_json::Value) {
        self.ingresses().patch(&self.name, &PatchParams::default(), &Patch::Merge(patch)).await.unwrap();
    }

    /// Waits for an event of this reason and gives its message.
    async fn event(&self, reason: &str) -> String {
        let fields = format!("involvedObject.uid={},reason={reason}", self.uid);
        let events = Api::<Event>::default_namespaced(self.client.clone());
        let watch = watcher(events, watcher::Config::default().fields(&fields)).default_backoff();
        let mut found = std::pin::pin!(watch.applied_objects());
        let event = timeout(SOON, found.next()).await.unwrap_or_else(|_| panic!("no event {reason}"));
        event.unwrap().unwrap().message.unwrap()
    }

    /// Status and body of a request on a connection of its own.
    fn ask(&self) -> (u16, String) {
        Browser::open(&format!("{}.test", self.name)).ask().unwrap()
    }

    /// Asks until the answer is as wanted: for a moment after a reload, nginx's old workers still take requests.
    async fn until(&self, wanted: impl Fn(u16, &str) -> bool) {
        let answers = async {
            loop {
                let (status, body) = self.ask();
                if wanted(status, &body) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(SOON, answers).await.unwrap_or_else(|_| panic!("it answers {:?}", self.ask()));
    }

    async fn end(self) {
        remove(&self.ingresses(), &self.name).await;
        remove(&Api::<Service>::default_namespaced(self.client.clone()), &self.name).await;
    }
}

/// A client that keeps its connection for as long as the server says that it may.
struct Browser {
    host: String,
    stream: Option<TcpStream>,
}

impl Browser {
    fn open(host: &str) -> Self {
        Self { host: host.to_owned(), stream: None }
    }

    /// Status and body; an error when a connection that the server did not announce to close was closed.
    fn ask(&mut self) -> std::io::Result<(u16, String)> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => TcpStream::connect("127.0.0.1:80")?,
        };
        stream.set_read_timeout(Some(SOON))?;
        stream.write_all(format!("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", self.host).as_bytes())?;
        let head = read_head(&mut stream).ok_or(std::io::ErrorKind::UnexpectedEof)?;
        let header = |name: &str| {
            head.lines()
                .filter_map(|line| line.split_once(": "))
                .find_map(|(key, value)| key.eq_ignore_ascii_case(name).then(|| value.to_owned()))
        };
        let mut body = vec![0; header("content-length").unwrap().parse().unwrap()];
        stream.read_exact(&mut body)?;
        if header("connection").as_deref() != Some("close") {
            self.stream = Some(stream);
        }
        Ok((head[9..12].parse().unwrap(), String::from_utf8(body).unwrap()))
    }
}

#[tokio::test]
async fn a_host_that_no_ingress_names_gets_nginxs_404() {
    controller::installed().await;
    let (status, body) = Browser::open("nobody.test").ask().unwrap();
    assert_eq!(status, 404);
    assert!(body.contains("<center>nginx/"), "{body}");
}

#[tokio::test]
async fn a_rule_leads_to_the_server_and_its_status_says_where() {
    let route = Route::new("rule").await;
    let message = route.event("AddedOrUpdatedWithWarning").await;
    assert!(message.ends_with(&format!("No endpoints found for service {}", route.name)), "{message}");
    route.until(|status, _| status == 502).await; // nobody is there yet

    lead(&route.client, &route.name, &[answers(route.node, "hello")]).await;
    let message = route.event("AddedOrUpdated").await;
    assert_eq!(message, format!("Configuration for default/{} was added or updated", route.name));
    route.until(|status, body| (status, body) == (200, "hello")).await;
    let has_address = |ingress: Option<&Ingress>| {
        let status =
            ingress.and_then(|ingress| ingress.status.as_ref()?.load_balancer.as_ref()?.ingress.as_ref());
        status.is_some_and(|ingress| ingress[0].hostname.as_deref() == Some("localhost"))
    };
    let address = await_condition(route.ingresses(), &route.name, has_address);
    timeout(SOON, address).await.expect("an address").unwrap();
    route.end().await;
}

#[tokio::test]
async fn a_rule_without_a_host_is_rejected_and_serves_nobody() {
    let route = Route::new("hostless").await;
    lead(&route.client, &route.name, &[answers(route.node, "hello")]).await;
    route.event("AddedOrUpdated").await;
    let mut rules = json!(route.ingresses().get(&route.name).await.unwrap().spec.unwrap().rules);
    rules[0].as_object_mut().unwrap().remove("host");
    route.patch(json!({ "spec": { "rules": rules } })).await;
    assert_eq!(route.event("Rejected").await, "spec.rules[0].host: Required value");
    route.until(|status, _| status == 404).await;
    route.end().await;
}

#[tokio::test]
async fn a_server_that_is_too_slow_is_a_504() {
    let route = Route::new("slow").await;
    route.patch(json!({ "metadata": { "annotations": { "nginx.org/proxy-read-timeout": "1s" } } })).await;
    let never = serve(route.node, |mut stream| {
        read_head(&mut stream);
        std::thread::sleep(SOON);
    });
    lead(&route.client, &route.name, &[never]).await;
    route.event("AddedOrUpdated").await;
    route.until(|status, _| status == 504).await;
    route.end().await;
}

#[tokio::test]
async fn while_servers_come_and_go_no_request_is_lost() {
    let route = Route::new("reload").await;
    let servers = ["one", "two", "three"].map(|word| answers(route.node, word));
    lead(&route.client, &route.name, &servers[..1]).await;
    route.until(|_, body| body == "one").await;

    let done = Arc::new(AtomicBool::new(false));
    let load: Vec<_> = (0..4)
        .map(|_| {
            let (done, mut browser) = (done.clone(), Browser::open(&format!("{}.test", route.name)));
            std::thread::spawn(move || {
                let mut seen = Vec::new();
                while !done.load(Ordering::Relaxed) {
                    seen.push(browser.ask().map_err(|error| error.to_string()));
                }
                seen
            })
        })
        .collect();
    for round in 0..6 {
        lead(&route.client, &route.name, &servers[round % 3..][..1]).await;
        let wanted = ["one", "two", "three"][round % 3];
        route.until(|_, body| body == wanted).await;
    }
    done.store(true, Ordering::Relaxed);
    let before = |answer: &Result<(u16, String), _>| answer.as_ref().is_ok_and(|(status, _)| *status == 502);
    let answers: Vec<_> = load
        .into_iter()
        // An old worker, from before anybody was there, may be the first to answer.
        .flat_map(|thread| thread.join().unwrap().into_iter().skip_while(before))
        .collect();
    let kinds: BTreeSet<_> = answers.iter().cloned().collect();
    let expected = ["one", "two", "three"].map(|word| Ok((200, word.to_owned())));
    assert_eq!(kinds, BTreeSet::from(expected), "of {} requests", answers.len());
    assert!(answers.len() > 50, "{} requests are no load", answers.len());
    route.end().await;
}

//! LoadBalancer as Docker Desktop's: the first Service to ask for a port of this machine gets it, on 127.0.0.1
//! and ::1; a second one for the same port stays pending.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    io::{self, Write as _},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::Path,
    pin::pin,
    time::Duration,
};

use futures_util::StreamExt;
use k8s_openapi::{api::core::v1::Service, jiff::Timestamp};
use kube::{
    Api, Client, Config, ResourceExt,
    api::{Patch, PatchParams},
    config::{KubeConfigOptions, Kubeconfig},
    runtime::{WatchStreamExt, watcher},
};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::{Instant, sleep_until},
};

/// What the status of a served Service says.
const HOSTNAME: &str = "localhost";

/// How soon a port that another program holds, or a status that could not be written, is tried again: nothing
/// tells when a port becomes free.
const AGAIN: Duration = Duration::from_secs(1);

/// Why the load balancer cannot run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The kubeconfig cannot be read.
    #[error("the kubeconfig cannot be used: {0}")]
    Kubeconfig(#[from] kube::config::KubeconfigError),
    /// No client can be made of it.
    #[error("no client for the cluster: {0}")]
    Client(#[from] kube::Error),
}

/// Serves the cluster of this kubeconfig until the future is dropped. What it does is told on standard error.
pub async fn run(kubeconfig: &Path) -> Result<(), Error> {
    let config =
        Config::from_custom_kubeconfig(Kubeconfig::read_from(kubeconfig)?, &KubeConfigOptions::default())
            .await?;
    LoadBalancer::new(Client::try_from(config)?).run().await;
    Ok(())
}

/// A Service of type LoadBalancer, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Claim {
    /// `namespace/name`, for the log.
    name: String,
    created: Option<Timestamp>,
    cluster_ip: IpAddr,
    /// The TCP ports that it asks for.
    ports: BTreeSet<u16>,
    /// Whether its status says that it is served.
    told: bool,
}

/// What identifies a Service: another one of the same name is another claim.
type Uid = String;

impl Claim {
    /// The claim of a Service, if it makes one here. One with a class of its own is somebody else's.
    fn of(service: &Service) -> Option<Self> {
        let spec = service.spec.as_ref()?;
        if spec.type_.as_deref() != Some("LoadBalancer") || spec.load_balancer_class.is_some() {
            return None;
        }
        let ports = spec
            .ports
            .iter()
            .flatten()
            .filter(|port| port.protocol.as_deref().is_none_or(|protocol| protocol == "TCP"))
            .filter_map(|port| u16::try_from(port.port).ok())
            .collect();
        let status = service.status.as_ref().and_then(|status| status.load_balancer.as_ref());
        Some(Self {
            name: format!("{}/{}", service.namespace().unwrap_or_default(), service.name_any()),
            created: service.metadata.creation_timestamp.as_ref().map(|time| time.0),
            cluster_ip: spec.cluster_ip.as_deref()?.parse().ok()?,
            ports,
            told: status.is_some_and(|status| status.ingress.as_ref().is_some_and(|it| !it.is_empty())),
        })
    }
}

/// Who gets which port: those who have theirs keep them, then the older before the younger. A claim gets all of
/// its ports or none. Returns the holder by port.
fn allot(claims: &BTreeMap<Uid, Claim>, served: &BTreeSet<Uid>) -> BTreeMap<u16, Uid> {
    let mut order: Vec<_> = claims.iter().collect();
    order.sort_by_key(|(uid, claim)| {
        (!served.contains(*uid), !claim.told, claim.created.unwrap_or(Timestamp::MAX), *uid)
    });
    let mut holders = BTreeMap::new();
    for (uid, claim) in order {
        if !claim.ports.iter().any(|port| holders.contains_key(port)) {
            holders.extend(claim.ports.iter().map(|port| (*port, uid.clone())));
        }
    }
    holders
}

/// Ports of this machine that are forwarded to one Service. They are free again when this is dropped.
struct Served {
    cluster_ip: IpAddr,
    ports: BTreeSet<u16>,
    proxies: JoinSet<()>,
}

impl Served {
    /// Whether this is what the claim asks for.
    fn answers(&self, claim: &Claim) -> bool {
        self.ports == claim.ports && self.cluster_ip == claim.cluster_ip
    }
}

struct LoadBalancer {
    client: Client,
    claims: BTreeMap<Uid, Claim>,
    served: BTreeMap<Uid, Served>,
    /// Why a claim is pending, so that it is told once.
    pending: BTreeMap<Uid, String>,
}

impl LoadBalancer {
    fn new(client: Client) -> Self {
        Self { client, claims: BTreeMap::new(), served: BTreeMap::new(), pending: BTreeMap::new() }
    }

    async fn run(mut self) {
        let services = watcher(Api::<Service>::all(self.client.clone()), watcher::Config::default());
        let mut services = pin!(services.default_backoff());
        let mut listed = BTreeMap::new();
        let mut again: Option<Instant> = None;
        loop {
            tokio::select! {
                event = services.next() => match event {
                    None => return,
                    Some(Err(error)) => { say(format_args!("the watch of Services broke, it goes on: {error}")); continue }
                    Some(Ok(watcher::Event::Init)) => { listed.clear(); continue }
                    Some(Ok(watcher::Event::InitApply(service))) => { note(&mut listed, &service); continue }
                    Some(Ok(watcher::Event::InitDone)) => self.claims = std::mem::take(&mut listed),
                    Some(Ok(watcher::Event::Apply(service))) => note(&mut self.claims, &service),
                    Some(Ok(watcher::Event::Delete(service))) => { self.claims.remove(&service.uid().unwrap_or_default()); }
                },
                () = sleep_until(again.unwrap_or_else(Instant::now)), if again.is_some() => {}
            }
            again = self.settle().await.then(|| Instant::now() + AGAIN);
        }
    }

    /// Makes the machine's ports and the Services' statuses what the claims ask for. True: something of it has
    /// to be tried again.
    async fn settle(&mut self) -> bool {
        let mut again = false;
        let holders = allot(&self.claims, &self.served.keys().cloned().collect());
        let winners: BTreeSet<_> = holders.values().cloned().collect();
        let ended = self.served.extract_if(.., |uid, served| {
            !winners.contains(uid) || !self.claims.get(uid).is_some_and(|claim| served.answers(claim))
        });
        for (_, mut served) in ended.collect::<Vec<_>>() {
            served.proxies.shutdown().await;
            say(format_args!("released ports {}", list(&served.ports)));
        }
        self.pending.retain(|uid, _| self.claims.contains_key(uid));
        for (uid, claim) in &self.claims {
            let held = claim.ports.iter().find_map(|port| holders.get(port).map(|holder| (port, holder)));
            let reason = match held {
                None => None, // it asks for no port
                Some((port, holder)) if holder != uid => {
                    let holder = self.claims.get(holder).map_or("?", |claim| &claim.name);
                    Some(format!("port {port} is {holder}'s"))
                }
                Some(_) if self.served.contains_key(uid) => None,
                Some(_) => match serve(claim).await {
                    Ok(served) => {
                        say(format_args!("{} is served on ports {}", claim.name, list(&claim.ports)));
                        self.served.insert(uid.clone(), served);
                        None
                    }
                    Err((port, error)) => {
                        again = true;
                        Some(format!("port {port} of this machine cannot be had: {error}"))
                    }
                },
            };
            match reason {
                None => _ = self.pending.remove(uid),
                Some(reason) => {
                    if self.pending.insert(uid.clone(), reason.clone()).as_ref() != Some(&reason) {
                        say(format_args!("{} stays pending: {reason}", claim.name));
                    }
                }
            }
            let serves = self.served.contains_key(uid);
            if serves != claim.told
                && let Err(error) = self.tell_status(claim, serves).await
            {
                say(format_args!("the status of {} was not written: {error}", claim.name));
                again |= !matches!(&error, kube::Error::Api(status) if status.code == 404);
            }
        }
        again
    }

    async fn tell_status(&self, claim: &Claim, serves: bool) -> Result<(), kube::Error> {
        let Some((namespace, name)) = claim.name.split_once('/') else { return Ok(()) };
        let ingress = serves.then(|| serde_json::json!([{ "hostname": HOSTNAME }]));
        let status = serde_json::json!({ "status": { "loadBalancer": { "ingress": ingress } } });
        Api::<Service>::namespaced(self.client.clone(), namespace)
            .patch_status(name, &PatchParams::default(), &Patch::Merge(status))
            .await
            .map(drop)
    }
}

/// Keeps the claim that a Service makes now, or forgets it.
fn note(claims: &mut BTreeMap<Uid, Claim>, service: &Service) {
    let Some(uid) = service.uid() else { return };
    match Claim::of(service) {
        Some(claim) => _ = claims.insert(uid, claim),
        None => _ = claims.remove(&uid),
    }
}

/// Listens on all ports of a claim, or on none and says which one could not be had.
async fn serve(claim: &Claim) -> Result<Served, (u16, io::Error)> {
    let mut listeners = Vec::new();
    for &port in &claim.ports {
        for local in [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)] {
            match TcpListener::bind((local, port)).await {
                Ok(listener) => listeners.push((listener, SocketAddr::new(claim.cluster_ip, port))),
                // a machine without IPv6
                Err(error) if local.is_ipv6() && error.kind() == io::ErrorKind::AddrNotAvailable => {}
                Err(error) => return Err((port, error)),
            }
        }
    }
    let mut proxies = JoinSet::new();
    for (listener, to) in listeners {
        proxies.spawn(forward(listener, to));
    }
    Ok(Served { cluster_ip: claim.cluster_ip, ports: claim.ports.clone(), proxies })
}

/// Forwards each connection to the Service's address, where kube-proxy chooses a pod. The connections end with
/// this future.
async fn forward(listener: TcpListener, to: SocketAddr) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((here, _)) => _ = connections.spawn(connect(here, to)),
                // Out of file descriptors, say: one of the open connections must end first.
                Err(error) => {
                    say(format_args!("a connection was not accepted: {error}"));
                    if connections.join_next().await.is_none() { return }
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

/// One connection. Whatever breaks it, both ends learn of it by its end.
async fn connect(mut here: TcpStream, to: SocketAddr) {
    let Ok(mut there) = TcpStream::connect(to).await else { return };
    if here.set_nodelay(true).is_ok() && there.set_nodelay(true).is_ok() {
        tokio::io::copy_bidirectional_with_sizes(&mut here, &mut there, 64 * 1024, 64 * 1024).await.ok();
    }
}

fn list(ports: &BTreeSet<u16>) -> String {
    ports.iter().map(u16::to_string).collect::<Vec<_>>().join(", ")
}

fn say(what: fmt::Arguments) {
    writeln!(io::stderr(), "load balancer: {what}").ok();
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    fn claim(name: &str, second: i64, ports: &[u16]) -> (Uid, Claim) {
        let claim = Claim {
            name: format!("default/{name}"),
            created: Some(Timestamp::from_second(second).unwrap()),
            cluster_ip: "198.19.0.9".parse().unwrap(),
            ports: ports.iter().copied().collect(),
            told: false,
        };
        (name.to_owned(), claim)
    }

    fn holders(claims: &[(Uid, Claim)], served: &[&str]) -> Vec<(u16, Uid)> {
        allot(&claims.iter().cloned().collect(), &served.iter().map(ToString::to_string).collect())
            .into_iter()
            .collect()
    }

    #[allow(clippy::needless_pass_by_value)] // reads better where it is called
    fn service(spec: serde_json::Value) -> Service {
        serde_json::from_value(serde_json::json!({
            "metadata": { "name": "web", "namespace": "default", "uid": "1" }, "spec": spec
        }))
        .unwrap()
    }

    #[test]
    fn the_first_to_ask_for_a_port_gets_it() {
        let claims = [claim("young", 2, &[80]), claim("old", 1, &[80])];
        assert_eq!(holders(&claims, &[]), [(80, "old".into())]);
    }

    #[test]
    fn who_is_served_stays_served_when_an_older_one_asks_too() {
        let claims = [claim("young", 2, &[80]), claim("old", 1, &[80])];
        assert_eq!(holders(&claims, &["young"]), [(80, "young".into())]);
    }

    #[test]
    fn after_a_restart_the_status_tells_who_was_served() {
        let (uid, mut young) = claim("young", 2, &[80]);
        young.told = true;
        assert_eq!(holders(&[(uid, young), claim("old", 1, &[80])], &[]), [(80, "young".into())]);
    }

    #[test]
    fn a_claim_gets_all_of_its_ports_or_none() {
        let claims = [claim("a", 1, &[80]), claim("b", 2, &[80, 443]), claim("c", 3, &[443])];
        assert_eq!(holders(&claims, &[]), [(80, "a".into()), (443, "c".into())]);
    }

    #[test]
    fn only_a_load_balancer_without_a_class_of_its_own_asks() {
        let ports = serde_json::json!([{ "port": 80 }, { "port": 53, "protocol": "UDP" }]);
        let asks = |kind: &str, class: Option<&str>| {
            Claim::of(&service(serde_json::json!({
                "type": kind, "loadBalancerClass": class, "clusterIP": "198.19.0.9", "ports": ports
            })))
        };
        assert_eq!(asks("LoadBalancer", None).unwrap().ports, BTreeSet::from([80]));
        assert_eq!(asks("ClusterIP", None), None);
        assert_eq!(asks("LoadBalancer", Some("example.com/other")), None);
    }

    #[tokio::test]
    async fn a_connection_is_forwarded_both_ways_and_ended_with_the_proxy() {
        let app = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let door = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = door.local_addr().unwrap();
        let proxy = tokio::spawn(forward(door, app.local_addr().unwrap()));
        let mut browser = TcpStream::connect(address).await.unwrap();
        let (mut served, _) = app.accept().await.unwrap();
        browser.write_all(b"ping").await.unwrap();
        let mut heard = [0; 4];
        served.read_exact(&mut heard).await.unwrap();
        served.write_all(b"pong").await.unwrap();
        browser.read_exact(&mut heard).await.unwrap();
        assert_eq!(&heard, b"pong");
        proxy.abort();
        assert_eq!(browser.read(&mut heard).await.unwrap_or(0), 0);
    }

    #[tokio::test]
    async fn a_port_that_another_program_holds_is_named() {
        let program = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = program.local_addr().unwrap().port();
        let (_, claim) = claim("web", 1, &[port]);
        let (named, error) = serve(&claim).await.err().unwrap();
        assert_eq!((named, error.kind()), (port, io::ErrorKind::AddrInUse));
    }
}

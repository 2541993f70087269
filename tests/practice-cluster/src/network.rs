//! What the cluster changes in the machine's network, and taking all of it back: an address, two bridges and those
//! of the engine's networks, firewall rules, settings of the kernel.

use std::{fs, net::Ipv4Addr, path::Path, process::Stdio};

use serde::{Deserialize, Serialize};
use tokio::io::AsyncWriteExt;

use crate::{
    error::{Doing, Error, Result},
    firewall, programs,
};

/// The node's address, on the loopback device: nothing listens on the outside.
pub const NODE: Ipv4Addr = Ipv4Addr::new(198, 18, 0, 1);
/// The engine's own bridge.
pub(crate) const ENGINE_BRIDGE: &str = "198.18.32.1/24";
/// Networks that users of the engine make.
pub(crate) const ENGINE_POOL: &str = "base=198.18.128.0/17,size=24";
/// Pods.
pub(crate) const PODS: &str = "198.18.64.0/20";
/// Services.
pub(crate) const SERVICES: &str = "198.19.0.0/20";
/// The first of them is the API server's.
pub(crate) const API_SERVICE: Ipv4Addr = Ipv4Addr::new(198, 19, 0, 1);
/// The API server's port, at the node's address and at 127.0.0.1.
pub const API_PORT: u16 = 6443;

/// Settings of the kernel that Docker, kubelet or kube-proxy change.
const SETTINGS: &[&str] = &[
    "net/ipv4/ip_forward",
    "net/ipv4/conf/all/forwarding",
    "net/ipv4/conf/default/forwarding",
    "net/ipv4/conf/all/route_localnet",
    "net/ipv6/conf/all/forwarding",
    "net/ipv6/conf/default/forwarding",
    "net/bridge/bridge-nf-call-iptables",
    "net/bridge/bridge-nf-call-ip6tables",
    "vm/overcommit_memory",
    "vm/panic_on_oom",
    "kernel/panic",
    "kernel/panic_on_oops",
    "kernel/keys/root_maxkeys",
    "kernel/keys/root_maxbytes",
];

/// The network as it was before the cluster touched it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Before {
    /// Which namespace: in another one, nothing is ours.
    pub namespace: String,
    firewall: Firewall,
    settings: Vec<(String, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Firewall {
    v4: String,
    v6: String,
}

/// The network namespace that we are in, and this start of the machine.
pub(crate) fn namespace() -> Result<String> {
    let link = fs::read_link("/proc/self/ns/net").doing(|| "read the network namespace".to_owned())?;
    let start = fs::read_to_string("/proc/sys/kernel/random/boot_id")
        .doing(|| "read the number of the machine's start".to_owned())?;
    Ok(format!("{} {}", link.display(), start.trim()))
}

/// Reads what there is, and refuses where the cluster's addresses or rules are in use already.
pub(crate) async fn look(root: &Path) -> Result<Before> {
    let addresses = addresses(root).await?;
    if let Some((link, address)) = addresses.iter().find(|(_, address)| is_ours(*address)) {
        return Err(Error::Occupied {
            what: format!("the address {address} on the link {link}"),
            holder: "another practice cluster, or a network of yours in 198.18.0.0/15".to_owned(),
        });
    }
    let links = links(root).await?;
    if links.iter().any(|link| link.name == "docker0" || link.name == "pods0") {
        return Err(Error::Occupied {
            what: "the bridge docker0".to_owned(),
            holder: "another Docker Engine on this machine: stop it, or use its own Kubernetes".to_owned(),
        });
    }
    let firewall = Firewall { v4: rules(root, "iptables").await?, v6: rules(root, "ip6tables").await? };
    if firewall::holds_anothers(&firewall.v4) {
        return Err(Error::Occupied {
            what: "the firewall".to_owned(),
            holder: "another Docker Engine or Kubernetes, whose chains (DOCKER, KUBE-) are there".to_owned(),
        });
    }
    let settings =
        SETTINGS.iter().filter_map(|name| Some(((*name).to_owned(), read_setting(name)?))).collect();
    Ok(Before { namespace: namespace()?, firewall, settings })
}

/// Gives the node its address, and lets packets of pods and to the API server pass.
pub(crate) async fn set_up(root: &Path) -> Result<()> {
    ip(root, &["link", "set", "lo", "up"]).await?;
    ip(root, &["addr", "replace", &format!("{NODE}/32"), "dev", "lo"]).await?;
    // Without a default route, as in a network namespace, the machine would not even try to reach a Service.
    ip(root, &["route", "replace", SERVICES, "dev", "lo", "src", &NODE.to_string()]).await?;
    let api = format!("{NODE}:{API_PORT}");
    let port = API_PORT.to_string();
    // The user reaches the API server at 127.0.0.1 as with Docker Desktop, pods at the node's address.
    rule(
        root,
        "nat",
        "OUTPUT",
        &["-d", "127.0.0.1", "-p", "tcp", "--dport", &port, "-j", "DNAT", "--to", &api],
    )
    .await?;
    // A machine that drops what it forwards still forwards this.
    rule(root, "filter", "FORWARD", &["-s", PODS, "-j", "ACCEPT"]).await?;
    rule(root, "filter", "FORWARD", &["-d", PODS, "-j", "ACCEPT"]).await
}

/// Takes everything back. The processes have ended.
pub(crate) async fn take_back(root: &Path, before: &Before) -> Result<()> {
    clean_firewall(root, "iptables", "ip", &before.firewall.v4).await?;
    clean_firewall(root, "ip6tables", "ip6", &before.firewall.v6).await?;
    remove_links(root).await?;
    for (link, address) in addresses(root).await?.into_iter().filter(|(_, address)| is_ours(*address)) {
        ip(root, &["addr", "del", &format!("{address}/32"), "dev", &link]).await?;
    }
    for (name, value) in &before.settings {
        if read_setting(name).is_some_and(|now| now != *value) {
            let path = format!("/proc/sys/{name}");
            fs::write(&path, value).doing(|| format!("write {path}"))?;
        }
    }
    Ok(())
}

async fn clean_firewall(root: &Path, program: &str, family: &str, before: &str) -> Result<()> {
    let cleaned = firewall::without_ours(&rules(root, program).await?, before);
    if !cleaned.restore.is_empty() {
        restore(root, program, &cleaned.restore).await?;
    }
    for table in &cleaned.vanished {
        programs::output(programs::inside(root, "nft").args(["delete", "table", family, table])).await?;
    }
    Ok(())
}

/// The bridges with an address of ours, and all that hangs on them.
async fn remove_links(root: &Path) -> Result<()> {
    let addresses = addresses(root).await?;
    let all = links(root).await?;
    let bridges: Vec<_> = addresses
        .iter()
        .filter(|(link, address)| is_ours(*address) && link != "lo")
        .map(|(link, _)| link.as_str())
        .collect();
    let hanging = all
        .iter()
        .filter(|link| link.master.as_deref().is_some_and(|master| bridges.contains(&master)))
        .map(|link| link.name.as_str());
    for link in hanging.chain(bridges.iter().copied()) {
        // Its other end may have vanished with its namespace meanwhile, and it with that.
        if let Err(error) = ip(root, &["link", "del", link]).await
            && links(root).await?.iter().any(|left| left.name == link)
        {
            return Err(error);
        }
    }
    Ok(())
}

fn is_ours(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    first == 198 && (second == 18 || second == 19)
}

fn read_setting(name: &str) -> Option<String> {
    Some(fs::read_to_string(format!("/proc/sys/{name}")).ok()?.trim().to_owned())
}

/// A link's name and the bridge that it hangs on.
#[derive(Debug, Deserialize)]
struct Link {
    #[serde(rename = "ifname")]
    name: String,
    master: Option<String>,
}

async fn links(root: &Path) -> Result<Vec<Link>> {
    decode(&ip(root, &["-j", "link", "show"]).await?)
}

#[derive(Debug, Deserialize)]
struct Addresses {
    ifname: String,
    addr_info: Vec<Address>,
}

#[derive(Debug, Deserialize)]
struct Address {
    local: Ipv4Addr,
}

/// Links with their addresses.
async fn addresses(root: &Path) -> Result<Vec<(String, Ipv4Addr)>> {
    let links: Vec<Addresses> = decode(&ip(root, &["-4", "-j", "addr", "show"]).await?)?;
    Ok(links
        .into_iter()
        .flat_map(|link| link.addr_info.into_iter().map(move |address| (link.ifname.clone(), address.local)))
        .collect())
}

fn decode<T: serde::de::DeserializeOwned>(json: &str) -> Result<T> {
    serde_json::from_str(json).doing(|| "read what ip wrote".to_owned())
}

async fn ip(root: &Path, arguments: &[&str]) -> Result<String> {
    programs::output(programs::inside(root, "ip").args(arguments)).await
}

async fn rules(root: &Path, program: &str) -> Result<String> {
    programs::output(&mut programs::inside(root, &format!("{program}-save"))).await
}

/// Puts a rule first in its chain, unless it is there.
async fn rule(root: &Path, table: &str, chain: &str, rule: &[&str]) -> Result<()> {
    let iptables = |verb: &str| {
        let mut command = programs::inside(root, "iptables");
        command.args(["-w", "-t", table, verb, chain]).args(rule);
        command
    };
    if programs::output(&mut iptables("-C")).await.is_err() {
        programs::output(&mut iptables("-I")).await?;
    }
    Ok(())
}

async fn restore(root: &Path, program: &str, rules: &str) -> Result<()> {
    let program = format!("{program}-restore");
    let doing = || format!("restore the firewall with {program}");
    let mut child = programs::inside(root, &program)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .doing(doing)?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(rules.as_bytes()).await.doing(doing)?;
    }
    let ended = child.wait_with_output().await.doing(doing)?;
    if ended.status.success() {
        return Ok(());
    }
    Err(Error::Command {
        command: program,
        status: ended.status.to_string(),
        end: String::from_utf8_lossy(&ended.stderr).into_owned(),
    })
}

//! The settings files of the parts.

use std::fs;

use serde_json::json;

use crate::{
    certificates,
    error::{Doing, Result},
    network::{NODE, PODS},
    root::{HOME, Root},
};

/// Names as Docker Desktop's.
pub const CONTEXT: &str = "docker-desktop";
pub(crate) const NODE_NAME: &str = "docker-desktop";

/// The image of the process that holds a pod's namespaces.
pub(crate) const SANDBOX: &str = "practice/sandbox:1";

/// Name below the root and text of each file.
pub(crate) fn files(root: &Root) -> Vec<(String, String)> {
    let ours = |name: &str| format!("{}/{name}", &HOME[1..]);
    vec![
        (ours("containerd.toml"), CONTAINERD.replace("SANDBOX", SANDBOX)),
        (ours("kubelet.yaml"), kubelet(root).to_string()),
        (ours("proxy.yaml"), proxy().to_string()),
        ("etc/cni/net.d/10-pods.conflist".to_owned(), pods().to_string()),
    ]
}

/// Writes those that are not there as they should be: kube-proxy ends when its file is written again.
pub(crate) fn write(root: &Root) -> Result<()> {
    for (name, text) in files(root) {
        let path = root.path().join(name);
        if fs::read(&path).is_ok_and(|there| there == text.as_bytes()) {
            continue;
        }
        fs::write(&path, text).doing(|| format!("write {}", path.display()))?;
    }
    Ok(())
}

/// Where root may not lower the score by which the kernel chooses whom to kill, runc would fail to.
const CONTAINERD: &str = r#"version = 3
[plugins."io.containerd.cri.v1.runtime"]
  restrict_oom_score_adj = true
  [plugins."io.containerd.cri.v1.runtime".cni]
    bin_dirs = ["/usr/lib/cni"]
    conf_dir = "/etc/cni/net.d"
[plugins."io.containerd.cri.v1.images".pinned_images]
  sandbox = "SANDBOX"
"#;

fn kubelet(root: &Root) -> serde_json::Value {
    json!({
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "address": NODE,
        "healthzBindAddress": "127.0.0.1",
        "authentication": {
            "anonymous": {"enabled": false},
            "x509": {"clientCAFile": format!("{HOME}/{}/ca.crt", certificates::FOLDER)},
            "webhook": {"enabled": true},
        },
        "authorization": {"mode": "Webhook"},
        "cgroupDriver": "cgroupfs",
        // Of its own: two kubelets in one group would end each other's pods.
        "cgroupRoot": root.cgroup().path(),
        "failCgroupV1": false,
        "failSwapOn": false,
        "oomScoreAdj": 0,
        "containerRuntimeEndpoint": "unix:///run/containerd/containerd.sock",
        "volumePluginDir": "/var/lib/kubelet/volume-plugins",
        "clusterDNS": ["198.19.0.10"],
        "clusterDomain": "cluster.local",
        // The store is the engine's as well: collected images would be missed by builds.
        "imageGCHighThresholdPercent": 100,
        "imageGCLowThresholdPercent": 99,
        // Nor does a disk that gets full cost images: builds and pods say so themselves.
        "evictionHard": {"memory.available": "50Mi"},
    })
}

fn proxy() -> serde_json::Value {
    json!({
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "bindAddress": "127.0.0.1",
        "healthzBindAddress": "127.0.0.1:10256",
        "metricsBindAddress": "127.0.0.1:10249",
        "clientConnection": {"kubeconfig": format!("{HOME}/{}/proxy.conf", certificates::FOLDER)},
        "mode": "iptables",
        "clusterCIDR": PODS,
        "hostnameOverride": NODE_NAME,
        "oomScoreAdj": 0,
        "conntrack": {"maxPerCore": 0, "min": 0},
        "nodePortAddresses": ["127.0.0.0/8"],
    })
}

/// The pods' network.
fn pods() -> serde_json::Value {
    json!({
        "cniVersion": "1.0.0",
        "name": "pods",
        "plugins": [
            {
                "type": "bridge", "bridge": "pods0", "isGateway": true, "ipMasq": true, "hairpinMode": true,
                "ipam": {
                    "type": "host-local",
                    "ranges": [[{"subnet": PODS}]],
                    "routes": [{"dst": "0.0.0.0/0"}],
                },
            },
            {"type": "portmap", "capabilities": {"portMappings": true}},
        ],
    })
}

//! The parts: each a program of its own, with its arguments and the way to ask for its health. One table.

use std::{
    collections::VecDeque,
    fs::{self, File},
    io::{BufRead, BufReader},
    process::Stdio,
    time::{Duration, Instant},
};

use tokio::process::Command;

use crate::{
    certificates,
    error::{Doing, Error, Result},
    health::Health,
    network::{API_PORT, ENGINE_BRIDGE, ENGINE_POOL, NODE, SERVICES},
    processes::Process,
    progress::Step,
    root::{HOME, LOOK, PATH, Root},
    settings::NODE_NAME,
    system,
};

/// How many last lines of a log are shown.
const LOG_END: usize = 25;

/// How long a part may take to become healthy on a slow machine.
const PATIENCE: Duration = Duration::from_mins(2);

/// After how long, and how often, it is told that a part is awaited still.
const TELL: Duration = Duration::from_secs(5);

/// A program that runs for as long as the cluster stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Runs containers and keeps the images, for Docker and Kubernetes alike.
    Containerd,
    /// Docker Engine.
    Dockerd,
    /// Keeps the cluster's objects.
    Etcd,
    /// Kubernetes' API.
    ApiServer,
    /// Makes pods of Deployments, endpoints of Services.
    Controllers,
    /// Gives pods their node.
    Scheduler,
    /// Runs the node's pods.
    Kubelet,
    /// Turns Services into firewall rules.
    Proxy,
    /// Opens ports of this machine for Services of type LoadBalancer.
    LoadBalancer,
}

impl Part {
    /// All of them, in the order in which they start.
    pub const ALL: [Self; 9] = [
        Self::Containerd,
        Self::Dockerd,
        Self::Etcd,
        Self::ApiServer,
        Self::Controllers,
        Self::Scheduler,
        Self::Kubelet,
        Self::Proxy,
        Self::LoadBalancer,
    ];

    /// Its program's name.
    pub fn program(self) -> &'static str {
        match self {
            Self::Containerd => "containerd",
            Self::Dockerd => "dockerd",
            Self::Etcd => "etcd",
            Self::ApiServer => "kube-apiserver",
            Self::Controllers => "kube-controller-manager",
            Self::Scheduler => "kube-scheduler",
            Self::Kubelet => "kubelet",
            Self::Proxy => "kube-proxy",
            Self::LoadBalancer => "practice-load-balancer",
        }
    }

    pub(crate) fn health(self) -> Health {
        match self {
            Self::Containerd => Health::Containerd,
            Self::Dockerd => Health::Engine,
            Self::Etcd => Health::Url("http://127.0.0.1:2379/health"),
            Self::ApiServer => Health::Url("https://127.0.0.1:6443/readyz"),
            Self::Controllers => Health::Url("https://127.0.0.1:10257/healthz"),
            Self::Scheduler => Health::Url("https://127.0.0.1:10259/healthz"),
            Self::Kubelet => Health::Url("http://127.0.0.1:10248/healthz"),
            Self::Proxy => Health::Url("http://127.0.0.1:10256/healthz"),
            Self::LoadBalancer => Health::Running,
        }
    }

    pub(crate) fn arguments(self, root: &Root) -> Vec<String> {
        let key = |name: &str| format!("{HOME}/{}/{name}", certificates::FOLDER);
        let words = match self {
            Self::Containerd => format!("-c {HOME}/containerd.toml"),
            // containerd's namespace k8s.io makes an image built by Docker a pod's image at once.
            Self::Dockerd => format!(
                "-H unix:///run/docker.sock --containerd /run/containerd/containerd.sock \
                 --containerd-namespace k8s.io --feature containerd-snapshotter=true --bip {ENGINE_BRIDGE} \
                 --default-address-pool {ENGINE_POOL} --cgroup-parent {}/docker --ip-forward-no-drop \
                 --exec-opt native.cgroupdriver=cgroupfs",
                root.cgroup().path()
            ),
            Self::Etcd => format!(
                "--data-dir {HOME}/etcd --listen-client-urls http://127.0.0.1:2379 \
                 --advertise-client-urls http://127.0.0.1:2379 --listen-peer-urls http://127.0.0.1:2380 \
                 --initial-advertise-peer-urls http://127.0.0.1:2380 \
                 --initial-cluster default=http://127.0.0.1:2380 --unsafe-no-fsync"
            ),
            Self::ApiServer => format!(
                "--etcd-servers=http://127.0.0.1:2379 --bind-address={NODE} --advertise-address={NODE} \
                 --secure-port={API_PORT} --tls-cert-file={} --tls-private-key-file={} --client-ca-file={} \
                 --service-account-key-file={} --service-account-signing-key-file={} \
                 --service-account-issuer=https://kubernetes.default.svc \
                 --service-cluster-ip-range={SERVICES} --authorization-mode=Node,RBAC \
                 --enable-admission-plugins=NodeRestriction --allow-privileged=true \
                 --kubelet-preferred-address-types=InternalIP --kubelet-client-certificate={} \
                 --kubelet-client-key={}",
                key("apiserver.crt"),
                key("apiserver.key"),
                key("ca.crt"),
                key("accounts.pub"),
                key("accounts.key"),
                key("admin.crt"),
                key("admin.key"),
            ),
            Self::Controllers => format!(
                "--kubeconfig={} --bind-address=127.0.0.1 --leader-elect=false \
                 --service-account-private-key-file={} --root-ca-file={} --use-service-account-credentials",
                key("controllers.conf"),
                key("accounts.key"),
                key("ca.crt"),
            ),
            Self::Scheduler => format!(
                "--kubeconfig={} --bind-address=127.0.0.1 --leader-elect=false",
                key("scheduler.conf")
            ),
            Self::Kubelet => format!(
                "--config={HOME}/kubelet.yaml --kubeconfig={} --hostname-override={NODE_NAME} --node-ip={NODE}",
                key("kubelet.conf")
            ),
            Self::Proxy => format!("--config={HOME}/proxy.yaml"),
            Self::LoadBalancer => key("admin.conf"),
        };
        words.split_whitespace().map(str::to_owned).collect()
    }

    /// Its process, when it runs.
    pub(crate) fn find(self, root: &Root, processes: &[Process]) -> Option<u32> {
        processes
            .iter()
            .find(|process| {
                // The root itself, not a container's: nobody else starts such a program there.
                process.root == root.path()
                    && process.name == self.program()
                    && process.arguments.get(1..).is_some_and(|given| {
                        let ours = self.arguments(root);
                        given.iter().zip(&ours).all(|(given, ours)| given == ours)
                            && given.len() >= ours.len()
                    })
            })
            .map(|process| process.number)
    }

    /// Starts it, unless it runs.
    pub(crate) fn start(self, root: &Root, step: &Step) -> Result<()> {
        if self.find(root, &root.processes()?).is_some() {
            return Ok(());
        }
        let program = self.program();
        let doing = || format!("start {program}");
        let path = root.log(program);
        // What the one before it said last may be the reason for this start.
        let _ = fs::rename(&path, path.with_extension("log.before"));
        let log = File::create(&path).doing(doing)?;
        let mut command = Command::new("setsid");
        command.arg("chroot").arg(root.path()).arg(program).args(self.arguments(root));
        command.env_clear().env("PATH", PATH).env("HOME", "/root").current_dir("/");
        for (name, value) in std::env::vars() {
            if name.to_ascii_uppercase().ends_with("_PROXY") {
                command.env(name, value);
            }
        }
        command.stdin(Stdio::null()).stdout(log.try_clone().doing(doing)?).stderr(log);
        let child = command.spawn().doing(doing)?;
        if let Some(process) = child.id() {
            root.cgroup().adopt(process)?;
        }
        step.says(format!("{program} is started"));
        Ok(())
    }

    /// Ends it at once, and waits until it has ended.
    pub(crate) async fn stop(self, root: &Root) -> Result<()> {
        while let Some(process) = self.find(root, &root.processes()?) {
            system::kill(process).doing(|| format!("end {}", self.program()))?;
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    }

    /// Waits until it is healthy; says so when it dies instead.
    pub(crate) async fn await_health(self, root: &Root, step: &Step) -> Result<()> {
        let (begun, mut told, mut seen) = (Instant::now(), Instant::now(), false);
        loop {
            // Between fork and exec it does not have its name yet.
            let runs = self.find(root, &root.processes()?).is_some();
            let said = match self.health().check(root).await {
                Ok(()) if runs => return Ok(()),
                Ok(()) => "another program answers in its place".to_owned(),
                Err(said) => said,
            };
            if !runs && (seen || begun.elapsed() > TELL) {
                return Err(self.died(root));
            }
            seen |= runs;
            if begun.elapsed() > PATIENCE {
                let log = root.log(self.program());
                let (part, waited, end) = (self.program(), begun.elapsed(), end_of(&log));
                return Err(Error::PartSilent { part, said, waited, log, end });
            }
            if told.elapsed() > TELL {
                step.says(format!("waits for {}: {said}", self.program()));
                told = Instant::now();
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// It is not there: what its log says last.
    pub(crate) fn died(self, root: &Root) -> Error {
        let log = root.log(self.program());
        let end = end_of(&log);
        Error::PartDied { part: self.program(), log, end }
    }
}

/// The last lines of a log, those of a panic above all: as many as tell.
pub(crate) fn end_of(log: &std::path::Path) -> String {
    let Ok(file) = File::open(log) else { return "(no log)".to_owned() };
    let mut last = VecDeque::with_capacity(LOG_END);
    for line in BufReader::new(file).split(b'\n').map_while(Result::ok) {
        if last.len() == LOG_END {
            last.pop_front();
        }
        last.push_back(String::from_utf8_lossy(&line).into_owned());
    }
    if last.is_empty() { "(its log is empty)".to_owned() } else { Vec::from(last).join("\n") }
}

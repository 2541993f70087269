//! Raising the cluster: what is missing is done, what stands stays.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use futures_util::future::try_join_all;
use k8s_openapi::api::core::v1::Node;
use kube::{Api, runtime::wait::await_condition};
use tokio::sync::watch;

use crate::{
    certificates, clients, down, engine,
    error::{Doing, Error, Result},
    images,
    images::link_or_copy,
    kubernetes,
    lock::Lock,
    machine, network,
    parts::Part,
    places,
    places::Places,
    progress::{Progress, Step},
    reset,
    root::{Root, State, write_whole},
    settings, system, workspace,
};

/// Raises it.
pub(crate) async fn up(places: &Places, progress: &Progress) -> Result<()> {
    machine::prepare(progress).await?;
    let step = progress.step("cluster");
    let _lock = Lock::take(&places.root_lock(), "cluster up", &step).await?;
    let root = Root::at(places.root());
    let made_of = made_of(&root);
    if stands(&root, places, &made_of).await? {
        step.done("stands already");
        return Ok(());
    }
    if root.state().is_some_and(|state| state.made_of != made_of || is_of_elsewhere(&state)) {
        step.says("another one stands here, of other parts or in another network: takes it down first");
        down::take_down(&root, &step).await?;
    }
    name_the_dead(&root, &step)?;
    Raising { places, progress, root: &root, made_of, step: step.clone(), empty: false }.raise().await?;
    step.done("the cluster is up");
    Ok(())
}

/// Raises it empty, whatever stands.
pub(crate) async fn reset(places: &Places, progress: &Progress) -> Result<()> {
    machine::prepare(progress).await?;
    let step = progress.step("cluster");
    let _lock = Lock::take(&places.root_lock(), "cluster reset", &step).await?;
    let root = Root::at(places.root());
    down::take_down(&root, &step).await?;
    reset::forget(&root)?;
    let made_of = made_of(&root);
    Raising { places, progress, root: &root, made_of, step: step.clone(), empty: true }.raise().await?;
    step.done("the cluster is up and empty");
    Ok(())
}

/// Of a cluster that runs, says which parts died, and their last words.
fn name_the_dead(root: &Root, step: &Step) -> Result<()> {
    let processes = root.processes()?;
    let dead = Part::ALL.iter().filter(|part| part.find(root, &processes).is_none());
    for part in dead.filter(|part| !processes.is_empty() && root.log(part.program()).exists()) {
        step.says(part.died(root).to_string());
    }
    Ok(())
}

/// Everything that would make other parts run.
fn made_of(root: &Root) -> String {
    let settings = settings::files(root).into_iter().map(|(name, text)| name + &text);
    let arguments = Part::ALL.into_iter().map(|part| part.arguments(root).join(" "));
    let all: Vec<_> =
        [engine::key(), kubernetes::key()].into_iter().chain(settings).chain(arguments).collect();
    places::key(all.iter().map(String::as_bytes))
}

fn is_of_elsewhere(state: &State) -> bool {
    network::namespace().is_ok_and(|namespace| namespace != state.before.namespace)
}

/// Whether nothing is left to do.
async fn stands(root: &Root, places: &Places, made_of: &str) -> Result<bool> {
    let as_noted = root.state().is_some_and(|state| state.made_of == made_of && !is_of_elsewhere(&state));
    if !as_noted || !root.is_set_up()? || load_balancer_is_old(root) {
        return Ok(false);
    }
    let processes = root.processes()?;
    if Part::ALL.iter().any(|part| part.find(root, &processes).is_none()) {
        return Ok(false);
    }
    let healthy = try_join_all(Part::ALL.map(|part| part.health().check(root))).await.is_ok();
    Ok(healthy && images::missing(root, places).await?.is_empty())
}

/// One `up` at work.
struct Raising<'a> {
    places: &'a Places,
    progress: &'a Progress,
    root: &'a Root,
    made_of: String,
    step: Step,
    /// Whether the store of images is emptied on the way.
    empty: bool,
}

/// How far the root is, for those who wait for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Ready {
    Nothing,
    Root,
    Containerd,
}

impl Raising<'_> {
    /// The engine with its images, and Kubernetes, side by side: the first waits for downloads, the second for
    /// the compiler.
    async fn raise(&self) -> Result<()> {
        machine::can_reach(&self.root.socket())?;
        let all_cached = kubernetes::path(self.places).exists() && images::all_cached(self.places)?;
        machine::has_room(self.places, all_cached)?;
        let (tell, ready) = watch::channel(Ready::Nothing);
        tokio::try_join!(self.raise_engine(tell), self.raise_kubernetes(ready)).map(drop)
    }

    async fn raise_engine(&self, ready: watch::Sender<Ready>) -> Result<()> {
        let files = engine::files(self.places, self.progress).await?;
        self.prepare_root(&files).await?;
        ready.send_replace(Ready::Root);
        self.start(Part::Containerd).await?;
        if self.empty {
            self.step.says("removes what is not served from the store");
            reset::empty_store(self.root, self.places).await?;
            self.stop(Part::Containerd).await?;
            self.start(Part::Containerd).await?;
        }
        ready.send_replace(Ready::Containerd);
        self.start(Part::Dockerd).await?;
        images::serve(self.root, self.places, self.progress).await
    }

    async fn prepare_root(&self, files: &Path) -> Result<()> {
        let root = self.root;
        root.set_up(files, &engine::key()).await?;
        settings::write(root)?;
        certificates::make(root)?;
        // What was before is noted before anything is changed, and kept when a killed `up` is finished.
        let before = match root.state() {
            Some(state) => state.before,
            None => match network::look(root.path()).await {
                Ok(before) => before,
                Err(error) => {
                    root.detach()?;
                    return Err(error);
                }
            },
        };
        root.note(&State { made_of: self.made_of.clone(), before })?;
        root.cgroup().create()?;
        network::set_up(root.path()).await?;
        self.step.says("the root is mounted, the node has its address");
        Ok(())
    }

    async fn raise_kubernetes(&self, mut ready: watch::Receiver<Ready>) -> Result<()> {
        let binary = kubernetes::binary(self.places, self.progress).await?;
        let load_balancer = self.new_load_balancer().await?;
        wait_for(&mut ready, Ready::Root).await?;
        put_programs(self.root, &binary)?;
        clients::make(self.places, &engine::folder(self.places), &binary)?;
        self.start(Part::Etcd).await?;
        self.start(Part::ApiServer).await?;
        wait_for(&mut ready, Ready::Containerd).await?;
        let others = [Part::Controllers, Part::Scheduler, Part::Kubelet, Part::Proxy];
        for part in others {
            part.start(self.root, &self.step)?;
        }
        try_join_all(others.map(|part| part.await_health(self.root, &self.step))).await?;
        if let Some(program) = load_balancer {
            self.put_load_balancer(&program).await?;
        }
        self.start(Part::LoadBalancer).await?;
        self.step.says("waits for the node to be Ready");
        node_ready(self.root).await?;
        self.step.says("the node is Ready");
        Ok(())
    }

    async fn start(&self, part: Part) -> Result<()> {
        part.start(self.root, &self.step)?;
        part.await_health(self.root, &self.step).await
    }

    async fn stop(&self, part: Part) -> Result<()> {
        part.stop(self.root).await
    }

    /// The load balancer's program, when the one that is there is of another make.
    async fn new_load_balancer(&self) -> Result<Option<PathBuf>> {
        if !load_balancer_is_old(self.root) {
            return Ok(None);
        }
        workspace::program("practice-cluster", "practice-cluster", &self.step).await.map(Some)
    }

    async fn put_load_balancer(&self, program: &Path) -> Result<()> {
        self.stop(Part::LoadBalancer).await?;
        let target = self.root.file("bin").join(Part::LoadBalancer.program());
        let text = fs::read(program).doing(|| format!("read {}", program.display()))?;
        write_whole(&target, &text)?;
        system::set_mode(&target, 0o755).doing(|| format!("make {} runnable", target.display()))?;
        write_whole(&self.root.file("load-balancer"), load_balancer_key().as_bytes())
    }
}

async fn wait_for(ready: &mut watch::Receiver<Ready>, what: Ready) -> Result<()> {
    // The sender is dropped early only with an error of its own, which is what is told then.
    ready
        .wait_for(|ready| *ready >= what)
        .await
        .map(drop)
        .map_err(|_| Error::NotUp("the engine did not come up".to_owned()))
}

fn load_balancer_key() -> String {
    let sources = [include_str!("load_balancer.rs"), include_str!("main.rs")];
    places::key(sources.map(str::as_bytes))
}

fn load_balancer_is_old(root: &Root) -> bool {
    fs::read_to_string(root.file("load-balancer")).ok().as_deref() != Some(&load_balancer_key())
}

/// One file under the names of all of Kubernetes' programs.
fn put_programs(root: &Root, binary: &Path) -> Result<()> {
    let folder = root.file("bin");
    let kube = folder.join("kube");
    let mark = root.file("kube");
    if fs::read_to_string(&mark).ok().as_deref() == Some(&kubernetes::key()) {
        return Ok(());
    }
    let names = kubernetes::PROGRAMS.iter().copied();
    let stale: BTreeSet<_> = names.clone().chain(["kube"]).collect();
    for name in stale {
        let _ = fs::remove_file(folder.join(name));
    }
    link_or_copy(binary, &kube)?;
    for name in names {
        system::symlink("kube", &folder.join(name)).doing(|| format!("link {name}"))?;
    }
    write_whole(&mark, kubernetes::key().as_bytes())
}

async fn node_ready(root: &Root) -> Result<()> {
    let nodes: Api<Node> = Api::all(crate::cluster::client(root).await?);
    let doing = || "wait for the node".to_owned();
    await_condition(nodes, settings::NODE_NAME, is_ready)
        .await
        .map(drop)
        .map_err(|error| Error::Kubernetes { doing: doing(), source: Box::new(error) })
}

fn is_ready(node: Option<&Node>) -> bool {
    node.and_then(|node| node.status.as_ref()?.conditions.as_ref())
        .is_some_and(|all| all.iter().any(|one| one.type_ == "Ready" && one.status == "True"))
}

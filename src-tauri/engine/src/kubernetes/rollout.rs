//! Waiting until a Deployment's rollout is complete, by the full rule of `kubectl rollout status`, and saying why
//! it is not as soon as the cluster knows.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use futures_util::{Stream, StreamExt, stream};
use k8s_openapi::api::{
    apps::v1::{Deployment, DeploymentCondition, ReplicaSet},
    core::v1::{Event as ClusterEvent, Node, Pod},
};
use kube::{
    Resource, ResourceExt,
    runtime::{WatchStreamExt, reflector, watcher},
};

use super::{
    Connection, apply, nodes,
    obstacle::{self, Kind, Obstacle},
};
use crate::{
    event::{Event, Phase, Progress, Teller, Unit},
    problem::{Code, Problem, Remedy, internal},
    shell_words::ShellCommand,
    stage::{Evidence, Stage},
    text,
    text::Text,
};

/// Where a Deployment's rollout stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// The cluster has not looked at the change yet.
    Unseen,
    /// Pods of the new kind are still to be made.
    Updating,
    /// Pods of the old kind are still there.
    Retiring,
    /// Not all pods of the new kind are available.
    Starting,
    /// Complete.
    Complete,
    /// Given up by the cluster, in its words.
    GivenUp(String),
}

/// Where the rollout stands, by kubectl's rule. `generation` is the one that must have been seen at least.
pub fn standing(deployment: &Deployment, generation: i64) -> Standing {
    let status = deployment.status.clone().unwrap_or_default();
    let own = deployment.metadata.generation.unwrap_or_default();
    if own < generation || status.observed_generation.unwrap_or_default() < own {
        return Standing::Unseen;
    }
    if let Some(progressing) = condition(deployment, "Progressing")
        && progressing.reason.as_deref() == Some("ProgressDeadlineExceeded")
    {
        return Standing::GivenUp(progressing.message.clone().unwrap_or_default());
    }
    let updated = status.updated_replicas.unwrap_or_default();
    if updated < wanted(deployment) {
        Standing::Updating
    } else if status.replicas.unwrap_or_default() > updated {
        Standing::Retiring
    } else if status.available_replicas.unwrap_or_default() < updated {
        Standing::Starting
    } else {
        Standing::Complete
    }
}

/// How many pods the Deployment wants.
pub fn wanted(deployment: &Deployment) -> i32 {
    deployment.spec.as_ref().and_then(|spec| spec.replicas).unwrap_or(1)
}

fn condition<'a>(deployment: &'a Deployment, kind: &str) -> Option<&'a DeploymentCondition> {
    deployment.status.as_ref()?.conditions.as_ref()?.iter().find(|condition| condition.type_ == kind)
}

/// What was seen of a Deployment and of what it made.
#[derive(Debug, Clone, Default)]
struct Seen {
    deployment: Option<Deployment>,
    replica_sets: Vec<ReplicaSet>,
    pods: Vec<Pod>,
    /// The last warning about a pod, by the pod's UID.
    warnings: BTreeMap<String, String>,
    /// Why nothing is heard from the cluster, while nothing is.
    silence: Option<Problem>,
    /// What was wrong before the wait began, and may have been mended since without the cluster knowing yet.
    old: Old,
}

/// What was wrong before a wait began.
#[derive(Debug, Clone, Default)]
struct Old {
    /// Pods whose image or configuration was not there. Kubelet looks again only after seconds.
    pods: BTreeSet<String>,
    /// Whether the Deployment's pods could not be made. Its condition says so until the next attempt is made.
    refused: bool,
}

/// How long what was wrong before may take to be looked at again.
const LOOK_AGAIN: Duration = Duration::from_secs(20);

impl Old {
    fn of(deployment: &Deployment, pods: &[Pod]) -> Self {
        let mendable =
            |kind: &Kind| matches!(kind, Kind::ImageMissing { .. } | Kind::ImagePull { .. } | Kind::Config);
        let obstacles = pods.iter().filter_map(obstacle::obstacle);
        Self {
            pods: obstacles.filter(|found| mendable(&found.kind)).map(|found| found.pod).collect(),
            refused: condition(deployment, "ReplicaFailure").is_some_and(|failure| failure.status == "True"),
        }
    }
}

/// What follows from it.
#[derive(Debug, Clone, PartialEq)]
enum Verdict {
    Complete,
    Wait(Option<Obstacle>),
    Stuck(Obstacle),
    /// The Deployment's pods cannot be made, in the cluster's words.
    NoPods(String),
    GivenUp(String, Option<Obstacle>),
    Gone,
}

/// Decides from what was seen. Only pods of the newest template count: what its predecessors do does not matter.
fn judge(seen: &Seen, generation: i64) -> Verdict {
    let Some(deployment) = &seen.deployment else { return Verdict::Gone };
    let standing = standing(deployment, generation);
    let obstacles: Vec<Obstacle> = match standing {
        Standing::Unseen | Standing::Complete => Vec::new(),
        _ => newest_pods(seen, deployment).into_iter().filter_map(obstacle::obstacle).collect(),
    };
    let new = |obstacle: &&Obstacle| obstacle.kind.stops() && !seen.old.pods.contains(&obstacle.pod);
    let worst = obstacles.iter().find(new);
    let worst = worst.or_else(|| obstacles.iter().find(|obstacle| obstacle.kind.stops()));
    let worst = worst.or(obstacles.first()).cloned();
    match standing {
        Standing::Complete => return Verdict::Complete,
        Standing::Unseen => return Verdict::Wait(None),
        Standing::GivenUp(words) => return Verdict::GivenUp(words, worst),
        Standing::Updating | Standing::Retiring | Standing::Starting => {}
    }
    if let Some(words) = newest_set(seen, deployment).and_then(refusal)
        && !seen.old.refused
        && !someone_leaves(seen)
    {
        return Verdict::NoPods(words);
    }
    match worst {
        Some(obstacle) if seen.old.pods.contains(&obstacle.pod) => Verdict::Wait(Some(obstacle)),
        // Room may come when a pod that is on its way out is gone.
        Some(obstacle) if obstacle.kind == Kind::Unschedulable && someone_leaves(seen) => {
            Verdict::Wait(Some(obstacle))
        }
        Some(obstacle) if obstacle.kind.stops() => Verdict::Stuck(obstacle),
        worst => Verdict::Wait(worst),
    }
}

/// Why the pods of a ReplicaSet could not be made, in the cluster's words. (The Deployment's own condition may speak of
/// an older one.)
fn refusal(set: &ReplicaSet) -> Option<String> {
    let conditions = set.status.as_ref()?.conditions.as_ref()?;
    let failure = conditions.iter().find(|it| it.type_ == "ReplicaFailure" && it.status == "True")?;
    Some(failure.message.clone().unwrap_or_default())
}

fn someone_leaves(seen: &Seen) -> bool {
    seen.pods.iter().any(|pod| pod.metadata.deletion_timestamp.is_some())
}

/// The ReplicaSet whose revision is the Deployment's.
fn newest_set<'a>(seen: &'a Seen, deployment: &Deployment) -> Option<&'a ReplicaSet> {
    const REVISION: &str = "deployment.kubernetes.io/revision";
    let revision = deployment.annotations().get(REVISION);
    seen.replica_sets.iter().find(|set| {
        owned_by(*set, deployment.metadata.uid.as_ref()) && set.annotations().get(REVISION) == revision
    })
}

/// Its pods.
fn newest_pods<'a>(seen: &'a Seen, deployment: &Deployment) -> Vec<&'a Pod> {
    let Some(newest) = newest_set(seen, deployment) else { return Vec::new() };
    seen.pods.iter().filter(|pod| owned_by(*pod, newest.metadata.uid.as_ref())).collect()
}

fn owned_by<K: Resource>(object: &K, owner: Option<&String>) -> bool {
    object.owner_references().iter().any(|reference| Some(&reference.uid) == owner)
}

/// Who hears how the rollout goes.
#[derive(Debug, Clone, Copy)]
pub struct Hearer<'a> {
    /// Where it is told.
    pub teller: &'a Teller,
    /// In which stage.
    pub stage: Stage,
}

impl Connection {
    /// Waits until the Deployment's rollout is complete, at the latest until `within` has passed. Returns the
    /// Deployment, or the problem that keeps it, as soon as the cluster knows it.
    pub async fn rolled_out(
        &self,
        namespace: &str,
        name: &str,
        within: Duration,
        hearer: Hearer<'_>,
    ) -> Result<Deployment, Problem> {
        // Asked of the server, not of a watch's cache, so that it knows what was applied just before.
        let Some(now) = self.within::<Deployment>(namespace).get(name).await? else {
            let rollout = Rollout { connection: self, namespace, name, hearer };
            return Err(rollout.explain(Verdict::Gone, &Seen::default()).await);
        };
        let generation = now.metadata.generation.unwrap_or_default();
        let pods = self.within::<Pod>(namespace).list(&selector(&now)).await?;
        let old = Old::of(&now, &pods);
        let mut seen = Seen { deployment: Some(now), old, ..Seen::default() };
        let rollout = Rollout { connection: self, namespace, name, hearer };
        match tokio::time::timeout(within, rollout.follow(&mut seen, generation)).await {
            Ok(end) => end,
            Err(_) => Err(rollout.too_late(&seen, generation, within).await),
        }
    }
}

struct Rollout<'a> {
    connection: &'a Connection,
    namespace: &'a str,
    name: &'a str,
    hearer: Hearer<'a>,
}

/// Something changed.
enum Change {
    Deployment(Option<Box<Deployment>>),
    Sets,
    Pods,
    Warned(Box<ClusterEvent>),
    /// Just now, a pod could not be made.
    Refused(Box<ClusterEvent>),
    Nothing,
}

impl Rollout<'_> {
    async fn follow(&self, seen: &mut Seen, generation: i64) -> Result<Deployment, Problem> {
        let labels = seen.deployment.as_ref().map(selector).unwrap_or_default();
        let (sets, sets_written) = reflector::store::<ReplicaSet>();
        let (pods, pods_written) = reflector::store::<Pod>();
        let deployments = self.connection.within::<Deployment>(self.namespace);
        let sets_watch =
            self.connection.within::<ReplicaSet>(self.namespace).watch(&labels).reflect(sets_written);
        let pods_watch = self.connection.within::<Pod>(self.namespace).watch(&labels).reflect(pods_written);
        let warnings = self.connection.within::<ClusterEvent>(self.namespace).watch_where("type=Warning");
        let mut changes = stream::select_all([
            told(deployments.watch_one(self.name), |now| Change::Deployment(now.map(Box::new))),
            told(sets_watch, |_| Change::Sets),
            told(pods_watch, |_| Change::Pods),
            told(warnings, warned),
        ]);
        let mut look_again = std::pin::pin!(tokio::time::sleep(LOOK_AGAIN));
        loop {
            match judge(seen, generation) {
                Verdict::Complete => {
                    self.tell(seen, None, Phase::Done);
                    return seen.deployment.clone().ok_or_else(|| internal("complete, yet not there"));
                }
                Verdict::Wait(obstacle) => self.tell(seen, obstacle.as_ref(), Phase::Running),
                stuck => {
                    let obstacle = match &stuck {
                        Verdict::Stuck(obstacle) => Some(obstacle),
                        _ => None,
                    };
                    self.tell(seen, obstacle, Phase::Failed);
                    return Err(self.explain(stuck, seen).await);
                }
            }
            let change = tokio::select! {
                change = changes.next() => change,
                () = &mut look_again, if !seen.old.pods.is_empty() => {
                    seen.old.pods.clear();
                    continue;
                }
            };
            seen.silence = None;
            match change {
                Some(Ok(Change::Deployment(now))) => seen.deployment = now.map(|now| *now),
                Some(Ok(Change::Sets)) => seen.replica_sets = copies(&sets),
                Some(Ok(Change::Pods)) => seen.pods = copies(&pods),
                Some(Ok(Change::Warned(event))) => self.warned(seen, &event),
                Some(Ok(Change::Refused(event))) => {
                    let newest = seen.deployment.as_ref().and_then(|now| newest_set(seen, now));
                    if newest.is_some_and(|set| set.metadata.uid == event.involved_object.uid) {
                        seen.old.refused = false;
                    }
                    self.warned(seen, &event);
                }
                Some(Ok(Change::Nothing)) => {}
                Some(Err(error)) => seen.silence = Some(deployments.passing(&error)?),
                None => return Err(internal("a watch ended")),
            }
        }
    }

    /// Remembers a warning about one of the pods, and tells it as a line.
    fn warned(&self, seen: &mut Seen, event: &ClusterEvent) {
        let about = &event.involved_object;
        let Some(uid) = about
            .uid
            .as_ref()
            .filter(|_| about.name.as_deref().is_some_and(|name| name.starts_with(self.name)))
        else {
            return;
        };
        let words = event.message.clone().unwrap_or_default();
        if seen.warnings.get(uid) == Some(&words) {
            return;
        }
        let line = format!(
            "{}/{}: {}: {words}",
            about.kind.as_deref().unwrap_or_default(),
            about.name.as_deref().unwrap_or_default(),
            event.reason.as_deref().unwrap_or_default()
        );
        self.hearer.teller.line(self.hearer.stage, "events", &line);
        seen.warnings.insert(uid.clone(), words);
    }

    fn tell(&self, seen: &Seen, obstacle: Option<&Obstacle>, phase: Phase) {
        let Some(deployment) = &seen.deployment else { return };
        let wanted = wanted(deployment);
        let ready = newest_pods(seen, deployment).into_iter().filter(|pod| obstacle::is_ready(pod)).count();
        let ready = if phase == Phase::Done { usize::try_from(wanted).unwrap_or_default() } else { ready };
        let step = obstacle.map_or_else(
            || text!("rollout-pods", name = self.name, ready = ready, wanted = wanted),
            |obstacle| awaits(obstacle, warning(seen, obstacle)),
        );
        self.hearer.teller.tell(Event::Progress(Progress {
            stage: self.hearer.stage,
            id: format!("rollout {}", self.name),
            step,
            phase,
            done: u64::try_from(ready).unwrap_or_default(),
            total: u64::try_from(wanted).ok(),
            unit: Unit::Pods,
        }));
    }

    /// The problem of a rollout that does not go on by itself.
    async fn explain(&self, verdict: Verdict, seen: &Seen) -> Problem {
        match verdict {
            Verdict::Stuck(obstacle) => self.stuck(&obstacle).await,
            Verdict::NoPods(words) if words.contains("exceeded quota") => {
                let object = format!("Deployment/{}", self.name);
                apply::quota_exceeded(self.connection.asked(), self.namespace, &object, &words)
            }
            Verdict::NoPods(words) => self
                .of(Code::ApplyRefused)
                .with("object", format!("Deployment/{}", self.name))
                .quoting(words)
                .remedy(Remedy::say(text!("remedy-read-servers-words"))),
            Verdict::GivenUp(_, Some(obstacle)) if obstacle.kind.stops() => self.stuck(&obstacle).await,
            Verdict::GivenUp(words, obstacle) => {
                let problem = self.of(Code::RolloutTimeout).with("ms", 0_u32).quoting(words);
                self.with_obstacle(problem, obstacle.as_ref(), seen)
            }
            Verdict::Gone => {
                let words = format!("Deployment/{} --namespace {}: not found", self.name, self.namespace);
                self.of(Code::RolloutGone)
                    .quoting(words)
                    .remedy(Remedy::say(text!("remedy-apply-again")))
                    .retry()
            }
            Verdict::Complete | Verdict::Wait(_) => internal("a rollout was given up without a reason"),
        }
        .in_stage(self.hearer.stage)
    }

    async fn stuck(&self, obstacle: &Obstacle) -> Problem {
        let container = obstacle.container.as_deref().unwrap_or_default();
        let of = |code: Code| {
            let place = format!("Pod/{}", obstacle.pod);
            self.of(code)
                .with("pod", &obstacle.pod)
                .with("container", container)
                .because(Evidence::exactly(Text::quoted(crate::stage::harmless(&obstacle.words)), place))
        };
        let see = |title: Text| Remedy::run(title, self.kubectl(["describe", "pod", &obstacle.pod]));
        match &obstacle.kind {
            Kind::ImageMissing { image } => self
                .bring_image(of(Code::PodImageMissing), image)
                .await
                .remedy(see(text!("remedy-describe-pod"))),
            Kind::ImagePull { image } => self
                .bring_image(of(Code::PodImagePull), image)
                .await
                .remedy(see(text!("remedy-describe-pod")))
                .retry(),
            Kind::Crashing { exit, previous } => {
                let problem = of(Code::PodCrashing).with("exit", *exit);
                self.with_log(problem, obstacle, *previous).await
            }
            Kind::OutOfMemory { previous } => {
                let problem = of(Code::PodOutOfMemory).remedy(Remedy::say(text!("remedy-more-memory")));
                self.with_log(problem, obstacle, *previous).await
            }
            Kind::Unschedulable => of(Code::PodUnschedulable)
                .remedy(Remedy::say(text!("remedy-ask-for-less")))
                .remedy(Remedy::run(
                    text!("remedy-see-nodes"),
                    self.connection.asked().kubectl(["describe", "nodes"]),
                ))
                .retry(),
            Kind::Config => of(Code::PodConfig)
                .remedy(Remedy::say(text!("remedy-make-what-is-named")))
                .remedy(see(text!("remedy-describe-pod"))),
            Kind::Starting | Kind::NotReady => internal("a pod that is waited for is not stuck"),
        }
    }

    /// Adds how the image comes onto the nodes.
    async fn bring_image(&self, problem: Problem, image: &str) -> Problem {
        let problem = problem.with("image", image);
        let nodes = self.connection.all::<Node>().list("").await.unwrap_or_default();
        match nodes::load_command(&nodes, image) {
            Some(command) => problem.remedy(Remedy::run(text!("remedy-load-image"), command)),
            None => problem.remedy(Remedy::say(text!("remedy-image-again", image = image))),
        }
    }

    /// Adds the end of the log of the run that ended.
    async fn with_log(&self, problem: Problem, obstacle: &Obstacle, previous: bool) -> Problem {
        let pods = self.connection.within::<Pod>(self.namespace);
        let container = obstacle.container.as_deref();
        let log = pods.log(&obstacle.pod, container, previous, 40).await;
        let command = self.kubectl(["logs", &obstacle.pod]);
        let command = if previous { command.with(["--previous"]) } else { command };
        let problem = match log {
            Ok(log) if !log.trim().is_empty() => problem
                .because(Evidence::exactly(text!("pod-last-lines", pod = &obstacle.pod), log.trim_end())),
            _ => problem,
        };
        problem.remedy(Remedy::run(text!("remedy-read-log"), command))
    }

    /// The time is over, and nothing that stops it is known.
    async fn too_late(&self, seen: &Seen, generation: i64, within: Duration) -> Problem {
        if let Some(silence) = &seen.silence {
            return silence.clone().in_stage(self.hearer.stage);
        }
        let seen = &Seen { old: Old::default(), ..seen.clone() };
        let obstacle = match judge(seen, generation) {
            Verdict::Wait(obstacle) => obstacle,
            stuck => return self.explain(stuck, seen).await,
        };
        let ms = u64::try_from(within.as_millis()).unwrap_or(u64::MAX);
        let problem = match &obstacle {
            Some(found) if found.kind == Kind::NotReady => self.of(Code::PodNotReady).with("pod", &found.pod),
            Some(found) if found.kind.stops() => return self.stuck(found).await.in_stage(self.hearer.stage),
            _ => self.of(Code::RolloutTimeout),
        };
        let problem = self.with_obstacle(problem.with("ms", ms), obstacle.as_ref(), seen);
        match &obstacle {
            Some(found) if found.kind == Kind::NotReady => self.with_log(problem, found, false).await,
            _ => problem,
        }
        .in_stage(self.hearer.stage)
    }

    fn with_obstacle(&self, mut problem: Problem, obstacle: Option<&Obstacle>, seen: &Seen) -> Problem {
        if let Some(obstacle) = obstacle {
            let warning = warning(seen, obstacle);
            problem = problem
                .because(Evidence::exactly(awaits(obstacle, warning), format!("Pod/{}", obstacle.pod)));
        }
        problem
            .remedy(Remedy::run(
                text!("remedy-see-rollout"),
                self.kubectl(["describe", &format!("deployment/{}", self.name)]),
            ))
            .remedy(Remedy::say(text!("remedy-longer-timeout")))
            .retry()
    }

    fn of(&self, code: Code) -> Problem {
        self.connection.asked().of(code).with("name", self.name).with("namespace", self.namespace)
    }

    fn kubectl<'a>(&'a self, words: impl IntoIterator<Item = &'a str>) -> ShellCommand {
        self.connection.asked().kubectl(words).with(["--namespace", self.namespace])
    }
}

/// The last warning about the obstacle's pod.
fn warning<'a>(seen: &'a Seen, obstacle: &Obstacle) -> Option<&'a str> {
    let pod = seen.pods.iter().find(|pod| pod.name_any() == obstacle.pod)?;
    seen.warnings.get(pod.metadata.uid.as_ref()?).map(String::as_str)
}

/// What keeps the Deployment's pods from being ready now, each in a sentence.
pub fn obstacles(pods: &[Pod]) -> Vec<Evidence> {
    let obstacles = pods.iter().filter_map(obstacle::obstacle);
    obstacles.map(|found| Evidence::exactly(awaits(&found, None), format!("Pod/{}", found.pod))).collect()
}

/// What is awaited of a pod, in a sentence.
fn awaits(obstacle: &Obstacle, warning: Option<&str>) -> Text {
    let words = warning.unwrap_or(&obstacle.words);
    let words = crate::stage::harmless(words);
    match obstacle.kind {
        Kind::NotReady if words.is_empty() => text!("rollout-awaits-probe", pod = &obstacle.pod),
        Kind::NotReady => text!("rollout-awaits-ready", pod = &obstacle.pod, words = words),
        // Words such as `ContainerCreating` say no more than that.
        Kind::Starting if warning.is_none() => text!("rollout-awaits-start", pod = &obstacle.pod),
        _ => text!("rollout-awaits-pod", pod = &obstacle.pod, words = words),
    }
}

fn selector(deployment: &Deployment) -> String {
    let labels = deployment.spec.as_ref().and_then(|spec| spec.selector.match_labels.as_ref());
    let pairs: Vec<String> =
        labels.into_iter().flatten().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join(",")
}

fn warned(event: watcher::Event<ClusterEvent>) -> Change {
    match event {
        watcher::Event::Apply(event) if event.reason.as_deref() == Some("FailedCreate") => {
            Change::Refused(Box::new(event))
        }
        watcher::Event::Apply(event) | watcher::Event::InitApply(event) => Change::Warned(Box::new(event)),
        _ => Change::Nothing,
    }
}

fn told<T>(
    items: impl Stream<Item = watcher::Result<T>> + Send + 'static,
    change: impl Fn(T) -> Change + Send + 'static,
) -> stream::BoxStream<'static, watcher::Result<Change>> {
    items.map(move |item| item.map(&change)).boxed()
}

fn copies<K>(store: &reflector::Store<K>) -> Vec<K>
where
    K: Resource<DynamicType = ()> + Clone + 'static,
{
    store.state().into_iter().map(|object| (*object).clone()).collect()
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::apps::v1::ReplicaSetStatus;
    use serde_json::{Value, json};

    use super::*;

    /// A Deployment of generation 2 that wants 3 pods, with this status.
    fn deployment(status: Value) -> Deployment {
        serde_json::from_value(json!({
            "metadata": {
                "name": "iris", "uid": "d", "generation": 2,
                "annotations": {"deployment.kubernetes.io/revision": "2"},
            },
            "spec": {"replicas": 3, "selector": {}, "template": {}},
            "status": status,
        }))
        .unwrap()
    }

    fn counts(observed: i64, updated: i32, replicas: i32, available: i32) -> Value {
        json!({
            "observedGeneration": observed, "updatedReplicas": updated, "replicas": replicas,
            "availableReplicas": available,
        })
    }

    #[test]
    fn the_rule_is_kubectls() {
        for (status, expected) in [
            (counts(1, 3, 3, 3), Standing::Unseen),
            (counts(2, 1, 4, 3), Standing::Updating),
            (counts(2, 3, 4, 3), Standing::Retiring),
            (counts(2, 3, 3, 2), Standing::Starting),
            (counts(2, 3, 3, 3), Standing::Complete),
            (json!({}), Standing::Unseen),
        ] {
            assert_eq!(standing(&deployment(status.clone()), 2), expected, "{status}");
        }
    }

    #[test]
    fn a_watch_that_lags_behind_the_change_is_not_believed() {
        assert_eq!(standing(&deployment(counts(2, 3, 3, 3)), 3), Standing::Unseen);
    }

    #[test]
    fn a_rollout_that_the_cluster_gave_up_says_so_in_its_words() {
        let mut status = counts(2, 1, 3, 3);
        status["conditions"] = json!([{
            "type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded", "message": "has timed out",
        }]);
        assert_eq!(standing(&deployment(status), 2), Standing::GivenUp("has timed out".into()));
    }

    fn set(name: &str, revision: &str) -> ReplicaSet {
        serde_json::from_value(json!({"metadata": {
            "name": name, "uid": name, "annotations": {"deployment.kubernetes.io/revision": revision},
            "ownerReferences": [{"uid": "d", "kind": "Deployment", "name": "iris", "apiVersion": "apps/v1"}],
        }}))
        .unwrap()
    }

    fn pod(name: &str, set: &str, status: Value) -> Pod {
        serde_json::from_value(json!({
            "metadata": {
                "name": name, "uid": name,
                "ownerReferences": [{"uid": set, "kind": "ReplicaSet", "name": set, "apiVersion": "apps/v1"}],
            },
            "status": status,
        }))
        .unwrap()
    }

    fn never_pull() -> Value {
        json!({"containerStatuses": [{
            "name": "iris", "image": "iris:1", "imageID": "", "ready": false, "restartCount": 0,
            "state": {"waiting": {"reason": "ErrImageNeverPull"}},
        }]})
    }

    fn unschedulable() -> Value {
        json!({"conditions": [{
            "type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/1 nodes",
        }]})
    }

    fn seen(pods: Vec<Pod>) -> Seen {
        Seen {
            deployment: Some(deployment(counts(2, 1, 4, 3))),
            replica_sets: vec![set("old", "1"), set("new", "2")],
            pods,
            ..Seen::default()
        }
    }

    #[test]
    fn only_pods_of_the_newest_template_stop_a_rollout() {
        let old = seen(vec![pod("a", "old", never_pull())]);
        assert_eq!(judge(&old, 2), Verdict::Wait(None));
        let new = seen(vec![pod("a", "old", json!({})), pod("b", "new", never_pull())]);
        let Verdict::Stuck(obstacle) = judge(&new, 2) else { panic!("{:?}", judge(&new, 2)) };
        assert_eq!(obstacle.pod, "b");
    }

    #[test]
    fn room_is_waited_for_while_a_pod_is_on_its_way_out() {
        let mut seen = seen(vec![pod("b", "new", unschedulable()), pod("a", "old", json!({}))]);
        assert!(matches!(judge(&seen, 2), Verdict::Stuck(_)));
        seen.pods[1].metadata.deletion_timestamp =
            serde_json::from_value(json!("2026-01-01T00:00:00Z")).unwrap();
        assert!(matches!(judge(&seen, 2), Verdict::Wait(Some(_))));
    }

    #[test]
    fn pods_that_may_not_be_made_are_told_by_the_condition_of_the_newest_replica_set_alone() {
        let conditions = json!([{
            "type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": "exceeded quota: small",
        }]);
        let mut seen = seen(Vec::new());
        let refused: ReplicaSetStatus =
            serde_json::from_value(json!({"replicas": 0, "conditions": conditions})).unwrap();
        let mut refuse = |at: usize| {
            for (set, status) in seen.replica_sets.iter_mut().zip(0..) {
                set.status = (status == at).then(|| refused.clone());
            }
            judge(&seen, 2)
        };
        assert_eq!(refuse(0), Verdict::Wait(None));
        assert_eq!(refuse(1), Verdict::NoPods("exceeded quota: small".into()));
    }

    #[test]
    fn what_was_wrong_before_gets_time_to_be_looked_at_again() {
        let mut seen = seen(vec![pod("b", "new", never_pull())]);
        seen.old = Old::of(seen.deployment.as_ref().unwrap(), &seen.pods);
        assert!(matches!(judge(&seen, 2), Verdict::Wait(Some(_))));
        seen.old = Old::default();
        assert!(matches!(judge(&seen, 2), Verdict::Stuck(_)));
    }

    #[test]
    fn a_deployment_that_is_deleted_meanwhile_ends_the_wait() {
        assert_eq!(judge(&Seen::default(), 1), Verdict::Gone);
    }
}

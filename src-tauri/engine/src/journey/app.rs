//! The stage `app`: the Deployment, Service and Ingress that serve the image, applied and rolled out.

use std::path::Path;

use async_trait::async_trait;
use k8s_openapi::api::{
    apps::v1::Deployment,
    core::v1::{Namespace, Pod, Service},
    networking::v1::Ingress,
};
use kube::{
    ResourceExt,
    api::{DynamicObject, ObjectMeta},
};

use super::{Journey, Scope, Verbs};
use crate::{
    action::{Action, Undo},
    event::{Event, Phase, Progress, Unit},
    facts::{self, Facts},
    kubernetes::{
        Connection, Difference, apply, compared,
        error::Asked,
        manifest::{Manifest, ObjectRef},
        mark, nodes,
        objects::{App, EnvValue},
        rollout::{self, Hearer, Standing},
    },
    problem::{Code, Problem, Remedy, internal},
    project::{self, folder::as_mark},
    shell_words::ShellCommand,
    stage::{Evidence, Observation, Stage},
    text,
    text::Text,
    work::Work,
};

pub(super) struct AppStage;

#[async_trait]
impl Verbs for AppStage {
    async fn observe(&self, journey: &Journey, facts: &mut Facts) -> Result<Observation, Problem> {
        let connection = journey.connection().await?;
        if port_awaits_trial(facts) {
            facts.app = Some(facts::App::default());
            return Ok(Observation::missing([text!("app-awaits-trial").into()]));
        }
        let app = wanted(journey, facts).await?;
        let by_name = app.manifests()?;
        let (namespace, standing) =
            tokio::join!(namespace_is_there(connection, &app.namespace), connection.standing(&by_name));
        // Asked at once, told in this order: what comes first is why the other fails.
        namespace?;
        let standing = standing?;
        keep_what_stands(journey, &standing, facts)?;
        let app = app.with(&facts.project()?.deploy);
        let manifests = app.manifests()?;
        let tried = connection.tried(&manifests).await?;
        let there = held(connection, &manifests, &standing, &app.folder)?;
        let differences = compared(&manifests, &standing, &tried)?;
        let deployment = deployment(&standing)?;
        let seen = seen(&deployment, there, &differences);
        let mut evidence = evidence(&app, &seen, &deployment, &differences);
        if !seen.complete && !seen.objects.is_empty() {
            let pods = connection.within::<Pod>(&app.namespace).list(&mark::selector(&app.name)).await?;
            evidence.extend(rollout::obstacles(&pods));
        }
        let holds = seen.complete && seen.unchanged;
        facts.app = Some(seen);
        Ok(if holds { Observation::proven(evidence) } else { Observation::missing(evidence) })
    }

    async fn plan(&self, journey: &Journey, facts: &Facts) -> Result<Vec<Action>, Problem> {
        let connection = journey.connection().await?;
        if port_awaits_trial(facts) {
            return Ok(vec![applies_after_trial(facts.project()?)]);
        }
        let app = wanted(journey, facts).await?;
        let manifests = app.manifests()?;
        let differences = connection.differences(&manifests).await?;
        for (manifest, difference) in manifests.iter().zip(&differences) {
            difference.owned(connection, &manifest.reference(), &journey.choices.take_over)?;
        }
        let (manifests, differences): (Vec<_>, Vec<_>) =
            manifests.into_iter().zip(differences).filter(|(_, difference)| !difference.is_empty()).unzip();
        if manifests.is_empty() {
            return Ok(Vec::new());
        }
        rule_is_free(connection, &app, facts.ingress()?).await?;
        Ok(vec![applies(connection, &app, manifests, differences)])
    }

    async fn act(&self, journey: &Journey, _facts: &mut Facts, work: &Work) -> Result<(), Problem> {
        let writer = journey.connection().await?.verified().await?;
        match work {
            Work::Apply(manifests) => writer.apply(manifests, &journey.choices.take_over).await,
            Work::Delete(objects) => {
                for object in objects {
                    tell_removal(journey, object, Phase::Running);
                    writer.delete(object, journey.patience()).await?;
                    tell_removal(journey, object, Phase::Done);
                }
                Ok(())
            }
            work => Err(internal(format!("app cannot do {work:?}"))),
        }
    }

    async fn prove(&self, journey: &Journey, facts: &mut Facts) -> Result<Observation, Problem> {
        let project = facts.project()?;
        let hearer = Hearer { teller: &journey.teller, stage: Stage::App };
        journey
            .connection()
            .await?
            .rolled_out(&project.deploy.namespace, &project.name, journey.patience(), hearer)
            .await?;
        self.observe(journey, facts).await
    }

    async fn undo(
        &self,
        journey: &Journey,
        facts: &Facts,
        _scope: Scope,
    ) -> Result<(Vec<Action>, Vec<Text>), Problem> {
        let Some(project) = &facts.project else {
            // The folder cannot be read: why, is told instead of removing by a guess.
            return Err(project::read(&journey.choices).err().unwrap_or_else(|| internal("no project")));
        };
        let connection = journey.connection().await?;
        let found = Box::pin(standing_objects(connection, project)).await?;
        let mut remove = Vec::new();
        let mut keep = Vec::new();
        for (object, meta) in found {
            match belongs(&meta, &project.name, &project.folder) {
                Belongs::Us => remove.push(removes(connection.asked(), object, &meta)),
                Belongs::Folder(folder) => {
                    keep.push(text!("app-keeps-of-folder", object = object.shown(), folder = folder));
                }
                Belongs::Others => keep.push(text!("app-keeps-of-others", object = object.shown())),
            }
        }
        Ok((remove, keep))
    }
}

/// A pod that ends may take its time: what is awaited is said.
fn tell_removal(journey: &Journey, object: &ObjectRef, phase: Phase) {
    journey.teller.tell(Event::Progress(Progress {
        stage: Stage::App,
        id: format!("remove {}", object.shown()),
        step: text!("app-removing", object = object.shown()),
        phase,
        done: u64::from(phase == Phase::Done),
        total: Some(1),
        unit: Unit::Objects,
    }));
}

/// Whether only the trial, which is still to come, can tell the port.
fn port_awaits_trial(facts: &Facts) -> bool {
    let said = facts.project.as_ref().is_some_and(|project| project.port.is_some());
    let exposed = facts.image.as_ref().is_some_and(|image| !image.exposed.is_empty());
    facts.trial.is_none() && !said && !exposed
}

/// What will be applied once the port is known: what exactly, cannot be said before.
fn applies_after_trial(project: &facts::Project) -> Action {
    let deploy = &project.deploy;
    Action {
        stage: Stage::App,
        effect: text!("app-creates-after-trial", name = &project.name, namespace = &deploy.namespace),
        command: "kubectl apply --server-side --field-manager=slipway -f -".to_owned(),
        diff: Vec::new(),
        undo: None, // told with the objects
        work: Work::Apply(Vec::new()),
    }
}

/// An app that stands keeps the host, the path and the number of pods that it was given, unless others are chosen
/// now. What somebody else wrote since is not ours to keep.
fn keep_what_stands(
    journey: &Journey,
    standing: &[Option<DynamicObject>],
    facts: &mut Facts,
) -> Result<(), Problem> {
    let chosen = project::settled(&journey.choices)?;
    let project = facts.project.as_mut().ok_or_else(|| internal("no project"))?;
    for object in standing.iter().flatten() {
        let given = |field: &str| {
            let ours = belongs(&object.metadata, &project.name, &project.folder) == Belongs::Us;
            (ours && mark::set_by_us(&object.metadata, field)).then(|| &object.data["spec"][field])
        };
        let deploy = &mut project.deploy;
        if let Some(rule) = given("rules").map(|rules| &rules[0]) {
            let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
            if let Some(host) = text(&rule["host"]).filter(|_| chosen.host.is_none()) {
                deploy.host = host;
            }
            if let Some(path) = text(&rule["http"]["paths"][0]["path"]).filter(|_| chosen.path.is_none()) {
                deploy.path = path;
            }
        }
        if let Some(replicas) = given("replicas").and_then(serde_json::Value::as_u64)
            && chosen.replicas.is_none()
        {
            deploy.replicas = u32::try_from(replicas).unwrap_or(deploy.replicas);
        }
    }
    Ok(())
}

/// What is to be deployed, from what the stages before have found.
async fn wanted(journey: &Journey, facts: &Facts) -> Result<App, Problem> {
    let project = facts.project()?;
    let image = facts.image()?;
    let deploy = &project.deploy;
    let tried = facts.trial.as_ref();
    let port = tried
        .map(|trial| trial.port)
        .filter(|port| *port != 0)
        .or(project.port.as_ref().map(|port| port.value))
        .or(image.exposed.first().copied())
        .ok_or_else(|| port_unknown(project))?;
    let health = match (&deploy.health, tried) {
        (Some(chosen), _) => Some(chosen.clone()),
        (None, Some(trial)) => trial.health.clone(),
        // Before the trial it is not known what can be asked: what is asked now stays.
        (None, None) => probed_now(journey.connection().await?, project).await?,
    };
    let env = project::settled(&journey.choices)?.env;
    Ok(App {
        name: project.name.clone(),
        namespace: deploy.namespace.clone(),
        folder: project.folder.clone(),
        image: image.tag.clone(),
        user: image.user.clone().unwrap_or_default(),
        port,
        replicas: deploy.replicas,
        health,
        env: env.into_iter().map(|(name, value)| shown_or_hidden(journey, name, value)).collect(),
        cpu: deploy.cpu.clone(),
        memory: deploy.memory.clone(),
        class: facts.ingress()?.class.clone(),
        host: deploy.host.clone(),
        path: deploy.path.clone(),
        can_sleep: nodes::can_sleep(&facts.cluster()?.version),
    })
}

/// What the user said now may be secret; what slipway.toml says is not.
fn shown_or_hidden(journey: &Journey, name: String, value: String) -> (String, EnvValue) {
    let value = EnvValue::of(value);
    let value = if journey.choices.env.contains_key(&name) { value.hidden() } else { value };
    (name, value)
}

/// The path that the Deployment's readiness probe asks now.
async fn probed_now(connection: &Connection, project: &facts::Project) -> Result<Option<String>, Problem> {
    let deployments = connection.within::<Deployment>(&project.deploy.namespace);
    let Some(deployment) = deployments.get(&project.name).await? else { return Ok(None) };
    let containers = deployment.spec.and_then(|spec| spec.template.spec).map(|spec| spec.containers);
    let probe = containers.and_then(|containers| containers.into_iter().next()?.readiness_probe);
    Ok(probe.and_then(|probe| probe.http_get?.path))
}

/// The problem of an app whose port nobody knows.
pub(super) fn port_unknown(project: &facts::Project) -> Problem {
    Problem::new(Code::PortUnknown)
        .with("name", &project.name)
        .because(Evidence::exactly(text!("port-nowhere"), project.dockerfile.display().to_string()))
        .remedy(Remedy::say(text!("remedy-say-port")))
        .remedy(Remedy::run(text!("remedy-let-trial-find-port"), "slipway up"))
}

/// Whether the namespace is there and stays. Whoever may not see namespaces learns it when applying.
async fn namespace_is_there(connection: &Connection, namespace: &str) -> Result<(), Problem> {
    match connection.all::<Namespace>().get(namespace).await {
        Ok(None) => {
            let words = format!("namespaces {namespace:?} not found");
            Err(apply::namespace_missing(connection.asked(), namespace, &words))
        }
        Ok(Some(found)) => match found.metadata.deletion_timestamp {
            Some(since) => {
                let words = format!("Namespace/{namespace} metadata.deletionTimestamp: {}", since.0);
                Err(apply::namespace_terminating(connection.asked(), namespace, &words))
            }
            None => Ok(()),
        },
        Err(problem) if problem.code == Code::ClusterForbidden => Ok(()),
        Err(problem) => Err(problem),
    }
}

/// Whose an object is.
#[derive(Debug, PartialEq, Eq)]
enum Belongs {
    Us,
    /// Slipway made it, from another folder.
    Folder(String),
    Others,
}

fn belongs(meta: &ObjectMeta, name: &str, folder: &Path) -> Belongs {
    if !mark::is_ours(meta) || mark::app(meta) != Some(name) {
        return Belongs::Others;
    }
    match mark::folder(meta) {
        Some(other) if other != as_mark(folder) => Belongs::Folder(other.to_owned()),
        _ => Belongs::Us,
    }
}

/// Those of the objects that are there, as `Kind/name`. A name that is held by somebody else is a problem.
fn held(
    connection: &Connection,
    manifests: &[Manifest],
    standing: &[Option<DynamicObject>],
    folder: &Path,
) -> Result<Vec<String>, Problem> {
    let mut there = Vec::new();
    for (manifest, live) in manifests.iter().zip(standing) {
        let (object, Some(live)) = (manifest.reference(), live) else { continue };
        match belongs(&live.metadata, &object.name, folder) {
            Belongs::Us => there.push(object.shown()),
            other => return Err(name_taken(connection.asked(), &object, &live.metadata, other, folder)),
        }
    }
    Ok(there)
}

/// The Deployment among these; an empty one where it is not there.
fn deployment(standing: &[Option<DynamicObject>]) -> Result<Deployment, Problem> {
    let is_deployment =
        |object: &&DynamicObject| object.types.as_ref().is_some_and(|types| types.kind == "Deployment");
    let Some(found) = standing.iter().flatten().find(is_deployment) else { return Ok(Deployment::default()) };
    found.clone().try_parse().map_err(internal)
}

/// Removes from its own folder what stands under this name.
fn removal_there(folder: &str, name: &str, namespace: &str) -> Remedy {
    let there = ShellCommand::of(["slipway", "down", folder, "--name", name, "--namespace", namespace]);
    Remedy::run(text!("remedy-remove-there"), there.to_string())
}

fn name_taken(
    asked: &Asked,
    object: &ObjectRef,
    meta: &ObjectMeta,
    belongs: Belongs,
    ours: &Path,
) -> Problem {
    let namespace = object.namespace.as_deref().unwrap_or_default();
    let of = |holder: &str| {
        Problem::new(Code::NameTaken)
            .with("name", &object.name)
            .with("namespace", namespace)
            .with("object", object.shown())
            .with("holder", holder)
            .remedy(Remedy::run(
                text!("remedy-other-name"),
                format!("slipway up --name {}", project::another(&object.name)),
            ))
    };
    if let Belongs::Folder(folder) = belongs {
        let moved = asked
            .kubectl(["annotate", "--overwrite", "ingress,service,deployment", "--selector"])
            .with([mark::selector(&object.name), format!("{}={}", mark::FOLDER, as_mark(ours))])
            .with(["--namespace", namespace]);
        return of(&folder)
            .because(Evidence::exactly(text!("name-held-by-folder", folder = &folder), object.shown()))
            .remedy(removal_there(&folder, &object.name, namespace))
            .remedy(Remedy::run(text!("remedy-folder-moved"), moved));
    }
    let managers = managers(meta);
    let who = if managers.is_empty() { "?".to_owned() } else { managers.join(", ") };
    of(&who)
        .because(Evidence::exactly(text!("name-held-by-others", manager = &who), object.shown()))
        .remedy(Remedy::run(text!("remedy-see-object"), object.kubectl_get(asked)))
}

/// Who wrote to an object, but for Slipway and those who keep its status.
fn managers(meta: &ObjectMeta) -> Vec<String> {
    let mut managers: Vec<String> = meta
        .managed_fields
        .iter()
        .flatten()
        .filter(|entry| entry.subresource.as_deref() != Some("status"))
        .filter_map(|entry| entry.manager.clone())
        .filter(|manager| manager != mark::SLIPWAY && manager != "kube-controller-manager")
        .collect();
    managers.sort();
    managers.dedup();
    managers
}

/// Whether no other Ingress has the app's host and path.
async fn rule_is_free(connection: &Connection, app: &App, ingress: &facts::Ingress) -> Result<(), Problem> {
    let ingresses = match connection.all::<Ingress>().list("").await {
        Err(problem) if problem.code == Code::ClusterForbidden => {
            connection.within::<Ingress>(&app.namespace).list("").await?
        }
        ingresses => ingresses?,
    };
    let Some(other) = ingresses.iter().find(|other| takes_rule(other, app, &ingress.controller)) else {
        return Ok(());
    };
    let namespace = other.namespace().unwrap_or_default();
    let mut problem = Problem::new(Code::HostTaken)
        .with("object", format!("Ingress/{}", app.name))
        .with("host", &app.host)
        .with("path", &app.path)
        .with("other", format!("{namespace}/{}", other.name_any()))
        .because(Evidence::exactly(
            text!("host-held", host = &app.host, path = &app.path),
            format!("Ingress/{} --namespace {namespace}", other.name_any()),
        ))
        .remedy(Remedy::run(text!("remedy-other-host"), format!("slipway up --host {}.localhost", app.name)));
    if let Some(folder) = mark::folder(&other.metadata) {
        let name = mark::app(&other.metadata).unwrap_or_default();
        problem = problem.remedy(removal_there(folder, name, &namespace));
    }
    Err(problem)
}

/// F5's controller serves all of a host from one Ingress, and refuses the next one that names it.
const ONE_INGRESS_A_HOST: &str = "nginx.org/ingress-controller";

/// Whether another Ingress of the same class has the app's host and path.
fn takes_rule(other: &Ingress, app: &App, controller: &str) -> bool {
    let own = other.name_any() == app.name && other.namespace().as_deref() == Some(&app.namespace);
    let Some(spec) = other.spec.as_ref().filter(|_| !own) else { return false };
    let class = spec
        .ingress_class_name
        .as_deref()
        .or_else(|| other.annotations().get("kubernetes.io/ingress.class").map(String::as_str));
    if class.is_some_and(|class| class != app.class) {
        return false;
    }
    spec.rules.iter().flatten().any(|rule| {
        let mut paths = rule.http.iter().flat_map(|http| &http.paths);
        rule.host.as_deref().unwrap_or("*") == app.host
            && (controller == ONE_INGRESS_A_HOST
                || paths.any(|path| trimmed(path.path.as_deref().unwrap_or("/")) == trimmed(&app.path)))
    })
}

/// `/a/` and `/a` match the same requests.
fn trimmed(path: &str) -> &str {
    path.trim_end_matches('/')
}

fn seen(deployment: &Deployment, objects: Vec<String>, differences: &[Difference]) -> facts::App {
    let status = deployment.status.clone().unwrap_or_default();
    let there = deployment.metadata.uid.is_some();
    let container = deployment.spec.as_ref().and_then(|spec| spec.template.spec.as_ref()?.containers.first());
    facts::App {
        objects,
        image: container.and_then(|container| container.image.clone()),
        wanted: if there { count(rollout::wanted(deployment)) } else { 0 },
        ready: count(status.ready_replicas.unwrap_or_default()),
        complete: there && rollout::standing(deployment, 0) == Standing::Complete,
        unchanged: differences.iter().all(Difference::is_empty),
        health: container
            .and_then(|container| container.readiness_probe.as_ref()?.http_get.as_ref()?.path.clone()),
    }
}

fn count(count: i32) -> u32 {
    u32::try_from(count).unwrap_or_default()
}

fn evidence(
    app: &App,
    seen: &facts::App,
    deployment: &Deployment,
    differences: &[Difference],
) -> Vec<Evidence> {
    let place = format!("--namespace {}", app.namespace);
    if seen.objects.is_empty() {
        return vec![text!("app-not-there", name = &app.name, namespace = &app.namespace).into()];
    }
    let generation = deployment.metadata.generation.unwrap_or_default();
    let pods = text!("app-pods", ready = seen.ready, wanted = seen.wanted);
    let pods = Evidence::exactly(
        if seen.complete { pods } else { text!("app-rolling", ready = seen.ready, wanted = seen.wanted) },
        format!(
            "Deployment/{} generation {generation}, observed {}",
            app.name,
            deployment.status.as_ref().and_then(|status| status.observed_generation).unwrap_or_default()
        ),
    );
    let objects = Evidence::exactly(
        text!("app-objects", count = seen.objects.len()),
        format!("{} {place}", seen.objects.join(" ")),
    );
    if seen.unchanged {
        return vec![pods, objects, text!("app-as-wanted").into()];
    }
    let (gone, changed): (Vec<_>, Vec<_>) = differences.iter().partition(|difference| difference.new);
    if !gone.is_empty() {
        let names =
            gone.iter().flat_map(|difference| &difference.changes).map(|change| change.object.as_str());
        let names = names.collect::<Vec<_>>().join(", ");
        return vec![text!("app-objects-gone", objects = names).into(), objects];
    }
    let changes: Vec<_> = changed.iter().flat_map(|difference| &difference.changes).collect();
    let fields: Vec<_> = changes
        .iter()
        .map(|change| format!("{} {}", change.object, change.field).trim().to_owned())
        .collect();
    let differs = Evidence::exactly(text!("app-differs", count = changes.len()), fields.join("\n"));
    vec![differs, pods, objects]
}

/// The action that applies these objects in one command, as a person would.
fn applies(
    connection: &Connection,
    app: &App,
    manifests: Vec<Manifest>,
    differences: Vec<Difference>,
) -> Action {
    let asked = connection.asked();
    let shown: Vec<String> = manifests.iter().map(|manifest| manifest.reference().shown()).collect();
    let documents: Vec<&str> = manifests.iter().map(|manifest| manifest.yaml.as_str()).collect();
    let new = differences.iter().all(|difference| difference.new);
    let effect = if new {
        text!("app-creates", objects = shown.join(", "), namespace = &app.namespace)
    } else {
        text!("app-changes", objects = shown.join(", "), namespace = &app.namespace)
    };
    // What stood there before is changed, not made: taking it away would not bring that back.
    let made: Vec<ObjectRef> = manifests
        .iter()
        .zip(&differences)
        .filter(|(_, difference)| difference.new)
        .map(|(manifest, _)| ObjectRef { app: Some(app.name.clone()), ..manifest.reference() })
        .rev()
        .collect();
    let undo = (!made.is_empty()).then(|| {
        let typed: Vec<String> = made.iter().map(ObjectRef::typed).collect();
        let shown: Vec<String> = made.iter().map(ObjectRef::shown).collect();
        Undo {
            effect: text!("app-removes", objects = shown.join(", "), namespace = &app.namespace),
            command: asked.kubectl(["delete"]).with(typed).with(["--namespace", &app.namespace]).to_string(),
            work: Work::Delete(made.clone()),
        }
    });
    Action {
        stage: Stage::App,
        effect,
        command: asked
            .kubectl(["apply", "--server-side", "--field-manager=slipway", "-f", "-"])
            .reading_with(documents.join("---\n"), app.secrets())
            .to_string(),
        diff: differences.into_iter().flat_map(|difference| difference.changes).collect(),
        undo,
        work: Work::Apply(manifests),
    }
}

/// What carries the app's marks, or stands under its name: first what lets requests in.
async fn standing_objects(
    connection: &Connection,
    project: &facts::Project,
) -> Result<Vec<(ObjectRef, ObjectMeta)>, Problem> {
    let namespace = &project.deploy.namespace;
    let (ingresses, services, deployments) = tokio::try_join!(
        named_or_marked::<Ingress>(connection, namespace, &project.name),
        named_or_marked::<Service>(connection, namespace, &project.name),
        named_or_marked::<Deployment>(connection, namespace, &project.name),
    )?;
    Ok([ingresses, services, deployments].into_iter().flatten().collect())
}

async fn named_or_marked<K>(
    connection: &Connection,
    namespace: &str,
    app: &str,
) -> Result<Vec<(ObjectRef, ObjectMeta)>, Problem>
where
    K: kube::Resource<DynamicType = (), Scope = k8s_openapi::NamespaceResourceScope>
        + Clone
        + serde::de::DeserializeOwned
        + std::fmt::Debug
        + Send
        + 'static,
{
    let reads = connection.within::<K>(namespace);
    let selector = mark::selector(app);
    let (named, marked) = tokio::try_join!(reads.get(app), reads.list(&selector))?;
    let mut found: Vec<K> = marked;
    if let Some(named) = named.filter(|named| found.iter().all(|other| other.meta().uid != named.meta().uid))
    {
        found.push(named);
    }
    Ok(found
        .into_iter()
        .map(|object| {
            let meta = object.meta().clone();
            let reference = ObjectRef {
                api_version: K::api_version(&()).into_owned(),
                kind: K::kind(&()).into_owned(),
                namespace: Some(namespace.to_owned()),
                name: object.name_any(),
                uid: meta.uid.clone(),
                app: Some(app.to_owned()),
            };
            (reference, meta)
        })
        .collect())
}

fn removes(asked: &Asked, object: ObjectRef, meta: &ObjectMeta) -> Action {
    let others = managers(meta);
    let namespace = object.namespace.clone().unwrap_or_default();
    let effect = if others.is_empty() {
        text!("app-removes", objects = object.shown(), namespace = &namespace)
    } else {
        text!(
            "app-removes-changed",
            object = object.shown(),
            namespace = &namespace,
            managers = others.join(", ")
        )
    };
    Action {
        stage: Stage::App,
        effect,
        command: object.kubectl_delete(asked).to_string(),
        diff: Vec::new(),
        undo: None,
        work: Work::Delete(vec![object]),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn meta(labels: serde_json::Value, folder: Option<&str>) -> ObjectMeta {
        let annotations = folder.map(|folder| json!({"slipway.local/folder": folder}));
        serde_json::from_value(json!({"labels": labels, "annotations": annotations})).unwrap()
    }

    #[test]
    fn an_object_is_ours_by_its_marks_and_its_folder() {
        let marks = json!({"app.kubernetes.io/name": "iris", "app.kubernetes.io/managed-by": "slipway"});
        let folder = Path::new("/iris");
        assert_eq!(belongs(&meta(marks.clone(), Some("/iris")), "iris", folder), Belongs::Us);
        assert_eq!(belongs(&meta(marks.clone(), None), "iris", folder), Belongs::Us);
        assert_eq!(
            belongs(&meta(marks.clone(), Some("/other")), "iris", folder),
            Belongs::Folder("/other".into())
        );
        assert_eq!(belongs(&meta(marks, Some("/iris")), "rose", folder), Belongs::Others);
        let helm = json!({"app.kubernetes.io/name": "iris", "app.kubernetes.io/managed-by": "Helm"});
        assert_eq!(belongs(&meta(helm, Some("/iris")), "iris", folder), Belongs::Others);
    }

    #[test]
    fn those_who_keep_a_status_did_not_change_an_object() {
        let meta: ObjectMeta = serde_json::from_value(json!({"managedFields": [
            {"manager": "slipway", "operation": "Apply"},
            {"manager": "kube-controller-manager", "operation": "Update", "subresource": "status"},
            {"manager": "nginx", "operation": "Update", "subresource": "status"},
            {"manager": "kubectl-edit", "operation": "Update"},
        ]}))
        .unwrap();
        assert_eq!(managers(&meta), ["kubectl-edit"]);
    }

    fn ingress(namespace: &str, name: &str, class: &str, host: &str, path: &str) -> Ingress {
        serde_json::from_value(json!({
            "metadata": {"name": name, "namespace": namespace},
            "spec": {"ingressClassName": class, "rules": [{
                "host": host,
                "http": {"paths": [{"path": path, "pathType": "Prefix", "backend": {}}]},
            }]},
        }))
        .unwrap()
    }

    #[test]
    fn a_rule_is_taken_by_another_ingress_of_the_class_with_its_host_and_path() {
        let app = App {
            name: "iris".into(),
            namespace: "lab".into(),
            folder: "/iris".into(),
            image: "iris:1".into(),
            user: String::new(),
            port: 8000,
            replicas: 1,
            health: None,
            env: std::collections::BTreeMap::new(),
            cpu: "100m".into(),
            memory: "128Mi".into(),
            class: "nginx".into(),
            host: "localhost".into(),
            path: "/a".into(),
            can_sleep: true,
        };
        for (other, taken) in [
            (ingress("lab", "rose", "nginx", "localhost", "/a"), true),
            (ingress("other", "iris", "nginx", "localhost", "/a/"), true),
            (ingress("lab", "iris", "nginx", "localhost", "/a"), false),
            (ingress("lab", "rose", "traefik", "localhost", "/a"), false),
            (ingress("lab", "rose", "nginx", "rose.localhost", "/a"), false),
            (ingress("lab", "rose", "nginx", "localhost", "/b"), false),
        ] {
            assert_eq!(takes_rule(&other, &app, "k8s.io/ingress-nginx"), taken, "{other:?}");
        }
        let beside = ingress("lab", "rose", "nginx", "localhost", "/b");
        assert!(takes_rule(&beside, &app, ONE_INGRESS_A_HOST), "F5's controller would refuse the second");
    }
}

//! The app's objects on a real cluster: applied, rolled out, compared, refused, removed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // what a test's own functions expect, it expects too

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use futures_util::StreamExt;
use k8s_openapi::api::{
    apps::v1::{Deployment, ReplicaSet},
    core::v1::{Pod, ResourceQuota},
};
use kube::{
    Api, Client, ResourceExt,
    api::{Patch, PatchParams, PostParams},
    runtime::watcher,
};
use serde_json::json;
use slipway_engine::{
    choices::Choices,
    event::{Event, Teller},
    http::Ask,
    kubernetes::{
        Connection,
        kubeconfig::Sources,
        manifest::{Manifest, ObjectRef},
        mark,
        objects::{App, EnvValue, manifest},
        obstacle,
        rollout::Hearer,
    },
    places::Places,
    problem::{Code, Problem},
    stage::Stage,
};
use slipway_tests::{image, namespace::in_a_namespace};

const LONG: Duration = Duration::from_secs(90);
const WEB: &str = "k8s-web:1";

async fn connection() -> Connection {
    let root = tempfile::tempdir().unwrap();
    let sources = Sources::of_user();
    Connection::choose(&Choices::default(), &Places::under(root.path()), &sources).await.unwrap()
}

async fn app(namespace: &str) -> App {
    image::python(WEB, image::SERVES).await;
    App {
        name: "k8s-iris".into(),
        namespace: namespace.into(),
        folder: "/home/ada/iris".into(),
        image: WEB.into(),
        user: "1000".into(),
        port: 8000,
        replicas: 1,
        health: Some("/".into()),
        env: BTreeMap::new(),
        cpu: "10m".into(),
        memory: "32Mi".into(),
        class: "k8s-none".into(),
        host: format!("{namespace}.localhost"),
        path: "/".into(),
        can_sleep: true,
    }
}

async fn apply(connection: &Connection, manifests: &[Manifest]) -> Result<(), Problem> {
    connection.verified().await?.apply(manifests, &[]).await
}

async fn roll_out(connection: &Connection, app: &App, within: Duration) -> Result<Deployment, Problem> {
    let hearer = Hearer { teller: &Teller::default(), stage: Stage::App };
    connection.rolled_out(&app.namespace, &app.name, within, hearer).await
}

/// The problem of an app that cannot be rolled out.
async fn stuck(app: &App, within: Duration) -> Problem {
    let connection = connection().await;
    apply(&connection, &app.manifests().unwrap()).await.unwrap();
    roll_out(&connection, app, within).await.expect_err("it cannot be rolled out")
}

fn exact(problem: &Problem) -> String {
    format!("{:?}", problem.evidence)
}

fn reference(app: &App, api_version: &str, kind: &str) -> ObjectRef {
    ObjectRef {
        api_version: api_version.into(),
        kind: kind.into(),
        namespace: Some(app.namespace.clone()),
        name: app.name.clone(),
        uid: None,
        app: Some(app.name.clone()),
    }
}

#[tokio::test]
async fn an_app_is_applied_rolled_out_asked_and_removed_without_a_trace() {
    in_a_namespace(|client, namespace| async move {
        let connection = connection().await;
        let app = App { replicas: 2, ..app(&namespace).await };
        let manifests = app.manifests().unwrap();
        let before = connection.differences(&manifests).await.unwrap();
        assert!(
            before.iter().all(|difference| difference.new && difference.changes.len() == 1),
            "{before:?}"
        );

        apply(&connection, &manifests).await.unwrap();
        let deployment = roll_out(&connection, &app, LONG).await.unwrap();
        let status = deployment.status.unwrap();
        assert_eq!(
            (status.ready_replicas, status.updated_replicas, status.replicas),
            (Some(2), Some(2), Some(2))
        );
        let after = connection.differences(&manifests).await.unwrap();
        assert!(after.iter().all(slipway_engine::kubernetes::Difference::is_empty), "{after:?}");

        let pods: Vec<Pod> =
            connection.within::<Pod>(&namespace).list(&mark::selector(&app.name)).await.unwrap();
        assert_eq!(pods.iter().filter(|pod| obstacle::is_ready(pod)).count(), 2);
        let (pod, ask) = (pods[0].name_any(), Ask::get("http://a.test/"));
        let answer = connection.ask_pod(&namespace, &pod, 8000, &ask, LONG).await.unwrap();
        assert_eq!(answer.status, 200);
        assert!(answer.body.contains("Directory listing"), "{answer:?}");

        let writer = connection.verified().await.unwrap();
        for (api_version, kind) in
            [("networking.k8s.io/v1", "Ingress"), ("v1", "Service"), ("apps/v1", "Deployment")]
        {
            writer.delete(&reference(&app, api_version, kind), LONG).await.unwrap();
            writer.delete(&reference(&app, api_version, kind), LONG).await.expect("gone already is no fault");
        }
        let left = connection.within::<ReplicaSet>(&namespace).list("").await.unwrap().len()
            + connection.within::<Pod>(&namespace).list("").await.unwrap().len();
        assert_eq!(left, 0);
        let now = connection.differences(&manifests).await.unwrap();
        assert!(now.iter().all(|difference| difference.new), "{now:?}");
        drop(client);
    })
    .await;
}

#[tokio::test]
async fn a_change_is_shown_field_by_field_and_its_rollout_is_awaited_by_the_full_rule() {
    in_a_namespace(|_, namespace| async move {
        let connection = connection().await;
        let first = app(&namespace).await;
        apply(&connection, &first.manifests().unwrap()).await.unwrap();
        roll_out(&connection, &first, LONG).await.unwrap();
        let mode = EnvValue::Plain("on".into());
        let second = App { replicas: 2, env: [("MODE".to_owned(), mode)].into(), ..first };
        let manifests = second.manifests().unwrap();
        let shown: Vec<_> = connection
            .differences(&manifests)
            .await
            .unwrap()
            .into_iter()
            .flat_map(|difference| difference.changes)
            .map(|change| (change.object, change.field, change.before, change.after))
            .collect();
        let object = || "Deployment/k8s-iris".to_owned();
        assert_eq!(
            shown,
            [
                (object(), "spec.replicas".into(), Some("1".into()), Some("2".into())),
                (
                    object(),
                    "spec.template.spec.containers[k8s-iris].env".into(),
                    None,
                    Some("- name: MODE\n  value: \"****\"".into())
                ),
            ]
        );
        apply(&connection, &manifests).await.unwrap();
        let deployment = roll_out(&connection, &second, LONG).await.unwrap();
        assert_eq!(deployment.metadata.generation, Some(2));
        let status = deployment.status.unwrap();
        assert_eq!(
            (status.observed_generation, status.updated_replicas, status.replicas),
            (Some(2), Some(2), Some(2))
        );
    })
    .await;
}

#[tokio::test]
async fn a_field_that_somebody_else_set_is_named_and_taken_over_only_on_their_word() {
    in_a_namespace(|client, namespace| async move {
        let connection = connection().await;
        let app = app(&namespace).await;
        let manifests = app.manifests().unwrap();
        apply(&connection, &manifests).await.unwrap();
        let deployments: Api<Deployment> = Api::namespaced(client, &namespace);
        let scaled = Patch::Merge(json!({"spec": {"replicas": 3}}));
        let by_somebody = PatchParams { field_manager: Some("somebody".into()), ..PatchParams::default() };
        deployments.patch(&app.name, &by_somebody, &scaled).await.unwrap();

        let differences = connection.differences(&manifests).await.unwrap();
        let changed = &differences[0].changes[0];
        assert_eq!((changed.field.as_str(), changed.before.as_deref()), ("spec.replicas", Some("3")));
        let problem = differences[0].owned(&connection, &manifests[0].reference(), &[]).unwrap_err();
        assert_eq!(problem.code, Code::FieldsOwned);
        assert_eq!(problem.args["manager"], "somebody".into());
        let refused = apply(&connection, &manifests).await.unwrap_err();
        assert_eq!(refused.evidence, problem.evidence);

        let word = [refused.evidence[0].exact.clone().unwrap()];
        assert_eq!(word[0], "Deployment/k8s-iris spec.replicas");
        let wrong = ["Deployment/k8s-iris spec.paused".to_owned()];
        let writer = connection.verified().await.unwrap();
        assert_eq!(writer.apply(&manifests, &wrong).await.unwrap_err().code, Code::FieldsOwned);
        writer.apply(&manifests, &word).await.unwrap();
        let replicas = deployments.get(&app.name).await.unwrap().spec.unwrap().replicas;
        assert_eq!(replicas, Some(1));
    })
    .await;
}

#[tokio::test]
async fn what_is_not_ours_is_not_deleted() {
    in_a_namespace(|client, namespace| async move {
        let connection = connection().await;
        let app = app(&namespace).await;
        apply(&connection, &app.manifests().unwrap()).await.unwrap();
        let deployments: Api<Deployment> = Api::namespaced(client, &namespace);
        let taken = Patch::Merge(json!({"metadata": {"labels": {mark::MANAGED_BY: "Helm"}}}));
        deployments.patch(&app.name, &PatchParams::default(), &taken).await.unwrap();
        let writer = connection.verified().await.unwrap();
        let deployment = reference(&app, "apps/v1", "Deployment");
        assert_eq!(writer.delete(&deployment, LONG).await.unwrap_err().code, Code::NotOurs);
        let other = ObjectRef { app: Some("other".into()), ..reference(&app, "v1", "Service") };
        assert_eq!(writer.delete(&other, LONG).await.unwrap_err().code, Code::NotOurs);
        let replaced = ObjectRef { uid: Some("an earlier one".into()), ..reference(&app, "v1", "Service") };
        writer.delete(&replaced, LONG).await.expect("the one that was seen is gone already");
        let there = connection.differences(&app.manifests().unwrap()).await.unwrap();
        assert!(there.iter().all(|difference| !difference.new), "all three still stand");
    })
    .await;
}

#[tokio::test]
async fn a_namespace_that_is_missing_or_going_is_told() {
    let connection = connection().await;
    let missing = app("k8s-nowhere").await.manifests().unwrap();
    let problem = apply(&connection, &missing).await.unwrap_err();
    assert_eq!(problem.code, Code::NamespaceMissing);
    assert_eq!(
        problem.remedies[0].command.as_deref(),
        Some("kubectl --context docker-desktop create namespace k8s-nowhere")
    );
    assert_eq!(connection.differences(&missing).await.unwrap_err().code, Code::NamespaceMissing);
    in_a_namespace(|client, namespace| async move {
        // A finalizer keeps what it holds, and so the namespace, until the test lets go.
        let holds = manifest(json!({
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": {"name": "holds", "namespace": namespace, "finalizers": ["slipway.local/test"]},
        }));
        let connection = self::connection().await;
        apply(&connection, &[holds.unwrap()]).await.unwrap();
        let namespaces: Api<k8s_openapi::api::core::v1::Namespace> = Api::all(client.clone());
        namespaces.delete(&namespace, &kube::api::DeleteParams::default()).await.unwrap();
        let refused = apply(&connection, &app(&namespace).await.manifests().unwrap()).await;
        let maps: Api<k8s_openapi::api::core::v1::ConfigMap> = Api::namespaced(client, &namespace);
        let let_go = Patch::Merge(json!({"metadata": {"finalizers": null}}));
        maps.patch("holds", &PatchParams::default(), &let_go).await.unwrap();
        assert_eq!(refused.unwrap_err().code, Code::NamespaceTerminating);
    })
    .await;
}

#[tokio::test]
async fn what_the_cluster_refuses_is_told_in_its_words() {
    in_a_namespace(|_, namespace| async move {
        let app = App { path: "no-slash".into(), ..app(&namespace).await };
        let problem = apply(&connection().await, &app.manifests().unwrap()).await.unwrap_err();
        assert_eq!(problem.code, Code::ApplyRefused);
        assert!(exact(&problem).contains("must be an absolute path"), "{problem:?}");
    })
    .await;
}

#[tokio::test]
async fn a_quota_that_leaves_no_room_is_told_when_the_cluster_knows() {
    in_a_namespace(|client, namespace| async move {
        let quotas: Api<ResourceQuota> = Api::namespaced(client, &namespace);
        let quota: ResourceQuota = serde_json::from_value(json!({
            "metadata": {"name": "small"}, "spec": {"hard": {"requests.memory": "16Mi"}},
        }))
        .unwrap();
        quotas.create(&PostParams::default(), &quota).await.unwrap();
        let begun = Instant::now();
        let problem = stuck(&app(&namespace).await, LONG).await;
        assert_eq!(problem.code, Code::QuotaExceeded, "{problem:?}");
        assert!(exact(&problem).contains("exceeded quota: small"), "{problem:?}");
        assert!(begun.elapsed() < Duration::from_secs(15), "not at the timeout: {:?}", begun.elapsed());
    })
    .await;
}

#[tokio::test]
async fn a_pod_that_no_node_takes_is_told_in_the_schedulers_words() {
    in_a_namespace(|_, namespace| async move {
        let problem = stuck(&App { memory: "9Ti".into(), ..app(&namespace).await }, LONG).await;
        assert_eq!(problem.code, Code::PodUnschedulable, "{problem:?}");
        assert!(exact(&problem).contains("Insufficient memory"), "{problem:?}");
    })
    .await;
}

#[tokio::test]
async fn an_app_that_crashes_is_told_with_its_last_lines() {
    const CRASHES: &str = "import sys\nprint('reading model.pkl')\nsys.exit('model.pkl: bad magic')";
    in_a_namespace(|_, namespace| async move {
        image::python("k8s-crash:1", CRASHES).await;
        let crashing = App { image: "k8s-crash:1".into(), ..app(&namespace).await };
        let problem = stuck(&crashing, LONG).await;
        assert_eq!(problem.code, Code::PodCrashing, "{problem:?}");
        assert_eq!(problem.args["exit"], 1.into());
        // Two streams: which of their lines comes first is the container engine's choice.
        for line in ["reading model.pkl", "model.pkl: bad magic"] {
            assert!(exact(&problem).contains(line), "{problem:?}");
        }
        // Asked again while it backs off, the log of its last run is still told.
        let again = roll_out(&connection().await, &crashing, LONG).await.unwrap_err();
        assert_eq!(again.code, Code::PodCrashing, "{again:?}");
        assert!(exact(&again).contains("bad magic"), "{again:?}");
    })
    .await;
}

#[tokio::test]
async fn an_app_that_uses_too_much_memory_is_no_ordinary_crash() {
    const GREEDY: &str =
        "import time\nkept = []\nwhile True:\n    kept.append(bytearray(8 << 20))\n    time.sleep(0.01)";
    in_a_namespace(|client, namespace| async move {
        image::python("k8s-greedy:1", GREEDY).await;
        let limits: Api<k8s_openapi::api::core::v1::LimitRange> = Api::namespaced(client, &namespace);
        let limit = json!({
            "metadata": {"name": "small"},
            "spec": {"limits": [{"type": "Container", "default": {"memory": "64Mi"}}]},
        });
        limits.create(&PostParams::default(), &serde_json::from_value(limit).unwrap()).await.unwrap();
        let problem = stuck(&App { image: "k8s-greedy:1".into(), ..app(&namespace).await }, LONG).await;
        assert_eq!(problem.code, Code::PodOutOfMemory, "{problem:?}");
    })
    .await;
}

#[tokio::test]
async fn a_missing_secret_is_told_and_making_it_lets_the_same_rollout_go_on() {
    in_a_namespace(|client, namespace| async move {
        let token = EnvValue::FromSecret { name: "keys".into(), key: "token".into() };
        let app = App { env: [("TOKEN".to_owned(), token)].into(), ..app(&namespace).await };
        let problem = stuck(&app, LONG).await;
        assert_eq!(problem.code, Code::PodConfig, "{problem:?}");
        assert!(exact(&problem).contains(r#"secret \"keys\" not found"#), "{problem:?}");
        let secrets: Api<k8s_openapi::api::core::v1::Secret> = Api::namespaced(client, &namespace);
        let secret = json!({"metadata": {"name": "keys"}, "stringData": {"token": "x"}});
        secrets.create(&PostParams::default(), &serde_json::from_value(secret).unwrap()).await.unwrap();
        roll_out(&connection().await, &app, LONG).await.expect("what was mended is waited for");
    })
    .await;
}

#[tokio::test]
async fn a_pod_that_does_not_become_ready_is_told_with_its_probes_last_words() {
    in_a_namespace(|_, namespace| async move {
        let problem =
            stuck(&App { health: Some("/nothing".into()), ..app(&namespace).await }, Duration::from_secs(12))
                .await;
        assert_eq!(problem.code, Code::PodNotReady, "{problem:?}");
        assert!(exact(&problem).contains("statuscode: 404"), "{problem:?}");
    })
    .await;
}

#[tokio::test]
async fn an_image_that_is_not_there_is_told_within_two_seconds_of_the_cluster_knowing() {
    in_a_namespace(|client, namespace| async move {
        let app = App { image: "k8s-absent:1".into(), ..app(&namespace).await };
        let mut manifests = app.manifests().unwrap();
        manifests[0].object.data["spec"]["template"]["spec"]["containers"][0]["imagePullPolicy"] =
            json!("Never");
        let connection = connection().await;
        apply(&connection, &manifests).await.unwrap();
        let known = tokio::spawn(first_seen(client, namespace, "ErrImageNeverPull"));
        let problem = roll_out(&connection, &app, LONG).await.unwrap_err();
        let told = Instant::now();
        assert_eq!(problem.code, Code::PodImageMissing, "{problem:?}");
        assert_eq!(problem.args["image"], "k8s-absent:1".into());
        let known = known.await.unwrap();
        assert!(told.saturating_duration_since(known) < Duration::from_secs(2), "{:?}", told - known);
    })
    .await;
}

/// When a pod was first seen waiting for this reason, by a watch of the test's own.
async fn first_seen(client: Client, namespace: String, reason: &str) -> Instant {
    let pods: Api<Pod> = Api::namespaced(client, &namespace);
    let mut changes = std::pin::pin!(watcher(pods, watcher::Config::default()));
    loop {
        if let Some(Ok(watcher::Event::Apply(pod) | watcher::Event::InitApply(pod))) = changes.next().await
            && serde_json::to_string(&pod.status).unwrap().contains(reason)
        {
            return Instant::now();
        }
    }
}

#[tokio::test]
async fn how_the_rollout_goes_is_told_while_it_goes() {
    in_a_namespace(|_, namespace| async move {
        let connection = connection().await;
        image::python("k8s-slow:1", &format!("import time; time.sleep(3)\n{}", image::SERVES)).await;
        let app = App { image: "k8s-slow:1".into(), ..app(&namespace).await };
        apply(&connection, &app.manifests().unwrap()).await.unwrap();
        let (teller, mut viewer) = Teller::with_viewer();
        let hearer = Hearer { teller: &teller, stage: Stage::App };
        connection.rolled_out(&namespace, &app.name, LONG, hearer).await.unwrap();
        teller.close();
        let mut steps = Vec::new();
        while let Some(event) = viewer.next().await {
            if let Event::Progress(progress) = event {
                steps.push((progress.done, progress.total, progress.phase));
            }
        }
        let last = steps.last().unwrap();
        assert_eq!((last.0, last.1, last.2), (1, Some(1), slipway_engine::event::Phase::Done));
        assert_eq!(steps[0].0, 0, "{steps:?}");
    })
    .await;
}

#[tokio::test]
async fn objects_go_side_by_side_and_those_that_others_need_go_first() {
    let connection = connection().await;
    let name = format!("k8s-made-{}", std::process::id());
    let namespace = manifest(json!({
        "apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": mark::labels("k8s-made")},
    }))
    .unwrap();
    let map = manifest(json!({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {"name": "a", "namespace": name, "labels": mark::labels("k8s-made")},
    }))
    .unwrap();
    let manifests = [map, namespace];
    let differences = connection.differences(&manifests).await.unwrap();
    assert!(differences.iter().all(|difference| difference.new), "{differences:?}");
    apply(&connection, &manifests).await.unwrap();
    let writer = connection.verified().await.unwrap();
    writer.delete(&manifests[1].reference(), LONG).await.unwrap();
    let gone = connection.all::<k8s_openapi::api::core::v1::Namespace>().get(&name).await.unwrap();
    assert!(gone.is_none());
}

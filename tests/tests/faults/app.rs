//! What is wrong with the app, and with what stands in the cluster already.

use k8s_openapi::api::{apps::v1::Deployment, core::v1::ResourceQuota};
use kube::{
    Api,
    api::{Patch, PatchParams, PostParams},
};
use serde_json::json;
use slipway_tests::{
    controller,
    image::SERVES,
    namespace::{client, in_a_namespace},
};

use crate::desk::{DOCKERFILE, Desk};

#[tokio::test(flavor = "multi_thread")]
async fn the_quota_leaves_no_room() {
    controller::installed().await;
    in_a_namespace(|client, namespace| async move {
        let mut desk = Desk::new("quota");
        desk.flag(&["--namespace", &namespace]);
        let quotas: Api<ResourceQuota> = Api::namespaced(client, &namespace);
        let small = json!({"metadata": {"name": "small"}, "spec": {"hard": {"requests.memory": "16Mi"}}});
        quotas.create(&PostParams::default(), &serde_json::from_value(small).unwrap()).await.unwrap();
        desk.stops("the quota leaves no room").is("quota-exceeded").shows(&["exceeded quota: small"]);
        // The remedy: ask for less.
        desk.write("slipway.toml", "[deploy]\nmemory = \"16Mi\"\n");
        desk.up();
        desk.down();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_node_has_enough_cpu() {
    let desk = Desk::before_a_cluster("cpu").await;
    desk.write("slipway.toml", "[deploy]\ncpu = \"900\"\n");
    desk.stops("no node has enough CPU").is("pod-unschedulable").shows(&["Insufficient cpu"]);
    // The remedy: ask for less.
    desk.write("slipway.toml", "[deploy]\ncpu = \"50m\"\n");
    desk.up();
    desk.leave();
}

#[test]
fn the_app_listens_on_127_0_0_1_only() {
    let desk = Desk::new("loopback");
    desk.write("app.py", SERVES.replace("('', 8000)", "('127.0.0.1', 8000)"));
    desk.stops("the app listens on 127.0.0.1 only").is("trial-loopback-only").says(&["127.0.0.1:8000"]);
    // The remedy: to listen on 0.0.0.0.
    desk.write("app.py", SERVES.replace("('', 8000)", "('0.0.0.0', 8000)"));
    desk.reaches("trial");
    desk.leave();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_app_listens_on_another_port() {
    let desk = Desk::before_a_cluster("other-port").await;
    desk.write("app.py", SERVES.replace("8000", "9100"));
    let told = desk.stops("the app listens on another port").is("trial-other-port").says(&["9100", "8000"]);
    desk.follows(&told.command("slipway up"));
    desk.leave();
}

#[test]
fn the_app_crashes_at_start() {
    let desk = Desk::new("crash");
    desk.write("app.py", format!("import sklearn\n{SERVES}"));
    desk.stops("the app crashes at start")
        .is("trial-crashed")
        .says(&["ModuleNotFoundError: No module named 'sklearn'"])
        .shows(&["Traceback", "/app.py\", line 1"]);
    desk.write("app.py", SERVES);
    desk.reaches("trial");
    desk.leave();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_app_is_slow_to_start() {
    let mut desk = Desk::before_a_cluster("slow").await;
    desk.write(
        "app.py",
        format!("import time\nprint('loading the model', flush=True)\ntime.sleep(4)\n{SERVES}"),
    );
    desk.flag(&["--timeout", "2s"]);
    let told = desk.stops("the app is slow to start").is("trial-no-answer").shows(&["loading the model"]);
    // The remedy: more time. It is the default's own, too.
    desk.follows(&told.command("slipway up"));
    desk.leave();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_is_someone_elses() {
    let desk = Desk::before_a_cluster("owned").await;
    desk.up();
    let deployments: Api<Deployment> = Api::default_namespaced(client().await);
    let scaled = Patch::Merge(json!({"spec": {"replicas": 2}}));
    let by_ada = PatchParams { field_manager: Some("ada".into()), ..PatchParams::default() };
    deployments.patch(desk.name(), &by_ada, &scaled).await.unwrap();
    let told = desk
        .stops("a field is someone else's")
        .is("fields-owned")
        .says(&["ada"])
        .shows(&["spec.replicas"])
        .before_anything_was_done();
    desk.follows(&told.command("slipway up"));
    assert_eq!(deployments.get(desk.name()).await.unwrap().spec.unwrap().replicas, Some(1));
    desk.leave();
}

#[tokio::test(flavor = "multi_thread")]
async fn host_and_path_are_taken_by_another_ingress() {
    let first = {
        let mut desk = Desk::before_a_cluster("first").await;
        desk.without_flags();
        desk
    };
    let mut second = Desk::new("second");
    second.without_flags();
    first.up();
    let told = second
        .stops("host and path are taken by another Ingress")
        .is("host-taken")
        .says(&["http://localhost/", "fault-first"])
        .shows(&["Ingress/fault-first --namespace default"]);
    second.follows(&told.command("slipway up"));
    // Both stand, and each is asked at its own host without its being said again.
    for (desk, host) in
        [(&first, "http://localhost/".to_owned()), (&second, format!("http://{}/", second.host()))]
    {
        for verb in ["status", "prove", "up"] {
            let ran = desk.run(verb, &[]).ended(0);
            assert_eq!(ran.result()["address"], host, "{verb}");
        }
        desk.run("diff", &[]).ended(0);
    }
    // The other remedy: to remove the first. Then the default host is free.
    first.follows(&told.command("slipway down"));
    second.flag(&["--host", "localhost"]);
    second.up();
    second.leave();
    first.leave();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_name_is_taken_by_another_folder() {
    let (first, mut second) = (Desk::before_a_cluster("name").await, Desk::new("name"));
    second.write("app.py", format!("{SERVES}\n# another one"));
    first.up();
    let taken = "the name is taken by another folder";
    let told =
        second.stops(taken).is("name-taken").says(&["fault-name", &first.folder().display().to_string()]);
    // `down` there removes nothing of the first's: neither objects nor image.
    let kept = second.run("down", &["--image"]).ended(0);
    let kept = kept.result()["kept"].to_string();
    assert!(kept.contains("Deployment/fault-name") && kept.contains("fault-name:"), "{kept}");
    assert!(first.up().of("action").is_empty(), "the first stands as it was");
    // The remedies: another name, or to remove the first.
    second.without_flags();
    second.flag(&["--host", "fault-name-2.localhost"]);
    let told_again = second.stops(taken);
    second.follows(&told_again.command("slipway up"));
    second.flag(&["--name", "fault-name-2"]);
    second.down();
    second.without_flags();
    second.follows(&told.command("slipway down"));
    second.up();
    second.leave();
    first.leave();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_stands_as_it_was_chosen_until_something_else_is() {
    let mut desk = Desk::before_a_cluster("chosen").await;
    let host = desk.host();
    desk.flag(&["--path", "/iris", "--replicas", "2"]);
    desk.write(
        "Dockerfile",
        DOCKERFILE.replace("COPY app.py /app.py", "COPY app.py /app.py\nCOPY app.py iris/app.py"),
    );
    desk.up();
    desk.without_flags();
    for verb in ["status", "prove", "up", "diff"] {
        let ran = desk.run(verb, &[]).ended(0);
        assert!(ran.of("action").is_empty(), "{verb}: {:#?}", ran.of("action"));
    }
    desk.flag(&["--path", "/"]);
    let ran = desk.up();
    assert_eq!(ran.result()["address"], format!("http://{host}/"));
    desk.leave();
}

//! What is wrong with the kubeconfig, the cluster, its way in and its namespaces.

use std::{fs, path::PathBuf, time::Duration};

use k8s_openapi::api::core::v1::{ConfigMap, Namespace};
use kube::{
    Api,
    api::{DeleteParams, Patch, PatchParams, PostParams},
};
use practice_cluster::faults::{ApiFault, ApiProxy, Rule, Stopped, TakenPort};
use serde_json::{Value, json};
use slipway_tests::{
    backend::{SOON, remove},
    controller,
    namespace::{client, in_a_namespace},
};

use crate::{
    desk::{Desk, settled, world},
    engine::cluster,
    table,
    told::Told,
};

/// A desk with a kubeconfig of its own, the practice cluster's with this change.
fn with_kubeconfig(name: &str, change: impl FnOnce(&mut Value)) -> Desk {
    let mut desk = Desk::new(name);
    let mut kubeconfig = practice();
    change(&mut kubeconfig);
    let path = desk.beside("kubeconfig");
    fs::write(&path, kubeconfig.to_string()).unwrap();
    desk.set("KUBECONFIG", path);
    desk
}

fn practice() -> Value {
    let path = PathBuf::from(std::env::var_os("KUBECONFIG").unwrap());
    serde_json::to_value(kube::config::Kubeconfig::read_from(path).unwrap()).unwrap()
}

/// Looks at the cluster alone, which must end in one problem: the rest is looked at too, and holds.
fn cluster_problem(desk: &Desk, fault: &str) -> Told {
    let told = desk.stops(fault);
    assert_eq!(told.problem["stage"], "cluster", "{:#}", told.problem);
    let done = told.ran.of("action");
    assert!(done.iter().all(|action| action["stage"] != "app" && action["stage"] != "ingress"), "{done:#?}");
    told
}

/// Ends what a journey as far as the cluster left.
fn clear(mut desk: Desk) {
    desk.unset("KUBECONFIG");
    desk.leave();
}

#[test]
fn the_kubeconfig_is_missing() {
    let mut desk = Desk::new("no-kubeconfig");
    let nowhere = desk.beside("nowhere/config");
    desk.set("KUBECONFIG", &nowhere);
    cluster_problem(&desk, "the kubeconfig is missing")
        .is("kubeconfig-missing")
        .shows(&[&nowhere.display().to_string()]);
    clear(desk);
}

#[test]
fn the_kubeconfig_is_broken() {
    let mut desk = Desk::new("broken");
    let path = desk.beside("kubeconfig");
    fs::write(&path, "apiVersion: v1\nkind: Config\nclusters:\n- name: [unfinished\n").unwrap();
    desk.set("KUBECONFIG", &path);
    cluster_problem(&desk, "the kubeconfig is broken")
        .is("kubeconfig-broken")
        .says(&[&path.display().to_string(), "4"]);
    clear(desk);
}

#[test]
fn the_kubeconfig_has_no_contexts() {
    let desk = with_kubeconfig("no-contexts", |config| config["contexts"] = json!([]));
    cluster_problem(&desk, "the kubeconfig has no contexts")
        .is("kubeconfig-missing")
        .shows(&[&desk.beside("kubeconfig").display().to_string()]);
    clear(desk);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cluster_is_off() {
    let desk = Desk::before_a_cluster("off").await;
    // Desks that were left still ask the server to remove their things.
    settled();
    let stopped = Stopped::api_server(&cluster().await).await.unwrap();
    let told = cluster_problem(&desk, "the cluster is off");
    stopped.mend().await.unwrap();
    let told = told.is("cluster-unreachable").says(&["docker-desktop", "127.0.0.1:6443"]);
    assert_eq!(told.problem["retry"], true);
    // The remedy: start it, and run it again.
    desk.up();
    desk.leave();
}

#[test]
fn the_certificate_is_of_another_authority() {
    let mut stranger = rcgen::CertificateParams::new(Vec::new()).unwrap();
    stranger.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let authority =
        rcgen::CertifiedIssuer::self_signed(stranger, rcgen::KeyPair::generate().unwrap()).unwrap();
    let desk = with_kubeconfig("authority", |_| {});
    let file = desk.beside("ca.crt");
    fs::write(&file, authority.pem()).unwrap();
    let mut config = practice();
    let entry = &mut config["clusters"][0]["cluster"];
    entry["certificate-authority-data"] = Value::Null;
    entry["certificate-authority"] = json!(file);
    fs::write(desk.beside("kubeconfig"), config.to_string()).unwrap();
    cluster_problem(&desk, "the certificate is of another authority")
        .is("cluster-certificate")
        .says(&["docker-desktop"])
        .shows(&["certificate"]);
    clear(desk);
}

#[test]
fn the_cluster_answers_401() {
    let desk =
        with_kubeconfig("unauthorized", |config| config["users"][0]["user"] = json!({"token": "nobody's"}));
    cluster_problem(&desk, "the cluster answers 401").is("cluster-unauthorized").shows(&["Unauthorized"]);
    clear(desk);
}

#[test]
fn the_cluster_answers_403() {
    let desk = with_kubeconfig("forbidden", |config| config["users"][0]["user"]["as"] = json!("ada"));
    cluster_problem(&desk, "the cluster answers 403")
        .is("cluster-forbidden")
        .shows(&["\"ada\"", "forbidden"]);
    clear(desk);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cluster_answers_429_and_its_watches_are_cut() {
    let mut desk = Desk::before_a_cluster("busy").await;
    let folder = tempfile::tempdir().unwrap();
    let proxy = ApiProxy::start(&cluster().await, folder.path()).await.unwrap();
    desk.set("KUBECONFIG", proxy.kubeconfig());
    proxy.set([Rule::new(ApiFault::Answer(429))]);
    cluster_problem(&desk, "the cluster answers 429").is("cluster-busy").shows(&["Too many requests"]);
    // A server that is busy for a moment, watches that are cut and that expire: none of them stops a journey.
    proxy.set([
        Rule::new(ApiFault::Answer(429)).times(2),
        Rule::new(ApiFault::ExpireWatch).times(2),
        Rule::new(ApiFault::CutWatch).times(2),
    ]);
    let before = proxy.struck();
    desk.up();
    assert!(proxy.struck() >= before + 4, "{}", proxy.struck() - before);
    desk.unset("KUBECONFIG");
    desk.leave();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_is_not_local() {
    controller::installed().await;
    let before = world().await;
    let desk = with_kubeconfig("remote", |config| {
        config["clusters"][0]["cluster"]["server"] = json!("https://198.18.0.1:6443");
    });
    let told = desk.stops("the server is not local");
    let told = told.is("cluster-not-local").says(&["docker-desktop"]).shows(&["https://198.18.0.1:6443"]);
    // The remedy: the cluster's full name as consent.
    desk.follows(&told.command("slipway up"));
    let told = desk.stops_in("down", &["--image"], "down, and the server is not local");
    told.is("cluster-not-local");
    clear(desk);
    world().await.must_equal(&before);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_context_is_switched_between_plan_and_act() {
    controller::installed().await;
    let before = world().await;
    let desk = with_kubeconfig("switched", |_| {});
    let mut running = desk.begins("up", &[]);
    // As soon as the cluster is settled, its context leads to another server.
    running.until_stage("cluster", "proven");
    let mut elsewhere = practice();
    elsewhere["clusters"][0]["cluster"]["server"] = json!("https://198.18.0.1:6443");
    fs::write(desk.beside("kubeconfig"), elsewhere.to_string()).unwrap();
    let told = Told::by(running.ends()).is("cluster-changed").says(&["docker-desktop"]);
    let told = told.shows(&["198.18.0.1", "127.0.0.1"]);
    table::add("the context is switched between plan and act", &told);
    clear(desk);
    world().await.must_equal(&before);
}

#[tokio::test(flavor = "multi_thread")]
async fn port_80_is_taken() {
    settled();
    controller::removed().await;
    let desk = Desk::new("port");
    // The load balancer lets go of it when it has seen that the controller is gone.
    let taken = async {
        loop {
            match TakenPort::take(80).await {
                Ok(taken) => break taken,
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    };
    let taken = tokio::time::timeout(SOON, taken).await.expect("port 80 becomes free");
    let before = world().await;
    let told = desk.stops("port 80 is taken").is("port-taken").says(&["80", &std::process::id().to_string()]);
    drop(told);
    drop(taken);
    desk.down();
    world().await.must_equal(&before);
    // The remedy: stop that program, and run it again.
    desk.up();
    desk.leave();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_namespace_is_missing() {
    let mut desk = Desk::before_a_cluster("nowhere").await;
    desk.flag(&["--namespace", "fault-nowhere"]);
    let told = desk.stops("the namespace is missing").is("namespace-missing").says(&["fault-nowhere"]);
    desk.follows(&told.command("kubectl "));
    desk.up();
    desk.down();
    let namespaces = Api::<Namespace>::all(client().await);
    namespaces.delete("fault-nowhere", &DeleteParams::default()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_namespace_is_terminating() {
    controller::installed().await;
    in_a_namespace(|client, namespace| async move {
        let mut desk = Desk::new("terminating");
        desk.flag(&["--namespace", &namespace]);
        // A finalizer keeps what it holds, and so the namespace, until the test lets go.
        let maps: Api<ConfigMap> = Api::namespaced(client.clone(), &namespace);
        let holds = json!({"metadata": {"name": "holds", "finalizers": ["slipway.local/test"]}});
        maps.create(&PostParams::default(), &serde_json::from_value(holds).unwrap()).await.unwrap();
        let namespaces: Api<Namespace> = Api::all(client.clone());
        namespaces.delete(&namespace, &DeleteParams::default()).await.unwrap();
        let told = desk.stops("the namespace is terminating");
        let let_go = Patch::Merge(json!({"metadata": {"finalizers": null}}));
        maps.patch("holds", &PatchParams::default(), &let_go).await.unwrap();
        told.is("namespace-terminating").says(&[&namespace]);
        desk.down();
        // The remedy: to wait until it is gone, and to make it anew.
        remove(&namespaces, &namespace).await;
        let anew = json!({"metadata": {"name": namespace}});
        namespaces.create(&PostParams::default(), &serde_json::from_value(anew).unwrap()).await.unwrap();
        let planned = desk.run("up", &["--dry-run"]).ended(0);
        assert!(planned.of("action").iter().any(|action| action["stage"] == "app"), "{}", planned.out);
    })
    .await;
}

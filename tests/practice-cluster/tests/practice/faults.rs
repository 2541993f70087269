//! The faults that tests ask for are real, and can be mended.

use std::{path::Path, process::Command};

use futures_util::StreamExt;
use hyper::Method;
use k8s_openapi::api::core::v1::{ConfigMap, Namespace};
use kube::{
    Api, Client, Config,
    api::{ListParams, WatchParams},
    config::{KubeConfigOptions, Kubeconfig},
};
use practice_cluster::{
    Cluster, Progress,
    faults::{ApiFault, ApiProxy, Rule, SmallEngine, Stopped, with_server},
};

use crate::apart::{SANDBOX, apart};

async fn client(kubeconfig: &Path) -> Client {
    let kubeconfig = Kubeconfig::read_from(kubeconfig).unwrap();
    let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await.unwrap();
    Client::try_from(config).unwrap()
}

#[test]
fn engine_and_api_server_stop_and_come_back() {
    apart("faults::engine_and_api_server_stop_and_come_back", async |cluster| {
        cluster.up(&Progress::printed()).await.unwrap();
        let stopped = Stopped::engine(cluster).await.unwrap();
        cluster.docker().unwrap().ping().await.unwrap_err();
        stopped.mend().await.unwrap();
        cluster.docker().unwrap().ping().await.unwrap();

        let stopped = Stopped::api_server(cluster).await.unwrap();
        cluster.client().await.unwrap().apiserver_version().await.unwrap_err();
        stopped.mend().await.unwrap();
        cluster.client().await.unwrap().apiserver_version().await.unwrap();
        assert!(cluster.status().await.unwrap().is_healthy());
    });
}

#[test]
fn a_context_can_point_elsewhere() {
    apart("faults::a_context_can_point_elsewhere", async |cluster| {
        cluster.up(&Progress::printed()).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = with_server(cluster, folder.path(), "https://127.0.0.1:1").unwrap();
        client(&path).await.apiserver_version().await.unwrap_err();
        assert_eq!(Kubeconfig::read_from(path).unwrap().current_context.as_deref(), Some("docker-desktop"));
    });
}

#[test]
fn the_api_answers_as_it_is_told() {
    apart("faults::the_api_answers_as_it_is_told", async |cluster| {
        cluster.up(&Progress::printed()).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let proxy = ApiProxy::start(cluster, folder.path()).await.unwrap();
        let client = client(proxy.kubeconfig()).await;
        let maps: Api<ConfigMap> = Api::default_namespaced(client.clone());
        maps.list(&ListParams::default()).await.expect("without rules it changes nothing");

        for code in [401, 403, 410] {
            proxy.set([Rule::new(ApiFault::Answer(code)).method(Method::GET).path("/configmaps")]);
            let error = maps.list(&ListParams::default()).await.unwrap_err();
            let kube::Error::Api(status) = error else { panic!("{error}") };
            assert_eq!(status.code, code);
            proxy.set([]);
            maps.list(&ListParams::default()).await.expect("it is over");
        }
        assert_eq!(proxy.struck(), 3);

        // A client would try again, and again: the answer itself is looked at.
        proxy.set([Rule::new(ApiFault::Answer(429)).times(1)]);
        let kubeconfig = Kubeconfig::read_from(proxy.kubeconfig()).unwrap();
        let server = kubeconfig.clusters[0].cluster.as_ref().unwrap().server.clone().unwrap();
        let answer = reqwest::get(format!("{server}/api/v1/namespaces")).await.unwrap();
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["retry-after"]),
            (429, &"1".parse().unwrap())
        );
        assert_eq!(reqwest::get(format!("{server}/api/v1/namespaces")).await.unwrap().status(), 200);
        watches(&client, &proxy).await;
    });
}

async fn watches(client: &Client, proxy: &ApiProxy) {
    let namespaces: Api<Namespace> = Api::all(client.clone());
    let all = WatchParams::default();
    let watch = || namespaces.watch(&all, "0");

    let mut running = watch().await.unwrap().boxed();
    running.next().await.unwrap().expect("what there is comes first");
    proxy.cut_watches();
    let end = loop {
        match running.next().await {
            Some(Ok(_)) => {}
            other => break other,
        }
    };
    // The client takes a connection that breaks off for the end of the watch.
    assert!(!matches!(end, Some(Ok(_))), "{end:?}");

    proxy.set([Rule::new(ApiFault::ExpireWatch).times(1)]);
    let first = watch().await.unwrap().boxed().next().await.unwrap();
    let Ok(kube::api::WatchEvent::Error(status)) = first else { panic!("{first:?}") };
    assert_eq!(status.code, 410);

    proxy.set([Rule::new(ApiFault::CutWatch)]);
    for _ in 0..2 {
        let events: Vec<_> = watch().await.unwrap().collect().await;
        assert!(events.iter().any(Result::is_ok), "it answers before it is cut: {events:?}");
    }
}

#[test]
fn a_full_disk_fails_a_build_and_room_lets_it_pass() {
    apart("faults::a_full_disk_fails_a_build_and_room_lets_it_pass", async |cluster| {
        cluster.up(&Progress::printed()).await.unwrap();
        let engine = SmallEngine::start(cluster, 200_000_000, &[SANDBOX]).await.unwrap();
        let context = tempfile::tempdir().unwrap();
        std::fs::write(context.path().join("Dockerfile"), format!("FROM {SANDBOX}\nCOPY big /big\n"))
            .unwrap();
        std::fs::write(context.path().join("big"), vec![7; 20_000_000]).unwrap();
        engine.fill(4_000_000).unwrap();
        assert!(engine.free_bytes().unwrap() <= 4_000_000);
        let (succeeded, said) = build(cluster, &engine, context.path());
        assert!(!succeeded && said.contains("no space left on device"), "{said}");
        engine.unfill().unwrap();
        let (succeeded, said) = build(cluster, &engine, context.path());
        assert!(succeeded, "{said}");
        engine.remove().await.unwrap();
        assert!(cluster.status().await.unwrap().is_healthy(), "the cluster's own engine never knew");
    });
}

fn build(cluster: &Cluster, engine: &SmallEngine, context: &Path) -> (bool, String) {
    let output = Command::new(cluster.env().path.join("docker"))
        .env("DOCKER_HOST", engine.docker_host())
        .args(["build", "--tag", "big"])
        .arg(context)
        .output()
        .unwrap();
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}

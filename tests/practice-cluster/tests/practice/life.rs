//! Up, twice up, reset, down.

use std::{
    net::{Ipv4Addr, TcpListener},
    process::Stdio,
    time::{Duration, Instant},
};

use bollard::query_parameters::TagImageOptions;
use k8s_openapi::api::core::v1::{Pod, ServiceAccount};
use kube::{
    Api,
    api::{ListParams, PostParams},
    runtime::{conditions::is_pod_running, wait::await_condition},
};
use practice_cluster::{Cluster, Error, Part, Places, Progress, State};
use serde_json::json;

use crate::{
    apart::{SANDBOX, apart, program, run},
    traces::{Traces, tool},
};

/// A pod that runs, and its address.
pub async fn run_pod(cluster: &Cluster, name: &str) -> String {
    let client = cluster.client().await.unwrap();
    // A new namespace gets its account a moment later than itself, and no pod is made before.
    let accounts: Api<ServiceAccount> = Api::default_namespaced(client.clone());
    await_condition(accounts, "default", |account: Option<&ServiceAccount>| account.is_some()).await.unwrap();
    let pods: Api<Pod> = Api::default_namespaced(client);
    let pod = serde_json::from_value(json!({
        "metadata": {"name": name},
        "spec": {
            "terminationGracePeriodSeconds": 0,
            "containers": [{"name": "main", "image": SANDBOX, "imagePullPolicy": "Never"}],
        },
    }));
    pods.create(&PostParams::default(), &pod.unwrap()).await.unwrap();
    let running = await_condition(pods, name, is_pod_running());
    let pod =
        tokio::time::timeout(Duration::from_mins(1), running).await.expect("it runs in a minute").unwrap();
    pod.unwrap().status.unwrap().pod_ip.unwrap()
}

#[test]
fn down_leaves_nothing_and_what_others_made_stays() {
    apart("life::down_leaves_nothing_and_what_others_made_stays", async |cluster| {
        let places = Places::of_user().unwrap();
        tool(&places, "ip", &["link", "set", "lo", "up"]);
        tool(&places, "ip", &["link", "add", "somebody-elses", "type", "bridge"]);
        tool(&places, "iptables", &["-A", "INPUT", "-p", "tcp", "--dport", "9", "-j", "DROP"]);
        let before = Traces::now();
        cluster.up(&Progress::printed()).await.unwrap();
        let address = run_pod(cluster, "one").await;
        assert!(address.starts_with("198.18."), "{address}");
        let docker = cluster.env().path.join("docker");
        let host = cluster.env().docker_host;
        let docker = |arguments: &[&str]| {
            let output =
                std::process::Command::new(&docker).env("DOCKER_HOST", &host).args(arguments).output();
            let output = output.unwrap();
            assert!(output.status.success(), "docker {arguments:?}: {output:?}");
        };
        docker(&["network", "create", "mine"]);
        docker(&["run", "--detach", "--network", "mine", "--publish", "127.0.0.1:8099:80", SANDBOX]);
        docker(&["buildx", "version"]);
        let meanwhile = Traces::now();
        assert!(meanwhile.has("iptables-save", "KUBE-") && meanwhile.has("iptables-save", "DOCKER"));
        assert!(meanwhile.has("addr", "198.18.0.1") && meanwhile.has("link", "pods0"));
        assert!(meanwhile.has("process", "dockerd") && meanwhile.has("control group", "slipway-practice"));
        cluster.down(&Progress::printed()).await.unwrap();
        Traces::now().must_equal(&before);
        // The folder in the cache is all that stays, and from it the same cluster comes again.
        cluster.up(&Progress::printed()).await.unwrap();
        let pods: Api<Pod> = Api::default_namespaced(cluster.client().await.unwrap());
        pods.get("one").await.expect("objects outlive down");
        cluster.down(&Progress::silent()).await.unwrap();
        Traces::now().must_equal(&before);
    });
}

#[test]
fn a_second_up_changes_nothing_and_is_quick() {
    apart("life::a_second_up_changes_nothing_and_is_quick", async |cluster| {
        cluster.up(&Progress::printed()).await.unwrap();
        let first = cluster.status().await.unwrap();
        assert!(first.is_healthy(), "{first}");
        // kube-proxy writes the rules of the second address family a moment after it is healthy.
        let traces = loop {
            let traces = Traces::now();
            if traces.has("ip6tables-save", "KUBE-MARK-MASQ") && traces.has("iptables-save", "KUBE-MARK-MASQ")
            {
                break traces;
            }
        };
        let begun = Instant::now();
        cluster.up(&Progress::printed()).await.unwrap();
        assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
        let processes = |status: &practice_cluster::Status| {
            status.parts.iter().map(|(part, process, _)| (*part, *process)).collect::<Vec<_>>()
        };
        assert_eq!(processes(&cluster.status().await.unwrap()), processes(&first));
        Traces::now().must_equal(&traces);
    });
}

#[test]
fn a_second_one_waits_and_says_for_whom() {
    apart("life::a_second_one_waits_and_says_for_whom", async |cluster| {
        let mut first = program("up").stderr(Stdio::null()).spawn().unwrap();
        // It holds the lock once it has made its folder.
        while !cluster_folder().join("srv/cluster").exists() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let (succeeded, said) = run("up");
        assert!(succeeded, "{said}");
        let waits = format!("waits for process {}, which has been doing `cluster up` since", first.id());
        assert!(said.contains(&waits), "{said}");
        assert!(said.contains("stands already"), "{said}");
        assert!(first.wait().unwrap().success());
        assert!(cluster.status().await.unwrap().is_healthy());
    });
}

fn cluster_folder() -> std::path::PathBuf {
    Places::of_user().unwrap().root().to_owned()
}

#[test]
fn reset_leaves_what_is_served_and_nothing_else() {
    apart("life::reset_leaves_what_is_served_and_nothing_else", async |cluster| {
        cluster.up(&Progress::printed()).await.unwrap();
        run_pod(cluster, "one").await;
        let tag = TagImageOptions { repo: Some("mine".into()), tag: Some("1".into()) };
        let docker = cluster.docker().unwrap();
        docker.tag_image(SANDBOX, Some(tag)).await.unwrap();
        cluster.reset(&Progress::printed()).await.unwrap();
        assert!(cluster.status().await.unwrap().is_healthy());
        let pods: Api<Pod> = Api::all(cluster.client().await.unwrap());
        assert!(pods.list(&ListParams::default()).await.unwrap().items.is_empty());
        docker.inspect_image("mine:1").await.unwrap_err();
        assert_eq!(docker.list_containers(None).await.unwrap(), []);
        run_pod(cluster, "one").await;
    });
}

#[test]
fn a_part_that_dies_is_named_with_the_end_of_its_log() {
    apart("life::a_part_that_dies_is_named_with_the_end_of_its_log", async |cluster| {
        tool(&Places::of_user().unwrap(), "ip", &["link", "set", "lo", "up"]);
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 2379)).unwrap();
        let error = cluster.up(&Progress::printed()).await.unwrap_err();
        let Error::PartDied { part: "etcd", end, .. } = &error else { panic!("{error}") };
        assert!(end.contains("address already in use"), "{end}");
        drop(taken);
        cluster.up(&Progress::printed()).await.unwrap();
        // And one that dies later.
        let status = cluster.status().await.unwrap();
        let process = status.parts.iter().find(|(part, ..)| *part == Part::Scheduler).unwrap().1.unwrap();
        let killed = std::process::Command::new("kill").args(["-9", &process.to_string()]).status();
        assert!(killed.unwrap().success());
        let state = loop {
            let status = cluster.status().await.unwrap();
            let (_, process, state) =
                status.parts.into_iter().find(|(part, ..)| *part == Part::Scheduler).unwrap();
            if process.is_none() {
                break state;
            }
        };
        let State::Dead(end) = state else { panic!("{state:?}") };
        assert!(end.contains("Caches populated") || end.contains("leader") || end.len() > 100, "{end}");
        let (succeeded, said) = run("status");
        assert!(!succeeded && said.contains("dead; the end of its log"), "{said}");
        let (succeeded, said) = run("up");
        assert!(succeeded && said.contains("kube-scheduler died"), "{said}");
        assert!(cluster.status().await.unwrap().is_healthy());
    });
}

#[test]
fn it_refuses_where_its_addresses_are_in_use() {
    apart("life::it_refuses_where_its_addresses_are_in_use", async |cluster| {
        let places = Places::of_user().unwrap();
        tool(&places, "ip", &["link", "set", "lo", "up"]);
        tool(&places, "ip", &["addr", "add", "198.18.0.1/32", "dev", "lo"]);
        let before = Traces::now();
        let error = cluster.up(&Progress::printed()).await.unwrap_err();
        assert!(matches!(error, Error::Occupied { .. }), "{error}");
        cluster.down(&Progress::silent()).await.unwrap();
        Traces::now().must_equal(&before);
    });
}

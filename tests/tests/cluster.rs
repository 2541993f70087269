//! The cluster: which one is chosen, what is said when it cannot be used, and the guard before each write.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // what a test's own functions expect, it expects too

use std::{fs, path::Path, time::Instant};

use serde_json::{Value, json};
use slipway_engine::{
    choices::Choices,
    event::Teller,
    journey::Journey,
    kubernetes::{self, Connection, kubeconfig::Sources, pin, rights},
    places::Places,
    problem::{Code, Problem},
    stage::{Stage, State},
    target::Target,
    work::Work,
};
use tempfile::TempDir;

/// A kubeconfig of the test's own, made from the practice cluster's.
struct Desk {
    root: TempDir,
    practice: Value,
}

impl Desk {
    fn new() -> Self {
        let file = std::env::var("KUBECONFIG").expect("the practice cluster's environment");
        let kubeconfig = kube::config::Kubeconfig::read_from(file).unwrap();
        let value = serde_json::to_value(kubeconfig).unwrap();
        let practice = json!({"cluster": value["clusters"][0]["cluster"], "user": value["users"][0]["user"]});
        Self { root: tempfile::tempdir().unwrap(), practice }
    }

    fn server(&self) -> &str {
        self.practice["cluster"]["server"].as_str().unwrap()
    }

    /// Writes contexts with these names, each the practice cluster with these changes.
    fn write(&self, current: &str, contexts: &[(&str, Value, Value)]) -> Sources {
        let all = |field: &str| -> Vec<Value> {
            contexts
                .iter()
                .map(|(name, cluster, user)| {
                    let (base, changes) = if field == "cluster" {
                        (&self.practice["cluster"], cluster)
                    } else {
                        (&self.practice["user"], user)
                    };
                    let mut value = if changes.get("exec").or(changes.get("token")).is_some() {
                        json!({})
                    } else {
                        base.clone()
                    };
                    for (key, change) in changes.as_object().unwrap() {
                        value[key] = change.clone();
                    }
                    json!({"name": name, field: value})
                })
                .collect()
        };
        let named: Vec<_> = contexts
            .iter()
            .map(|(name, ..)| json!({"name": name, "context": {"cluster": name, "user": name}}))
            .collect();
        let kubeconfig = json!({
            "apiVersion": "v1", "kind": "Config", "current-context": current,
            "clusters": all("cluster"), "users": all("user"), "contexts": named,
        });
        let file = self.root.path().join("config");
        fs::write(&file, kubeconfig.to_string()).unwrap();
        Sources::of(Some(file.as_os_str()), None)
    }

    fn places(&self) -> Places {
        Places::under(self.root.path())
    }

    async fn choose(&self, sources: &Sources, choices: &Choices) -> Result<Connection, Problem> {
        Connection::choose(choices, &self.places(), sources).await
    }
}

fn same() -> Value {
    json!({})
}

fn named(context: &str) -> Choices {
    Choices { context: Some(context.into()), ..Choices::default() }
}

#[tokio::test]
async fn the_only_local_cluster_is_chosen_whatever_the_current_context_says() {
    let desk = Desk::new();
    let elsewhere = json!({"server": "https://198.18.0.1:6443"});
    let sources =
        desk.write("docker-desktop", &[("docker-desktop", elsewhere, same()), ("mine", same(), same())]);
    let connection = desk.choose(&sources, &Choices::default()).await.unwrap();
    assert_eq!((connection.target.context.as_str(), connection.local), ("mine", true));
    assert!(!connection.target.cluster_uid.is_empty());
}

#[tokio::test]
async fn among_several_local_clusters_the_one_that_answers_is_chosen_and_else_the_user_is_asked() {
    let desk = Desk::new();
    let silent = json!({"server": "https://127.0.0.1:9"});
    let sources = desk.write("silent", &[("silent", silent, same()), ("mine", same(), same())]);
    assert_eq!(desk.choose(&sources, &Choices::default()).await.unwrap().target.context, "mine");
    let sources = desk.write("a", &[("a", same(), same()), ("b", same(), same())]);
    let problem = desk.choose(&sources, &Choices::default()).await.unwrap_err();
    assert_eq!(problem.code, Code::ContextChoice);
    assert_eq!(problem.evidence.len(), 2, "both are named: {problem:?}");
}

#[tokio::test]
async fn the_pinned_cluster_is_chosen_again_until_it_is_another_one() {
    let desk = Desk::new();
    let sources = desk.write("a", &[("a", same(), same()), ("b", same(), same())]);
    let folder = pin::folder(desk.root.path());
    let choices = Choices { folder: folder.clone(), ..Choices::default() };
    let chosen =
        desk.choose(&sources, &Choices { context: Some("b".into()), ..choices.clone() }).await.unwrap();
    pin::write(&desk.places(), &folder, &chosen.target).unwrap();
    assert_eq!(desk.choose(&sources, &choices).await.unwrap().target, chosen.target);
    let made_anew = Target { cluster_uid: "another".into(), ..chosen.target };
    pin::write(&desk.places(), &folder, &made_anew).unwrap();
    let problem = desk.choose(&sources, &choices).await.unwrap_err();
    assert_eq!(problem.code, Code::ClusterChanged);
    let again = Choices { context: Some("b".into()), ..choices };
    desk.choose(&sources, &again).await.expect("named again, it is chosen again");
}

#[tokio::test]
async fn each_reason_why_a_cluster_cannot_be_used_has_its_code_and_a_remedy() {
    let desk = Desk::new();
    let contexts = [
        ("silent", json!({"server": "https://127.0.0.1:9"}), same()),
        ("stranger", same(), json!({"token": "nobody's"})),
        ("impostor", json!({"certificate-authority-data": null, "certificate-authority": null}), same()),
        (
            "no-plugin",
            same(),
            json!({"exec": {
                "apiVersion": "client.authentication.k8s.io/v1", "command": "no-such-plugin", "args": ["get-token"],
                "interactiveMode": "Never", "provideClusterInfo": false,
            }}),
        ),
        (
            "no-certificate",
            json!({"certificate-authority-data": null, "certificate-authority": "no.crt"}),
            same(),
        ),
    ];
    let sources = desk.write("silent", &contexts);
    for (context, expected) in [
        ("silent", Code::ClusterUnreachable),
        ("stranger", Code::ClusterUnauthorized),
        ("impostor", Code::ClusterCertificate),
        ("no-plugin", Code::CredentialProgram),
        ("no-certificate", Code::KubeconfigBroken),
        ("stranegr", Code::ContextMissing),
    ] {
        let begun = Instant::now();
        let problem = desk.choose(&sources, &named(context)).await.unwrap_err();
        assert_eq!(problem.code, expected, "{context}: {problem:?}");
        assert!(!problem.evidence.is_empty() && !problem.remedies.is_empty(), "{context}: {problem:?}");
        assert!(begun.elapsed().as_secs() < 5, "{context} took {:?}", begun.elapsed());
    }
    let nearest = desk.choose(&sources, &named("stranegr")).await.unwrap_err();
    assert_eq!(nearest.remedies[0].command.as_deref(), Some("slipway up --context stranger"));
}

#[tokio::test]
async fn a_credential_program_runs_for_the_chosen_context_alone() {
    let desk = Desk::new();
    let ran = desk.root.path().join("ran");
    let program = |name: &str| {
        json!({"exec": {
            "apiVersion": "client.authentication.k8s.io/v1", "command": "touch", "args": [ran.with_file_name(name)],
            "interactiveMode": "Never", "provideClusterInfo": false,
        }})
    };
    let sources = desk
        .write("a", &[("a", same(), program("a")), ("b", same(), program("b")), ("mine", same(), same())]);
    let listed = kubernetes::clusters(&Choices::default(), &desk.places(), &sources).await.unwrap();
    assert_eq!(listed.len(), 3);
    assert!(listed[0].credential_program.as_ref().unwrap().starts_with("touch "), "{listed:?}");
    assert!(listed[0].problem.is_none(), "it answers, to whoever asks: {listed:?}");
    assert!(listed[2].version.as_ref().unwrap().starts_with("v1."), "{listed:?}");
    assert_eq!(desk.choose(&sources, &Choices::default()).await.unwrap().target.context, "mine");
    assert!(!desk.root.path().join("a").exists() && !desk.root.path().join("b").exists());
    desk.choose(&sources, &named("b")).await.unwrap_err();
    assert!(desk.root.path().join("b").exists(), "chosen, it runs");
    assert!(!desk.root.path().join("a").exists());
}

#[tokio::test]
async fn a_cluster_elsewhere_is_read_but_not_written_to_without_its_full_name() {
    let desk = Desk::new();
    let sources = desk.write("prod", &[("prod", json!({"server": "https://198.18.0.1:6443"}), same())]);
    let connection = desk.choose(&sources, &named("prod")).await.unwrap();
    assert!(!connection.local);
    connection.version().await.expect("reading is free");
    assert_eq!(connection.verified().await.err().expect("no word, no write").code, Code::ClusterNotLocal);
    for (word, enough) in [("pro", false), ("prod", true)] {
        let choices = Choices { confirm_cluster: Some(word.into()), ..named("prod") };
        let connection = desk.choose(&sources, &choices).await.unwrap();
        assert_eq!(connection.verified().await.is_ok(), enough, "{word}");
    }
}

#[tokio::test]
async fn a_context_that_points_elsewhere_since_it_was_chosen_is_not_written_to() {
    let desk = Desk::new();
    let sources = desk.write("mine", &[("mine", same(), same())]);
    let connection = desk.choose(&sources, &named("mine")).await.unwrap();
    connection.verified().await.expect("nothing has changed yet");
    desk.write("mine", &[("mine", json!({"server": "https://198.18.0.1:6443"}), same())]);
    let problem = connection.verified().await.err().expect("the context points elsewhere");
    assert_eq!(problem.code, Code::ClusterChanged);
    let exact = problem.evidence[0].exact.as_deref().unwrap();
    assert!(exact.contains("198.18.0.1") && exact.contains(desk.server()), "{exact}");
    desk.write("other", &[("other", same(), same())]);
    let problem = connection.verified().await.err().expect("the context is gone");
    assert_eq!(problem.code, Code::ClusterChanged);
}

#[tokio::test]
async fn rights_are_asked_of_the_cluster() {
    let desk = Desk::new();
    let nobody = json!({"as": "nobody"});
    let sources = desk.write("mine", &[("mine", same(), same()), ("nobody", same(), nobody)]);
    let needed = rights::of_app("default");
    let mine = desk.choose(&sources, &named("mine")).await.unwrap();
    mine.needs(&needed).await.unwrap();
    // Who may not even see the cluster's identity is told so at once.
    let problem = desk.choose(&sources, &named("nobody")).await.unwrap_err();
    assert_eq!(problem.code, Code::ClusterForbidden);
}

#[tokio::test]
async fn the_stage_holds_once_the_cluster_is_pinned_and_not_before() {
    let desk = Desk::new();
    let folder = desk.root.path().join("iris");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("Dockerfile"), "FROM python:3.13-slim\nEXPOSE 8000\nCMD [\"python\"]\n").unwrap();
    let journey = |sources: &Sources| {
        let choices = Choices { folder: folder.clone(), ..Choices::default() };
        let mut journey = Journey::new(choices, desk.places(), Teller::default());
        journey.kubeconfig = sources.clone();
        journey
    };
    let sources = desk.write("mine", &[("mine", same(), same())]);
    let stages = [Stage::Project, Stage::Cluster];
    let outcome = journey(&sources).look(&stages).await;
    assert_eq!(outcome.stages[&Stage::Cluster].state, State::Missing, "{outcome:?}");
    let cluster = outcome.facts.cluster.expect("what was seen is told, pinned or not");
    assert!(cluster.local && cluster.version.starts_with("v1.") && cluster.nodes_ready > 0, "{cluster:?}");
    assert!(cluster.shares_images, "the practice cluster shares its engine's images");
    let (actions, _) = journey(&sources).plan_of(&stages).await.unwrap();
    let [action] = &actions[..] else { panic!("one action: {actions:?}") };
    let Work::Pin(target) = &action.work else { panic!("a pin: {action:?}") };
    assert_eq!(action.command, "kubectl --context mine get nodes");
    pin::write(&desk.places(), &pin::folder(Path::new(&folder)), target).unwrap();
    let outcome = journey(&sources).look(&stages).await;
    assert_eq!(outcome.stages[&Stage::Cluster].state, State::Proven, "{outcome:?}");
}

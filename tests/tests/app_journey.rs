//! The stage `app` in journeys of whole folders: what it holds to be ours, what it says and what it removes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // what a test's own functions expect, it expects too

use std::{fs, path::PathBuf};

use k8s_openapi::api::{apps::v1::Deployment, core::v1::Service, networking::v1::Ingress};
use kube::{
    Api, Client,
    api::{ApiResource, DynamicObject, Patch, PatchParams},
};
use serde_json::json;
use slipway_engine::{
    choices::Choices,
    event::Teller,
    journey::{Journey, Outcome, Scope},
    places::Places,
    problem::{Code, Problem},
    stage::{Stage, State},
    work::Work,
};
use slipway_tests::{image::SERVES, namespace::in_a_namespace};
use tempfile::TempDir;

/// A folder with a small app, and a home for Slipway beside it.
struct Desk {
    root: TempDir,
    choices: Choices,
}

impl Desk {
    fn new(namespace: &str, name: &str) -> Self {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("project");
        fs::create_dir(&folder).unwrap();
        let dockerfile = "FROM python:3.13-slim\nCOPY app.py /app.py\nUSER 1000\nEXPOSE 8000\n\
                          CMD [\"python\", \"-u\", \"/app.py\"]\n";
        fs::write(folder.join("Dockerfile"), dockerfile).unwrap();
        fs::write(folder.join("app.py"), SERVES).unwrap();
        let choices = Choices {
            folder,
            name: Some(name.into()),
            namespace: Some(namespace.into()),
            host: Some(format!("{name}.{namespace}.localhost")),
            ..Choices::default()
        };
        Self { root, choices }
    }

    fn folder(&self) -> PathBuf {
        fs::canonicalize(&self.choices.folder).unwrap()
    }

    fn journey(&self) -> Journey {
        self.journey_with(|_| {})
    }

    fn journey_with(&self, change: impl FnOnce(&mut Choices)) -> Journey {
        let mut choices = self.choices.clone();
        change(&mut choices);
        Journey::new(choices, Places::under(self.root.path()), Teller::default())
    }

    async fn up(&self) -> Outcome {
        let outcome = self.journey().up().await;
        assert!(outcome.ok, "{:?}", outcome.problems);
        outcome
    }

    async fn down(&self) {
        self.journey().down(Scope { image: true, ingress: false }).await.unwrap();
    }

    async fn plan(&self) -> Result<Vec<slipway_engine::action::Action>, Problem> {
        self.journey().plan_of(&BEFORE_ENDPOINT).await.map(|(actions, _)| actions)
    }
}

const BEFORE_ENDPOINT: [Stage; 7] =
    [Stage::Machine, Stage::Project, Stage::Image, Stage::Trial, Stage::Cluster, Stage::Ingress, Stage::App];

/// Changes an object as somebody else would.
async fn patch<K>(client: &Client, namespace: &str, name: &str, change: serde_json::Value)
where
    K: kube::Resource<DynamicType = ()>,
{
    let kind = ApiResource::erase::<K>(&());
    let api: Api<DynamicObject> = Api::namespaced_with(client.clone(), namespace, &kind);
    let by_somebody = PatchParams { field_manager: Some("somebody".into()), ..PatchParams::default() };
    api.patch(name, &by_somebody, &Patch::Merge(change)).await.unwrap();
}

#[tokio::test]
async fn an_app_is_proven_changed_by_others_shown_and_removed() {
    in_a_namespace(|client, namespace| async move {
        let desk = Desk::new(&namespace, "k8s-journey");
        let outcome = desk.up().await;
        let app = outcome.facts.app.as_ref().unwrap();
        assert_eq!(app.objects, ["Deployment/k8s-journey", "Service/k8s-journey", "Ingress/k8s-journey"]);
        assert_eq!((app.wanted, app.ready, app.complete, app.unchanged), (1, 1, true, true));
        let says: Vec<_> = outcome.stages[&Stage::App].evidence.iter().map(|it| it.says.id.clone()).collect();
        assert_eq!(says, ["app-pods", "app-objects", "app-as-wanted"]);
        assert!(desk.plan().await.unwrap().is_empty(), "what holds needs nothing done");

        patch::<Deployment>(&client, &namespace, "k8s-journey", json!({"spec": {"replicas": 2}})).await;
        let outcome = desk.journey().look(&BEFORE_ENDPOINT).await;
        assert_eq!(outcome.stages[&Stage::App].state, State::Missing);
        let differs =
            outcome.stages[&Stage::App].evidence.iter().find(|it| it.says.id == "app-differs").unwrap();
        assert_eq!(differs.exact.as_deref(), Some("Deployment/k8s-journey spec.replicas"));
        let problem = desk.plan().await.unwrap_err();
        assert_eq!(problem.code, Code::FieldsOwned, "{problem:?}");
        let take_over = problem.remedies[0].command.as_deref().unwrap();
        assert!(
            take_over.starts_with(&format!("slipway up {} ", desk.choices.folder.display())),
            "{take_over}"
        );
        assert!(take_over.ends_with(" --take-over 'Deployment/k8s-journey spec.replicas'"), "{take_over}");
        let wanted_as_it_is = desk.journey_with(|choices| choices.replicas = Some(2)).up().await;
        assert!(wanted_as_it_is.ok, "{:?}", wanted_as_it_is.problems);
        let word = "Deployment/k8s-journey spec.replicas".to_owned();
        let taken_over = desk.journey_with(|choices| choices.take_over = vec![word]).up().await;
        assert!(taken_over.ok, "{:?}", taken_over.problems);

        // What lost our mark is no longer ours.
        let theirs = json!({"metadata": {"labels": {"app.kubernetes.io/managed-by": "somebody"}}});
        patch::<Service>(&client, &namespace, "k8s-journey", theirs).await;
        let removal = desk.journey().down(Scope { image: true, ingress: false }).await.unwrap();
        let removed: Vec<_> = removal.removed.iter().map(|it| it.id.as_str()).collect();
        assert!(removed.contains(&"app-removes") || removed.contains(&"app-removes-changed"), "{removal:?}");
        assert!(removal.kept.iter().any(|it| it.id == "app-keeps-of-others"), "{removal:?}");
        let services: Api<Service> = Api::namespaced(client.clone(), &namespace);
        assert!(services.get_opt("k8s-journey").await.unwrap().is_some());
        let deployments: Api<Deployment> = Api::namespaced(client, &namespace);
        assert!(deployments.get_opt("k8s-journey").await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn a_name_that_another_folder_holds_is_not_overwritten_nor_removed() {
    in_a_namespace(|_, namespace| async move {
        let first = Desk::new(&namespace, "k8s-name");
        first.up().await;
        let second = Desk::new(&namespace, "k8s-name");
        let outcome = second.journey().up().await;
        let problem = &outcome.problems[0];
        assert_eq!(problem.code, Code::NameTaken, "{problem:?}");
        assert_eq!(problem.args["holder"], first.folder().display().to_string().into());
        let (remove, keep, _) = second.journey().plan_down(Scope::default()).await.unwrap();
        assert!(remove.iter().all(|action| !matches!(action.work, Work::Delete(_))), "{remove:?}");
        assert_eq!(keep.iter().filter(|it| it.id == "app-keeps-of-folder").count(), 3, "{keep:?}");
        second.journey().down(Scope::default()).await.unwrap();
        assert!(
            first.plan().await.unwrap().iter().all(|action| action.stage != Stage::App),
            "the first still stands"
        );
        first.down().await;
    })
    .await;
}

#[tokio::test]
async fn a_host_that_another_ingress_answers_for_is_not_disputed() {
    in_a_namespace(|client, namespace| async move {
        let host = format!("k8s-host.{namespace}.localhost");
        let ingresses: Api<Ingress> = Api::namespaced(client, &namespace);
        let other = json!({
            "metadata": {"name": "other"},
            "spec": {"ingressClassName": "nginx", "rules": [{"host": host, "http": {"paths": [{
                "path": "/", "pathType": "Prefix", "backend": {"service": {"name": "other", "port": {"number": 80}}},
            }]}}]},
        });
        ingresses.create(&kube::api::PostParams::default(), &serde_json::from_value(other).unwrap()).await.unwrap();
        let desk = Desk::new(&namespace, "k8s-host");
        let problem = desk.plan().await.unwrap_err();
        assert_eq!(problem.code, Code::HostTaken, "{problem:?}");
        assert_eq!(problem.args["other"], format!("{namespace}/other").into());
    })
    .await;
}

#[tokio::test]
async fn a_namespace_that_is_missing_is_told_before_anything_is_done() {
    let desk = Desk::new("k8s-nowhere", "k8s-missing");
    let problem = desk.plan().await.unwrap_err();
    assert_eq!(problem.code, Code::NamespaceMissing, "{problem:?}");
}

#[tokio::test]
async fn a_port_that_only_the_trial_finds_does_not_hinder_the_plan() {
    in_a_namespace(|client, namespace| async move {
        let desk = Desk::new(&namespace, "k8s-port");
        let dockerfile = desk.choices.folder.join("Dockerfile");
        let silent = fs::read_to_string(&dockerfile).unwrap().replace("EXPOSE 8000\n", "");
        fs::write(&dockerfile, silent).unwrap();
        let planned = desk.plan().await.unwrap();
        assert_eq!(planned.last().unwrap().effect.id, "app-creates-after-trial");
        let outcome = desk.up().await;
        assert_eq!(outcome.facts.trial.as_ref().unwrap().port, 8000);

        // What somebody else took away is named.
        let services: Api<Service> = Api::namespaced(client, &namespace);
        services.delete("k8s-port", &kube::api::DeleteParams::default()).await.unwrap();
        let seen = &desk.journey().look(&BEFORE_ENDPOINT).await.stages[&Stage::App].evidence;
        assert_eq!(seen[0].says.id, "app-objects-gone", "{seen:?}");
        desk.down().await;
    })
    .await;
}

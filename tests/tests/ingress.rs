//! The ingress stage on a real cluster: installed where nothing serves, reused where something does, refused with the
//! reason where it cannot be, removed without a trace. The cluster has one way in, so these tests take turns, and each
//! leaves the controller installed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // what a test's own functions expect, it expects too

use std::{
    net::TcpListener,
    panic::AssertUnwindSafe,
    time::{Duration, Instant},
};

use futures_util::FutureExt;
use k8s_openapi::api::{
    apps::v1::Deployment,
    core::v1::{ResourceQuota, Service},
    networking::v1::{Ingress, IngressClass},
};
use kube::{
    Api, Client,
    api::{DeleteParams, DynamicObject, PostParams},
    core::ApiResource,
    runtime::wait::{await_condition, delete::delete_and_finalize},
};
use serde_json::json;
use slipway_engine::{
    action::Action,
    choices::Choices,
    event::{Event, Teller},
    facts,
    ingress::f5,
    journey::{Journey, Outcome, Removal, Scope},
    kubernetes::manifest::{Manifest, ObjectRef},
    places::Places,
    problem::{Code, Problem},
    stage::{Stage, State},
};
use slipway_tests::{
    backend::{SOON, expose, remove},
    controller::STAGES,
    namespace::client,
};
use tokio::{sync::Mutex, time::timeout};

/// One at a time.
static WAY_IN: Mutex<()> = Mutex::const_new(());

/// Somebody with a folder, who wishes for this ingress.
struct Person {
    folder: tempfile::TempDir,
    home: tempfile::TempDir,
    choices: Choices,
}

/// What came of a journey as far as the ingress, and what it did there.
struct Went {
    outcome: Outcome,
    actions: Vec<Action>,
}

impl Person {
    fn wishing(ingress: &str) -> Self {
        let (folder, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::fs::write(folder.path().join("Dockerfile"), "FROM scratch\nEXPOSE 8000\n").unwrap();
        let choices = Choices {
            folder: folder.path().to_owned(),
            name: Some("ingress-test".into()),
            ingress: Some(ingress.into()),
            timeout: Some(90),
            ..Choices::default()
        };
        Self { folder, home, choices }
    }

    fn journey(&self, teller: Teller) -> Journey {
        Journey::new(self.choices.clone(), Places::under(self.home.path()), teller)
    }

    async fn goes(&self) -> Went {
        let (teller, mut viewer) = Teller::with_viewer();
        let outcome = Box::pin(self.journey(teller.clone()).reach(&STAGES)).await;
        teller.close();
        let mut actions = Vec::new();
        while let Some(event) = viewer.next().await {
            if let Event::Action(action) = event
                && action.stage == Stage::Ingress
            {
                actions.push(*action);
            }
        }
        Went { outcome, actions }
    }

    /// Removes the controller, of which nothing may be left.
    async fn removes_all(&self, client: &Client) -> Removal {
        let removal = self.removes(true).await;
        let left = ours(client).await;
        assert!(left.is_empty(), "{left:?} stay, since {:?}", removal.kept);
        removal
    }

    /// Removes what Slipway made for the project, and the controller if that is wished.
    async fn removes(&self, ingress: bool) -> Removal {
        self.journey(Teller::default()).down(Scope { image: false, ingress }).await.unwrap()
    }
}

impl Went {
    /// The controller, which serves.
    fn serving(&self) -> &facts::Ingress {
        assert!(self.outcome.ok, "{:#?}", self.outcome.problems);
        assert_eq!(self.outcome.stages[&Stage::Ingress].state, State::Proven);
        self.outcome.facts.ingress.as_ref().unwrap()
    }

    /// The problem in the ingress stage.
    fn stopped(&self) -> &Problem {
        let problem = self.outcome.problems.first().unwrap_or_else(|| panic!("{:#?}", self.outcome.stages));
        assert_eq!(problem.stage, Stage::Ingress, "{problem:#?}");
        assert!(!problem.evidence.is_empty() && !problem.remedies.is_empty(), "{problem:#?}");
        problem
    }

    /// Everything that the problem says exactly.
    fn evidence(&self) -> String {
        format!("{:?} {:?}", self.stopped().args, self.stopped().evidence)
    }
}

/// Deletes the controller's Deployment and waits until its pods are gone: as long as one is there, it serves.
async fn loses_its_deployment(client: &Client) {
    let deployments = Api::<Deployment>::namespaced(client.clone(), f5::NAMESPACE);
    let with_its_pods = DeleteParams::foreground();
    let gone = delete_and_finalize(deployments, f5::NAME, &with_its_pods);
    timeout(SOON, gone).await.expect("its pods go").unwrap();
}

/// Those of our controller's objects that are there.
async fn ours(client: &Client) -> Vec<String> {
    let mut there = Vec::new();
    for object in f5::manifests().unwrap().iter().map(Manifest::reference) {
        if dynamic(client, &object).get_opt(&object.name).await.unwrap().is_some() {
            there.push(object.shown());
        }
    }
    there
}

fn dynamic(client: &Client, object: &ObjectRef) -> Api<DynamicObject> {
    let (group, version) = object.api_version.split_once('/').unwrap_or(("", &object.api_version));
    let resource = ApiResource::from_gvk(&kube::core::GroupVersionKind::gvk(group, version, &object.kind));
    match &object.namespace {
        Some(namespace) => Api::namespaced_with(client.clone(), namespace, &resource),
        None => Api::all_with(client.clone(), &resource),
    }
}

/// Runs a test while nobody else has the way in, and leaves it installed, whatever came of the test.
async fn with_the_way_in<F: Future<Output = ()>>(test: impl FnOnce(Client) -> F) {
    let _turn = WAY_IN.lock().await;
    let ran = AssertUnwindSafe(Box::pin(test(client().await))).catch_unwind().await;
    let installed = Person::wishing("auto").goes().await;
    if let Err(failed) = ran {
        std::panic::resume_unwind(failed);
    }
    installed.serving();
}

#[tokio::test]
async fn it_is_installed_where_nothing_serves_reused_mended_and_removed_without_a_trace() {
    with_the_way_in(|client| async move {
        let person = Person::wishing("auto");
        person.removes_all(&client).await;

        let installed = person.goes().await;
        let ingress = installed.serving();
        assert_eq!((&*ingress.class, &*ingress.controller), ("nginx", "nginx.org/ingress-controller"));
        assert_eq!((ingress.port, ingress.ours), (80, true));
        let answer = ingress.default_answer.as_ref().unwrap();
        assert!(answer.status == 404 && answer.body.contains("<center>nginx/"), "{answer:?}");
        assert_eq!(ours(&client).await.len(), 10);
        let commands: String = installed.actions.iter().map(|action| action.command.as_str()).collect();
        assert!(commands.contains("kubectl") && commands.contains("apply --server-side"), "{commands}");
        assert!(commands.contains("# A cluster can have several controllers."), "each object is explained");

        let begun = Instant::now();
        let reused = person.goes().await;
        assert!(reused.serving().serving && reused.actions.is_empty(), "{:?}", reused.actions);
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());

        // Somebody breaks it: what is missing is made anew.
        loses_its_deployment(&client).await;
        let mended = person.goes().await;
        assert!(mended.serving().serving && !mended.actions.is_empty());

        let kept = person.removes(false).await;
        assert_eq!(ours(&client).await.len(), 10, "without the word for it, the controller stays");
        assert!(kept.kept.iter().any(|text| text.id == "ingress-keeps"), "{:?}", kept.kept);

        let removed = person.removes_all(&client).await;
        assert!(removed.removed.iter().any(|text| text.id == "ingress-removes"), "{:?}", removed.removed);
    })
    .await;
}

#[tokio::test]
async fn it_stays_while_another_ingress_needs_it() {
    with_the_way_in(|client| async move {
        let person = Person::wishing("auto");
        person.goes().await.serving();
        let ingresses = Api::<Ingress>::default_namespaced(client.clone());
        remove(&ingresses, "ingress-test-other").await;
        let other: Ingress = serde_json::from_value(json!({
            "metadata": { "name": "ingress-test-other" },
            "spec": { "ingressClassName": "nginx", "rules": [{ "host": "ingress-test-other.localhost" }] },
        }))
        .unwrap();
        ingresses.create(&PostParams::default(), &other).await.unwrap();
        let removal = person.removes(true).await;
        remove(&ingresses, "ingress-test-other").await;
        let kept = format!("{:?}", removal.kept);
        assert!(kept.contains("ingress-keeps-for") && kept.contains("default/ingress-test-other"), "{kept}");
        assert_eq!(ours(&client).await.len(), 10);
    })
    .await;
}

#[tokio::test]
async fn a_class_that_is_not_there_is_told_with_those_that_are() {
    with_the_way_in(|_| async move {
        Person::wishing("auto").goes().await.serving();
        let stopped = Person::wishing("ngnix").goes().await;
        assert_eq!(stopped.stopped().code, Code::IngressClassMissing);
        assert!(stopped.evidence().contains("IngressClass/nginx"), "{}", stopped.evidence());
        let remedies = format!("{:?}", stopped.stopped().remedies);
        assert!(remedies.contains("--ingress nginx"), "{remedies}");

        let chosen = Person::wishing("nginx").goes().await;
        assert_eq!(chosen.serving().class, "nginx");
        assert!(chosen.actions.is_empty());
    })
    .await;
}

#[tokio::test]
async fn where_it_cannot_be_installed_the_reason_is_named_and_nothing_is_changed() {
    with_the_way_in(|client| async move {
        let mut person = Person::wishing("f5");
        person.removes_all(&client).await;

        // A program of this machine has the port.
        let program = TcpListener::bind("127.0.0.1:80").expect("port 80 is free without a controller");
        let taken = person.goes().await;
        drop(program);
        assert_eq!(taken.stopped().code, Code::PortTaken);
        let me = format!("({})", std::process::id());
        assert!(taken.evidence().contains(&me), "{}", taken.evidence());

        // Another Service of the cluster has it.
        let services = Api::<Service>::default_namespaced(client.clone());
        remove(&services, "ingress-test-rival").await;
        expose(&client, "ingress-test-rival", "LoadBalancer", 80).await;
        let has_address = |service: Option<&Service>| {
            let status = service.and_then(|service| service.status.as_ref()?.load_balancer.as_ref());
            status.is_some_and(|status| status.ingress.is_some())
        };
        let given = await_condition(services.clone(), "ingress-test-rival", has_address);
        timeout(SOON, given).await.expect("the rival gets the port").unwrap();
        let pending = person.goes().await;
        remove(&services, "ingress-test-rival").await;
        assert_eq!(pending.stopped().code, Code::IngressPortPending);
        assert!(pending.evidence().contains("default/ingress-test-rival"), "{}", pending.evidence());

        // The class belongs to another controller.
        let classes = Api::<IngressClass>::all(client.clone());
        let class: IngressClass = serde_json::from_value(json!({
            "metadata": { "name": "nginx" }, "spec": { "controller": "example.com/another" },
        }))
        .unwrap();
        classes.create(&PostParams::default(), &class).await.unwrap();
        let owned = person.goes().await;
        remove(&classes, "nginx").await;
        assert_eq!(owned.stopped().code, Code::IngressClassTaken);
        assert!(owned.evidence().contains("example.com/another"), "{}", owned.evidence());

        // A copy of the article's manifest that was altered.
        let copy = person.folder.path().join("deploy.yaml");
        std::fs::write(&copy, "apiVersion: v1\nkind: Namespace\nmetadata: {name: not-the-release}\n")
            .unwrap();
        person.choices.ingress = Some("ingress-nginx".into());
        person.choices.ingress_manifest = Some(copy);
        let altered = person.goes().await;
        assert_eq!(altered.stopped().code, Code::IngressManifestAltered);

        for went in [taken, pending, owned, altered] {
            assert!(went.actions.is_empty(), "{:?}", went.actions);
        }
        assert_eq!(ours(&client).await, [] as [String; 0]);
    })
    .await;
}

#[tokio::test]
async fn what_keeps_its_pods_is_told_as_soon_as_the_cluster_knows_it() {
    with_the_way_in(|client| async move {
        let person = Person::wishing("auto");
        person.goes().await.serving();
        let quotas = Api::<ResourceQuota>::namespaced(client.clone(), f5::NAMESPACE);
        let none: ResourceQuota = serde_json::from_value(json!({
            "metadata": { "name": "ingress-test" }, "spec": { "hard": { "pods": "0" } },
        }))
        .unwrap();
        quotas.create(&PostParams::default(), &none).await.unwrap();
        loses_its_deployment(&client).await;
        let begun = Instant::now();
        let stopped = person.goes().await;
        remove(&quotas, "ingress-test").await;
        loses_its_deployment(&client).await;
        assert_eq!(stopped.stopped().code, Code::QuotaExceeded);
        assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
        person.goes().await.serving();
    })
    .await;
}

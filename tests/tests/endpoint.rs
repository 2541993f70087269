//! The way to an app on the real cluster: whole, and broken at each hop.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a failed expectation is a failed test

use std::{future::Future, panic::AssertUnwindSafe, time::Duration};

use futures_util::FutureExt;
use k8s_openapi::api::core::v1::Namespace;
use kube::{
    Api, Client,
    api::{DeleteParams, DynamicObject, Patch, PatchParams, PostParams},
    core::{ApiResource, GroupVersionKind},
    runtime::wait::await_condition,
};
use serde_json::{Value, json};
use slipway_engine::{
    choices::Choices,
    endpoint::{Walked, Way},
    facts::{Answer, Deploy, Ingress, Trial},
    http::Ask,
    kubernetes::{Connection, kubeconfig::Sources},
    places::Places,
    problem::{Code, Problem},
    stage::State,
};
use slipway_tests::{controller, namespace};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

/// Answers every path with JSON that says which one it was.
const WELL: &str = r#"
class App(BaseHTTPRequestHandler):
    def do_GET(self):
        self.say(200, {"path": self.path})
"#;

/// What comes before each app: how it says something. After it: it serves on port 8000.
const BEFORE: &str = r"
import json, sys, time
from http.server import BaseHTTPRequestHandler as Base, ThreadingHTTPServer
class BaseHTTPRequestHandler(Base):
    def say(self, status, body):
        body = json.dumps(body).encode()
        self.send_response(status)
        self.send_header('content-length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
";

/// An app in a namespace of its own, at `NAME.localhost`.
struct App {
    name: String,
    client: Client,
    connection: Connection,
    ingress: Ingress,
    trial: Option<Trial>,
    host: String,
}

/// Deploys an app, waits until it answers through the ingress (unless `listen` is not where it can), runs the test,
/// and removes everything, whatever came of it.
async fn with_app<F: Future>(name: &str, script: &str, listen: &str, test: impl FnOnce(App) -> F) {
    let app = App::deploy(name, script, listen).await;
    let (client, namespace) = (app.client.clone(), app.namespace());
    let outcome = AssertUnwindSafe(test(app)).catch_unwind().await;
    remove(&client, &namespace).await;
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}

async fn remove(client: &Client, namespace: &str) {
    let namespaces: Api<Namespace> = Api::all(client.clone());
    if let Ok(Some(found)) = namespaces.get_opt(namespace).await {
        let uid = found.metadata.uid.unwrap();
        let _ = namespaces.delete(namespace, &DeleteParams::default()).await;
        let gone = await_condition(namespaces, namespace, kube::runtime::conditions::is_deleted(&uid));
        tokio::time::timeout(Duration::from_mins(2), gone).await.expect("the namespace goes").unwrap();
    }
}

impl App {
    async fn deploy(name: &str, script: &str, listen: &str) -> Self {
        controller::installed().await;
        let client = namespace::client().await;
        let folder = tempfile::tempdir().unwrap();
        let choices = Choices { folder: folder.path().to_owned(), ..Choices::default() };
        let connection =
            Connection::choose(&choices, &Places::under(folder.path()), &Sources::of_user()).await.unwrap();
        let default = Ask::get("http://no-rule.slipway.invalid/")
            .send(Some("127.0.0.1:80".parse().unwrap()), Duration::from_secs(5))
            .await
            .expect("the cluster's ingress controller answers on port 80");
        let app = Self {
            name: name.to_owned(),
            host: format!("{name}.localhost"),
            client,
            connection,
            ingress: Ingress {
                class: "nginx".into(),
                controller: "nginx.org/ingress-controller".into(),
                serving: true,
                ours: false,
                port: 80,
                default_answer: Some(default),
            },
            trial: None,
        };
        remove(&app.client, &app.namespace()).await;
        let namespace = json!({"metadata": {"name": app.namespace()}});
        Api::<Namespace>::all(app.client.clone())
            .create(&PostParams::default(), &serde_json::from_value(namespace).unwrap())
            .await
            .unwrap();
        for object in app.objects(script, listen) {
            app.apply(&object).await;
        }
        if listen == "0.0.0.0" {
            app.until(|walked| walked.problem.is_none()).await;
        }
        app
    }

    fn namespace(&self) -> String {
        format!("endpoint-{}", self.name)
    }

    fn objects(&self, script: &str, listen: &str) -> [Value; 3] {
        let labels = json!({"app.kubernetes.io/name": self.name, "app.kubernetes.io/managed-by": "slipway"});
        let metadata = json!({"name": self.name, "labels": labels});
        let script =
            format!("{BEFORE}\n{script}\nThreadingHTTPServer(('{listen}', 8000), App).serve_forever()\n");
        let probe = if listen == "0.0.0.0" {
            json!({"tcpSocket": {"port": "http"}, "periodSeconds": 1})
        } else {
            json!(null)
        };
        let container = json!({
            "name": "app", "image": "python:3.13-slim", "imagePullPolicy": "IfNotPresent",
            "command": ["python3", "-u", "-c", script],
            "ports": [{"name": "http", "containerPort": 8000}],
            "readinessProbe": probe,
        });
        let rule = json!({"host": self.host, "http": {"paths": [{
            "path": "/", "pathType": "Prefix",
            "backend": {"service": {"name": self.name, "port": {"name": "http"}}},
        }]}});
        [
            json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": {
                "replicas": 2,
                "selector": {"matchLabels": labels},
                "template": {
                    "metadata": {"labels": labels},
                    "spec": {"containers": [container], "terminationGracePeriodSeconds": 0},
                },
            }}),
            json!({"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": {
                "selector": labels,
                "ports": [{"name": "http", "port": 80, "targetPort": "http"}],
            }}),
            json!({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": metadata, "spec": {
                "ingressClassName": "nginx", "rules": [rule],
            }}),
        ]
    }

    fn api(&self, api_version: &str, kind: &str) -> Api<DynamicObject> {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        let resource = ApiResource::from_gvk(&GroupVersionKind::gvk(group, version, kind));
        Api::namespaced_with(self.client.clone(), &self.namespace(), &resource)
    }

    async fn apply(&self, object: &Value) {
        let text = |field: &Value| field.as_str().unwrap().to_owned();
        let api = self.api(&text(&object["apiVersion"]), &text(&object["kind"]));
        let name = text(&object["metadata"]["name"]);
        api.patch(&name, &PatchParams::apply("slipway"), &Patch::Apply(object)).await.unwrap();
    }

    async fn change(&self, api_version: &str, kind: &str, patch: Value) {
        let api = self.api(api_version, kind);
        api.patch(&self.name, &PatchParams::default(), &Patch::Merge(patch)).await.unwrap();
    }

    async fn delete(&self, api_version: &str, kind: &str) {
        self.api(api_version, kind).delete(&self.name, &DeleteParams::default()).await.unwrap();
    }

    async fn walk(&self) -> Walked {
        let deploy = Deploy {
            namespace: self.namespace(),
            replicas: 2,
            host: self.host.clone(),
            path: "/".into(),
            env: Vec::new(),
            cpu: "10m".into(),
            memory: "32Mi".into(),
            health: None,
            ingress: "auto".into(),
        };
        let choices = Choices { folder: "iris".into(), ..Choices::default() };
        let way = Way {
            connection: &self.connection,
            choices: &choices,
            name: &self.name,
            deploy: &deploy,
            ingress: &self.ingress,
            trial: self.trial.as_ref(),
            health: None,
            settles: false,
        };
        way.walk().await
    }

    /// Walks until the way is as expected, for what the cluster needs a moment to take up.
    async fn until(&self, expected: impl Fn(&Walked) -> bool) -> Walked {
        let began = std::time::Instant::now();
        loop {
            let walked = self.walk().await;
            if expected(&walked) {
                return walked;
            }
            assert!(began.elapsed() < Duration::from_mins(1), "this was not awaited: {walked:#?}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Walks until the way ends at this hop with this evidence.
    async fn until_it_says(&self, code: Code, hop: &str, evidence: &[&str]) -> Problem {
        let expected = |problem: &Problem| problem.code == code && says(problem).starts_with(evidence);
        problem(self.until(|walked| walked.problem.as_ref().is_some_and(expected)).await, hop)
    }
}

/// The problem, after checking what holds for all of them.
fn problem(walked: Walked, hop: &str) -> Problem {
    let failed =
        walked.endpoint.hops.iter().find(|hop| hop.state == State::Failed).expect("a hop that fails");
    assert_eq!(failed.hop, hop, "{walked:#?}");
    let problem = walked.problem.expect("a problem");
    assert!(!problem.evidence.is_empty() && !problem.remedies.is_empty(), "{problem:#?}");
    assert_eq!(walked.endpoint.answer, None);
    problem
}

fn says(problem: &Problem) -> Vec<&str> {
    problem.evidence.iter().map(|evidence| evidence.says.id.as_str()).collect()
}

/// Listens on a free port of this machine and gives every connection these words.
async fn somebody_else(words: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 1024];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(words.as_bytes()).await;
        }
    });
    port
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_way_ends_with_the_pods_own_answer() {
    with_app("whole", WELL, "0.0.0.0", async |mut app| {
        let walked = app.walk().await;
        assert_eq!(walked.problem, None, "{walked:#?}");
        assert!(walked.endpoint.hops.iter().all(|hop| hop.state == State::Proven), "{walked:#?}");
        assert_eq!(walked.endpoint.address, "http://whole.localhost/");
        let answer = walked.endpoint.answer.unwrap();
        assert_eq!((answer.status, &*answer.body), (200, r#"{"path": "/"}"#));

        // With a trial, its own example is asked.
        let tried = Answer {
            request: "GET http://127.0.0.1:49153/predict?x=1".into(),
            status: 200,
            ms: 1.0,
            body: String::new(),
        };
        app.trial = Some(Trial { answer: Some(tried), ..Trial::default() });
        let answer = app.walk().await.endpoint.answer.unwrap();
        assert_eq!(answer.request, "GET http://whole.localhost/predict?x=1");
        assert_eq!(answer.body, r#"{"path": "/predict?x=1"}"#);

        // The first three hops are this machine's.
        let known = app.host.clone();
        app.host = "endpoint.slipway.invalid".into();
        let unknown = problem(app.walk().await, "name");
        assert_eq!((unknown.code, says(&unknown)), (Code::EndpointName, vec!["endpoint-name-unknown"]));
        assert_eq!(unknown.remedies[0].command.as_deref(), Some("slipway up iris --host localhost"));
        app.host = known;

        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        app.ingress.port = free;
        let closed = problem(app.walk().await, "tcp");
        assert_eq!((closed.code, says(&closed)), (Code::EndpointConnect, vec!["endpoint-closed"; 2]));

        for (words, evidence) in [
            ("HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n", "endpoint-other-answer"),
            ("220 mail.example.com ESMTP\r\n", "endpoint-no-http"),
            ("", "endpoint-no-http"),
        ] {
            app.ingress.port = somebody_else(words).await;
            let other = problem(app.walk().await, "controller");
            assert_eq!((other.code, says(&other)), (Code::EndpointController, vec![evidence]));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_the_controller_does_not_serve_is_named_with_its_reason() {
    with_app("rule", WELL, "0.0.0.0", async |app| {
        let ingress = |patch| app.change("networking.k8s.io/v1", "Ingress", patch);
        ingress(json!({"spec": {"ingressClassName": "other"}})).await;
        let class = problem(app.walk().await, "ingress");
        assert_eq!((class.code, says(&class)), (Code::EndpointRule, vec!["endpoint-rule-class"]));
        assert_eq!(
            class.evidence[0].exact.as_deref(),
            Some(r#"Ingress/rule spec.ingressClassName: "other""#)
        );

        let [_, _, whole] = app.objects(WELL, "0.0.0.0");
        let mut elsewhere = whole.clone();
        elsewhere["spec"]["rules"][0]["host"] = json!("elsewhere.localhost");
        ingress(elsewhere).await;
        let host = problem(app.walk().await, "ingress");
        assert_eq!(says(&host), ["endpoint-rule-host"]);
        assert_eq!(host.evidence[0].exact.as_deref(), Some("elsewhere.localhost/"));

        app.delete("networking.k8s.io/v1", "Ingress").await;
        let none = problem(app.walk().await, "ingress");
        assert_eq!(says(&none), ["endpoint-rule-no-object"]);

        // Another Ingress has the host when ours comes back.
        let mut other = whole.clone();
        other["metadata"]["name"] = json!("claimant");
        app.apply(&other).await;
        let served = Ask::get("http://rule.localhost/");
        let to = Some("127.0.0.1:80".parse().unwrap());
        while served.send(to, Duration::from_secs(5)).await.is_ok_and(|answer| answer.status != 200) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        // The older one has the host, and the cluster tells ages by whole seconds.
        tokio::time::sleep(Duration::from_secs(1)).await;
        app.apply(&whole).await;
        let refused = ["endpoint-rule-rejected", "endpoint-rule-other"];
        let taken = app.until_it_says(Code::EndpointRule, "ingress", &refused).await;
        assert_eq!(
            taken.evidence[1].exact.as_deref(),
            Some("Ingress endpoint-rule/claimant rule.localhost/ (class nginx)")
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_cannot_take_the_rules_requests_is_named() {
    with_app("service", WELL, "0.0.0.0", async |app| {
        let ports = json!({"spec": {"ports": [{"name": "web", "port": 8080, "targetPort": "http"}]}});
        app.change("v1", "Service", ports).await;
        let port = problem(app.walk().await, "service");
        assert_eq!((port.code, says(&port)), (Code::EndpointService, vec!["endpoint-service-port"]));
        assert_eq!(port.evidence[0].exact.as_deref(), Some("web 8080"));

        app.delete("v1", "Service").await;
        let none = problem(app.walk().await, "service");
        assert_eq!((none.code, says(&none)), (Code::EndpointService, vec!["endpoint-service-missing"]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn why_no_pod_takes_requests_is_told() {
    with_app("pods", WELL, "0.0.0.0", async |app| {
        let service = |patch| app.change("v1", "Service", patch);
        service(json!({"spec": {"selector": {"app.kubernetes.io/name": "sdop"}}})).await;
        let evidence = ["endpoint-pods-unselected"];
        let unselected = app.until_it_says(Code::EndpointNoPods, "endpoints", &evidence).await;
        assert!(unselected.evidence[0].exact.as_deref().unwrap().contains("app.kubernetes.io/name=sdop"));

        let port = json!({"name": "http", "port": 80, "targetPort": "metrics"});
        service(json!({"spec": {"selector": {"app.kubernetes.io/name": "pods"}, "ports": [port]}})).await;
        app.until_it_says(Code::EndpointNoPods, "endpoints", &["endpoint-pods-port"]).await;

        let [_, whole, _] = app.objects(WELL, "0.0.0.0");
        service(whole).await;
        app.until(|walked| walked.problem.is_none()).await;
        app.change("apps/v1", "Deployment", json!({"spec": {"replicas": 0}})).await;
        app.until_it_says(Code::EndpointNoPods, "endpoints", &["endpoint-pods-none"]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pod_that_never_becomes_ready_is_named() {
    with_app("unready", WELL, "0.0.0.0", async |app| {
        let mut deployment = app.objects(WELL, "0.0.0.0")[0].clone();
        let probe = json!({"httpGet": {"path": "/", "port": 9}, "tcpSocket": null, "periodSeconds": 1});
        deployment["spec"]["template"]["spec"]["containers"][0]["readinessProbe"] = probe;
        deployment["spec"]["strategy"] = json!({"type": "Recreate", "rollingUpdate": null});
        app.change("apps/v1", "Deployment", deployment).await;
        let evidence = ["endpoint-pods-waiting"];
        let unready = app.until_it_says(Code::EndpointNoPods, "endpoints", &evidence).await;
        assert!(unready.retry, "it may still become ready");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_on_its_pods_loopback_only_is_told_from_one_that_is_not_there() {
    with_app("loopback", WELL, "127.0.0.1", async |app| {
        let evidence = ["endpoint-gateway-said", "endpoint-loopback-only"];
        let gateway = app.until_it_says(Code::EndpointBadGateway, "pod", &evidence).await;
        assert_eq!(gateway.evidence[0].says.args["status"], "502".into());

        let wrong = json!({"spec": {"ports": [{"name": "http", "port": 80, "targetPort": 8001}]}});
        app.change("v1", "Service", wrong).await;
        app.until_it_says(Code::EndpointBadGateway, "pod", &["endpoint-pod-refused"]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_apps_own_failure_is_told_with_its_log() {
    let failing = r#"
class App(BaseHTTPRequestHandler):
    def do_GET(self):
        print("KeyError: 'model'", file=sys.stderr)
        self.say(500, {"detail": "Internal Server Error"})
"#;
    with_app("failing", WELL, "0.0.0.0", async |app| {
        let deployment = app.objects(failing, "0.0.0.0")[0].clone();
        app.change("apps/v1", "Deployment", deployment).await;
        let evidence = ["endpoint-app-said", "endpoint-log"];
        let failed = app.until_it_says(Code::EndpointAppError, "app", &evidence).await;
        assert_eq!(failed.args["status"], "500".into());
        assert!(failed.evidence[1].exact.as_deref().unwrap().contains("KeyError: 'model'"), "{failed:#?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_whose_answers_vary_is_proven_and_one_that_tells_askers_apart_is_not() {
    let varying = r#"
class App(BaseHTTPRequestHandler):
    def do_GET(self):
        self.say(200, {"time": time.time_ns(), "scores": [1, 2]})
"#;
    let partial = r#"
class App(BaseHTTPRequestHandler):
    def do_GET(self):
        self.say(200, {"you": "a stranger" if self.headers.get("X-Forwarded-For") else "a friend"})
"#;
    with_app("varying", varying, "0.0.0.0", async |app| {
        let walked = app.walk().await;
        let last = walked.endpoint.hops.last().unwrap();
        assert_eq!((last.state, &*last.says.id), (State::Proven, "endpoint-hop-app-varies"), "{walked:#?}");

        let deployment = app.objects(partial, "0.0.0.0")[0].clone();
        app.change("apps/v1", "Deployment", deployment).await;
        // Until the last old pod is gone, the two answers may be one of each.
        let differs = app.until(|walked| {
            let evidence = walked.problem.as_ref().map_or(&[][..], |problem| &problem.evidence);
            let said =
                |at: usize| evidence.get(at).and_then(|evidence| evidence.exact.as_deref()).unwrap_or("");
            said(0).contains("a stranger") && said(1).contains("a friend")
        });
        let differs = problem(differs.await, "app");
        assert_eq!(differs.code, Code::EndpointDiffers);
        assert_eq!(says(&differs), ["endpoint-said-through", "endpoint-said-pod"]);
    })
    .await;
}

//! Trying images alone, on a real engine. Each image is python:3.13-slim with a program as its command.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a failed expectation is a failed test

use std::time::{Duration, Instant};

use bollard::{
    models::{ContainerConfig, ContainerCreateBody},
    query_parameters::{CommitContainerOptions, CreateContainerOptions, RemoveContainerOptions},
};
use slipway_engine::{
    choices::Choices,
    docker::{
        Engine, containers,
        images::{self, Image},
    },
    event::{Event, Teller},
    journey::Journey,
    places::Places,
    problem::Code,
    stage::{Stage, State},
    trial::{self, Wish},
};

const BASE: &str = "python:3.13-slim";

/// An app with health path, OpenAPI document and a prediction.
const GOOD: &str = r#"
import http.server, json, urllib.parse
DOCUMENT = {"openapi": "3.1.0", "paths": {"/predict": {"get": {"summary": "Predict", "parameters": [
    {"name": "size", "in": "query", "required": True, "schema": {"type": "number"}}]}}}}
class App(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        url = urllib.parse.urlparse(self.path)
        size = urllib.parse.parse_qs(url.query).get("size")
        answers = {"/health": (200, "well"), "/openapi.json": (200, json.dumps(DOCUMENT)), "/predict": (200, f"size {size}")}
        status, body = answers.get(url.path, (404, "no such path"))
        self.send_response(status); self.end_headers(); self.wfile.write(body.encode())
print("loading the model", flush=True)
http.server.ThreadingHTTPServer(("0.0.0.0", 8000), App).serve_forever()
"#;

/// A plain server of this address that answers everything with this status, after so many seconds.
fn server(address: &str, port: u16, status: u16, after: u32) -> String {
    format!(
        r#"
import http.server, time
class App(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response({status}); self.end_headers(); self.wfile.write(b"said by the app")
time.sleep({after})
http.server.ThreadingHTTPServer(("{address}", {port}), App).serve_forever()
"#
    )
}

/// An image that is removed at the end of its test.
struct Made {
    engine: Engine,
    project: String,
    image: Image,
}

impl Made {
    /// An image whose command runs `program`; the names of image and project come from `name`.
    async fn of(name: &str, program: &str) -> Self {
        Self::starting(name, &["python", "-u", "-c", program]).await
    }

    async fn starting(name: &str, command: &[&str]) -> Self {
        let engine = Engine::find().await.unwrap();
        let project = format!("trial-test-{name}");
        let body = ContainerCreateBody { image: Some(BASE.into()), ..ContainerCreateBody::default() };
        let container =
            engine.client.create_container(None::<CreateContainerOptions>, body).await.unwrap().id;
        let config = ContainerConfig {
            cmd: Some(command.iter().map(|&word| word.to_owned()).collect()),
            labels: Some([("slipway.project".to_owned(), project.clone())].into()),
            ..ContainerConfig::default()
        };
        let options = CommitContainerOptions {
            container: Some(container.clone()),
            repo: Some(project.clone()),
            tag: Some("1".into()),
            pause: false,
            ..CommitContainerOptions::default()
        };
        engine.client.commit_container(options, config).await.unwrap();
        engine.client.remove_container(&container, None::<RemoveContainerOptions>).await.unwrap();
        let image = images::inspect(&engine, &format!("{project}:1")).await.unwrap().unwrap();
        Self { engine, project, image }
    }

    fn wish(&self, port: Option<u16>) -> Wish {
        Wish {
            project: self.project.clone(),
            folder: "/trial-test".into(),
            image: self.image.clone(),
            env: Vec::new(),
            left_out: Vec::new(),
            port,
            health: None,
            within: Duration::from_mins(1),
            keep: false,
        }
    }

    async fn containers(&self) -> Vec<containers::Ours> {
        containers::of_project(&self.engine, &self.project).await.unwrap()
    }

    async fn gone(self) {
        for container in self.containers().await {
            containers::remove(&self.engine, &container.id).await.unwrap();
        }
        for tag in images::of_project(&self.engine, &self.project)
            .await
            .unwrap()
            .iter()
            .flat_map(|image| &image.tags)
        {
            images::untag(&self.engine, tag).await.unwrap();
        }
        assert!(images::inspect(&self.engine, &format!("{}:1", self.project)).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn an_app_that_works_is_asked_its_example_and_its_container_is_gone() {
    let made = Made::of("good", GOOD).await;
    let (teller, mut viewer) = Teller::with_viewer();
    let trial = trial::run(&made.engine, &made.wish(Some(8000)), &teller).await.unwrap();
    assert_eq!((trial.port, trial.health.as_deref(), trial.answered), (8000, Some("/health"), true));
    let answer = trial.answer.unwrap();
    assert!(answer.request.ends_with("/predict?size=0"), "{}", answer.request);
    assert_eq!((answer.status, answer.body.as_str()), (200, "size ['0']"));
    assert_eq!(trial.operations.len(), 1);
    assert!(made.containers().await.is_empty());
    teller.close();
    let mut lines = Vec::new();
    while let Some(event) = viewer.next().await {
        if let Event::Line { text, .. } = event {
            lines.push(text);
        }
    }
    assert!(lines.iter().any(|line| line == "loading the model"), "{lines:?}");
    made.gone().await;
}

#[tokio::test]
async fn an_app_that_stops_is_told_with_its_traceback_and_its_exit_code() {
    let made = Made::of("crash", "import sys\nimport nothing_like_this").await;
    let begun = Instant::now();
    let problem = trial::run(&made.engine, &made.wish(Some(8000)), &Teller::default()).await.unwrap_err();
    assert!(begun.elapsed() < Duration::from_secs(20), "a crash is not waited out");
    assert_eq!((problem.code, &problem.args["code"]), (Code::TrialCrashed, &1_i64.into()));
    assert_eq!(problem.args["last"], "ModuleNotFoundError: No module named 'nothing_like_this'".into());
    assert!(problem.evidence[0].exact.as_deref().unwrap().starts_with("Traceback"), "{problem:?}");
    assert!(made.containers().await.is_empty());
    made.gone().await;
}

#[tokio::test]
async fn an_app_that_stops_for_want_of_the_clusters_secrets_is_no_fault() {
    let made = Made::of("secret", "import os\nos.environ['KEY']").await;
    let wish = Wish { left_out: vec!["KEY".into()], ..made.wish(Some(8000)) };
    let trial = trial::run(&made.engine, &wish, &Teller::default()).await.unwrap();
    assert_eq!((trial.answered, trial.left_out), (false, vec!["KEY".to_owned()]));
    made.gone().await;
}

#[tokio::test]
async fn an_app_that_only_its_own_container_can_reach_is_told_where_it_listens() {
    let made = Made::of("loopback", &server("127.0.0.1", 8000, 200, 0)).await;
    let problem = trial::run(&made.engine, &made.wish(Some(8000)), &Teller::default()).await.unwrap_err();
    assert_eq!((problem.code, &problem.args["socket"]), (Code::TrialLoopbackOnly, &"127.0.0.1:8000".into()));
    assert!(made.containers().await.is_empty());
    made.gone().await;
}

#[tokio::test]
async fn an_app_on_another_port_than_it_says_is_told_its_real_one() {
    let made = Made::of("otherport", &server("0.0.0.0", 9100, 200, 0)).await;
    let problem = trial::run(&made.engine, &made.wish(Some(8000)), &Teller::default()).await.unwrap_err();
    assert_eq!((problem.code, &problem.args["port"]), (Code::TrialOtherPort, &"9100".into()));
    assert_eq!(problem.remedies[0].command.as_deref(), Some("slipway up --port 9100"));
    made.gone().await;
}

#[tokio::test]
async fn the_port_of_an_app_that_says_none_is_found() {
    let made = Made::of("unsaid", &server("0.0.0.0", 4321, 200, 0)).await;
    let trial = trial::run(&made.engine, &made.wish(None), &Teller::default()).await.unwrap();
    assert_eq!((trial.port, trial.health.as_deref()), (4321, Some("/healthz")));
    assert!(made.containers().await.is_empty());
    made.gone().await;
}

#[tokio::test]
async fn an_app_that_needs_time_is_waited_for() {
    let made = Made::of("slow", &server("0.0.0.0", 8000, 204, 4)).await;
    let trial = trial::run(&made.engine, &made.wish(Some(8000)), &Teller::default()).await.unwrap();
    assert!(trial.started_ms >= 4_000, "{}", trial.started_ms);
    made.gone().await;
}

#[tokio::test]
async fn an_app_that_never_answers_is_told_with_what_is_known() {
    let made = Made::of("silent", "import time\nprint('waiting for the database')\ntime.sleep(600)").await;
    let wish = Wish { within: Duration::from_secs(3), ..made.wish(Some(8000)) };
    let problem = trial::run(&made.engine, &wish, &Teller::default()).await.unwrap_err();
    assert_eq!(problem.code, Code::TrialNoAnswer);
    let says: Vec<_> = problem.evidence.iter().map(|evidence| evidence.says.id.as_str()).collect();
    assert_eq!(says, ["trial-listens-nowhere", "trial-last-try", "trial-last-lines"]);
    assert_eq!(problem.evidence[2].exact.as_deref(), Some("waiting for the database"));
    made.gone().await;
}

#[tokio::test]
async fn an_app_that_only_fails_is_told_with_its_answer() {
    let made = Made::of("error", &server("0.0.0.0", 8000, 500, 0)).await;
    let wish = Wish { within: Duration::from_secs(5), ..made.wish(Some(8000)) };
    let problem = trial::run(&made.engine, &wish, &Teller::default()).await.unwrap_err();
    assert_eq!((problem.code, &problem.args["status"]), (Code::TrialServerError, &500_u32.into()));
    assert_eq!(problem.evidence[0].exact.as_deref(), Some("said by the app"));
    made.gone().await;
}

#[tokio::test]
async fn a_health_path_that_the_app_does_not_have_is_told() {
    let made = Made::of("health", GOOD).await;
    let wish = Wish { health: Some("/alive".into()), ..made.wish(Some(8000)) };
    let problem = trial::run(&made.engine, &wish, &Teller::default()).await.unwrap_err();
    assert_eq!((problem.code, &problem.args["status"]), (Code::TrialHealth, &404_u32.into()));
    made.gone().await;
}

#[tokio::test]
async fn a_program_that_the_image_does_not_have_cannot_be_started() {
    let made = Made::starting("absent", &["uvicorn-that-is-not-there"]).await;
    let problem = trial::run(&made.engine, &made.wish(Some(8000)), &Teller::default()).await.unwrap_err();
    assert_eq!(problem.code, Code::TrialCannotStart);
    assert!(format!("{problem:?}").contains("uvicorn-that-is-not-there"), "{problem:?}");
    assert!(made.containers().await.is_empty(), "what was created and could not be started is removed");
    made.gone().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trial_that_is_broken_off_leaves_no_container() {
    let made = Made::of("broken-off", "import time\ntime.sleep(600)").await;
    let (engine, wish) = (made.engine.clone(), made.wish(Some(8000)));
    let task = tokio::spawn(async move { trial::run(&engine, &wish, &Teller::default()).await });
    tokio::time::timeout(Duration::from_secs(30), async {
        while !made.containers().await.iter().any(|container| container.running) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await
    .unwrap();
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    assert!(made.containers().await.is_empty(), "gone when the task is");
    made.gone().await;
}

#[tokio::test]
async fn a_container_that_is_to_be_kept_stays_and_carries_our_marks() {
    let made = Made::of("kept", &server("0.0.0.0", 8000, 200, 0)).await;
    let wish = Wish { keep: true, ..made.wish(Some(8000)) };
    trial::run(&made.engine, &wish, &Teller::default()).await.unwrap();
    assert!(matches!(made.containers().await.as_slice(), [container] if container.running));
    made.gone().await;
}

/// The stages up to the trial: the journey stops at a cluster that is not there.
async fn up_to_the_trial(folder: &std::path::Path, places: &Places) -> slipway_engine::journey::Outcome {
    let choices =
        Choices { folder: folder.to_owned(), context: Some("no-such-context".into()), ..Choices::default() };
    Journey::new(choices, places.clone(), Teller::default()).up().await
}

#[tokio::test]
async fn a_folder_is_tried_once_and_again_only_when_it_changes() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("trial-test-folder");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("app.py"), GOOD).unwrap();
    let dockerfile = format!("FROM {BASE}\nCOPY app.py .\nEXPOSE 8000\nCMD [\"python\", \"app.py\"]\n");
    std::fs::write(folder.join("Dockerfile"), dockerfile).unwrap();
    let places = Places::under(&root.path().join("slipway"));

    let first = up_to_the_trial(&folder, &places).await;
    let state = first.stages.get(&Stage::Trial).map(|stage| stage.state);
    assert_eq!(state, Some(State::Proven), "{:?}", first.problems);
    let trial = first.facts.trial.unwrap();
    assert_eq!((trial.port, trial.health.as_deref()), (8000, Some("/health")));

    let second = up_to_the_trial(&folder, &places).await;
    assert_eq!(second.facts.trial.unwrap(), trial, "remembered, not run again");

    std::fs::write(folder.join("app.py"), "import nothing_like_this").unwrap();
    let changed = up_to_the_trial(&folder, &places).await;
    assert_eq!(changed.problems[0].code, Code::TrialCrashed);

    let engine = Engine::find().await.unwrap();
    assert!(containers::of_project(&engine, "trial-test-folder").await.unwrap().is_empty());
    for image in images::of_project(&engine, "trial-test-folder").await.unwrap() {
        for tag in image.tags {
            images::untag(&engine, &tag).await.unwrap();
        }
    }
}

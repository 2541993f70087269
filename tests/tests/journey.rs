//! The main job from outside: the real program takes real folders to live addresses, and away again.

#![allow(clippy::unwrap_used, clippy::panic)] // a failed expectation is a failed test

use std::{
    io::Write,
    process::{Command, Stdio},
    time::Duration,
};

use serde_json::Value;
use slipway_engine::http::Ask;
use slipway_tests::{
    controller,
    slipway::{Ran, Slipway, sample},
    world::World,
};

const STAGES: [&str; 8] = ["machine", "project", "image", "trial", "cluster", "ingress", "app", "endpoint"];

/// Every object of `up --json` is as the contract says.
fn conforms_to_the_contract(ran: &Ran) {
    for object in &ran.events {
        let has = |keys: &[&str]| {
            for key in keys {
                assert!(!object[*key].is_null(), "{key} is missing in {object}");
            }
        };
        match object["event"].as_str().unwrap() {
            "stage" => {
                has(&["stage", "state", "evidence", "ms"]);
                assert!(STAGES.contains(&object["stage"].as_str().unwrap()), "{object}");
                let state = object["state"].as_str().unwrap();
                assert!(["unknown", "missing", "working", "proven", "failed"].contains(&state), "{object}");
                assert!(object["evidence"].as_array().unwrap().iter().all(Value::is_string), "{object}");
            }
            "progress" => has(&["stage", "step", "done"]),
            "line" => has(&["stage", "stream", "text"]),
            "action" => {
                has(&["stage", "effect", "command"]);
                assert!(object.as_object().unwrap().contains_key("undo"), "{object}");
            }
            "problem" => has(&["code", "stage", "summary", "detail", "evidence", "remedies", "retry"]),
            "result" => has(&["ok", "stages", "problems"]),
            other => panic!("an event that the contract does not know: {other}"),
        }
    }
}

/// The folder goes up, answers, goes up again without doing anything, and goes away without a trace.
async fn goes_up_and_away(folder: &str, ask: &str, expected: &str) {
    controller::removed().await;
    let before = World::now().await;
    let slipway = Slipway::new();

    let ran = slipway.json(&["up", folder, "--yes"]).ended(0);
    conforms_to_the_contract(&ran);
    let result = ran.result().clone();
    assert_eq!(result["ok"], true);
    assert_eq!(result["stages"].as_object().unwrap().len(), 8);
    for stage in STAGES {
        assert_eq!(result["stages"][stage]["state"], "proven", "{stage}");
    }
    let address = result["address"].as_str().unwrap();
    assert!(address.starts_with("http://localhost"), "{address}");
    assert!(result["answer"]["status"].as_u64().unwrap() < 500, "{result}");

    let answer = Ask::get(format!("{}{ask}", address.trim_end_matches('/')))
        .send(None, Duration::from_secs(10))
        .await
        .unwrap();
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.body.contains(expected), "{answer:?}");

    let again = slipway.json(&["up", folder, "--yes"]).ended(0);
    assert!(again.of("action").is_empty(), "nothing is left to do: {:#?}", again.of("action"));
    slipway.json(&["status", folder]).ended(0);
    slipway.json(&["prove", folder]).ended(0);
    slipway.json(&["diff", folder]).ended(0);

    let removed = slipway.json(&["down", folder, "--all", "--yes"]).ended(0);
    assert_eq!(removed.result()["ok"], true);
    assert!(!removed.result()["removed"].as_array().unwrap().is_empty());
    World::now().await.must_equal(&before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fastapi_model_goes_up_and_away() {
    goes_up_and_away(
        &sample("iris"),
        "/predict?sepal_length=5.1&sepal_width=3.5&petal_length=1.4&petal_width=0.2",
        "setosa",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flask_app_without_openapi_goes_the_same_way() {
    goes_up_and_away(&sample("sentiment"), "/health", "ok").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_web_server_that_is_no_python_goes_the_same_way() {
    goes_up_and_away(&sample("model-card"), "/", "<html").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_script_alone_does_the_same_on_a_cluster_where_slipway_never_ran() {
    controller::removed().await;
    let before = World::now().await;
    let slipway = Slipway::new();
    let folder = sample("iris");

    // A journey first: what it learns of the app, its trial above all, is what the script asks and probes.
    let ran = slipway.json(&["up", &folder, "--yes"]).ended(0);
    let result = ran.result();
    let script = slipway.run(&["script", &folder]).ended(0).out;
    slipway.json(&["down", &folder, "--all", "--yes"]).ended(0);
    World::now().await.must_equal(&before);

    let mut shell = Command::new("bash");
    shell.current_dir(slipway_tests::slipway::root()).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut shell = shell.spawn().unwrap();
    shell.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    let output = shell.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}");
    assert!(said.contains(result["address"].as_str().unwrap()), "{said}");
    assert!(said.contains(result["answer"]["body"].as_str().unwrap().trim()), "{said}\n{result}");

    // What the script made carries our marks, and goes by them.
    slipway.json(&["down", &folder, "--all", "--yes"]).ended(0);
    World::now().await.must_equal(&before);
}

#[test]
fn without_consent_nothing_is_changed() {
    let slipway = Slipway::new();
    let ran = slipway.json(&["up", &sample("iris")]).ended(3);
    assert_eq!(ran.result()["ok"], false);
}

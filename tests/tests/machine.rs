//! The machine stage on a real engine.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a failed expectation is a failed test

use bollard::query_parameters::ListImagesOptions;
use slipway_engine::{
    choices::Choices,
    docker::{Engine, Surroundings},
    event::Teller,
    journey::Journey,
    places::Places,
    problem::Code,
    stage::{Stage, State},
};

fn practice_host() -> String {
    std::env::var("DOCKER_HOST").expect("the practice cluster's environment")
}

/// The surroundings of a user without any variable of docker's.
fn without_variables(home: &std::path::Path) -> Surroundings {
    let mut surroundings = Surroundings::here();
    home.clone_into(&mut surroundings.home);
    surroundings.vars.retain(|name, _| !name.starts_with("DOCKER_"));
    surroundings
}

#[tokio::test]
async fn the_engine_of_the_environment_is_found_with_its_abilities() {
    let engine = Engine::find().await.unwrap();
    assert_eq!(engine.host, practice_host());
    assert_eq!(engine.rule.id, "engine-rule-docker-host");
    assert_eq!((engine.os.as_str(), engine.store.as_str(), engine.buildkit), ("linux", "containerd", true));
    assert!(engine.memory > 1 << 30, "{}", engine.memory);
    engine.client.list_images(None::<ListImagesOptions>).await.unwrap();
}

#[tokio::test]
async fn a_context_leads_to_the_engine_as_a_variable_does() {
    let home = tempfile::tempdir().unwrap();
    // The folder's name is the SHA-256 of the context's name.
    let id = "ada750e3f8464e9e1fd6a882b1a3b46cad39a1876c3fb7b85abe47a887c977fb";
    let meta = home.path().join(".docker/contexts/meta").join(id);
    std::fs::create_dir_all(&meta).unwrap();
    let content = serde_json::json!({"Name": "practice", "Endpoints": {"docker": {"Host": practice_host()}}});
    std::fs::write(meta.join("meta.json"), content.to_string()).unwrap();
    std::fs::write(home.path().join(".docker/config.json"), r#"{"currentContext": "practice"}"#).unwrap();
    let engine = Engine::find_in(&without_variables(home.path())).await.unwrap();
    assert_eq!(engine.host, practice_host());
    assert_eq!(engine.rule.args["context"], "practice".into());
}

#[tokio::test]
async fn a_named_engine_that_is_silent_is_a_problem_with_what_was_tried() {
    let home = tempfile::tempdir().unwrap();
    let mut surroundings = without_variables(home.path());
    let nowhere = format!("unix://{}/no.sock", home.path().display());
    surroundings.vars.insert("DOCKER_HOST".into(), nowhere.clone());
    let problem = Engine::find_in(&surroundings).await.unwrap_err();
    assert_eq!(problem.code, Code::DockerUnreachable);
    assert_eq!(problem.args["address"], nowhere.into());
    assert!(problem.evidence[0].exact.as_deref().unwrap().contains("No such file"), "{problem:?}");
}

#[tokio::test]
async fn something_that_is_no_engine_is_not_taken_for_one() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = silent.local_addr().unwrap();
    let answers = tokio::spawn(async move {
        while let Ok((mut stream, _)) = silent.accept().await {
            tokio::io::AsyncWriteExt::write_all(
                &mut stream,
                b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi",
            )
            .await
            .ok();
        }
    });
    let home = tempfile::tempdir().unwrap();
    let mut surroundings = without_variables(home.path());
    surroundings.vars.insert("DOCKER_HOST".into(), format!("tcp://{address}"));
    let problem = Engine::find_in(&surroundings).await.unwrap_err();
    answers.abort();
    assert_eq!(problem.code, Code::DockerUnreachable);
}

#[tokio::test]
async fn the_stage_is_proven_and_tells_engine_and_ports() {
    let home = tempfile::tempdir().unwrap();
    let journey = Journey::new(Choices::default(), Places::under(home.path()), Teller::default());
    let outcome = journey.look(&[Stage::Machine]).await;
    assert_eq!(outcome.stages[&Stage::Machine].state, State::Proven);
    let machine = outcome.facts.machine.unwrap();
    assert_eq!(machine.arch, if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" });
    assert_eq!(machine.ports.iter().map(|port| port.port).collect::<Vec<_>>(), [80, 443]);
    let listening = tokio::net::TcpStream::connect(("127.0.0.1", 80)).await.is_ok();
    assert_eq!(machine.ports[0].free, !listening);
}

//! The cluster's ingress controller, there or not there, as a test needs it.

use slipway_engine::{
    choices::Choices,
    event::Teller,
    journey::{Journey, Scope},
    places::Places,
    stage::Stage,
};

/// The stages up to and with the ingress.
pub const STAGES: [Stage; 4] = [Stage::Machine, Stage::Project, Stage::Cluster, Stage::Ingress];

/// Somebody with a folder of no matter what.
fn with_a_folder(home: &std::path::Path) -> Journey {
    std::fs::write(home.join("Dockerfile"), "FROM scratch\nEXPOSE 8000\n").unwrap();
    let choices = Choices {
        folder: home.to_owned(),
        name: Some("controller-test".into()),
        timeout: Some(90),
        ..Choices::default()
    };
    Journey::new(choices, Places::under(&home.join("home")), Teller::default())
}

/// Has one that serves: the one that is there, else Slipway's own.
pub async fn installed() {
    let home = tempfile::tempdir().unwrap();
    let outcome = Box::pin(with_a_folder(home.path()).reach(&STAGES)).await;
    assert!(outcome.ok, "{:#?}", outcome.problems);
}

/// Has none of Slipway's.
pub async fn removed() {
    let home = tempfile::tempdir().unwrap();
    Box::pin(with_a_folder(home.path()).down(Scope { image: false, ingress: true })).await.unwrap();
}

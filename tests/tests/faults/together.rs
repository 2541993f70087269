//! Two at once: on one project, on two, and the window beside the command line.

use slipway_engine::{
    choices::Choices,
    event::{Event, Teller},
    journey::{Journey, Scope},
    problem::Code,
    stage::{Stage, State},
};
use slipway_tests::controller;

use crate::{
    desk::{Desk, settled, world},
    table,
    told::Told,
};

#[tokio::test(flavor = "multi_thread")]
async fn two_slipways_work_on_one_project() {
    let desk = Desk::before_a_cluster("one").await;
    let mut first = desk.begins("up", &[]);
    first.until_stage("project", "proven");
    let process = first.process().to_string();
    for (verb, fault) in [("up", "two Slipways on one project"), ("down", "down while up is at work")] {
        let told = Told::by(desk.run(verb, &[])).is("busy").says(&["fault-one"]).shows(&[&process, "up"]);
        let told = told.before_anything_was_done();
        assert_eq!(told.problem["retry"], true);
        table::add(fault, &told);
    }
    // To look is free.
    let looked = desk.run("status", &[]);
    assert!(!looked.out.contains("\"busy\""), "{}", looked.out);
    first.ends().ended(0);
    // The remedy: to wait until the first is done.
    assert!(desk.up().of("action").is_empty());
    desk.leave();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_projects_go_up_at_once() {
    let (one, other) = (Desk::before_a_cluster("left").await, Desk::new("right"));
    let begun = [&one, &other].map(|desk| desk.begins("up", &[]));
    for (running, desk) in begun.into_iter().zip([&one, &other]) {
        let ran = running.ends().ended(0);
        assert_eq!(ran.result()["address"], format!("http://{}/", desk.host()));
    }
    one.leave();
    other.leave();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_projects_go_up_at_once_where_there_is_no_controller_yet() {
    settled();
    controller::removed().await;
    let (one, other) = (Desk::new("early"), Desk::new("late"));
    let begun = [&one, &other].map(|desk| desk.begins("up", &[]));
    for running in begun {
        running.ends().ended(0);
    }
    one.leave();
    other.leave();
}

/// The window's journey: the same engine, in this process, for the same user.
fn window(desk: &Desk, teller: Teller) -> Journey {
    let choices = Choices { folder: desk.folder(), host: Some(desk.host()), ..Choices::default() };
    Journey::new(choices, desk.slipway.places(), teller)
}

#[tokio::test(flavor = "multi_thread")]
async fn window_and_command_line_work_on_one_project() {
    settled();
    controller::installed().await;
    let before = world().await;
    let desk = Desk::new("window");
    let (teller, mut viewer) = Teller::with_viewer();
    let journey = window(&desk, teller);
    let up = tokio::spawn(async move { journey.up().await });
    loop {
        let event = viewer.next().await.expect("the window tells of its journey");
        if matches!(event, Event::Stage { stage: Stage::Project, state: State::Proven, .. }) {
            break;
        }
    }
    let told = Told::by(desk.run("up", &[])).is("busy").shows(&[&std::process::id().to_string()]);
    table::add("the command line while the window is at work", &told);
    drop(viewer);
    assert!(up.await.unwrap().ok);

    // The other way round: the window is told who is at work.
    let mut running = desk.begins("down", &["--image"]);
    running.until(|object| object["event"] == "action");
    let busy = window(&desk, Teller::default()).down(Scope::default()).await.unwrap_err();
    assert_eq!((busy.code, &busy.args["process"]), (Code::Busy, &running.process().into()));
    running.ends().ended(0);
    world().await.must_equal(&before);
}

//! Ended in the middle, by Ctrl-C and by force: what stands can be finished with `up` and removed with `down`.

use std::{
    fs,
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

use rustix::process::Signal;
use slipway_tests::{backend::SOON, controller, image::SERVES};

use crate::desk::{Desk, settled, world};

const STAGES: [&str; 8] = ["machine", "project", "image", "trial", "cluster", "ingress", "app", "endpoint"];

#[tokio::test(flavor = "multi_thread")]
async fn it_is_cancelled_in_every_stage() {
    settled();
    controller::installed().await;
    let before = world().await;
    let desk = Desk::new("cancelled");
    // Slow enough in each stage that takes time by itself.
    let recipe = fs::read_to_string(desk.at("Dockerfile")).unwrap();
    desk.write("Dockerfile", recipe.replace("COPY", "RUN sleep 1\nCOPY"));
    desk.write("app.py", format!("import time\ntime.sleep(1)\n{SERVES}"));
    for stage in STAGES {
        let mut running = desk.begins("up", &[]);
        running.until_stage(stage, "working");
        running.signal(Signal::INT);
        let ran = running.ends().ended(130);
        assert_eq!(ran.result()["ok"], false, "{stage}");
        assert!(ran.of("problem").is_empty(), "{stage}: to stop is no problem");
        let went_on = ran.of("stage").into_iter().any(|object| {
            let at = STAGES.iter().position(|name| object["stage"] == **name).unwrap();
            at > STAGES.iter().position(|name| *name == stage).unwrap() + 1
        });
        assert!(!went_on, "{stage}: it ended soon");
        no_container_is_left(&desk);
    }
    desk.up();
    desk.down();
    world().await.must_equal(&before);
}

/// The engine may still be at the removal that it was asked for.
fn no_container_is_left(desk: &Desk) {
    let begun = Instant::now();
    while !containers(desk).is_empty() {
        assert!(begun.elapsed() < SOON, "a trial is left: {}", containers(desk));
        thread::sleep(Duration::from_millis(100));
    }
}

/// What `docker ps` shows of the desk's project.
fn containers(desk: &Desk) -> String {
    let filter = format!("label=slipway.folder={}", fs::canonicalize(desk.folder()).unwrap().display());
    let shown = slipway_tests::docker::docker(["ps", "--all", "--quiet", "--filter", &filter]);
    assert!(shown.status.success());
    String::from_utf8(shown.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_killed_between_the_trials_answer_and_the_removal_of_its_container() {
    let desk = Desk::before_a_cluster("after-trial").await;
    let mut running = desk.begins("up", &[]);
    running.until_stage("trial", "proven");
    running.ends_killed();
    desk.up();
    no_container_is_left(&desk);
    desk.leave();
}

/// How often, and side by side at how many desks: the cluster's own pace is what takes time.
const KILLS: usize = 40;
const DESKS: usize = 8;

#[tokio::test(flavor = "multi_thread")]
async fn it_is_killed_at_40_random_moments() {
    settled();
    controller::installed().await;
    let before = world().await;
    let given = std::env::var("SLIPWAY_FAULTS_SEED").ok().map(|seed| seed.parse().unwrap());
    let seed: u64 = given.unwrap_or_else(|| fastrand::u64(..));
    println!("SLIPWAY_FAULTS_SEED={seed}");
    let desks: Vec<_> = (0..DESKS).map(|number| Desk::new(&format!("killed-{number}"))).collect();
    thread::scope(|scope| {
        for (desk, number) in desks.iter().zip(0..) {
            let dice = fastrand::Rng::with_seed(seed.wrapping_add(number));
            scope.spawn(move || killed_again_and_again(desk, dice));
        }
    });
    drop(desks);
    world().await.must_equal(&before);
}

/// Kills `up` at random moments, each after the folder changed, and now and then `down`. In the end `up` finishes and
/// `down` cleans.
fn killed_again_and_again(desk: &Desk, mut dice: fastrand::Rng) {
    let begun = Instant::now();
    desk.up();
    let whole = begun.elapsed();
    for kill in 0..KILLS / DESKS {
        desk.write("app.py", format!("{SERVES}\n# {kill}"));
        let after = whole.mul_f64(dice.f64());
        killed(desk, "up", after);
        if dice.f64() < 0.2 {
            killed(desk, "down", whole.mul_f64(dice.f64()));
        }
        if dice.f64() < 0.4 {
            let ran = desk.up();
            assert_eq!(ran.result()["stages"]["endpoint"]["state"], "proven", "after {after:?}");
            no_container_is_left(desk);
        }
    }
    desk.up();
    assert!(desk.run("up", &[]).ended(0).of("action").is_empty(), "nothing was left half-done");
    desk.down();
}

/// Runs a verb and kills it after so long, as nothing can be prepared for.
fn killed(desk: &Desk, verb: &str, after: Duration) {
    let mut command = desk.command(verb, &[]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    thread::sleep(after); // the moment is the test
    child.kill().unwrap();
    child.wait().unwrap();
}

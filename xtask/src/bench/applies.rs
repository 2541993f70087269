//! Applying objects and waiting for them, beside kubectl.

use std::{fs, path::PathBuf};

use super::{
    folder,
    lines::{APPLIED, READY},
    objects::App,
    pairs,
    run::{Run, measured, must},
    stand::{Bench, NAMESPACE},
    table::{Line, Row},
};
use crate::run::{Done, Stop};

/// All lines of the part.
pub const LINES: &[&[Line]] = &[&APPLIED, &READY];

const IMAGE: &str = "slipway-bench-app:1";

/// Runs it.
pub fn run(bench: &Bench) -> Done<Vec<Row>> {
    let app = bench.folder.join("app");
    folder::app(&app, "1").map_err(Stop::Because)?;
    must(&mut bench.docker(["build", "--tag", IMAGE, &app.display().to_string()]))?;
    let applied = pairs::in_turn(
        APPLIED[0].work,
        bench.pairs,
        &mut |number| one(bench, Verb::Apply, "ours", number, |file| bench.part(["apply", file])),
        &mut |number| {
            one(bench, Verb::Apply, "theirs", number, |file| {
                bench.kubectl(["apply", "--server-side", "--filename", file])
            })
        },
    )?;
    let ready = pairs::in_turn(
        READY[0].work,
        bench.pairs,
        &mut |number| one(bench, Verb::Ready, "ours", number, |file| bench.part(["ready", file])),
        &mut |number| {
            one(bench, Verb::Ready, "theirs", number, |file| {
                bench.shell(&format!(
                    "kubectl apply --server-side --filename '{file}'\n\
                     exec kubectl rollout status deployment/theirs-{number} --namespace {NAMESPACE}"
                ))
            })
        },
    )?;
    Ok([pairs::rows(&APPLIED, &applied), pairs::rows(&READY, &ready)].concat())
}

/// How far it goes.
#[derive(Debug, Clone, Copy)]
enum Verb {
    /// The objects are there; no pods.
    Apply,
    /// Three pods are ready.
    Ready,
}

/// Makes new objects by this command, sees that they are there, and removes them.
fn one(
    bench: &Bench,
    verb: Verb,
    side: &str,
    number: usize,
    command: impl Fn(&str) -> std::process::Command,
) -> Result<Run, String> {
    let name = format!("{side}-{number}");
    let replicas = match verb {
        Verb::Apply => 0,
        Verb::Ready => 3,
    };
    let app = App { name: &name, image: IMAGE, replicas, class: "none", probed: false };
    let file = write(bench, &app)?;
    let run = measured(&mut command(&file.display().to_string()))?;
    let kinds = "deployments,services,ingresses";
    let label = format!("app={name}");
    let words = |verb: &'static str| [verb, kinds, "--namespace", NAMESPACE, "--selector", &label];
    let ready = "jsonpath={range .items[*]}{.kind} {.status.readyReplicas}\n{end}";
    let seen = measured(bench.kubectl(words("get")).args(["--output", ready]))?.out;
    let pods = if replicas == 0 { String::new() } else { replicas.to_string() };
    if seen != format!("Deployment {pods}\nService \nIngress \n") {
        return Err(format!("{name}: there is {seen:?}"));
    }
    measured(bench.kubectl(words("delete")).args(["--cascade=foreground", "--wait"]))?;
    Ok(run)
}

fn write(bench: &Bench, app: &App<'_>) -> Result<PathBuf, String> {
    let file = bench.folder.join(format!("{}.json", app.name));
    fs::write(&file, app.list()).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(file)
}

//! One part of the journey alone, as a program: what `cargo xtask bench` runs beside docker or kubectl.
//!
//! `part build FOLDER` builds the folder's image and prints its tag; `part apply FILE` applies the objects of a JSON
//! list; `part ready FILE` also waits until its Deployment is rolled out.
#![allow(clippy::print_stdout, clippy::print_stderr)] // a program for a terminal

use std::{path::Path, process::ExitCode, time::Duration};

use serde_json::Value;
use slipway_engine::{
    choices::Choices,
    event::Teller,
    journey::Journey,
    kubernetes::{
        manifest::{Manifest, ObjectRef},
        objects,
        rollout::Hearer,
    },
    places::Places,
    problem::{Problem, internal},
    stage::Stage,
};

const WITHIN: Duration = Duration::from_mins(2);

#[tokio::main]
async fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let done = match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["build", folder] => build(folder).await,
        ["apply", file] => apply(file).await.map(drop),
        ["ready", file] => Box::pin(ready(file)).await,
        _ => Err(internal("part build FOLDER | part apply FILE | part ready FILE")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{}: {:?} {:?}", problem.code, problem.args, problem.evidence);
            ExitCode::FAILURE
        }
    }
}

fn journey(folder: &str) -> Result<Journey, Problem> {
    let choices = Choices { folder: folder.into(), ..Choices::default() };
    Ok(Journey::new(choices, Places::of_user()?, Teller::default()))
}

async fn build(folder: &str) -> Result<(), Problem> {
    let mut outcome = journey(folder)?.reach(&[Stage::Machine, Stage::Project, Stage::Image]).await;
    if let Some(problem) = outcome.problems.pop() {
        return Err(problem);
    }
    println!("{}", outcome.facts.image()?.tag);
    Ok(())
}

async fn apply(file: &str) -> Result<(Journey, Vec<Manifest>), Problem> {
    let text = std::fs::read_to_string(Path::new(file)).map_err(internal)?;
    let mut list: Value = serde_json::from_str(&text).map_err(internal)?;
    let Value::Array(items) = list["items"].take() else { return Err(internal("no list")) };
    let manifests = items.into_iter().map(objects::manifest).collect::<Result<Vec<_>, _>>()?;
    let journey = journey(".")?;
    journey.connection().await?.verified().await?.apply(&manifests, &[]).await?;
    Ok((journey, manifests))
}

async fn ready(file: &str) -> Result<(), Problem> {
    let (journey, manifests) = apply(file).await?;
    let deployment = manifests.iter().map(Manifest::reference).find(|object| object.kind == "Deployment");
    let Some(ObjectRef { name, namespace: Some(namespace), .. }) = deployment else {
        return Err(internal("no Deployment"));
    };
    let hearer = Hearer { teller: &journey.teller, stage: Stage::App };
    journey.connection().await?.rolled_out(&namespace, &name, WITHIN, hearer).await.map(drop)
}

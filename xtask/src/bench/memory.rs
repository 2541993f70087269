//! The memory of a whole journey from a folder that nobody has seen, beside that of the tools in the same journey.

use std::fs;

use super::{
    deployed::result,
    folder::{Copies, Folder},
    lines::JOURNEY_MEMORY,
    objects::App,
    pairs,
    run::{Run, measured},
    stand::{Bench, NAMESPACE},
    table::{Line, Row},
};
use crate::run::{Done, Stop};

/// The lines of the part.
pub const LINES: &[&[Line]] = &[&JOURNEY_MEMORY];

const FILES: u64 = 1_000;
const BYTES: u64 = 100 << 20;

/// Runs it.
pub fn run(bench: &Bench) -> Done<Vec<Row>> {
    let make =
        |side: &str| Folder::make(bench.folder.join(side), FILES, BYTES, Copies::All).map_err(Stop::Because);
    let (mut mine, mut other) = (make("ours")?, make("theirs")?);
    let done = pairs::in_turn(
        JOURNEY_MEMORY[0].work,
        bench.pairs,
        &mut |number| ours(bench, &mut mine, number),
        &mut |number| theirs(bench, &mut other, number),
    )?;
    bench.prune();
    Ok(pairs::rows(&JOURNEY_MEMORY, &done))
}

fn ours(bench: &Bench, folder: &mut Folder, number: usize) -> Result<Run, String> {
    const NAME: &str = "slipway-bench-ours";
    let answer = anew(bench, folder, "ours", number)?;
    let path = folder.path.display().to_string();
    let common = ["--json", "--yes", "--name", NAME, "--namespace", NAMESPACE];
    let host = format!("{NAME}.localhost");
    let run = measured(bench.slipway(["up", &path, "--host", &host]).args(common))?;
    let result = result(&run);
    if result["ok"] != true || result["answer"]["body"] != answer.as_str() {
        return Err(format!("slipway's result is {result}"));
    }
    measured(bench.slipway(["down", &path, "--image"]).args(common))?;
    Ok(run)
}

/// The largest of the tools that it takes, for they run one after the other.
fn theirs(bench: &Bench, folder: &mut Folder, number: usize) -> Result<Run, String> {
    const NAME: &str = "slipway-bench-theirs";
    anew(bench, folder, "theirs", number)?;
    let image = format!("{NAME}:{number}");
    let classes = ["get", "ingressclasses", "--output", "jsonpath={.items[0].metadata.name}"];
    let class = measured(&mut bench.kubectl(classes))?.out;
    let app = App { name: NAME, image: &image, replicas: 1, class: &class, probed: true };
    let file = bench.folder.join("theirs.json").display().to_string();
    fs::write(&file, app.list()).map_err(|error| error.to_string())?;
    let deployment = format!("deployment/{NAME}");
    let tools = [
        bench.docker(["build", "--tag", &image, &folder.path.display().to_string()]),
        bench.kubectl(["apply", "--server-side", "--filename", &file]),
        bench.kubectl(["rollout", "status", &deployment, "--namespace", NAMESPACE]),
    ];
    let mut whole = Run { ms: 0.0, mib: None, out: String::new() };
    for mut tool in tools {
        let run = measured(&mut tool)?;
        whole.ms += run.ms;
        whole.mib = whole.mib.into_iter().chain(run.mib).max_by(f64::total_cmp);
    }
    measured(&mut bench.kubectl(["delete", "--wait", "--filename", &file]))?;
    measured(&mut bench.docker(["rmi", "--force", &image]))?;
    Ok(whole)
}

/// Makes the folder one that the engine has not seen.
fn anew(bench: &Bench, folder: &mut Folder, side: &str, number: usize) -> Result<String, String> {
    bench.prune();
    folder.renamed(&format!("{side}-{number}"))?;
    let answer = format!("{side} {number}");
    folder.edit(&answer)?;
    Ok(answer)
}

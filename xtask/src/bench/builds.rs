//! Building an image, beside the docker CLI with the same Dockerfile.

use std::path::Path;

use super::{
    folder::{Copies, Folder, LOOK},
    lines::{EDITED_ALL, EDITED_PART, FIRST_BUILD},
    pairs::{self, Pair},
    run::{Run, measured},
    stand::Bench,
    table::{Line, Row},
};
use crate::run::{Done, Stop};

const FILES: u64 = 3_000;
const BYTES: u64 = 300 << 20;

/// All lines of the part.
pub const LINES: &[&[Line]] = &[&FIRST_BUILD, &EDITED_ALL, &EDITED_PART];

/// Runs it.
pub fn run(bench: &Bench) -> Done<Vec<Row>> {
    let first = first(bench, FIRST_BUILD[0].work, FILES, BYTES)?;
    let all = edited(bench, EDITED_ALL[0].work, Copies::All)?;
    let part = edited(bench, EDITED_PART[0].work, Copies::App)?;
    Ok([pairs::rows(&FIRST_BUILD, &first), pairs::rows(&EDITED_ALL, &all), pairs::rows(&EDITED_PART, &part)]
        .concat())
}

/// First builds: nothing of the folder is known to the engine, and its content is new.
pub fn first(bench: &Bench, work: &str, files: u64, bytes: u64) -> Done<Vec<Pair>> {
    let make = |side: &str| Folder::make(path(bench, side), files, bytes, Copies::All);
    let mut ours = make("ours").map_err(Stop::Because)?;
    let mut theirs = make("theirs").map_err(Stop::Because)?;
    let anew = |builder: Builder, folder: &mut Folder, number: usize| {
        bench.prune();
        folder.renamed(&format!("slipway-bench-{}-{number}", builder.name()))?;
        one(bench, builder, folder, &format!("{} {number}", builder.name()))
    };
    let done = pairs::in_turn(
        work,
        bench.pairs,
        &mut |number| anew(Builder::Slipway, &mut ours, number),
        &mut |number| anew(Builder::Docker, &mut theirs, number),
    );
    remove(bench, [&ours, &theirs])?;
    done
}

/// Builds after an edit of one line, where all else is known to the engine.
fn edited(bench: &Bench, work: &str, copies: Copies) -> Done<Vec<Pair>> {
    let make = |builder: Builder| -> Result<Folder, String> {
        let folder = Folder::make(path(bench, builder.name()), FILES, BYTES, copies)?;
        one(bench, builder, &folder, builder.name())?;
        Ok(folder)
    };
    let ours = make(Builder::Slipway).map_err(Stop::Because)?;
    let theirs = make(Builder::Docker).map_err(Stop::Because)?;
    let again = |builder: Builder, folder: &Folder, number: usize| {
        one(bench, builder, folder, &format!("{} {number}", builder.name()))
    };
    let done = pairs::in_turn(
        work,
        bench.pairs,
        &mut |number| again(Builder::Slipway, &ours, number),
        &mut |number| again(Builder::Docker, &theirs, number),
    );
    remove(bench, [&ours, &theirs])?;
    done
}

/// Who builds.
#[derive(Debug, Clone, Copy)]
enum Builder {
    Slipway,
    Docker,
}

impl Builder {
    fn name(self) -> &'static str {
        match self {
            Self::Slipway => "ours",
            Self::Docker => "theirs",
        }
    }
}

/// Edits, builds, and looks into the image, which is removed then.
fn one(bench: &Bench, builder: Builder, folder: &Folder, answer: &str) -> Result<Run, String> {
    folder.edit(answer)?;
    let at = folder.path.display().to_string();
    let tag = format!("slipway-bench-{}:1", builder.name());
    let run = measured(&mut match builder {
        Builder::Slipway => bench.part(["build", &at]),
        Builder::Docker => bench.docker(["build", "--tag", &tag, &at]),
    })?;
    let image = match builder {
        Builder::Slipway => run.out.trim().to_owned(),
        Builder::Docker => tag,
    };
    let look = ["run", "--rm", "--network", "none", "--user", "0", &image, "sh", "-c", LOOK];
    let seen = measured(&mut bench.docker(look))?.out;
    if seen != folder.seen(answer) {
        return Err(format!("{image} holds {seen:?}, not {:?}", folder.seen(answer)));
    }
    measured(&mut bench.docker(["rmi", &image]))?;
    Ok(run)
}

fn path(bench: &Bench, side: &str) -> std::path::PathBuf {
    bench.folder.join(format!("slipway-bench-{side}"))
}

fn remove<'a>(bench: &Bench, folders: impl IntoIterator<Item = &'a Folder>) -> Done {
    for Folder { path, .. } in folders {
        gone(path)?;
    }
    bench.prune();
    Ok(())
}

fn gone(path: &Path) -> Done {
    std::fs::remove_dir_all(path).map_err(|cause| Stop::File { path: path.to_owned(), cause })
}

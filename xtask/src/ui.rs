//! The page in the window: its packages and its build.

use std::fs;

use crate::run::{Done, Stop, program, quietly, root};

/// An npm command in the page's folder.
pub fn npm(words: &[&str]) -> std::process::Command {
    let mut command = program(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.current_dir(root().join("ui")).args(words);
    command
}

/// Installs the page's packages as locked, unless they are there already.
pub fn install(log: &str) -> Done {
    let lock = root().join("ui/package-lock.json");
    let mark = root().join("ui/node_modules/.slipway-lock");
    let read = |path| fs::read(&path).map_err(|cause| Stop::File { path, cause });
    let locked = read(lock)?;
    if fs::read(&mark).is_ok_and(|installed| installed == locked) {
        return Ok(());
    }
    quietly(log, &mut npm(&["ci"]))?;
    fs::write(&mark, locked).map_err(|cause| Stop::File { path: mark, cause })
}

/// Builds the page that goes into the window.
pub fn build(log: &str) -> Done {
    install(log)?;
    quietly(log, &mut npm(&["run", "build"]))
}

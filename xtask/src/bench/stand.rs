//! What the comparisons stand on: the engine, the cluster, the release build, and a place for folders.

use std::{ffi::OsStr, fs, path::PathBuf, process::Command};

use super::run::{measured, must};
use crate::{
    ground::Ground,
    run::{Done, Stop, cargo, fresh_log, program, quietly, root},
};

/// All objects of the comparisons are in this namespace, which is made for them and removed with them.
pub const NAMESPACE: &str = "slipway-bench";

/// What every comparison has.
pub struct Bench {
    /// The engine and the cluster.
    pub ground: Ground,
    /// Where the comparisons keep their folders.
    pub folder: PathBuf,
    /// How many pairs are run.
    pub pairs: usize,
    /// Whether the ingress controller was there before.
    had_ingress: bool,
}

impl Bench {
    /// Builds what users get, raises what it runs on, and clears what an earlier run left.
    pub fn raise(pairs: usize) -> Done<Self> {
        println!("Building slipway as users get it (log: target/xtask/bench.log)");
        fresh_log("bench");
        let mut build = cargo();
        build.args(["build", "--locked", "--release", "-p", "slipway-cli", "--bin", "slipway"]);
        quietly("bench", build.args(["-p", "slipway-engine", "--example", "part"]))?;
        let mut bench = Self {
            ground: Ground::for_tests()?,
            folder: root().join("target/bench"),
            pairs,
            had_ingress: true,
        };
        bench.clear()?;
        fs::create_dir_all(&bench.folder)
            .map_err(|cause| Stop::File { path: bench.folder.clone(), cause })?;
        must(&mut bench.kubectl(["create", "namespace", NAMESPACE]))?;
        let classes = must(&mut bench.kubectl(["get", "ingressclasses", "--output", "name"]))?;
        bench.had_ingress = !classes.out.trim().is_empty();
        Ok(bench)
    }

    /// Removes all that the comparisons made, and takes down what was raised.
    pub fn leave(self) -> Done {
        if !self.had_ingress {
            let app = self.folder.join("nothing");
            super::folder::app(&app, "0").map_err(Stop::Because)?;
            must(&mut self.slipway(["down", &app.display().to_string(), "--ingress", "--yes"]))?;
        }
        self.clear()?;
        self.ground.leave()
    }

    fn clear(&self) -> Done {
        must(&mut self.kubectl(["delete", "namespace", NAMESPACE, "--ignore-not-found", "--wait"]))?;
        let mut images = self.docker(["images", "--quiet", "--filter", "reference=slipway-bench-*"]);
        for image in must(&mut images)?.out.lines() {
            must(&mut self.docker(["rmi", "--force", image]))?;
        }
        self.prune();
        match fs::remove_dir_all(&self.folder) {
            Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => {
                Err(Stop::File { path: self.folder.clone(), cause })
            }
            _ => Ok(()),
        }
    }

    /// Empties the practice engine's build cache, so that its disk does not fill. A user's own cache is theirs.
    pub fn prune(&self) {
        if self.ground.is_practice() {
            let _ = measured(&mut self.docker(["builder", "prune", "--all", "--force"]));
        }
    }

    /// The command line as users get it, with a home of its own.
    pub fn slipway<S: AsRef<OsStr>>(&self, words: impl IntoIterator<Item = S>) -> Command {
        self.of(built("slipway"), words)
    }

    /// One part of the journey alone.
    pub fn part<S: AsRef<OsStr>>(&self, words: impl IntoIterator<Item = S>) -> Command {
        self.of(built("examples/part"), words)
    }

    /// docker.
    pub fn docker<S: AsRef<OsStr>>(&self, words: impl IntoIterator<Item = S>) -> Command {
        self.of("docker", words)
    }

    /// kubectl.
    pub fn kubectl<S: AsRef<OsStr>>(&self, words: impl IntoIterator<Item = S>) -> Command {
        self.of("kubectl", words)
    }

    /// Several commands, as a person would type them one after the other.
    pub fn shell(&self, script: &str) -> Command {
        self.of("sh", ["-ec", script])
    }

    fn of<S: AsRef<OsStr>>(&self, name: impl AsRef<OsStr>, words: impl IntoIterator<Item = S>) -> Command {
        let mut command = self.command(name);
        command.args(words);
        command
    }

    /// A program on the ground of the comparisons.
    pub fn command(&self, name: impl AsRef<OsStr>) -> Command {
        let mut command = program(name);
        self.ground.under(&mut command);
        command.env("SLIPWAY_HOME", self.folder.join("home"));
        command
    }
}

fn built(name: &str) -> PathBuf {
    root().join("target/release").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

//! Running the real `slipway`, with Slipway's own folders in a place of the test's.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value;
use slipway_engine::places::Places;

/// The real program, with a home of its own.
pub struct Slipway {
    home: tempfile::TempDir,
}

/// What a run of it printed and how it ended.
pub struct Ran {
    /// The exit code.
    pub code: i32,
    /// The objects on standard output.
    pub events: Vec<Value>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Default for Slipway {
    fn default() -> Self {
        Self::new()
    }
}

impl Slipway {
    /// With an empty home.
    pub fn new() -> Self {
        Self { home: tempfile::tempdir().unwrap() }
    }

    /// What it takes for `SLIPWAY_HOME`.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Its own folders, for a journey in this process that must be the same user's.
    pub fn places(&self) -> Places {
        Places::under(self.home())
    }

    /// A command of it, not yet run.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.args(words).current_dir(root()).env("SLIPWAY_HOME", self.home.path()).env("LANG", "C.UTF-8");
        command.stdin(Stdio::null());
        command
    }

    /// Runs it and reads what it printed.
    pub fn run(&self, words: &[&str]) -> Ran {
        Ran::from(self.command(words).output().unwrap())
    }

    /// Runs it with `--json` and reads one object a line: anything else on standard output fails the test.
    pub fn json(&self, words: &[&str]) -> Ran {
        Ran::json(self.command(words).arg("--json").output().unwrap())
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            events: Vec::new(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Ran {
    /// A run with `--json`: anything but one object a line on standard output fails the test.
    pub fn json(output: Output) -> Self {
        let mut ran = Self::from(output);
        ran.events = ran
            .out
            .lines()
            .map(|line| {
                serde_json::from_str(line).unwrap_or_else(|error| panic!("not JSON: {error}: {line}"))
            })
            .collect();
        for event in &ran.events {
            assert!(event["event"].is_string(), "every object has an event: {event}");
        }
        ran
    }

    /// The last object, which is the result.
    pub fn result(&self) -> &Value {
        let last = self.events.last().unwrap_or_else(|| panic!("no output; standard error: {}", self.err));
        assert_eq!(last["event"], "result", "the last object is the result: {last}");
        last
    }

    /// The objects of one kind.
    pub fn of(&self, event: &str) -> Vec<&Value> {
        self.events.iter().filter(|object| object["event"] == event).collect()
    }

    /// Fails with all that was printed unless it ended with this code.
    #[allow(clippy::must_use_candidate, clippy::return_self_not_must_use)] // the check itself is the use
    pub fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, code, "out:\n{}\nerr:\n{}", self.out, self.err);
        self
    }
}

/// The workspace's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// One of the samples' folders.
pub fn sample(name: &str) -> String {
    format!("samples/{name}")
}

/// The program that `cargo build -p slipway-cli` made, beside this test's own.
pub fn binary() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().and_then(Path::parent).unwrap();
    let binary = folder.join(format!("slipway{}", std::env::consts::EXE_SUFFIX));
    assert!(binary.exists(), "{} is missing: cargo build -p slipway-cli", binary.display());
    binary
}

//! The parts of the tests, as a table.

use std::process::Command;

use crate::{
    ground::Ground,
    packages, platforms,
    run::{Done, Stop, cache, cargo, cargo_home, program, quietly, root},
    ui,
};

/// One part of the tests.
pub struct Part {
    /// What it is called on the command line.
    pub name: &'static str,
    /// What it checks, in a few words.
    pub what: &'static str,
    /// Runs it; says something worth knowing beside "ok".
    pub run: fn(&mut Stand) -> Done<Option<String>>,
}

/// What the parts stand on: the engine and the cluster, found or raised when the first part needs them.
#[derive(Default)]
pub struct Stand(Option<Ground>);

impl Stand {
    fn ground(&mut self) -> Done<&Ground> {
        let ground = match self.0.take() {
            Some(ground) => ground,
            None => Ground::for_tests()?,
        };
        Ok(self.0.insert(ground))
    }

    /// Takes down what was raised.
    pub fn leave(self) -> Done {
        self.0.map_or(Ok(()), Ground::leave)
    }
}

/// All parts: the quick ones first.
pub const PARTS: &[Part] = &[
    Part { name: "packages", what: "what the build and the tests need is installed", run: install },
    Part { name: "format", what: "rustfmt", run: format },
    Part { name: "page", what: "the window's page: types, lints, unit tests, build, npm audit", run: page },
    Part { name: "lint", what: "clippy", run: lint },
    Part { name: "unit", what: "unit tests of every crate", run: unit },
    Part { name: "generated", what: "generated types, schema and pages are as committed", run: generated },
    Part { name: "deny", what: "licences, sources and advisories of the dependencies", run: deny },
    Part { name: "cluster", what: "the practice cluster itself", run: practice_cluster },
    Part { name: "journeys", what: "the stages on a real engine and cluster", run: journeys },
    Part { name: "faults", what: "bad input and bad luck, each injected for real", run: faults },
    Part { name: "window", what: "the window in its real web view", run: window },
    Part { name: "platforms", what: "types for Windows and macOS", run: all_platforms },
];

fn install(_: &mut Stand) -> Done<Option<String>> {
    packages::need(&[packages::WINDOW, packages::WINDOW_TESTS, packages::DEBIAN_FOLDERS])?;
    Ok(None)
}

fn format(_: &mut Stand) -> Done<Option<String>> {
    quietly("format", cargo().args(["fmt", "--all", "--check"]))?;
    Ok(None)
}

fn page(_: &mut Stand) -> Done<Option<String>> {
    ui::install("page")?;
    for script in ["check", "lint", "test", "build"] {
        quietly("page", &mut ui::npm(&["run", script]))?;
    }
    audit()
}

/// `npm audit` asks the registry; one that does not answer that is said, not taken for a clean bill.
fn audit() -> Done<Option<String>> {
    let report = ui::npm(&["audit", "--json"])
        .output()
        .map_err(|cause| Stop::Start { program: "npm".into(), cause })?;
    let report: serde_json::Value = serde_json::from_slice(&report.stdout).unwrap_or_default();
    let Some(found) = report.pointer("/metadata/vulnerabilities/total").and_then(serde_json::Value::as_u64)
    else {
        return Ok(Some("npm audit could not be had from this registry".into()));
    };
    if found > 0 {
        return Err(Stop::Because(format!("npm audit found {found}: run npm audit in ui/")));
    }
    Ok(Some("npm audit is clean".into()))
}

fn lint(_: &mut Stand) -> Done<Option<String>> {
    let mut clippy = cargo();
    clippy.args(["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]);
    quietly("lint", &mut clippy)?;
    Ok(None)
}

/// Always the whole workspace: of a package alone the dependencies would be built anew, with other features.
fn cargo_test(targets: &[&str]) -> Command {
    let mut test = cargo();
    test.args(["test", "--workspace", "--locked"]).args(targets);
    test
}

/// Tests that share an engine and a cluster, and compare the world before and after.
const ONE_AT_A_TIME: [&str; 3] = ["--", "--test-threads", "1"];

/// What needs neither an engine nor a cluster.
const UNIT: [&str; 4] = ["--exclude", "slipway-tests", "--exclude", "practice-cluster"];

fn unit(_: &mut Stand) -> Done<Option<String>> {
    quietly("unit", &mut cargo_test(&UNIT))?;
    quietly("unit", cargo().args(["test", "--package", "practice-cluster", "--lib", "--locked"]))?;
    Ok(tally("unit"))
}

fn generated(_: &mut Stand) -> Done<Option<String>> {
    // Types, schema and pages each have a test that makes them anew and compares.
    quietly("generated", cargo_test(&UNIT).args(["--", "seam", "schema", "problems"]))?;
    Ok(tally("generated"))
}

const CARGO_DENY: &str = "0.20.2";

fn deny(_: &mut Stand) -> Done<Option<String>> {
    let folder = cache()?.join(format!("tools/cargo-deny-{CARGO_DENY}"));
    let tool = folder.join("bin").join(if cfg!(windows) { "cargo-deny.exe" } else { "cargo-deny" });
    if !tool.exists() {
        println!("           building cargo-deny {CARGO_DENY} once, into {} …", folder.display());
        let mut install = cargo();
        install.args(["install", "cargo-deny", "--locked", "--debug", "--version", CARGO_DENY, "--root"]);
        quietly("deny", install.arg(&folder))?;
    }
    let manifest = root().join("Cargo.toml");
    let check = |what: &[&str]| {
        let mut deny = program(&tool);
        deny.arg("--manifest-path").arg(&manifest).arg("check").args(what);
        deny
    };
    quietly("deny", &mut check(&["bans", "licenses", "sources"]))?;
    // Advisories come from a database in git: a fresh copy, else the one of last time, else it is said.
    let fresh =
        quietly("deny", program(&tool).args(["--manifest-path"]).arg(&manifest).args(["fetch", "db"]))
            .is_ok();
    if !fresh && !advisories_at_hand()? {
        return Ok(Some("the advisory database could not be had: advisories are unchecked".into()));
    }
    let mut advisories = program(&tool);
    advisories.arg("--manifest-path").arg(&manifest).args(["--offline", "check", "advisories"]);
    quietly("deny", &mut advisories)?;
    Ok(Some(if fresh { "advisories are fresh" } else { "advisories from the copy at hand" }.into()))
}

/// Whether an advisory database of an earlier run is there: a folder with advisories in it.
fn advisories_at_hand() -> Done<bool> {
    let databases = std::fs::read_dir(cargo_home()?.join("advisory-dbs")).into_iter().flatten().flatten();
    Ok(databases.filter(|entry| entry.path().join("crates").is_dir()).count() > 0)
}

fn practice_cluster(_: &mut Stand) -> Done<Option<String>> {
    if let Err(why) = practice_cluster::can_run_here() {
        return Ok(Some(format!("it cannot run here: {why}")));
    }
    quietly("cluster", cargo_test(&["--test", "practice"]).args(ONE_AT_A_TIME))?;
    Ok(tally("cluster"))
}

fn journeys(stand: &mut Stand) -> Done<Option<String>> {
    let ground = stand.ground()?;
    build("journeys", "slipway")?;
    let mut test = cargo_test(&["--no-fail-fast"]);
    for name in integration_tests("tests/tests", &PARTS_OF_THEIR_OWN)? {
        test.args(["--test", &name]);
    }
    ground.under(&mut test);
    quietly("journeys", test.args(ONE_AT_A_TIME))?;
    Ok(tally("journeys"))
}

/// Builds a program that tests start.
fn build(log: &str, name: &str) -> Done {
    quietly(log, cargo().args(["build", "--workspace", "--locked", "--bin", name]))
}

/// Tests that are a part of their own: the faults, and those that drive the window.
const PARTS_OF_THEIR_OWN: [&str; 3] = ["faults", "window", "demo"];

fn faults(stand: &mut Stand) -> Done<Option<String>> {
    if let Err(why) = practice_cluster::can_run_here() {
        return Ok(Some(format!("they need the practice cluster, and it cannot run here: {why}")));
    }
    let ground = stand.ground()?;
    build("faults", "slipway")?;
    let mut test = cargo_test(&["--no-fail-fast", "--test", "faults"]);
    ground.under(&mut test);
    quietly("faults", test.args(ONE_AT_A_TIME))?;
    let path = root().join("target/faults.md");
    println!("{}", std::fs::read_to_string(&path).map_err(|cause| Stop::File { path, cause })?);
    Ok(tally("faults"))
}

/// The integration tests in a folder, by name.
fn integration_tests(folder: &str, without: &[&str]) -> Done<Vec<String>> {
    let path = root().join(folder);
    let entries = std::fs::read_dir(&path).map_err(|cause| Stop::File { path, cause })?;
    let mut names: Vec<_> = entries
        .flatten()
        .filter(|entry| entry.path().is_file() || entry.path().join("main.rs").is_file())
        .filter_map(|entry| Some(entry.path().file_stem()?.to_str()?.to_owned()))
        .filter(|name| !without.contains(&name.as_str()))
        .collect();
    names.sort();
    Ok(names)
}

fn window(stand: &mut Stand) -> Done<Option<String>> {
    if !cfg!(target_os = "linux") {
        return Ok(Some("the window tests run on Linux only".into()));
    }
    let ground = stand.ground()?;
    ui::build("window")?;
    build("window", "slipway-window")?;
    let mut test = cargo_test(&["--test", "window"]);
    ground.under(&mut test);
    quietly("window", test.args(ONE_AT_A_TIME))?;
    Ok(tally("window"))
}

fn all_platforms(_: &mut Stand) -> Done<Option<String>> {
    platforms::all().map(Some)
}

/// How many tests ran, summed over the log's closing lines of cargo test.
fn tally(log: &str) -> Option<String> {
    let text = std::fs::read_to_string(root().join(format!("target/xtask/{log}.log"))).ok()?;
    let ran: u64 = text
        .lines()
        .filter_map(|line| line.strip_prefix("test result: ok. "))
        .filter_map(|line| line.split_whitespace().next()?.parse::<u64>().ok())
        .sum();
    Some(format!("{ran} tests"))
}

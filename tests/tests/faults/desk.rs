//! A person at their desk: a project's folder, and the real program with its own home.

use std::{
    ffi::OsString,
    fs,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    sync::Mutex,
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use slipway_tests::{
    controller,
    image::SERVES,
    slipway::{Ran, Slipway, binary},
    world::World,
};
use tempfile::TempDir;

use crate::{table, told::Told};

/// A recipe that builds in a moment and needs no network.
pub const DOCKERFILE: &str = "FROM python:3.13-slim\nWORKDIR /srv\nCOPY app.py /app.py\nUSER 1000\nEXPOSE 8000\n\
                              CMD [\"python\", \"-u\", \"/app.py\"]\n";

/// The desk. What was deployed from it is to be removed with [`Desk::down`].
pub struct Desk {
    pub slipway: Slipway,
    root: TempDir,
    name: String,
    /// For the program: what its surroundings say.
    vars: Vec<(String, OsString)>,
    /// For `up` and its like: what the person always says.
    flags: Vec<String>,
}

impl Desk {
    /// With a project of this name that works, at a host of its own.
    pub fn new(name: &str) -> Self {
        let name = format!("fault-{name}");
        let flags = vec!["--host".to_owned(), format!("{name}.localhost")];
        let desk = Self {
            slipway: Slipway::new(),
            root: tempfile::tempdir().unwrap(),
            name,
            vars: Vec::new(),
            flags,
        };
        fs::create_dir(desk.folder()).unwrap();
        desk.write("Dockerfile", DOCKERFILE);
        desk.write("app.py", SERVES);
        desk
    }

    /// The same, in a cluster with a controller that serves.
    pub async fn before_a_cluster(name: &str) -> Self {
        controller::installed().await;
        Self::new(name)
    }

    /// The project's name, which is its folder's.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn host(&self) -> String {
        format!("{}.localhost", self.name)
    }

    pub fn folder(&self) -> PathBuf {
        self.root.path().join(&self.name)
    }

    /// A path beside the folder.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    pub fn at(&self, path: &str) -> PathBuf {
        self.folder().join(path)
    }

    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.at(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Sets a variable for the program.
    pub fn set(&mut self, name: &str, value: impl AsRef<Path>) {
        self.unset(name);
        self.vars.push((name.to_owned(), value.as_ref().into()));
    }

    /// Takes a variable that was set away again.
    pub fn unset(&mut self, name: &str) {
        self.vars.retain(|(there, _)| there != name);
    }

    /// Says this from now on with every verb that takes it: pairs of a flag and its value.
    pub fn flag(&mut self, pairs: &[&str]) {
        self.flags.extend(pairs.iter().map(|&word| word.to_owned()));
    }

    /// Leaves all flags out from now on.
    pub fn without_flags(&mut self) {
        self.flags.clear();
    }

    /// A call for this folder, not yet run. It runs elsewhere: the folder is named.
    pub fn command(&self, verb: &str, words: &[&str]) -> Command {
        let mut command = self.slipway.command(&[verb]);
        command.arg(self.folder()).args(["--json", "--lang", "en"]).args(words);
        if verb == "down" {
            command.args(self.whose());
        } else {
            command.args(&self.flags);
        }
        if ["up", "down"].contains(&verb) && !words.contains(&"--dry-run") {
            command.arg("--yes");
        }
        command.envs(self.vars.iter().map(|(name, value)| (name, value)));
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Of the flags, those that say which project is meant.
    fn whose(&self) -> impl Iterator<Item = &String> {
        let pairs = self.flags.chunks_exact(2);
        pairs.filter(|pair| ["--name", "--namespace"].contains(&pair[0].as_str())).flatten()
    }

    pub fn run(&self, verb: &str, words: &[&str]) -> Ran {
        Ran::json(self.command(verb, words).output().unwrap())
    }

    /// Goes up, which must succeed.
    pub fn up(&self) -> Ran {
        self.run("up", &[]).ended(0)
    }

    /// Goes up without a cluster to go on to, which must get through this stage.
    pub fn reaches(&self, stage: &str) -> Ran {
        let ran = self.run("up", &["--context", "nowhere"]).ended(1);
        assert_eq!(ran.result()["stages"][stage]["state"], "proven", "{}", ran.out);
        ran
    }

    /// Removes app and images, which must succeed.
    pub fn down(&self) -> Ran {
        self.run("down", &["--image"]).ended(0)
    }

    /// The same as [`Desk::down`], while other tests go on: pods take their time to end. [`world`] waits for it.
    pub fn leave(self) {
        let down = self.command("down", &["--image"]).spawn().unwrap();
        LEAVING.lock().unwrap().push((down, self));
    }

    /// Begins a call that is watched while it runs.
    pub fn begins(&self, verb: &str, words: &[&str]) -> Begun {
        let mut child = self.command(verb, words).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Begun { child, out, said: String::new() }
    }

    /// Goes up, which must stop with one problem; `fault` names in the table what went wrong.
    pub fn stops(&self, fault: &str) -> Told {
        self.stops_in("up", &[], fault)
    }

    /// The same with another verb.
    pub fn stops_in(&self, verb: &str, words: &[&str], fault: &str) -> Told {
        let told = Told::by(self.run(verb, words));
        table::add(fault, &told);
        told
    }

    /// Types a remedy's command into a shell in the folder, with consent where Slipway asks for it; it must succeed.
    pub fn follows(&self, command: &str) {
        let consent = if command.starts_with("slipway ") { " --yes" } else { "" };
        let mut shell = Command::new("sh");
        let program = binary();
        let mut path = program.parent().unwrap().as_os_str().to_owned();
        path.push(":");
        path.push(std::env::var_os("PATH").unwrap());
        shell.arg("-c").arg(format!("{command}{consent}")).current_dir(self.root.path());
        shell.envs(self.vars.iter().map(|(name, value)| (name, value))).env("PATH", path);
        shell.env("SLIPWAY_HOME", self.slipway.home()).stdin(Stdio::null());
        let ended = shell.output().unwrap();
        let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(ended.status.success(), "{command}: {}{}", said(&ended.stdout), said(&ended.stderr));
    }
}

/// Desks that are being left, each with its `down`.
static LEAVING: Mutex<Vec<(Child, Desk)>> = Mutex::new(Vec::new());

/// Waits until all desks that were left are clear, which must succeed.
pub fn settled() {
    let leaving = std::mem::take(&mut *LEAVING.lock().unwrap());
    for (down, _desk) in leaving {
        Ran::json(down.wait_with_output().unwrap()).ended(0);
    }
}

/// Everything that stands, when all desks that were left are clear.
pub async fn world() -> World {
    settled();
    World::now().await
}

/// A call that runs.
pub struct Begun {
    child: Child,
    out: BufReader<ChildStdout>,
    said: String,
}

impl Begun {
    /// Waits for an object that is as wanted.
    pub fn until(&mut self, wanted: impl Fn(&Value) -> bool) {
        loop {
            let begin = self.said.len();
            let read = self.out.read_line(&mut self.said).unwrap();
            assert!(read > 0, "it never came: {}", self.said);
            if wanted(&serde_json::from_str(&self.said[begin..]).unwrap()) {
                return;
            }
        }
    }

    /// Waits until this stage is in this state.
    pub fn until_stage(&mut self, stage: &str, state: &str) {
        self.until(|object| {
            object["event"] == "stage" && object["stage"] == stage && object["state"] == state
        });
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        let process = i32::try_from(self.child.id()).unwrap();
        kill_process(Pid::from_raw(process).unwrap(), signal).unwrap();
    }

    /// Ends it as nothing can be prepared for.
    pub fn ends_killed(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Its process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it has ended.
    pub fn ends(mut self) -> Ran {
        self.out.read_to_string(&mut self.said).unwrap();
        let mut output = self.child.wait_with_output().unwrap();
        output.stdout = self.said.into_bytes();
        Ran::json(output)
    }
}

/// What a test that failed leaves would let others fail.
impl Drop for Desk {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.vars.clear();
            let _ = self.command("down", &["--image"]).output();
        }
    }
}

//! Both sides' apps, deployed: ours by `slipway up`, theirs by docker and kubectl, alike in all that costs time.

use std::{fs, path::PathBuf, process::Command};

use serde_json::Value;

use super::{
    folder,
    objects::App,
    run::{Run, measured, must},
    stand::{Bench, NAMESPACE},
};
use crate::run::{Done, Stop};

/// Ours, as it is called everywhere.
const OURS: &str = "slipway-bench-ours";
/// Theirs.
const THEIRS: &str = "slipway-bench-theirs";

/// The two apps.
pub struct Deployed<'a> {
    bench: &'a Bench,
    ours: PathBuf,
    theirs: PathBuf,
    replicas: u32,
    /// The port of this machine on which the ingress controller answers.
    port: u16,
    class: String,
}

impl<'a> Deployed<'a> {
    /// Deploys ours with so many pods.
    pub fn ours(bench: &'a Bench, replicas: u32) -> Done<Self> {
        let (ours, theirs) = (bench.folder.join("ours"), bench.folder.join("theirs"));
        for folder in [&ours, &theirs] {
            folder::app(folder, "0").map_err(Stop::Because)?;
        }
        let mut deployed = Self { bench, ours, theirs, replicas, port: 80, class: String::new() };
        let run = must(&mut deployed.up())?;
        let address = result(&run)["address"].as_str().unwrap_or_default().to_owned();
        let port = address.split('/').nth(2).and_then(|authority| authority.split(':').nth(1));
        deployed.port = port.and_then(|port| port.parse().ok()).unwrap_or(80);
        let mut class = bench.kubectl(["get", "ingress", OURS, "--namespace", NAMESPACE, "--output"]);
        deployed.class = must(class.arg("jsonpath={.spec.ingressClassName}"))?.out;
        Ok(deployed)
    }

    /// Deploys both, each with one pod.
    pub fn both(bench: &'a Bench) -> Done<Self> {
        let deployed = Self::ours(bench, 1)?;
        must(&mut deployed.docker_build("0"))?;
        deployed.write("0").map_err(Stop::Because)?;
        must(&mut deployed.kubectl_apply())?;
        must(&mut deployed.rollout_status())?;
        deployed.theirs_answers("0").map_err(Stop::Because)?;
        Ok(deployed)
    }

    /// `slipway up`, as a script calls it.
    pub fn up(&self) -> Command {
        self.slipway("up")
    }

    /// A verb for our app.
    pub fn slipway(&self, verb: &str) -> Command {
        let folder = self.ours.display().to_string();
        let mut command = self.bench.slipway([verb, &folder, "--json", "--namespace", NAMESPACE]);
        command.args(["--name", OURS]);
        if verb == "down" {
            command.args(["--image", "--yes"]);
        } else {
            command.args(["--host", &format!("{OURS}.localhost"), "--replicas", &self.replicas.to_string()]);
        }
        if verb == "up" {
            command.args(["--yes", "--timeout", "600"]);
        }
        command
    }

    /// Edits one line of our app.
    pub fn edit_ours(&self, answer: &str) -> Result<(), String> {
        folder::app(&self.ours, answer)
    }

    /// Edits one line of their app.
    pub fn edit_theirs(&self, answer: &str) -> Result<(), String> {
        folder::app(&self.theirs, answer)
    }

    fn app<'b>(&'b self, image: &'b str) -> App<'b> {
        App { name: THEIRS, image, replicas: 1, class: &self.class, probed: true }
    }

    fn file(&self) -> String {
        self.theirs.with_extension("json").display().to_string()
    }

    fn write(&self, tag: &str) -> Result<(), String> {
        let image = format!("{THEIRS}:{tag}");
        fs::write(self.file(), self.app(&image).list()).map_err(|error| error.to_string())
    }

    fn docker_build(&self, tag: &str) -> Command {
        let image = format!("{THEIRS}:{tag}");
        self.bench.docker(["build", "--tag", &image, &self.theirs.display().to_string()])
    }

    fn kubectl_apply(&self) -> Command {
        self.bench.kubectl(["apply", "--filename", &self.file()])
    }

    fn rollout_status(&self) -> Command {
        let deployment = format!("deployment/{THEIRS}");
        self.bench.kubectl(["rollout", "status", &deployment, "--namespace", NAMESPACE])
    }

    /// What a person does after an edit, until the new answer comes.
    pub fn build_set_wait_ask(&self, tag: &str) -> Command {
        let (folder, port) = (self.theirs.display(), self.port);
        self.bench.shell(&format!(
            r#"docker build --tag {THEIRS}:{tag} '{folder}'
               kubectl set image deployment/{THEIRS} {THEIRS}={THEIRS}:{tag} --namespace {NAMESPACE}
               kubectl rollout status deployment/{THEIRS} --namespace {NAMESPACE}
               until [ "$(curl --silent http://{THEIRS}.localhost:{port}/)" = '{tag}' ]; do sleep 0.05; done"#
        ))
    }

    /// What a person does who does not know that nothing has changed.
    pub fn build_apply(&self, tag: &str) -> Command {
        let (folder, file) = (self.theirs.display(), self.file());
        self.bench.shell(&format!(
            "docker build --tag {THEIRS}:{tag} '{folder}'\nexec kubectl apply --filename '{file}'"
        ))
    }

    /// What a person types to see how it is.
    pub fn get(&self) -> Command {
        self.bench.kubectl(["get", "deploy,svc,ingress,pods", "--namespace", NAMESPACE])
    }

    /// Sees that our app answers this.
    pub fn ours_answers(&self, run: &Run, answer: &str) -> Result<(), String> {
        let result = result(run);
        if result["ok"] != true || result["answer"]["body"] != answer {
            return Err(format!("slipway's result is {result}"));
        }
        self.curl(OURS, answer)
    }

    /// Sees that their app answers this, also where an old process of the controller still says what was before.
    pub fn theirs_answers(&self, answer: &str) -> Result<(), String> {
        self.curl_until(THEIRS, answer)
    }

    fn curl(&self, name: &str, answer: &str) -> Result<(), String> {
        let url = format!("http://{name}.localhost:{}/", self.port);
        let said = measured(self.bench.command("curl").args(["--silent", "--max-time", "5", &url]))?.out;
        if said == answer { Ok(()) } else { Err(format!("{url} answers {said:?}, not {answer:?}")) }
    }

    /// Nothing tells of the moment when a controller serves what is new.
    fn curl_until(&self, name: &str, answer: &str) -> Result<(), String> {
        let mut last = Ok(());
        for _ in 0..100 {
            last = self.curl(name, answer);
            if last.is_ok() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        last
    }

    /// Removes what was deployed.
    pub fn remove(&self) -> Done {
        must(&mut self.slipway("down"))?;
        let theirs = ["delete", "deploy,svc,ingress", "--all", "--wait", "--namespace", NAMESPACE];
        must(&mut self.bench.kubectl(theirs))?;
        Ok(())
    }
}

/// The result that a verb of slipway's ends with.
pub fn result(run: &Run) -> Value {
    run.out.lines().last().and_then(|line| serde_json::from_str(line).ok()).unwrap_or_default()
}

//! The journey as a shell script: the commands that a person would type, in order, on a machine where Slipway never
//! was. It needs docker, kubectl and curl, and nothing of Slipway's.

use std::fmt::Write as _;

use super::app;
use crate::{
    action::Action,
    endpoint,
    facts::Facts,
    http::Ask,
    kubernetes::manifest::{Manifest, ObjectRef},
    problem::Problem,
    shell_words::{ShellCommand, quoted, variable},
    stage::Stage,
    text,
    text::Text,
    work::Work,
};

/// A journey's plan on its way to a script.
#[derive(Debug)]
pub struct Script {
    title: Text,
    context: String,
    actions: Vec<Action>,
    /// Variables of the app's environment whose values may be secret: whoever runs it sets them.
    asks: Vec<String>,
    address: String,
    question: Ask,
}

impl Script {
    /// The script of a plan made as if nothing of ours were there, with what was observed on the way.
    pub(super) fn of(actions: Vec<Action>, facts: &Facts, asks: Vec<String>) -> Result<Self, Problem> {
        let project = facts.project()?;
        if actions.iter().any(|action| matches!(&action.work, Work::Apply(manifests) if manifests.is_empty()))
        {
            return Err(app::port_unknown(project));
        }
        // A controller that is still to be installed answers on port 80.
        let port = facts.ingress.as_ref().map_or(80, |ingress| ingress.port);
        let address = endpoint::base(&project.deploy, port);
        // Which cluster is meant stands in every command.
        let actions = actions.into_iter().filter(|action| !matches!(action.work, Work::Pin(_))).collect();
        Ok(Self {
            title: text!("script-title", name = &project.name, folder = project.folder.display().to_string()),
            context: facts.cluster()?.target.context.clone(),
            actions,
            asks,
            question: endpoint::ask(facts.trial.as_ref(), None, &address, &project.deploy.path),
            address,
        })
    }

    /// The script, with its comments in the language of `say`.
    pub fn written(&self, say: &dyn Fn(&Text) -> String) -> String {
        let mut script = String::from("#!/bin/sh\n");
        comment(&mut script, &say(&self.title));
        comment(&mut script, &say(&text!("script-needs", context = &self.context)));
        script.push_str("set -eu\n");
        if !self.asks.is_empty() {
            comment(&mut script, &say(&text!("script-values")));
        }
        for name in self.asks.iter().map(|name| variable(name)) {
            let refusal = quoted(&say(&text!("script-value-refused", name = &name)));
            let _ = writeln!(script, ": \"${{{name}?}}\"");
            // In YAML it stands between single quotes on one line.
            let _ = writeln!(script, "case ${name} in *\"'\"* | *'\n'*) echo {refusal} >&2; exit 1 ;; esac");
        }
        for stage in Stage::ALL {
            let mut actions = self.actions.iter().filter(|action| action.stage == stage).peekable();
            if actions.peek().is_none() {
                continue;
            }
            let _ = writeln!(script, "\n# --- {} ---", say(&stage.title()));
            let mut rollouts = Vec::new();
            for action in actions {
                comment(&mut script, &say(&action.effect));
                let _ = writeln!(script, "{}", action.command);
                if let Work::Apply(manifests) = &action.work {
                    rollouts.extend(manifests.iter().filter_map(|manifest| self.wait(manifest)));
                }
            }
            if !rollouts.is_empty() {
                comment(&mut script, &say(&text!("script-waits")));
            }
            for wait in rollouts {
                let _ = writeln!(script, "{wait}");
            }
        }
        let _ = writeln!(script, "\n# --- {} ---", say(&Stage::Endpoint.title()));
        comment(&mut script, &say(&text!("script-asks")));
        let _ = writeln!(script, "{}", self.ask());
        let _ =
            writeln!(script, "echo\necho {}", quoted(&say(&text!("script-live", address = &self.address))));
        script
    }

    /// What waits until an object that was applied has come up.
    fn wait(&self, manifest: &Manifest) -> Option<ShellCommand> {
        let object = manifest.reference();
        let kubectl = ShellCommand::of(["kubectl", "--context", &self.context]);
        let command = match object.kind.as_str() {
            "Deployment" | "DaemonSet" | "StatefulSet" => {
                kubectl.with(["rollout", "status", &object.typed()])
            }
            "Job" => kubectl.with(["wait", "--for=condition=Complete", &object.typed()]),
            "Service" if is_load_balancer(manifest) => {
                kubectl.with(["wait", "--for=jsonpath={.status.loadBalancer.ingress}", &object.typed()])
            }
            _ => return None,
        };
        Some(within_namespace(command, &object).with(["--timeout=180s"]))
    }

    /// A controller takes a moment to learn of a new Ingress: until then it answers 404 or 503.
    fn ask(&self) -> ShellCommand {
        let mut curl = ShellCommand::of(["curl", "--fail", "--silent", "--show-error"]).with([
            "--retry",
            "30",
            "--retry-delay",
            "1",
            "--retry-all-errors",
        ]);
        if self.question.method != "GET" {
            curl = curl.with(["--request", &self.question.method]);
        }
        for (name, value) in &self.question.headers {
            curl = curl.with(["--header".to_owned(), format!("{name}: {value}")]);
        }
        if let Some(body) = &self.question.body {
            curl = curl.with(["--data", body]);
        }
        curl.with([&self.question.url])
    }
}

fn is_load_balancer(manifest: &Manifest) -> bool {
    manifest.object.data["spec"]["type"] == "LoadBalancer"
}

fn within_namespace(command: ShellCommand, object: &ObjectRef) -> ShellCommand {
    match &object.namespace {
        Some(namespace) => command.with(["--namespace", namespace]),
        None => command,
    }
}

fn comment(script: &mut String, words: &str) {
    for line in words.lines() {
        let _ = writeln!(script, "# {line}");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn manifest(object: serde_json::Value) -> Manifest {
        Manifest { object: serde_json::from_value(object).unwrap(), yaml: String::new() }
    }

    fn action(stage: Stage, effect: &str, command: &str, work: Work) -> Action {
        let (effect, command) = (Text::quoted(effect), command.to_owned());
        Action { stage, effect, command, diff: Vec::new(), undo: None, work }
    }

    fn script() -> Script {
        let app = vec![
            manifest(
                json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "iris", "namespace": "lab"}}),
            ),
            manifest(
                json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "iris", "namespace": "lab"}, "spec": {"type": "LoadBalancer"}}),
            ),
            manifest(
                json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "inner", "namespace": "lab"}, "spec": {"type": "ClusterIP"}}),
            ),
        ];
        Script {
            title: Text::quoted("It's\ntwo lines"),
            context: "my cluster".into(),
            actions: vec![
                action(Stage::Image, "Builds it.", "docker build -t iris:1 .", Work::Build),
                action(Stage::App, "Applies it.", "kubectl apply -f - <<'END'\na: b\nEND", Work::Apply(app)),
            ],
            asks: vec!["API.KEY".into()],
            address: "http://localhost/".into(),
            question: Ask::get("http://localhost/predict?a=1&b=2"),
        }
    }

    fn written() -> String {
        script().written(&|text| match text.args.get("text") {
            Some(crate::text::Arg::Text(words)) => words.clone(),
            _ => text.id.clone(),
        })
    }

    #[test]
    fn a_script_has_each_command_under_its_words_and_waits_for_what_it_applied() {
        assert_eq!(
            written(),
            "#!/bin/sh
# It's
# two lines
# script-needs
set -eu
# script-values
: \"${API_KEY?}\"
case $API_KEY in *\"'\"* | *'
'*) echo script-value-refused >&2; exit 1 ;; esac

# --- stage-image ---
# Builds it.
docker build -t iris:1 .

# --- stage-app ---
# Applies it.
kubectl apply -f - <<'END'
a: b
END
# script-waits
kubectl --context 'my cluster' rollout status deployment/iris --namespace lab --timeout=180s
kubectl --context 'my cluster' wait '--for=jsonpath={.status.loadBalancer.ingress}' service/iris --namespace lab --timeout=180s

# --- stage-endpoint ---
# script-asks
curl --fail --silent --show-error --retry 30 --retry-delay 1 --retry-all-errors 'http://localhost/predict?a=1&b=2'
echo
echo script-live
"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_shell_understands_it() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(&file, written()).unwrap();
        let understood = std::process::Command::new("sh").arg("-n").arg(file.path()).status().unwrap();
        assert!(understood.success());
    }
}

//! What the user asked for. What it means here is decided by the stages' plans.

use std::{collections::BTreeMap, path::PathBuf};

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::shell_words::ShellCommand;

/// Everything that a user can choose for a journey. `None` and empty: Slipway decides.
/// Flags and the window's form beat slipway.toml, which beats what is found (see `project::settings`).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(export, optional_fields)]
pub struct Choices {
    /// The project's folder.
    pub folder: PathBuf,
    /// The project's name, a DNS label.
    pub name: Option<String>,
    /// The kubeconfig context.
    pub context: Option<String>,
    /// The namespace.
    pub namespace: Option<String>,
    /// How many pods.
    pub replicas: Option<u32>,
    /// The Ingress rule's host.
    pub host: Option<String>,
    /// The Ingress rule's path.
    pub path: Option<String>,
    /// The port on which the app listens.
    pub port: Option<u16>,
    /// Environment variables for the app: values, or `from-secret:NAME/KEY`.
    #[ts(as = "Option<BTreeMap<String, String>>", optional)]
    pub env: BTreeMap<String, String>,
    /// CPU request, such as `100m`.
    pub cpu: Option<String>,
    /// Memory request, such as `256Mi`.
    pub memory: Option<String>,
    /// The path that answers 200 when the app is well.
    pub health: Option<String>,
    /// The Dockerfile, relative to the folder.
    pub dockerfile: Option<PathBuf>,
    /// The Dockerfile's stage to build.
    pub target: Option<String>,
    /// Build arguments.
    #[ts(as = "Option<BTreeMap<String, String>>", optional)]
    pub args: BTreeMap<String, String>,
    /// `auto`, `f5`, `ingress-nginx` or an IngressClass's name.
    pub ingress: Option<String>,
    /// A file with the ingress controller's manifest, for `ingress-nginx` without a network.
    pub ingress_manifest: Option<PathBuf>,
    /// The full name of a cluster that is not local, typed by the user as consent to write to it.
    pub confirm_cluster: Option<String>,
    /// Fields that another manager owns and that the user said to take over, as `Kind/name field`.
    #[ts(as = "Option<Vec<String>>", optional)]
    pub take_over: Vec<String>,
    /// The longest that one wait for the cluster may take, in seconds.
    #[ts(type = "number", optional)]
    pub timeout: Option<u64>,
    /// Keep the trial's container when the trial is over.
    #[ts(as = "Option<bool>", optional)]
    pub keep_trial: bool,
}

impl Choices {
    /// The same wish as a person would type it: `slipway VERB FOLDER` with the flags of what was chosen. What only
    /// the window and slipway.toml can say is not in it. Values of the app's environment may be secret: they stand
    /// there by name.
    pub fn command(&self, verb: &str) -> ShellCommand {
        let folder =
            if self.folder.as_os_str().is_empty() { ".".into() } else { self.folder.to_string_lossy() };
        let mut command = ShellCommand::of(["slipway", verb, &folder]);
        let number = |number: Option<u64>| number.map(|number| number.to_string());
        let flags = [
            ("--context", self.context.clone()),
            ("--namespace", self.namespace.clone()),
            ("--name", self.name.clone()),
            ("--replicas", number(self.replicas.map(u64::from))),
            ("--host", self.host.clone()),
            ("--path", self.path.clone()),
            ("--port", number(self.port.map(u64::from))),
            ("--ingress", self.ingress.clone()),
            ("--timeout", number(self.timeout)),
        ];
        for (flag, value) in flags {
            if let Some(value) = value {
                command = command.with([flag.to_owned(), value]);
            }
        }
        for name in self.env.keys() {
            command = command.with(["--env"]).with_setting(name);
        }
        command
    }

    /// A command that a problem offers, such as `slipway up --port 9100`, for the same wish: with the folder and all
    /// that was chosen but what the command itself chooses. Others stay as they are.
    pub fn completed(&self, offered: &str) -> String {
        let Some(flags) = offered.strip_prefix("slipway up --") else { return offered.to_owned() };
        let mut rest = self.clone();
        for flag in format!("--{flags}").split(' ').filter(|word| word.starts_with("--")) {
            match flag {
                "--context" => rest.context = None,
                "--name" => rest.name = None,
                "--host" => rest.host = None,
                "--port" => rest.port = None,
                "--ingress" => rest.ingress = None,
                "--timeout" => rest.timeout = None,
                _ => {}
            }
        }
        format!("{} --{flags}", rest.command("up"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_repeats_what_was_chosen_and_nothing_else() {
        assert_eq!(Choices::default().command("status").to_string(), "slipway status .");
        let choices = Choices {
            folder: "my iris".into(),
            host: Some("iris.localhost".into()),
            replicas: Some(2),
            env: [("GREETING".to_owned(), "hello world".to_owned())].into(),
            ..Choices::default()
        };
        assert_eq!(
            choices.command("up").to_string(),
            "slipway up 'my iris' --replicas 2 --host iris.localhost --env \"GREETING=${GREETING}\""
        );
    }

    #[test]
    fn an_offered_command_is_completed_with_what_was_chosen_before() {
        let choices = Choices {
            folder: "my iris".into(),
            host: Some("localhost".into()),
            port: Some(8000),
            ..Choices::default()
        };
        assert_eq!(
            choices.completed("slipway up --port 9100"),
            "slipway up 'my iris' --host localhost --port 9100"
        );
        assert_eq!(choices.completed("slipway up /other"), "slipway up /other");
        assert_eq!(choices.completed("slipway clusters"), "slipway clusters");
    }
}

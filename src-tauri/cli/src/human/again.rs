//! Commands of Slipway's own as hints: they mean the same project, with the same wishes, as the call that shows them.

use slipway_engine::{choices::Choices, shell_words::ShellCommand};

/// What says which project is meant: enough to remove it.
pub fn same_project(verb: &str, choices: &Choices) -> String {
    project(verb, choices).to_string()
}

/// The same wishes for the same project.
pub fn same_wish(verb: &str, choices: &Choices) -> String {
    let mut command = flag(project(verb, choices), "--replicas", choices.replicas);
    command = flag(command, "--host", choices.host.as_ref());
    command = flag(command, "--path", choices.path.as_ref());
    command = flag(command, "--port", choices.port);
    for name in choices.env.keys() {
        command = command.with(["--env"]).with_setting(name);
    }
    flag(command, "--ingress", choices.ingress.as_ref()).to_string()
}

fn project(verb: &str, choices: &Choices) -> ShellCommand {
    let mut command = ShellCommand::of(["slipway", verb]);
    if choices.folder.as_os_str() != "." {
        command = command.with([choices.folder.display().to_string()]);
    }
    command = flag(command, "--name", choices.name.as_ref());
    command = flag(command, "--namespace", choices.namespace.as_ref());
    flag(command, "--context", choices.context.as_ref())
}

fn flag(command: ShellCommand, name: &str, value: Option<impl ToString>) -> ShellCommand {
    match value {
        Some(value) => command.with([name.to_owned(), value.to_string()]),
        None => command,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_means_the_same_project() {
        let mut choices = Choices { folder: ".".into(), ..Choices::default() };
        assert_eq!(same_project("down", &choices), "slipway down");
        choices.folder = "my model".into();
        choices.name = Some("iris".into());
        choices.context = Some("kind-a".into());
        choices.host = Some("iris.localhost".into());
        choices.env = [("A".into(), "b c".into())].into();
        assert_eq!(same_project("down", &choices), "slipway down 'my model' --name iris --context kind-a");
        assert_eq!(
            same_wish("status", &choices),
            "slipway status 'my model' --name iris --context kind-a --host iris.localhost --env \"A=${A}\""
        );
    }
}

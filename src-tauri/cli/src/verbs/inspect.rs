//! `slipway inspect`: what the folder holds, and what would go wrong.

use serde_json::json;
use slipway_engine::{
    facts::Project,
    project::python::{self, Seen},
    stage::Stage,
    text,
    text::Text,
};

use super::{Call, Ended, inspect_python};
use crate::{
    args::Inspected,
    exit::Exit,
    human::{place::read, problem, table},
    json,
    screen::Screen,
};

/// Runs it.
pub async fn run(call: &mut Call, what: Inspected) -> Ended {
    let folder = what.path.clone();
    let journey = super::journey(call.common.choices(what.path))?;
    let look = async {
        let looked = journey.look(&[Stage::Project]).await;
        let start = looked.facts.project.as_ref().and_then(|project| project.start.as_ref());
        let command = start.map(|start| start.value.clone());
        let folder = looked.facts.project.as_ref().map_or(folder, |project| project.folder.clone());
        Ok((python::look(folder, command).await?, looked))
    };
    let (python, looked) = call.looking(look).await?;
    let screen = &call.screen;
    if screen.json {
        for told in &looked.problems {
            screen.object(&json::of_problem(screen, told));
        }
        let mut result = json::of_outcome(screen, &looked);
        if let Some(project) = &looked.facts.project {
            result["project"] = json!(project);
        }
        if let Some(seen) = &python {
            result["python"] = json!(seen.python);
            result["findings"] = inspect_python::findings(screen, seen);
        }
        screen.object(&result);
        return Ok(Exit::of(looked.ok));
    }
    if let Some(project) = &looked.facts.project {
        let mut rows = rows(screen, project);
        rows.extend(python.iter().flat_map(|seen| inspect_python::rows(screen, &seen.python)));
        for line in table::pairs(&rows, screen.out) {
            screen.print(&line);
        }
    }
    for line in python.iter().flat_map(|seen| inspect_python::lines(screen, seen)) {
        screen.print(&line);
    }
    for told in &looked.problems {
        for line in problem::lines(screen, told, screen.err) {
            screen.complain(&line);
        }
    }
    if looked.ok && !python.iter().any(Seen::will_fail) {
        screen.print(&format!("\n{}", screen.out.green(&screen.say(&text!("cli-inspect-well")))));
    }
    Ok(Exit::of(looked.ok))
}

fn rows(screen: &Screen, project: &Project) -> Vec<(String, String)> {
    let quoted = |words: String| Text::quoted(words);
    let deploy = &project.deploy;
    let mut rows = vec![
        (text!("cli-inspect-name"), quoted(project.name.clone())),
        (text!("cli-inspect-folder"), quoted(project.folder.display().to_string())),
        (text!("cli-inspect-dockerfile"), quoted(project.dockerfile.display().to_string())),
    ];
    if let Some(base) = &project.base {
        rows.push((text!("cli-inspect-base"), quoted(base.clone())));
    }
    let found = [
        (
            text!("cli-inspect-port"),
            project.port.as_ref().map(|port| read(&port.value.to_string(), port.file.as_deref(), port.line)),
        ),
        (
            text!("cli-inspect-start"),
            project.start.as_ref().map(|start| read(&start.value, start.file.as_deref(), start.line)),
        ),
        (
            text!("cli-inspect-user"),
            project.user.as_ref().map(|user| read(&user.value, user.file.as_deref(), user.line)),
        ),
    ];
    rows.extend(
        found
            .into_iter()
            .map(|(name, value)| (name, value.unwrap_or_else(|| text!("cli-inspect-not-found")))),
    );
    let size = &project.size;
    let mut sent = screen.say(&text!("cli-inspect-sent", files = size.files, size = size.bytes));
    for (path, bytes) in &size.largest {
        let file = text!("cli-inspect-file", path = path.display().to_string(), size = *bytes);
        sent = format!("{sent}\n{}", screen.say(&file));
    }
    rows.push((text!("cli-inspect-context"), quoted(sent)));
    rows.push((
        text!("cli-inspect-deploy"),
        text!(
            "cli-inspect-deployed",
            replicas = deploy.replicas,
            namespace = &deploy.namespace,
            host = &deploy.host,
            path = &deploy.path
        ),
    ));
    if !project.others.is_empty() {
        let others: Vec<_> = project.others.iter().map(|other| other.label.as_str()).collect();
        rows.push((text!("cli-inspect-others"), quoted(others.join("\n"))));
    }
    rows.into_iter().map(|(name, value)| (screen.say(&name), screen.say(&value))).collect()
}

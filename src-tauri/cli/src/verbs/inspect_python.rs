//! What `slipway inspect` says of a folder's Python: rows of its table, and what will go wrong.

use serde_json::{Value, json};
use slipway_engine::{
    project::python::{Framework, Place, Python, Seen, says, severity},
    text,
    text::Text,
};

use crate::{
    human::{
        place::{place, read},
        table,
    },
    screen::Screen,
};

/// So many of a kind are shown; JSON has them all.
const SHOWN: usize = 8;

/// The findings as JSON: each with its sentence in the user's language.
pub fn findings(screen: &Screen, seen: &Seen) -> Value {
    let objects = seen.findings.iter().map(|finding| {
        json!({
            "code": finding.code,
            "severity": finding.severity,
            "file": finding.place.file,
            "line": finding.place.line,
            "says": screen.say(&says(finding)),
        })
    });
    objects.collect()
}

/// The findings for a person, the worst first.
pub fn lines(screen: &Screen, seen: &Seen) -> Vec<String> {
    let findings = &seen.findings;
    if findings.is_empty() {
        return Vec::new();
    }
    let heading = screen.say(&text!("cli-python-findings", count = findings.len() as u64));
    let rows: Vec<_> = findings
        .iter()
        .map(|finding| {
            let place = Text::quoted(place(finding.place.file.as_deref(), finding.place.line));
            (
                screen.say(&severity(finding)),
                format!("{}\n{}", screen.say(&says(finding)), screen.say(&place)),
            )
        })
        .collect();
    [String::new(), heading].into_iter().chain(table::pairs(&rows, screen.out)).collect()
}

/// The facts as rows of the table.
pub fn rows(screen: &Screen, python: &Python) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    let mut row = |name: Text, values: Vec<Text>| {
        if !values.is_empty() {
            let values: Vec<_> = values.iter().map(|value| screen.say(value)).collect();
            rows.push((screen.say(&name), screen.say(&table::first(&values, SHOWN, "\n"))));
        }
    };
    let apps = python.apps.iter().filter(|app| !app.aside).map(|app| {
        let name = Framework::row(app.framework.value).map_or("?", |row| row.name);
        let target = app
            .target
            .as_ref()
            .map(|target| format!(" {}:{}", target.module, target.name))
            .unwrap_or_default();
        read(&format!("{name}{target}"), app.framework.file.as_deref(), app.framework.line)
    });
    row(text!("cli-python-app"), apps.collect());
    let listens = python.bindings.iter().map(|binding| {
        let part = |value: Option<String>| value.unwrap_or_else(|| "?".to_owned());
        let address = format!(
            "{}:{}",
            part(binding.host.value()),
            part(binding.port.value().map(|port| port.to_string()))
        );
        read(&address, binding.call.file.as_deref(), binding.call.line)
    });
    row(text!("cli-python-listens"), listens.collect());
    let routes = python.apps.iter().filter(|app| !app.aside).flat_map(|app| &app.routes).map(|route| {
        let taken = route.value.parameters.iter().filter(|parameter| parameter.place == Place::Query);
        let taken: Vec<_> = taken.map(|parameter| &*parameter.name).collect();
        let asked = if taken.is_empty() { String::new() } else { format!("?{}", taken.join("&")) };
        let said = format!("{} {}{asked}", route.value.methods.join(","), route.value.path);
        read(said.trim(), route.file.as_deref(), route.line)
    });
    row(text!("cli-python-routes"), routes.collect());
    let wanted = python.requirements.python.iter();
    let wanted = wanted.map(|found| read(&found.value.versions, found.file.as_deref(), found.line));
    row(text!("cli-python-version"), wanted.collect());
    let files = python.requirements.files.iter().map(|(file, _)| file).chain(&python.requirements.locks);
    row(text!("cli-python-requirements"), files.map(|file| Text::quoted(file.clone())).collect());
    let variables = python.variables.iter().filter(|found| found.value.required);
    let variables = variables.map(|found| read(&found.value.name, found.file.as_deref(), found.line));
    row(text!("cli-python-variables"), variables.collect());
    let opened = python.opened.iter().map(|found| {
        let gone = found.value.there == Some(false);
        let path = &found.value.path;
        let said = if gone { screen.say(&text!("cli-python-gone", path = path)) } else { path.clone() };
        read(&said, found.file.as_deref(), found.line)
    });
    row(text!("cli-python-opens"), opened.collect());
    let fetched = python.downloads.iter().map(|found| {
        let what = found.value.what.as_ref().unwrap_or(&found.value.by);
        read(what, found.file.as_deref(), found.line)
    });
    row(text!("cli-python-fetches"), fetched.collect());
    let gpu = python.gpu.iter().map(|found| read(&found.value, found.file.as_deref(), found.line));
    row(text!("cli-python-gpu"), gpu.collect());
    rows
}

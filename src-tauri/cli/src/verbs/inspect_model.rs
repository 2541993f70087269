//! `slipway inspect FILE`: what a model file says about itself, and what loading it would run. It is not loaded.

use std::path::Path;

use serde_json::json;
use slipway_engine::{
    model::{self, Library, Model},
    text,
    text::Text,
};

use super::{Call, Ended};
use crate::{exit::Exit, human::table, json};

/// So many names of features or classes are shown in a table; JSON has them all.
const NAMES: usize = 12;

/// Runs it.
pub async fn run(call: &mut Call, path: &Path) -> Ended {
    let model = call.looking(model::look(path)).await?;
    let distrusted = model.distrusted(path);
    let screen = &call.screen;
    let ok = distrusted.is_none();
    if screen.json {
        if let Some(problem) = &distrusted {
            screen.object(&json::of_problem(screen, problem));
        }
        let codes: Vec<_> = distrusted.iter().map(|problem| problem.code).collect();
        screen.object(&json!({"event": "result", "ok": ok, "problems": codes, "model": model}));
        return Ok(Exit::of(ok));
    }
    let rows: Vec<_> =
        rows(path, &model).into_iter().map(|(name, value)| (screen.say(&name), screen.say(&value))).collect();
    for line in table::pairs(&rows, screen.out) {
        screen.print(&line);
    }
    match &distrusted {
        Some(problem) => call.tell_problem(problem),
        None => screen.print(&format!("\n{}", screen.out.green(&screen.say(&text!("cli-model-well"))))),
    }
    Ok(Exit::of(ok))
}

fn rows(path: &Path, model: &Model) -> Vec<(Text, Text)> {
    let quoted = |words: String| Text::quoted(words);
    let mut rows = vec![
        (
            text!("cli-model-file"),
            text!("cli-inspect-file", path = path.display().to_string(), size = model.size),
        ),
        (text!("cli-model-format"), quoted(format(model))),
    ];
    if let Some(library) = &model.library {
        rows.push((text!("cli-model-library"), quoted(with_version(library))));
    }
    if !model.needs.is_empty() {
        let needs: Vec<_> = model.needs.iter().map(with_version).collect();
        rows.push((text!("cli-model-needs"), quoted(needs.join(", "))));
    }
    if let Some(class) = &model.class {
        rows.push((text!("cli-model-class"), quoted(class.clone())));
    }
    if !model.steps.is_empty() {
        let steps: Vec<_> = model.steps.iter().map(|step| format!("{}: {}", step.name, step.class)).collect();
        rows.push((text!("cli-model-steps"), table::first(&steps, NAMES, "\n")));
    }
    if let Some(inputs) = &model.inputs {
        let typed = inputs.names.len() == inputs.types.len();
        let names: Vec<_> = if typed {
            inputs.names.iter().zip(&inputs.types).map(|(name, kind)| format!("{name}: {kind}")).collect()
        } else {
            inputs.names.clone()
        };
        let value = match (inputs.count, names.is_empty()) {
            (Some(count), true) => text!("cli-model-count", count = count),
            _ => table::first(&names, NAMES, ", "),
        };
        rows.push((text!("cli-model-inputs"), value));
    }
    if !model.classes.is_empty() {
        rows.push((text!("cli-model-classes"), table::first(&model.classes, NAMES, ", ")));
    }
    if !model.outputs.is_empty() {
        let outputs: Vec<_> =
            model.outputs.iter().map(|output| format!("{}: {}", output.name, output.kind)).collect();
        rows.push((text!("cli-model-outputs"), table::first(&outputs, NAMES, "\n")));
    }
    rows
}

fn format(model: &Model) -> String {
    let name = model.format.name();
    model.compression.map_or_else(|| name.to_owned(), |around| format!("{name}, {}", around.name()))
}

fn with_version(library: &Library) -> String {
    match &library.version {
        Some(version) => format!("{} {version}", library.name),
        None => library.name.clone(),
    }
}

//! Environment variables that the code reads, and `.env` files that it wants.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use crate::{
    code::{Code, When},
    files::{Files, folder_of, is_test, joined},
    found::Found,
    opened::written,
    outline::{Bound, Where},
    syntax::{Does, Expr, keyword, positional},
    value::Value,
};

/// A variable that is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Whether it is an error when it is not set.
    pub required: bool,
    /// The default, where it is written out.
    pub default: Option<String>,
    /// When it is read.
    pub when: When,
}

/// A `.env` file that the code loads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EnvFile {
    /// Its path, as far as it is written out.
    pub path: String,
    /// Whether it is in the folder.
    pub there: bool,
}

/// The variables, each where it is read first, or where it is required.
pub(crate) fn variables(code: &Code<'_>, modules: &HashSet<usize>) -> Vec<Found<Variable>> {
    let mut found: Vec<Found<Variable>> = Vec::new();
    let set = set(code);
    let mut push = |variable: Found<Variable>| match found
        .iter_mut()
        .find(|known| known.value.name == variable.value.name)
    {
        Some(known) if variable.value.required && !known.value.required => *known = variable,
        Some(_) => {}
        None => found.push(variable),
    };
    for (module, parsed, outline) in code.each() {
        if !modules.contains(&module) || is_test(&parsed.path) {
            continue;
        }
        for used in outline.calls.iter().chain(&outline.subscripts) {
            let Some(read) = code.variable(module, used.expr, used.at) else { continue };
            let default = read.default.and_then(|default| shown(code.value(module, default, used.at).value?));
            let required = read.required && !used.at.branch && !used.at.caught && !set.contains(&read.name);
            let variable = Variable { name: read.name, required, default, when: code.when(module, used.at) };
            push(Found::at(variable, &parsed.path, used.expr.line));
        }
        settings(code, module, &parsed.path, &mut push);
    }
    found
}

/// Fields of pydantic's `BaseSettings`, unless a prefix or an alias may rename them.
fn settings(code: &Code<'_>, module: usize, path: &str, push: &mut impl FnMut(Found<Variable>)) {
    let Some(outline) = code.outlines.get(module) else { return };
    for defined in &outline.defined {
        let Bound::Class(class, scope) = defined.what else { continue };
        let settings = class.bases.iter().any(|base| {
            let path = code.library(module, &base.value, defined.at);
            path.is_some_and(|path| path.starts_with("pydantic") && path.ends_with(".BaseSettings"))
        });
        let prefixed = class.body.iter().any(|statement| match &statement.kind {
            Does::Assign(targets, _, Some(value)) => {
                targets.iter().any(|target| target.name() == Some("model_config"))
                    && value.call().is_none_or(|(_, arguments)| keyword(arguments, "env_prefix").is_some())
            }
            Does::Class(inner) => inner.body.iter().any(|statement| match &statement.kind {
                Does::Assign(targets, ..) => targets.iter().any(|target| target.name() == Some("env_prefix")),
                _ => false,
            }),
            _ => false,
        });
        if !settings || prefixed {
            continue;
        }
        let at = Where { scope, ..defined.at };
        for statement in &class.body {
            let Does::Assign(targets, Some(_), value) = &statement.kind else { continue };
            let Some(name) = targets.first().and_then(Expr::name) else { continue };
            // `Field(…)` may give another name.
            if name == "model_config" || value.as_ref().is_some_and(|value| value.call().is_some()) {
                continue;
            }
            let default = value.as_ref().and_then(|value| shown(code.value(module, value, at).value?));
            let variable = Variable {
                name: name.to_uppercase(),
                required: value.is_none(),
                default,
                when: code.when(module, defined.at),
            };
            push(Found::at(variable, path, statement.line));
        }
    }
}

/// Variables that the code itself sets.
fn set(code: &Code<'_>) -> HashSet<String> {
    let mut found = HashSet::new();
    for (module, _, outline) in code.each() {
        for (target, used) in &outline.assigned {
            if let crate::syntax::Kind::Subscript(object, index) = &target.kind
                && code.library(module, object, used.at).as_deref() == Some("os.environ")
            {
                found.extend(index.first().and_then(Expr::str).map(str::to_owned));
            }
        }
        for call in &outline.calls {
            if code.callee(module, call).as_deref() == Some("os.environ.setdefault") {
                let name = call.expr.call().and_then(|(_, arguments)| positional(arguments, 0)?.str());
                found.extend(name.map(str::to_owned));
            }
        }
    }
    found
}

fn shown(value: Value) -> Option<String> {
    match value {
        Value::Str(text) => Some(text),
        Value::Int(number) => Some(number.to_string()),
        Value::Bool(value) => Some(if value { "True" } else { "False" }.to_owned()),
        Value::None | Value::List(_) => None,
    }
}

/// The `.env` files that the code loads.
pub(crate) fn env_files(code: &Code<'_>, files: &dyn Files, modules: &HashSet<usize>) -> Vec<Found<EnvFile>> {
    let mut found: HashMap<String, Found<EnvFile>> = HashMap::new();
    for (module, parsed, outline) in code.each() {
        if !modules.contains(&module) || is_test(&parsed.path) {
            continue;
        }
        for call in &outline.calls {
            let path = code.callee(module, call);
            if !matches!(
                path.as_deref(),
                Some("dotenv.load_dotenv" | "dotenv.main.load_dotenv" | "dotenv.dotenv_values")
            ) {
                continue;
            }
            let arguments = call.expr.call().map_or(&[][..], |call| call.1);
            let given = positional(arguments, 0).or_else(|| keyword(arguments, "dotenv_path"));
            let name = match given {
                None => ".env".to_owned(),
                Some(given) => match written(code, module, given, call.at) {
                    Some((name, _)) => name,
                    None => continue,
                },
            };
            // Without a path it is looked for upwards from the module.
            let mut there = false;
            let mut folder = folder_of(&parsed.path);
            loop {
                there |= joined(folder, &name).is_some_and(|path| files.is_there(&path));
                if folder.is_empty() || there {
                    break;
                }
                folder = folder_of(folder);
            }
            let file = Found::at(EnvFile { path: name.clone(), there }, &parsed.path, call.expr.line);
            found.entry(name).or_insert(file);
        }
    }
    let mut all: Vec<_> = found.into_values().collect();
    all.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    all
}

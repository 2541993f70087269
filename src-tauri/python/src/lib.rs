//! Reads a Python project's folder without running any of it: apps and how they listen, what they require, import,
//! read, open and fetch. Each fact carries where it was read; what cannot be told is left out, never guessed.
//!
//! Only files that matter are parsed: those that bear the mark of a framework, are named like an entry point or are
//! started, and what they import.
#![cfg_attr(not(test), deny(clippy::indexing_slicing))]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::print_stdout,
        clippy::format_push_string,
        clippy::format_collect
    )
)]

pub mod apps;
pub mod binding;
mod code;
pub mod configured;
pub mod downloads;
pub mod environment;
pub mod files;
pub mod findings;
pub mod folder;
pub mod found;
pub mod framework;
mod gpu;
pub mod imports;
mod load;
pub mod opened;
mod outline;
pub mod packages;
mod parse;
pub mod requirements;
pub mod routes;
mod skim;
pub mod start;
pub mod stdlib;
mod syntax;
mod tree;
pub mod value;

use std::collections::HashSet;

use serde::Serialize;

pub use self::{
    apps::App, binding::Binding, code::When, files::Files, folder::Folder, found::Found,
    framework::Framework, requirements::Requirements, routes::Route, start::Start,
};
use self::{
    code::Code,
    configured::Configured,
    downloads::Download,
    environment::{EnvFile, Variable},
    imports::{Import, Missing},
    opened::Opened,
    tree::Tree,
};

/// What is known of a folder's Python.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Python {
    /// The apps, the likeliest first; more than one is a choice.
    pub apps: Vec<App>,
    /// Of them, the one that the start command names.
    pub started: Option<usize>,
    /// The file that the start command runs or imports.
    pub entry: Option<String>,
    /// The variable that the start command names and its file surely does not have.
    pub lacks: Option<String>,
    /// What a file of settings says besides the start command.
    pub configured: Option<Configured>,
    /// Calls that serve, with address and port.
    pub bindings: Vec<Binding>,
    /// What is required, and which Python is wanted.
    pub requirements: Requirements,
    /// The libraries that are imported.
    pub imports: Vec<Found<Import>>,
    /// Those of them that no requirement brings.
    pub missing: Vec<Found<Missing>>,
    /// Environment variables that are read.
    pub variables: Vec<Found<Variable>>,
    /// `.env` files that are loaded.
    pub env_files: Vec<Found<EnvFile>>,
    /// Files that are opened by a path written out.
    pub opened: Vec<Found<Opened>>,
    /// Models and data that are fetched.
    pub downloads: Vec<Found<Download>>,
    /// Places that cannot do without a GPU.
    pub gpu: Vec<Found<String>>,
    /// Parsed files with a fault, each with its first; what stands around it is not known.
    pub faults: Vec<Found<()>>,
    /// Files that could not be read as Python.
    pub unread: Vec<String>,
    /// Whether everything that matters was read: `false` for more files than are looked at.
    pub whole: bool,
}

/// Reads a folder; `start` is its start command, where one is known. Blocks: the folder may be large.
pub fn read(files: &dyn Files, start: Option<&Start>) -> Python {
    let tree = Tree::of(files.paths());
    let entry = start.and_then(|start| {
        let folder = start.folder.as_deref().unwrap_or_default();
        match (&start.script, &start.module) {
            (Some(script), _) => tree.script(folder, script),
            (None, Some(module)) => tree.started(folder, module),
            (None, None) => None,
        }
    });
    let loaded = load::load(files, &tree, entry.as_slice());
    let code = Code::of(&loaded.modules, &loaded.edges, &tree);
    let mut candidates = apps::apps(&code, files, start.and_then(|start| start.variable.as_ref()));
    routes::fill(&code, &mut candidates);
    let variable = start.and_then(|start| start.variable.as_deref());
    let named = |candidate: &apps::Candidate| {
        let name = candidate.app.target.as_ref().map(|target| target.name.as_str());
        variable.is_none() || variable == name || variable == candidate.variable.as_deref()
    };
    let started = entry.as_ref().and_then(|entry| {
        let at =
            candidates.iter().position(|candidate| code.path(candidate.module) == entry && named(candidate));
        // `from .core import app`, and a script that imports what it serves.
        at.or_else(|| {
            let reached = code.reached(code.place(entry));
            let mut within = (0..candidates.len()).filter(|at| {
                candidates.get(*at).is_some_and(|candidate| reached.contains(&candidate.module))
            });
            match (within.next(), within.next()) {
                (Some(only), None) => Some(only),
                _ => None,
            }
        })
    });
    let lacks = entry.as_ref().and_then(|entry| code.place(entry)).and_then(|module| {
        let name = variable?.split(['.', '(']).next()?;
        (code.lacks(module, name) && !tree.is_ambiguous(code.path(module))).then(|| name.to_owned())
    });
    let modules = matter(&code, &candidates, entry.as_deref(), &loaded);
    let requirements = requirements::read(files);
    let imports = imports::imports(&code, &tree, &modules);
    let missing = imports::missing(&imports, &requirements);
    let bindings = binding::bindings(&code).into_iter().filter(|(module, _)| modules.contains(module));
    Python {
        started,
        lacks,
        configured: start.and_then(|start| configured::configured(files, start, entry.as_deref())),
        bindings: bindings.map(|(_, binding)| binding).collect(),
        missing,
        imports,
        requirements,
        variables: environment::variables(&code, &modules),
        env_files: environment::env_files(&code, files, &modules),
        opened: opened::opened(&code, files, &modules),
        downloads: downloads::downloads(&code, files, &modules),
        gpu: gpu::wanted(&code, &modules),
        faults: loaded
            .modules
            .iter()
            .filter_map(|module| Some(Found::at((), &module.path, module.parsed.fault?)))
            .collect(),
        apps: candidates.into_iter().map(|candidate| candidate.app).collect(),
        entry,
        unread: loaded.unread.clone(),
        whole: loaded.whole,
    }
}

/// The modules that the app consists of: what is started and what that imports; where that is not known, all apps
/// that are no examples, and scripts that import one of them.
fn matter(
    code: &Code<'_>,
    candidates: &[apps::Candidate],
    entry: Option<&str>,
    loaded: &load::Loaded,
) -> HashSet<usize> {
    if let Some(entry) = entry.and_then(|entry| code.place(entry)) {
        return code.reached([entry]);
    }
    let only_aside = candidates.iter().all(|candidate| candidate.app.aside);
    let of_apps: HashSet<usize> = candidates
        .iter()
        .filter(|candidate| only_aside || !candidate.app.aside)
        .map(|candidate| candidate.module)
        .filter(|module| *module < code.modules.len())
        .collect();
    let roots = 0..loaded.roots.min(code.modules.len());
    let around = roots.filter(|root| {
        let imports = code.reached([*root]).iter().any(|module| of_apps.contains(module));
        (of_apps.is_empty() || imports) && !files::is_aside(code.path(*root))
    });
    code.reached(of_apps.iter().copied().chain(around))
}

#[cfg(test)]
mod tests;

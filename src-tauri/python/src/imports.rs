//! What the code imports, and what of that no requirement brings.

use std::collections::HashSet;

use serde::Serialize;

use crate::{
    code::{Code, When},
    files::is_test,
    found::Found,
    packages::{closure, may_bring, package_for},
    requirements::{Group, Requirements},
    stdlib::is_own,
    tree::Tree,
};

/// A library that is imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Import {
    /// The first name: `sklearn` of `import sklearn.svm`.
    pub name: String,
    /// When it is imported.
    pub when: When,
    /// Whether the code goes on without it, as far as can be seen.
    pub optional: bool,
}

/// A library that is imported and that no requirement brings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// The import.
    pub import: Import,
    /// The package to require, where the table knows it.
    pub package: Option<&'static str>,
    /// Whether it is certain: everything that is required is known with all that it brings along.
    pub sure: bool,
}

/// The libraries that the modules import, each where it is first imported without a way around it.
pub(crate) fn imports(code: &Code<'_>, tree: &Tree, modules: &HashSet<usize>) -> Vec<Found<Import>> {
    let mut found: Vec<Found<Import>> = Vec::new();
    for (module, parsed, outline) in code.each() {
        if !modules.contains(&module) || is_test(&parsed.path) {
            continue;
        }
        for import in outline.imports.iter().filter(|import| import.level == 0 && !import.at.typing) {
            let name = import.module.split('.').next().unwrap_or_default();
            let parts: Vec<&str> = import.module.split('.').collect();
            let local = tree.find(&parsed.path, 0, &parts).is_some()
                || tree.find(&parsed.path, 0, &[name]).is_some()
                || (tree.may_have(name) && package_for(name).is_none());
            if name.is_empty() || is_own(name) || local {
                continue;
            }
            let next = Import {
                name: name.to_owned(),
                when: code.when(module, import.at),
                optional: import.at.caught || import.at.branch,
            };
            let rank = |import: &Import| (import.optional, import.when != When::Imported);
            match found.iter_mut().find(|known| known.value.name == name) {
                Some(known) if rank(&next) < rank(&known.value) => {
                    *known = Found::at(next, &parsed.path, import.line);
                }
                Some(_) => {}
                None => found.push(Found::at(next, &parsed.path, import.line)),
            }
        }
    }
    found
}

/// The packages that come with what is required.
#[derive(Debug)]
pub struct Brought {
    /// Their normalised names.
    pub packages: HashSet<String>,
    /// Whether there are surely no others.
    pub closed: bool,
}

/// All that comes with what is required.
pub fn brought(requirements: &Requirements) -> Brought {
    let names = requirements.names();
    let required = names.iter().map(|(name, found)| (name.clone(), found.value.extras.as_slice()));
    let (mut packages, known) = closure(required);
    let conda = names.values().any(|found| found.value.group == Group::Conda);
    let clear = requirements.unclear.is_empty() && requirements.missing.is_empty() && !conda;
    packages.extend(requirements.locked.iter().cloned());
    let closed = clear && !requirements.files.is_empty() && (known || !requirements.locked.is_empty());
    Brought { packages, closed }
}

/// Those that no requirement brings. Nothing is said of a project without requirements.
pub fn missing(imports: &[Found<Import>], requirements: &Requirements) -> Vec<Found<Missing>> {
    if requirements.files.is_empty() && requirements.locked.is_empty() {
        return Vec::new();
    }
    let Brought { packages, closed } = brought(requirements);
    imports
        .iter()
        .filter(|import| {
            // A script may have a use for pip and setuptools, which an image may have by itself.
            !["pip", "setuptools", "pkg_resources", "wheel", "google"].contains(&import.value.name.as_str())
                && !packages.iter().any(|package| may_bring(package, &import.value.name))
        })
        .map(|import| {
            let package = package_for(&import.value.name);
            let sure =
                closed && package.is_some() && !import.value.optional && import.value.when == When::Imported;
            import.clone().map(|import| Missing { import, package, sure })
        })
        .collect()
}

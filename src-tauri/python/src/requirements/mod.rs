//! What a project requires, from files of every kind, and which Python it wants.

mod conda;
mod line;
mod lock;
mod pipfile;
mod pyproject;
mod setup;
mod txt;

use std::collections::{BTreeSet, HashMap, HashSet};

use serde::Serialize;

pub use self::line::normal;
use crate::{
    files::{Files, is_skipped, name_of},
    found::Found,
};

/// Folders deeper than this hold other projects.
const DEPTH_AT_MOST: usize = 2;
/// How many files are read.
const FILES_AT_MOST: usize = 60;

/// Something that is required.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Requirement {
    /// The name as it is written.
    pub name: String,
    /// The extras asked for.
    pub extras: Vec<String>,
    /// Which versions will do, as it is written; empty: any.
    pub versions: String,
    /// When it is wanted: an environment marker.
    pub marker: Option<String>,
    /// Where it comes from, when not from an index.
    pub url: Option<String>,
    /// Whether it carries hashes.
    pub hashed: bool,
    /// For whom.
    pub group: Group,
    /// The bytes of the name in the file.
    pub name_at: std::ops::Range<usize>,
}

/// For whom a requirement is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Group {
    /// For the app.
    Main,
    /// For those who ask for this extra.
    Extra(String),
    /// For developers, in a group of this name.
    Developers(String),
    /// For nobody by itself: it bounds versions.
    Constraint,
    /// For the app, from conda's channels.
    Conda,
}

/// The kinds of files that name requirements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[allow(missing_docs)] // each by its own name
pub enum Kind {
    Txt,
    PyProject,
    Poetry,
    Pipfile,
    Conda,
    SetupCfg,
    SetupPy,
}

/// All that is required.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Requirements {
    /// What is required, in the order in which it was read.
    pub required: Vec<Found<Requirement>>,
    /// The files that were read.
    pub files: Vec<(String, Kind)>,
    /// Lock files that were seen.
    pub locks: Vec<String>,
    /// Names of everything in the lock files, normalised.
    pub locked: BTreeSet<String>,
    /// Files that are included and are not there.
    pub missing: Vec<Found<String>>,
    /// What could not be understood: then something more may be required.
    pub unclear: Vec<Found<String>>,
    /// Which Python is wanted.
    pub python: Vec<Found<Wanted>>,
}

/// A Python that is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Wanted {
    /// As it is written: `>=3.10`, `3.11.4`.
    pub versions: String,
    /// What says so: `requires-python`, `.python-version`.
    pub by: &'static str,
}

impl Requirement {
    /// The exact version, where one is given.
    pub fn pinned(&self) -> Option<&str> {
        let version = self.versions.strip_prefix("===").or_else(|| self.versions.strip_prefix("=="))?.trim();
        (!version.contains([',', '*', '<', '>', '!', '~']) && !version.is_empty()).then_some(version)
    }

    /// Whether it is for the app.
    pub fn is_main(&self) -> bool {
        matches!(self.group, Group::Main | Group::Conda)
    }
}

impl Requirements {
    /// Names of everything that some file requires, normalised; extras and developers' groups included.
    pub fn names(&self) -> HashMap<String, &Found<Requirement>> {
        let mut names = HashMap::new();
        for found in self.required.iter().filter(|found| found.value.group != Group::Constraint) {
            names.entry(normal(&found.value.name)).or_insert(found);
        }
        names
    }
}

/// Reads all files that name requirements.
pub fn read(files: &dyn Files) -> Requirements {
    let mut found = Requirements::default();
    let mut seen = HashSet::new();
    for path in files.paths() {
        if path.matches('/').count() > DEPTH_AT_MOST
            || path.split('/').any(is_skipped)
            || found.files.len() >= FILES_AT_MOST
        {
            continue;
        }
        let name = name_of(path);
        if lock::is_lock(name) {
            lock::read(files, path, &mut found);
        } else if txt::is_requirements(path) {
            if seen.insert(path.clone()) {
                txt::read(files, path, &txt::group(path), &mut seen, &mut found);
            }
        } else {
            match name {
                "pyproject.toml" => pyproject::read(files, path, &mut seen, &mut found),
                "Pipfile" => pipfile::read(files, path, &mut found),
                "environment.yml" | "environment.yaml" | "conda.yml" | "conda.yaml" => {
                    conda::read(files, path, &mut found);
                }
                "setup.cfg" => setup::read_cfg(files, path, &mut seen, &mut found),
                "setup.py" => setup::read_py(files, path, &mut found),
                ".python-version" | "runtime.txt" | ".tool-versions" => version(files, path, &mut found),
                _ => {}
            }
        }
    }
    found
}

/// Files that say nothing but which Python is wanted.
fn version(files: &dyn Files, path: &str, found: &mut Requirements) {
    let Some(text) = crate::files::text(files, path) else { return };
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        let (versions, by) = match name_of(path) {
            "runtime.txt" => (line.strip_prefix("python-"), "runtime.txt"),
            ".tool-versions" => (line.strip_prefix("python "), ".tool-versions"),
            _ => (Some(line), ".python-version"),
        };
        let versions = versions.unwrap_or_default().trim();
        let versions = versions.strip_prefix("cpython-").unwrap_or(versions);
        if versions.starts_with(|c: char| c.is_ascii_digit()) {
            let wanted = Wanted { versions: versions.to_owned(), by };
            found.python.push(Found::at(wanted, path, line_number(at)));
            return;
        }
    }
}

/// A line's number, from its place.
fn line_number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX - 1) + 1
}

/// The number of the line in which a byte stands.
fn line_of(text: &str, at: usize) -> u32 {
    line_number(memchr::memchr_iter(b'\n', text.as_bytes().get(..at).unwrap_or_default()).count())
}

#[cfg(test)]
mod tests;

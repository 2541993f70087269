//! Lock files: that they are there, and which packages they name.

use super::{Requirements, line::normal};
use crate::files::{Files, has_ending, name_of, text};

/// The names of lock files.
const LOCKS: [&str; 7] = [
    "uv.lock",
    "poetry.lock",
    "pdm.lock",
    "Pipfile.lock",
    "pylock.toml",
    "conda-lock.yml",
    "requirements.lock",
];

/// Whether a file of this name is one.
pub fn is_lock(name: &str) -> bool {
    LOCKS.contains(&name) || (name.starts_with("pylock.") && has_ending(name, "toml"))
}

/// Notes the file and the packages in it. Their tables are flat, so that lines will do: a lock may be long.
pub fn read(files: &dyn Files, path: &str, found: &mut Requirements) {
    found.locks.push(path.to_owned());
    if name_of(path) == "Pipfile.lock" || !name_of(path).contains("lock") {
        return;
    }
    let Some(text) = text(files, path) else { return };
    let mut fresh = false;
    for line in text.lines() {
        if line.starts_with("[[package") {
            fresh = true;
        } else if fresh && let Some(name) = line.strip_prefix("name = \"") {
            found.locked.insert(normal(name.trim_end().trim_end_matches('"')));
            fresh = false;
        }
    }
}

//! `Pipfile` of pipenv.

use toml::de::DeTable;

use super::{
    Group, Kind, Requirements, Wanted, line_of,
    pyproject::{of_key, string, table},
};
use crate::{
    files::{Files, text},
    found::Found,
};

/// Reads the file.
pub fn read(files: &dyn Files, path: &str, found: &mut Requirements) {
    let Some(text) = text(files, path) else { return };
    let Ok(root) = DeTable::parse(&text) else {
        found.unclear.push(Found::at(path.to_owned(), path, 1));
        return;
    };
    let root = root.get_ref();
    found.files.push((path.to_owned(), Kind::Pipfile));
    for (key, group) in [("packages", Group::Main), ("dev-packages", Group::Developers("dev".to_owned()))] {
        for (name, value) in table(root, &[key]).into_iter().flatten() {
            let line = line_of(&text, name.span().start);
            found.required.push(Found::at(of_key(name, value, &group), path, line));
        }
    }
    for key in ["python_version", "python_full_version"] {
        if let Some(value) = table(root, &["requires"]).and_then(|requires| requires.get(key))
            && let Some(versions) = string(value)
        {
            let wanted = Wanted { versions: versions.to_owned(), by: "Pipfile" };
            found.python.push(Found::at(wanted, path, line_of(&text, value.span().start)));
        }
    }
}

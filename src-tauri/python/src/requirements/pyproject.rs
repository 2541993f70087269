//! `pyproject.toml`: PEP 621, dependency groups, poetry, pdm, uv.

use std::collections::HashSet;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{Group, Kind, Requirement, Requirements, Wanted, line::requirement, line_of, txt};
use crate::{
    files::{Files, folder_of, joined, text},
    found::Found,
};

type Value<'a> = Spanned<DeValue<'a>>;
type Table<'a> = DeTable<'a>;

/// Reads the file.
pub fn read(files: &dyn Files, path: &str, seen: &mut HashSet<String>, found: &mut Requirements) {
    let Some(text) = text(files, path) else { return };
    let Ok(root) = DeTable::parse(&text) else {
        found.unclear.push(Found::at(path.to_owned(), path, 1));
        return;
    };
    let root = root.get_ref();
    let mut page = Page { path, text: &text, found };
    if let Some(project) = table(root, &["project"]) {
        page.project(project);
        page.found.files.push((path.to_owned(), Kind::PyProject));
    }
    if let Some(poetry) = table(root, &["tool", "poetry"]) {
        page.poetry(poetry);
        page.found.files.push((path.to_owned(), Kind::Poetry));
    }
    for (groups, by) in
        [(table(root, &["dependency-groups"]), ""), (table(root, &["tool", "pdm", "dev-dependencies"]), "")]
    {
        for (name, list) in groups.into_iter().flatten() {
            page.list(list, &Group::Developers(name.get_ref().to_string()));
            let _ = by;
        }
    }
    if let Some(list) = table(root, &["tool", "uv"]).and_then(|uv| uv.get("dev-dependencies")) {
        page.list(list, &Group::Developers("dev".to_owned()));
    }
    let dynamic = table(root, &["project"])
        .and_then(|project| array(project.get("dynamic")?))
        .is_some_and(|names| names.iter().any(|name| string(name) == Some("dependencies")));
    if dynamic {
        let given =
            table(root, &["tool", "setuptools", "dynamic", "dependencies"]).and_then(|from| from.get("file"));
        let names: Vec<String> = match given.map(|given| (string(given), array(given))) {
            Some((Some(one), _)) => vec![one.to_owned()],
            Some((_, Some(all))) => all.iter().filter_map(string).map(str::to_owned).collect(),
            _ => {
                found.unclear.push(Found::at("dynamic".to_owned(), path, 1));
                return;
            }
        };
        for name in names {
            if let Some(path) = joined(folder_of(path), &name)
                && seen.insert(path.clone())
            {
                txt::read(files, &path, &Group::Main, seen, found);
            }
        }
    }
}

struct Page<'a> {
    path: &'a str,
    text: &'a str,
    found: &'a mut Requirements,
}

impl Page<'_> {
    fn line(&self, value: &Value<'_>) -> u32 {
        line_of(self.text, value.span().start)
    }

    fn wants(&mut self, value: &Value<'_>, by: &'static str) {
        if let Some(versions) = string(value) {
            let wanted = Wanted { versions: versions.to_owned(), by };
            self.found.python.push(Found::at(wanted, self.path, self.line(value)));
        }
    }

    fn project(&mut self, project: &Table<'_>) {
        if let Some(value) = project.get("requires-python") {
            self.wants(value, "requires-python");
        }
        if let Some(list) = project.get("dependencies") {
            self.list(list, &Group::Main);
        }
        let extras = project.get("optional-dependencies").and_then(|value| value.get_ref().as_table());
        for (name, list) in extras.into_iter().flatten() {
            self.list(list, &Group::Extra(name.get_ref().to_string()));
        }
    }

    /// A list of requirements as PEP 508 writes them.
    fn list(&mut self, list: &Value<'_>, group: &Group) {
        for value in array(list).into_iter().flatten() {
            let Some(text) = string(value) else { continue };
            let line = self.line(value);
            // The span has the quotes in it.
            match requirement(text, value.span().start + 1, group) {
                Some(read) => self.found.required.push(Found::at(read, self.path, line)),
                None => self.found.unclear.push(Found::at(text.to_owned(), self.path, line)),
            }
        }
    }

    fn poetry(&mut self, poetry: &Table<'_>) {
        let own = [("dependencies", Group::Main), ("dev-dependencies", Group::Developers("dev".to_owned()))];
        for (key, group) in own {
            if let Some(all) = poetry.get(key).and_then(|value| value.get_ref().as_table()) {
                self.named(all, &group);
            }
        }
        for (name, group) in
            poetry.get("group").and_then(|value| value.get_ref().as_table()).into_iter().flatten()
        {
            if let Some(all) =
                group.get_ref().as_table().and_then(|group| group.get("dependencies")?.get_ref().as_table())
            {
                self.named(all, &Group::Developers(name.get_ref().to_string()));
            }
        }
    }

    /// Requirements as keys, as poetry has them.
    fn named(&mut self, all: &Table<'_>, group: &Group) {
        for (name, value) in all {
            if name.get_ref() == "python" {
                self.wants(value, "tool.poetry.dependencies.python");
                continue;
            }
            let read = of_key(name, value, group);
            let line = line_of(self.text, name.span().start);
            self.found.required.push(Found::at(read, self.path, line));
        }
    }
}

/// A requirement of poetry or Pipfile: a key, and versions or a table.
pub fn of_key(name: &Spanned<std::borrow::Cow<'_, str>>, value: &Value<'_>, group: &Group) -> Requirement {
    let table = value.get_ref().as_table();
    let part = |key: &str| table.and_then(|table| string(table.get(key)?)).map(str::to_owned);
    let versions = string(value).map(str::to_owned).or_else(|| part("version")).unwrap_or_default();
    let extras = table.and_then(|table| array(table.get("extras")?));
    let optional = table
        .and_then(|table| table.get("optional"))
        .is_some_and(|value| matches!(value.get_ref(), DeValue::Boolean(true)));
    Requirement {
        name: name.get_ref().to_string(),
        extras: extras.into_iter().flatten().filter_map(string).map(str::to_owned).collect(),
        versions: exact(&versions),
        marker: part("markers"),
        url: part("git").or_else(|| part("url")).or_else(|| part("path")),
        hashed: false,
        group: if optional { Group::Extra(String::new()) } else { group.clone() },
        name_at: name.span(),
    }
}

/// `*` is any version; a bare one is exact.
fn exact(versions: &str) -> String {
    match versions.trim() {
        "*" => String::new(),
        bare if bare.starts_with(|c: char| c.is_ascii_digit()) => format!("=={bare}"),
        other => other.to_owned(),
    }
}

pub fn table<'a, 'b>(root: &'b Table<'a>, keys: &[&str]) -> Option<&'b Table<'a>> {
    keys.iter().try_fold(root, |table, key| table.get(*key)?.get_ref().as_table())
}

fn array<'a, 'b>(value: &'b Value<'a>) -> Option<&'b toml::de::DeArray<'a>> {
    value.get_ref().as_array()
}

pub fn string<'b>(value: &'b Value<'_>) -> Option<&'b str> {
    value.get_ref().as_str()
}

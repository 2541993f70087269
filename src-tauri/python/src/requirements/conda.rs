//! `environment.yml` of conda, with its list for pip.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Group, Kind, Requirements, Wanted, line::requirement, line_number};
use crate::{
    files::{Files, text},
    found::Found,
};

#[derive(Deserialize)]
struct Environment {
    #[serde(default)]
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Dependency {
    Conda(String),
    Others(BTreeMap<String, Option<Vec<String>>>),
}

/// Reads the file.
pub fn read(files: &dyn Files, path: &str, found: &mut Requirements) {
    let Some(text) = text(files, path) else { return };
    let Ok(environment) = serde_saphyr::from_str::<Environment>(&text) else {
        found.unclear.push(Found::at(path.to_owned(), path, 1));
        return;
    };
    if environment.dependencies.is_empty() {
        return;
    }
    found.files.push((path.to_owned(), Kind::Conda));
    let mut lines = Lines { text: &text, from: 0 };
    for dependency in environment.dependencies {
        match dependency {
            Dependency::Conda(words) => {
                let (at, line) = lines.place(&words);
                conda(&words, at, path, line, found);
            }
            Dependency::Others(lists) => {
                for words in
                    lists.into_iter().filter(|list| list.0 == "pip").filter_map(|list| list.1).flatten()
                {
                    let (at, line) = lines.place(&words);
                    match requirement(&words, at, &Group::Main) {
                        Some(read) => found.required.push(Found::at(read, path, line)),
                        None => found.unclear.push(Found::at(words, path, line)),
                    }
                }
            }
        }
    }
}

/// `channel::name=version=build`, `name>=1`, `name 1.2`
fn conda(words: &str, at: usize, path: &str, line: u32, found: &mut Requirements) {
    let bare = words.rsplit_once("::").map_or(words, |(_, bare)| bare).trim();
    let skipped = words.len() - bare.len();
    let end = bare.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).unwrap_or(bare.len());
    let (Some(name), Some(versions)) = (bare.get(..end), bare.get(end..)) else { return };
    let versions = versions.trim();
    let versions = match versions.strip_prefix('=') {
        // `=1.2` is `1.2.*`, `==1.2` exact; the build behind the second `=` says nothing of versions.
        Some(rest) if !rest.starts_with('=') => {
            format!("=={}.*", rest.split('=').next().unwrap_or(rest).trim_end_matches(".*"))
        }
        _ => versions.to_owned(),
    };
    if name == "python" {
        let wanted = Wanted {
            versions: versions.trim_start_matches("==").trim_end_matches(".*").to_owned(),
            by: "environment.yml",
        };
        if !wanted.versions.is_empty() {
            found.python.push(Found::at(wanted, path, line));
        }
        return;
    }
    if let Some(mut read) = requirement(name, at + skipped, &Group::Conda) {
        read.versions = versions;
        found.required.push(Found::at(read, path, line));
    }
}

/// Finds the lines of a list's items, in order.
struct Lines<'a> {
    text: &'a str,
    from: usize,
}

impl Lines<'_> {
    /// The first byte of an item and its line.
    fn place(&mut self, item: &str) -> (usize, u32) {
        let mut at = 0;
        for (number, raw) in self.text.split('\n').enumerate() {
            let inner = raw
                .trim_start()
                .strip_prefix('-')
                .map(|rest| rest.trim_start().trim_start_matches(['"', '\'']));
            if number >= self.from
                && let Some(inner) = inner
                && inner.starts_with(item)
            {
                self.from = number + 1;
                return (at + raw.len() - inner.len(), line_number(number));
            }
            at += raw.len() + 1;
        }
        (0, 1)
    }
}

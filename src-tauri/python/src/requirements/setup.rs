//! `setup.cfg` and `setup.py` of setuptools; the latter as far as its lists are written out.

use std::collections::HashSet;

use super::{Group, Kind, Requirements, Wanted, line::requirement, line_number, txt};
use crate::{
    files::{Files, folder_of, joined, text},
    found::Found,
    outline::Outline,
    parse::Reader,
    syntax::{self, Expr, keyword},
};

/// Reads `setup.cfg`.
pub fn read_cfg(files: &dyn Files, path: &str, seen: &mut HashSet<String>, found: &mut Requirements) {
    let Some(text) = text(files, path) else { return };
    let mut section = String::new();
    let mut key = String::new();
    let mut any = false;
    let mut at = 0;
    for (number, raw) in text.split('\n').enumerate() {
        let line = raw.trim_end();
        let start = at;
        at += raw.len() + 1;
        let plain = line.trim_start();
        if plain.is_empty() || plain.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = line.strip_prefix('[') {
            name.trim_end_matches(']').clone_into(&mut section);
            key.clear();
            continue;
        }
        let indented = line.starts_with([' ', '\t']);
        let value = if indented {
            plain
        } else {
            let Some((name, value)) = line.split_once(['=', ':']) else { continue };
            name.trim().clone_into(&mut key);
            value.trim()
        };
        let number = line_number(number);
        if value.is_empty() {
            continue;
        }
        let offset = start + line.find(value).unwrap_or_default();
        match (section.as_str(), key.as_str()) {
            ("options", "python_requires") => {
                let wanted = Wanted { versions: value.to_owned(), by: "python_requires" };
                found.python.push(Found::at(wanted, path, number));
            }
            ("options", "install_requires") if value.starts_with("file:") => {
                any = true;
                if let Some(path) = joined(folder_of(path), value.trim_start_matches("file:").trim())
                    && seen.insert(path.clone())
                {
                    txt::read(files, &path, &Group::Main, seen, found);
                }
            }
            ("options", "install_requires") => {
                any = true;
                push(found, value, offset, path, number, &Group::Main);
            }
            ("options.extras_require", extra) => {
                let group = Group::Extra(extra.to_owned());
                push(found, value, offset, path, number, &group);
            }
            _ => {}
        }
    }
    if any {
        found.files.push((path.to_owned(), Kind::SetupCfg));
    }
}

fn push(found: &mut Requirements, words: &str, at: usize, path: &str, line: u32, group: &Group) {
    let words = words.trim_end_matches(',');
    match requirement(words, at, group) {
        Some(read) => found.required.push(Found::at(read, path, line)),
        None => found.unclear.push(Found::at(words.to_owned(), path, line)),
    }
}

/// Reads `setup.py`.
pub fn read_py(files: &dyn Files, path: &str, found: &mut Requirements) {
    let Some(text) = text(files, path) else { return };
    let Some(parsed) = Reader::new().and_then(|mut reader| reader.parse(&text)) else { return };
    let outline = Outline::of(&parsed.body);
    for call in &outline.calls {
        let Some((callee, arguments)) = call.expr.call() else { continue };
        let setup = match &callee.kind {
            syntax::Kind::Name(name) | syntax::Kind::Attribute(_, name) => name == "setup",
            _ => false,
        };
        if !setup {
            continue;
        }
        if let Some(versions) = keyword(arguments, "python_requires")
            && let Some(text) = versions.str()
        {
            let wanted = Wanted { versions: text.to_owned(), by: "python_requires" };
            found.python.push(Found::at(wanted, path, versions.line));
        }
        let Some(given) = keyword(arguments, "install_requires") else { continue };
        found.files.push((path.to_owned(), Kind::SetupPy));
        let list = given.name().and_then(|name| match outline.lookup(name, call.at.scope, given.start)?.to {
            crate::outline::Bound::Value(value) => Some(value),
            _ => None,
        });
        let list: &Expr = list.unwrap_or(given);
        let syntax::Kind::List(all) = &list.kind else {
            found.unclear.push(Found::at("install_requires".to_owned(), path, given.line));
            continue;
        };
        for one in all {
            match one.str() {
                Some(words) => push(found, words, one.start + 1, path, one.line, &Group::Main),
                None => found.unclear.push(Found::at("install_requires".to_owned(), path, one.line)),
            }
        }
    }
}

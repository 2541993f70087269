//! `requirements.txt` and its kin, as pip reads them: includes, constraints, options, hashes, lines that go on.

use std::collections::HashSet;

use super::{Group, Kind, Requirements, line::requirement, line_number};
use crate::{
    files::{Files, folder_of, joined, name_of},
    found::Found,
};

/// How deep files may include each other.
const DEPTH_AT_MOST: usize = 8;

/// Words in a name that say that it is for developers.
const DEVELOPERS: [&str; 9] = ["dev", "test", "tests", "testing", "lint", "docs", "doc", "ci", "typing"];

/// Whether the file is one by its name.
pub fn is_requirements(path: &str) -> bool {
    let name = name_of(path);
    let Some(stem) = name.strip_suffix(".txt").or_else(|| name.strip_suffix(".in")) else { return false };
    let folder = name_of(folder_of(path));
    stem.starts_with("requirements") || stem.ends_with("requirements") || folder == "requirements"
}

/// For whom it is, by its name.
pub fn group(path: &str) -> Group {
    let name = name_of(path);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let word = stem.split(['-', '_', '.']).find(|word| DEVELOPERS.contains(word));
    match word {
        _ if stem.contains("constraints") => Group::Constraint,
        Some(word) => Group::Developers(word.to_owned()),
        None => Group::Main,
    }
}

/// Reads the file and what it includes.
pub fn read(
    files: &dyn Files,
    path: &str,
    group: &Group,
    seen: &mut HashSet<String>,
    found: &mut Requirements,
) {
    let mut waiting = vec![(path.to_owned(), group.clone(), 0)];
    while let Some((path, group, depth)) = waiting.pop() {
        let Some(text) = decoded(files, &path) else { continue };
        found.files.push((path.clone(), Kind::Txt));
        for (at, line, words) in logical(&text) {
            let place = |value: String| Found::at(value, &path, line);
            match option(&words) {
                Some(("-r" | "--requirement", value)) => {
                    include(files, &path, value, line, &group, depth, seen, &mut waiting, found);
                }
                Some(("-c" | "--constraint", value)) => {
                    include(files, &path, value, line, &Group::Constraint, depth, seen, &mut waiting, found);
                }
                Some(("-e" | "--editable", value)) => match requirement(value, at, &group) {
                    Some(read) if value.contains("://") => {
                        found.required.push(Found::at(read, &path, line));
                    }
                    // `-e .` is the project itself, whose own files are read too.
                    _ if value.trim_end_matches('/') == "." || value.starts_with(".[") => {}
                    _ => found.unclear.push(place(words.clone())),
                },
                Some(_) => {}
                None => {
                    let (spec, options) = words.split_once(" --").unwrap_or((&words, ""));
                    match requirement(spec, at, &group) {
                        Some(mut read) => {
                            read.hashed = options.starts_with("hash");
                            found.required.push(Found::at(read, &path, line));
                        }
                        None if ["", "."].contains(&spec.trim()) => {}
                        None => found.unclear.push(place(spec.trim().to_owned())),
                    }
                }
            }
        }
    }
}

#[allow(clippy::too_many_arguments)] // the walk's own state, passed on once
fn include(
    files: &dyn Files,
    from: &str,
    value: &str,
    line: u32,
    group: &Group,
    depth: usize,
    seen: &mut HashSet<String>,
    waiting: &mut Vec<(String, Group, usize)>,
    found: &mut Requirements,
) {
    match joined(folder_of(from), value) {
        Some(path) if files.read(&path).is_some() => {
            if depth < DEPTH_AT_MOST && seen.insert(path.clone()) {
                waiting.push((path, group.clone(), depth + 1));
            }
        }
        Some(path) if !files.is_there(&path) => {
            found.missing.push(Found::at(value.to_owned(), from, line));
        }
        _ => found.unclear.push(Found::at(value.to_owned(), from, line)),
    }
}

/// The option of a line and its value.
fn option(words: &str) -> Option<(&str, &str)> {
    if !words.starts_with('-') {
        return None;
    }
    let end = words.find([' ', '=']).unwrap_or(words.len());
    let (name, value) = words.split_at_checked(end)?;
    let value = value.trim_start_matches([' ', '=']).trim();
    // `-rbase.txt`
    if !name.starts_with("--") && name.len() > 2 && name.is_char_boundary(2) {
        let (short, stuck) = words.split_at_checked(2)?;
        return Some((short, stuck.trim()));
    }
    Some((name, value))
}

/// Lines with their continuations, without comments: first byte, number, text.
fn logical(text: &str) -> Vec<(usize, u32, String)> {
    let mut found: Vec<(usize, u32, String)> = Vec::new();
    let mut at = 0;
    let mut goes_on = false;
    for (number, raw) in text.split('\n').enumerate() {
        let line = raw.strip_suffix('\r').unwrap_or(raw);
        let code = without_comment(line);
        let (code, next) = code.strip_suffix('\\').map_or((code, false), |code| (code, true));
        if let Some(last) = found.last_mut().filter(|_| goes_on) {
            last.2.push(' ');
            last.2.push_str(code.trim());
        } else {
            let indent = code.len() - code.trim_start().len();
            found.push((at + indent, line_number(number), code.trim().to_owned()));
        }
        goes_on = next;
        at += raw.len() + 1;
    }
    found.retain(|line| !line.2.is_empty());
    found
}

/// A comment begins the line, or stands behind a blank.
fn without_comment(line: &str) -> &str {
    let comment = line
        .match_indices('#')
        .find(|(at, _)| *at == 0 || line.get(..*at).is_some_and(|before| before.ends_with([' ', '\t'])));
    line.get(..comment.map_or(line.len(), |found| found.0)).unwrap_or(line).trim_end()
}

/// The text, also of UTF-16 as PowerShell writes it; pip reads that too.
fn decoded(files: &dyn Files, path: &str) -> Option<String> {
    let bytes = files.read(path)?;
    let wide = |little: bool| {
        let units: Vec<u16> = bytes
            .get(2..)
            .unwrap_or_default()
            .chunks_exact(2)
            .filter_map(|pair| <[u8; 2]>::try_from(pair).ok())
            .map(|pair| if little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) })
            .collect();
        String::from_utf16_lossy(&units)
    };
    match bytes.get(..2) {
        Some(b"\xff\xfe") => Some(wide(true)),
        Some(b"\xfe\xff") => Some(wide(false)),
        _ => crate::files::text(files, path),
    }
}

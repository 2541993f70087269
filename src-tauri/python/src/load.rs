//! Which files are parsed: those in which an app may be made, those that are started, and what they import.

use std::collections::{HashSet, VecDeque};

use aho_corasick::AhoCorasick;

use crate::{
    code::Module,
    files::{Files, folder_of, has_ending, is_aside, is_test, name_of, text},
    framework::FRAMEWORKS,
    outline::Outline,
    parse::Reader,
    skim::Skim,
    tree::Tree,
};

/// How many files are parsed at most.
const MODULES_AT_MOST: usize = 300;
/// How many bytes are parsed at most.
const BYTES_AT_MOST: usize = 2 * 1024 * 1024;
/// Beyond this many bytes, starting points are skimmed.
const ROOTS_WHOLE_AT_MOST: usize = 384 * 1024;
/// Beyond this many bytes, what they import is skimmed.
const IMPORTS_WHOLE_AT_MOST: usize = 128 * 1024;
/// How many files are looked through for marks at most.
const LOOKED_THROUGH_AT_MOST: usize = 5_000;
/// How many scripts at the top are all starting points.
const TOP_AT_MOST: usize = 24;
/// How many files become starting points at most.
const ROOTS_AT_MOST: usize = 120;

/// Names that entry points have.
const ENTRIES: [&str; 14] = [
    "main.py",
    "app.py",
    "server.py",
    "run.py",
    "wsgi.py",
    "asgi.py",
    "manage.py",
    "api.py",
    "serve.py",
    "start.py",
    "index.py",
    "application.py",
    "service.py",
    "__main__.py",
];

/// The parsed files.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The modules, starting points first.
    pub modules: Vec<Module>,
    /// How many of them are starting points.
    pub roots: usize,
    /// Per module, the modules that it imports.
    pub edges: Vec<Vec<usize>>,
    /// Whether nothing was left out for being too much.
    pub whole: bool,
    /// Files that could not be read as Python, too large ones included.
    pub unread: Vec<String>,
}

/// Parses what matters; `started` are the files that a start command names.
pub fn load(files: &dyn Files, tree: &Tree, started: &[String]) -> Loaded {
    let mut loaded = Loaded { whole: true, ..Loaded::default() };
    let (Some(mut reader), Some(skim)) = (Reader::new(), Skim::new()) else { return loaded };
    let mut roots = roots(files, started, &mut loaded.whole);
    if roots.len() > ROOTS_AT_MOST {
        roots.truncate(ROOTS_AT_MOST);
        loaded.whole = false;
    }
    let mut known: HashSet<String> = roots.iter().cloned().collect();
    let mut waiting: VecDeque<(String, bool)> = roots.into_iter().map(|path| (path, true)).collect();
    let mut imports: Vec<Vec<String>> = Vec::new();
    let mut bytes = 0;
    while let Some((path, root)) = waiting.pop_front() {
        let Some(text) = text(files, &path) else {
            loaded.unread.push(path);
            continue;
        };
        if loaded.modules.len() >= MODULES_AT_MOST || bytes + text.len() > BYTES_AT_MOST {
            loaded.whole = false;
            continue;
        }
        let near = bytes < if root { ROOTS_WHOLE_AT_MOST } else { IMPORTS_WHOLE_AT_MOST };
        let skimmed = if near { text.as_str().into() } else { skim.text(&text) };
        bytes += text.len();
        let Some(parsed) = reader.parse(&skimmed) else {
            loaded.unread.push(path);
            continue;
        };
        let wanted = imported(&parsed, &path, tree);
        for file in &wanted {
            if known.insert(file.clone()) {
                waiting.push_back((file.clone(), false));
            }
        }
        imports.push(wanted);
        loaded.roots += usize::from(root);
        loaded.modules.push(Module { path, text, parsed });
    }
    let place = |path: &String| loaded.modules.iter().position(|module| module.path == *path);
    loaded.edges = imports.iter().map(|wanted| wanted.iter().filter_map(place).collect()).collect();
    loaded
}

/// The files that a module imports, packages on the way included.
fn imported(parsed: &crate::parse::Parsed, path: &str, tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    let outline = Outline::of(&parsed.body);
    for import in outline.imports.iter().filter(|import| !import.at.typing) {
        let parts: Vec<&str> = import.module.split('.').filter(|part| !part.is_empty()).collect();
        for length in 1..=parts.len() {
            found.extend(tree.find(path, import.level, parts.get(..length).unwrap_or_default()));
        }
        for name in &import.names {
            let parts: Vec<&str> = parts.iter().copied().chain([*name]).collect();
            found.extend(tree.find(path, import.level, &parts));
        }
    }
    let mut files: Vec<String> = found.into_iter().map(|found| found.0).filter(|file| file != path).collect();
    files.sort_unstable();
    files.dedup();
    files
}

/// The starting points: what is started, then what bears the mark of a framework, then what is named like one;
/// the nearest to the top first.
fn roots(files: &dyn Files, started: &[String], whole: &mut bool) -> Vec<String> {
    let marks = FRAMEWORKS.iter().flat_map(|row| row.marks);
    let Ok(search) = AhoCorasick::new(marks) else { return Vec::new() };
    let mut python: Vec<&String> =
        files.paths().iter().filter(|path| has_ending(path, "py") && !is_test(path)).collect();
    python.sort_by_key(|path| (is_aside(path), path.matches('/').count()));
    if python.len() > LOOKED_THROUGH_AT_MOST {
        python.truncate(LOOKED_THROUGH_AT_MOST);
        *whole = false;
    }
    let mut roots: Vec<String> = started.to_vec();
    let at_top = python.iter().filter(|path| !path.contains('/')).count();
    for path in python {
        // A small project's own scripts may start it, whatever their names.
        let top = !path.contains('/') && at_top <= TOP_AT_MOST && path != "setup.py";
        let entry = top || ENTRIES.contains(&name_of(path)) && folder_of(path).matches('/').count() < 2;
        let marked = || {
            let Some(bytes) = files.read(path) else { return false };
            search.is_match(&*bytes)
                || (!path.contains('/') && memchr::memmem::find(&bytes, b"__main__").is_some())
        };
        if (entry || marked()) && !roots.contains(path) {
            roots.push(path.clone());
        }
    }
    roots
}

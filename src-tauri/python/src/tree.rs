//! Where a module of the project lies, as Python would look for it.

use std::collections::HashSet;

use crate::files::{folder_of, has_ending};

/// Python files and the folders around them.
#[derive(Debug, Default)]
pub struct Tree {
    files: HashSet<String>,
    folders: HashSet<String>,
    /// First names under which something of the project may be imported, from wherever it is started.
    names: HashSet<String>,
}

impl Tree {
    /// The tree of these paths.
    pub fn of(paths: &[String]) -> Self {
        let mut tree = Self::default();
        for path in paths {
            let Some(stem) = path.strip_suffix(".py").or_else(|| path.strip_suffix(".pyi")) else {
                // Compiled extensions are modules too.
                if ["so", "pyd", "pyx"].iter().any(|ending| has_ending(path, ending)) {
                    let name = crate::files::name_of(path);
                    tree.names.insert(name.split('.').next().unwrap_or_default().to_owned());
                }
                continue;
            };
            tree.names.insert(crate::files::name_of(stem).to_owned());
            tree.files.insert(path.clone());
            let mut folder = folder_of(path);
            while !folder.is_empty() && !tree.folders.contains(folder) {
                tree.names.insert(crate::files::name_of(folder).to_owned());
                tree.folders.insert(folder.to_owned());
                folder = folder_of(folder);
            }
        }
        tree
    }

    /// Whether the project may have a module of this first name, wherever it lies.
    pub fn may_have(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Whether there is this Python file.
    pub fn has(&self, path: &str) -> bool {
        self.files.contains(path)
    }

    /// The file that a start command means by a script: in the project's folder, or wherever the image puts it.
    pub fn script(&self, folder: &str, script: &str) -> Option<String> {
        let own = crate::files::joined(folder.trim_start_matches(['/', '.']), script);
        if let Some(own) = own.filter(|own| self.files.contains(own)) {
            return Some(own);
        }
        // `/app/main.py` in the image is `main.py` or `app/main.py` here.
        let mut rest = script.trim_start_matches("./").trim_start_matches('/');
        loop {
            if self.files.contains(rest) {
                return Some(rest.to_owned());
            }
            rest = rest.split_once('/')?.1;
        }
    }

    /// The file that a start command means by a module.
    pub fn started(&self, folder: &str, module: &str) -> Option<String> {
        let parts: Vec<&str> = module.split('.').collect();
        let folder = folder.trim_matches(['/', '.']);
        let whole = |found: Option<(String, usize)>| {
            found.filter(|found| found.1 == parts.len()).map(|found| found.0)
        };
        if let Some(found) =
            ["", folder, "src", "app"].into_iter().find_map(|root| whole(self.below(root, &parts)))
        {
            return Some(found);
        }
        // The one folder from which it can be meant.
        let end = format!("/{}.py", parts.join("/"));
        let mut fitting = self.files.iter().filter(|path| path.ends_with(&end));
        match (fitting.next(), fitting.next()) {
            (Some(only), None) => Some(only.clone()),
            _ => None,
        }
    }

    /// Whether another file could be meant by the same words of a start command.
    pub fn is_ambiguous(&self, file: &str) -> bool {
        let name = crate::files::name_of(file);
        self.files.iter().any(|path| path != file && crate::files::name_of(path) == name)
    }

    /// The file of a module, and how many of its parts that took; the rest are names in it.
    pub fn find(&self, from: &str, level: usize, parts: &[&str]) -> Option<(String, usize)> {
        let own = folder_of(from);
        if level > 0 {
            let mut folder = own;
            for _ in 1..level {
                if folder.is_empty() {
                    return None;
                }
                folder = folder_of(folder);
            }
            // `from . import app`: a name of the package itself, when there is no file of that name.
            let init = || {
                Some(joined(folder, "__init__.py")).filter(|init| self.files.contains(init) && init != from)
            };
            return self.below(folder, parts).or_else(|| Some((init()?, 0)));
        }
        // A script's own folder comes first; further up are the folders that it may be started from.
        let mut folder = own;
        loop {
            if let Some(found) = self.below(folder, parts) {
                return Some(found);
            }
            if folder.is_empty() {
                break;
            }
            folder = folder_of(folder);
        }
        ["src", "app", "backend", "api"].into_iter().find_map(|folder| self.below(folder, parts))
    }

    /// The longest run of parts that is a file below this folder.
    fn below(&self, folder: &str, parts: &[&str]) -> Option<(String, usize)> {
        let mut path = folder.to_owned();
        let mut found = None;
        if parts.is_empty() {
            let init = joined(folder, "__init__.py");
            return self.files.contains(&init).then_some((init, 0));
        }
        for (at, part) in parts.iter().enumerate() {
            path = joined(&path, part);
            let file = format!("{path}.py");
            if self.files.contains(&file) && !self.folders.contains(&path) {
                return Some((file, at + 1));
            }
            let init = format!("{path}/__init__.py");
            if self.files.contains(&init) {
                found = Some((init, at + 1));
            } else if self.files.contains(&file) {
                found = Some((file, at + 1));
            } else if !self.folders.contains(&path) {
                break;
            }
        }
        // `from . import name`, where there is no __init__.py, has only files to find.
        found
    }
}

fn joined(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// How the module of a file is called from the folder `root`: `app/main.py` is `app.main`.
pub fn module_name(path: &str, root: &str) -> Option<String> {
    let inner = if root.is_empty() { path } else { path.strip_prefix(root)?.strip_prefix('/')? };
    let stem = inner.strip_suffix(".py")?;
    let stem = stem.strip_suffix("/__init__").unwrap_or(stem);
    Some(stem.replace('/', "."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_lie_where_python_looks() {
        let paths: Vec<String> = [
            "main.py",
            "app/__init__.py",
            "app/core.py",
            "app/routers/users.py",
            "src/pkg/__init__.py",
            "src/pkg/x.py",
            "streamlit/page.py",
        ]
        .map(String::from)
        .to_vec();
        let tree = Tree::of(&paths);
        for (from, level, module, expected) in [
            ("main.py", 0, "app.core.app", Some(("app/core.py", 2))),
            ("main.py", 0, "app.x", Some(("app/__init__.py", 1))),
            ("main.py", 0, "app.routers.users.router", Some(("app/routers/users.py", 3))),
            ("app/core.py", 1, "routers.users", Some(("app/routers/users.py", 2))),
            ("app/routers/users.py", 2, "core", Some(("app/core.py", 1))),
            ("app/core.py", 0, "core", Some(("app/core.py", 1))),
            ("app/core.py", 0, "main", Some(("main.py", 1))),
            ("main.py", 0, "pkg.x", Some(("src/pkg/x.py", 2))),
            ("main.py", 0, "fastapi", None),
            ("streamlit/page.py", 0, "streamlit", None),
            ("app/routers/users.py", 2, "instance", Some(("app/__init__.py", 0))),
            ("app/__init__.py", 1, "instance", None),
            ("main.py", 2, "x", None),
        ] {
            let parts: Vec<&str> = module.split('.').collect();
            let found = tree.find(from, level, &parts);
            let found = found.as_ref().map(|(file, used)| (&**file, *used));
            assert_eq!(found, expected, "{from} {module}");
        }
        assert!(tree.may_have("routers") && !tree.may_have("fastapi"));
        assert_eq!(module_name("app/main.py", "").as_deref(), Some("app.main"));
        assert_eq!(module_name("src/pkg/__init__.py", "src").as_deref(), Some("pkg"));
    }
}

//! What is read of a folder: a list of paths, and contents within bounds.

use std::borrow::Cow;

/// The largest file that is read, in bytes.
pub const FILE_AT_MOST: u64 = 1024 * 1024;

/// Folders whose content others made, or that hold data: never walked.
const SKIPPED: [&str; 34] = [
    ".git",
    ".hg",
    ".svn",
    ".venv",
    "venv",
    "env",
    ".env",
    "virtualenv",
    ".virtualenv",
    "site-packages",
    "node_modules",
    "bower_components",
    "__pycache__",
    "__pypackages__",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".tox",
    ".nox",
    ".eggs",
    ".cache",
    ".ipynb_checkpoints",
    ".idea",
    ".vscode",
    ".dvc",
    "mlruns",
    "wandb",
    "lightning_logs",
    "data",
    "datasets",
    "dataset",
    "checkpoints",
    "target",
    "htmlcov",
];

/// Folders of tests: their imports and calls are no part of the app.
const TESTS: [&str; 4] = ["tests", "test", "testing", "__tests__"];

/// Folders that show or document and are seldom the app itself.
const ASIDE: [&str; 11] = [
    "examples",
    "example",
    "docs",
    "doc",
    "demos",
    "samples",
    "notebooks",
    "scripts",
    "tools",
    "benchmarks",
    "bench",
];

/// A folder's files. Paths are relative to it, with `/` between their parts.
pub trait Files {
    /// Every file that may be read, in a steady order, folders of the [`is_skipped`] rule left out.
    fn paths(&self) -> &[String];

    /// The content, unless the file is larger than [`FILE_AT_MOST`], no plain file, or cannot be read.
    fn read(&self, path: &str) -> Option<Cow<'_, [u8]>>;

    /// Whether there is a file or a folder, folders that are never walked included.
    fn is_there(&self, path: &str) -> bool;
}

/// Whether a folder of this name is left out.
pub fn is_skipped(folder: &str) -> bool {
    SKIPPED.contains(&folder) || folder.ends_with(".egg-info")
}

/// The text of a file, `None` when it is not there or is no text.
pub fn text(files: &dyn Files, path: &str) -> Option<String> {
    let bytes = files.read(path)?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    if memchr::memchr(0, bytes.get(..bytes.len().min(8192))?).is_some() {
        return None;
    }
    Some(String::from_utf8_lossy(bytes).into_owned())
}

/// Whether the file is one of the tests.
pub fn is_test(path: &str) -> bool {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    folders.split('/').any(|folder| TESTS.contains(&folder))
        || name.starts_with("test_")
        || name.ends_with("_test.py")
        || name == "conftest.py"
}

/// Whether the file shows or documents, and is seldom the app itself.
pub fn is_aside(path: &str) -> bool {
    path.rsplit_once('/').is_some_and(|(folders, _)| folders.split('/').any(|folder| ASIDE.contains(&folder)))
}

/// The folder of a path, empty for the project's own.
pub fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether a path ends with a dot and this.
pub fn has_ending(path: &str, ending: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, own)| own == ending)
}

/// The last part of a path.
pub fn name_of(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// A path below a folder, `.` and `..` resolved; `None` when it leaves the project's folder or is absolute.
pub fn joined(folder: &str, path: &str) -> Option<String> {
    if path.starts_with(['/', '\\', '~']) || path.get(1..2) == Some(":") {
        return None;
    }
    let path = path.replace('\\', "/");
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
#[allow(missing_docs)]
pub mod memory {
    use super::*;

    /// Files of a test.
    pub struct Memory {
        paths: Vec<String>,
        contents: Vec<Vec<u8>>,
    }

    impl Memory {
        pub fn of(files: &[(&str, &str)]) -> Self {
            let mut files: Vec<_> = files.to_vec();
            files.sort_by_key(|file| file.0.to_owned());
            Self {
                paths: files.iter().map(|file| file.0.to_owned()).collect(),
                contents: files.iter().map(|file| file.1.as_bytes().to_vec()).collect(),
            }
        }
    }

    impl Files for Memory {
        fn paths(&self) -> &[String] {
            &self.paths
        }

        fn read(&self, path: &str) -> Option<Cow<'_, [u8]>> {
            let at = self.paths.iter().position(|known| known == path)?;
            Some(Cow::Borrowed(&self.contents[at]))
        }

        fn is_there(&self, path: &str) -> bool {
            self.paths.iter().any(|known| known == path || known.starts_with(&format!("{path}/")))
        }
    }

    #[test]
    fn a_path_stays_in_the_folder() {
        for (folder, path, expected) in [
            ("", "a/b.txt", Some("a/b.txt")),
            ("a", "../b.txt", Some("b.txt")),
            ("a", "./b\\c", Some("a/b/c")),
            ("a", "../../b", None),
            ("", "/etc/passwd", None),
            ("", "C:/x", None),
        ] {
            assert_eq!(joined(folder, path).as_deref(), expected, "{folder} {path}");
        }
    }

    #[test]
    fn tests_are_known_by_name_and_folder() {
        for (path, expected) in [
            ("tests/app.py", true),
            ("a/test/app.py", true),
            ("test_app.py", true),
            ("app_test.py", true),
            ("conftest.py", true),
            ("contest.py", false),
            ("attest/app.py", false),
            ("latest.py", false),
        ] {
            assert_eq!(is_test(path), expected, "{path}");
        }
    }
}

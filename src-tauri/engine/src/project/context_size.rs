//! How much a build may read of the folder, and which files make it large.

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use super::{dockerignore::Dockerignore, patterns::Fits};
use crate::facts::ContextSize;

/// How many of the largest files are named.
const LARGEST: usize = 5;

/// Counts the files of `context` that no line of its ignore file hides, for at most `within`. Folders that cannot
/// be listed are left out: the build names them, should it need them.
pub fn measure(context: &Path, ignore: &Dockerignore, within: Duration) -> ContextSize {
    let until = Instant::now() + within;
    let mut size = ContextSize { complete: true, ..ContextSize::default() };
    let mut largest = BinaryHeap::new();
    let mut folders = vec![(String::new(), None::<Fits>)];
    while let Some((folder, fits)) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(context.join(&folder)) else { continue };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let path = if folder.is_empty() { name.into_owned() } else { format!("{folder}/{name}") };
            let Ok(kind) = entry.file_type() else { continue };
            let (hidden, inside) = ignore.patterns.fit(&path, fits.as_ref());
            if kind.is_dir() {
                if !hidden || ignore.patterns.may_except_inside(&path) {
                    folders.push((path, Some(inside)));
                }
            } else if !hidden {
                let bytes =
                    if kind.is_file() { entry.metadata().map_or(0, |metadata| metadata.len()) } else { 0 };
                size.files += 1;
                size.bytes += bytes;
                largest.push(Reverse((bytes, Reverse(path))));
                if largest.len() > LARGEST {
                    largest.pop();
                }
            }
        }
        if Instant::now() > until {
            size.complete = folders.is_empty();
            break;
        }
    }
    let largest = largest.into_sorted_vec();
    size.largest =
        largest.into_iter().map(|Reverse((bytes, Reverse(path)))| (PathBuf::from(path), bytes)).collect();
    size
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_of(files: &[(&str, usize)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, bytes) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, vec![b'x'; *bytes]).unwrap();
        }
        folder
    }

    fn measured(folder: &Path) -> ContextSize {
        let ignore = Dockerignore::read(folder, &folder.join("Dockerfile")).unwrap();
        measure(folder, &ignore, Duration::from_secs(30))
    }

    #[test]
    fn the_largest_files_come_first_and_are_few() {
        let folder = folder_of(&[("a", 10), ("b", 70), ("c/d", 50), ("e", 40), ("f", 50), ("g", 20)]);
        let size = measured(folder.path());
        assert_eq!((size.files, size.bytes, size.complete), (6, 240, true));
        let largest: Vec<_> =
            size.largest.iter().map(|(path, bytes)| (path.to_str().unwrap(), *bytes)).collect();
        assert_eq!(largest, [("b", 70), ("c/d", 50), ("f", 50), ("e", 40), ("g", 20)]);
    }

    #[test]
    fn what_is_ignored_is_not_counted_but_what_is_excepted_is() {
        let folder = folder_of(&[("data/big", 100), ("data/keep/model", 7), ("venv/x", 100), ("app.py", 1)]);
        std::fs::write(folder.path().join(".dockerignore"), "data\n!data/keep\nvenv\n.dockerignore\n")
            .unwrap();
        let size = measured(folder.path());
        assert_eq!((size.files, size.bytes), (2, 8));
    }

    #[cfg(unix)]
    #[test]
    fn links_are_counted_but_never_followed() {
        let folder = folder_of(&[("a", 1)]);
        std::os::unix::fs::symlink("..", folder.path().join("up")).unwrap();
        let size = measured(folder.path());
        assert_eq!((size.files, size.bytes), (2, 1));
    }

    #[test]
    fn a_folder_without_end_is_measured_for_a_while_and_called_incomplete() {
        let folder = folder_of(&[("a/b/c", 1)]);
        let size = measure(folder.path(), &Dockerignore::default(), Duration::ZERO);
        assert!(!size.complete);
    }
}

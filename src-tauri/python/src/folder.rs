//! A folder on disk as [`Files`]: links are not followed, and the walk is bounded.

use std::{
    borrow::Cow,
    fs,
    io::Read as _,
    path::{Path, PathBuf},
};

use crate::files::{FILE_AT_MOST, Files, is_skipped};

/// How many files are listed at most.
const FILES_AT_MOST: usize = 50_000;
/// How deep folders are walked.
const DEPTH_AT_MOST: usize = 24;

/// The files of a folder.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    paths: Vec<String>,
    whole: bool,
}

impl Folder {
    /// Lists the folder. What cannot be listed is left out.
    pub fn walk(root: &Path) -> Self {
        let mut paths = Vec::new();
        let mut whole = true;
        let mut waiting = vec![(String::new(), 0_usize)];
        while let Some((inner, depth)) = waiting.pop() {
            for entry in fs::read_dir(root.join(&inner)).into_iter().flatten().flatten() {
                let name = entry.file_name();
                let (Some(name), Ok(kind)) = (name.to_str(), entry.file_type()) else { continue };
                let path = if inner.is_empty() { name.to_owned() } else { format!("{inner}/{name}") };
                if kind.is_dir() {
                    // A virtual environment may have any name.
                    let skipped = is_skipped(name) || root.join(&path).join("pyvenv.cfg").exists();
                    if !skipped && depth < DEPTH_AT_MOST {
                        waiting.push((path, depth + 1));
                    }
                } else if kind.is_file() {
                    if paths.len() >= FILES_AT_MOST {
                        whole = false;
                        waiting.clear();
                        break;
                    }
                    paths.push(path);
                }
            }
        }
        paths.sort_unstable();
        Self { root: root.to_owned(), paths, whole }
    }

    /// Whether every file was listed.
    pub fn is_whole(&self) -> bool {
        self.whole
    }
}

impl Files for Folder {
    fn paths(&self) -> &[String] {
        &self.paths
    }

    fn read(&self, path: &str) -> Option<Cow<'_, [u8]>> {
        let file = fs::File::open(self.root.join(path)).ok()?;
        let meta = file.metadata().ok()?;
        if !meta.is_file() || meta.len() > FILE_AT_MOST {
            return None;
        }
        let mut bytes = Vec::with_capacity(usize::try_from(meta.len()).ok()?);
        file.take(FILE_AT_MOST).read_to_end(&mut bytes).ok()?;
        Some(Cow::Owned(bytes))
    }

    fn is_there(&self, path: &str) -> bool {
        self.root.join(path).symlink_metadata().is_ok()
    }
}

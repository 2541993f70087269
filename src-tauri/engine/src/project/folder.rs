//! Whether the folder is there and can be read.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::{
    foreign::harmless,
    problem::{Code, Problem, Remedy},
    text,
};

/// The folder's absolute path, links followed, if it is a folder that this user can list.
pub fn existing(chosen: &Path) -> Result<PathBuf, Problem> {
    let chosen = if chosen.as_os_str().is_empty() { Path::new(".") } else { chosen };
    let folder = dunce::canonicalize(chosen).map_err(|error| unusable(chosen, &error))?;
    match std::fs::read_dir(&folder) {
        Ok(_) => Ok(folder),
        Err(error) => Err(unusable(&folder, &error)),
    }
}

/// The folder as it is written on what was made from it: labels and annotations take no control characters.
pub fn as_mark(folder: &Path) -> String {
    harmless(&folder.display().to_string())
}

fn unusable(folder: &Path, error: &io::Error) -> Problem {
    let shown = folder.display().to_string();
    match error.kind() {
        io::ErrorKind::NotFound => Problem::new(Code::FolderMissing)
            .with("folder", &shown)
            .caused_by(error)
            .remedy(Remedy::say(text!("remedy-folder-choose"))),
        io::ErrorKind::NotADirectory => {
            let parent = folder.parent().unwrap_or(folder).display().to_string();
            Problem::new(Code::FolderIsFile)
                .with("folder", &shown)
                .caused_by(error)
                .remedy(Remedy::say(text!("remedy-folder-parent", parent = parent)))
        }
        _ => unreadable(folder, error),
    }
}

/// The problem of something in the folder, or the folder itself, that this user cannot read.
pub fn unreadable(path: &Path, error: &io::Error) -> Problem {
    let shown = path.display().to_string();
    Problem::new(Code::FolderUnreadable)
        .with("folder", &shown)
        .caused_by(error)
        .remedy(Remedy::say(text!("remedy-folder-readable", folder = &shown)))
        .retry()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_named_by_its_absolute_path_with_links_followed() {
        let root = tempfile::tempdir().unwrap();
        let root = dunce::canonicalize(root.path()).unwrap();
        std::fs::create_dir(root.join("iris")).unwrap();
        assert_eq!(existing(&root.join("iris/../iris/.")).unwrap(), root.join("iris"));
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(root.join("iris"), root.join("link")).unwrap();
            assert_eq!(existing(&root.join("link")).unwrap(), root.join("iris"));
        }
    }

    #[test]
    fn a_missing_folder_and_a_file_are_told_apart() {
        let root = tempfile::tempdir().unwrap();
        std::fs::write(root.path().join("model.pkl"), b"").unwrap();
        assert_eq!(existing(&root.path().join("no")).unwrap_err().code, Code::FolderMissing);
        assert_eq!(existing(&root.path().join("model.pkl")).unwrap_err().code, Code::FolderIsFile);
        assert_eq!(existing(&root.path().join("model.pkl/x")).unwrap_err().code, Code::FolderIsFile);
    }
}

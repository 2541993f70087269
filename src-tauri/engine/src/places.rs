//! Where Slipway keeps its own files: state and cache in the user's folders, written atomically, readable by
//! the user alone.

use std::{
    io,
    path::{Path, PathBuf},
};

use etcetera::{BaseStrategy, choose_base_strategy};

use crate::problem::{Code, Problem, Remedy};
use crate::text;

/// Slipway's folders. `SLIPWAY_HOME` puts both in one place, for tests and for carrying them about.
#[derive(Debug, Clone)]
pub struct Places {
    state: PathBuf,
    cache: PathBuf,
}

impl Places {
    /// The user's own folders.
    pub fn of_user() -> Result<Self, Problem> {
        if let Some(home) = std::env::var_os("SLIPWAY_HOME").filter(|home| !home.is_empty()) {
            return Ok(Self::under(Path::new(&home)));
        }
        let base = choose_base_strategy().map_err(|error| unwritable(Path::new("~"), &error))?;
        let state = base.state_dir().unwrap_or_else(|| base.data_dir()).join("slipway");
        Ok(Self { state, cache: base.cache_dir().join("slipway") })
    }

    /// Folders under one root.
    pub fn under(root: &Path) -> Self {
        Self { state: root.join("state"), cache: root.join("cache") }
    }

    /// What must outlive a restart: locks, pins, past trials.
    pub fn state(&self) -> &Path {
        &self.state
    }

    /// What can be made again: file digests.
    pub fn cache(&self) -> &Path {
        &self.cache
    }
}

/// Writes a file whole or not at all, for the user's eyes only; its folder is made.
pub fn write_atomically(path: &Path, content: &[u8]) -> Result<(), Problem> {
    let write = || -> io::Result<()> {
        let folder = path.parent().ok_or_else(|| io::Error::other("no folder"))?;
        make_private_folder(folder)?;
        // tempfile makes files that only the user can read
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        io::Write::write_all(&mut file, content)?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    };
    write().map_err(|error| unwritable(path, &error))
}

/// Makes a folder of ours that only the user can enter. One that is there already is closed to others, too.
pub fn make_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    close_to_others(folder, 0o700);
    Ok(())
}

/// Opens a file of ours to be read and written, which only the user can; its folder and it are made.
pub fn open_private_file(path: &Path) -> io::Result<std::fs::File> {
    make_private_folder(path.parent().ok_or_else(|| io::Error::other("no folder"))?)?;
    let mut options = std::fs::File::options();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    close_to_others(path, 0o600);
    Ok(file)
}

/// Takes away what others may do. Some file systems know no rights: there it stays as it is.
#[cfg(unix)]
fn close_to_others(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    let open = std::fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o077 != 0);
    if open && let Err(error) = std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)) {
        tracing::debug!(path = %path.display(), %error, "others may do more than they should");
    }
}

/// The user's own folders are closed to others by what they inherit.
#[cfg(not(unix))]
fn close_to_others(_: &Path, _: u32) {}

/// The problem of a file of ours that cannot be written.
pub fn unwritable(path: &Path, error: &(dyn std::error::Error + 'static)) -> Problem {
    Problem::new(Code::StateUnwritable)
        .with("path", path.display().to_string())
        .caused_by(error)
        .remedy(Remedy::say(text!("remedy-make-writable", path = path.display().to_string())))
        .retry()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_ours_is_whole_and_private() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a/b.json");
        write_atomically(&path, b"1").unwrap();
        write_atomically(&path, b"22").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"22");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o077, 0);
        }
    }

    #[test]
    fn a_place_that_cannot_be_written_is_a_problem_with_its_path() {
        let root = tempfile::tempdir().unwrap();
        std::fs::write(root.path().join("a"), b"a file where a folder is wanted").unwrap();
        let problem = write_atomically(&root.path().join("a/b"), b"1").unwrap_err();
        assert_eq!(problem.code, Code::StateUnwritable);
    }
}

//! What of a folder a build may read: the walk that the engine is shown, in the engine's own order.
//!
//! Links are never followed, so a loop of links is safe and nothing outside of the folder is ever read.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

mod follow;

use std::{
    collections::HashMap,
    ffi::OsString,
    fs::{FileType, Metadata},
    io,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

#[cfg(unix)]
use unix as system;
#[cfg(windows)]
use windows as system;

pub use follow::follow;
pub use system::open_file;

use super::patterns::{Fits, Patterns};
use crate::{
    problem::{Code, Problem, Remedy},
    text,
};

/// A folder, and which part of it counts.
#[derive(Debug, Clone)]
pub struct Context {
    /// The folder, absolute.
    pub root: PathBuf,
    /// Only what these fit; `None`: everything.
    pub wanted: Option<Patterns>,
    /// But not what these fit.
    pub ignored: Patterns,
}

/// Something in the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its path below the folder, `/` between its parts.
    pub path: String,
    /// What it is.
    pub kind: Kind,
    /// Permissions as on Unix, with the bits above them (set-user-id and so on), without the type.
    pub mode: u32,
    /// What tells one state of a file from another.
    pub stamp: Stamp,
}

/// What an entry is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A folder.
    Folder,
    /// A file with content of its own.
    File,
    /// Another name of a file that came before, at this path.
    HardLink(String),
    /// A symbolic link and where it points.
    Link(String),
    /// A named pipe.
    Pipe,
    /// A socket. Nothing can be read from it.
    Socket,
    /// A device of this number.
    Device {
        /// Whether it is read and written a character at a time.
        characters: bool,
        /// Which driver.
        major: u32,
        /// Which of the driver's.
        minor: u32,
    },
}

/// What the file system says of a file, without reading it. A changed file has another stamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stamp {
    /// Bytes.
    pub size: u64,
    /// When its content changed, in nanoseconds since 1970.
    pub modified: i64,
    /// When anything about it changed, in nanoseconds since 1970 (on Windows, when it was made).
    pub changed: i64,
    /// Its number in the file system; 0 on Windows.
    pub inode: u64,
}

/// Why a folder cannot be walked.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Something cannot be read.
    #[error("{path}: {error}")]
    Unreadable {
        /// Its path below the folder.
        path: String,
        /// Why.
        error: io::Error,
    },
    /// A name that is no UTF-8: docker's own protocol cannot carry it.
    #[error("{path}: the name is not UTF-8")]
    Name {
        /// The path, its bad bytes replaced.
        path: String,
    },
    /// A file is not what it was a moment ago.
    #[error("{path} changed while it was read")]
    Changed {
        /// Its path below the folder.
        path: String,
    },
}

impl Fault {
    /// The problem that it is for a build.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Unreadable { path, error } => Problem::new(Code::BuildFileUnreadable)
                .with("file", path)
                .quoting(format!("{path}: {error}"))
                .remedy(Remedy::say(text!("remedy-file-readable", file = path)))
                .retry(),
            Self::Name { path } => Problem::new(Code::BuildFileName)
                .with("file", path)
                .quoting(path)
                .remedy(Remedy::say(text!("remedy-file-rename", file = path))),
            Self::Changed { path } => Problem::new(Code::BuildFileChanged)
                .with("file", path)
                .quoting(self)
                .remedy(Remedy::say(text!("remedy-file-still")))
                .retry(),
        }
    }
}

/// One folder on the way down.
struct Level {
    /// The folder itself, until it was told.
    untold: Option<Entry>,
    names: Names,
    wanted: Option<Fits>,
    ignored: Option<Fits>,
    /// How long the path was before this folder was entered.
    parent: usize,
}

impl Context {
    /// The whole folder.
    pub fn whole(root: &Path) -> Self {
        Self { root: root.to_owned(), wanted: None, ignored: Patterns::default() }
    }

    /// Tells every entry that counts, a folder before its content, names in the order of their bytes.
    /// `each` may end the walk by breaking. What vanishes meanwhile is not there.
    pub fn walk(&self, each: &mut dyn FnMut(Entry) -> ControlFlow<()>) -> Result<(), Fault> {
        let mut linked = HashMap::new();
        let mut path = String::new();
        let names = names_in(&self.root).map_err(|error| Fault::Unreadable { path: ".".into(), error })?;
        let mut levels = vec![Level { untold: None, names, wanted: None, ignored: None, parent: 0 }];
        while let Some(level) = levels.last_mut() {
            let Some((name, file_type)) = level.names.next() else {
                path.truncate(level.parent);
                levels.pop();
                continue;
            };
            let parent = path.len();
            if parent > 0 {
                path.push('/');
            }
            path.push_str(&name.to_string_lossy());
            let sifted = self.sift(&path, file_type.is_dir(), level);
            if sifted.counts && name.to_str().is_none() {
                return Err(Fault::Name { path });
            }
            if !sifted.counts && !sifted.inside {
                path.truncate(parent);
                continue;
            }
            let looked = look(&self.root.join(system::native(&path)), &path, &sifted, &mut linked)
                .map_err(|error| Fault::Unreadable { path: path.clone(), error })?;
            let Some((entry, names)) = looked else {
                path.truncate(parent);
                continue;
            };
            let mut untold = Some(entry);
            if sifted.counts
                && let Some(entry) = untold.take()
                && tell(&mut levels, entry, each).is_break()
            {
                return Ok(());
            }
            match names {
                Some(names) => {
                    let Sifted { wanted, ignored, .. } = sifted;
                    levels.push(Level { untold, names, wanted, ignored, parent });
                }
                None => path.truncate(parent),
            }
        }
        Ok(())
    }

    fn sift(&self, path: &str, folder: bool, around: &Level) -> Sifted {
        let mut sifted = Sifted { counts: true, inside: folder, wanted: None, ignored: None };
        if let Some(patterns) = &self.wanted {
            let (fits, known) = patterns.fit(path, around.wanted.as_ref());
            sifted.counts &= fits;
            sifted.inside &= fits || patterns.may_fit_inside(path);
            sifted.wanted = Some(known);
        }
        if !self.ignored.is_empty() {
            let (fits, known) = self.ignored.fit(path, around.ignored.as_ref());
            sifted.counts &= !fits;
            sifted.inside &= !fits || self.ignored.may_except_inside(path);
            sifted.ignored = Some(known);
        }
        sifted
    }
}

/// What the patterns say of a path.
struct Sifted {
    /// It counts itself.
    counts: bool,
    /// It is a folder, and something inside of it may count.
    inside: bool,
    wanted: Option<Fits>,
    ignored: Option<Fits>,
}

type Names = std::vec::IntoIter<(OsString, FileType)>;

/// The entry at `path`, with the names in it where it is a folder; `None` where it is gone, or is closed to us and
/// does not count.
fn look(
    full: &Path,
    path: &str,
    sifted: &Sifted,
    linked: &mut HashMap<(u64, u64), String>,
) -> io::Result<Option<(Entry, Option<Names>)>> {
    let mut both = || -> io::Result<_> {
        let entry = entry(full, path, linked)?;
        let names = if sifted.inside { Some(names_in(full)?) } else { None };
        Ok(Some((entry, names)))
    };
    both().or_else(|error| {
        let closed = !sifted.counts && error.kind() == io::ErrorKind::PermissionDenied;
        if vanished(&error) || closed { Ok(None) } else { Err(error) }
    })
}

/// Tells the folders around that were not told yet, then the entry.
fn tell(
    levels: &mut [Level],
    entry: Entry,
    each: &mut dyn FnMut(Entry) -> ControlFlow<()>,
) -> ControlFlow<()> {
    for level in levels {
        if let Some(folder) = level.untold.take() {
            each(folder)?;
        }
    }
    each(entry)
}

/// The names in a folder, in the order of their bytes.
fn names_in(folder: &Path) -> io::Result<Names> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        match entry.file_type() {
            Ok(file_type) => names.push((entry.file_name(), file_type)),
            Err(error) if vanished(&error) => {}
            Err(error) => return Err(error),
        }
    }
    names.sort_unstable_by(|(one, _), (other, _)| one.as_encoded_bytes().cmp(other.as_encoded_bytes()));
    Ok(names.into_iter())
}

fn entry(full: &Path, path: &str, linked: &mut HashMap<(u64, u64), String>) -> io::Result<Entry> {
    let metadata = std::fs::symlink_metadata(full)?;
    let mut kind = system::kind(&metadata);
    if metadata.is_symlink() {
        let target = std::fs::read_link(full)?;
        let target = target.to_str().ok_or_else(|| io::Error::other("the link's target is not UTF-8"))?;
        kind = Kind::Link(system::portable(target));
    } else if kind == Kind::File
        && let Some(identity) = system::shared_identity(&metadata)
    {
        match linked.entry(identity) {
            std::collections::hash_map::Entry::Occupied(first) => kind = Kind::HardLink(first.get().clone()),
            std::collections::hash_map::Entry::Vacant(slot) => {
                slot.insert(path.to_owned());
            }
        }
    }
    Ok(Entry { path: path.to_owned(), kind, mode: system::mode(&metadata), stamp: stamp(&metadata) })
}

/// What the file system says of this file.
pub fn stamp(metadata: &Metadata) -> Stamp {
    system::stamp(metadata)
}

/// Whether the error says that there is no such thing (any more).
pub fn vanished(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_of(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, file).unwrap();
        }
        folder
    }

    fn walked(folder: &Path, wanted: Option<&[&str]>, ignored: &[&str]) -> Vec<String> {
        let list = |patterns: &[&str]| Patterns::new(patterns.iter().map(|pattern| (1, *pattern))).unwrap();
        let context = Context { root: folder.to_owned(), wanted: wanted.map(list), ignored: list(ignored) };
        let mut paths = Vec::new();
        context
            .walk(&mut |entry| {
                paths.push(entry.path);
                ControlFlow::Continue(())
            })
            .unwrap();
        paths
    }

    #[test]
    fn the_order_is_by_the_parts_of_the_path() {
        let folder = folder_of(&["a.txt", "a/b", "a-b", "Z", "a/b.c/d"]);
        assert_eq!(walked(folder.path(), None, &[]), ["Z", "a", "a/b", "a/b.c", "a/b.c/d", "a-b", "a.txt"]);
    }

    #[test]
    fn only_what_is_wanted_counts_with_the_folders_around_it() {
        let folder = folder_of(&["src/api/main.py", "src/test/t.py", "data/x.csv", "requirements.txt"]);
        assert_eq!(
            walked(folder.path(), Some(&["src/api", "requirements.txt"]), &[]),
            ["requirements.txt", "src", "src/api", "src/api/main.py"]
        );
        assert_eq!(walked(folder.path(), Some(&["**/*.csv"]), &[]), ["data", "data/x.csv"]);
    }

    #[test]
    fn an_exception_brings_back_a_file_and_the_folders_around_it() {
        let folder = folder_of(&["data/big.csv", "data/small/a.csv", "main.py"]);
        assert_eq!(
            walked(folder.path(), None, &["data", "!data/small/a.csv"]),
            ["data", "data/small", "data/small/a.csv", "main.py"]
        );
        assert_eq!(walked(folder.path(), None, &["data"]), ["main.py"]);
    }

    #[test]
    fn the_walk_ends_when_told() {
        let folder = folder_of(&["a", "b", "c"]);
        let mut seen = 0;
        Context::whole(folder.path())
            .walk(&mut |_| {
                seen += 1;
                if seen == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })
            .unwrap();
        assert_eq!(seen, 2);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_told_and_never_followed() {
        let folder = folder_of(&["model/a.bin"]);
        std::os::unix::fs::symlink("..", folder.path().join("model/up")).unwrap();
        std::os::unix::fs::symlink("self", folder.path().join("self")).unwrap();
        std::fs::hard_link(folder.path().join("model/a.bin"), folder.path().join("model/b.bin")).unwrap();
        let mut kinds = Vec::new();
        Context::whole(folder.path())
            .walk(&mut |entry| {
                kinds.push(entry.kind);
                ControlFlow::Continue(())
            })
            .unwrap();
        assert_eq!(
            kinds,
            [
                Kind::Folder,
                Kind::File,
                Kind::HardLink("model/a.bin".into()),
                Kind::Link("..".into()),
                Kind::Link("self".into())
            ]
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_name_that_is_not_utf8_is_a_fault_unless_it_is_ignored() {
        use std::os::unix::ffi::OsStrExt;
        let folder = folder_of(&["a"]);
        std::fs::write(folder.path().join(std::ffi::OsStr::from_bytes(b"caf\xe9.csv")), "").unwrap();
        let fault = Context::whole(folder.path()).walk(&mut |_| ControlFlow::Continue(())).unwrap_err();
        assert_eq!(fault.problem().code, Code::BuildFileName);
        assert_eq!(walked(folder.path(), None, &["*.csv"]), ["a"]);
    }
}

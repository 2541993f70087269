//! Digests of files, remembered by what the file system says of the files.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::super::context::Stamp;
use crate::places::{Places, write_atomically};

/// Within this time of its last change a file can change again without another stamp: file systems count time in
/// steps. Some count whole seconds, or two.
const FINE: Duration = Duration::from_millis(100);
const COARSE: Duration = Duration::from_secs(2);

/// What is remembered of one folder.
#[derive(Debug)]
pub(super) struct Remembered {
    path: PathBuf,
    begun: SystemTime,
    before: Kept,
    after: Option<Kept>,
    /// How often a file changed in a way that its size and time do not show.
    pub unseen_changes: u64,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Kept {
    unseen_changes: u64,
    files: HashMap<String, File>,
}

/// Size, time of change, time of any change, number, digest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct File(u64, i64, i64, u64, String);

impl File {
    fn is(&self, stamp: &Stamp) -> bool {
        (self.0, self.1, self.2, self.3) == (stamp.size, stamp.modified, stamp.changed, stamp.inode)
    }
}

impl Remembered {
    /// What is remembered of `folder`: nothing, where that cannot be read.
    pub fn load(places: &Places, folder: &Path) -> Self {
        let name = super::hex(&Sha256::digest(folder.as_os_str().as_encoded_bytes()));
        let path = places.cache().join("content").join(format!("{}.json", &name[..16]));
        let before: Kept =
            std::fs::read(&path).ok().and_then(|kept| serde_json::from_slice(&kept).ok()).unwrap_or_default();
        Self { path, begun: SystemTime::now(), unseen_changes: before.unseen_changes, before, after: None }
    }

    /// The digest of a file that looks as it did.
    pub fn digest(&self, path: &str, stamp: &Stamp) -> Option<&str> {
        self.before.files.get(path).filter(|file| file.is(stamp)).map(|file| file.4.as_str())
    }

    /// Remembers these and nothing else.
    pub fn keep<'a>(&mut self, files: impl Iterator<Item = (&'a str, Stamp, &'a str)>) {
        let mut kept = HashMap::new();
        for (path, stamp, digest) in files {
            if let Some(before) = self.before.files.get(path)
                && (before.0, before.1) == (stamp.size, stamp.modified)
                && before.4 != digest
            {
                self.unseen_changes += 1;
            }
            let Stamp { size, modified, changed, inode } = stamp;
            // No file changed at that time, so one that may still change unseen is read again.
            let changed = if settled(&stamp, self.begun) { changed } else { i64::MIN };
            kept.insert(path.to_owned(), File(size, modified, changed, inode, digest.to_owned()));
        }
        self.after = Some(Kept { unseen_changes: self.unseen_changes, files: kept });
    }

    /// Writes it, if it is news, and says the first file that is. Without it, files are read again the next time, so
    /// a failure is no problem.
    pub fn save(self) -> Option<String> {
        let after = self.after.filter(|after| *after != self.before)?;
        let (before, now) = (&self.before.files, &after.files);
        let digest = |files: &HashMap<String, File>, path: &str| files.get(path).map(|file| file.4.clone());
        let differs = |path: &&String| digest(before, path) != digest(now, path);
        let news = now.keys().chain(before.keys()).filter(differs).min().cloned();
        let written = serde_json::to_vec(&after).map(|bytes| write_atomically(&self.path, &bytes));
        if let Ok(Err(problem)) = written {
            tracing::debug!(%problem, "digests are not remembered");
        }
        news
    }
}

/// Whether a file had its last change long enough before `now` for its stamp to tell a further one.
fn settled(stamp: &Stamp, now: SystemTime) -> bool {
    let whole_seconds = stamp.modified % 1_000_000_000 == 0 && stamp.changed % 1_000_000_000 == 0;
    let step = if whole_seconds { COARSE } else { FINE };
    let last = u64::try_from(stamp.modified.max(stamp.changed)).unwrap_or(0);
    SystemTime::UNIX_EPOCH + Duration::from_nanos(last) + step < now
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_changed_just_now_is_read_again() {
        let now = SystemTime::now();
        let nanos = |before: Duration| {
            i64::try_from((now - before).duration_since(SystemTime::UNIX_EPOCH).unwrap().as_nanos()).unwrap()
        };
        let changed = |modified: i64| Stamp { modified, changed: modified, ..Stamp::default() };
        assert!(!settled(&changed(nanos(Duration::from_millis(1))), now));
        assert!(settled(&changed(nanos(Duration::from_millis(500)) | 1), now));
        let second = 1_000_000_000;
        assert!(
            !settled(&changed(nanos(Duration::from_secs(1)) / second * second), now),
            "time in whole seconds"
        );
        assert!(settled(&changed(nanos(Duration::from_secs(4)) / second * second), now));
    }

    #[test]
    fn what_is_remembered_is_found_by_the_whole_stamp() {
        let root = tempfile::tempdir().unwrap();
        let places = Places::under(root.path());
        let stamp = Stamp { size: 3, modified: 1, changed: 2, inode: 9 };
        let just_now = Stamp { changed: i64::MAX, ..stamp };
        let mut first = Remembered::load(&places, Path::new("/p"));
        first.keep([("a", stamp, "d1"), ("b", just_now, "d2")].into_iter());
        first.save();
        let second = Remembered::load(&places, Path::new("/p"));
        assert_eq!(second.digest("a", &stamp), Some("d1"));
        assert_eq!(second.digest("b", &just_now), None, "it may change without another stamp");
        for other in [Stamp { changed: 3, ..stamp }, Stamp { inode: 8, ..stamp }, Stamp { size: 4, ..stamp }]
        {
            assert_eq!(second.digest("a", &other), None);
        }
        assert_eq!(Remembered::load(&places, Path::new("/q")).digest("a", &stamp), None, "another folder");
    }
}

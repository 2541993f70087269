//! The content of an image before it is built: the digest of all that a build may read. Unchanged content has an
//! unchanged digest, so an image that bears it needs no building.

mod reading;
mod remembered;

use std::{
    collections::BTreeMap,
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use sha2::{Digest, Sha256};

pub use self::reading::Reading;
use self::remembered::Remembered;
use super::{
    context::{Context, Entry, Fault, Kind, follow},
    dockerfile::Dockerfile,
    dockerignore::Dockerignore,
    folder,
    patterns::Patterns,
};
use crate::{facts, places::Places, problem::Problem};

/// How many files are read at once at most.
const READERS_AT_MOST: usize = 4;

/// How much of a file is read at once, in bytes.
const PIECE: usize = 64 * 1024;

/// What is built, from what, and how.
#[derive(Debug, Clone)]
pub struct Source {
    /// The folder that the engine may read, absolute.
    pub context: PathBuf,
    /// The Dockerfile, absolute.
    pub dockerfile: PathBuf,
    /// The Dockerfile as a person would name it.
    pub dockerfile_shown: PathBuf,
    /// The stage to build; `None`: the last.
    pub target: Option<String>,
    /// Build arguments.
    pub args: BTreeMap<String, String>,
    /// Operating system and architecture of the image, such as `linux/amd64`.
    pub platform: String,
}

/// What was found: a digest and what stands behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// SHA-256 of everything, in hex.
    pub digest: String,
    /// SHA-256 of the Dockerfile alone, in hex.
    pub recipe: String,
    /// How many files count.
    pub files: u64,
    /// How many bytes they hold.
    pub bytes: u64,
    /// Names this folder to the engine, which keeps a copy of what was sent under the name. It changes when a file
    /// changed in a way that the engine cannot see: same size, same time.
    pub shared_key: String,
    /// A file that is not as it was when the folder was read the last time; `None`: nothing in a file is new.
    pub news: Option<String>,
}

/// How many digits of the digest are in a tag.
const IN_TAG: usize = 12;

impl Content {
    /// The tag for an image of this content.
    pub fn tag(&self, project: &str) -> String {
        format!("{project}:{}", &self.digest[..IN_TAG])
    }
}

/// Whether a name of an image is such a tag of the project; else somebody else named it.
pub fn is_tag(name: &str, project: &str) -> bool {
    let digits = name.strip_prefix(project).and_then(|rest| rest.strip_prefix(':'));
    digits.is_some_and(|digits| {
        digits.len() == IN_TAG && digits.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'))
    })
}

impl Source {
    /// What is built for a project on an engine of this platform.
    pub fn of(project: &facts::Project, platform: String) -> Self {
        Self {
            context: joined(&project.folder, &project.context),
            dockerfile: project.folder.join(&project.dockerfile),
            dockerfile_shown: project.dockerfile.clone(),
            target: project.target.clone(),
            args: project.args.clone(),
            platform,
        }
    }

    /// The part of the context that the Dockerfile may read.
    pub fn read_by_build(&self) -> Result<Context, Problem> {
        let bytes = self.recipe()?;
        let (dockerfile, text) = Dockerfile::parse_bytes(&bytes)
            .map_err(|(fault, text)| fault.problem(&self.dockerfile_shown, &text))?;
        let built = dockerfile
            .built(self.target.as_deref(), &self.args)
            .map_err(|fault| fault.problem(&self.dockerfile_shown, &text))?;
        let paths: Vec<_> = built
            .copied
            .into_iter()
            .flat_map(|copy| copy.sources)
            .filter(|source| !is_remote(source))
            .collect();
        let wanted = follow(&self.context, &paths);
        let wanted = wanted
            .map(|wanted| Patterns::new((1..).zip(wanted.iter().map(String::as_str))))
            .transpose()
            // What the engine refuses too is left to the engine: everything counts.
            .unwrap_or_default();
        let ignored = Dockerignore::read(&self.context, &self.dockerfile)?.patterns;
        Ok(Context { root: self.context.clone(), wanted, ignored })
    }

    /// The Dockerfile's bytes.
    pub fn recipe(&self) -> Result<Vec<u8>, Problem> {
        std::fs::read(&self.dockerfile).map_err(|error| folder::unreadable(&self.dockerfile_shown, &error))
    }

    /// The digest of the Dockerfile alone.
    pub fn recipe_digest(&self) -> Result<String, Problem> {
        Ok(hex(&Sha256::digest(&self.recipe()?)))
    }

    /// The Dockerfile, if it can be read as one.
    pub fn dockerfile(&self) -> Option<Dockerfile> {
        Dockerfile::parse_bytes(&self.recipe().ok()?).ok().map(|(dockerfile, _)| dockerfile)
    }

    /// Reads all that counts. Files that look as they did when they were read last are not read again: their
    /// digests are remembered in the cache.
    pub fn content(&self, places: &Places) -> Result<Content, Problem> {
        let recipe = self.recipe()?;
        let context = self.read_by_build()?;
        let mut entries = Vec::new();
        context
            .walk(&mut |entry| {
                entries.push(entry);
                ControlFlow::Continue(())
            })
            .map_err(|fault| fault.problem())?;
        let mut remembered = Remembered::load(places, &self.context);
        let digests = digests(&self.context, &entries, &mut remembered).map_err(|fault| fault.problem())?;
        let mut all = Summary::new();
        all.field("slipway image 1");
        all.field(&self.platform);
        all.field(self.target.as_deref().unwrap_or_default());
        for (name, value) in &self.args {
            all.field(name);
            all.field(value);
        }
        all.field(&recipe);
        let (mut files, mut bytes) = (0, 0);
        for (entry, digest) in entries.iter().zip(&digests) {
            if let Some(digest) = digest {
                files += 1;
                bytes += entry.stamp.size;
                all.field(digest);
            }
            all.field(&entry.path);
            all.field(entry.mode.to_le_bytes());
            all.field(match &entry.kind {
                Kind::Folder => "folder",
                Kind::File => "file",
                Kind::HardLink(other) | Kind::Link(other) => other,
                Kind::Pipe => "pipe",
                Kind::Socket => "socket",
                Kind::Device { .. } => "device",
            });
        }
        let context = super::folder::as_mark(&self.context);
        let shared_key = format!("slipway:{context}:{}", remembered.unseen_changes);
        let news = remembered.save();
        let recipe = hex(&Sha256::digest(&recipe));
        Ok(Content { digest: all.hex(), recipe, files, bytes, shared_key, news })
    }
}

fn joined(folder: &Path, below: &Path) -> PathBuf {
    if below == Path::new(".") { folder.to_owned() } else { folder.join(below) }
}

/// Whether `ADD` fetches this from elsewhere.
fn is_remote(source: &str) -> bool {
    ["http://", "https://", "git://", "git@"].iter().any(|scheme| source.starts_with(scheme))
}

/// A digest of fields, each told apart from the next.
struct Summary(Sha256);

impl Summary {
    fn new() -> Self {
        Self(Sha256::new())
    }

    fn field(&mut self, bytes: impl AsRef<[u8]>) {
        let bytes = bytes.as_ref();
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    fn hex(self) -> String {
        hex(&self.0.finalize())
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    let mut hex = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// The digest of each entry that is a file with content, by a few readers side by side.
fn digests(
    root: &Path,
    entries: &[Entry],
    remembered: &mut Remembered,
) -> Result<Vec<Option<String>>, Fault> {
    let mut digests: Vec<Option<String>> = vec![None; entries.len()];
    let mut unread = Vec::new();
    for (at, entry) in entries.iter().enumerate().filter(|(_, entry)| entry.kind == Kind::File) {
        digests[at] = remembered.digest(&entry.path, &entry.stamp).map(str::to_owned);
        if digests[at].is_none() {
            unread.push(at);
        }
    }
    let next = AtomicUsize::new(0);
    let stopped = AtomicBool::new(false);
    let read = Mutex::new(Vec::with_capacity(unread.len()));
    let work = || {
        while let Some(&at) = unread.get(next.fetch_add(1, Ordering::Relaxed))
            && !stopped.load(Ordering::Relaxed)
        {
            let digest = digest_of(root, &entries[at]);
            stopped.fetch_or(digest.is_err(), Ordering::Relaxed);
            read.lock().unwrap_or_else(PoisonError::into_inner).push((at, digest));
        }
    };
    let readers = std::thread::available_parallelism().map_or(1, usize::from).min(READERS_AT_MOST);
    if unread.len() < 2 || readers < 2 {
        work();
    } else {
        std::thread::scope(|scope| {
            for _ in 0..readers {
                scope.spawn(work);
            }
        });
    }
    for (at, digest) in read.into_inner().unwrap_or_else(PoisonError::into_inner) {
        digests[at] = Some(digest?);
    }
    remembered.keep(entries.iter().zip(&digests).filter_map(|(entry, digest)| {
        digest.as_ref().map(|digest| (entry.path.as_str(), entry.stamp, digest.as_str()))
    }));
    Ok(digests)
}

fn digest_of(root: &Path, entry: &Entry) -> Result<String, Fault> {
    let mut hasher = Sha256::new();
    let mut reading = Reading::open(root, &entry.path, entry.stamp)?;
    let mut buffer = reading.buffer(PIECE);
    loop {
        match reading.piece(&mut buffer)? {
            0 => return Ok(hex(&hasher.finalize())),
            read => hasher.update(&buffer[..read]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::context::stamp, *};

    struct Folder {
        root: tempfile::TempDir,
        source: Source,
    }

    impl Folder {
        fn with(dockerfile: &str, files: &[(&str, &str)]) -> Self {
            let root = tempfile::tempdir().unwrap();
            let context = root.path().join("project");
            std::fs::create_dir(&context).unwrap();
            let source = Source {
                dockerfile: context.join("Dockerfile"),
                dockerfile_shown: "Dockerfile".into(),
                context,
                target: None,
                args: BTreeMap::new(),
                platform: "linux/amd64".into(),
            };
            let folder = Self { root, source };
            folder.write("Dockerfile", dockerfile);
            for (path, content) in files {
                folder.write(path, content);
            }
            folder
        }

        fn write(&self, path: &str, content: &str) {
            let path = self.source.context.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }

        fn content(&self) -> Content {
            self.source.content(&Places::under(&self.root.path().join("places"))).unwrap()
        }

        fn digest(&self) -> String {
            self.content().digest
        }
    }

    #[test]
    fn the_tag_is_the_name_and_the_first_twelve_digits() {
        let content = Folder::with("FROM scratch\nCOPY a /\n", &[("a", "1")]).content();
        assert_eq!(content.tag("iris"), format!("iris:{}", &content.digest[..12]));
        assert_eq!((content.files, content.bytes), (1, 1));
    }

    #[test]
    fn only_what_the_dockerfile_may_read_counts() {
        let folder = Folder::with(
            "FROM scratch\nCOPY app /app\nCOPY m*.bin /\n",
            &[("app/main.py", "1"), ("m1.bin", "m")],
        );
        let before = folder.digest();
        folder.write("notes.md", "changed");
        folder.write("data/train.csv", "1,2");
        assert_eq!(folder.digest(), before, "never copied");
        for (path, content) in [("app/main.py", "2"), ("app/new.py", ""), ("m2.bin", "")] {
            let before = folder.digest();
            folder.write(path, content);
            assert_ne!(folder.digest(), before, "{path}");
        }
    }

    #[test]
    fn what_is_ignored_does_not_count() {
        let folder =
            Folder::with("FROM scratch\nCOPY . /\n", &[(".dockerignore", "*.log\n"), ("main.py", "1")]);
        let before = folder.digest();
        folder.write("train.log", "epoch 1");
        assert_eq!(folder.digest(), before);
        folder.write("main.pyc", "");
        assert_ne!(folder.digest(), before);
    }

    #[test]
    fn dockerfile_arguments_target_and_platform_count() {
        let mut folder = Folder::with("ARG V=1\nFROM scratch AS a\nFROM scratch\n", &[]);
        let mut seen = vec![folder.digest()];
        folder.source.args.insert("V".into(), "2".into());
        seen.push(folder.digest());
        folder.source.target = Some("a".into());
        seen.push(folder.digest());
        folder.source.platform = "linux/arm64".into();
        seen.push(folder.digest());
        folder.write("Dockerfile", "ARG V=1\nFROM scratch AS a\nFROM scratch\n#\n");
        seen.push(folder.digest());
        let distinct: std::collections::BTreeSet<_> = seen.iter().collect();
        assert_eq!(distinct.len(), seen.len());
    }

    #[cfg(unix)]
    #[test]
    fn permissions_links_and_what_links_lead_to_count() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = Folder::with("FROM scratch\nCOPY latest /\n", &[("v1", "1"), ("v2", "2")]);
        let at = |path: &str| folder.source.context.join(path);
        symlink("v1", at("latest")).unwrap();
        let mut seen = vec![folder.digest()];
        folder.write("v1", "changed");
        seen.push(folder.digest());
        std::fs::set_permissions(at("v1"), std::fs::Permissions::from_mode(0o700)).unwrap();
        seen.push(folder.digest());
        std::fs::remove_file(at("latest")).unwrap();
        symlink("v2", at("latest")).unwrap();
        seen.push(folder.digest());
        let distinct: std::collections::BTreeSet<_> = seen.iter().collect();
        assert_eq!(distinct.len(), seen.len());
    }

    #[test]
    fn the_time_of_a_file_does_not_count() {
        let folder = Folder::with("FROM scratch\nCOPY . /\n", &[("main.py", "1")]);
        let before = folder.digest();
        std::thread::sleep(std::time::Duration::from_millis(5)); // so that the time is another
        folder.write("main.py", "1");
        assert_eq!(folder.digest(), before);
    }

    #[cfg(unix)]
    #[test]
    fn a_change_that_keeps_size_and_time_is_seen_and_renames_the_folder_to_the_engine() {
        let folder = Folder::with("FROM scratch\nCOPY . /\n", &[("main.py", "1")]);
        let path = folder.source.context.join("main.py");
        let old = std::time::SystemTime::now() - std::time::Duration::from_hours(1);
        let set_old = || std::fs::File::options().write(true).open(&path).unwrap().set_modified(old).unwrap();
        set_old();
        let before = folder.content();
        std::fs::write(&path, "2").unwrap();
        set_old();
        let after = folder.content();
        assert_ne!(after.digest, before.digest);
        assert_ne!(after.shared_key, before.shared_key);
        assert_eq!(after.news.as_deref(), Some("main.py"));
        assert_eq!(folder.content(), Content { news: None, ..after });
    }

    #[test]
    fn a_file_that_shrinks_or_grows_while_it_is_read_is_a_fault() {
        for now in ["1", "1234567"] {
            let folder = Folder::with("", &[("a", "1234")]);
            let root = &folder.source.context;
            let seen = stamp(&std::fs::symlink_metadata(root.join("a")).unwrap());
            let mut reading = Reading::open(root, "a", seen).unwrap();
            assert_eq!(reading.piece(&mut [0; 2]).unwrap(), 2);
            folder.write("a", now);
            let mut rest = || {
                while reading.piece(&mut [0; 2])? > 0 {}
                Ok::<_, Fault>(())
            };
            assert!(matches!(rest().unwrap_err(), Fault::Changed { .. }), "{now}");
        }
    }

    #[test]
    fn a_file_that_is_not_what_the_walk_saw_is_a_fault() {
        let folder = Folder::with("", &[("grown", "123"), ("gone", "1")]);
        let root = &folder.source.context;
        let seen = |path: &str| stamp(&std::fs::symlink_metadata(root.join(path)).unwrap());
        let (grown, gone) = (seen("grown"), seen("gone"));
        folder.write("grown", "1234");
        std::fs::remove_file(root.join("gone")).unwrap();
        for (path, stamp) in [("grown", grown), ("gone", gone)] {
            let whole = || {
                let mut reading = Reading::open(root, path, stamp)?;
                while reading.piece(&mut [0; 2])? > 0 {}
                Ok::<_, Fault>(())
            };
            let fault = whole().unwrap_err();
            assert!(matches!(fault, Fault::Changed { .. }), "{path}: {fault}");
        }
    }
}

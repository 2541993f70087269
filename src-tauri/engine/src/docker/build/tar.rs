//! For engines without BuildKit: the context as a tar that is made while it is sent.
//!
//! If it cannot be finished, the engine gets a broken stream and never the end of the archive: it must not take half
//! a folder for the whole.

use std::{
    io::{self, Write},
    ops::ControlFlow,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use bollard::{auth::DockerCredentials, body_try_stream, query_parameters::BuildImageOptions};
use bytes::{Bytes, BytesMut};
use tar::{Builder, EntryType, Header};
use tokio::sync::mpsc::{self, Sender};
use tokio_stream::wrappers::ReceiverStream;

use super::{Built, Part, Sent, StillSame, follow, log::Log};
use crate::{
    docker::{Engine, credentials::Keyring},
    problem::{Problem, internal},
    project::{
        content::{Reading, Source},
        context::{Entry, Fault, Kind},
        dockerignore::Dockerignore,
    },
};

/// How much is sent at once, in bytes.
const PIECE: usize = 64 * 1024;

/// How many pieces may wait for the engine.
const WAITING_AT_MOST: usize = 8;

/// The Dockerfile's name in the archive, where it lies outside of the context.
const DOCKERFILE_OUTSIDE: &str = ".slipway.dockerfile";

pub(super) async fn build(
    engine: &Engine,
    source: &Source,
    still_same: StillSame,
    options: BuildImageOptions,
    keyring: Keyring,
    log: Log,
) -> Result<Built, Problem> {
    let name = name_in_context(source);
    let options = BuildImageOptions { dockerfile: name.clone(), ..options };
    let credentials = credentials(&keyring).await;
    let (out, pieces) = mpsc::channel(WAITING_AT_MOST);
    let sent = Sent::default();
    let trouble: Arc<Mutex<Option<Problem>>> = Arc::default();
    {
        let (source, sent, trouble) = (source.clone(), sent.clone(), trouble.clone());
        tokio::task::spawn_blocking(move || {
            let written = write(&source, &name, &still_same, Pieces::new(out.clone()), &sent);
            // Where the engine hung up, its own account says why.
            if let Err(Failure::Problem(problem)) = written {
                let words = format!("slipway: {}", problem.code);
                *trouble.lock().unwrap_or_else(PoisonError::into_inner) = Some(*problem);
                let _ = out.blocking_send(Err(io::Error::other(words)));
            }
        });
    }
    let client = engine.patient();
    let stream =
        client.build_image(options, Some(credentials), Some(body_try_stream(ReceiverStream::new(pieces))));
    match follow(stream, log, source).await {
        Ok(id) => Ok(Built { id, sent }),
        Err(problem) => Err(trouble.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or(problem)),
    }
}

/// An engine without BuildKit cannot ask for credentials: it gets those that the file names.
async fn credentials(keyring: &Keyring) -> std::collections::HashMap<String, DockerCredentials> {
    let mut all = std::collections::HashMap::new();
    for registry in keyring.registries() {
        if let Ok(Some(found)) = keyring.credentials(registry).await {
            all.insert(registry.to_owned(), found.into());
        }
    }
    all
}

enum Failure {
    /// Nobody reads any more.
    HungUp,
    Problem(Box<Problem>),
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        fault.problem().into()
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.downcast::<Fault>() {
            Ok(fault) => fault.into(),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Self::HungUp,
            Err(error) => internal(error).into(),
        }
    }
}

/// The Dockerfile's name in the archive.
fn name_in_context(source: &Source) -> String {
    let inside = source.dockerfile.strip_prefix(&source.context).ok().and_then(Path::to_str);
    inside.map_or_else(|| DOCKERFILE_OUTSIDE.to_owned(), |path| path.replace('\\', "/"))
}

fn write(
    source: &Source,
    dockerfile: &str,
    still_same: &StillSame,
    pieces: Pieces,
    sent: &Sent,
) -> Result<(), Failure> {
    let context = source.read_by_build()?;
    let mut archive = Builder::new(pieces);
    let (mut has_dockerfile, mut has_ignore) = (false, false);
    let mut failure = None;
    context.walk(&mut |entry| {
        has_dockerfile |= entry.path == dockerfile;
        has_ignore |= entry.path == ".dockerignore";
        match append(&mut archive, &source.context, &entry, sent) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failure = Some(error);
                ControlFlow::Break(())
            }
        }
    })?;
    if let Some(failure) = failure {
        return Err(failure);
    }
    // The engine needs the Dockerfile in any case. What the ignore file hides, these two among it, it then takes
    // away again before anything is copied.
    if !has_dockerfile {
        append_bytes(&mut archive, dockerfile, &source.recipe()?)?;
    }
    if !has_ignore && let Some(file) = Dockerignore::read(&source.context, &source.dockerfile)?.file {
        let bytes = std::fs::read(source.context.join(&file))
            .map_err(|error| Fault::Unreadable { path: file.display().to_string(), error })?;
        append_bytes(&mut archive, ".dockerignore", &bytes)?;
    }
    still_same(Part::Recipe)?;
    still_same(Part::Content)?;
    archive.into_inner()?.flush()?;
    Ok(())
}

fn append(archive: &mut Builder<Pieces>, root: &Path, entry: &Entry, sent: &Sent) -> Result<(), Failure> {
    let mut header = header(entry.mode, entry.stamp.modified);
    match &entry.kind {
        Kind::File => {
            let reading = Reading::open(root, &entry.path, entry.stamp)?;
            header.set_size(entry.stamp.size);
            archive.append_data(&mut header, &entry.path, reading)?;
            sent.add(1, entry.stamp.size);
        }
        Kind::Folder => {
            header.set_entry_type(EntryType::Directory);
            archive.append_data(&mut header, format!("{}/", entry.path), io::empty())?;
        }
        Kind::HardLink(first) => {
            header.set_entry_type(EntryType::Link);
            archive.append_link(&mut header, &entry.path, first)?;
        }
        Kind::Link(target) => {
            header.set_entry_type(EntryType::Symlink);
            archive.append_link(&mut header, &entry.path, target)?;
        }
        Kind::Pipe => {
            header.set_entry_type(EntryType::Fifo);
            archive.append_data(&mut header, &entry.path, io::empty())?;
        }
        Kind::Device { characters, major, minor } => {
            header.set_entry_type(if *characters { EntryType::Char } else { EntryType::Block });
            header.set_device_major(*major)?;
            header.set_device_minor(*minor)?;
            archive.append_data(&mut header, &entry.path, io::empty())?;
        }
        // An archive has no word for it.
        Kind::Socket => {}
    }
    Ok(())
}

fn append_bytes(archive: &mut Builder<Pieces>, path: &str, bytes: &[u8]) -> io::Result<()> {
    let mut header = header(0o644, 0);
    header.set_size(bytes.len() as u64);
    archive.append_data(&mut header, path, bytes)
}

/// As docker does it, everything belongs to root.
fn header(mode: u32, modified: i64) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(EntryType::Regular);
    header.set_mode(mode);
    header.set_uid(0);
    header.set_gid(0);
    header.set_size(0);
    header.set_mtime(u64::try_from(modified / 1_000_000_000).unwrap_or(0));
    header
}

/// Collects what is written into pieces, and waits while the engine is slow.
struct Pieces {
    out: Sender<Result<Bytes, io::Error>>,
    piece: BytesMut,
}

impl Pieces {
    fn new(out: Sender<Result<Bytes, io::Error>>) -> Self {
        Self { out, piece: BytesMut::with_capacity(PIECE) }
    }
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(PIECE - self.piece.len());
        self.piece.extend_from_slice(&bytes[..taken]);
        if self.piece.len() == PIECE {
            self.flush()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.piece, BytesMut::with_capacity(PIECE));
        self.out.blocking_send(Ok(piece.freeze())).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn source(context: &Path, dockerfile: &Path) -> Source {
        Source {
            context: context.to_owned(),
            dockerfile: dockerfile.to_owned(),
            dockerfile_shown: "Dockerfile".into(),
            target: None,
            args: BTreeMap::new(),
            platform: "linux/amd64".into(),
        }
    }

    /// The archive's pieces as they come: whole, or an error before the end.
    fn written(source: Source, still_same: StillSame) -> (Result<(), Failure>, Vec<u8>) {
        let (out, mut pieces) = mpsc::channel(WAITING_AT_MOST);
        let writing = std::thread::spawn(move || {
            let name = name_in_context(&source);
            write(&source, &name, &still_same, Pieces::new(out), &Sent::default())
        });
        let mut bytes = Vec::new();
        while let Some(piece) = pieces.blocking_recv() {
            bytes.extend_from_slice(&piece.unwrap());
        }
        (writing.join().unwrap(), bytes)
    }

    fn names(bytes: &[u8]) -> Vec<String> {
        let mut archive = tar::Archive::new(bytes);
        archive.entries().unwrap().map(|entry| entry.unwrap().path().unwrap().display().to_string()).collect()
    }

    fn fine() -> StillSame {
        Arc::new(|_| Ok(()))
    }

    #[test]
    fn the_archive_holds_what_is_copied_and_what_the_engine_needs() {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in
            [("Dockerfile", "FROM scratch\nCOPY app /\n"), (".dockerignore", "*.log"), ("notes", "n")]
        {
            std::fs::write(folder.path().join(name), content).unwrap();
        }
        std::fs::create_dir(folder.path().join("app")).unwrap();
        std::fs::write(folder.path().join("app/main.py"), vec![b'x'; 3 * PIECE + 1]).unwrap();
        let (result, bytes) = written(source(folder.path(), &folder.path().join("Dockerfile")), fine());
        assert!(result.is_ok());
        assert_eq!(names(&bytes), ["app/", "app/main.py", "Dockerfile", ".dockerignore"]);
    }

    #[test]
    fn a_dockerfile_outside_gets_a_name_inside() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("app")).unwrap();
        std::fs::write(folder.path().join("api.Dockerfile"), "FROM scratch\n").unwrap();
        let (_, bytes) =
            written(source(&folder.path().join("app"), &folder.path().join("api.Dockerfile")), fine());
        assert_eq!(names(&bytes), [DOCKERFILE_OUTSIDE]);
    }

    #[test]
    fn a_folder_that_changed_gives_no_end_of_the_archive() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("Dockerfile"), "FROM scratch\nCOPY . /\n").unwrap();
        let changed: StillSame = Arc::new(|_| Err(Fault::Changed { path: "a".into() }.problem()));
        let (result, bytes) = written(source(folder.path(), &folder.path().join("Dockerfile")), changed);
        assert!(
            matches!(result, Err(Failure::Problem(problem)) if problem.code == crate::problem::Code::BuildFileChanged)
        );
        assert!(bytes.is_empty(), "nothing but a full piece is sent before the end");
    }
}

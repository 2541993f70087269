//! The context as BuildKit reads it: it is told what there is, in order, and asks for the files that it lacks.
//!
//! Nothing but a few pieces of files is ever in memory: the walk and the readers wait until the engine has taken
//! what came before. Each ends when the engine's call does.

mod wish;

use std::{
    ops::ControlFlow,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc as waiting,
    },
};

use bollard_buildkit_proto::{
    fsutil::types::{Packet, Stat, packet::PacketType},
    moby::filesync::v1::file_sync_server,
};
use tokio::sync::mpsc::{self, Sender};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming};

use self::wish::Wish;
use crate::{
    problem::{Problem, internal},
    project::{
        content::Reading,
        context::{Entry, Fault, Kind, Stamp},
    },
};

/// How much of a file goes into one message, in bytes. The engine takes up to 4 MiB; docker sends as much as this.
const PIECE: usize = 32 * 1024;

/// How many messages may wait for the engine.
const WAITING_AT_MOST: usize = 12;

/// How many files are read at once: opening the next one overlaps with sending this one.
const READERS: usize = 2;

/// What the engine read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The Dockerfile.
    Recipe,
    /// The context, or a part of it.
    Content,
}

/// Whether what the engine has just read is still what it was when the build was planned.
pub type StillSame = Arc<dyn Fn(Part) -> Result<(), Problem> + Send + Sync>;

/// What crossed to the engine. Cheap to clone: all clones count together.
#[derive(Debug, Clone, Default)]
pub struct Sent(Arc<(AtomicU64, AtomicU64)>);

impl Sent {
    /// Files of which the content was asked for.
    pub fn files(&self) -> u64 {
        self.0.0.load(Ordering::Relaxed)
    }

    /// Bytes of their content.
    pub fn bytes(&self) -> u64 {
        self.0.1.load(Ordering::Relaxed)
    }

    pub(super) fn add(&self, files: u64, bytes: u64) {
        self.0.0.fetch_add(files, Ordering::Relaxed);
        self.0.1.fetch_add(bytes, Ordering::Relaxed);
    }
}

/// Serves one build. Cheap to clone.
#[derive(Clone)]
pub struct FileSync {
    /// The folder that is built, absolute.
    pub context: PathBuf,
    /// The folder that holds the Dockerfile, absolute.
    pub dockerfile: PathBuf,
    /// Asked when the engine has read a part, before it goes on.
    pub still_same: StillSame,
    /// What crossed.
    pub sent: Sent,
    trouble: Arc<Mutex<Option<Problem>>>,
}

impl FileSync {
    /// Serves these folders.
    pub fn new(context: PathBuf, dockerfile: PathBuf, still_same: StillSame) -> Self {
        Self { context, dockerfile, still_same, sent: Sent::default(), trouble: Arc::default() }
    }

    /// Why the folder could not be read as it was: the reason where the build then fails.
    pub fn trouble(&self) -> Option<Problem> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Keeps the first trouble, and gives the words for the engine.
    fn note(&self, problem: Problem) -> String {
        let words = format!("slipway: {}", problem.code);
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(problem);
        words
    }
}

/// One end of a call of the engine's.
type Out = Sender<Result<Packet, Status>>;

#[tonic::async_trait]
impl file_sync_server::FileSync for FileSync {
    type DiffCopyStream = ReceiverStream<Result<Packet, Status>>;
    type TarStreamStream = tokio_stream::Empty<Result<Packet, Status>>;

    async fn diff_copy(
        &self,
        request: Request<Streaming<Packet>>,
    ) -> Result<Response<Self::DiffCopyStream>, Status> {
        let wish = Wish::read(request.metadata());
        let (part, root) = match wish.folder.as_str() {
            "context" => (Part::Content, &self.context),
            "dockerfile" => (Part::Recipe, &self.dockerfile),
            other => return Err(Status::not_found(format!("no folder {other:?}"))),
        };
        let (out, packets) = mpsc::channel(WAITING_AT_MOST);
        let call = Call { server: self.clone(), wish, root: root.clone(), part, out };
        tokio::spawn(call.serve(request.into_inner()));
        Ok(Response::new(ReceiverStream::new(packets)))
    }

    async fn tar_stream(
        &self,
        _: Request<Streaming<Packet>>,
    ) -> Result<Response<Self::TarStreamStream>, Status> {
        Err(Status::unimplemented("TarStream"))
    }
}

/// One call: the engine reads one of the folders.
struct Call {
    server: FileSync,
    wish: Wish,
    root: PathBuf,
    part: Part,
    out: Out,
}

/// What was told of each path, by its place in the order; taken when the engine asks for it.
type Told = Arc<Mutex<Vec<Option<(String, Stamp)>>>>;

impl Call {
    /// Ends when the engine has all it wants, or has hung up.
    async fn serve(self, mut input: Streaming<Packet>) {
        let told = Told::default();
        let (asks, asked) = waiting::channel::<u32>();
        let asked = Arc::new(Mutex::new(asked));
        let Self { server, wish, root, part, out } = self;

        let walk = {
            let (server, root, out, told) = (server.clone(), root.clone(), out.clone(), told.clone());
            move || {
                if let Err(problem) = tell(&root, &wish, &told, &out) {
                    refuse(&out, server.note(problem));
                }
            }
        };
        tokio::task::spawn_blocking(walk);
        for _ in 0..READERS {
            let (server, root, out) = (server.clone(), root.clone(), out.clone());
            let (told, asked) = (told.clone(), asked.clone());
            tokio::task::spawn_blocking(move || {
                while let Some(id) = next(&asked) {
                    match send(&root, id, &told, &out) {
                        Ok(bytes) => server.sent.add(1, bytes),
                        Err(problem) => return refuse(&out, server.note(problem)),
                    }
                }
            });
        }
        while let Ok(Some(packet)) = input.message().await {
            match packet.r#type() {
                PacketType::PacketReq => {
                    if asks.send(packet.id).is_err() {
                        return; // the readers gave up, and said why
                    }
                }
                PacketType::PacketFin => {
                    let still_same = server.still_same.clone();
                    let same = tokio::task::spawn_blocking(move || still_same(part)).await;
                    let last = match same.map_err(internal).flatten() {
                        Ok(()) => packet_of(PacketType::PacketFin),
                        Err(problem) => error(server.note(problem)),
                    };
                    let _ = out.send(Ok(last)).await;
                    return;
                }
                // The engine gave up, and says why in the build's own stream.
                PacketType::PacketErr => return,
                PacketType::PacketStat | PacketType::PacketData => {}
            }
        }
    }
}

/// The next id that was asked for; `None` when the call is over.
fn next(asked: &Mutex<waiting::Receiver<u32>>) -> Option<u32> {
    asked.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

/// Tells what there is, in order, then that this was all.
fn tell(root: &std::path::Path, wish: &Wish, told: &Told, out: &Out) -> Result<(), Problem> {
    let context = wish.context(root)?;
    let mut hung_up = false;
    context
        .walk(&mut |entry| {
            let packet = Packet { stat: Some(stat(&entry)), ..packet_of(PacketType::PacketStat) };
            let readable = matches!(entry.kind, Kind::File).then_some((entry.path, entry.stamp));
            told.lock().unwrap_or_else(PoisonError::into_inner).push(readable);
            hung_up = out.blocking_send(Ok(packet)).is_err();
            if hung_up { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .map_err(|fault| fault.problem())?;
    if !hung_up {
        let _ = out.blocking_send(Ok(packet_of(PacketType::PacketStat)));
    }
    Ok(())
}

/// Sends the content of one file, then an empty piece: its end.
fn send(root: &std::path::Path, id: u32, told: &Told, out: &Out) -> Result<u64, Problem> {
    let asked = {
        let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
        usize::try_from(id).ok().and_then(|at| told.get_mut(at)).and_then(Option::take)
    };
    // Of a socket, which the engine takes for a file, there is no content.
    let Some((path, stamp)) = asked else {
        let _ = out.blocking_send(Ok(Packet { id, ..packet_of(PacketType::PacketData) }));
        return Ok(0);
    };
    let sending = |packet| out.blocking_send(Ok(packet)).is_ok();
    let read = || -> Result<(), Fault> {
        let mut reading = Reading::open(root, &path, stamp)?;
        let mut buffer = reading.buffer(PIECE);
        loop {
            let size = reading.piece(&mut buffer)?;
            let packet = Packet { id, data: buffer[..size].to_vec(), ..packet_of(PacketType::PacketData) };
            if !sending(packet) || size == 0 {
                return Ok(());
            }
        }
    };
    read().map_err(|fault| fault.problem())?;
    Ok(stamp.size)
}

fn refuse(out: &Out, words: String) {
    let _ = out.blocking_send(Ok(error(words)));
}

fn error(words: String) -> Packet {
    Packet { data: words.into_bytes(), ..packet_of(PacketType::PacketErr) }
}

fn packet_of(kind: PacketType) -> Packet {
    Packet { r#type: kind.into(), ..Packet::default() }
}

/// What the engine is told of an entry. Modes are Go's: its own bits for the type, Unix's for the permissions. As
/// docker does it, everything belongs to root, and extended attributes stay here.
fn stat(entry: &Entry) -> Stat {
    const FOLDER: u32 = 1 << 31;
    const LINK: u32 = 1 << 27;
    const DEVICE: u32 = 1 << 26;
    const PIPE: u32 = 1 << 25;
    const SET_USER: u32 = 1 << 23;
    const SET_GROUP: u32 = 1 << 22;
    const CHARACTERS: u32 = 1 << 21;
    const STICKY: u32 = 1 << 20;
    let mut stat = Stat {
        path: entry.path.clone(),
        mode: entry.mode & 0o777,
        mod_time: entry.stamp.modified,
        size: i64::try_from(entry.stamp.size).unwrap_or(i64::MAX),
        ..Stat::default()
    };
    for (unix, go) in [(0o4000, SET_USER), (0o2000, SET_GROUP), (0o1000, STICKY)] {
        if entry.mode & unix != 0 {
            stat.mode |= go;
        }
    }
    match &entry.kind {
        Kind::File | Kind::Socket => {}
        Kind::Folder => {
            stat.mode |= FOLDER;
            stat.size = 0;
        }
        Kind::HardLink(first) => {
            stat.linkname.clone_from(first);
            stat.size = 0;
        }
        Kind::Link(target) => {
            stat.mode |= LINK;
            stat.linkname.clone_from(target);
        }
        Kind::Pipe => stat.mode |= PIPE,
        Kind::Device { characters, major, minor } => {
            stat.mode |= DEVICE | if *characters { CHARACTERS } else { 0 };
            stat.devmajor = i64::from(*major);
            stat.devminor = i64::from(*minor);
        }
    }
    stat
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(kind: Kind, mode: u32) -> Stat {
        let stamp = Stamp { size: 5, modified: 7, ..Stamp::default() };
        stat(&Entry { path: "a/b".into(), kind, mode, stamp })
    }

    #[test]
    fn modes_are_told_in_gos_bits() {
        for (kind, mode, expected) in [
            (Kind::File, 0o644, 0o644),
            (Kind::File, 0o4755, 0o755 | 1 << 23),
            (Kind::File, 0o2755, 0o755 | 1 << 22),
            (Kind::Folder, 0o1777, 0o777 | 1 << 31 | 1 << 20),
            (Kind::Link("x".into()), 0o777, 0o777 | 1 << 27),
            (Kind::Pipe, 0o600, 0o600 | 1 << 25),
            (Kind::Socket, 0o600, 0o600),
            (Kind::Device { characters: true, major: 1, minor: 3 }, 0o666, 0o666 | 1 << 26 | 1 << 21),
        ] {
            assert_eq!(told(kind.clone(), mode).mode, expected, "{kind:?}");
        }
    }

    #[test]
    fn a_hard_link_names_the_file_and_has_no_size_of_its_own() {
        let link = told(Kind::HardLink("a/a".into()), 0o644);
        assert_eq!((link.linkname.as_str(), link.size), ("a/a", 0));
        let file = told(Kind::File, 0o644);
        assert_eq!((file.size, file.mod_time, file.uid, file.gid), (5, 7, 0, 0));
    }
}

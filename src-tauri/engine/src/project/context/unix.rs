//! Files as Unix has them.

use std::{
    fs::{File, Metadata, OpenOptions},
    io,
    os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use super::{Kind, Stamp};

pub(super) fn native(path: &str) -> PathBuf {
    PathBuf::from(path)
}

pub(super) fn portable(target: &str) -> String {
    target.to_owned()
}

pub(super) fn kind(metadata: &Metadata) -> Kind {
    let kind = metadata.file_type();
    if kind.is_dir() {
        Kind::Folder
    } else if kind.is_fifo() {
        Kind::Pipe
    } else if kind.is_socket() {
        Kind::Socket
    } else if kind.is_block_device() || kind.is_char_device() {
        #[allow(clippy::cast_possible_truncation)] // std widens macOS's 32 bits
        let device = metadata.rdev() as rustix::fs::Dev;
        Kind::Device {
            characters: kind.is_char_device(),
            major: rustix::fs::major(device),
            minor: rustix::fs::minor(device),
        }
    } else {
        Kind::File
    }
}

/// The permissions and the bits above them.
pub(super) fn mode(metadata: &Metadata) -> u32 {
    metadata.mode() & 0o7777
}

pub(super) fn stamp(metadata: &Metadata) -> Stamp {
    let time = |seconds: i64, nanos: i64| seconds.saturating_mul(1_000_000_000).saturating_add(nanos);
    Stamp {
        size: metadata.len(),
        modified: time(metadata.mtime(), metadata.mtime_nsec()),
        changed: time(metadata.ctime(), metadata.ctime_nsec()),
        inode: metadata.ino(),
    }
}

/// What two names of one file have in common; `None` where it has one name only.
pub(super) fn shared_identity(metadata: &Metadata) -> Option<(u64, u64)> {
    (metadata.nlink() > 1).then(|| (metadata.dev(), metadata.ino()))
}

/// Opens a file for reading: no link in its place is followed, and a pipe in its place does not block.
pub fn open_file(path: &Path) -> io::Result<File> {
    use rustix::fs::OFlags;
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    #[allow(clippy::cast_possible_wrap)] // open's flags are an int
    OpenOptions::new().read(true).custom_flags(flags.bits() as i32).open(path)
}

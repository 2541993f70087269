//! Files as Windows has them.

use std::{
    fs::{File, Metadata},
    io,
    os::windows::fs::MetadataExt,
    path::{Path, PathBuf},
};

use super::{Kind, Stamp};

pub(super) fn native(path: &str) -> PathBuf {
    PathBuf::from(path.replace('/', "\\"))
}

pub(super) fn portable(target: &str) -> String {
    target.replace('\\', "/")
}

pub(super) fn kind(metadata: &Metadata) -> Kind {
    if metadata.is_dir() { Kind::Folder } else { Kind::File }
}

/// Windows has no execute bit: docker gives it to everything, and takes writing from all but the owner.
pub(super) fn mode(metadata: &Metadata) -> u32 {
    if metadata.permissions().readonly() { 0o555 } else { 0o755 }
}

pub(super) fn stamp(metadata: &Metadata) -> Stamp {
    // Steps of 100 ns since 1601.
    let time = |steps: u64| i64::try_from(steps).unwrap_or(i64::MAX) - 116_444_736_000_000_000;
    Stamp {
        size: metadata.file_size(),
        modified: time(metadata.last_write_time()).saturating_mul(100),
        changed: time(metadata.creation_time()).saturating_mul(100),
        inode: 0,
    }
}

pub(super) fn shared_identity(_: &Metadata) -> Option<(u64, u64)> {
    None
}

/// Opens a file for reading.
pub fn open_file(path: &Path) -> io::Result<File> {
    File::open(path)
}

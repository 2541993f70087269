//! macOS and Windows, where none of it is possible.

use std::{
    fs::File,
    io::{Error, ErrorKind, Result},
    path::Path,
};

fn not_here() -> Error {
    Error::new(ErrorKind::Unsupported, "only Linux can do this")
}

pub(crate) fn is_root() -> bool {
    false
}

macro_rules! not_here {
    ($($name:ident($($argument:ident: $kind:ty),*) -> $answer:ty;)*) => {$(
        pub(crate) fn $name($($argument: $kind),*) -> $answer {
            let _ = ($($argument,)*);
            Err(not_here())
        }
    )*};
}

not_here! {
    bind(source: &Path, target: &Path) -> Result<()>;
    bind_read_only(source: &Path, target: &Path) -> Result<()>;
    bind_with_mounts(source: &Path, target: &Path) -> Result<()>;
    mount_new(kind: &str, target: &Path, options: &str) -> Result<()>;
    make_shared(target: &Path) -> Result<()>;
    make_private(target: &Path) -> Result<()>;
    detach(target: &Path) -> Result<()>;
    kill(process: u32) -> Result<()>;
    symlink(original: &str, link: &Path) -> Result<()>;
    allocate(file: &File, bytes: u64) -> Result<()>;
    free_bytes(path: &Path) -> Result<u64>;
    set_mode(path: &Path, mode: u32) -> Result<()>;
}

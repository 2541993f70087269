//! Linux.

use std::{
    ffi::CString,
    fs,
    io::{Error, Result},
    os::unix::fs::PermissionsExt,
    path::Path,
};

use rustix::{
    mount::{
        MountFlags, MountPropagationFlags, UnmountFlags, mount, mount_bind, mount_bind_recursive,
        mount_change, mount_remount, unmount,
    },
    process::{Pid, Signal, geteuid, kill_process},
};

pub(crate) fn is_root() -> bool {
    geteuid().is_root()
}

/// Shows a folder at a second place.
pub(crate) fn bind(source: &Path, target: &Path) -> Result<()> {
    Ok(mount_bind(source, target)?)
}

/// The same, and nobody can write there.
pub(crate) fn bind_read_only(source: &Path, target: &Path) -> Result<()> {
    mount_bind(source, target)?;
    Ok(mount_remount(target, MountFlags::BIND | MountFlags::RDONLY, c"")?)
}

/// Shows a folder with all that is mounted below it. What is mounted and unmounted there later stays apart from
/// the original: else taking it away again would take the machine's own /dev/pts along.
pub(crate) fn bind_with_mounts(source: &Path, target: &Path) -> Result<()> {
    mount_bind_recursive(source, target)?;
    make_private(target)
}

/// A new file system of the kernel's own kinds: `proc`, `tmpfs`.
pub(crate) fn mount_new(kind: &str, target: &Path, options: &str) -> Result<()> {
    let options = CString::new(options).map_err(|error| Error::other(error.to_string()))?;
    Ok(mount(kind, target, kind, MountFlags::empty(), options.as_c_str())?)
}

/// Mounts below it are seen by the containers below it, as kubelet's volumes need.
pub(crate) fn make_shared(target: &Path) -> Result<()> {
    Ok(mount_change(target, MountPropagationFlags::SHARED)?)
}

/// Nothing that is mounted or unmounted below it shows elsewhere.
pub(crate) fn make_private(target: &Path) -> Result<()> {
    Ok(mount_change(target, MountPropagationFlags::PRIVATE | MountPropagationFlags::REC)?)
}

/// Takes a mount away, even one in use.
pub(crate) fn detach(target: &Path) -> Result<()> {
    Ok(unmount(target, UnmountFlags::DETACH)?)
}

/// Ends a process at once.
pub(crate) fn kill(process: u32) -> Result<()> {
    let Some(pid) = i32::try_from(process).ok().and_then(Pid::from_raw) else {
        return Err(Error::other("no such process number"));
    };
    match kill_process(pid, Signal::KILL) {
        Err(rustix::io::Errno::SRCH) => Ok(()),
        other => Ok(other?),
    }
}

pub(crate) fn symlink(original: &str, link: &Path) -> Result<()> {
    std::os::unix::fs::symlink(original, link)
}

pub(crate) fn set_mode(path: &Path, mode: u32) -> Result<()> {
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

/// What a user without privileges may still write to the file system that holds `path`.
pub(crate) fn free_bytes(path: &Path) -> Result<u64> {
    let all = rustix::fs::statvfs(path)?;
    Ok(all.f_bavail * all.f_frsize)
}

/// Makes a file so long, with space for all of it.
pub(crate) fn allocate(file: &fs::File, bytes: u64) -> Result<()> {
    Ok(rustix::fs::fallocate(file, rustix::fs::FallocateFlags::empty(), 0, bytes)?)
}

//! What is mounted, and taking all of it away below a folder.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    error::{Doing, Result},
    system,
};

/// One line of /proc/self/mountinfo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mount {
    pub target: PathBuf,
    pub kind: String,
    /// Its superblock's options: on cgroup v1, the controllers.
    pub options: String,
    pub shared: bool,
}

/// All mounts that we see, in the order in which they were made.
pub(crate) fn all() -> Result<Vec<Mount>> {
    let path = "/proc/self/mountinfo";
    Ok(parse(&fs::read_to_string(path).doing(|| format!("read {path}"))?))
}

/// The mounts at `folder` and below it.
pub(crate) fn below(folder: &Path) -> Result<Vec<Mount>> {
    Ok(all()?.into_iter().filter(|mount| mount.target.starts_with(folder)).collect())
}

/// Takes away every mount at `folder` and below it, the last first, and nothing anywhere else.
pub(crate) fn detach_below(folder: &Path) -> Result<()> {
    let mounts = below(folder)?;
    // First apart from all others: a mount that is shared would disappear at its other places as well.
    if mounts.iter().any(|mount| mount.target == folder) {
        system::make_private(folder).doing(|| format!("set {} apart", folder.display()))?;
    }
    for mount in mounts.iter().rev() {
        match system::detach(&mount.target) {
            // Gone with one that was mounted over it.
            Err(error) if error.kind() == std::io::ErrorKind::InvalidInput => {}
            other => other.doing(|| format!("unmount {}", mount.target.display()))?,
        }
    }
    Ok(())
}

fn parse(text: &str) -> Vec<Mount> {
    text.lines()
        .filter_map(|line| {
            let (before, after) = line.split_once(" - ")?;
            let mut before = before.split(' ');
            let target = before.nth(4)?;
            let mut after = after.split(' ');
            Some(Mount {
                target: PathBuf::from(unescape(target)),
                kind: after.next()?.to_owned(),
                options: after.nth(1).unwrap_or_default().to_owned(),
                shared: before.any(|field| field.starts_with("shared:")),
            })
        })
        .collect()
}

/// The kernel writes blanks and backslashes as three octal digits.
fn unescape(text: &str) -> String {
    let mut parts = text.split('\\');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let code = part.get(..3).and_then(|digits| u8::from_str_radix(digits, 8).ok());
        if let Some(code) = code {
            plain.push(char::from(code));
            plain.push_str(&part[3..]);
        } else {
            plain.push('\\');
            plain.push_str(part);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mounts_are_read_with_their_blanks_and_their_sharing() {
        let text = "36 35 98:0 / /mnt/my\\040root rw,noatime shared:7 - ext4 /dev/root rw,errors=continue\n\
                    37 36 0:30 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n";
        let mounts = parse(text);
        assert_eq!(mounts[0].target, Path::new("/mnt/my root"));
        assert!(mounts[0].shared && !mounts[1].shared);
        assert_eq!((mounts[1].kind.as_str(), mounts[1].options.as_str()), ("cgroup", "rw,cpu,cpuacct"));
    }
}

//! The control group that holds every process of the cluster, pods and builds included: by it they are found
//! again, whatever root they changed to, and no kubelet but ours looks into it.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use crate::{
    error::{Doing, Result},
    mounts,
    root::LOOK,
};

/// How long the kernel may take to let go of what was killed.
const PATIENCE: Duration = Duration::from_secs(20);

/// A control group by its path, `/name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cgroup(String);

impl Cgroup {
    pub fn new(name: &str) -> Self {
        Self(format!("/{name}"))
    }

    /// For the settings of kubelet and dockerd.
    pub fn path(&self) -> &str {
        &self.0
    }

    /// Makes it in every hierarchy.
    pub fn create(&self) -> Result<()> {
        for hierarchy in hierarchies()? {
            let folder = hierarchy.folder.join(&self.0[1..]);
            let doing = || format!("make the control group {}", folder.display());
            match hierarchy.version {
                Version::One => {
                    fs::create_dir_all(&folder).doing(doing)?;
                    // A new group of cpuset has no processors, and takes no process before it has some.
                    for file in ["cpuset.cpus", "cpuset.mems"] {
                        if let Ok(all) = fs::read_to_string(hierarchy.folder.join(file)) {
                            fs::write(folder.join(file), all.trim()).doing(doing)?;
                        }
                    }
                }
                Version::Two => {
                    let controllers =
                        fs::read_to_string(hierarchy.folder.join("cgroup.controllers")).unwrap_or_default();
                    hand_down(&hierarchy.folder, &controllers);
                    fs::create_dir_all(&folder).doing(doing)?;
                    hand_down(&folder, &controllers);
                }
            }
        }
        Ok(())
    }

    /// Moves a process into it, so that it no longer ends with the session of whoever started it. Only leaves
    /// hold processes, thus a group below it.
    pub fn adopt(&self, process: u32) -> Result<()> {
        for hierarchy in hierarchies()? {
            let leaf = hierarchy.folder.join(&self.0[1..]).join("parts");
            let doing = || format!("move process {process} to {}", leaf.display());
            if !leaf.is_dir() {
                fs::create_dir_all(&leaf).doing(doing)?;
                for file in ["cpuset.cpus", "cpuset.mems"] {
                    if let Ok(all) = fs::read_to_string(leaf.with_file_name(file)) {
                        fs::write(leaf.join(file), all.trim()).doing(doing)?;
                    }
                }
            }
            match fs::write(leaf.join("cgroup.procs"), process.to_string()) {
                // It ended meanwhile: whoever awaits it will say so.
                Err(error) if is_gone(&error) => {}
                other => other.doing(doing)?,
            }
        }
        Ok(())
    }

    /// Whether the text of a process's /proc/N/cgroup puts it here.
    pub fn holds(&self, text: &str) -> bool {
        text.lines().filter_map(|line| line.splitn(3, ':').nth(2)).any(|path| {
            path.strip_prefix(self.path()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }

    /// Removes it everywhere. Its processes have been killed; until the last has gone, it is busy.
    pub async fn remove(&self) -> Result<()> {
        let begun = Instant::now();
        for hierarchy in hierarchies()? {
            let folder = hierarchy.folder.join(&self.0[1..]);
            loop {
                match remove_tree(&folder) {
                    Err(error)
                        if error.kind() == io::ErrorKind::ResourceBusy && begun.elapsed() < PATIENCE =>
                    {
                        tokio::time::sleep(LOOK).await;
                    }
                    other => {
                        other.doing(|| format!("remove the control group {}", folder.display()))?;
                        break;
                    }
                }
            }
        }
        Ok(())
    }
}

fn is_gone(error: &io::Error) -> bool {
    error.raw_os_error() == Some(3) // ESRCH
}

/// Lets groups below `folder` use the controllers; those that cannot be had, nobody here needs.
fn hand_down(folder: &Path, controllers: &str) {
    for controller in controllers.split_whitespace() {
        let _ = fs::write(folder.join("cgroup.subtree_control"), format!("+{controller}"));
    }
}

/// Groups are removed as folders, the deepest first; the files in them are no files.
fn remove_tree(folder: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        other => other?,
    };
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            remove_tree(&entry.path())?;
        }
    }
    match fs::remove_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    One,
    Two,
}

#[derive(Debug)]
struct Hierarchy {
    folder: PathBuf,
    version: Version,
}

/// The machine's own, not those that show below a root as well.
fn hierarchies() -> Result<Vec<Hierarchy>> {
    Ok(mounts::all()?
        .into_iter()
        .filter(|mount| mount.target.starts_with("/sys/fs/cgroup"))
        .filter_map(|mount| {
            let version = match mount.kind.as_str() {
                "cgroup" => Version::One,
                "cgroup2" => Version::Two,
                _ => return None,
            };
            Some(Hierarchy { folder: mount.target, version })
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_belongs_by_its_path_not_by_a_beginning_alike() {
        let group = Cgroup::new("slipway-practice-1");
        assert!(group.holds("5:pids:/slipway-practice-1/docker/abc\n0::/\n"));
        assert!(group.holds("0::/slipway-practice-1\n"));
        assert!(!group.holds("0::/slipway-practice-12/docker\n5:pids:/\n"));
        assert!(!group.holds("0::/user/slipway-practice-1\n"));
    }
}

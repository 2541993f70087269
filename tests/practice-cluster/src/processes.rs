//! The cluster's processes: found by their root, their program's file and their control group, never by name.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use crate::{
    cgroup::Cgroup,
    error::{Doing, Error, Result},
    system,
};

/// How long the kernel may take to end what was killed.
const PATIENCE: Duration = Duration::from_secs(20);

/// How often that is looked at: only a parent is told of an end.
const AGAIN: Duration = Duration::from_millis(20);

/// A process as the kernel shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Process {
    pub number: u32,
    /// Its root, as seen from here.
    pub root: PathBuf,
    /// Its first argument's last component.
    pub name: String,
    /// All arguments.
    pub arguments: Vec<String>,
}

/// Every process that belongs to the root or its control group.
pub(crate) fn of(root: &Path, cgroup: &Cgroup) -> Result<Vec<Process>> {
    let me = std::process::id();
    Ok(numbers()?
        .into_iter()
        .filter(|number| *number != me)
        .filter_map(|number| read(number, root, cgroup))
        .collect())
}

/// Ends all of them, and those that they start meanwhile.
pub(crate) async fn end_all(root: &Path, cgroup: &Cgroup) -> Result<()> {
    let begun = Instant::now();
    loop {
        let left = of(root, cgroup)?;
        if left.is_empty() {
            return Ok(());
        }
        if begun.elapsed() > PATIENCE {
            let names = left.iter().map(|one| format!("{} ({})", one.name, one.number)).collect::<Vec<_>>();
            return Err(Error::Io {
                doing: format!("end {}", names.join(", ")),
                source: std::io::Error::new(std::io::ErrorKind::TimedOut, "they do not end"),
            });
        }
        for process in left {
            system::kill(process.number).doing(|| format!("end process {}", process.number))?;
        }
        tokio::time::sleep(AGAIN).await;
    }
}

fn numbers() -> Result<Vec<u32>> {
    let entries = fs::read_dir("/proc").doing(|| "read /proc".to_owned())?;
    Ok(entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).collect())
}

fn read(number: u32, root: &Path, cgroup: &Cgroup) -> Option<Process> {
    let folder = PathBuf::from(format!("/proc/{number}"));
    let link = |name: &str| fs::read_link(folder.join(name)).ok();
    // Of a thread of the kernel and of a process that ended there is no program left.
    let program = link("exe")?;
    let its_root = link("root")?;
    let belongs = its_root.starts_with(root)
        || program.starts_with(root)
        || cgroup.holds(&fs::read_to_string(folder.join("cgroup")).unwrap_or_default());
    if !belongs {
        return None;
    }
    let arguments: Vec<String> = fs::read(folder.join("cmdline"))
        .ok()?
        .split(|byte| *byte == 0)
        .map(|word| String::from_utf8_lossy(word).into_owned())
        .collect();
    let name = arguments.first().map(|first| first.rsplit('/').next().unwrap_or(first).to_owned())?;
    Some(Process { number, root: its_root, name, arguments })
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_found_by_its_programs_file_alone() {
        let folder = tempfile::tempdir().unwrap();
        let sleep = folder.path().join("sleep");
        fs::copy("/bin/sleep", &sleep).unwrap();
        let mut child = std::process::Command::new(&sleep).arg("60").spawn().unwrap();
        let group = Cgroup::new("slipway-practice-none");
        let found = of(folder.path(), &group).unwrap();
        assert_eq!(found.iter().map(|one| one.number).collect::<Vec<_>>(), [child.id()]);
        tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap()
            .block_on(end_all(folder.path(), &group))
            .unwrap();
        assert!(!child.wait().unwrap().success());
    }
}

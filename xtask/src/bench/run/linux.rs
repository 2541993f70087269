//! The memory of a process and its children, as the kernel says.

use std::{collections::BTreeSet, fs};

/// The peak so far: the largest sum that was seen, and at least the largest peak of one process.
#[derive(Debug, Default)]
pub struct Peak {
    kib: u64,
    known: BTreeSet<u32>,
    looks: u32,
}

/// Children are looked for at every so many looks: finding them costs more than reading what is known.
const FIND_EVERY: u32 = 3;

impl Peak {
    /// Looks at the process and its children now.
    pub fn look(&mut self, process: u32) {
        self.known.insert(process);
        if self.looks.is_multiple_of(FIND_EVERY) {
            let mut found = self.known.clone();
            self.known.iter().for_each(|known| descend(*known, &mut found));
            self.known = found;
        }
        self.looks += 1;
        let mut sum = 0;
        self.known.retain(|process| {
            let Some((now, most)) = resident(*process) else { return false };
            sum += now;
            self.kib = self.kib.max(most);
            true
        });
        self.kib = self.kib.max(sum);
    }

    /// In MiB.
    #[allow(clippy::cast_precision_loss)] // KiB of memory are few
    pub fn mib(&self) -> Option<f64> {
        (self.kib > 0).then_some(self.kib as f64 / 1024.0)
    }
}

/// Resident now, and at most so far, in KiB; `None`: it is gone.
fn resident(process: u32) -> Option<(u64, u64)> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let field = |name: &str| -> Option<u64> {
        status.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?.parse().ok()
    };
    Some((field("VmRSS:")?, field("VmHWM:")?))
}

/// Adds the children, whichever thread started them.
fn descend(process: u32, found: &mut BTreeSet<u32>) {
    for thread in fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten() {
        let children = fs::read_to_string(thread.path().join("children")).unwrap_or_default();
        for child in children.split_whitespace().filter_map(|child| child.parse().ok()) {
            if found.insert(child) {
                descend(child, found);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn the_children_of_a_process_count_with_it() {
        let mut shell = Command::new("sh").args(["-c", "cat; :"]).stdin(Stdio::piped()).spawn().unwrap();
        let mut peak = Peak::default();
        while peak.known.len() < 2 {
            peak.look(shell.id());
        }
        let alone = resident(shell.id()).unwrap().0;
        peak.look(shell.id());
        assert!(peak.kib > alone, "{} {alone}", peak.kib);
        drop(shell.stdin.take());
        shell.wait().unwrap();
        peak.look(shell.id());
        assert!(peak.known.is_empty());
    }
}

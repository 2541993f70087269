//! One Slipway at a time on a project: a lock in the user's state folder that names its holder.

use std::{
    fs::File,
    io::{Read, Seek, Write},
    path::Path,
};

use fs4::FileExt;
use serde::{Deserialize, Serialize};

use crate::{
    places::{Places, open_private_file, unwritable},
    problem::{Code, Problem, Remedy},
    text,
};

/// Held while a journey changes something; let go when dropped, or by the system when the process dies.
#[derive(Debug)]
pub struct ProjectLock {
    file: File,
}

/// Who holds a lock.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Holder {
    process: u32,
    verb: String,
    since: String,
}

impl ProjectLock {
    /// Takes the lock of `project` (namespace and name on a cluster) for `verb`, or says who holds it.
    pub fn take(places: &Places, project: &str, verb: &str) -> Result<Self, Problem> {
        Self::open(&places.state().join("locks").join(format!("{project}.lock")), project, verb)
    }

    fn open(path: &Path, project: &str, verb: &str) -> Result<Self, Problem> {
        let mut file = open_private_file(path).map_err(|error| unwritable(path, &error))?;
        match FileExt::try_lock(&file) {
            Ok(()) => {}
            Err(fs4::TryLockError::WouldBlock) => return Err(busy(&mut file, project)),
            Err(fs4::TryLockError::Error(error)) => return Err(unwritable(path, &error)),
        }
        let holder = Holder {
            process: std::process::id(),
            verb: verb.to_owned(),
            since: k8s_openapi::jiff::Zoned::now().strftime("%F %T").to_string(),
        };
        let write = |file: &mut File| -> std::io::Result<()> {
            file.set_len(0)?;
            file.rewind()?;
            file.write_all(&serde_json::to_vec(&holder)?)
        };
        write(&mut file).map_err(|error| unwritable(path, &error))?;
        Ok(Self { file })
    }
}

impl Drop for ProjectLock {
    fn drop(&mut self) {
        // The file stays: removing it would let two holders lock two files of one name.
        let _ = FileExt::unlock(&self.file);
    }
}

fn busy(file: &mut File, project: &str) -> Problem {
    let mut words = String::new();
    let holder =
        file.read_to_string(&mut words).ok().and_then(|_| serde_json::from_str::<Holder>(&words).ok());
    let problem = Problem::new(Code::Busy).with("project", project).retry();
    let problem = match &holder {
        Some(holder) => problem.with("process", holder.process).with("verb", &holder.verb).because(text!(
            "lock-holder",
            process = holder.process.to_string(),
            verb = &holder.verb,
            since = &holder.since
        )),
        None => problem.with("process", 0_u32).with("verb", "?"),
    };
    problem.remedy(Remedy::say(text!("remedy-wait-for-holder")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_holder_is_told_of_the_first_and_may_have_it_afterwards() {
        let root = tempfile::tempdir().unwrap();
        let places = Places::under(root.path());
        let first = ProjectLock::take(&places, "default.iris", "up").unwrap();
        let problem = ProjectLock::take(&places, "default.iris", "down").unwrap_err();
        assert_eq!(problem.code, Code::Busy);
        assert_eq!(problem.args["process"], std::process::id().into());
        ProjectLock::take(&places, "default.other", "up").expect("another project is free");
        drop(first);
        ProjectLock::take(&places, "default.iris", "down").expect("the first let go");
    }
}

//! One at a time: a lock file that names its holder, let go by the system when the holder dies.

use std::{
    fs::{self, File, TryLockError},
    io::{Read, Seek, Write},
    path::Path,
    time::Duration,
};

use crate::{
    error::{Doing, Result},
    progress::Step,
};

/// How often a lock in use is tried again: the system tells nobody when one becomes free without a thread of
/// its own waiting for it, which could not be cancelled.
const AGAIN: Duration = Duration::from_millis(100);

/// Held until dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes it for `purpose`; while another holds it, says who and waits.
    pub async fn take(path: &Path, purpose: &str, step: &Step) -> Result<Self> {
        let doing = || format!("lock {}", path.display());
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).doing(doing)?;
        }
        let mut file =
            File::options().read(true).write(true).create(true).truncate(false).open(path).doing(doing)?;
        let mut told = String::new();
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) => {
                    let holder = holder(&mut file);
                    if holder != told {
                        step.says(format!("waits for {holder}"));
                        told = holder;
                    }
                    tokio::time::sleep(AGAIN).await;
                }
                Err(TryLockError::Error(error)) => return Err(error).doing(doing),
            }
        }
        write(&mut file, purpose).doing(doing)?;
        Ok(Self { _file: file })
    }
}

fn write(file: &mut File, purpose: &str) -> std::io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    let since = k8s_openapi::jiff::Timestamp::now().strftime("%H:%M:%S UTC").to_string();
    write!(file, "process {}, which has been doing `{purpose}` since {since}", std::process::id())
}

fn holder(file: &mut File) -> String {
    let mut words = String::new();
    match file.rewind().and_then(|()| file.read_to_string(&mut words)) {
        Ok(_) if !words.is_empty() => words,
        _ => "another process".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::progress::Progress;

    #[tokio::test]
    async fn a_second_one_waits_and_says_for_whom() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let said = Arc::new(Mutex::new(Vec::new()));
        let progress = Progress::to({
            let said = said.clone();
            move |event| said.lock().unwrap().push(event.words.to_owned())
        });
        let step = progress.step("lock");
        let first = Lock::take(&path, "up", &step).await.unwrap();
        let (second, ()) = tokio::join!(Lock::take(&path, "down", &step), async {
            while said.lock().unwrap().is_empty() {
                tokio::task::yield_now().await;
            }
            drop(first);
        });
        second.unwrap();
        let said = said.lock().unwrap();
        let me = std::process::id();
        assert!(
            said[0].starts_with(&format!("waits for process {me}, which has been doing `up` since")),
            "{said:?}"
        );
    }
}

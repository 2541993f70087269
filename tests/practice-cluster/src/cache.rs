//! Things that take long to make, each in the cache under a key of what made it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    error::{Doing, Result},
    lock::Lock,
    places::Places,
    progress::Step,
};

/// Where something is made.
pub(crate) struct Making {
    /// What is to be made; moved to its place when whole.
    pub path: PathBuf,
    /// A folder for what is needed meanwhile.
    pub scratch: PathBuf,
}

/// The cached file or folder `name`; `make` makes it when it is not there yet. What is there is whole, and nothing
/// but that stays: what a killed run left half made goes with the next one.
pub(crate) async fn cached(
    places: &Places,
    name: &str,
    step: &Step,
    make: impl AsyncFnOnce(&Making) -> Result<()>,
) -> Result<PathBuf> {
    let path = places.cache().join(name);
    if path.exists() {
        return Ok(path);
    }
    let _lock =
        Lock::take(&places.cache_lock(&name.replace('/', "-")), &format!("make {name}"), step).await?;
    if path.exists() {
        return Ok(path);
    }
    let folder = path.parent().unwrap_or(places.cache());
    fs::create_dir_all(folder).doing(|| format!("make {}", folder.display()))?;
    let making = Making { path: beside(&path, "partial"), scratch: beside(&path, "scratch") };
    clear(&making.path)?;
    clear(&making.scratch)?;
    fs::create_dir(&making.scratch).doing(|| format!("make {}", making.scratch.display()))?;
    make(&making).await?;
    clear(&making.scratch)?;
    fs::rename(&making.path, &path).doing(|| format!("move {}", making.path.display()))?;
    Ok(path)
}

/// With the same ending: tools tell a tar from a folder by it.
fn beside(path: &Path, what: &str) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{what}-{name}"))
}

fn clear(partial: &Path) -> Result<()> {
    let removed = match fs::symlink_metadata(partial) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(partial),
        Ok(_) => fs::remove_file(partial),
        Err(_) => Ok(()),
    };
    removed.doing(|| format!("remove {}", partial.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{error::Error, progress::Progress};

    #[tokio::test]
    async fn what_is_half_made_is_made_again_and_what_is_whole_never() {
        let folder = tempfile::tempdir().unwrap();
        let places = Places::under(folder.path());
        let step = Progress::silent().step("cache");
        let failed = cached(&places, "a/thing", &step, async |making: &Making| {
            fs::create_dir(&making.path).unwrap();
            fs::write(making.scratch.join("left"), "").unwrap();
            fs::write(making.path.join("half"), "").unwrap();
            Err(Error::NotUp("no".into()))
        })
        .await;
        assert!(failed.is_err() && !places.cache().join("a/thing").exists());
        let made = cached(&places, "a/thing", &step, async |making: &Making| {
            assert!(!making.path.exists(), "the half is gone");
            assert!(fs::read_dir(&making.scratch).unwrap().next().is_none(), "and so is what it needed");
            fs::write(&making.path, "whole").doing(String::new)
        })
        .await
        .unwrap();
        assert_eq!(fs::read_to_string(made).unwrap(), "whole");
        assert_eq!(fs::read_dir(places.cache().join("a")).unwrap().count(), 1);
        cached(&places, "a/thing", &step, async |_: &Making| unreachable!("it is there")).await.unwrap();
    }
}

//! Projects to start from. They come with the program; one that is taken is copied to the user's home first, so
//! that it can be changed.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::Serialize;
use slipway_engine::{
    places::unwritable,
    problem::{Problem, internal},
    text,
    text::Text,
};
use ts_rs::TS;

/// A project to start from.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct Sample {
    /// Its folder's name.
    pub id: String,
    /// What it is called.
    pub title: Text,
    /// What it is, in a sentence.
    pub about: Text,
}

/// The samples that lie in `shipped`, in the order in which they are shown.
pub fn found_in(shipped: &Path) -> Vec<Sample> {
    let known = [
        ("iris", text!("sample-iris"), text!("sample-iris-about")),
        ("sentiment", text!("sample-sentiment"), text!("sample-sentiment-about")),
        ("model-card", text!("sample-model-card"), text!("sample-model-card-about")),
    ];
    known
        .into_iter()
        .filter(|(id, ..)| shipped.join(id).is_dir())
        .map(|(id, title, about)| Sample { id: id.to_owned(), title, about })
        .collect()
}

/// Copies the sample to `home` and says where. One that was taken before is left as it is.
pub fn take(id: &str, shipped: &Path, home: &Path) -> Result<PathBuf, Problem> {
    if !found_in(shipped).iter().any(|sample| sample.id == id) {
        return Err(internal(format!("there is no sample {id}")));
    }
    let folder = home.join("slipway-samples").join(id);
    if !folder.exists() {
        copy(&shipped.join(id), &folder).map_err(|error| unwritable(&folder, &error))?;
    }
    Ok(folder)
}

/// Copies a folder under another name first, so that half a copy is never taken for a whole one.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let half = to.with_extension("part");
    if half.exists() {
        fs::remove_dir_all(&half)?;
    }
    copy_all(from, &half)?;
    fs::rename(half, to)
}

fn copy_all(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_all(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("iris/model")).unwrap();
        fs::write(root.path().join("iris/model/a.json"), "{}").unwrap();
        root
    }

    #[test]
    fn a_sample_is_copied_once_and_then_the_users_own() {
        let (shipped, home) = (shipped(), tempfile::tempdir().unwrap());
        let folder = take("iris", shipped.path(), home.path()).unwrap();
        assert_eq!(fs::read_to_string(folder.join("model/a.json")).unwrap(), "{}");
        fs::write(folder.join("model/a.json"), "changed").unwrap();
        take("iris", shipped.path(), home.path()).unwrap();
        assert_eq!(fs::read_to_string(folder.join("model/a.json")).unwrap(), "changed");
    }

    #[test]
    fn only_samples_that_are_there_are_offered_and_no_other_folder_can_be_taken() {
        let (shipped, home) = (shipped(), tempfile::tempdir().unwrap());
        let ids: Vec<_> = found_in(shipped.path()).into_iter().map(|sample| sample.id).collect();
        assert_eq!(ids, ["iris"]);
        assert!(take("../iris", shipped.path(), home.path()).is_err());
    }
}

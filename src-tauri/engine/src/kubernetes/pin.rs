//! Which cluster was chosen for a folder, remembered in Slipway's state folder: one file a folder.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    places::{Places, unwritable, write_atomically},
    problem::{Problem, internal},
    target::Target,
};

#[derive(Serialize, Deserialize)]
struct Pin {
    folder: PathBuf,
    target: Target,
}

/// The folder's absolute path, as pins know it.
pub fn folder(chosen: &Path) -> PathBuf {
    let chosen = if chosen.as_os_str().is_empty() { Path::new(".") } else { chosen };
    dunce::canonicalize(chosen).unwrap_or_else(|_| chosen.to_owned())
}

/// The cluster pinned for this folder. A file that cannot be understood counts as none.
pub fn read(places: &Places, folder: &Path) -> Option<Target> {
    let pin: Pin = serde_json::from_slice(&fs::read(path(places, folder)).ok()?).ok()?;
    (pin.folder == folder).then_some(pin.target)
}

/// Pins this cluster for the folder.
pub fn write(places: &Places, folder: &Path, target: &Target) -> Result<(), Problem> {
    let pin = Pin { folder: folder.to_owned(), target: target.clone() };
    write_atomically(&path(places, folder), &serde_json::to_vec_pretty(&pin).map_err(internal)?)
}

/// Forgets the folder's pin.
pub fn forget(places: &Places, folder: &Path) -> Result<(), Problem> {
    let path = path(places, folder);
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(unwritable(&path, &error)),
        _ => Ok(()),
    }
}

/// The file of the folder's pin.
pub fn path(places: &Places, folder: &Path) -> PathBuf {
    let digest = Sha256::digest(folder.as_os_str().as_encoded_bytes());
    let name = digest.iter().take(12).fold(String::new(), |name, byte| format!("{name}{byte:02x}"));
    places.state().join("pins").join(format!("{name}.json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_belongs_to_its_folder_until_it_is_forgotten() {
        let root = tempfile::tempdir().unwrap();
        let places = Places::under(root.path());
        let target =
            Target { context: "a".into(), server: "https://127.0.0.1".into(), cluster_uid: "1".into() };
        write(&places, Path::new("/iris"), &target).unwrap();
        assert_eq!(read(&places, Path::new("/iris")), Some(target));
        assert_eq!(read(&places, Path::new("/other")), None);
        forget(&places, Path::new("/iris")).unwrap();
        assert_eq!(read(&places, Path::new("/iris")), None);
        forget(&places, Path::new("/iris")).expect("forgetting twice is no problem");
    }
}

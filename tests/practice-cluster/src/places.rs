//! Where everything lies.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use etcetera::{BaseStrategy, choose_base_strategy};
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

/// Puts the running root elsewhere, for a second cluster beside the first (in a network namespace of its own).
pub const ROOT_VARIABLE: &str = "PRACTICE_CLUSTER_ROOT";

/// Names the only images that are served, with commas between, for a cluster that is up sooner.
pub const IMAGES_VARIABLE: &str = "PRACTICE_CLUSTER_IMAGES";

/// The folders of the practice cluster, and what is in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    cache: PathBuf,
    root: PathBuf,
    images: Option<Vec<String>>,
}

impl Places {
    /// In the user's cache folder; the running root where [`ROOT_VARIABLE`] says, if it says so, and the images
    /// that [`IMAGES_VARIABLE`] names.
    pub fn of_user() -> Result<Self> {
        let base = choose_base_strategy()
            .map_err(|error| Error::CannotRunHere { missing: vec![format!("a home folder: {error}")] })?;
        let cache = base.cache_dir().join("slipway").join("practice-cluster");
        let root = match variable(ROOT_VARIABLE) {
            Some(root) => std::path::absolute(PathBuf::from(root))
                .map_err(|source| Error::Io { doing: format!("find {ROOT_VARIABLE}"), source })?,
            None => cache.join("root"),
        };
        let images = variable(IMAGES_VARIABLE)
            .map(|names| names.to_string_lossy().split(',').map(str::to_owned).collect());
        Ok(Self { cache, root, images })
    }

    /// All in one folder.
    #[cfg(test)]
    pub(crate) fn under(folder: &Path) -> Self {
        Self { cache: folder.join("cache"), root: folder.join("root"), images: None }
    }

    /// The same caches with another running root.
    #[must_use]
    pub fn with_root(&self, root: &Path) -> Self {
        Self { root: root.to_owned(), ..self.clone() }
    }

    /// Serves only images of these names.
    #[must_use]
    pub fn serving(&self, images: &[&str]) -> Self {
        let images = images.iter().map(|&name| name.to_owned()).collect();
        Self { images: Some(images), ..self.clone() }
    }

    /// Whether an image that can be served is.
    pub(crate) fn serves(&self, name: &str) -> bool {
        self.images.as_ref().is_none_or(|only| only.iter().any(|one| one == name))
    }

    /// Caches, each keyed by what made it.
    pub fn cache(&self) -> &Path {
        &self.cache
    }

    /// The file system that the cluster's programs see as `/`.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Held by whoever changes the cluster.
    pub(crate) fn root_lock(&self) -> PathBuf {
        self.root.with_extension("lock")
    }

    /// Held by whoever makes something for the cache.
    pub(crate) fn cache_lock(&self, what: &str) -> PathBuf {
        self.cache.join("locks").join(what)
    }

    /// The docker and kubectl clients for outside the root.
    pub fn clients(&self) -> PathBuf {
        self.cache.join("clients")
    }
}

fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// Twelve hex digits that change when any of the parts does.
pub(crate) fn key<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().iter().take(6).fold(String::new(), |mut hex, byte| {
        use std::fmt::Write;
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_changes_with_every_part_and_with_where_one_ends() {
        let of = |parts: &[&str]| key(parts.iter().map(|part| part.as_bytes()));
        assert_eq!(of(&["a", "b"]), of(&["a", "b"]));
        assert_ne!(of(&["a", "b"]), of(&["ab", ""]));
        assert_ne!(of(&["a", "b"]), of(&["a", "c"]));
        assert_eq!(of(&["a"]).len(), 12);
    }
}

//! The complete list of the ways in which Slipway changes the world.
//!
//! An [`Action`](crate::action::Action) carries one of these; only `act` of its stage performs it.

use std::path::PathBuf;

use crate::{
    kubernetes::manifest::{Manifest, ObjectRef},
    target::Target,
};

/// One change of the world, as data.
#[derive(Debug, Clone)]
pub enum Work {
    /// Builds the project's image and tags it by its content.
    Build,
    /// Removes one of our tags from the engine; its layers go when nothing else uses them.
    RemoveImage {
        /// The tag.
        tag: String,
    },
    /// Runs the image alone, asks it, and removes the container unless it is to be kept.
    Try,
    /// Removes one of our containers.
    RemoveContainer {
        /// The engine's id of it.
        id: String,
    },
    /// Remembers the cluster chosen for the project's folder.
    Pin(Target),
    /// Forgets it.
    Unpin {
        /// The folder.
        folder: PathBuf,
    },
    /// Server-side apply of these objects side by side, never forced but for the fields that the user named.
    Apply(Vec<Manifest>),
    /// Deletes these objects one after the other, each only if it carries our mark and is the one that was seen.
    Delete(Vec<ObjectRef>),
}

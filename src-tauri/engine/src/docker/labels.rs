//! The marks by which Slipway knows its images and containers.

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
};

use crate::project::folder::as_mark;

/// Images and containers carry the project's name under this label.
pub const PROJECT: &str = "slipway.project";

/// And the project's folder under this one: two folders may hold projects of one name, and one's `down` must leave
/// the other's alone.
pub const FOLDER: &str = "slipway.folder";

/// Containers that Slipway started carry this too: a container inherits its image's labels, so the project's name
/// alone would also be on containers that the user started.
pub const TRIAL: &str = "slipway.trial";

/// And this too, where they are to stay when the trial is over: others that stand were left behind.
pub const KEPT: &str = "slipway.kept";

/// The labels of what belongs to the project of this name in this folder.
pub fn of(project: &str, folder: &Path) -> BTreeMap<String, String> {
    [(PROJECT, project.to_owned()), (FOLDER, as_mark(folder))]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
}

/// Whether something with this label of a folder, or with none, belongs to the project in `folder`.
pub fn is_of(label: Option<&str>, folder: &Path) -> bool {
    label.is_none_or(|label| label == as_mark(folder))
}

/// The engine's filter for these labels.
pub(super) fn filter(labels: &[(&str, &str)]) -> HashMap<String, Vec<String>> {
    let labels = labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
    HashMap::from([("label".to_owned(), labels)])
}

//! The types that cross to the page are made from these of Rust, and committed where the page finds them.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use slipway_engine::{
    choices::Choices,
    event::Event,
    facts::{Answer, ClusterChoice},
    http::Ask,
    journey::{Outcome, Removal, Scope},
    problem::Problem,
};
use ts_rs::{Config, TS};

use crate::{
    arrivals::Arrival,
    commands::{Plan, RemovalPlan, Start},
    preferences::Preferences,
};

/// Writes what the commands take and give, and all that these stand on.
fn write_types(folder: &Path) {
    let config = Config::new().with_out_dir(folder);
    macro_rules! write {
        ($($kind:ty),* $(,)?) => {$( <$kind>::export_all(&config).unwrap(); )*};
    }
    write!(
        Answer,
        Arrival,
        Ask,
        Choices,
        ClusterChoice,
        Event,
        Outcome,
        Plan,
        Preferences,
        Problem,
        Removal,
        RemovalPlan,
        Scope,
        Start,
    );
}

fn read_types(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut types = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let content = fs::read_to_string(&path).unwrap();
                types.insert(path.strip_prefix(folder).unwrap().to_path_buf(), content);
            }
        }
    }
    types
}

#[test]
fn the_pages_types_are_those_of_rust() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/src/backend/types");
    let made = tempfile::tempdir().unwrap();
    write_types(made.path());
    if std::env::var_os("SLIPWAY_WRITE_TYPES").is_some() {
        let _ = fs::remove_dir_all(&committed);
        write_types(&committed);
    }
    let (made, committed) = (read_types(made.path()), read_types(&committed));
    let differ: Vec<_> =
        made.keys().chain(committed.keys()).filter(|path| made.get(*path) != committed.get(*path)).collect();
    assert!(
        differ.is_empty(),
        "{differ:?} are not as Rust has them now. Write them: SLIPWAY_WRITE_TYPES=1 cargo test -p slipway seam"
    );
}

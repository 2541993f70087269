//! Whole small folders: each fact beside a near twin that must not be taken for it.

use super::*;
use crate::files::memory::Memory;

fn python(files: &[(&str, &str)]) -> Python {
    read(&Memory::of(files), None)
}

fn started(files: &[(&str, &str)], command: &str) -> Python {
    let start = start::parse(&start::split(command), &std::collections::BTreeMap::new());
    read(&Memory::of(files), start.as_ref())
}

/// Each app as `Framework module:name file:line`.
fn apps(files: &[(&str, &str)]) -> Vec<String> {
    python(files).apps.iter().map(shown).collect()
}

fn shown(app: &App) -> String {
    let target = app.target.as_ref().map_or("-".into(), |target| {
        let factory = if target.factory { "()" } else { "" };
        format!("{}:{}{factory}", target.module, target.name)
    });
    let place = format!("{}:{}", app.framework.file.as_ref().unwrap().display(), app.framework.line.unwrap());
    format!("{:?} {target} {place}", app.framework.value)
}

mod apps_and_routes;
mod doctor;
mod listening;
mod rubbish;
mod speed;
mod wants;

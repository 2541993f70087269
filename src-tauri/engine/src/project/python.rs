//! The folder's Python: what serves in it, what it needs, and what will go wrong with it. None of it is run.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use slipway_python::{
    Folder,
    findings::{Code, Finding, Severity, findings},
    start,
};
pub use slipway_python::{Framework, Python, routes::Place};

use crate::{
    problem::{Problem, internal},
    text::Text,
};

/// What a folder's Python says, and what is the matter with it.
#[derive(Debug)]
pub struct Seen {
    /// What was read.
    pub python: Python,
    /// The worst first.
    pub findings: Vec<Finding>,
}

impl Seen {
    /// Whether something in it cannot work.
    pub fn will_fail(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::WillFail)
    }
}

/// Reads a folder's Python, off the runtime's own threads; `command` is the start command, where one is known.
/// `None`: there is no Python in it.
///
/// # Errors
/// Only `internal`: a folder that cannot be read has nothing in it.
pub async fn look(folder: PathBuf, command: Option<String>) -> Result<Option<Seen>, Problem> {
    tokio::task::spawn_blocking(move || seen(&folder, command.as_deref())).await.map_err(internal)
}

fn seen(folder: &Path, command: Option<&str>) -> Option<Seen> {
    let words = start::split(command.unwrap_or_default());
    let start = start::parse(&words, &BTreeMap::new());
    let files = Folder::walk(folder);
    let python = slipway_python::read(&files, start.as_ref());
    let none = python.apps.is_empty() && python.imports.is_empty() && python.requirements.files.is_empty();
    let findings = findings(&files, &python, start.as_ref(), None);
    (!none).then_some(Seen { python, findings })
}

/// A finding as a sentence.
pub fn says(finding: &Finding) -> Text {
    let sentence = match finding.code {
        Code::RequirementMisnamed => Text::new("finding-requirement-misnamed"),
        Code::RequirementUnpinned => Text::new("finding-requirement-unpinned"),
        Code::IncludeMissing => Text::new("finding-include-missing"),
        Code::RequirementMissing => Text::new("finding-requirement-missing"),
        Code::ServerMissing => Text::new("finding-server-missing"),
        Code::MultipartMissing => Text::new("finding-multipart-missing"),
        Code::BoundToLoopback => Text::new("finding-bound-to-loopback"),
        Code::ReloadInImage => Text::new("finding-reload-in-image"),
        Code::DebugInImage => Text::new("finding-debug-in-image"),
        Code::DevelopmentServer => Text::new("finding-development-server"),
        Code::PortDiffers => Text::new("finding-port-differs"),
        Code::AppNotInFile => Text::new("finding-app-not-in-file"),
        Code::AppNotText => Text::new("finding-app-not-text"),
        Code::ServesOnImport => Text::new("finding-serves-on-import"),
    };
    finding.words.iter().fold(sentence, |sentence, (name, value)| match value.parse::<u32>() {
        Ok(count) if *name == "count" => sentence.with(name, count),
        _ => sentence.with(name, &**value),
    })
}

/// How bad a finding is, in a word.
pub fn severity(finding: &Finding) -> Text {
    match finding.severity {
        Severity::WillFail => Text::new("finding-will-fail"),
        Severity::WillHurt => Text::new("finding-will-hurt"),
        Severity::Advice => Text::new("finding-advice"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_app_that_the_command_starts_is_found_with_what_it_lacks() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write("main.py", "import sklearn\nfrom fastapi import FastAPI\n\napp = FastAPI()\n");
        write("requirements.txt", "fastapi==0.139.0\nuvicorn==0.40.0\nsklearn\n");
        let seen =
            look(folder.path().into(), Some("uvicorn main:app --port 8000".into())).await.unwrap().unwrap();
        assert_eq!(seen.python.started, Some(0));
        assert_eq!(seen.python.apps[0].framework.line, Some(4));
        let misnamed =
            seen.findings.iter().find(|finding| finding.code == Code::RequirementMisnamed).unwrap();
        assert_eq!((misnamed.severity, misnamed.place.line), (Severity::WillFail, Some(3)));
        assert_eq!(says(misnamed).args["package"], "scikit-learn".into());
    }

    #[tokio::test]
    async fn a_folder_without_python_has_none() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("index.html"), "<p>").unwrap();
        assert!(look(folder.path().into(), None).await.unwrap().is_none());
    }
}

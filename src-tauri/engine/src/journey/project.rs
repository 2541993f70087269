//! The stage `project`.

use async_trait::async_trait;

use super::{Journey, Scope, Verbs};
use crate::{
    action::Action,
    facts::{Facts, Found, Project},
    problem::{Problem, internal},
    stage::{Evidence, Observation},
    text,
    text::Text,
    work::Work,
};

pub(super) struct ProjectStage;

#[async_trait]
impl Verbs for ProjectStage {
    async fn observe(&self, journey: &Journey, facts: &mut Facts) -> Result<Observation, Problem> {
        let choices = journey.choices.clone();
        let project =
            tokio::task::spawn_blocking(move || crate::project::read(&choices)).await.map_err(internal)??;
        let evidence = evidence(&project);
        facts.project = Some(project);
        Ok(Observation::proven(evidence))
    }

    async fn plan(&self, _journey: &Journey, _facts: &Facts) -> Result<Vec<Action>, Problem> {
        Ok(Vec::new())
    }

    async fn act(&self, _journey: &Journey, _facts: &mut Facts, work: &Work) -> Result<(), Problem> {
        Err(internal(format!("project cannot do {work:?}")))
    }

    async fn prove(&self, journey: &Journey, facts: &mut Facts) -> Result<Observation, Problem> {
        self.observe(journey, facts).await
    }

    async fn undo(
        &self,
        _journey: &Journey,
        _facts: &Facts,
        _scope: Scope,
    ) -> Result<(Vec<Action>, Vec<Text>), Problem> {
        Ok((Vec::new(), Vec::new()))
    }
}

fn evidence(project: &Project) -> Vec<Evidence> {
    let dockerfile = project.dockerfile.display().to_string();
    let mut evidence = vec![Evidence::exactly(
        text!("project-found", name = &project.name, dockerfile = &dockerfile),
        project.folder.display().to_string(),
    )];
    if let Some(base) = &project.base {
        evidence.push(text!("project-base", base = base).into());
    }
    if let Some(start) = &project.start {
        evidence.push(placed(text!("project-start"), &start.value, start));
    }
    evidence.push(match &project.port {
        Some(port) => placed(text!("project-port", port = port.value.to_string()), "", port),
        None => text!("project-port-open").into(),
    });
    let size = &project.size;
    let largest = size.largest.iter().map(|(path, bytes)| format!("{bytes:>12} {}", path.display()));
    let exact = largest.collect::<Vec<_>>().join("\n");
    evidence.push(Evidence::exactly(
        if size.complete {
            text!("project-size", files = size.files, bytes = size.bytes)
        } else {
            text!("project-size-more", files = size.files, bytes = size.bytes)
        },
        exact,
    ));
    if !project.others.is_empty() {
        let labels: Vec<_> = project.others.iter().map(|other| &*other.label).collect();
        evidence.push(Evidence::exactly(text!("project-others", count = labels.len()), labels.join("\n")));
    }
    evidence
}

/// What was found, with its file and line as the exact thing.
fn placed<T>(says: Text, words: &str, found: &Found<T>) -> Evidence {
    match (&found.file, found.line) {
        (Some(file), Some(line)) => {
            let exact = format!("{}:{line} {words}", file.display());
            Evidence::exactly(says, exact.trim_end())
        }
        _ if words.is_empty() => says.into(),
        _ => Evidence::exactly(says, words),
    }
}

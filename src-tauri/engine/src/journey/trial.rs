//! The stage `trial`: the image run alone answers over HTTP, before anything is put into a cluster.
//!
//! What a trial showed cannot be observed later, so it is remembered by the image's id and what it was run with.

use std::{path::Path, time::Duration};

use async_trait::async_trait;

use super::{Journey, Scope, Verbs};
use crate::{
    action::Action,
    docker::{Engine, containers, images, labels},
    facts::{Facts, Trial},
    problem::{Code, Problem, Remedy, internal},
    project::{self, SecretKey},
    shell_words::ShellCommand,
    stage::{Evidence, Observation, Stage},
    text,
    text::Text,
    trial::{self, Wish, remembered},
    work::Work,
};

/// The longest that an app may take until its first answer, when the user says nothing: large models load slowly.
const WITHIN: Duration = Duration::from_mins(3);

/// How much of an answer's body is shown as evidence.
const BODY_SHOWN: usize = 300;

pub(super) struct TrialStage;

#[async_trait]
impl Verbs for TrialStage {
    async fn observe(&self, journey: &Journey, facts: &mut Facts) -> Result<Observation, Problem> {
        let Some(id) = facts.image()?.id.clone() else {
            return Ok(Observation::missing([text!("trial-no-image").into()]));
        };
        // A past trial is known by the image's id alone.
        let wish = wish(journey, facts, images::Image { id, ..images::Image::default() })?;
        let standing = ours(journey.engine().await?, &wish.project, &wish.folder).await?;
        let Some(trial) = remembered::find(&journey.places, &wish) else {
            return Ok(Observation::missing([text!("trial-not-yet").into()]));
        };
        // Ended by force between the answer and the removal: trying again removes it.
        let left =
            standing.iter().find(|container| !container.kept && !journey.is_letting_go(&container.name));
        if let Some(left) = left {
            facts.trial = Some(trial);
            return Ok(Observation::missing([text!("trial-left-behind", container = &left.name).into()]));
        }
        let kept = standing.iter().find(|container| container.running && container.kept);
        if wish.keep && kept.is_none() {
            return Ok(Observation::missing([text!("trial-not-kept").into()]));
        }
        let mut evidence = evidence(&trial);
        if let Some(container) = kept {
            evidence.push(text!("trial-stands", container = &container.name).into());
        }
        facts.trial = Some(trial);
        Ok(Observation::proven(evidence))
    }

    async fn plan(&self, journey: &Journey, facts: &Facts) -> Result<Vec<Action>, Problem> {
        let project = facts.project()?;
        let image = facts.image()?;
        let tried = facts.trial.as_ref().map(|trial| trial.port).filter(|port| *port != 0);
        let port =
            tried.or(project.port.as_ref().map(|found| found.value)).or(image.exposed.first().copied());
        let env = Environment::of(journey)?.plain;
        let said_now = |name: &str| journey.choices.env.contains_key(name);
        Ok(vec![Action {
            stage: Stage::Trial,
            effect: text!("trial-effect", image = &image.tag),
            command: command(&project.name, &image.tag, port, &env, said_now),
            diff: Vec::new(),
            undo: None, // nothing is left of it
            work: Work::Try,
        }])
    }

    async fn act(&self, journey: &Journey, facts: &mut Facts, work: &Work) -> Result<(), Problem> {
        let engine = journey.engine().await?;
        match work {
            Work::Try => {
                let id = facts.image()?.id.as_deref().ok_or_else(|| image_missing(facts))?;
                let image = images::inspect(engine, id).await?.ok_or_else(|| image_missing(facts))?;
                let wish = wish(journey, facts, image)?;
                // What an earlier trial left behind, because it was ended by force or was to be kept.
                for container in ours(engine, &wish.project, &wish.folder).await? {
                    containers::remove(engine, &container.id).await?;
                }
                let (trial, container) = trial::learn(engine, &wish, &journey.teller).await?;
                if let Some(container) = container {
                    journey.lets_go_of(container);
                }
                remembered::keep(&journey.places, &wish, &trial)?;
                facts.trial = Some(trial);
                Ok(())
            }
            Work::RemoveContainer { id } => containers::remove(engine, id).await,
            other => Err(internal(format!("trial cannot do {other:?}"))),
        }
    }

    async fn prove(&self, journey: &Journey, facts: &mut Facts) -> Result<Observation, Problem> {
        self.observe(journey, facts).await
    }

    async fn undo(
        &self,
        journey: &Journey,
        facts: &Facts,
        _scope: Scope,
    ) -> Result<(Vec<Action>, Vec<Text>), Problem> {
        let Some(project) = &facts.project else { return Ok((Vec::new(), Vec::new())) };
        // Without an engine there is nothing that could be removed, and the cluster's part can still be.
        let Ok(engine) = journey.engine().await else {
            return Ok((Vec::new(), vec![text!("trial-engine-silent")]));
        };
        let containers = ours(engine, &project.name, &project.folder).await?;
        let actions = containers.into_iter().map(|container| Action {
            stage: Stage::Trial,
            effect: text!("trial-remove-effect", container = &container.name),
            command: ShellCommand::of(["docker", "rm", "--force", &container.name]).to_string(),
            diff: Vec::new(),
            undo: None,
            work: Work::RemoveContainer { id: container.id },
        });
        Ok((actions.collect(), Vec::new()))
    }
}

/// The containers that stand of this folder's trials: another folder may hold a project of the same name.
async fn ours(engine: &Engine, project: &str, folder: &Path) -> Result<Vec<containers::Ours>, Problem> {
    let mut found = containers::of_project(engine, project).await?;
    found.retain(|container| labels::is_of(container.folder.as_deref(), folder));
    Ok(found)
}

/// What would be tried.
fn wish(journey: &Journey, facts: &Facts, image: images::Image) -> Result<Wish, Problem> {
    let project = facts.project()?;
    let Environment { plain, left_out } = Environment::of(journey)?;
    Ok(Wish {
        project: project.name.clone(),
        folder: project.folder.clone(),
        image,
        env: plain,
        left_out,
        port: project.port.as_ref().map(|found| found.value),
        health: project.deploy.health.clone(),
        within: journey.choices.timeout.map_or(WITHIN, Duration::from_secs),
        keep: journey.choices.keep_trial,
    })
}

/// The app's environment variables.
struct Environment {
    /// Names and values.
    plain: Vec<(String, String)>,
    /// The names of those whose values only the cluster has.
    left_out: Vec<String>,
}

impl Environment {
    fn of(journey: &Journey) -> Result<Self, Problem> {
        let all = project::settled(&journey.choices)?.env;
        let (secret, plain): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|(_, value)| SecretKey::of(value).is_some());
        Ok(Self { plain, left_out: secret.into_iter().map(|(name, _)| name).collect() })
    }
}

/// The trial as a person would type it: it waits for an answer, and shows what the app wrote where none comes. Values
/// that may be `secret` stand there by name.
fn command(
    project: &str,
    image: &str,
    port: Option<u16>,
    env: &[(String, String)],
    secret: impl Fn(&str) -> bool,
) -> String {
    let name = format!("{project}-trial");
    let port = port.map_or_else(|| "PORT".to_owned(), |port| port.to_string());
    let publish = format!("127.0.0.1::{port}");
    let mut run = ShellCommand::of(["docker", "run", "--detach", "--name", &name, "--publish", &publish]);
    for (variable, value) in env {
        run = run.with(["--env"]);
        run = if secret(variable) {
            run.with_setting(variable)
        } else {
            run.with([format!("{variable}={value}")])
        };
    }
    let run = run.with([image]);
    let ask = "curl --silent --show-error --output /dev/null --retry 60 --retry-delay 1 --retry-all-errors";
    let address = format!("\"http://$({})/\"", ShellCommand::of(["docker", "port", &name, &port]));
    let logs = ShellCommand::of(["docker", "logs", &name]);
    let remove = ShellCommand::of(["docker", "rm", "--force", &name]);
    format!("{run}\n{ask} {address} || {{ {logs}; {remove}; false; }}\n{remove}")
}

fn image_missing(facts: &Facts) -> Problem {
    let tag = facts.image.as_ref().map(|image| image.tag.clone()).unwrap_or_default();
    Problem::new(Code::ImageMissing)
        .in_stage(Stage::Trial)
        .with("image", tag)
        .because(text!("trial-no-image"))
        .remedy(Remedy::say(text!("remedy-build-again")))
        .retry()
}

fn evidence(trial: &Trial) -> Vec<Evidence> {
    let left_out = (!trial.left_out.is_empty())
        .then(|| Evidence::from(text!("trial-left-out", names = trial.left_out.join(", "))));
    if !trial.answered {
        return std::iter::once(text!("trial-inconclusive").into()).chain(left_out).collect();
    }
    let mut evidence = vec![
        text!("trial-answered", port = trial.port.to_string(), ms = trial.started_ms).into(),
        match &trial.health {
            Some(path) => text!("trial-health-path", path = path).into(),
            None => text!("trial-no-health-path").into(),
        },
    ];
    if let Some(answer) = &trial.answer {
        let says = text!("trial-said", request = &answer.request, status = answer.status.to_string());
        evidence.push(Evidence::exactly(says, answer.body.chars().take(BODY_SHOWN).collect::<String>()));
        if answer.status >= 400 && !trial.operations.is_empty() {
            evidence.push(text!("trial-refused-example").into());
        }
    }
    evidence.extend(left_out);
    evidence
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Answer;

    fn says(trial: &Trial) -> Vec<String> {
        evidence(trial).into_iter().map(|evidence| evidence.says.id).collect()
    }

    fn answered(status: u16) -> Trial {
        let answer =
            Answer { request: "GET http://127.0.0.1/predict".into(), status, ms: 1.0, body: "{}".into() };
        let operation = crate::openapi::operations(&serde_json::json!({"paths": {"/predict": {"get": {}}}}));
        Trial {
            answered: true,
            health: Some("/health".into()),
            answer: Some(answer),
            operations: operation,
            ..Trial::default()
        }
    }

    #[test]
    fn an_answer_is_shown_and_a_refused_example_is_explained() {
        assert_eq!(says(&answered(200)), ["trial-answered", "trial-health-path", "trial-said"]);
        assert_eq!(says(&answered(422)).last().unwrap(), "trial-refused-example");
    }

    #[test]
    fn a_trial_without_the_clusters_secrets_says_that_it_shows_little() {
        let trial = Trial { left_out: vec!["KEY".into()], ..Trial::default() };
        assert_eq!(says(&trial), ["trial-inconclusive", "trial-left-out"]);
    }

    #[test]
    fn the_command_ends_by_itself_and_quotes_values() {
        let env = [("GREETING", "hello world"), ("KEY", "s3cret")];
        let env = env.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(
            command("iris", "iris:3f", Some(8000), &env, |name| name == "KEY"),
            "docker run --detach --name iris-trial --publish 127.0.0.1::8000 --env 'GREETING=hello world' \
             --env \"KEY=${KEY}\" iris:3f\n\
             curl --silent --show-error --output /dev/null --retry 60 --retry-delay 1 --retry-all-errors \
             \"http://$(docker port iris-trial 8000)/\" || \
             { docker logs iris-trial; docker rm --force iris-trial; false; }\n\
             docker rm --force iris-trial"
        );
    }
}

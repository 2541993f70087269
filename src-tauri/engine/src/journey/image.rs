//! The stage `image`: the image that was built from the folder's content as it is now, named by that content.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use async_trait::async_trait;

use super::{Journey, Scope, Verbs};
use crate::{
    action::{Action, Undo},
    docker::{
        Surroundings,
        build::{self, Order, Part, StillSame},
        images, labels,
    },
    facts::{self, Facts},
    places::Places,
    problem::{Code, Problem, Remedy, internal},
    project::{
        content::{self, Content, Source},
        context::Fault,
    },
    shell_words::ShellCommand,
    stage::{Evidence, Observation, Stage},
    text,
    text::Text,
    work::Work,
};

pub(super) struct ImageStage;

#[async_trait]
impl Verbs for ImageStage {
    async fn observe(&self, journey: &Journey, facts: &mut Facts) -> Result<Observation, Problem> {
        let content = content_of(journey, facts).await?;
        let tag = content.tag(&facts.project()?.name);
        look(journey, facts, tag, Some(&content)).await
    }

    async fn plan(&self, _journey: &Journey, facts: &Facts) -> Result<Vec<Action>, Problem> {
        let (project, tag) = (facts.project()?, &facts.image()?.tag);
        let removal = removal(tag);
        Ok(vec![Action {
            stage: Stage::Image,
            effect: text!("image-builds", image = tag, dockerfile = project.dockerfile.display().to_string()),
            command: command(project, tag).to_string(),
            diff: Vec::new(),
            undo: Some(Undo { effect: removal.effect, command: removal.command, work: removal.work }),
            work: Work::Build,
        }])
    }

    async fn act(&self, journey: &Journey, facts: &mut Facts, work: &Work) -> Result<(), Problem> {
        match work {
            Work::Build => build(journey, facts).await,
            Work::RemoveImage { tag } => images::untag(journey.engine().await?, tag).await,
            other => Err(internal(format!("image cannot do {other:?}"))),
        }
    }

    /// Looks for the image that was planned: the folder may have changed since, which the next `observe` sees.
    async fn prove(&self, journey: &Journey, facts: &mut Facts) -> Result<Observation, Problem> {
        let tag = facts.image()?.tag.clone();
        let seen = look(journey, facts, tag.clone(), None).await?;
        if facts.image()?.id.is_none() {
            return Err(Problem::new(Code::ImageMissing)
                .with("image", &tag)
                .quoting(format!("inspect {tag}: no such image"))
                .remedy(Remedy::say(text!("remedy-build-again")))
                .retry());
        }
        Ok(seen)
    }

    async fn undo(
        &self,
        journey: &Journey,
        facts: &Facts,
        scope: Scope,
    ) -> Result<(Vec<Action>, Vec<Text>), Problem> {
        let (mut actions, mut kept) = (Vec::new(), Vec::new());
        let Some(project) = facts.project.as_ref().filter(|_| scope.image) else {
            return Ok((actions, kept));
        };
        for image in images::of_project(journey.engine().await?, &project.name).await? {
            if let Some(folder) = image.folder.filter(|folder| !labels::is_of(Some(folder), &project.folder))
            {
                let names = image.tags.into_iter();
                kept.extend(names.map(|name| text!("image-kept-of-folder", image = name, folder = &folder)));
                continue;
            }
            let (named_by_us, named_by_others): (Vec<_>, Vec<_>) =
                image.tags.into_iter().partition(|tag| content::is_tag(tag, &project.name));
            let nameless = named_by_us.is_empty() && named_by_others.is_empty();
            kept.extend(named_by_others.into_iter().map(|name| text!("image-kept-named", image = name)));
            for name in named_by_us.into_iter().chain(nameless.then_some(image.id)) {
                match image.used_by.first() {
                    Some(container) => kept.push(text!("image-kept", image = name, container = container)),
                    None => actions.push(removal(&name)),
                }
            }
        }
        Ok((actions, kept))
    }
}

/// The content as it is now.
async fn content_of(journey: &Journey, facts: &Facts) -> Result<Content, Problem> {
    let (source, places) = (source(journey, facts).await?, journey.places.clone());
    tokio::task::spawn_blocking(move || source.content(&places)).await.map_err(internal)?
}

async fn source(journey: &Journey, facts: &Facts) -> Result<Source, Problem> {
    let engine = journey.engine().await?;
    Ok(Source::of(facts.project()?, format!("{}/{}", engine.os, engine.arch)))
}

/// Looks for the image on the engine and fills the facts.
async fn look(
    journey: &Journey,
    facts: &mut Facts,
    tag: String,
    content: Option<&Content>,
) -> Result<Observation, Problem> {
    let project = &facts.project()?.name;
    let found = images::inspect(journey.engine().await?, &tag).await?;
    // Another's image under our tag is none of ours, and is built anew.
    let found = found.filter(|image| image.project.as_ref() == Some(project));
    let seen = if let Some(image) = &found {
        let says = text!("image-found", image = &tag, size = image.size);
        Observation::proven([Evidence::exactly(says, &image.id)])
    } else {
        let (files, bytes) = content.map_or((0, 0), |content| (content.files, content.bytes));
        Observation::missing([text!("image-not-built", image = &tag, files = files, size = bytes).into()])
    };
    let image = facts::Image { tag, id: None, size: None, arch: None, user: None, exposed: Vec::new() };
    facts.image = Some(match found {
        Some(found) => facts::Image {
            id: Some(found.id),
            size: Some(found.size),
            arch: Some(found.arch),
            user: Some(found.user),
            exposed: found.exposed,
            ..image
        },
        None => image,
    });
    Ok(seen)
}

async fn build(journey: &Journey, facts: &Facts) -> Result<(), Problem> {
    let project = facts.project()?;
    let tag = &facts.image()?.tag;
    let source = source(journey, facts).await?;
    let content = content_of(journey, facts).await?;
    if content.tag(&project.name) != *tag {
        return Err(changed(&source, content.news));
    }
    let steps = source.dockerfile().and_then(|file| file.steps(source.target.as_deref(), &source.args).ok());
    let order = Order {
        source: &source,
        steps: steps.unwrap_or_default(),
        tag,
        labels: labels::of(&project.name, &project.folder),
        shared_key: &content.shared_key,
        still_same: still_same(&source, &content, &journey.places),
        surroundings: Surroundings::here(),
    };
    build::build(journey.engine().await?, order, &journey.teller).await?;
    Ok(())
}

/// Whether what the engine has read is what the tag says: else the image would bear the name of another content.
fn still_same(source: &Source, content: &Content, places: &Places) -> StillSame {
    let (source, content, places) = (source.clone(), content.clone(), places.clone());
    Arc::new(move |part| {
        let (same, news) = match part {
            Part::Recipe => {
                let shown = source.dockerfile_shown.display().to_string();
                (source.recipe_digest()? == content.recipe, Some(shown))
            }
            Part::Content => {
                let now = source.content(&places)?;
                (now.digest == content.digest, now.news)
            }
        };
        if same { Ok(()) } else { Err(changed(&source, news)) }
    })
}

/// This file is not what it was, or something else of the folder.
fn changed(source: &Source, file: Option<String>) -> Problem {
    Fault::Changed { path: file.unwrap_or_else(|| source.context.display().to_string()) }.problem()
}

/// What a person would type: the same image, whatever folder they are in.
fn command(project: &facts::Project, tag: &str) -> ShellCommand {
    let source = Source::of(project, String::new());
    let shown = |path: &Path| path.display().to_string();
    let mut command = ShellCommand::of(["docker", "build", "-t", tag]);
    for (name, value) in labels::of(&project.name, &project.folder) {
        command = command.with(["--label".to_owned(), format!("{name}={value}")]);
    }
    if source.dockerfile != source.context.join(PathBuf::from("Dockerfile")) {
        command = command.with(["-f".to_owned(), shown(&source.dockerfile)]);
    }
    if let Some(target) = &source.target {
        command = command.with(["--target", target]);
    }
    for (name, value) in &source.args {
        command = command.with(["--build-arg".to_owned(), format!("{name}={value}")]);
    }
    command.with([shown(&source.context)])
}

fn removal(name: &str) -> Action {
    Action {
        stage: Stage::Image,
        effect: text!("image-removes", image = name),
        command: ShellCommand::of(["docker", "rmi", name]).to_string(),
        diff: Vec::new(),
        undo: None,
        work: Work::RemoveImage { tag: name.to_owned() },
    }
}

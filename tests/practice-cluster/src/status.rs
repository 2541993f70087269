//! How each part is, now.

use std::fmt;

use futures_util::future::join_all;

use crate::{
    error::Result,
    images,
    parts::{Part, end_of},
    places::Places,
    root::Root,
};

/// How one part is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It runs and says that it is well.
    Healthy,
    /// It runs and says something else.
    Unwell(String),
    /// It does not run; the end of its log, when it ran before.
    Dead(String),
}

/// How the cluster is.
#[derive(Debug, Clone)]
pub struct Status {
    /// Each part, in the order in which they start; its process, when it runs.
    pub parts: Vec<(Part, Option<u32>, State)>,
    /// Images that are served.
    pub images: Vec<String>,
    /// Those of them that the engine lacks.
    pub missing_images: Vec<String>,
}

impl Status {
    /// Whether all is as it should be.
    pub fn is_healthy(&self) -> bool {
        self.missing_images.is_empty() && self.parts.iter().all(|(_, _, state)| *state == State::Healthy)
    }

    /// Whether nothing runs.
    pub fn is_down(&self) -> bool {
        self.parts.iter().all(|(_, process, _)| process.is_none())
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_down() {
            return writeln!(f, "down");
        }
        for (part, process, state) in &self.parts {
            let process = process.map_or_else(|| "-".to_owned(), |process| process.to_string());
            let (word, more) = match state {
                State::Healthy => ("healthy", ""),
                State::Unwell(said) => ("unwell: ", said.as_str()),
                State::Dead(end) => ("dead; the end of its log:\n", end.as_str()),
            };
            writeln!(f, "{:<24} {process:>8}  {word}{more}", part.program())?;
        }
        match self.missing_images.as_slice() {
            [] => writeln!(f, "{} images are served", self.images.len()),
            missing => writeln!(f, "images that are missing: {}", missing.join(", ")),
        }
    }
}

/// Asks every part.
pub(crate) async fn status(root: &Root, places: &Places) -> Result<Status> {
    let processes = root.processes()?;
    let parts = join_all(Part::ALL.map(|part| {
        let process = part.find(root, &processes);
        async move {
            let state = match process {
                None => State::Dead(end_of(&root.log(part.program()))),
                Some(_) => match part.health().check(root).await {
                    Ok(()) => State::Healthy,
                    Err(said) => State::Unwell(said),
                },
            };
            (part, process, state)
        }
    }))
    .await;
    let engine = parts.iter().any(|(part, _, state)| *part == Part::Dockerd && *state == State::Healthy);
    let missing_images = if engine { images::missing(root, places).await? } else { images::names(places) };
    Ok(Status { parts, images: images::names(places), missing_images })
}

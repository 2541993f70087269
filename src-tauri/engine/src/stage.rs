//! The eight stages of the journey, their states, and what counts as evidence.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use crate::foreign::harmless;
use crate::text::Text;

/// A stage of the journey, in the order in which they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum Stage {
    /// The computer and its Docker Engine.
    Machine,
    /// The folder.
    Project,
    /// The image built from the folder.
    Image,
    /// The container run alone.
    Trial,
    /// The Kubernetes cluster that was chosen.
    Cluster,
    /// The ingress controller.
    Ingress,
    /// Deployment, Service and Ingress of the app.
    App,
    /// The address, asked from outside.
    Endpoint,
}

impl Stage {
    /// All stages, in order.
    pub const ALL: [Self; 8] = [
        Self::Machine,
        Self::Project,
        Self::Image,
        Self::Trial,
        Self::Cluster,
        Self::Ingress,
        Self::App,
        Self::Endpoint,
    ];

    /// The name used in JSON and in the language files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Machine => "machine",
            Self::Project => "project",
            Self::Image => "image",
            Self::Trial => "trial",
            Self::Cluster => "cluster",
            Self::Ingress => "ingress",
            Self::App => "app",
            Self::Endpoint => "endpoint",
        }
    }

    /// The name for a person.
    pub fn title(self) -> Text {
        Text { id: format!("stage-{}", self.name()), args: BTreeMap::new() }
    }
}

/// What is known of a stage now. Green means proven now; unknown is said, not guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum State {
    /// Not looked at, or it could not be.
    Unknown,
    /// Looked at: what the stage stands for is not there yet.
    Missing,
    /// Being looked at or worked on.
    Working,
    /// Checked from outside, just now.
    Proven,
    /// Looked at: it does not hold, and a Problem says why.
    Failed,
}

impl State {
    /// The state for a person.
    pub fn title(self) -> Text {
        let id = match self {
            Self::Unknown => "state-unknown",
            Self::Missing => "state-missing",
            Self::Working => "state-working",
            Self::Proven => "state-proven",
            Self::Failed => "state-failed",
        };
        Text { id: id.to_owned(), args: BTreeMap::new() }
    }
}

/// Why a stage's state is what it is: a sentence for a beginner, and the exact thing one click below.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Evidence {
    /// The sentence.
    pub says: Text,
    /// The exact thing: a line of a file or log, an object and field, a server's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub exact: Option<String>,
}

impl Evidence {
    /// The exact thing alone, shown as it is. Control characters are made harmless.
    pub fn quoted(words: impl AsRef<str>) -> Self {
        Self { says: Text::quoted(harmless(words.as_ref())), exact: None }
    }

    /// A sentence with the exact thing below it.
    pub fn exactly(says: Text, exact: impl AsRef<str>) -> Self {
        Self { says, exact: Some(harmless(exact.as_ref())) }
    }
}

impl From<Text> for Evidence {
    fn from(says: Text) -> Self {
        Self { says, exact: None }
    }
}

/// What `observe` or `prove` of a stage found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Observation {
    /// The state.
    pub state: State,
    /// Why. Never empty for `Proven`.
    pub evidence: Vec<Evidence>,
}

impl Observation {
    /// The stage holds, seen just now.
    pub fn proven(evidence: impl IntoIterator<Item = Evidence>) -> Self {
        Self { state: State::Proven, evidence: evidence.into_iter().collect() }
    }

    /// What the stage stands for is not there yet.
    pub fn missing(evidence: impl IntoIterator<Item = Evidence>) -> Self {
        Self { state: State::Missing, evidence: evidence.into_iter().collect() }
    }
}

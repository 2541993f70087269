//! An action: one thing that a plan would do, as a person reads it and as the program does it.

use serde::Serialize;
use ts_rs::TS;

use crate::{stage::Stage, text::Text, work::Work};

/// One thing that a plan would do. Nothing but the `work` of an action changes the world.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Action {
    /// The stage that it belongs to.
    pub stage: Stage,
    /// What changes, in a sentence.
    pub effect: Text,
    /// What a person would type for it; it may have several lines.
    pub command: String,
    /// What changes exactly, where something that exists is changed or made from text.
    pub diff: Vec<Change>,
    /// How it is undone; `None` where there is nothing to undo.
    pub undo: Option<Undo>,
    /// What the program does.
    #[serde(skip)]
    #[ts(skip)]
    pub work: Work,
}

/// The inverse of an action.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export)]
pub struct Undo {
    /// What the undoing changes, in a sentence.
    pub effect: Text,
    /// What a person would type for it.
    pub command: String,
    /// What the program does.
    #[serde(skip)]
    #[ts(skip)]
    pub work: Work,
}

/// One field that an action changes: `Deployment/iris spec.replicas 1 → 3`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct Change {
    /// Kind and name of what is changed, such as `Deployment/iris`.
    pub object: String,
    /// The field's path, such as `spec.replicas`; empty where the whole thing is new or goes.
    pub field: String,
    /// What stands there now, as YAML; `None` where nothing does.
    pub before: Option<String>,
    /// What will stand there, as YAML; `None` where it goes.
    pub after: Option<String>,
}

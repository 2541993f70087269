//! How a journey ended.

use std::{collections::BTreeMap, time::Duration};

use serde::Serialize;
use ts_rs::TS;

use crate::{
    facts::{Answer, Facts},
    problem::Problem,
    stage::{Evidence, Observation, Stage, State},
    text::Text,
};

/// How `up`, `status` or `prove` ended.
#[derive(Debug, Clone, Default, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct Outcome {
    /// Whether every stage that was looked at is proven.
    pub ok: bool,
    /// What to open in a browser, once the endpoint is known.
    pub address: Option<String>,
    /// A real request through the ingress and its answer.
    pub answer: Option<Answer>,
    /// Each stage that was looked at.
    pub stages: BTreeMap<Stage, StageOutcome>,
    /// What stopped it.
    pub problems: Vec<Problem>,
    /// All that was observed.
    pub facts: Facts,
}

/// How one stage ended.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct StageOutcome {
    /// Its state.
    pub state: State,
    /// Why.
    pub evidence: Vec<Evidence>,
    /// How long it took, in milliseconds.
    #[ts(type = "number")]
    pub ms: u64,
}

/// What `down` removed and what it left, in words.
#[derive(Debug, Clone, Default, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct Removal {
    /// What is gone.
    pub removed: Vec<Text>,
    /// What stays, and why.
    pub kept: Vec<Text>,
}

impl Outcome {
    pub(super) fn add(&mut self, stage: Stage, seen: Observation, took: Duration) {
        self.stages.insert(
            stage,
            StageOutcome {
                state: seen.state,
                evidence: seen.evidence,
                ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            },
        );
    }

    pub(super) fn fail(&mut self, stage: Stage, problem: Problem, took: Duration) {
        self.add(stage, Observation { state: State::Failed, evidence: problem.evidence.clone() }, took);
        self.problems.push(problem);
    }

    /// Whether what stands on `stage` cannot be looked at.
    pub(super) fn broken(&self, stage: Stage) -> bool {
        self.stages.get(&stage).is_none_or(|outcome| matches!(outcome.state, State::Failed | State::Unknown))
    }

    pub(super) fn with_facts(mut self, facts: Facts) -> Self {
        self.ok =
            self.problems.is_empty() && self.stages.values().all(|outcome| outcome.state == State::Proven);
        if let Some(endpoint) = &facts.endpoint {
            self.address = Some(endpoint.address.clone());
            self.answer.clone_from(&endpoint.answer);
        }
        self.facts = facts;
        self
    }
}

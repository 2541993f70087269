//! Looking at several stages: those of a lane in turn, lanes side by side.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use super::{Journey, table};
use crate::{
    facts::Facts,
    problem::Problem,
    stage::{Observation, Stage},
};

/// What was seen ahead of its turn counts for so long.
const FRESH: Duration = Duration::from_secs(10);

/// What was seen, and the facts of it.
#[derive(Debug, Default)]
pub(super) struct Lane {
    /// All that was seen, and what was known before.
    pub facts: Facts,
    /// Each stage that was looked at, and how long that took.
    pub seen: BTreeMap<Stage, (Result<Observation, Problem>, Duration)>,
    /// When the first look began.
    begun: Option<Instant>,
}

impl Lane {
    /// Looks at these stages in turn, until one cannot be seen.
    pub async fn look(journey: &Journey, known: &Facts, stages: &[Stage]) -> Self {
        let begun = Instant::now();
        let mut lane = Self { facts: known.clone(), begun: Some(begun), ..Self::default() };
        for &stage in stages {
            let begun = Instant::now();
            let seen = table(stage).0.observe(journey, &mut lane.facts).await;
            let ends = seen.is_err();
            lane.seen.insert(stage, (seen, begun.elapsed()));
            if ends {
                break;
            }
        }
        lane
    }

    /// Those of these stages that stand on the engine.
    pub async fn of_engine(journey: &Journey, known: &Facts, stages: &[Stage]) -> Self {
        let begun = Instant::now();
        if !stages.contains(&Stage::Machine) {
            return Self::default();
        }
        // Found once, so that where there is none it is not looked for again.
        if let Err(problem) = journey.engine().await {
            return Self::failed(Stage::Machine, problem, begun);
        }
        let built =
            if known.project.is_some() { among(stages, &[Stage::Image, Stage::Trial]) } else { Vec::new() };
        let (machine, built) =
            tokio::join!(Self::look(journey, known, &[Stage::Machine]), Self::look(journey, known, &built));
        machine.and(built)
    }

    /// Those of these stages that stand on the cluster alone.
    pub async fn of_cluster(journey: &Journey, known: &Facts, stages: &[Stage]) -> Self {
        let begun = Instant::now();
        if known.project.is_none() || !stages.contains(&Stage::Cluster) {
            return Self::default();
        }
        if let Err(problem) = journey.connection().await {
            return Self::failed(Stage::Cluster, problem, begun);
        }
        let ingress = among(stages, &[Stage::Ingress]);
        let (cluster, ingress) =
            tokio::join!(Self::look(journey, known, &[Stage::Cluster]), Self::look(journey, known, &ingress));
        cluster.and(ingress)
    }

    /// The app and its address; the app alone where it keeps another address than the one that was asked beside it.
    pub async fn of_app(journey: &Journey, known: &Facts) -> Self {
        let (app, endpoint) = tokio::join!(
            Self::look(journey, known, &[Stage::App]),
            Self::look(journey, known, &[Stage::Endpoint])
        );
        let address = |facts: &Facts| {
            let deploy = facts.project.as_ref().map(|project| &project.deploy)?;
            Some((deploy.host.clone(), deploy.path.clone()))
        };
        if address(&app.facts) == address(known) { app.and(endpoint) } else { app }
    }

    fn failed(stage: Stage, problem: Problem, begun: Instant) -> Self {
        let seen = BTreeMap::from([(stage, (Err(problem), begun.elapsed()))]);
        Self { seen, begun: Some(begun), ..Self::default() }
    }

    /// What both have seen.
    pub fn and(mut self, mut other: Self) -> Self {
        for stage in other.seen.keys() {
            self.facts.take(*stage, &mut other.facts);
        }
        self.seen.extend(other.seen);
        self.begun = self.begun.into_iter().chain(other.begun).min();
        self
    }

    /// The stage as it was seen just now, and how long that took; its facts go to `facts`.
    pub fn take(
        &mut self,
        stage: Stage,
        facts: &mut Facts,
    ) -> Option<(Result<Observation, Problem>, Duration)> {
        let fresh = self.begun.is_some_and(|begun| begun.elapsed() < FRESH);
        let seen = self.seen.remove(&stage).filter(|_| fresh)?;
        facts.take(stage, &mut self.facts);
        Some(seen)
    }
}

fn among(stages: &[Stage], wanted: &[Stage]) -> Vec<Stage> {
    wanted.iter().copied().filter(|stage| stages.contains(stage)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_counts_once_and_only_while_it_is_fresh() {
        let lane = |ago| Lane {
            seen: BTreeMap::from([(Stage::Cluster, (Ok(Observation::proven([])), Duration::ZERO))]),
            begun: Instant::now().checked_sub(ago),
            ..Lane::default()
        };
        let mut facts = Facts::default();
        let mut fresh = lane(Duration::ZERO);
        assert!(fresh.take(Stage::Ingress, &mut facts).is_none());
        assert!(fresh.take(Stage::Cluster, &mut facts).is_some());
        assert!(fresh.take(Stage::Cluster, &mut facts).is_none());
        assert!(lane(FRESH).take(Stage::Cluster, &mut facts).is_none());
    }
}

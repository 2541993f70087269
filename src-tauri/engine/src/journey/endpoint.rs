//! The stage `endpoint`: the address answers, seen from outside.
//!
//! There is nothing to do here: what a request needs, the stages before have made. So there is no plan, only a look
//! ([`Verbs::observe`], once) and a proof ([`Verbs::prove`], which gives the controller time to take up the rule).

use std::time::Duration;

use async_trait::async_trait;
use tokio::time::{Instant, sleep};

use super::{Journey, Scope, Verbs};
use crate::{
    action::Action,
    endpoint::{Walked, Way},
    event::{Event, Phase, Progress, Unit},
    facts::Facts,
    problem::{Problem, internal},
    stage::{Evidence, Observation, Stage},
    text,
    text::Text,
    work::Work,
};

/// So long the controller may take until it serves a new rule, when the user says nothing.
const SERVED_WITHIN: Duration = Duration::from_secs(30);

/// Between two asks, at first and at most. Nothing in the cluster says that a rule is served now: only asking again
/// shows it.
const PAUSES: [Duration; 2] = [Duration::from_millis(40), Duration::from_millis(250)];

pub(super) struct EndpointStage;

#[async_trait]
impl Verbs for EndpointStage {
    async fn observe(&self, journey: &Journey, facts: &mut Facts) -> Result<Observation, Problem> {
        if facts.app.as_ref().is_some_and(|app| app.objects.is_empty()) {
            return Ok(Observation::missing([text!("endpoint-not-yet").into()]));
        }
        let walked = walk(journey, facts, false).await?;
        seen(walked, facts)
    }

    async fn plan(&self, _journey: &Journey, _facts: &Facts) -> Result<Vec<Action>, Problem> {
        Ok(Vec::new())
    }

    async fn act(&self, _journey: &Journey, _facts: &mut Facts, work: &Work) -> Result<(), Problem> {
        Err(internal(format!("endpoint cannot do {work:?}")))
    }

    async fn prove(&self, journey: &Journey, facts: &mut Facts) -> Result<Observation, Problem> {
        let begun = Instant::now();
        let within = journey.choices.timeout.map_or(SERVED_WITHIN, Duration::from_secs);
        let [mut pause, longest] = PAUSES;
        loop {
            let walked = walk(journey, facts, journey.has_written()).await?;
            let passing = walked.problem.as_ref().filter(|problem| problem.retry);
            let Some(problem) = passing.filter(|_| begun.elapsed() < within) else {
                tell(journey, None, begun, within);
                return seen(walked, facts);
            };
            tell(journey, Some(problem), begun, within);
            sleep(pause).await;
            pause = longest.min(pause * 2);
        }
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

async fn walk(journey: &Journey, facts: &Facts, settles: bool) -> Result<Walked, Problem> {
    let project = facts.project()?;
    let way = Way {
        connection: journey.connection().await?,
        choices: &journey.choices,
        name: &project.name,
        deploy: &project.deploy,
        ingress: facts.ingress()?,
        trial: facts.trial.as_ref(),
        health: facts.app.as_ref().and_then(|app| app.health.as_deref()),
        settles,
    };
    Ok(way.walk().await)
}

/// Keeps what was seen of the way, also where it failed: the hops before are worth showing.
fn seen(Walked { endpoint, problem }: Walked, facts: &mut Facts) -> Result<Observation, Problem> {
    let answered = endpoint.answer.as_ref().map(|answer| {
        let says = text!(
            "endpoint-answered",
            request = &answer.request,
            status = answer.status.to_string(),
            ms = answer.ms
        );
        Evidence::exactly(says, &answer.body)
    });
    let hops = endpoint.hops.iter().map(|hop| Evidence::from(hop.says.clone())).collect::<Vec<_>>();
    facts.endpoint = Some(endpoint);
    match problem {
        Some(problem) => Err(problem),
        None => Ok(Observation::proven(answered.into_iter().chain(hops))),
    }
}

/// Tells what is awaited; `None`: nothing any more.
fn tell(journey: &Journey, problem: Option<&Problem>, begun: Instant, within: Duration) {
    let ms = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    journey.teller.tell(Event::Progress(Progress {
        stage: Stage::Endpoint,
        id: "served".to_owned(),
        step: problem.map_or_else(|| text!("endpoint-asked"), Problem::summary),
        phase: if problem.is_some() { Phase::Running } else { Phase::Done },
        done: ms(begun.elapsed()),
        total: Some(ms(within)),
        unit: Unit::Ms,
    }));
}

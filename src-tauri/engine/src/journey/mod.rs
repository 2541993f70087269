//! The journey: eight stages in order, each with the same four verbs.
//!
//! Nothing is remembered that can be observed, so a journey can begin, stop and go on anywhere: it observes,
//! and does only what is missing.

mod app;
mod changes;
mod cluster;
mod endpoint;
mod image;
mod ingress;
mod lane;
mod machine;
mod outcome;
mod project;
mod script;
mod trial;
mod undo;

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use async_trait::async_trait;
use futures_util::future::{Either, FutureExt, ready, select};
use tokio::sync::OnceCell;

pub use outcome::{Outcome, Removal, StageOutcome};
pub use script::Script;
pub use undo::Scope;

use lane::Lane;

use crate::{
    action::Action,
    choices::Choices,
    docker::{Engine, containers::Running},
    event::{Event, Teller},
    facts::Facts,
    kubernetes::{Connection, kubeconfig::Sources},
    lock::ProjectLock,
    places::Places,
    problem::Problem,
    project::SecretKey,
    stage::{Evidence, Observation, Stage, State},
    text::Text,
    work::Work,
};

/// What every stage can do. Only `act` changes the world, and only as its [`Work`] says.
#[async_trait]
trait Verbs: Sync {
    /// Reads the real state and fills the stage's facts. Changes nothing.
    async fn observe(&self, journey: &Journey, facts: &mut Facts) -> Result<Observation, Problem>;

    /// What would have to be done for the stage to hold. Empty: nothing. Changes nothing.
    async fn plan(&self, journey: &Journey, facts: &Facts) -> Result<Vec<Action>, Problem>;

    /// Does one action's work. May be dropped at any point: what stands then, `observe` can name.
    async fn act(&self, journey: &Journey, facts: &mut Facts, work: &Work) -> Result<(), Problem>;

    /// Checks from outside that the stage holds.
    async fn prove(&self, journey: &Journey, facts: &mut Facts) -> Result<Observation, Problem>;

    /// What of ours stands there and falls within `scope`, as the actions that remove it, and in words what is left.
    async fn undo(
        &self,
        journey: &Journey,
        facts: &Facts,
        scope: Scope,
    ) -> Result<(Vec<Action>, Vec<Text>), Problem>;
}

/// The stage's verbs and the stages whose facts it reads.
fn table(stage: Stage) -> (&'static dyn Verbs, &'static [Stage]) {
    match stage {
        Stage::Machine => (&machine::MachineStage, &[]),
        Stage::Project => (&project::ProjectStage, &[]),
        Stage::Image => (&image::ImageStage, &[Stage::Machine, Stage::Project]),
        Stage::Trial => (&trial::TrialStage, &[Stage::Machine, Stage::Project, Stage::Image]),
        Stage::Cluster => (&cluster::ClusterStage, &[Stage::Project]),
        Stage::Ingress => (&ingress::IngressStage, &[Stage::Project, Stage::Cluster]),
        Stage::App => (&app::AppStage, &[Stage::Project, Stage::Image, Stage::Cluster, Stage::Ingress]),
        Stage::Endpoint => {
            (&endpoint::EndpointStage, &[Stage::Project, Stage::Cluster, Stage::Ingress, Stage::App])
        }
    }
}

/// One user's wish for one folder, with the connections it needs, opened when first used.
#[derive(Debug)]
pub struct Journey {
    /// What the user asked for.
    pub choices: Choices,
    /// Slipway's own folders.
    pub places: Places,
    /// Where progress is told.
    pub teller: Teller,
    /// The files of the kubeconfig.
    pub kubeconfig: Sources,
    engine: OnceCell<Engine>,
    connection: OnceCell<Connection>,
    /// Whether it has done something to the cluster's objects.
    written: AtomicBool,
    /// The container of a trial that is over, to be removed.
    leaving: Mutex<Option<Running>>,
}

impl Journey {
    /// A journey for these choices. Nothing is read yet.
    pub fn new(choices: Choices, places: Places, teller: Teller) -> Self {
        Self {
            choices,
            places,
            teller,
            kubeconfig: Sources::of_user(),
            engine: OnceCell::new(),
            connection: OnceCell::new(),
            written: AtomicBool::new(false),
            leaving: Mutex::new(None),
        }
    }

    /// The Docker Engine, found by docker's own rules.
    pub async fn engine(&self) -> Result<&Engine, Problem> {
        self.engine.get_or_try_init(Engine::find).await
    }

    /// The connection to the chosen cluster.
    pub async fn connection(&self) -> Result<&Connection, Problem> {
        let choose = || Connection::choose(&self.choices, &self.places, &self.kubeconfig);
        self.connection.get_or_try_init(choose).await
    }

    /// The whole journey: does what is missing, in order, until the first problem.
    pub async fn up(&self) -> Outcome {
        self.reach(&Stage::ALL).await
    }

    /// The journey through these stages (and what they stand on must be among them).
    pub async fn reach(&self, stages: &[Stage]) -> Outcome {
        Box::pin(self.go(stages)).await
    }

    async fn go(&self, stages: &[Stage]) -> Outcome {
        let mut outcome = Outcome::default();
        let mut facts = Facts::default();
        // The project is read first: its name is what the lock is for.
        let project = Lane::look(self, &facts, &[Stage::Project]).await;
        let _lock = match self.lock(&project.facts, "up") {
            Ok(lock) => lock,
            Err(problem) => {
                self.failed(&mut outcome, Stage::Machine, Duration::ZERO, problem);
                return outcome.with_facts(project.facts);
            }
        };
        // The cluster is looked at while the engine builds and tries: neither needs the other yet.
        let (engines, others): (Vec<_>, Vec<_>) = stages.iter().partition(|stage| **stage < Stage::Cluster);
        let known = project.facts.clone();
        let of_engine = async { Lane::of_engine(self, &known, &engines).await.and(project) };
        let of_cluster = Box::pin(Lane::of_cluster(self, &known, &others));
        let advance = Box::pin(self.advance_all(&engines, &mut outcome, &mut facts, of_engine));
        let (done, of_cluster) = match select(advance, of_cluster).await {
            Either::Left((done, of_cluster)) => (done, of_cluster.left_future()),
            Either::Right((seen, advance)) => (advance.await, ready(seen).right_future()),
        };
        let rest = Box::pin(async {
            if done {
                self.advance_all(&others, &mut outcome, &mut facts, of_cluster).await;
            }
        });
        // Nobody has to wait for the trial's container to be gone, but for the end.
        let ((), gone) = tokio::join!(rest, self.let_go());
        if let Err(problem) = gone {
            self.failed(&mut outcome, Stage::Trial, Duration::ZERO, problem);
        }
        outcome.with_facts(facts)
    }

    /// Goes through these stages in turn until the first problem; whether there was none. What was seen `ahead` of its
    /// turn is not looked at again.
    async fn advance_all(
        &self,
        stages: &[Stage],
        outcome: &mut Outcome,
        facts: &mut Facts,
        ahead: impl Future<Output = Lane>,
    ) -> bool {
        let mut ahead = std::pin::pin!(ahead);
        let mut lane = None;
        for &stage in stages {
            self.tell(stage, State::Working, Vec::new(), Duration::ZERO);
            let lane = match &mut lane {
                Some(lane) => lane,
                None => lane.insert(ahead.as_mut().await),
            };
            let begun = Instant::now();
            let (seen, looked) = match lane.take(stage, facts) {
                Some(seen) => seen,
                None => (self.observe(stage, facts).await, Duration::ZERO),
            };
            let seen = match seen {
                Ok(seen) if seen.state != State::Proven => {
                    // What was seen of what stands on this one is over.
                    lane.seen.retain(|other, _| !table(*other).1.contains(&stage));
                    self.advance(stage, facts).await
                }
                seen => seen,
            };
            let took = looked + begun.elapsed();
            match seen {
                Ok(seen) => self.reached(outcome, stage, took, seen),
                Err(problem) => {
                    self.failed(outcome, stage, took, problem);
                    return false;
                }
            }
        }
        true
    }

    /// Every stage's evidence, now. Changes nothing.
    pub async fn status(&self) -> Outcome {
        self.look(&Stage::ALL).await
    }

    /// Only these stages (and what they stand on must be among them).
    pub async fn look(&self, stages: &[Stage]) -> Outcome {
        Box::pin(self.look_at(stages)).await
    }

    async fn look_at(&self, stages: &[Stage]) -> Outcome {
        let mut outcome = Outcome::default();
        let mut facts = Facts::default();
        let (early, late): (Vec<_>, Vec<_>) = stages.iter().partition(|stage| **stage < Stage::App);
        let (engines, clusters): (Vec<_>, Vec<_>) = early.iter().partition(|stage| **stage < Stage::Cluster);
        for &stage in &early {
            self.tell(stage, State::Working, Vec::new(), Duration::ZERO);
        }
        // Engine and cluster are looked at side by side, and told in order.
        let project = Lane::look(self, &facts, &[Stage::Project]).await;
        let known = project.facts.clone();
        let of_engine = Box::pin(Lane::of_engine(self, &known, &engines));
        let of_cluster = Box::pin(Lane::of_cluster(self, &known, &clusters));
        match select(of_engine, of_cluster).await {
            Either::Left((engine, of_cluster)) => {
                self.looked(&engines, &mut outcome, &mut facts, engine.and(project));
                self.looked(&clusters, &mut outcome, &mut facts, of_cluster.await);
            }
            Either::Right((cluster, of_engine)) => {
                self.looked(&engines, &mut outcome, &mut facts, of_engine.await.and(project));
                self.looked(&clusters, &mut outcome, &mut facts, cluster);
            }
        }
        let broken = |outcome: &Outcome, stage| table(stage).1.iter().any(|need| outcome.broken(*need));
        // With an example of the trial's, what is asked of the address does not depend on the objects.
        let known = facts.trial.as_ref().is_some_and(|trial| trial.answer.is_some());
        let mut ahead = if known && late == [Stage::App, Stage::Endpoint] && !broken(&outcome, Stage::App) {
            Lane::of_app(self, &facts).await
        } else {
            Lane::default()
        };
        for stage in late {
            let mut seen = std::mem::take(&mut ahead);
            if !broken(&outcome, stage) {
                self.tell(stage, State::Working, Vec::new(), Duration::ZERO);
                let not_there = facts.app.as_ref().is_some_and(|app| app.objects.is_empty());
                if not_there || !seen.seen.contains_key(&stage) {
                    seen = Lane::look(self, &facts, &[stage]).await;
                }
            }
            ahead = self.looked(&[stage], &mut outcome, &mut facts, seen);
        }
        outcome.with_facts(facts)
    }

    /// Tells what was seen of these stages, and returns what was seen of others. What stands on a broken stage is
    /// unknown, whatever was seen of it.
    fn looked(&self, stages: &[Stage], outcome: &mut Outcome, facts: &mut Facts, mut lane: Lane) -> Lane {
        for &stage in stages {
            let broken = table(stage).1.iter().any(|need| outcome.broken(*need));
            let Some((seen, took)) = lane.seen.remove(&stage).filter(|_| !broken) else {
                let unknown = Observation { state: State::Unknown, evidence: Vec::new() };
                self.reached(outcome, stage, Duration::ZERO, unknown);
                continue;
            };
            facts.take(stage, &mut lane.facts);
            match seen {
                Ok(seen) => self.reached(outcome, stage, took, seen),
                Err(problem) => self.failed(outcome, stage, took, problem),
            }
        }
        lane
    }

    /// What `up` would do, stage by stage. Changes nothing.
    pub async fn plan(&self) -> Result<(Vec<Action>, Facts), Problem> {
        self.plan_of(&Stage::ALL).await
    }

    /// What `up` would do in these stages (and what they stand on must be among them).
    pub async fn plan_of(&self, stages: &[Stage]) -> Result<(Vec<Action>, Facts), Problem> {
        let mut facts = Facts::default();
        let mut actions = Vec::new();
        for &stage in stages {
            // With something still to be done before it, the address cannot be asked yet.
            if stage == Stage::Endpoint && !actions.is_empty() {
                break;
            }
            let missing = self.missing(stage, &mut facts).await;
            actions.extend(missing.map_err(|problem| problem.for_wish(&self.choices))?);
        }
        Ok((actions, facts))
    }

    /// What would have to be done for the stage to hold.
    async fn missing(&self, stage: Stage, facts: &mut Facts) -> Result<Vec<Action>, Problem> {
        let verbs = table(stage).0;
        if verbs.observe(self, facts).await?.state == State::Proven {
            return Ok(Vec::new());
        }
        verbs.plan(self, facts).await
    }

    /// The whole journey as a shell script that runs on its own, where Slipway never was. Changes nothing.
    pub async fn script(&self) -> Result<Script, Problem> {
        let elsewhere = Self {
            connection: OnceCell::new_with(Some(self.connection().await?.without_ours())),
            ..Self::new(self.choices.clone(), self.places.clone(), self.teller.clone())
        };
        let mut facts = Facts::default();
        let mut actions = Vec::new();
        for stage in Stage::ALL.into_iter().filter(|stage| *stage != Stage::Endpoint) {
            let verbs = table(stage).0;
            // What is here already tells what the later stages need, and is planned all the same.
            verbs.observe(&elsewhere, &mut facts).await?;
            actions.extend(verbs.plan(&elsewhere, &facts).await?);
        }
        let said_now = self.choices.env.iter().filter(|(_, value)| SecretKey::of(value).is_none());
        Script::of(actions, &facts, said_now.map(|(name, _)| name.clone()).collect())
    }

    /// What `down` would remove, last made first, and in words what it would keep. Changes nothing.
    pub async fn plan_down(&self, scope: Scope) -> Result<(Vec<Action>, Vec<Text>, Facts), Problem> {
        let mut facts = Facts::default();
        let mut actions = Vec::new();
        let mut kept = Vec::new();
        table(Stage::Project).0.observe(self, &mut facts).await.ok();
        for stage in Stage::ALL.into_iter().rev() {
            let (remove, keep) = table(stage).0.undo(self, &facts, scope).await?;
            actions.extend(remove);
            kept.extend(keep);
        }
        Ok((actions, kept, facts))
    }

    /// Removes what carries our mark and falls within `scope`.
    pub async fn down(&self, scope: Scope) -> Result<Removal, Problem> {
        let (actions, kept, mut facts) = self.plan_down(scope).await?;
        let _lock = self.lock(&facts, "down")?;
        let mut removed = Vec::new();
        for action in actions {
            self.perform(&action, &mut facts).await?;
            removed.push(action.effect);
        }
        Ok(Removal { removed, kept })
    }

    /// The longest that one wait for the cluster may take.
    fn patience(&self) -> Duration {
        Duration::from_secs(self.choices.timeout.unwrap_or(120))
    }

    async fn observe(&self, stage: Stage, facts: &mut Facts) -> Result<Observation, Problem> {
        // Nothing is done there, and right after the app's objects were made a look would come too early.
        if stage == Stage::Endpoint {
            return table(stage).0.prove(self, facts).await;
        }
        table(stage).0.observe(self, facts).await
    }

    /// Does what was seen to be missing.
    async fn advance(&self, stage: Stage, facts: &mut Facts) -> Result<Observation, Problem> {
        let verbs = table(stage).0;
        for action in verbs.plan(self, facts).await? {
            self.perform(&action, facts).await?;
        }
        verbs.prove(self, facts).await
    }

    /// Whether it has done something to the cluster's objects, which may take a moment to have its effect.
    fn has_written(&self) -> bool {
        self.written.load(Ordering::Relaxed)
    }

    /// Has this container removed while the journey goes on.
    fn lets_go_of(&self, container: Running) {
        *self.leaving.lock().unwrap_or_else(PoisonError::into_inner) = Some(container);
    }

    /// Whether the container of this name is about to be removed.
    fn is_letting_go(&self, name: &str) -> bool {
        let leaving = self.leaving.lock().unwrap_or_else(PoisonError::into_inner);
        leaving.as_ref().is_some_and(|container| container.name() == name)
    }

    async fn let_go(&self) -> Result<(), Problem> {
        let container = self.leaving.lock().unwrap_or_else(PoisonError::into_inner).take();
        match container {
            Some(container) => container.remove().await,
            None => Ok(()),
        }
    }

    async fn perform(&self, action: &Action, facts: &mut Facts) -> Result<(), Problem> {
        self.teller.tell(Event::Action(Box::new(action.clone())));
        self.written.fetch_or(matches!(action.stage, Stage::Ingress | Stage::App), Ordering::Relaxed);
        table(action.stage).0.act(self, facts, &action.work).await
    }

    fn lock(&self, facts: &Facts, verb: &str) -> Result<Option<ProjectLock>, Problem> {
        let Some(project) = &facts.project else { return Ok(None) };
        let name = format!("{}.{}", project.deploy.namespace, project.name);
        ProjectLock::take(&self.places, &name, verb).map(Some)
    }

    fn reached(&self, outcome: &mut Outcome, stage: Stage, took: Duration, seen: Observation) {
        self.tell(stage, seen.state, seen.evidence.clone(), took);
        outcome.add(stage, seen, took);
    }

    /// Whatever a problem is about, the stage that it stopped is where it is told.
    fn failed(&self, outcome: &mut Outcome, stage: Stage, took: Duration, problem: Problem) {
        let problem = problem.in_stage(stage).for_wish(&self.choices);
        self.tell(stage, State::Failed, problem.evidence.clone(), took);
        self.teller.tell(Event::Problem(Box::new(problem.clone())));
        outcome.fail(stage, problem, took);
    }

    fn tell(&self, stage: Stage, state: State, evidence: Vec<Evidence>, took: Duration) {
        let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        self.teller.tell(Event::Stage { stage, state, evidence, ms });
    }
}

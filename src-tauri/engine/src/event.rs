//! What a running journey tells its viewer, and the bounded way in which it tells it.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use serde::Serialize;
use tokio::sync::Notify;
use ts_rs::TS;

use crate::{
    action::Action,
    problem::Problem,
    stage::{Evidence, Stage, State},
    text::Text,
};

/// One thing that happened.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(tag = "event", rename_all = "lowercase")]
#[ts(export)]
pub enum Event {
    /// A stage's state changed.
    Stage {
        /// Which stage.
        stage: Stage,
        /// Its state now.
        state: State,
        /// Why.
        evidence: Vec<Evidence>,
        /// How long the stage has taken so far, in milliseconds.
        #[ts(type = "number")]
        ms: u64,
    },
    /// How far a step is, or what is awaited.
    Progress(Progress),
    /// A line of output of the build, the app or the engine.
    Line {
        /// Which stage.
        stage: Stage,
        /// `build`, `stdout`, `stderr` or `events`.
        stream: String,
        /// The line, without its end, made harmless.
        text: String,
    },
    /// An action is about to be done (or would be, in a dry run).
    Action(Box<Action>),
    /// Something stopped the journey.
    Problem(Box<Problem>),
}

/// How far one step of a stage is.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct Progress {
    /// Which stage.
    pub stage: Stage,
    /// Names the step among the stage's steps; the same id again is an update.
    pub id: String,
    /// The step in words: what is being done, or what is awaited.
    pub step: Text,
    /// What became of it.
    pub phase: Phase,
    /// How much is done, in `unit`.
    #[ts(type = "number")]
    pub done: u64,
    /// How much there is to do, where that is known.
    #[ts(type = "number | null")]
    pub total: Option<u64>,
    /// The unit of `done` and `total`.
    pub unit: Unit,
}

/// Where a step is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum Phase {
    /// Known, not begun.
    Waiting,
    /// Under way.
    Running,
    /// Kept from before (a layer of the cache).
    Cached,
    /// Finished.
    Done,
    /// Failed.
    Failed,
}

/// What a step's numbers count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum Unit {
    /// Nothing is counted.
    None,
    /// Bytes.
    Bytes,
    /// Files.
    Files,
    /// Steps of a build.
    Steps,
    /// Pods.
    Pods,
    /// Objects of the cluster.
    Objects,
    /// Milliseconds of waiting.
    Ms,
}

/// How many lines and progress updates may wait for a slow viewer. The oldest go first.
const WAITING_AT_MOST: usize = 2_000;

/// The engine's end of the stream of events. Cheap to clone. Telling never waits: a slow viewer loses the
/// oldest lines and superseded progress, never a stage, an action or a problem.
#[derive(Debug, Clone, Default)]
pub struct Teller(Arc<Queue>);

/// The viewer's end of the stream of events.
#[derive(Debug)]
pub struct Viewer(Arc<Queue>);

#[derive(Debug, Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    arrived: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    events: VecDeque<Event>,
    droppable: usize,
    closed: bool,
}

impl Event {
    /// Lines and progress of a step may be dropped for a slow viewer.
    fn droppable(&self) -> bool {
        matches!(self, Self::Line { .. } | Self::Progress(_))
    }
}

impl Teller {
    /// A teller with its viewer.
    pub fn with_viewer() -> (Self, Viewer) {
        let queue = Arc::<Queue>::default();
        (Self(queue.clone()), Viewer(queue))
    }

    /// Tells an event. Without a viewer, nobody hears it.
    pub fn tell(&self, event: Event) {
        let mut waiting = self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if event.droppable() {
            if let (Event::Progress(new), Some(Event::Progress(last))) = (&event, waiting.events.back())
                && (new.stage, &new.id, new.phase) == (last.stage, &last.id, last.phase)
            {
                waiting.events.pop_back();
                waiting.droppable -= 1;
            }
            if waiting.droppable >= WAITING_AT_MOST
                && let Some(oldest) = waiting.events.iter().position(Event::droppable)
            {
                waiting.events.remove(oldest);
                waiting.droppable -= 1;
            }
            waiting.droppable += 1;
        }
        waiting.events.push_back(event);
        drop(waiting);
        self.0.arrived.notify_one();
    }

    /// Tells a line of output, made harmless.
    pub fn line(&self, stage: Stage, stream: &str, text: &str) {
        self.tell(Event::Line { stage, stream: stream.to_owned(), text: crate::stage::harmless(text) });
    }

    /// Tells that no more events come: the viewer's [`Viewer::next`] then ends.
    pub fn close(&self) {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner).closed = true;
        self.0.arrived.notify_one();
    }
}

impl Viewer {
    /// The next event; `None` when the teller has closed and all was read.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            {
                let mut waiting = self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(event) = waiting.events.pop_front() {
                    waiting.droppable -= usize::from(event.droppable());
                    return Some(event);
                }
                if waiting.closed {
                    return None;
                }
            }
            self.0.arrived.notified().await;
        }
    }

    /// The next event and all that wait behind it; empty when the teller has closed and all was read.
    pub async fn batch(&mut self) -> Vec<Event> {
        let Some(first) = self.next().await else { return Vec::new() };
        let mut waiting = self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.droppable = 0;
        std::iter::once(first).chain(waiting.events.drain(..)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_slow_viewer_loses_old_lines_but_no_stage() {
        let (teller, mut viewer) = Teller::with_viewer();
        teller.tell(Event::Stage { stage: Stage::Image, state: State::Working, evidence: vec![], ms: 0 });
        for number in 0..=WAITING_AT_MOST {
            teller.line(Stage::Image, "build", &number.to_string());
        }
        teller.close();
        assert!(matches!(viewer.next().await, Some(Event::Stage { .. })));
        let Some(Event::Line { text, .. }) = viewer.next().await else { panic!("a line was expected") };
        assert_eq!(text, "1", "line 0 was the oldest");
        let mut rest = 0;
        while viewer.next().await.is_some() {
            rest += 1;
        }
        assert_eq!(rest, WAITING_AT_MOST - 1);
    }

    #[tokio::test]
    async fn a_batch_is_all_that_waits_and_an_empty_one_is_the_end() {
        let (teller, mut viewer) = Teller::with_viewer();
        teller.line(Stage::Image, "build", "one");
        teller.line(Stage::Image, "build", "two");
        assert_eq!(viewer.batch().await.len(), 2);
        teller.close();
        assert!(viewer.batch().await.is_empty());
    }
}

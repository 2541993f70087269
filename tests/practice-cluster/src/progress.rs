//! What is being done and awaited, as it happens.

use std::{
    fmt,
    io::Write,
    sync::Arc,
    time::{Duration, Instant},
};

/// Something that happened in a step.
#[derive(Debug, Clone)]
pub struct Event<'a> {
    /// The step's name: one or two words.
    pub step: &'a str,
    /// What it does now, what it waits for, or how it ended.
    pub words: &'a str,
    /// Since the whole began.
    pub at: Duration,
}

/// Where progress goes. Cheap to clone: steps run side by side.
#[derive(Clone)]
pub struct Progress {
    tell: Arc<dyn Fn(Event<'_>) + Send + Sync>,
    begun: Instant,
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Progress").field("begun", &self.begun).finish_non_exhaustive()
    }
}

impl Progress {
    /// Gives every event to `tell`.
    pub fn to(tell: impl Fn(Event<'_>) + Send + Sync + 'static) -> Self {
        Self { tell: Arc::new(tell), begun: Instant::now() }
    }

    /// A line each on standard error, which is good in a terminal and in a pipe.
    pub fn printed() -> Self {
        Self::to(|event| {
            let line = format!("{:7.1} s  {:<14} {}", event.at.as_secs_f64(), event.step, event.words);
            // Nobody is left to be told when standard error is closed.
            let _ = writeln!(std::io::stderr(), "{line}");
        })
    }

    /// Nowhere.
    pub fn silent() -> Self {
        Self::to(|_| {})
    }

    /// Since it began.
    pub fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    pub(crate) fn step(&self, name: &'static str) -> Step {
        Step { progress: self.clone(), name, about: String::new(), begun: Instant::now() }
    }
}

/// One step of the work.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    progress: Progress,
    name: &'static str,
    /// Before all words: which of several alike.
    about: String,
    begun: Instant,
}

impl Step {
    /// The same step, for one of several things alike.
    pub fn about(mut self, what: &str) -> Self {
        self.about = format!("{what}: ");
        self
    }

    /// Says what it does or awaits.
    pub fn says(&self, words: impl AsRef<str>) {
        let words = format!("{}{}", self.about, words.as_ref());
        (self.progress.tell)(Event { step: self.name, words: &words, at: self.progress.elapsed() });
    }

    /// Says how it ended, and how long it took.
    pub fn done(&self, words: impl fmt::Display) {
        self.says(format!("{words} ({:.1} s)", self.begun.elapsed().as_secs_f64()));
    }
}

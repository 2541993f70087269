//! What the app wrote: told line by line as it comes, its end kept for when something goes wrong.

use std::{
    collections::VecDeque,
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::StreamExt;
use tokio::task::JoinSet;

use crate::{docker::containers::Running, event::Teller, stage::Stage};

/// How many of the last lines are kept: more than the longest traceback that helps.
const KEPT: usize = 200;

/// How many of the last lines are shown.
const SHOWN: usize = 20;

/// The longest that the rest of a log may take after its container ended.
const REST_WITHIN: Duration = Duration::from_secs(2);

/// The log of a container, followed until this is dropped.
pub(super) struct Output {
    kept: Arc<Mutex<VecDeque<String>>>,
    following: JoinSet<()>,
}

impl Output {
    /// Follows the container's log.
    pub(super) fn follow(running: &Running, teller: Teller) -> Self {
        let kept = Arc::<Mutex<VecDeque<String>>>::default();
        let lines = running.lines();
        let mut following = JoinSet::new();
        let keeping = kept.clone();
        following.spawn(async move {
            let mut lines = pin!(lines);
            while let Some(Ok(line)) = lines.next().await {
                teller.line(Stage::Trial, line.stream, &line.text);
                let mut kept = keeping.lock().unwrap_or_else(PoisonError::into_inner);
                if kept.len() == KEPT {
                    kept.pop_front();
                }
                kept.push_back(line.text);
            }
        });
        Self { kept, following }
    }

    /// All that is kept, after the container ended.
    pub(super) async fn all(&mut self) -> Vec<String> {
        let _ = tokio::time::timeout(REST_WITHIN, self.following.join_next()).await;
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// The last lines so far.
    pub(super) fn tail(&self) -> Vec<String> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().skip(kept.len().saturating_sub(SHOWN)).cloned().collect()
    }
}

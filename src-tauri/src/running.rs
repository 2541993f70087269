//! The one thing that the window has the engine do: starting another ends it, and so does Cancel.

use std::sync::{Mutex, PoisonError};

use futures_util::future::{AbortHandle, abortable};

/// Holds what runs now. Everything that changes the world goes through here.
#[derive(Debug, Default)]
pub struct Running {
    current: Mutex<Option<AbortHandle>>,
    turn: tokio::sync::Mutex<()>,
}

impl Running {
    /// Runs `job` alone: what ran before is dropped first. `None`: `job` was dropped itself, by
    /// [`Running::end`] or by a later job.
    pub async fn run<T>(&self, job: impl Future<Output = T>) -> Option<T> {
        let (job, handle) = abortable(async {
            let _turn = self.turn.lock().await; // until the one before is dropped
            job.await
        });
        self.replace(Some(handle));
        job.await.ok()
    }

    /// Drops what runs now.
    pub fn end(&self) {
        self.replace(None);
    }

    fn replace(&self, next: Option<AbortHandle>) {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(previous) = std::mem::replace(&mut *current, next) {
            previous.abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use super::*;

    /// Counts how many are alive.
    struct Alive(Arc<AtomicUsize>);

    impl Alive {
        fn born(count: &Arc<AtomicUsize>) -> Self {
            count.fetch_add(1, Ordering::SeqCst);
            Self(count.clone())
        }
    }

    impl Drop for Alive {
        fn drop(&mut self) {
            self.0.fetch_sub(1, Ordering::SeqCst);
        }
    }

    #[tokio::test]
    async fn a_later_job_begins_when_the_one_before_is_gone() {
        let (running, alive) = (Arc::new(Running::default()), Arc::new(AtomicUsize::new(0)));
        let (began, has_begun) = tokio::sync::oneshot::channel();
        let first = tokio::spawn({
            let (running, alive) = (running.clone(), alive.clone());
            async move {
                running
                    .run(async {
                        let _alive = Alive::born(&alive);
                        began.send(()).unwrap();
                        std::future::pending::<()>().await;
                    })
                    .await
            }
        });
        has_begun.await.unwrap();
        let seen = running.run(async { alive.load(Ordering::SeqCst) }).await;
        assert_eq!(seen, Some(0), "the first was dropped before the second began");
        assert_eq!(first.await.unwrap(), None);
    }

    #[tokio::test]
    async fn ending_drops_what_runs_and_nothing_else() {
        let running = Arc::new(Running::default());
        running.end();
        assert_eq!(running.run(async { 1 }).await, Some(1), "an end before the beginning ends nothing");
        let (began, has_begun) = tokio::sync::oneshot::channel();
        let job = tokio::spawn({
            let running = running.clone();
            async move {
                running
                    .run(async {
                        began.send(()).unwrap();
                        std::future::pending::<()>().await;
                    })
                    .await
            }
        });
        has_begun.await.unwrap();
        running.end();
        assert_eq!(job.await.unwrap(), None);
    }
}

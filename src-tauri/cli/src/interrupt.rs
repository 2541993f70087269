//! Ctrl-C: the first one cancels, the second one ends the program at once.

use std::process;

use tokio::sync::watch;

use crate::exit::Exit;

/// Knows whether the user wants to stop.
#[derive(Debug, Clone)]
pub struct Interrupt(watch::Receiver<bool>);

impl Interrupt {
    /// Begins to listen for Ctrl-C, and for the signal to terminate where there is one.
    pub fn listen() -> Self {
        let (stop, stopped) = watch::channel(false);
        tokio::spawn(async move {
            wanted().await;
            stop.send_replace(true);
            wanted().await;
            #[allow(clippy::exit)] // the user does not want to wait for anything any more
            process::exit(i32::from(Exit::Interrupted.code()));
        });
        Self(stopped)
    }

    /// Waits until the user wants to stop.
    pub async fn came(&mut self) {
        if self.0.wait_for(|stop| *stop).await.is_err() {
            std::future::pending::<()>().await; // nobody listens any more: it cannot come
        }
    }

    /// Does the work, unless the user wants to stop: then the work is dropped, and what it guards is cleaned up
    /// before this returns `None`.
    pub async fn or<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.came() => None,
            done = work => Some(done),
        }
    }
}

async fn wanted() {
    #[cfg(unix)]
    if let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        return;
    }
    let _ = tokio::signal::ctrl_c().await;
}

//! A socket before the engine's, which notes from when to when somebody was connected to it.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use tokio::{
    io::copy_bidirectional,
    net::{UnixListener, UnixStream},
    task::JoinHandle,
};

/// From when to when somebody waited.
pub type Span = (Instant, Instant);

/// The tap, until dropped.
pub struct Tap {
    path: PathBuf,
    spans: Arc<Mutex<Vec<Span>>>,
    serving: JoinHandle<()>,
}

impl Tap {
    /// Stands before the engine's socket with one in this folder.
    pub fn before(engine: &Path, folder: &Path) -> std::io::Result<Self> {
        let path = folder.join("engine.sock");
        let listener = UnixListener::bind(&path)?;
        let spans = Arc::new(Mutex::new(Vec::new()));
        let (engine, noted) = (engine.to_owned(), spans.clone());
        let serving = tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let (engine, noted) = (engine.clone(), noted.clone());
                tokio::spawn(async move {
                    let begun = Instant::now();
                    if let Ok(mut engine) = UnixStream::connect(&engine).await {
                        // Whoever hangs up first ends it.
                        let _ = copy_bidirectional(&mut client, &mut engine).await;
                    }
                    noted.lock().unwrap_or_else(PoisonError::into_inner).push((begun, Instant::now()));
                });
            }
        });
        Ok(Self { path, spans, serving })
    }

    /// For `DOCKER_HOST`.
    pub fn address(&self) -> String {
        format!("unix://{}", self.path.display())
    }

    /// From when to when somebody was connected. Connections that are still open are not among them.
    pub fn spans(&self) -> Vec<Span> {
        self.spans.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

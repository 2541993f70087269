//! Showing what a journey tells, on a thread of its own: a slow terminal or pipe never slows the work.

use std::{thread::JoinHandle, time::Duration};

use slipway_engine::event::{Event, Teller};

/// A way to show events.
pub trait View: Send {
    /// Something happened.
    fn event(&mut self, event: &Event);

    /// A moment passed: for what shows time. Only called where [`View::moves`].
    fn tick(&mut self) {}

    /// Whether it shows time passing.
    fn moves(&self) -> bool {
        false
    }

    /// Nothing more comes: what stands now stays.
    fn end(&mut self) {}
}

/// A view at work. [`Showing::end`] lets it finish.
pub struct Showing {
    teller: Teller,
    thread: JoinHandle<()>,
}

/// How often time is shown.
const TICK: Duration = Duration::from_millis(100);

impl Showing {
    /// Shows by this view what the teller tells from now on.
    pub fn begin(mut view: Box<dyn View>) -> Self {
        let (teller, mut viewer) = Teller::with_viewer();
        let runtime = tokio::runtime::Handle::current();
        let thread = std::thread::spawn(move || {
            let mut ticks = view.moves().then(|| runtime.block_on(async { tokio::time::interval(TICK) }));
            loop {
                let next = runtime.block_on(async {
                    match &mut ticks {
                        Some(ticks) => tokio::select! {
                            event = viewer.next() => Some(event),
                            _ = ticks.tick() => None,
                        },
                        None => Some(viewer.next().await),
                    }
                });
                match next {
                    Some(Some(event)) => view.event(&event),
                    Some(None) => break,
                    None => view.tick(),
                }
            }
            view.end();
        });
        Self { teller, thread }
    }

    /// The teller to give to a journey.
    pub fn teller(&self) -> Teller {
        self.teller.clone()
    }

    /// Waits until everything that was told is shown.
    pub async fn end(self) {
        self.teller.close();
        let Self { thread, .. } = self;
        // A view that panicked has shown what it could.
        let _ = tokio::task::spawn_blocking(move || thread.join()).await;
    }
}

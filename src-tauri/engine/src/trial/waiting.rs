//! Waiting for the first HTTP answer, while watching whether the container ends and where it listens.

use std::{net::SocketAddr, time::Duration};

use futures_util::future::select_ok;
use tokio::time::{Instant, sleep};

use super::{
    Ports,
    placement::{Misplaced, misplaced},
};
use crate::{
    docker::{
        Engine,
        containers::Running,
        listening::{self, Socket},
    },
    event::{Event, Phase, Progress, Teller, Unit},
    http::{Ask, AskError},
    problem::{Code, Problem, Remedy},
    stage::{Evidence, Stage},
    text,
};

/// Between two tries to connect, at first and at most. A refusal costs nothing, so it is short, and many an app is
/// there at once.
const PAUSES: [Duration; 2] = [Duration::from_millis(15), Duration::from_millis(100)];

/// The longest that one try may take: an app may accept and answer only when its model is loaded.
const TRY_WITHIN: Duration = Duration::from_secs(10);

/// Between two looks at where the container listens.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// So long an app may listen on another port alone before that counts as its only one: it may open a port for
/// metrics first and load its model then.
const PATIENCE: Duration = Duration::from_secs(10);

/// How the waiting ended.
pub(super) enum Waited {
    /// With an answer.
    Answered(First),
    /// The app listens on this port, which was not guessed.
    Elsewhere(u16),
    /// The app listens where it cannot be reached.
    Misplaced(Misplaced),
    /// The container ended with this code.
    Ended(i64),
    /// The time is up.
    Silent(Silence),
}

/// The first answer.
pub(super) struct First {
    /// The container's port.
    pub(super) port: u16,
    /// Where this machine reaches it.
    pub(super) at: SocketAddr,
}

/// What is known of an app that never answered.
pub(super) struct Silence {
    last_try: Option<AskError>,
    sockets: Option<Vec<Socket>>,
}

/// Waits until the app answers, ends, shows that it is out of reach, or the time is up.
pub(super) async fn wait(
    engine: &Engine,
    running: &Running,
    ports: &Ports,
    within: Duration,
    teller: &Teller,
) -> Result<Waited, Problem> {
    let published = running.published().await?;
    let (mut last_try, mut sockets) = (None, None);
    let waited = tokio::select! {
        exit = running.ended() => Some(Waited::Ended(exit?)),
        first = first_answer(&published, &mut last_try, within, teller) => Some(Waited::Answered(first)),
        waited = watch(engine, running, ports, &mut sockets) => Some(waited),
        () = sleep(within) => None,
    };
    Ok(waited.unwrap_or(Waited::Silent(Silence { last_try, sockets })))
}

/// Asks all published ports again and again until one answers, whatever it says.
async fn first_answer(
    published: &[(u16, SocketAddr)],
    last_try: &mut Option<AskError>,
    within: Duration,
    teller: &Teller,
) -> First {
    let begun = Instant::now();
    let [mut pause, longest] = PAUSES;
    loop {
        let tries = published.iter().map(|&(port, at)| {
            Box::pin(async move {
                Ask::get(format!("http://{at}/")).send(None, TRY_WITHIN).await.map(|_| First { port, at })
            })
        });
        if !published.is_empty() {
            match select_ok(tries).await {
                Ok((first, _)) => return first,
                Err(error) => *last_try = Some(error),
            }
        }
        teller.tell(Event::Progress(Progress {
            stage: Stage::Trial,
            id: "answer".to_owned(),
            step: text!("trial-step-answer"),
            phase: Phase::Running,
            done: millis(begun.elapsed()),
            total: Some(millis(within)),
            unit: Unit::Ms,
        }));
        sleep(pause).await;
        pause = longest.min(pause * 2);
    }
}

/// Looks where the container listens until that is a reason to stop waiting.
async fn watch(
    engine: &Engine,
    running: &Running,
    ports: &Ports,
    last_seen: &mut Option<Vec<Socket>>,
) -> Waited {
    let mut since: Option<(Misplaced, Instant)> = None;
    loop {
        sleep(LOOK_EVERY).await;
        let seen = listening::sockets(engine, running.name()).await;
        let now = seen.as_deref().and_then(|sockets| misplaced(sockets, ports.all()));
        *last_seen = seen;
        since = match (now, since) {
            (Some(now), Some((before, begun))) if now == before => Some((now, begun)),
            (now, _) => now.map(|now| (now, Instant::now())),
        };
        if let Some((placed, begun)) = &since {
            let stays = begun.elapsed();
            match (placed, ports) {
                // No app moves from loopback to elsewhere: two looks are enough.
                (Misplaced::LoopbackOnly(socket), _)
                    if stays >= LOOK_EVERY && ports.all().contains(&socket.port) =>
                {
                    return Waited::Misplaced(placed.clone());
                }
                (Misplaced::OtherPort(socket), Ports::Guessed(_)) if stays >= LOOK_EVERY => {
                    return Waited::Elsewhere(socket.port);
                }
                _ if stays >= PATIENCE => return Waited::Misplaced(placed.clone()),
                _ => {}
            }
        }
    }
}

impl Silence {
    /// The problem that it is.
    pub(super) fn problem(self, within: Duration) -> Problem {
        let mut problem = Problem::new(Code::TrialNoAnswer).with("within", millis(within)).retry();
        if let Some(sockets) = self.sockets {
            let all = sockets.iter().map(Socket::to_string).collect::<Vec<_>>().join(", ");
            problem = problem.because(if sockets.is_empty() {
                Evidence::exactly(text!("trial-listens-nowhere"), "/proc/net/tcp")
            } else {
                Evidence::exactly(text!("trial-listens", socket = all), "/proc/net/tcp")
            });
        }
        if let Some(error) = self.last_try {
            problem = problem.because(Evidence::exactly(text!("trial-last-try"), error.to_string()));
        }
        problem
            .remedy(super::mend_and_run_again())
            .remedy(Remedy::run(text!("remedy-wait-longer"), "slipway up --timeout 600"))
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

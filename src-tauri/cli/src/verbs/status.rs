//! `slipway status`: every stage's evidence, now; with `--watch` again whenever something changed in the cluster.

use std::time::Duration;

use slipway_engine::{
    journey::{Journey, Outcome},
    stage::Stage,
};
use tokio_stream::StreamExt as _;

use super::{Call, Ended, Stop};
use crate::{args::Status, exit::Exit, human::outcome, json, only_changes::OnlyChanges, showing::Showing};

/// Changes come in bursts, when pods start or go: one look after each burst is enough.
const BURST: Duration = Duration::from_millis(300);

/// Runs it.
pub async fn run(call: &mut Call, status: Status) -> Ended {
    let mut journey = super::journey(status.wish.choices(&call.common))?;
    let (ended, exit) = if status.watch {
        watched(call, &mut journey).await?
    } else {
        let view = call.view(&Stage::ALL, true);
        let ended = call.shown(&mut journey, view, async |journey| journey.status().await).await?;
        let exit = Exit::of(ended.ok);
        (ended, exit)
    };
    let screen = &call.screen;
    if screen.json {
        screen.object(&json::of_outcome(screen, &ended));
    } else {
        outcome::tell(screen, &ended, &journey.choices);
    }
    Ok(exit)
}

/// Looks until the user stops it. Where the cluster cannot be watched, the first look is the last, and says why.
async fn watched(call: &mut Call, journey: &mut Journey) -> Result<(Outcome, Exit), Stop> {
    let showing = Showing::begin(Box::new(OnlyChanges::before(call.view(&Stage::ALL, true))));
    journey.teller = showing.teller();
    let mut last = None;
    let follow = Box::pin(async {
        let mut looked = journey.status().await;
        let Ok(mut changes) = journey.changes().await else { return looked };
        loop {
            last = Some(looked);
            changes.next().await;
            while let Ok(Some(())) = tokio::time::timeout(BURST, changes.next()).await {}
            looked = journey.status().await;
        }
    });
    let unwatched = call.interrupt.or(follow).await;
    showing.end().await;
    match (unwatched, last) {
        (Some(only), _) => Ok((Outcome { ok: false, ..only }, Exit::Problem)),
        (None, Some(last)) => Ok((last, Exit::Interrupted)),
        (None, None) => Err(Stop::Interrupted),
    }
}

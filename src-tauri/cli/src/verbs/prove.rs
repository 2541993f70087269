//! `slipway prove`: probes the way to the app hop by hop.

use slipway_engine::{facts::Hop, stage::Stage};

use super::{Call, Ended};
use crate::{
    args::Wish,
    exit::Exit,
    human::{mark, outcome, table},
    json,
    screen::Screen,
};

/// Runs it.
pub async fn run(call: &mut Call, wish: Wish) -> Ended {
    let mut journey = super::journey(wish.choices(&call.common))?;
    let view = call.view(&Stage::ALL, call.screen.verbose);
    let ended = call.shown(&mut journey, view, async |journey| journey.status().await).await?;
    let screen = &call.screen;
    if screen.json {
        screen.object(&json::of_outcome(screen, &ended));
        return Ok(Exit::of(ended.ok));
    }
    if let Some(endpoint) = &ended.facts.endpoint {
        screen.print("");
        for line in hop_lines(screen, &endpoint.hops) {
            screen.print(&line);
        }
    }
    outcome::tell(screen, &ended, &journey.choices);
    Ok(Exit::of(ended.ok))
}

fn hop_lines(screen: &Screen, hops: &[Hop]) -> Vec<String> {
    let rows: Vec<_> = hops
        .iter()
        .map(|hop| {
            let name = format!("  {} {}", mark(hop.state, screen.out), screen.say(&hop.title()));
            (name, screen.say(&hop.says))
        })
        .collect();
    table::pairs(&rows, screen.out)
}

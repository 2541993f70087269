//! `slipway diff`: what `up` would change in the cluster.

use serde_json::json;
use slipway_engine::{action::Action, event::Event, stage::Stage, text};

use super::{Call, Ended};
use crate::{args::Wish, exit::Exit, human::plan::change_lines, json, screen::Screen};

/// Runs it.
pub async fn run(call: &mut Call, wish: Wish) -> Ended {
    let journey = super::journey(wish.choices(&call.common))?;
    let (actions, _) = call.looking(journey.plan()).await?;
    let actions: Vec<Action> = actions.into_iter().filter(in_the_cluster).collect();
    let exit = if actions.is_empty() { Exit::Holds } else { Exit::Changes };
    let screen = &call.screen;
    if screen.json {
        for action in &actions {
            screen.object(&json::of_event(screen, &Event::Action(Box::new(action.clone()))));
        }
        let changes: Vec<_> = actions.iter().flat_map(|action| &action.diff).collect();
        screen.object(&json!({"event": "result", "ok": actions.is_empty(), "changes": changes}));
        return Ok(exit);
    }
    if actions.is_empty() {
        screen.print(&screen.say(&text!("cli-diff-nothing")));
    }
    for (at, action) in actions.iter().enumerate() {
        if at > 0 {
            screen.print("");
        }
        tell(screen, action);
    }
    Ok(exit)
}

/// Ingress and app live in the cluster; what the other stages change lies on this computer.
fn in_the_cluster(action: &Action) -> bool {
    matches!(action.stage, Stage::Ingress | Stage::App)
}

fn tell(screen: &Screen, action: &Action) {
    screen.print(&screen.out.bold(&screen.say(&action.effect)));
    for line in action.diff.iter().flat_map(|change| change_lines(screen, change)) {
        screen.print(&format!("  {line}"));
    }
}

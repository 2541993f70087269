//! `slipway down`: shows what it would remove, asks, and lists what it removed and what it left.

use slipway_engine::{event::Event, journey::Removal, text, text::Text};

use super::{Call, Ended, Stop};
use crate::{
    args::Down,
    consent::{self, Enter},
    exit::Exit,
    human::{lines::Lines, plan},
    json::{self, Objects},
    screen::Screen,
    showing::View,
};

/// Runs it.
pub async fn run(call: &mut Call, down: Down) -> Ended {
    let scope = down.scope();
    let mut journey = super::journey(call.common.choices(down.folder))?;
    if call.common.dry_run || !call.common.yes {
        let (actions, kept, _) = call.looking(journey.plan_down(scope)).await?;
        let screen = call.screen.clone();
        let nothing = Removal { removed: Vec::new(), kept };
        if screen.json {
            for action in &actions {
                screen.object(&json::of_event(&screen, &Event::Action(Box::new(action.clone()))));
            }
        } else if !actions.is_empty() {
            screen.print(&screen.say(&text!("cli-down-plan", count = actions.len())));
            screen.print("");
            for line in plan::lines(&screen, &actions, screen.verbose) {
                screen.print(&line);
            }
            tell_list(&screen, &text!("cli-down-keeps"), &nothing.kept);
        }
        let consented = !actions.is_empty() && !call.common.dry_run && agrees(call).await?;
        if !consented {
            let exit = if actions.is_empty() || call.common.dry_run { Exit::Holds } else { Exit::NoConsent };
            if screen.json {
                let mut result = json::of_removal(&screen, &nothing);
                result["ok"] = (exit == Exit::Holds).into();
                screen.object(&result);
            } else if actions.is_empty() {
                tell(&screen, &nothing);
            }
            return Ok(exit);
        }
    }
    // What is gone stays told, also when the rest fails.
    let view: Box<dyn View> = if call.screen.json {
        Box::new(Objects(call.screen.clone()))
    } else {
        Box::new(Lines::new(call.screen.clone(), false))
    };
    let removal = call.shown(&mut journey, view, async |journey| journey.down(scope).await).await??;
    if call.screen.json {
        call.screen.object(&json::of_removal(&call.screen, &removal));
    } else {
        tell(&call.screen, &removal);
        let more = !scope.image || !scope.ingress;
        if more && !removal.kept.is_empty() {
            call.screen.print(&format!("\n{}", call.screen.say(&text!("cli-down-more"))));
        }
    }
    Ok(Exit::Holds)
}

async fn agrees(call: &mut Call) -> Result<bool, Stop> {
    let screen = call.screen.clone();
    if !screen.asks {
        screen.complain(&format!("\n{}", screen.say(&text!("cli-consent-needed"))));
        return Ok(false);
    }
    let agreed = consent::agrees(&screen, &mut call.interrupt, &text!("cli-ask-down"), Enter::No)
        .await
        .ok_or(Stop::Interrupted)?;
    if !agreed {
        screen.complain(&screen.say(&text!("cli-declined")));
    }
    Ok(agreed)
}

fn tell(screen: &Screen, removal: &Removal) {
    let words = match removal.removed.len() {
        0 => screen.say(&text!("cli-down-nothing")),
        count => screen.out.green(&screen.say(&text!("cli-down-removed", count = count))),
    };
    screen.print(&words);
    tell_list(screen, &text!("cli-down-kept"), &removal.kept);
}

fn tell_list(screen: &Screen, title: &Text, items: &[Text]) {
    if items.is_empty() {
        return;
    }
    screen.print(&format!("\n{}", screen.say(title)));
    for item in items {
        screen.print(&format!("  - {}", screen.say(item)));
    }
}

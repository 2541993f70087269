//! `slipway up`: shows the plan, asks, and takes the folder to its address.

use slipway_engine::{
    action::Action,
    choices::Choices,
    event::Event,
    journey::Journey,
    problem::{Code, Problem},
    stage::Stage,
    text,
};

use super::{Call, Ended, Stop};
use crate::{
    args::Up,
    consent::{self, Enter},
    exit::Exit,
    human::{outcome, plan},
    json,
};

/// Runs it.
pub async fn run(call: &mut Call, up: Up) -> Ended {
    let choices = up.choices(&call.common);
    let mut journey = super::journey(choices.clone())?;
    if call.common.dry_run || !call.common.yes {
        let (agreed, actions) = planned(call, choices, journey).await?;
        journey = agreed;
        if let Some(exit) = consent(call, &actions).await? {
            return Ok(exit);
        }
    }
    let view = call.view(&Stage::ALL, call.screen.verbose);
    let ended = call.shown(&mut journey, view, async |journey| journey.up().await).await?;
    let screen = &call.screen;
    if screen.json {
        screen.object(&json::of_outcome(screen, &ended));
    } else {
        outcome::tell(screen, &ended, &journey.choices);
    }
    Ok(Exit::of(ended.ok))
}

/// The journey and what it would do. A cluster elsewhere is written to only when its name is typed in full.
async fn planned(
    call: &mut Call,
    mut choices: Choices,
    journey: Journey,
) -> Result<(Journey, Vec<Action>), Stop> {
    match call.looking(journey.plan()).await {
        Ok((actions, _)) => Ok((journey, actions)),
        Err(Stop::Problem(problem)) if problem.code == Code::ClusterNotLocal && call.screen.asks => {
            let context = named(call, &problem).await?;
            choices.confirm_cluster = Some(context);
            let journey = super::journey(choices)?;
            let (actions, _) = call.looking(journey.plan()).await?;
            Ok((journey, actions))
        }
        Err(stop) => Err(stop),
    }
}

/// The name that was typed; anything but the cluster's own leaves the problem as it was.
async fn named(call: &mut Call, problem: &Problem) -> Result<String, Stop> {
    call.tell_problem(problem);
    let typed = consent::line(&call.screen, &mut call.interrupt, &text!("cli-ask-cluster"))
        .await
        .ok_or(Stop::Interrupted)?;
    Ok(typed.unwrap_or_default())
}

/// Shows the plan and asks. `Some`: the call ends here.
async fn consent(call: &mut Call, actions: &[Action]) -> Result<Option<Exit>, Stop> {
    let screen = call.screen.clone();
    if screen.json {
        for action in actions {
            screen.object(&json::of_event(&screen, &Event::Action(Box::new(action.clone()))));
        }
    } else if actions.is_empty() && call.common.dry_run {
        screen.print(&screen.say(&text!("cli-plan-nothing")));
    } else if !actions.is_empty() {
        screen.print(&screen.say(&text!("cli-plan", count = actions.len())));
        screen.print("");
        for line in plan::lines(&screen, actions, screen.verbose) {
            screen.print(&line);
        }
    }
    if call.common.dry_run {
        return Ok(Some(not_done(call, Exit::Holds)));
    }
    if actions.is_empty() {
        return Ok(None);
    }
    if !screen.asks {
        screen.complain(&format!("\n{}", screen.say(&text!("cli-consent-needed"))));
        return Ok(Some(not_done(call, Exit::NoConsent)));
    }
    let agreed = consent::agrees(&screen, &mut call.interrupt, &text!("cli-ask-up"), Enter::Yes)
        .await
        .ok_or(Stop::Interrupted)?;
    if !agreed {
        screen.complain(&screen.say(&text!("cli-declined")));
        return Ok(Some(Exit::NoConsent));
    }
    screen.print("");
    Ok(None)
}

/// The result of a plan that was only shown.
fn not_done(call: &Call, exit: Exit) -> Exit {
    if call.screen.json {
        call.screen.object(&json::of_plan(exit == Exit::Holds));
    }
    exit
}

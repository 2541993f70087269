//! How `up` or `status` ended, below the stages: problems, the address and its answer, and what can be done next.

use slipway_engine::{choices::Choices, facts::Answer, journey::Outcome, text};

use super::{
    again::{same_project, same_wish},
    problem,
};
use crate::screen::Screen;

/// How many lines of the answer's body are shown.
const BODY_AT_MOST: usize = 20;

/// Tells it.
pub fn tell(screen: &Screen, outcome: &Outcome, choices: &Choices) {
    for told in &outcome.problems {
        for line in problem::lines(screen, told, screen.err) {
            screen.complain(&line);
        }
    }
    if !outcome.ok {
        if outcome.problems.is_empty() {
            screen.print("");
            screen.print(&screen.say(&text!("cli-not-all-holds", command = same_wish("up", choices))));
        }
        return;
    }
    screen.print("");
    match &outcome.address {
        Some(address) => {
            let words = screen.say(&text!("cli-live", address = address));
            screen.print(&screen.out.bold(&screen.out.green(&words)));
        }
        None => screen.print(&screen.say(&text!("cli-all-holds"))),
    }
    if let Some(answer) = &outcome.answer {
        for line in answer_lines(screen, answer) {
            screen.print(&line);
        }
    }
    screen.print("");
    screen.print(&screen.say(&text!(
        "cli-next",
        status = same_wish("status", choices),
        down = same_project("down", choices)
    )));
}

fn answer_lines(screen: &Screen, answer: &Answer) -> Vec<String> {
    let asked = screen.say(&text!(
        "cli-answer",
        request = &answer.request,
        status = u32::from(answer.status),
        ms = answer.ms
    ));
    let mut lines = vec![String::new(), format!("  {asked}")];
    let count = answer.body.lines().count();
    lines.extend(answer.body.lines().take(BODY_AT_MOST).map(|line| format!("  {line}")));
    if count > BODY_AT_MOST {
        let more = screen.say(&text!("cli-more-lines", count = count - BODY_AT_MOST));
        lines.push(format!("  {}", screen.out.dim(&more)));
    }
    lines
}

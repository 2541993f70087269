//! What people read: the plan, the live rail or plain lines, problems and how it ended.

pub mod again;
pub mod amount;
pub mod lines;
pub mod outcome;
pub mod place;
pub mod plan;
pub mod problem;
pub mod rail;
pub mod table;

use slipway_engine::{
    stage::{Evidence, Stage, State},
    text::Text,
};

use crate::screen::{Paint, Screen};

/// The shape of a state. It says the same as its colour.
pub fn mark(state: State, paint: Paint) -> String {
    match state {
        State::Proven => paint.green("✔"),
        State::Failed => paint.red("✖"),
        State::Working => paint.cyan("◐"),
        State::Missing => "○".to_owned(),
        State::Unknown => paint.dim("?"),
    }
}

/// The name of a stage, padded so that what follows stands in one column.
pub fn stage_column(screen: &Screen, stage: Stage) -> String {
    let widest = Stage::ALL.map(|stage| console::measure_text_width(&screen.say(&stage.title())));
    let width = widest.into_iter().max().unwrap_or_default();
    console::pad_str(&screen.say(&stage.title()), width, console::Alignment::Left, None).into_owned()
}

/// A time in words.
pub fn time(screen: &Screen, ms: u64) -> String {
    screen.say(&Text::new("cli-time").with("ms", ms))
}

/// Evidence as lines: the sentence, and the exact thing below it where it is wanted.
pub fn evidence_lines(screen: &Screen, evidence: &Evidence, exact: bool, paint: Paint) -> Vec<String> {
    let mut lines: Vec<String> = screen.say(&evidence.says).lines().map(str::to_owned).collect();
    if let Some(words) = evidence.exact.as_ref().filter(|_| exact) {
        lines.extend(words.lines().map(|line| paint.dim(&format!("  {line}"))));
    }
    lines
}

/// A command as a person types it: each line after the first is part of it.
pub fn command_lines(command: &str, paint: Paint) -> Vec<String> {
    command
        .lines()
        .enumerate()
        .map(
            |(at, line)| {
                if at == 0 { paint.cyan(&format!("$ {line}")) } else { paint.cyan(&format!("  {line}")) }
            },
        )
        .collect()
}

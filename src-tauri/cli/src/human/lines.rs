//! The journey as plain lines, for pipes, files and terminals that cannot redraw: what was said stays as it was.

use std::{collections::HashSet, sync::Arc};

use slipway_engine::{
    event::{Event, Phase, Progress},
    stage::{Evidence, Stage, State},
    text,
};

use super::{command_lines, evidence_lines, mark, stage_column, time};
use crate::{screen::Screen, showing::View};

/// Prints each event that a person wants to read later as lines.
pub struct Lines {
    screen: Arc<Screen>,
    /// All evidence of a stage, not only the first.
    detailed: bool,
    told: HashSet<(Stage, String)>,
    /// How long the stage took that failed last.
    failed_after: u64,
}

impl Lines {
    /// `detailed`: with all evidence.
    pub fn new(screen: Arc<Screen>, detailed: bool) -> Self {
        Self { screen, detailed, told: HashSet::new(), failed_after: 0 }
    }

    fn of(&mut self, event: &Event) -> Vec<String> {
        let screen = self.screen.clone();
        match event {
            Event::Stage { state: State::Working, .. } => Vec::new(),
            // Its problem comes next and says it better than its evidence.
            Event::Stage { state: State::Failed, ms, .. } => {
                self.failed_after = *ms;
                Vec::new()
            }
            Event::Problem(problem) => {
                let summary = [problem.summary().into()];
                stage_lines(&screen, problem.stage, State::Failed, &summary, self.failed_after, false, None)
            }
            Event::Stage { stage, state, evidence, ms } => {
                stage_lines(&screen, *stage, *state, evidence, *ms, self.detailed, None)
            }
            Event::Action(action) => {
                let mut lines = vec![format!(
                    "→ {}  {}",
                    stage_column(&screen, action.stage),
                    screen.say(&action.effect)
                )];
                if screen.verbose {
                    lines.extend(indented(command_lines(&action.command, screen.out)));
                }
                lines
            }
            Event::Progress(progress) => self.step(progress),
            Event::Line { text, .. } if screen.verbose => {
                indented(vec![screen.out.dim(&format!("│ {text}"))])
            }
            Event::Line { .. } => Vec::new(),
        }
    }

    /// A step is told when it begins, and again only when it was kept from before or fails.
    fn step(&mut self, progress: &Progress) -> Vec<String> {
        let step = self.screen.say(&progress.step);
        let ending = match progress.phase {
            Phase::Waiting | Phase::Done => return Vec::new(),
            Phase::Running => None,
            Phase::Cached => Some(text!("cli-step-cached")),
            Phase::Failed => Some(text!("cli-step-failed")),
        };
        let ending = ending.map(|ending| self.screen.say(&ending)).unwrap_or_default();
        // What is awaited changes its words while it keeps its id: each is told once.
        if !self.told.insert((progress.stage, format!("{}\n{step}\n{ending}", progress.id))) {
            return Vec::new();
        }
        let mut line = step;
        if !ending.is_empty() {
            line = format!("{line}  {}", self.screen.out.dim(&ending));
        }
        indented(vec![line])
    }
}

impl View for Lines {
    fn event(&mut self, event: &Event) {
        for line in self.of(event) {
            self.screen.print(&line);
        }
    }
}

fn indented(lines: Vec<String>) -> Vec<String> {
    lines.into_iter().map(|line| format!("    {line}")).collect()
}

/// A stage that was looked at: its mark, name, evidence and time. `width`: what is longer is cut, the time is not.
pub fn stage_lines(
    screen: &Screen,
    stage: Stage,
    state: State,
    evidence: &[Evidence],
    ms: u64,
    detailed: bool,
    width: Option<usize>,
) -> Vec<String> {
    let paint = screen.out;
    let title = stage_column(screen, stage);
    let mut lines: Vec<String> = evidence
        .iter()
        .take(if detailed { usize::MAX } else { 1 })
        .flat_map(|evidence| evidence_lines(screen, evidence, screen.verbose, paint))
        .collect();
    if lines.is_empty() {
        let word = screen.say(&state.title());
        lines.push(paint.dim(&word));
    }
    let head = format!("{} {title}  ", mark(state, paint));
    let time =
        if state == State::Unknown { String::new() } else { paint.dim(&format!("  {}", time(screen, ms))) };
    let below = " ".repeat(console::measure_text_width(&head));
    lines
        .into_iter()
        .enumerate()
        .map(
            |(at, line)| {
                if at == 0 { fitted(&head, &line, &time, width) } else { fitted(&below, &line, "", width) }
            },
        )
        .collect()
}

/// A line of three parts; where it is too long for the width, the middle is cut.
pub fn fitted(head: &str, middle: &str, tail: &str, width: Option<usize>) -> String {
    let around = console::measure_text_width(head) + console::measure_text_width(tail);
    match width {
        Some(width) => {
            let middle = console::truncate_str(middle, width.saturating_sub(around), "…");
            console::truncate_str(&format!("{head}{middle}{tail}"), width, "…").into_owned()
        }
        None => format!("{head}{middle}{tail}"),
    }
}

#[cfg(test)]
mod tests {
    use slipway_engine::{
        event::Unit,
        problem::{Code, Problem},
        text::Text,
    };

    use super::*;
    use crate::args::{Colour, Common, Lang};

    fn lines(verbose: bool, events: &[Event]) -> Vec<String> {
        let common = Common { lang: Some(Lang::En), color: Colour::Never, verbose, ..Common::default() };
        let mut lines = Lines::new(Arc::new(Screen::new(&common)), false);
        events.iter().flat_map(|event| lines.of(event)).collect()
    }

    fn stage(state: State) -> Event {
        let evidence = vec![Evidence::exactly(Text::quoted("It answers."), "API 1.51")];
        Event::Stage { stage: Stage::Machine, state, evidence, ms: 1_500 }
    }

    fn step(words: &str, phase: Phase) -> Event {
        let (stage, step, total, unit) = (Stage::Image, Text::quoted(words), None, Unit::None);
        Event::Progress(Progress { stage, id: "1".into(), step, phase, done: 0, total, unit })
    }

    #[test]
    fn a_stage_is_told_when_it_is_known() {
        assert_eq!(
            lines(false, &[stage(State::Working), stage(State::Proven)]),
            ["✔ Machine   It answers.  1.5 s"]
        );
        assert_eq!(
            lines(true, &[stage(State::Proven)]),
            ["✔ Machine   It answers.  1.5 s", "              API 1.51"]
        );
    }

    #[test]
    fn a_stage_that_failed_is_told_by_its_problem() {
        let problem = Problem::new(Code::FolderMissing).with("folder", "/a").in_stage(Stage::Machine);
        assert_eq!(
            lines(false, &[stage(State::Failed), Event::Problem(Box::new(problem))]),
            ["✖ Machine   There is no folder /a.  1.5 s"]
        );
    }

    #[test]
    fn a_step_is_told_once_and_again_when_it_is_known_how_it_went() {
        let told = lines(
            false,
            &[
                step("RUN a", Phase::Waiting),
                step("RUN a", Phase::Running),
                step("RUN a", Phase::Running),
                step("RUN a", Phase::Done),
                step("RUN a", Phase::Failed),
            ],
        );
        assert_eq!(told, ["    RUN a", "    RUN a  failed"]);
        assert_eq!(lines(false, &[step("RUN b", Phase::Cached)]), ["    RUN b  kept from before"]);
    }

    #[test]
    fn lines_of_logs_are_told_only_when_more_is_wanted() {
        let line = Event::Line { stage: Stage::Image, stream: "build".into(), text: "Collecting".into() };
        assert_eq!(lines(false, std::slice::from_ref(&line)), Vec::<String>::new());
        assert_eq!(lines(true, &[line]), ["    │ Collecting"]);
    }
}

//! The live rail: all eight stages, each with its shape, evidence and time; below the one at work its steps and the
//! last line of its log. Drawn again in place; what stands at the end stays.

use std::{
    collections::BTreeMap,
    io::Write as _,
    sync::Arc,
    time::{Duration, Instant},
};

use slipway_engine::{
    event::{Event, Phase, Progress},
    stage::{Evidence, Stage, State},
};

use super::{
    amount,
    lines::{fitted, stage_lines},
    mark, stage_column, time,
};
use crate::{screen::Screen, showing::View};

/// How many steps that run side by side are shown.
const STEPS_AT_MOST: usize = 3;
const SPINNER: [&str; 4] = ["◐", "◓", "◑", "◒"];
/// Events come in bursts; the eye wants no more pictures than this.
const REDRAW_AFTER: Duration = Duration::from_millis(50);

/// The rail.
pub struct Rail {
    screen: Arc<Screen>,
    /// All evidence of a stage, not only the first.
    detailed: bool,
    rows: BTreeMap<Stage, Row>,
    turn: usize,
    /// The widths of the lines of the last picture.
    drawn: Vec<usize>,
    drawn_at: Instant,
}

#[derive(Default)]
struct Row {
    state: Option<State>,
    evidence: Vec<Evidence>,
    ms: u64,
    begun: Option<Instant>,
    doing: Option<String>,
    steps: Vec<Progress>,
    line: Option<String>,
}

impl Rail {
    /// A rail of these stages. `detailed`: with all evidence.
    pub fn new(screen: Arc<Screen>, stages: &[Stage], detailed: bool) -> Self {
        let rows = stages.iter().map(|stage| (*stage, Row::default())).collect();
        Self { screen, detailed, rows, turn: 0, drawn: Vec::new(), drawn_at: Instant::now() }
    }

    fn hear(&mut self, event: &Event) {
        let stage = match event {
            Event::Stage { stage, .. } | Event::Line { stage, .. } => *stage,
            Event::Progress(progress) => progress.stage,
            Event::Action(action) => action.stage,
            Event::Problem(problem) => problem.stage,
        };
        let row = self.rows.entry(stage).or_default();
        match event {
            Event::Stage { state, evidence, ms, .. } => {
                let begun = (*state == State::Working).then(Instant::now);
                let evidence = evidence.clone();
                *row = Row { state: Some(*state), evidence, ms: *ms, begun, ..Row::default() };
            }
            Event::Action(action) => {
                row.doing = Some(self.screen.say(&action.effect));
                row.steps.clear();
                row.line = None;
            }
            Event::Progress(progress) => {
                row.steps.retain(|step| step.id != progress.id);
                if matches!(progress.phase, Phase::Running | Phase::Failed) {
                    row.steps.push(progress.clone());
                }
            }
            Event::Line { text, .. } if !text.trim().is_empty() => row.line = Some(text.replace('\t', "  ")),
            Event::Line { .. } => {}
            // Its details are told below the rail.
            Event::Problem(problem) => row.evidence = vec![problem.summary().into()],
        }
    }

    /// The picture, no line wider than `width`.
    fn picture(&self, width: usize, detailed: bool) -> Vec<String> {
        let screen = &self.screen;
        let paint = screen.out;
        let mut lines = Vec::new();
        let mut add =
            |head: &str, middle: &str, tail: &str| lines.push(fitted(head, middle, tail, Some(width)));
        for (stage, row) in &self.rows {
            let title = stage_column(screen, *stage);
            match row.state {
                None => add(&paint.dim(&format!("· {}", title.trim_end())), "", ""),
                Some(State::Working) => {
                    let spinner = paint.cyan(SPINNER[self.turn % SPINNER.len()]);
                    let doing = row.doing.clone().unwrap_or_else(|| screen.say(&State::Working.title()));
                    let ms = row.begun.map_or(0, |begun| begun.elapsed().as_millis());
                    let taken = time(screen, u64::try_from(ms).unwrap_or(u64::MAX));
                    add(
                        &format!("{spinner} {}  ", paint.bold(&title)),
                        &doing,
                        &paint.dim(&format!("  {taken}")),
                    );
                    let begin = row.steps.len().saturating_sub(STEPS_AT_MOST);
                    for step in &row.steps[begin..] {
                        let (step, amount) = step_parts(screen, step);
                        add("    ", &step, &amount);
                    }
                    if let Some(line) = &row.line {
                        add("    ", &paint.dim(&format!("│ {line}")), "");
                    }
                }
                Some(state) => {
                    let width = Some(width);
                    for line in stage_lines(screen, *stage, state, &row.evidence, row.ms, detailed, width) {
                        add(&line, "", "");
                    }
                }
            }
        }
        lines
    }

    /// Draws over the last picture. What does not fit into the terminal could not be drawn over: it is left out
    /// until the end.
    fn draw(&mut self, at_the_end: bool) {
        let (height, width) = console::Term::stdout().size();
        let (height, width) = (usize::from(height).max(2), usize::from(width).max(20));
        let mut lines = self.picture(width - 1, self.detailed);
        if !at_the_end && lines.len() >= height {
            lines = self.picture(width - 1, false);
            lines.drain(..lines.len().saturating_sub(height - 1));
        }
        let mut picture = String::new();
        let rows = rows(&self.drawn, width);
        if rows > 0 {
            // up to the first line of the last picture, and nothing below
            picture = format!("\u{1b}[{rows}A\r\u{1b}[J");
        }
        for line in &lines {
            picture.push_str(line);
            picture.push('\n');
        }
        let mut out = std::io::stdout().lock();
        let _ = out.write_all(picture.as_bytes()).and_then(|()| out.flush());
        self.drawn = lines.iter().map(|line| console::measure_text_width(line)).collect();
        self.drawn_at = Instant::now();
    }
}

/// How many rows lines of these widths take in a terminal that may have become narrower since.
fn rows(widths: &[usize], width: usize) -> usize {
    widths.iter().map(|line| line.div_ceil(width).max(1)).sum()
}

/// A step, and how far it is.
fn step_parts(screen: &Screen, step: &Progress) -> (String, String) {
    let words = screen.say(&step.step);
    let words = match step.phase {
        Phase::Failed => format!("{} {words}", mark(State::Failed, screen.out)),
        _ => words,
    };
    let bar = amount::bar(step).map(|bar| screen.out.cyan(&bar));
    let parts = [bar, amount::of(screen, step)].into_iter().flatten();
    (words, parts.fold(String::new(), |line, part| format!("{line}  {part}")))
}

impl View for Rail {
    fn event(&mut self, event: &Event) {
        self.hear(event);
        if self.drawn_at.elapsed() >= REDRAW_AFTER || matches!(event, Event::Stage { .. }) {
            self.draw(false);
        }
    }

    fn tick(&mut self) {
        self.turn += 1;
        self.draw(false);
    }

    fn moves(&self) -> bool {
        true
    }

    fn end(&mut self) {
        // Where the work was broken off, nothing is at work any more.
        for row in self.rows.values_mut().filter(|row| row.state == Some(State::Working)) {
            *row = Row { state: Some(State::Unknown), ..Row::default() };
        }
        self.draw(true);
    }
}

#[cfg(test)]
mod tests {
    use slipway_engine::{action::Action, event::Unit, text::Text, work::Work};

    use super::*;
    use crate::args::{Colour, Common, Lang};

    fn rail(stages: &[Stage], lang: Lang) -> Rail {
        let common = Common { lang: Some(lang), color: Colour::Never, ..Common::default() };
        Rail::new(Arc::new(Screen::new(&common)), stages, false)
    }

    fn stage(stage: Stage, state: State, evidence: &[&str]) -> Event {
        let evidence = evidence.iter().map(|words| Text::quoted(*words).into()).collect();
        Event::Stage { stage, state, evidence, ms: 2_400 }
    }

    fn step(id: &str, phase: Phase) -> Event {
        let step = Text::quoted(format!("RUN {id}"));
        let (done, total, unit) = (1, Some(2), Unit::Steps);
        Event::Progress(Progress { stage: Stage::Image, id: id.into(), step, phase, done, total, unit })
    }

    fn builds() -> Event {
        Event::Action(Box::new(Action {
            stage: Stage::Image,
            effect: Text::quoted("Builds the image iris:1 from a long description of what it is made of."),
            command: String::new(),
            diff: Vec::new(),
            undo: None,
            work: Work::Build,
        }))
    }

    #[test]
    fn the_stage_at_work_shows_its_steps_and_its_last_line() {
        let mut rail = rail(&[Stage::Machine, Stage::Image, Stage::Trial], Lang::En);
        for event in [
            stage(Stage::Machine, State::Proven, &["It answers.", "It has 2 processors."]),
            stage(Stage::Image, State::Working, &[]),
            builds(),
            step("a", Phase::Running),
            step("b", Phase::Running),
            step("a", Phase::Done),
            Event::Line { stage: Stage::Image, stream: "build".into(), text: "Collecting\tnumpy".into() },
            Event::Line { stage: Stage::Image, stream: "build".into(), text: " ".into() },
        ] {
            rail.hear(&event);
        }
        rail.rows.get_mut(&Stage::Image).unwrap().begun = None; // no time passes
        assert_eq!(
            rail.picture(60, false),
            [
                "✔ Machine   It answers.  2.4 s",
                "◐ Image     Builds the image iris:1 from a long descr…  0 ms",
                "    RUN b  ████████░░░░░░░░  1 of 2 steps",
                "    │ Collecting  numpy",
                "· Trial",
            ]
        );
        rail.hear(&stage(Stage::Image, State::Failed, &["It failed."]));
        assert_eq!(
            rail.picture(60, true)[1..3],
            ["            It has 2 processors.", "✖ Image     It failed.  2.4 s"]
        );
    }

    #[test]
    fn no_line_is_wider_than_the_terminal_in_any_script() {
        let mut rail = rail(&Stage::ALL, Lang::ZhCn);
        rail.hear(&stage(Stage::Machine, State::Proven, &["引擎已响应，并且可以使用很多处理器和内存。"]));
        rail.hear(&stage(Stage::Image, State::Working, &[]));
        rail.hear(&step(&"长".repeat(50), Phase::Running));
        for width in [20, 33, 60] {
            for line in rail.picture(width, true) {
                assert!(console::measure_text_width(&line) <= width, "{line}");
            }
        }
    }

    #[test]
    fn a_terminal_made_narrower_has_wrapped_the_picture() {
        assert_eq!(rows(&[10, 0, 25], 80), 3);
        assert_eq!(rows(&[10, 0, 25], 20), 4);
    }
}

//! A problem, as a person reads it: what happened, why it is known, what to do, where to read more.

use slipway_engine::{problem::Problem, text};

use super::{command_lines, evidence_lines, mark};
use crate::screen::{Paint, Screen};

/// The problem's lines.
pub fn lines(screen: &Screen, problem: &Problem, paint: Paint) -> Vec<String> {
    let mut lines = vec![
        String::new(),
        format!(
            "{} {}",
            mark(slipway_engine::stage::State::Failed, paint),
            paint.bold(&screen.say(&problem.summary()))
        ),
        format!("  {}", screen.say(&problem.detail())),
    ];
    if !problem.evidence.is_empty() {
        lines.push(String::new());
        lines.push(format!("  {}", screen.say(&text!("cli-problem-seen"))));
        for evidence in &problem.evidence {
            // Here the exact thing matters most.
            lines.extend(
                evidence_lines(screen, evidence, true, paint).into_iter().map(|line| format!("    {line}")),
            );
        }
    }
    if !problem.remedies.is_empty() {
        lines.push(String::new());
        lines.push(format!("  {}", screen.say(&text!("cli-problem-do"))));
        let several = problem.remedies.len() > 1;
        for (at, remedy) in problem.remedies.iter().enumerate() {
            let number = if several { format!("{}. ", at + 1) } else { String::new() };
            lines.push(format!("    {number}{}", screen.say(&remedy.title)));
            let below = " ".repeat(4 + number.len());
            if let Some(command) = &remedy.command {
                lines.extend(command_lines(command, paint).into_iter().map(|line| format!("{below}{line}")));
            }
            if let Some(link) = &remedy.link {
                lines.push(format!("{below}{link}"));
            }
        }
    }
    lines.push(String::new());
    lines.push(format!(
        "  {}",
        paint.dim(&screen.say(&text!("cli-problem-code", code = problem.code.name())))
    ));
    lines
}

#[cfg(test)]
mod tests {
    use slipway_engine::{
        problem::{Code, Remedy},
        text::Text,
    };

    use super::*;
    use crate::args::{Common, Lang};

    #[test]
    fn a_problem_ends_with_what_to_do_and_where_to_read_more() {
        let screen = Screen::new(&Common { lang: Some(Lang::En), ..Common::default() });
        let problem = Problem::new(Code::FolderMissing)
            .with("folder", "/a\u{1b}[31m")
            .quoting("No such file\nor directory")
            .remedy(Remedy::run(Text::quoted("Look."), "ls /"))
            .remedy(Remedy::read(Text::quoted("Read."), "https://example.org"));
        assert_eq!(
            lines(&screen, &problem, Paint::NONE).join("\n"),
            "
✖ There is no folder /a\u{241b}[31m.
  Nothing is there under this name, so there is nothing to deploy.

  What was seen:
    No such file
    or directory

  What to do:
    1. Look.
       $ ls /
    2. Read.
       https://example.org

  Problem folder-missing. More about it: slipway explain folder-missing"
        );
    }
}

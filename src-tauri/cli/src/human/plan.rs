//! A plan, as a person reads it before saying yes: what changes, and what they would type for it.

use slipway_engine::{
    action::{Action, Change},
    text,
};

use super::{command_lines, stage_column};
use crate::screen::Screen;

/// How many changed fields of one action are shown before the rest is counted.
const CHANGES_AT_MOST: usize = 12;

/// The plan's lines. `whole`: long commands in full.
pub fn lines(screen: &Screen, actions: &[Action], whole: bool) -> Vec<String> {
    let mut lines = Vec::new();
    let digits = actions.len().to_string().len();
    for (at, action) in actions.iter().enumerate() {
        let number = format!("{:>digits$}.", at + 1);
        let stage = screen.out.dim(&stage_column(screen, action.stage));
        lines.push(format!("  {number} {stage}  {}", screen.say(&action.effect)));
        let below = " ".repeat(number.len() + 3);
        lines
            .extend(command(screen, &action.command, whole).into_iter().map(|line| format!("{below}{line}")));
        lines.extend(changes(screen, &action.diff).into_iter().map(|line| format!("{below}  {line}")));
    }
    lines
}

fn command(screen: &Screen, command: &str, whole: bool) -> Vec<String> {
    let lines = command_lines(command, screen.out);
    if whole || lines.len() <= 2 {
        return lines;
    }
    let rest = lines.len() - 1;
    let more = screen.out.dim(&screen.say(&text!("cli-more-lines", count = rest)));
    lines.into_iter().take(1).chain([format!("  {more}")]).collect()
}

/// The fields that change where something that stands is changed; a new thing is told by its command.
fn changes(screen: &Screen, changes: &[Change]) -> Vec<String> {
    let changes: Vec<_> = changes.iter().filter(|change| !change.field.is_empty()).collect();
    let mut lines: Vec<String> =
        changes.iter().take(CHANGES_AT_MOST).flat_map(|change| change_lines(screen, change)).collect();
    if changes.len() > CHANGES_AT_MOST {
        let rest = changes.len() - CHANGES_AT_MOST;
        lines.push(screen.out.dim(&screen.say(&text!("cli-more-changes", count = rest))));
    }
    lines
}

/// One change: on a line where both values are short, else below each other.
pub fn change_lines(screen: &Screen, change: &Change) -> Vec<String> {
    let paint = screen.out;
    let short =
        |value: &Option<String>| value.as_ref().is_none_or(|value| value.trim_end().lines().count() <= 1);
    let object = &change.object;
    let field = if change.field.is_empty() { String::new() } else { format!(" {}", change.field) };
    if short(&change.before) && short(&change.after) {
        let value = |value: &Option<String>| value.as_deref().unwrap_or("–").trim_end().to_owned();
        return vec![format!(
            "{object}{field}: {} → {}",
            paint.red(&value(&change.before)),
            paint.green(&value(&change.after))
        )];
    }
    let mut lines = vec![format!("{object}{field}:")];
    for line in change.before.iter().flat_map(|value| value.lines()) {
        lines.push(paint.red(&format!("- {line}")));
    }
    for line in change.after.iter().flat_map(|value| value.lines()) {
        lines.push(paint.green(&format!("+ {line}")));
    }
    lines
}

#[cfg(test)]
mod tests {
    use slipway_engine::{stage::Stage, text::Text, work::Work};

    use super::*;
    use crate::args::{Colour, Common, Lang};

    fn screen() -> Screen {
        Screen::new(&Common { lang: Some(Lang::En), color: Colour::Never, ..Common::default() })
    }

    fn action(command: &str, diff: Vec<Change>) -> Action {
        let effect = Text::quoted("Applies Deployment iris.");
        Action { stage: Stage::App, effect, command: command.into(), diff, undo: None, work: Work::Try }
    }

    fn change(field: &str, before: Option<&str>, after: Option<&str>) -> Change {
        Change {
            object: "Deployment/iris".into(),
            field: field.into(),
            before: before.map(Into::into),
            after: after.map(Into::into),
        }
    }

    #[test]
    fn an_action_shows_its_command_and_what_it_changes() {
        let changes = vec![change("spec.replicas", Some("1"), Some("3")), change("", None, Some("kind: …"))];
        let plan = [action("kubectl apply -f - <<'END'\na\nb\nEND", changes)];
        assert_eq!(
            lines(&screen(), &plan, false).join("\n"),
            "  1. App       Applies Deployment iris.\n     $ kubectl apply -f - <<'END'\n       … 3 more lines\n       Deployment/iris spec.replicas: 1 → 3"
        );
        assert!(lines(&screen(), &plan, true).join("\n").contains("\n       b\n"));
    }

    #[test]
    fn long_values_stand_below_each_other() {
        let change = change("spec.env", Some("- name: A\n  value: b\n"), None);
        assert_eq!(
            change_lines(&screen(), &change),
            ["Deployment/iris spec.env:", "- - name: A", "-   value: b"]
        );
    }
}

//! The app ended before it answered: with which code, and what its last words were.

use crate::{
    docker::{Engine, containers::Running, images::Image},
    problem::{Code, Problem, Remedy},
    stage::Evidence,
    text,
};

/// The most lines of a traceback that are shown.
const SHOWN: usize = 25;

/// The begin of a traceback of Python.
const TRACEBACK: &str = "Traceback (most recent call last)";

/// The problem of an app that ended.
pub(super) async fn problem(
    engine: &Engine,
    running: &Running,
    image: &Image,
    exit: i64,
    lines: &[String],
) -> Problem {
    let out_of_memory = running.state().await.ok().and_then(|state| state.oom_killed).unwrap_or_default();
    of(lines, exit, out_of_memory, (&image.arch, &engine.arch))
}

fn of(lines: &[String], exit: i64, out_of_memory: bool, (image, engine): (&str, &str)) -> Problem {
    let shown = ending(lines);
    let last = shown.iter().rev().find(|line| !line.trim().is_empty()).map(|line| line.trim());
    let mut problem = Problem::new(Code::TrialCrashed).with("code", exit).with("last", last.unwrap_or("-"));
    problem = match last {
        Some(_) => problem.because(Evidence::exactly(text!("trial-last-lines"), shown.join("\n"))),
        None => problem.because(text!("trial-wrote-nothing")),
    };
    if exit == 0 {
        return problem.because(text!("trial-ended-well")).remedy(Remedy::say(text!("remedy-keep-running")));
    }
    if out_of_memory {
        problem =
            problem.because(text!("trial-out-of-memory")).remedy(Remedy::say(text!("remedy-engine-memory")));
    }
    if !image.is_empty() && image != engine {
        problem = problem.because(text!("trial-other-arch", image = image, engine = engine));
    }
    problem.remedy(super::mend_and_run_again())
}

/// The part of the output that tells why: the last traceback, or the last lines.
fn ending(lines: &[String]) -> &[String] {
    let from_last = lines.len().saturating_sub(SHOWN);
    let traceback = lines.iter().rposition(|line| line.contains(TRACEBACK)).unwrap_or(from_last);
    // Of a long one the end, which names the error.
    &lines[traceback.max(from_last)..]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    const SAME: (&str, &str) = ("amd64", "amd64");

    #[test]
    fn a_script_that_ends_well_is_told_that_a_server_must_stay() {
        let problem = of(&lines("done"), 0, false, SAME);
        assert_eq!(problem.remedies[0].title.id, "remedy-keep-running");
    }

    #[test]
    fn the_last_traceback_is_shown_and_its_error_is_in_the_sentence() {
        let log = lines(
            "loading\nTraceback (most recent call last):\n  File \"a.py\", line 1\nKeyError: 1\n\n\
             Traceback (most recent call last):\n  File \"app.py\", line 3, in <module>\nModuleNotFoundError: No module named 'sklearn'\n",
        );
        let problem = of(&log, 1, false, SAME);
        assert_eq!(problem.args["last"], "ModuleNotFoundError: No module named 'sklearn'".into());
        let shown = problem.evidence[0].exact.as_deref().unwrap();
        assert!(shown.starts_with(TRACEBACK) && !shown.contains("KeyError"), "{shown}");
    }

    #[test]
    fn of_a_log_without_traceback_the_last_lines_are_shown() {
        let log: Vec<_> = (1..=100).map(|number| number.to_string()).collect();
        let shown = of(&log, 3, false, SAME).evidence[0].exact.clone().unwrap();
        assert_eq!((shown.lines().next(), shown.lines().count()), (Some("76"), SHOWN));
    }

    #[test]
    fn silence_lack_of_memory_and_a_wrong_architecture_are_said() {
        let problem = of(&[], 137, true, ("arm64", "amd64"));
        let says: Vec<_> = problem.evidence.iter().map(|evidence| evidence.says.id.as_str()).collect();
        assert_eq!(says, ["trial-wrote-nothing", "trial-out-of-memory", "trial-other-arch"]);
        assert_eq!(problem.remedies[0].title, text!("remedy-engine-memory"));
    }
}

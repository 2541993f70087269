//! `--json`: one object a line, as the contract has them. Its texts are in the user's language.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use slipway_engine::{
    event::{Event, Progress, Unit},
    facts::Answer,
    journey::{Outcome, Removal},
    problem::{Code, Problem, Remedy},
    stage::Evidence,
};

use crate::{screen::Screen, showing::View};

/// Prints each event as an object.
pub struct Objects(pub Arc<Screen>);

impl View for Objects {
    fn event(&mut self, event: &Event) {
        self.0.object(&of_event(&self.0, event));
    }
}

/// An event as the contract has it.
pub fn of_event(screen: &Screen, event: &Event) -> Value {
    match event {
        Event::Stage { stage, state, evidence, ms } => {
            json!({"event": "stage", "stage": stage, "state": state, "evidence": said(screen, evidence), "ms": ms})
        }
        Event::Progress(progress) => of_progress(screen, progress),
        Event::Line { stage, stream, text } => {
            json!({"event": "line", "stage": stage, "stream": stream, "text": text})
        }
        Event::Action(action) => json!({
            "event": "action",
            "stage": action.stage,
            "effect": screen.say(&action.effect),
            "command": action.command,
            "undo": action.undo.as_ref().map(|undo| &undo.command),
        }),
        Event::Problem(problem) => of_problem(screen, problem),
    }
}

fn of_progress(screen: &Screen, progress: &Progress) -> Value {
    let mut object = json!({
        "event": "progress",
        "stage": progress.stage,
        "step": screen.say(&progress.step),
        "done": progress.done,
    });
    if let Some(total) = progress.total {
        object["total"] = total.into();
    }
    if progress.unit != Unit::None {
        object["unit"] = json!(progress.unit);
    }
    object
}

/// A problem as the contract has it.
pub fn of_problem(screen: &Screen, problem: &Problem) -> Value {
    json!({
        "event": "problem",
        "code": problem.code,
        "stage": problem.stage,
        "summary": screen.say(&problem.summary()),
        "detail": screen.say(&problem.detail()),
        "evidence": said(screen, &problem.evidence),
        "remedies": problem.remedies.iter().map(|remedy| of_remedy(screen, remedy)).collect::<Vec<_>>(),
        "retry": problem.retry,
    })
}

fn of_remedy(screen: &Screen, remedy: &Remedy) -> Value {
    let mut object = json!({"title": screen.say(&remedy.title)});
    if let Some(command) = &remedy.command {
        object["command"] = command.as_str().into();
    }
    if let Some(link) = &remedy.link {
        object["link"] = link.as_str().into();
    }
    object
}

/// The result of `up`, `status` and `prove`.
pub fn of_outcome(screen: &Screen, outcome: &Outcome) -> Value {
    let mut object = json!({"event": "result", "ok": outcome.ok});
    if let Some(address) = &outcome.address {
        object["address"] = address.as_str().into();
    }
    if let Some(Answer { request, status, ms, body }) = &outcome.answer {
        object["answer"] = json!({"request": request, "status": status, "ms": ms, "body": body});
    }
    let stages: Map<String, Value> = outcome
        .stages
        .iter()
        .map(|(stage, ended)| {
            let evidence = said(screen, &ended.evidence);
            (stage.name().to_owned(), json!({"state": ended.state, "evidence": evidence, "ms": ended.ms}))
        })
        .collect();
    object["stages"] = stages.into();
    object["problems"] = codes(&outcome.problems);
    object
}

/// The result of `down`.
pub fn of_removal(screen: &Screen, removal: &Removal) -> Value {
    let words = |texts: &[slipway_engine::text::Text]| -> Vec<String> {
        texts.iter().map(|text| screen.say(text)).collect()
    };
    json!({"event": "result", "ok": true, "removed": words(&removal.removed), "kept": words(&removal.kept)})
}

/// The result of any verb that a problem stopped.
pub fn of_failure(problem: &Problem) -> Value {
    json!({"event": "result", "ok": false, "problems": codes(std::slice::from_ref(problem))})
}

/// The result of a plan that was shown and not done; `ok`: nothing more was wanted.
pub fn of_plan(ok: bool) -> Value {
    json!({"event": "result", "ok": ok, "stages": {}, "problems": []})
}

/// The result of any verb that the user stopped.
pub fn of_interruption() -> Value {
    json!({"event": "result", "ok": false, "problems": []})
}

fn codes(problems: &[Problem]) -> Value {
    let codes: Vec<Code> = problems.iter().map(|problem| problem.code).collect();
    json!(codes)
}

/// Each evidence as one text: its sentence, and below it the exact thing.
fn said(screen: &Screen, evidence: &[Evidence]) -> Vec<String> {
    evidence
        .iter()
        .map(|evidence| match &evidence.exact {
            Some(exact) => format!("{}\n{exact}", screen.say(&evidence.says)),
            None => screen.say(&evidence.says),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use slipway_engine::{
        action::{Action, Undo},
        event::Phase,
        journey::StageOutcome,
        stage::{Stage, State},
        text,
        text::Text,
        work::Work,
    };

    use super::*;
    use crate::args::{Common, Lang};

    fn screen() -> Screen {
        Screen::new(&Common { lang: Some(Lang::En), ..Common::default() })
    }

    fn line(event: &Event) -> String {
        of_event(&screen(), event).to_string()
    }

    #[test]
    fn a_stage_has_its_state_and_evidence() {
        let event = Event::Stage {
            stage: Stage::Machine,
            state: State::Proven,
            evidence: vec![
                Evidence::exactly(Text::quoted("It answers."), "API 1.51"),
                Text::quoted("b").into(),
            ],
            ms: 12,
        };
        assert_eq!(
            line(&event),
            r#"{"event":"stage","stage":"machine","state":"proven","evidence":["It answers.\nAPI 1.51","b"],"ms":12}"#
        );
    }

    #[test]
    fn progress_has_total_and_unit_only_where_there_are_some() {
        let progress = Progress {
            stage: Stage::Image,
            id: "a".into(),
            step: Text::quoted("pip install"),
            phase: Phase::Running,
            done: 3,
            total: None,
            unit: Unit::None,
        };
        assert_eq!(
            line(&Event::Progress(progress.clone())),
            r#"{"event":"progress","stage":"image","step":"pip install","done":3}"#
        );
        let counted = Progress { total: Some(9), unit: Unit::Bytes, ..progress };
        assert_eq!(
            line(&Event::Progress(counted)),
            r#"{"event":"progress","stage":"image","step":"pip install","done":3,"total":9,"unit":"bytes"}"#
        );
    }

    #[test]
    fn a_line_has_its_stream() {
        let event = Event::Line { stage: Stage::Image, stream: "build".into(), text: "Collecting".into() };
        assert_eq!(line(&event), r#"{"event":"line","stage":"image","stream":"build","text":"Collecting"}"#);
    }

    #[test]
    fn an_action_has_what_undoes_it_or_null() {
        let action = Action {
            stage: Stage::Image,
            effect: Text::quoted("Builds the image."),
            command: "docker build .".into(),
            diff: vec![],
            undo: Some(Undo {
                effect: Text::quoted("Removes it."),
                command: "docker rmi a:b".into(),
                work: Work::RemoveImage { tag: "a:b".into() },
            }),
            work: Work::Build,
        };
        assert_eq!(
            line(&Event::Action(Box::new(action.clone()))),
            r#"{"event":"action","stage":"image","effect":"Builds the image.","command":"docker build .","undo":"docker rmi a:b"}"#
        );
        let lasting = Action { undo: None, ..action };
        assert!(line(&Event::Action(Box::new(lasting))).ends_with(r#""undo":null}"#));
    }

    #[test]
    fn a_problem_has_everything_a_person_needs() {
        let problem = Problem::new(Code::FolderMissing)
            .with("folder", "/a")
            .quoting("ENOENT")
            .remedy(Remedy::run(Text::quoted("Look."), "ls /"))
            .remedy(Remedy::read(Text::quoted("Read."), "https://example.org"));
        let object = of_event(&screen(), &Event::Problem(Box::new(problem)));
        let keys: Vec<_> = object.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, ["event", "code", "stage", "summary", "detail", "evidence", "remedies", "retry"]);
        assert_eq!(object["code"], "folder-missing");
        assert_eq!(object["summary"], "There is no folder /a.");
        assert_eq!(
            object["remedies"],
            json!([{"title": "Look.", "command": "ls /"}, {"title": "Read.", "link": "https://example.org"}])
        );
    }

    #[test]
    fn the_result_has_address_and_answer_only_where_there_are_some() {
        let mut outcome = Outcome::default();
        outcome.stages.insert(
            Stage::Machine,
            StageOutcome { state: State::Failed, evidence: vec![Text::quoted("a").into()], ms: 5 },
        );
        outcome.problems.push(Problem::new(Code::DockerUnreachable));
        assert_eq!(
            of_outcome(&screen(), &outcome).to_string(),
            r#"{"event":"result","ok":false,"stages":{"machine":{"state":"failed","evidence":["a"],"ms":5}},"problems":["docker-unreachable"]}"#
        );
        outcome.address = Some("http://localhost/".into());
        outcome.answer = Some(Answer { request: "GET /".into(), status: 200, ms: 1.5, body: "b".into() });
        let object = of_outcome(&screen(), &outcome);
        assert_eq!(object["address"], "http://localhost/");
        assert_eq!(object["answer"].to_string(), r#"{"request":"GET /","status":200,"ms":1.5,"body":"b"}"#);
    }

    #[test]
    fn a_removal_lists_what_went_and_what_stays() {
        let removal = Removal { removed: vec![text!("quoted", text = "Deployment/iris")], kept: vec![] };
        assert_eq!(
            of_removal(&screen(), &removal).to_string(),
            r#"{"event":"result","ok":true,"removed":["Deployment/iris"],"kept":[]}"#
        );
    }
}

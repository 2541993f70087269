//! Watching a journey: looked at again and again, only what differs from the last look is shown.

use std::collections::BTreeMap;

use slipway_engine::{
    event::Event,
    problem::Problem,
    stage::{Evidence, Stage, State},
};

use crate::showing::View;

/// A view that hears of a stage or a problem again only when it changed.
pub struct OnlyChanges {
    view: Box<dyn View>,
    stages: BTreeMap<Stage, (State, Vec<Evidence>)>,
    problems: BTreeMap<Stage, Problem>,
}

impl OnlyChanges {
    /// Before this view.
    pub fn before(view: Box<dyn View>) -> Self {
        Self { view, stages: BTreeMap::new(), problems: BTreeMap::new() }
    }

    fn is_new(&mut self, event: &Event) -> bool {
        match event {
            // Looking again is no news.
            Event::Stage { stage, state: State::Working, .. } => !self.stages.contains_key(stage),
            Event::Stage { stage, state, evidence, .. } => {
                if *state != State::Failed {
                    self.problems.remove(stage);
                }
                let seen = (*state, evidence.clone());
                self.stages.insert(*stage, seen.clone()) != Some(seen)
            }
            Event::Problem(problem) => {
                self.problems.insert(problem.stage, (**problem).clone()).as_ref() != Some(&**problem)
            }
            Event::Progress(_) | Event::Line { .. } | Event::Action(_) => true,
        }
    }
}

impl View for OnlyChanges {
    fn event(&mut self, event: &Event) {
        if self.is_new(event) {
            self.view.event(event);
        }
    }

    fn tick(&mut self) {
        self.view.tick();
    }

    fn moves(&self) -> bool {
        self.view.moves()
    }

    fn end(&mut self) {
        self.view.end();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use slipway_engine::{problem::Code, text::Text};

    use super::*;

    struct Counted(Arc<Mutex<usize>>);

    impl View for Counted {
        fn event(&mut self, _event: &Event) {
            *self.0.lock().unwrap() += 1;
        }
    }

    fn stage(state: State, evidence: &str) -> Event {
        Event::Stage { stage: Stage::App, state, evidence: vec![Text::quoted(evidence).into()], ms: 1 }
    }

    #[test]
    fn looking_again_is_shown_only_where_something_differs() {
        let count = Arc::default();
        let mut view = OnlyChanges::before(Box::new(Counted(Arc::clone(&count))));
        let mut shown = |event: &Event| {
            let before = *count.lock().unwrap();
            view.event(event);
            *count.lock().unwrap() - before
        };
        let problem = Event::Problem(Box::new(Problem::new(Code::PodCrashing)));
        assert_eq!(shown(&stage(State::Working, "")), 1, "the first look");
        assert_eq!(shown(&stage(State::Proven, "1 of 1")), 1);
        assert_eq!(shown(&stage(State::Working, "")), 0);
        assert_eq!(shown(&stage(State::Proven, "1 of 1")), 0);
        assert_eq!(shown(&stage(State::Failed, "crashed")), 1);
        assert_eq!((shown(&problem), shown(&problem)), (1, 0));
        assert_eq!(shown(&stage(State::Proven, "1 of 1")), 1);
        assert_eq!(shown(&problem), 1, "the same problem after it was gone");
    }
}

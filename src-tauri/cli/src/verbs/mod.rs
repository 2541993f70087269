//! The verbs, a file each, and what all of them share.

mod clusters;
mod diff;
mod down;
mod engine;
mod explain;
mod inspect;
mod inspect_model;
mod inspect_python;
mod papers;
mod prove;
mod script;
mod status;
mod up;

use std::sync::Arc;

use slipway_engine::{
    choices::Choices, event::Teller, journey::Journey, places::Places, problem::Problem, stage::Stage, text,
};

use crate::{
    args::{Args, Common, Verb},
    exit::Exit,
    human::{lines::Lines, problem, rail::Rail},
    interrupt::Interrupt,
    json::{self, Objects},
    screen::Screen,
    showing::{Showing, View},
};

/// One call of the program: what was typed for every verb, where to speak, and whether to stop.
pub struct Call {
    common: Common,
    screen: Arc<Screen>,
    interrupt: Interrupt,
}

/// Why a verb ended before its end.
pub enum Stop {
    /// A problem that nobody told of yet.
    Problem(Box<Problem>),
    /// The user wanted to.
    Interrupted,
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

type Ended = Result<Exit, Stop>;

/// Does what was typed.
pub async fn run(args: Args, screen: Screen) -> Exit {
    let mut call = Call { common: args.common, screen: Arc::new(screen), interrupt: Interrupt::listen() };
    let ended = match args.verb {
        Verb::Inspect(what) if what.path.is_file() => inspect_model::run(&mut call, &what.path).await,
        Verb::Inspect(what) => inspect::run(&mut call, what).await,
        Verb::Up(up) => up::run(&mut call, up).await,
        Verb::Status(status) => status::run(&mut call, status).await,
        Verb::Prove(wish) => prove::run(&mut call, wish).await,
        Verb::Script(wish) => script::run(&mut call, wish).await,
        Verb::Diff(wish) => diff::run(&mut call, wish).await,
        Verb::Down(down) => down::run(&mut call, down).await,
        Verb::Clusters(folder) => clusters::run(&mut call, folder).await,
        Verb::Engine => engine::run(&mut call).await,
        Verb::Explain { code } => Ok(explain::run(&call, code.as_deref())),
        Verb::Completions { shell } => Ok(papers::completions(shell, call.screen.words().language)),
        Verb::Man => Ok(papers::man(call.screen.words().language)),
    };
    match ended {
        Ok(exit) => exit,
        Err(Stop::Problem(problem)) => {
            call.tell_problem(&problem);
            Exit::Problem
        }
        Err(Stop::Interrupted) => {
            call.tell_interrupted();
            Exit::Interrupted
        }
    }
}

/// A journey that nobody watches.
fn journey(choices: Choices) -> Result<Journey, Problem> {
    Ok(Journey::new(choices, Places::of_user()?, Teller::default()))
}

impl Call {
    /// Does the work unless the user stops it. In a terminal a line says that something is being looked at.
    async fn looking<T>(&mut self, work: impl Future<Output = Result<T, Problem>>) -> Result<T, Stop> {
        let line = self.screen.live.then(|| self.screen.say(&text!("cli-looking")));
        if let Some(line) = &line {
            self.screen.passing(line);
        }
        let done = self.interrupt.or(work).await;
        if line.is_some() {
            self.screen.passed();
        }
        Ok(done.ok_or(Stop::Interrupted)??)
    }

    /// Does a journey's work while its events are shown, unless the user stops it.
    async fn shown<T>(
        &mut self,
        journey: &mut Journey,
        view: Box<dyn View>,
        work: impl AsyncFnOnce(&Journey) -> T,
    ) -> Result<T, Stop> {
        let showing = Showing::begin(view);
        journey.teller = showing.teller();
        let done = self.interrupt.or(work(journey)).await;
        showing.end().await;
        done.ok_or(Stop::Interrupted)
    }

    /// How to show a journey here. `detailed`: with all evidence.
    fn view(&self, stages: &[Stage], detailed: bool) -> Box<dyn View> {
        let screen = self.screen.clone();
        if screen.json {
            Box::new(Objects(screen))
        } else if screen.live {
            Box::new(Rail::new(screen, stages, detailed))
        } else {
            Box::new(Lines::new(screen, detailed))
        }
    }

    fn tell_problem(&self, told: &Problem) {
        if self.screen.json {
            self.screen.object(&json::of_problem(&self.screen, told));
            self.screen.object(&json::of_failure(told));
            return;
        }
        for line in problem::lines(&self.screen, told, self.screen.err) {
            self.screen.complain(&line);
        }
    }

    fn tell_interrupted(&self) {
        if self.screen.json {
            self.screen.object(&json::of_interruption());
        } else {
            self.screen.complain(&format!("\n{}", self.screen.say(&text!("cli-interrupted"))));
        }
    }
}

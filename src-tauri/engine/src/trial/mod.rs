//! Trying an image alone: does it start, on which port does it answer, how does it tell that it is well, and what does
//! it say to an example?

mod crash;
mod health;
mod output;
mod placement;
pub mod remembered;
mod waiting;

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use serde_json::Value;
use tokio::time::Instant;

use self::{
    health::Health,
    output::Output,
    waiting::{Waited, wait},
};
use crate::{
    docker::{
        Engine,
        containers::{Running, Wanted},
        images::Image,
    },
    event::{Event, Phase, Progress, Teller, Unit},
    facts::{Answer, Operation, Trial},
    http::Ask,
    openapi,
    problem::{Code, Problem, Remedy},
    stage::{Evidence, Stage},
    text,
    text::Text,
};

/// The longest that the answer to one request may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// Where frameworks put their OpenAPI document.
const OPENAPI: &str = "/openapi.json";

/// The most that is read of such a document, in bytes.
const DOCUMENT_AT_MOST: usize = 8 * 1024 * 1024;

/// Ports on which web apps listen when nobody says otherwise.
const USUAL_PORTS: [u16; 8] = [8000, 8080, 5000, 80, 3000, 8501, 7860, 8888];

/// What is to be tried.
#[derive(Debug)]
pub struct Wish {
    /// The project's name.
    pub project: String,
    /// The project's folder.
    pub folder: PathBuf,
    /// The image.
    pub image: Image,
    /// Environment variables.
    pub env: Vec<(String, String)>,
    /// Variables whose values only the cluster has.
    pub left_out: Vec<String>,
    /// The port on which the app listens, where that is known.
    pub port: Option<u16>,
    /// The path that the user named for the question whether the app is well.
    pub health: Option<String>,
    /// The longest that the app may take until its first answer.
    pub within: Duration,
    /// Whether the container is to stay.
    pub keep: bool,
}

/// The ports to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Ports {
    /// Known: another one is a fault to tell.
    Known(u16),
    /// Guessed: another one is simply the right one.
    Guessed(Vec<u16>),
}

impl Ports {
    fn of(wish: &Wish) -> Self {
        match (wish.port, wish.image.exposed.as_slice()) {
            (Some(port), _) => Self::Known(port),
            (None, [port]) => Self::Known(*port),
            (None, []) => Self::Guessed(USUAL_PORTS.to_vec()),
            (None, several) => Self::Guessed(several.to_vec()),
        }
    }

    fn all(&self) -> &[u16] {
        match self {
            Self::Known(port) => std::slice::from_ref(port),
            Self::Guessed(ports) => ports,
        }
    }
}

/// Runs the image alone and asks it. The container is gone afterwards, however it ends, unless it is to be kept.
pub async fn run(engine: &Engine, wish: &Wish, teller: &Teller) -> Result<Trial, Problem> {
    let (trial, container) = learn(engine, wish, teller).await?;
    if let Some(container) = container {
        container.remove().await?;
    }
    Ok(trial)
}

/// As [`run`], but the container of a trial that went well is left to be removed: nobody has to wait for that.
pub async fn learn(
    engine: &Engine,
    wish: &Wish,
    teller: &Teller,
) -> Result<(Trial, Option<Running>), Problem> {
    let mut ports = Ports::of(wish);
    loop {
        match attempt(engine, wish, &ports, teller).await {
            Ok(Attempt::Tried(tried)) => return Ok(*tried),
            Ok(Attempt::Elsewhere(port)) => ports = Ports::Known(port),
            // Without values that only the cluster has, a failure here says nothing.
            Err(problem) if !wish.left_out.is_empty() && about_the_app(problem.code) => {
                return Ok((unanswered(wish, &ports), None));
            }
            Err(problem) => return Err(problem),
        }
    }
}

enum Attempt {
    /// The container is still there, unless it is kept.
    Tried(Box<(Trial, Option<Running>)>),
    /// The app listens on a port that was not guessed.
    Elsewhere(u16),
}

async fn attempt(engine: &Engine, wish: &Wish, ports: &Ports, teller: &Teller) -> Result<Attempt, Problem> {
    tell(teller, "start", text!("trial-step-start"), Phase::Running);
    let wanted = Wanted {
        project: wish.project.clone(),
        folder: wish.folder.clone(),
        image: wish.image.id.clone(),
        called: wish.image.tags.first().unwrap_or(&wish.image.id).clone(),
        keep: wish.keep,
        env: wish.env.clone(),
        ports: ports.all().to_vec(),
    };
    let running = Running::start(engine, &wanted).await?;
    tell(teller, "start", text!("trial-step-start"), Phase::Done);
    match watched(engine, &running, wish, ports, teller).await {
        Ok(Learnt::Trial(trial)) if wish.keep => {
            running.keep();
            Ok(Attempt::Tried(Box::new((*trial, None))))
        }
        Ok(Learnt::Trial(trial)) => Ok(Attempt::Tried(Box::new((*trial, Some(running))))),
        Ok(Learnt::Elsewhere(port)) => {
            running.remove().await?;
            Ok(Attempt::Elsewhere(port))
        }
        Err(problem) => {
            // What went wrong with the app matters more than what goes wrong with its removal.
            let _ = running.remove().await;
            Err(problem)
        }
    }
}

enum Learnt {
    Trial(Box<Trial>),
    /// The app listens on a port that was not guessed.
    Elsewhere(u16),
}

async fn watched(
    engine: &Engine,
    running: &Running,
    wish: &Wish,
    ports: &Ports,
    teller: &Teller,
) -> Result<Learnt, Problem> {
    let begun = Instant::now();
    let mut output = Output::follow(running, teller.clone());
    let waited = wait(engine, running, ports, wish.within, teller).await?;
    // Found on another port, it is asked there next: nothing failed.
    let answered = matches!(waited, Waited::Answered(_) | Waited::Elsewhere(_));
    let phase = if answered { Phase::Done } else { Phase::Failed };
    tell(teller, "answer", text!("trial-step-answer"), phase);
    let first = match waited {
        Waited::Answered(first) => first,
        Waited::Elsewhere(port) => return Ok(Learnt::Elsewhere(port)),
        Waited::Ended(exit) => {
            return Err(crash::problem(engine, running, &wish.image, exit, &output.all().await).await);
        }
        Waited::Misplaced(placed) => return Err(placement::problem(&placed, ports.all()).because_of(&output)),
        Waited::Silent(silence) => return Err(silence.problem(wish.within).because_of(&output)),
    };
    let started = begun.elapsed();
    let app = App { at: first.at, port: first.port };
    let examined = tokio::select! {
        examined = examine(&app, wish, begun + wish.within, teller) => examined,
        exit = running.ended() => {
            return Err(crash::problem(engine, running, &wish.image, exit?, &output.all().await).await);
        }
    };
    let (health, operations, answer) = examined.map_err(|problem| problem.because_of(&output))?;
    Ok(Learnt::Trial(Box::new(Trial {
        image: wish.image.id.clone(),
        port: app.port,
        answered: true,
        started_ms: u64::try_from(started.as_millis()).unwrap_or(u64::MAX),
        health,
        answer,
        operations,
        left_out: wish.left_out.clone(),
    })))
}

/// What is learnt from an app that answers: its health path, its operations, and its answer to an example.
async fn examine(
    app: &App,
    wish: &Wish,
    until: Instant,
    teller: &Teller,
) -> Result<(Option<String>, Vec<Operation>, Option<Answer>), Problem> {
    let operations = app.document().await.map(|document| openapi::operations(&document)).unwrap_or_default();
    tell(teller, "health", text!("trial-step-health"), Phase::Running);
    let Health { path, answer: plain } = health::find(app, wish, !operations.is_empty(), until).await?;
    tell(teller, "health", text!("trial-step-health"), Phase::Done);
    let Some(operation) = openapi::to_try(&operations) else { return Ok((path, operations, plain)) };
    tell(teller, "example", text!("trial-step-example", path = &operation.path), Phase::Running);
    let answer = match openapi::ask(operation, &app.address()) {
        Some(ask) => ask.send(None, ANSWER_WITHIN).await.ok(),
        None => None,
    };
    tell(teller, "example", text!("trial-step-example", path = &operation.path), Phase::Done);
    match answer {
        // To values that Slipway made up an app may say what it likes.
        Some(answer) if answer.status >= 500 && !operation.made_up => Err(health::server_error(&answer)),
        answer => Ok((path, operations, answer.or(plain))),
    }
}

/// An app that answers.
#[derive(Debug, Clone)]
struct App {
    at: SocketAddr,
    port: u16,
}

impl App {
    fn address(&self) -> String {
        format!("http://{}", self.at)
    }

    async fn get(&self, path: &str) -> Option<Answer> {
        Ask::get(format!("{}{path}", self.address())).send(None, ANSWER_WITHIN).await.ok()
    }

    async fn document(&self) -> Option<Value> {
        let ask = Ask::get(format!("{}{OPENAPI}", self.address()));
        let fetched = ask.fetch(None, ANSWER_WITHIN, DOCUMENT_AT_MOST).await.ok()?;
        serde_json::from_slice(&fetched.body).ok().filter(|_| fetched.status == 200)
    }
}

/// What remains to say of an app that could not be tried alone.
fn unanswered(wish: &Wish, ports: &Ports) -> Trial {
    Trial {
        image: wish.image.id.clone(),
        port: ports.all().first().copied().unwrap_or_default(),
        left_out: wish.left_out.clone(),
        ..Trial::default()
    }
}

fn about_the_app(code: Code) -> bool {
    matches!(code, Code::TrialCrashed | Code::TrialNoAnswer | Code::TrialServerError)
}

/// Evidence that the trial's problems share.
trait BecauseOf {
    /// Adds the last lines that the app wrote.
    fn because_of(self, output: &Output) -> Self;
}

impl BecauseOf for Problem {
    fn because_of(self, output: &Output) -> Self {
        let lines = output.tail();
        if lines.is_empty() {
            return self.because(text!("trial-wrote-nothing"));
        }
        self.because(Evidence::exactly(text!("trial-last-lines"), lines.join("\n")))
    }
}

/// The remedy that every problem of an app has.
fn mend_and_run_again() -> Remedy {
    Remedy::say(text!("remedy-mend-and-run"))
}

fn tell(teller: &Teller, id: &str, step: Text, phase: Phase) {
    teller.tell(Event::Progress(Progress {
        stage: Stage::Trial,
        id: id.to_owned(),
        step,
        phase,
        done: 0,
        total: None,
        unit: Unit::None,
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(port: Option<u16>, exposed: &[u16]) -> Wish {
        Wish {
            project: "iris".into(),
            folder: PathBuf::new(),
            image: Image { exposed: exposed.to_vec(), ..Image::default() },
            env: Vec::new(),
            left_out: Vec::new(),
            port,
            health: None,
            within: Duration::from_secs(1),
            keep: false,
        }
    }

    #[test]
    fn the_projects_port_beats_the_images_and_several_are_a_guess() {
        assert_eq!(Ports::of(&wish(Some(9000), &[80])), Ports::Known(9000));
        assert_eq!(Ports::of(&wish(None, &[80])), Ports::Known(80));
        assert_eq!(Ports::of(&wish(None, &[80, 443])), Ports::Guessed(vec![80, 443]));
        assert_eq!(Ports::of(&wish(None, &[])), Ports::Guessed(USUAL_PORTS.to_vec()));
    }
}

//! What the engine tells of a build, as steps and lines for a person.

use std::collections::{BTreeMap, HashMap, VecDeque};

use bollard_buildkit_proto::moby::buildkit::v1::{StatusResponse, VertexStatus};

use crate::{
    docker::lines::Lines,
    event::{Event, Phase, Progress, Teller, Unit},
    project::dockerfile::{Dockerfile, Step},
    stage::{Stage, harmless},
    text,
    text::Text,
};

/// How many of a step's last lines are kept, to be shown if it fails.
const LAST_LINES: usize = 30;

/// A longer instruction is shown in part.
const WORDS_AT_MOST: usize = 160;

/// Follows one build.
pub(super) struct Log {
    teller: Teller,
    steps: Vec<Step>,
    /// By the engine's digest, which is the same however often the engine repeats itself.
    vertexes: HashMap<String, Vertex>,
    /// The vertex that failed first by its own fault.
    failed: Option<String>,
    /// Where an engine without BuildKit is.
    plain: Plain,
}

/// Something that the engine does.
struct Vertex {
    name: String,
    /// Its place among the steps of the Dockerfile.
    step: Option<usize>,
    progress: Progress,
    lines: Lines,
    last: VecDeque<String>,
    sizes: BTreeMap<String, (u64, u64)>,
    error: String,
}

/// The account of an engine without BuildKit: text.
#[derive(Default)]
struct Plain {
    lines: Lines,
    current: Option<String>,
    count: usize,
}

/// The step at which a build failed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Failed {
    /// What the engine calls it.
    pub name: String,
    /// The Dockerfile's step, where it is one.
    pub step: Option<Step>,
    /// Its last lines.
    pub last: Vec<String>,
    /// What the engine says of it.
    pub error: String,
}

impl Log {
    /// Tells the steps that are known before anything begins.
    pub fn new(teller: Teller, steps: Vec<Step>) -> Self {
        for at in 0..steps.len() {
            teller.tell(Event::Progress(progress(step_id(&steps[at]), step_text(&steps, at))));
        }
        Self { teller, steps, vertexes: HashMap::new(), failed: None, plain: Plain::default() }
    }

    /// What BuildKit tells.
    pub fn status(&mut self, status: StatusResponse) {
        for vertex in status.vertexes {
            let known = self.vertex(&vertex.digest, &vertex.name);
            let phase = if !vertex.error.is_empty() {
                // One that ends because another failed has not failed.
                if is_cancellation(&vertex.error) { known.progress.phase } else { Phase::Failed }
            } else if vertex.completed.is_some() {
                if vertex.cached { Phase::Cached } else { Phase::Done }
            } else if vertex.started.is_some() && known.progress.phase == Phase::Waiting {
                Phase::Running
            } else {
                known.progress.phase
            };
            known.error = vertex.error;
            let changed = known.progress.phase != phase;
            known.progress.phase = phase;
            if matches!(phase, Phase::Failed | Phase::Done) {
                self.flush(&vertex.digest);
            }
            if phase == Phase::Failed {
                self.failed.get_or_insert_with(|| vertex.digest.clone());
            }
            if changed {
                self.tell(&vertex.digest);
            }
        }
        for log in status.logs {
            if let Some(vertex) = self.vertexes.get_mut(&log.vertex) {
                let lines = vertex.lines.push(&log.msg);
                self.lines(&log.vertex, lines);
            }
        }
        for status in status.statuses {
            if let Some(vertex) = self.vertexes.get_mut(&status.vertex)
                && vertex.measure(&status)
            {
                self.tell(&status.vertex);
            }
        }
    }

    /// What an engine without BuildKit tells.
    pub fn text(&mut self, text: &str) {
        for line in self.plain.lines.push(text.as_bytes()) {
            match plain_step(&line) {
                Some(words) => self.plain_begins(words),
                None if line.trim() == "---> Using cache" => self.plain_phase(Phase::Cached),
                None => {
                    if let Some(current) = self.plain.current.clone() {
                        self.lines(&current, vec![line]);
                    } else {
                        self.teller.line(Stage::Image, "build", &without_colours(&line));
                    }
                }
            }
        }
    }

    /// The build succeeded: what the engine did not mention again it had no need to do again.
    pub fn ended(&mut self) {
        self.plain_phase(Phase::Done);
        for at in 0..self.steps.len() {
            let mentioned = self.vertexes.values().any(|vertex| {
                vertex.step == Some(at) && matches!(vertex.progress.phase, Phase::Done | Phase::Cached)
            });
            if !mentioned {
                let mut progress = progress(step_id(&self.steps[at]), step_text(&self.steps, at));
                progress.phase = Phase::Cached;
                self.teller.tell(Event::Progress(progress));
            }
        }
    }

    /// The step that failed, if one did.
    pub fn failed(&mut self) -> Option<Failed> {
        if self.failed.is_none() && self.plain.current.is_some() {
            self.plain_phase(Phase::Failed);
            self.failed.clone_from(&self.plain.current);
        }
        let vertex = self.vertexes.get(self.failed.as_ref()?)?;
        Some(Failed {
            name: vertex.name.clone(),
            step: vertex
                .step
                .and_then(|at| self.steps.get(at))
                .or_else(|| self.fetches(&vertex.name))
                .cloned(),
            last: vertex.last.iter().cloned().collect(),
            error: vertex.error.clone(),
        })
    }

    /// The step for which BuildKit looks up an image: it names the image, not the step.
    fn fetches(&self, name: &str) -> Option<&Step> {
        let image = name.strip_prefix("[internal] load metadata for ")?;
        let mut from = self.steps.iter().filter(|step| step.words.starts_with("FROM "));
        let named = from.clone().find(|step| step.words.split_whitespace().any(|word| image.ends_with(word)));
        named.or_else(|| from.next())
    }

    fn vertex(&mut self, digest: &str, name: &str) -> &mut Vertex {
        let steps = &self.steps;
        self.vertexes.entry(digest.to_owned()).or_insert_with(|| {
            let step = Dockerfile::step_named(steps, name);
            let step = step.and_then(|step| steps.iter().position(|other| other == step));
            Vertex::new(
                name,
                step,
                step.map_or_else(|| other_id(digest, name), |at| step_id(&steps[at])),
                steps,
            )
        })
    }

    fn tell(&self, digest: &str) {
        if let Some(vertex) = self.vertexes.get(digest) {
            self.teller.tell(Event::Progress(vertex.progress.clone()));
        }
    }

    fn flush(&mut self, digest: &str) {
        if let Some(rest) = self.vertexes.get_mut(digest).and_then(|vertex| vertex.lines.rest()) {
            self.lines(digest, vec![rest]);
        }
    }

    fn lines(&mut self, digest: &str, lines: Vec<String>) {
        let Some(vertex) = self.vertexes.get_mut(digest) else { return };
        for line in lines {
            let line = without_colours(&line);
            self.teller.line(Stage::Image, "build", &line);
            if vertex.last.len() == LAST_LINES {
                vertex.last.pop_front();
            }
            vertex.last.push_back(line);
        }
    }

    fn plain_begins(&mut self, words: &str) {
        self.plain_phase(Phase::Done);
        self.plain.count += 1;
        let id = format!("plain-{}", self.plain.count);
        // The text is the instruction's; one that is no step of BuildKit's is shown by itself.
        let same = |step: &Step| step.words.split_whitespace().eq(words.split_whitespace());
        let taken = |at: usize| self.vertexes.values().any(|vertex| vertex.step == Some(at));
        let step = (0..self.steps.len()).find(|at| same(&self.steps[*at]) && !taken(*at));
        let shown = step.map_or_else(|| id.clone(), |at| step_id(&self.steps[at]));
        self.vertexes.insert(id.clone(), Vertex::new(words, step, shown, &self.steps));
        self.plain.current = Some(id);
        self.plain_phase(Phase::Running);
    }

    fn plain_phase(&mut self, phase: Phase) {
        let Some(vertex) = self.plain.current.as_ref().and_then(|id| self.vertexes.get_mut(id)) else {
            return;
        };
        // Cached is how such a step is done.
        if !(phase == Phase::Done && vertex.progress.phase == Phase::Cached) {
            vertex.progress.phase = phase;
            self.teller.tell(Event::Progress(vertex.progress.clone()));
        }
    }
}

impl Vertex {
    fn new(name: &str, step: Option<usize>, id: String, steps: &[Step]) -> Self {
        let says = step.map_or_else(|| other_text(name), |at| step_text(steps, at));
        Self {
            name: name.to_owned(),
            step,
            progress: progress(id, says),
            lines: Lines::default(),
            last: VecDeque::new(),
            sizes: BTreeMap::new(),
            error: String::new(),
        }
    }

    /// Takes in how far a part of it is; whether that is news.
    fn measure(&mut self, status: &VertexStatus) -> bool {
        let size = |bytes: i64| u64::try_from(bytes).unwrap_or(0);
        let now = (size(status.current), size(status.total));
        if now == (0, 0) || self.sizes.insert(status.id.clone(), now) == Some(now) {
            return false;
        }
        self.progress.unit = Unit::Bytes;
        self.progress.done = self.sizes.values().map(|(current, _)| current).sum();
        // Of what is sent, no total is known before.
        let known = self.sizes.values().all(|(_, total)| *total > 0);
        self.progress.total = known.then(|| self.sizes.values().map(|(_, total)| total).sum());
        true
    }
}

/// Tells that the build begins again without the engine's cache: like each step, first that it is under way.
pub(super) fn begins_without_cache(teller: &Teller) {
    for phase in [Phase::Running, Phase::Done] {
        let step = progress("cache".to_owned(), text!("image-step-without-cache"));
        teller.tell(Event::Progress(Progress { phase, ..step }));
    }
}

fn progress(id: String, step: Text) -> Progress {
    Progress { stage: Stage::Image, id, step, phase: Phase::Waiting, done: 0, total: None, unit: Unit::None }
}

fn step_id(step: &Step) -> String {
    format!("line-{}", step.line)
}

fn step_text(steps: &[Step], at: usize) -> Text {
    let words: String = steps[at].words.chars().take(WORDS_AT_MOST).collect();
    text!("image-step", number = at + 1, of = steps.len(), words = harmless(&words))
}

/// What BuildKit does beside the Dockerfile's steps. Its names for these are the same in all its versions.
fn other_text(name: &str) -> Text {
    let internal = name.strip_prefix("[internal] ").unwrap_or_default();
    if let Some(file) = internal.strip_prefix("load build definition from ") {
        return text!("image-step-recipe", file = harmless(file));
    }
    if let Some(image) = internal.strip_prefix("load metadata for ") {
        return text!("image-step-base", image = harmless(image));
    }
    match name {
        "[internal] load .dockerignore" => text!("image-step-ignore"),
        "[internal] load build context" => text!("image-step-context"),
        "exporting to image" => text!("image-step-export"),
        name => Text::quoted(harmless(name)),
    }
}

fn other_id(digest: &str, name: &str) -> String {
    match name {
        "[internal] load build context" => "context".to_owned(),
        "exporting to image" => "export".to_owned(),
        _ => digest.to_owned(),
    }
}

fn is_cancellation(error: &str) -> bool {
    error.contains("context canceled")
}

/// The instruction of `Step 2/5 : RUN …` or, as Podman writes it, `STEP 2/5: RUN …`.
fn plain_step(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("Step ").or_else(|| line.strip_prefix("STEP "))?;
    let (place, words) = rest.split_once(':')?;
    let (number, of) = place.trim().split_once('/')?;
    (number.parse::<u32>().is_ok() && of.parse::<u32>().is_ok()).then(|| words.trim())
}

/// The line without a terminal's colours.
fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("\u{1b}[") {
        let sequence = &rest[at + 2..];
        let end = sequence.find(|c: char| !(c.is_ascii_digit() || c == ';'));
        if let Some(end) = end.filter(|end| sequence[*end..].starts_with('m')) {
            plain.push_str(&rest[..at]);
            rest = &sequence[end + 1..];
        } else {
            plain.push_str(&rest[..at + 2]);
            rest = sequence;
        }
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use bollard_buildkit_proto::{
        google::protobuf::Timestamp,
        moby::buildkit::v1::{Vertex as Told, VertexLog},
    };

    use super::*;
    use crate::event::Viewer;

    const DOCKERFILE: &str = "FROM python:3.13\nRUN pip install x\nCOPY . .\n";

    fn log() -> (Log, Viewer) {
        let (teller, viewer) = Teller::with_viewer();
        let steps = Dockerfile::parse(DOCKERFILE).unwrap().steps(None, &BTreeMap::new()).unwrap();
        (Log::new(teller, steps), viewer)
    }

    fn told(name: &str, phase: &str, error: &str) -> StatusResponse {
        let at = |is: bool| is.then_some(Timestamp { seconds: 1, nanos: 0 });
        let vertex = Told {
            digest: format!("sha256:{name}"),
            name: name.into(),
            cached: phase == "cached",
            started: at(true),
            completed: at(phase != "started"),
            error: error.into(),
            ..Told::default()
        };
        StatusResponse { vertexes: vec![vertex], ..StatusResponse::default() }
    }

    fn wrote(name: &str, words: &[u8]) -> StatusResponse {
        let log = VertexLog { vertex: format!("sha256:{name}"), msg: words.to_vec(), ..VertexLog::default() };
        StatusResponse { logs: vec![log], ..StatusResponse::default() }
    }

    async fn seen(log: Log, mut viewer: Viewer) -> Vec<String> {
        log.teller.close();
        let mut seen = Vec::new();
        while let Some(event) = viewer.next().await {
            seen.push(match event {
                Event::Progress(progress) => format!("{} {:?}", progress.id, progress.phase),
                Event::Line { text, .. } => text,
                other => panic!("{other:?}"),
            });
        }
        seen
    }

    #[tokio::test]
    async fn steps_wait_run_and_end_and_a_repeated_word_is_told_once() {
        let (mut log, viewer) = log();
        log.status(told("[1/3] FROM docker.io/library/python:3.13", "cached", ""));
        log.status(told("[2/3] RUN pip install x", "started", ""));
        log.status(told("[2/3] RUN pip install x", "started", ""));
        log.status(told("[2/3] RUN pip install x", "done", ""));
        log.status(told("[internal] load build context", "done", ""));
        log.ended();
        assert_eq!(
            seen(log, viewer).await,
            [
                "line-1 Waiting",
                "line-2 Waiting",
                "line-3 Waiting",
                "line-1 Cached",
                "line-2 Running",
                "line-2 Done",
                "context Done",
                "line-3 Cached",
            ]
        );
    }

    #[tokio::test]
    async fn lines_are_whole_and_without_colours() {
        let (mut log, viewer) = log();
        log.status(told("[2/3] RUN pip install x", "started", ""));
        log.status(wrote("[2/3] RUN pip install x", b"\x1b[31mred\x1b[0m and"));
        log.status(wrote("[2/3] RUN pip install x", b" more\nlast \xff"));
        log.status(told("[2/3] RUN pip install x", "done", ""));
        let seen = seen(log, viewer).await;
        assert_eq!(seen[4..6], ["red and more", "last \u{fffd}"]);
    }

    #[tokio::test]
    async fn the_step_that_failed_is_known_with_its_last_lines() {
        let (mut log, _viewer) = log();
        log.status(told("[2/3] RUN pip install x", "started", ""));
        for number in 0..40 {
            log.status(wrote("[2/3] RUN pip install x", format!("line {number}\n").as_bytes()));
        }
        log.status(told("[internal] load build context", "done", "context canceled"));
        log.status(told("[2/3] RUN pip install x", "done", "exit code: 1"));
        let failed = log.failed().unwrap();
        assert_eq!(failed.step.map(|step| step.line), Some(2));
        assert_eq!(failed.last.len(), LAST_LINES);
        assert_eq!(failed.last.last().map(String::as_str), Some("line 39"));
        assert_eq!(failed.error, "exit code: 1");
    }

    #[tokio::test]
    async fn an_image_that_cannot_be_looked_up_fails_the_line_that_names_it() {
        let (mut log, _viewer) = log();
        log.status(told("[internal] load metadata for docker.io/library/python:3.13", "done", "not found"));
        assert_eq!(log.failed().unwrap().step.map(|step| step.line), Some(1));
    }

    #[tokio::test]
    async fn an_engine_without_buildkit_tells_its_steps_as_text() {
        let (mut log, viewer) = log();
        log.text("Step 1/4 : FROM python:3.13\n ---> 0123\nStep 2/4 : ENV A=1\n ---> Using cache\n");
        log.text("Step 3/4 : RUN pip install x\n ---> Running in 4567\nhel");
        log.text("lo\n");
        assert_eq!(log.failed().unwrap().step.map(|step| step.line), Some(2));
        let seen = seen(log, viewer).await;
        assert_eq!(
            seen[3..],
            [
                "line-1 Running",
                " ---> 0123",
                "line-1 Done",
                "plain-2 Running",
                "plain-2 Cached",
                "line-2 Running",
                " ---> Running in 4567",
                "hello",
                "line-2 Failed",
            ]
        );
    }

    #[test]
    fn sizes_of_parts_are_added_up() {
        let mut vertex = Vertex::new("x", None, "x".into(), &[]);
        let status = |id: &str, current, total| VertexStatus {
            id: id.into(),
            current,
            total,
            ..VertexStatus::default()
        };
        assert!(vertex.measure(&status("a", 5, 10)));
        assert!(!vertex.measure(&status("a", 5, 10)));
        assert!(vertex.measure(&status("b", 1, 20)));
        assert_eq!((vertex.progress.done, vertex.progress.total), (6, Some(30)));
        assert!(vertex.measure(&status("transferring context:", 7, 0)));
        assert_eq!((vertex.progress.done, vertex.progress.total), (13, None));
    }

    #[test]
    fn only_colours_are_taken_away() {
        assert_eq!(without_colours("\u{1b}[1;32mok\u{1b}[m \u{1b}[2K\u{1b}["), "ok \u{1b}[2K\u{1b}[");
    }
}

//! The image stage on a real engine.
#![cfg(unix)] // links, pipes, sockets, permissions
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a failed expectation is a failed test

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use slipway_engine::{
    choices::Choices,
    docker::{
        Engine, Surroundings,
        build::{self, Built, Order, Part, StillSame},
        images,
    },
    event::{Event, Phase, Teller, Viewer},
    journey::Journey,
    places::Places,
    problem::{Code, Problem},
    project::{
        content::{Content, Source},
        context::Fault,
    },
    stage::{Stage, State},
};
use slipway_tests::{
    docker,
    image_files::{self, File},
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// A project's folder, and what Slipway remembers of it.
struct Project {
    engine: Engine,
    root: tempfile::TempDir,
    name: String,
    teller: Teller,
    viewer: Viewer,
    still_same: StillSame,
    surroundings: Surroundings,
}

impl Project {
    async fn with(name: &str, dockerfile: &str, files: &[(&str, &str)]) -> Self {
        let (teller, viewer) = Teller::with_viewer();
        let project = Self {
            engine: Engine::find().await.unwrap(),
            root: tempfile::tempdir().unwrap(),
            name: format!("image-{name}"),
            teller,
            viewer,
            still_same: Arc::new(|_| Ok(())),
            surroundings: Surroundings::here(),
        };
        project.write("Dockerfile", dockerfile);
        for (path, content) in files {
            project.write(path, content);
        }
        project
    }

    /// Builds with an engine that has no BuildKit.
    fn without_buildkit(mut self) -> Self {
        self.engine.buildkit = false;
        self
    }

    /// Makes the folder around the project docker's own.
    fn use_docker_folder(&mut self) {
        let folder = self.root.path().to_str().unwrap().to_owned();
        self.surroundings.vars.insert("DOCKER_CONFIG".into(), folder);
    }

    fn folder(&self) -> PathBuf {
        self.root.path().join("project")
    }

    fn at(&self, path: &str) -> PathBuf {
        self.folder().join(path)
    }

    fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.at(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    fn places(&self) -> Places {
        Places::under(&self.root.path().join("places"))
    }

    fn source(&self) -> Source {
        Source {
            context: self.folder(),
            dockerfile: self.at("Dockerfile"),
            dockerfile_shown: "Dockerfile".into(),
            target: None,
            args: BTreeMap::new(),
            platform: "linux/amd64".into(),
        }
    }

    fn content(&self) -> Content {
        self.source().content(&self.places()).unwrap()
    }

    async fn build(&self) -> Result<Built, Problem> {
        self.build_as(&self.content()).await
    }

    /// Builds an image that bears the name of this content.
    async fn build_as(&self, content: &Content) -> Result<Built, Problem> {
        let source = self.source();
        let order = Order {
            source: &source,
            steps: source.dockerfile().unwrap().steps(None, &source.args).unwrap(),
            tag: &content.tag(&self.name),
            labels: BTreeMap::from([("slipway.project".to_owned(), self.name.clone())]),
            shared_key: &content.shared_key,
            still_same: self.still_same.clone(),
            surroundings: self.surroundings.clone(),
        };
        build::build(&self.engine, order, &self.teller).await
    }

    /// The problem that building ends in.
    async fn problem(&self) -> Problem {
        let problem = self.build().await.unwrap_err();
        assert!(!problem.evidence.is_empty() && !problem.remedies.is_empty(), "{problem:?}");
        problem
    }

    async fn events(&mut self) -> Vec<Event> {
        self.teller.close();
        let mut events = Vec::new();
        while let Some(event) = self.viewer.next().await {
            events.push(event);
        }
        events
    }

    fn journey(&self) -> Journey {
        let choices = Choices { folder: self.folder(), name: Some(self.name.clone()), ..Choices::default() };
        Journey::new(choices, self.places(), Teller::default())
    }

    /// Removes what was built.
    async fn gone(self) {
        for image in images::of_project(&self.engine, &self.name).await.unwrap() {
            for name in if image.tags.is_empty() { vec![image.id] } else { image.tags } {
                images::untag(&self.engine, &name).await.unwrap();
            }
        }
    }
}

/// All that a problem shows below its sentence.
fn exact(problem: &Problem) -> String {
    serde_json::to_string(&problem.evidence).unwrap()
}

fn phases(events: &[Event], id: &str) -> Vec<Phase> {
    let of_step = |event: &Event| match event {
        Event::Progress(progress) if progress.id == id => Some(progress.phase),
        _ => None,
    };
    events.iter().filter_map(of_step).collect()
}

fn wrote(events: &[Event], line: &str) -> bool {
    events
        .iter()
        .any(|event| matches!(event, Event::Line { text, stream, .. } if text == line && stream == "build"))
}

/// The stages that an image stands on.
const TO_IMAGE: [Stage; 3] = [Stage::Machine, Stage::Project, Stage::Image];

#[tokio::test]
async fn a_build_tells_its_steps_and_lines_and_the_image_bears_our_label() {
    let dockerfile =
        "FROM python:3.13-slim\nRUN echo one; echo two >&2\nCOPY app.py /\nCMD [\"python\", \"/app.py\"]\n";
    let mut project = Project::with("steps", dockerfile, &[("app.py", "print('hi')")]).await;
    // A command that never ran is in no cache.
    project.write(
        "Dockerfile",
        dockerfile.replace("RUN ", &format!("RUN : {:?}; ", std::time::SystemTime::now())),
    );
    let built = project.build().await.unwrap();
    let image = images::inspect(&project.engine, &built.id).await.unwrap().unwrap();
    assert_eq!(image.project.as_deref(), Some("image-steps"));
    assert_eq!(image.start, ["python", "/app.py"]);
    assert_eq!(built.sent.files(), 2, "the Dockerfile and the app");
    let events = project.events().await;
    assert_eq!(phases(&events, "line-2"), [Phase::Waiting, Phase::Running, Phase::Done]);
    assert_eq!(phases(&events, "line-3"), [Phase::Waiting, Phase::Running, Phase::Done]);
    assert_eq!(phases(&events, "export"), [Phase::Running, Phase::Done]);
    assert!(wrote(&events, "one") && wrote(&events, "two"));
    project.gone().await;
}

#[tokio::test]
async fn a_second_build_finds_its_steps_in_the_cache() {
    let dockerfile = "FROM python:3.13-slim\nCOPY app.py /\nRUN echo built\n";
    let project = Project::with("cached", dockerfile, &[("app.py", "1")]).await;
    let first = project.build().await.unwrap();
    let mut again = Project { teller: Teller::default(), ..project };
    (again.teller, again.viewer) = Teller::with_viewer();
    let second = again.build().await.unwrap();
    assert_eq!(second.id, first.id);
    assert_eq!(second.sent.files(), 1, "the Dockerfile, which is always read anew");
    let events = again.events().await;
    for step in ["line-2", "line-3"] {
        assert_eq!(phases(&events, step).last(), Some(&Phase::Cached), "{step}");
    }
    assert!(!wrote(&events, "built"));
    again.gone().await;
}

#[tokio::test]
async fn after_an_edit_only_the_edited_file_crosses() {
    let project = Project::with("edited", "FROM scratch\nCOPY . /ctx\n", &[]).await;
    for number in 0..50 {
        project.write(&format!("data/{number}"), vec![b'x'; 10_000]);
    }
    project.write("app.py", "one");
    let recipe = std::fs::metadata(project.at("Dockerfile")).unwrap().len();
    let first = project.build().await.unwrap();
    assert!(first.sent.bytes() >= 50 * 10_000);
    project.write("app.py", "another");
    let second = project.build().await.unwrap();
    assert_eq!((second.sent.files(), second.sent.bytes()), (2, recipe + 7));
    let files = image_files::of(&project.engine.client, &second.id, "/ctx").await;
    assert_eq!(files["ctx/app.py"].content, b"another");
    project.gone().await;
}

#[tokio::test]
async fn what_the_dockerfile_does_not_copy_never_crosses() {
    let project = Project::with("needed", "FROM scratch\nCOPY app.py /\n", &[("app.py", "12345")]).await;
    project.write("data/huge.bin", vec![0; 1 << 20]);
    let built = project.build().await.unwrap();
    assert!(built.sent.bytes() < 1000, "{}", built.sent.bytes());
    project.gone().await;
}

#[tokio::test]
async fn a_command_that_fails_is_named_with_its_line_its_code_and_its_last_lines() {
    let dockerfile = "FROM python:3.13-slim\n\n# a comment\nRUN echo first && \\\n    echo 'no such package' >&2 && exit 7\n";
    for project in [
        Project::with("failing", dockerfile, &[]).await,
        Project::with("failing", dockerfile, &[]).await.without_buildkit(),
    ] {
        let problem = project.problem().await;
        assert_eq!(problem.code, Code::BuildFailed);
        assert_eq!((&problem.args["line"], &problem.args["exit"]), (&4_u32.into(), &"7".into()));
        let exact = exact(&problem);
        assert!(
            exact.contains("Dockerfile:4: RUN echo first") && exact.contains("no such package"),
            "{exact}"
        );
    }
}

#[tokio::test]
async fn a_file_that_is_not_there_is_named_with_the_one_that_was_probably_meant() {
    let dockerfile = "FROM scratch\nCOPY models/iris.pkl /\n";
    for project in [
        Project::with("missing", dockerfile, &[("models/iris.pickle", ""), ("models/iriss.pkl", "")]).await,
        Project::with("missing", dockerfile, &[("models/iriss.pkl", "")]).await.without_buildkit(),
    ] {
        let problem = project.problem().await;
        assert_eq!(problem.code, Code::BuildFileMissing, "{problem:?}");
        assert_eq!(
            (&problem.args["file"], &problem.args["line"]),
            (&"models/iris.pkl".into(), &2_u32.into())
        );
        assert_eq!(problem.remedies[0].title.args["near"], "models/iriss.pkl".into());
    }
}

#[tokio::test]
async fn a_file_that_is_ignored_is_named_with_the_line_that_hides_it() {
    let files = [("iris.pkl", "model"), (".dockerignore", "# large files\n*.csv\n*.pkl\n")];
    for project in [
        Project::with("ignored", "FROM scratch\nCOPY iris.pkl /\n", &files).await,
        Project::with("ignored", "FROM scratch\nCOPY iris.pkl /\n", &files).await.without_buildkit(),
    ] {
        let problem = project.problem().await;
        assert_eq!(problem.code, Code::BuildFileIgnored);
        assert_eq!((&problem.args["at"], &problem.args["pattern"]), (&3_u32.into(), &"*.pkl".into()));
        assert!(exact(&problem).contains(".dockerignore:3: *.pkl"), "{problem:?}");
        let command = problem.remedies[0].command.as_deref().unwrap();
        assert!(command.contains("'!iris.pkl' >> "), "{command}");
    }
}

#[tokio::test]
async fn a_base_image_that_cannot_be_had_is_named() {
    // Nothing listens on the discard port.
    let project = Project::with("base", "FROM 127.0.0.1:9/team/base:1\nRUN true\n", &[]).await;
    let problem = project.problem().await;
    assert_eq!(problem.code, Code::BaseImageUnavailable, "{problem:?}");
    assert_eq!(problem.args["image"], "127.0.0.1:9/team/base:1".into());
    assert_eq!((&problem.args["registry"], &problem.args["line"]), (&"127.0.0.1:9".into(), &1_u32.into()));
    assert!(exact(&problem).contains("Dockerfile:1: FROM 127.0.0.1:9/team/base:1"));
    assert!(problem.retry);
}

#[tokio::test]
async fn a_registry_that_refuses_is_told_from_one_that_is_silent() {
    let (registry, _) = registry("403 Forbidden").await;
    let image = format!("{registry}/team/base:1");
    let project = Project::with("denied", &format!("FROM {image}\nRUN true\n"), &[]).await;
    let problem = project.problem().await;
    assert_eq!(problem.code, Code::RegistryDenied, "{problem:?}");
    assert_eq!(
        (&problem.args["image"], &problem.args["registry"]),
        (&image.into(), &registry.clone().into())
    );
    let login = problem.remedies.iter().find_map(|remedy| remedy.command.as_deref());
    assert_eq!(login, Some(&*format!("docker login {registry}")));
}

/// A registry on this machine that answers every request with `answer`, and keeps the credentials that it got.
async fn registry(answer: &'static str) -> (String, Arc<Mutex<Option<String>>>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let credentials = Arc::<Mutex<Option<String>>>::default();
    let kept = credentials.clone();
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            let mut request = vec![0; 8192];
            let read = connection.read(&mut request).await.unwrap_or(0);
            let request = String::from_utf8_lossy(&request[..read]).into_owned();
            if let Some(line) = request.lines().find(|line| line.to_lowercase().starts_with("authorization:"))
            {
                *kept.lock().unwrap() = Some(line.split_once(':').unwrap().1.trim().to_owned());
            }
            let answer = format!("HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            let _ = connection.write_all(answer.as_bytes()).await;
        }
    });
    (address, credentials)
}

#[tokio::test]
async fn the_credentials_of_dockers_config_reach_the_registry() {
    let (registry, credentials) =
        registry("401 Unauthorized\r\nWww-Authenticate: Basic realm=\"practice\"").await;
    let mut project = Project::with("login", &format!("FROM {registry}/team/base:1\nRUN true\n"), &[]).await;
    let config = serde_json::json!({"auths": {&registry: {"auth": "bWlhOnNlY3JldA=="}}}); // mia:secret
    std::fs::write(project.root.path().join("config.json"), config.to_string()).unwrap();
    project.use_docker_folder();
    assert_eq!(project.problem().await.code, Code::RegistryDenied);
    assert_eq!(credentials.lock().unwrap().as_deref(), Some("Basic bWlhOnNlY3JldA=="));
}

#[tokio::test]
async fn proxies_of_dockers_config_reach_the_build_and_not_the_image() {
    let dockerfile = "FROM python:3.13-slim\nRUN echo proxy $https_proxy\n";
    let mut project = Project::with("proxies", dockerfile, &[]).await;
    let proxy = format!("http://198.18.0.9:{}", std::process::id() % 60_000 + 1);
    let config = serde_json::json!({"proxies": {"default": {"httpsProxy": &proxy}}});
    std::fs::write(project.root.path().join("config.json"), config.to_string()).unwrap();
    project.use_docker_folder();
    // Proxies are no part of a step's cache key, so the command is one that never ran.
    project.write(
        "Dockerfile",
        dockerfile.replace("RUN ", &format!("RUN : {:?}; ", std::time::SystemTime::now())),
    );
    let built = project.build().await.unwrap();
    assert!(wrote(&project.events().await, &format!("proxy {proxy}")));
    let image = images::inspect(&project.engine, &built.id).await.unwrap().unwrap();
    assert!(!image.env.iter().any(|variable| variable.contains("proxy")), "{:?}", image.env);
    project.gone().await;
}

#[tokio::test]
async fn a_cancelled_build_ends_its_command_on_the_engine() {
    // The command can be told by its name among the machine's processes.
    let mark = format!("slipway-cancel-{}", std::process::id());
    let dockerfile = format!("FROM python:3.13-slim\nRUN echo begun; exec -a {mark} sleep 600\n");
    let dockerfile = dockerfile.replace("RUN ", "SHELL [\"bash\", \"-c\"]\nRUN ");
    let mut project = Project::with("cancelled", &dockerfile, &[]).await;
    let (teller, mut viewer) = Teller::with_viewer();
    project.teller = teller;
    {
        let building = std::pin::pin!(project.build());
        let begun = async {
            while let Some(event) = viewer.next().await {
                if wrote(&[event], "begun") {
                    return;
                }
            }
        };
        tokio::select! {
            built = building => panic!("it should sleep: {built:?}"),
            () = begun => {}
        }
        assert!(runs(&mark), "the command runs before");
    }
    let dropped = Instant::now();
    while runs(&mark) {
        assert!(dropped.elapsed() < Duration::from_secs(10), "the command still runs");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(images::of_project(&project.engine, &project.name).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_engine_that_goes_away_is_a_problem_that_can_be_tried_again() {
    let dockerfile = "FROM python:3.13-slim\nRUN echo begun; sleep 600\n";
    let mut project = Project::with("lost", dockerfile, &[]).await;
    let socket = project.root.path().join("docker.sock");
    let line = engine_behind(&socket);
    project.surroundings.vars.insert("DOCKER_HOST".into(), format!("unix://{}", socket.display()));
    project.engine = Engine::find_in(&project.surroundings).await.unwrap();
    let (teller, mut viewer) = Teller::with_viewer();
    project.teller = teller;
    let cut = async {
        while let Some(event) = viewer.next().await {
            if wrote(&[event], "begun") {
                drop(line);
                return;
            }
        }
    };
    let (problem, ()) = tokio::join!(project.problem(), cut);
    assert_eq!((problem.code, problem.retry), (Code::DockerLost, true), "{problem:?}");
}

/// Makes a socket behind which the engine answers until the value is dropped.
fn engine_behind(socket: &Path) -> tokio::task::JoinSet<()> {
    let engine = std::env::var("DOCKER_HOST").unwrap().replace("unix://", "");
    let listener = tokio::net::UnixListener::bind(socket).unwrap();
    let mut connections = tokio::task::JoinSet::new();
    connections.spawn(async move {
        let mut connections = tokio::task::JoinSet::new();
        while let Ok((mut ours, _)) = listener.accept().await {
            let engine = engine.clone();
            connections.spawn(async move {
                let mut theirs = tokio::net::UnixStream::connect(engine).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut ours, &mut theirs).await;
            });
        }
    });
    connections
}

/// Whether a process of this name runs on this machine.
fn runs(name: &str) -> bool {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    processes
        .filter_map(|process| std::fs::read(process.path().join("cmdline")).ok())
        .any(|words| words.split(|byte| *byte == 0).next() == Some(name.as_bytes()))
}

#[tokio::test]
async fn the_image_holds_what_dockers_own_build_would_put_into_it() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let project = Project::with("same", "FROM scratch\nCOPY . /ctx\n", &[("model/a.bin", "weights")]).await;
    project.write(".dockerignore", "*.csv\n!keep.csv\nout\n");
    for (path, mode) in
        [("run.sh", 0o755), ("secret", 0o600), ("set-user", 0o4755), ("odd", 0o247), ("keep.csv", 0o644)]
    {
        project.write(path, path);
        std::fs::set_permissions(project.at(path), std::fs::Permissions::from_mode(mode)).unwrap();
    }
    project.write("train.csv", "ignored");
    project.write("out/x", "ignored");
    project.write("模型/权重 1.bin", "unicode");
    project.write(&format!("deep/{}", "d/".repeat(60) + "x"), "deep");
    project.write("empty.txt", "");
    project.write("large.bin", vec![7; 300_000]);
    std::fs::create_dir(project.at("empty")).unwrap();
    std::fs::set_permissions(project.at("empty"), std::fs::Permissions::from_mode(0o1777)).unwrap();
    std::fs::hard_link(project.at("model/a.bin"), project.at("model/b.bin")).unwrap();
    std::fs::hard_link(project.at("model/a.bin"), project.at("zz.bin")).unwrap();
    symlink("model/a.bin", project.at("link")).unwrap();
    symlink("/etc/passwd", project.at("outside")).unwrap();
    symlink("loop", project.at("loop")).unwrap();
    symlink("..", project.at("model/up")).unwrap();
    symlink("gone", project.at("dangling")).unwrap();
    let pipe = std::process::Command::new("mkfifo").arg(project.at("pipe")).status().unwrap();
    assert!(pipe.success());
    let _socket = std::os::unix::net::UnixListener::bind(project.at("socket")).unwrap();
    let old = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    std::fs::File::open(project.at("run.sh")).unwrap().set_modified(old).unwrap();

    let dockers_tag = format!("{}:dockers", project.name);
    let label = format!("slipway.project={}", project.name);
    docker::build(&["-t", &dockers_tag, "--label", &label], &project.folder()).unwrap();
    let dockers = image_files::of(&project.engine.client, &dockers_tag, "/ctx").await;
    let built = project.build().await.unwrap();
    let ours = image_files::of(&project.engine.client, &built.id, "/ctx").await;
    same(&ours, &dockers);

    assert_eq!(ours["ctx/run.sh"].modified, 1_000_000_000);
    assert_eq!(ours["ctx/secret"].owner, (0, 0));

    let project = project.without_buildkit();
    let built = project.build().await.unwrap();
    let by_tar = image_files::of(&project.engine.client, &built.id, "/ctx").await;
    // An archive has no word for a socket, and without BuildKit the engine itself drops the set-user bit.
    let mut dockers = dockers;
    dockers.remove("ctx/socket").unwrap();
    dockers.get_mut("ctx/set-user").unwrap().mode = 0o755;
    same(&by_tar, &dockers);
    project.gone().await;
}

/// Fails with what differs.
fn same(ours: &BTreeMap<String, File>, dockers: &BTreeMap<String, File>) {
    let paths = |files: &BTreeMap<String, File>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(paths(ours), paths(dockers));
    for (path, file) in ours {
        let mut file = file.clone();
        // The folder that COPY makes has the time of the build.
        if path == "ctx" {
            file.modified = dockers[path].modified;
        }
        assert_eq!(&file, &dockers[path], "{path}");
    }
}

#[tokio::test]
async fn a_file_that_is_written_all_the_time_is_a_problem_and_gives_no_image() {
    for buildkit in [true, false] {
        let mut project =
            Project::with("written", "FROM scratch\nCOPY . /ctx\n", &[("a", "1"), ("z", "1")]).await;
        project.engine.buildkit = buildkit;
        // Large, so that reading it takes a while: nothing but holes.
        std::fs::File::create(project.at("train.log")).unwrap().set_len(64 << 20).unwrap();
        let content = project.content();
        let writer = Writer::begin(project.at("train.log"));
        let problem = project.build_as(&content).await.unwrap_err();
        drop(writer);
        assert_eq!(problem.code, Code::BuildFileChanged, "{problem:?}");
        assert_eq!(problem.args["file"], "train.log".into());
        assert!(problem.retry);
        assert!(images::of_project(&project.engine, &project.name).await.unwrap().is_empty());
    }
}

/// Adds to a file, again and again, until dropped.
struct Writer {
    stop: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Writer {
    fn begin(path: PathBuf) -> Self {
        let stop = Arc::<AtomicBool>::default();
        let told = stop.clone();
        let thread = std::thread::spawn(move || {
            let mut file = std::fs::File::options().append(true).open(path).unwrap();
            while !told.load(Ordering::Relaxed) {
                std::io::Write::write_all(&mut file, b"x").unwrap();
            }
        });
        Self { stop, thread: Some(thread) }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.take().unwrap().join().unwrap();
    }
}

#[tokio::test]
async fn a_file_that_changed_since_the_plan_is_seen_when_the_engine_has_read_it() {
    for buildkit in [true, false] {
        let mut project = Project::with("since", "FROM scratch\nCOPY . /ctx\n", &[("a", "1")]).await;
        project.engine.buildkit = buildkit;
        let (content, read) = (project.content(), Arc::new(Mutex::new(Vec::new())));
        let told = read.clone();
        project.still_same = Arc::new(move |part| {
            told.lock().unwrap().push(part);
            match part {
                Part::Recipe => Ok(()),
                Part::Content => Err(Fault::Changed { path: "a".into() }.problem()),
            }
        });
        let problem = project.build_as(&content).await.unwrap_err();
        assert_eq!(problem.code, Code::BuildFileChanged, "{problem:?}");
        assert_eq!(read.lock().unwrap()[..2], [Part::Recipe, Part::Content]);
        assert!(images::of_project(&project.engine, &project.name).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn the_journey_builds_once_for_one_content_and_anew_for_another() {
    let project =
        Project::with("journey", "FROM scratch\nCOPY app.py /\nCMD [\"x\"]\n", &[("app.py", "1")]).await;
    let (missing, facts) = project.journey().plan_of(&TO_IMAGE).await.unwrap();
    let tag = facts.image.unwrap().tag;
    assert_eq!(tag, project.content().tag(&project.name));
    assert_eq!(missing.len(), 1);
    let folder = project.folder().display().to_string();
    assert!(missing[0].command.starts_with(&format!(
        "docker build -t {tag} --label slipway.folder={folder} --label slipway.project=image-journey "
    )));

    let outcome = project.journey().reach(&TO_IMAGE).await;
    assert!(outcome.ok, "{:?}", outcome.problems);
    let built = outcome.facts.image.unwrap();
    assert_eq!(built.tag, tag);

    // Unchanged content: nothing is to be done, and what stands is proven.
    assert!(project.journey().plan_of(&TO_IMAGE).await.unwrap().0.is_empty());
    let status = project.journey().look(&TO_IMAGE).await;
    assert_eq!(status.stages[&Stage::Image].state, State::Proven);
    assert_eq!(status.facts.image.unwrap().id, built.id);

    project.write("app.py", "2");
    let status = project.journey().look(&TO_IMAGE).await;
    assert_eq!(status.stages[&Stage::Image].state, State::Missing);
    assert!(project.journey().reach(&TO_IMAGE).await.ok);

    // All of the project's images go, and nothing else.
    let ours: Vec<_> = images::of_project(&project.engine, &project.name)
        .await
        .unwrap()
        .into_iter()
        .flat_map(|image| image.tags)
        .collect();
    assert_eq!(ours.len(), 2, "{ours:?}");
    project.gone().await;
}

#[tokio::test]
async fn the_command_of_the_plan_gives_the_same_image() {
    let project = Project::with("command", "FROM scratch\nCOPY app.py /ctx/\n", &[("app.py", "1")]).await;
    let (actions, facts) = project.journey().plan_of(&TO_IMAGE).await.unwrap();
    let tag = facts.image.unwrap().tag;
    let typed = std::process::Command::new("sh").args(["-c", &actions[0].command]).output().unwrap();
    assert!(typed.status.success(), "{}", String::from_utf8_lossy(&typed.stderr));
    let status = project.journey().look(&TO_IMAGE).await;
    assert_eq!(status.stages[&Stage::Image].state, State::Proven);
    let typed = image_files::of(&project.engine.client, &tag, "/ctx").await;
    let built = project.build().await.unwrap();
    assert_eq!(image_files::of(&project.engine.client, &built.id, "/ctx").await, typed);
    project.gone().await;
}

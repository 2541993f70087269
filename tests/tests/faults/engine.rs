//! What is wrong with the Docker Engine.

use std::{
    fs,
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::Command,
};

use practice_cluster::{Cluster, Progress, faults::SmallEngine};
use slipway_tests::slipway::{Ran, binary};
use tokio::{
    io::{AsyncRead, AsyncWrite, copy_bidirectional},
    net::{TcpListener, UnixListener, UnixStream},
};

use crate::{desk::Desk, table, told::Told};

pub async fn cluster() -> Cluster {
    Cluster::ensure_up(&Progress::silent()).await.unwrap()
}

#[tokio::test]
async fn the_engine_is_stopped() {
    let mut desk = Desk::new("stopped");
    let engine = SmallEngine::start(&cluster().await, 50_000_000, &[]).await.unwrap();
    desk.set("DOCKER_HOST", engine.docker_host());
    let machine = |ran: &Ran| ran.result()["stages"]["machine"]["state"].clone();
    assert_eq!(machine(&desk.run("status", &[])), "proven", "it answers before");
    let host = engine.docker_host();
    engine.kill_at_once().await.unwrap();
    let told = desk.stops("the engine is stopped").is("docker-unreachable").says(&[&host]);
    told.shows(&["Connection refused"]).before_anything_was_done();
    engine.remove().await.unwrap();
    // The remedy for a variable that names the wrong engine: another one, as without it.
    desk.unset("DOCKER_HOST");
    assert_eq!(machine(&desk.run("status", &[])), "proven");
}

#[test]
fn docker_host_is_nonsense() {
    let mut desk = Desk::new("nonsense");
    for nonsense in ["tcp:/127.0.0.1", "http:/::", "ssh://ada@elsewhere"] {
        desk.set("DOCKER_HOST", nonsense);
        desk.stops(&format!("DOCKER_HOST is {nonsense}"))
            .is("docker-host-invalid")
            .says(&[nonsense, "DOCKER_HOST"])
            .before_anything_was_done();
    }
    desk.unset("DOCKER_HOST");
    assert_eq!(desk.run("status", &[]).result()["stages"]["machine"]["state"], "proven");
}

/// Nobody's user and group: permissions hold for them, as they do not for root.
pub const NOBODY: u32 = 65_534;

/// The program where another user can run it, with a home of that user's.
pub struct Elsewhere {
    home: tempfile::TempDir,
}

impl Elsewhere {
    pub fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        fs::set_permissions(home.path(), fs::Permissions::from_mode(0o777)).unwrap();
        fs::copy(binary(), home.path().join("slipway")).unwrap();
        Self { home }
    }

    /// A call as this user, who is in this group.
    pub fn command(&self, user: u32, group: u32) -> Command {
        let mut command = Command::new(self.home.path().join("slipway"));
        command.args(["--json", "--lang", "en"]).current_dir("/").uid(user).gid(group);
        command.env("SLIPWAY_HOME", self.home.path().join("slipways"));
        command
    }
}

#[test]
fn the_engines_socket_may_not_be_opened() {
    // The way to the practice engine's socket is root's alone, so a user's own is laid to it that only the socket bars.
    let engine = std::env::var("DOCKER_HOST").unwrap();
    let home = Elsewhere::new();
    let socket = home.home.path().join("docker.sock");
    let _line = line(Path::new(engine.strip_prefix("unix://").unwrap()), &socket);
    fs::set_permissions(&socket, fs::Permissions::from_mode(0o660)).unwrap();
    let status = |group: u32| {
        let mut command = home.command(NOBODY, group);
        let socket = format!("unix://{}", socket.display());
        Ran::json(command.arg("engine").env("DOCKER_HOST", socket).output().unwrap())
    };
    let told = Told::by(status(NOBODY))
        .is("docker-permission")
        .says(&[&socket.display().to_string()])
        .shows(&["Permission denied"]);
    assert_eq!(told.command("sudo usermod"), "sudo usermod -aG docker $USER");
    table::add("the engine's socket may not be opened", &told);
    // The remedy: to be in the socket's group.
    status(0).ended(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_engine_is_another_machines() {
    // The node's address, at which nothing that is published on 127.0.0.1 answers.
    let listener = TcpListener::bind((practice_cluster::NODE, 0)).await.unwrap();
    let mut desk = Desk::new("another");
    desk.set("DOCKER_HOST", format!("tcp://{}", listener.local_addr().unwrap()));
    let engine = std::env::var("DOCKER_HOST").unwrap();
    let engine = PathBuf::from(engine.strip_prefix("unix://").unwrap());
    tokio::spawn(async move {
        while let Ok((near, _)) = listener.accept().await {
            tokio::spawn(lead(near, engine.clone()));
        }
    });
    let trial = desk.reaches("trial").result()["stages"]["trial"]["evidence"].to_string();
    assert!(trial.contains(&format!("GET http://{}:", practice_cluster::NODE)), "{trial}");
    desk.down();
}

/// A socket that leads to another one, for as long as the value is kept.
fn line(to: &Path, socket: &Path) -> tokio::runtime::Runtime {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let listener = {
        let _within = runtime.enter();
        UnixListener::bind(socket).unwrap()
    };
    let to = to.to_owned();
    runtime.spawn(async move {
        while let Ok((near, _)) = listener.accept().await {
            tokio::spawn(lead(near, to.clone()));
        }
    });
    runtime
}

/// Leads a connection to a socket.
async fn lead(mut near: impl AsyncRead + AsyncWrite + Unpin, to: PathBuf) {
    let mut far = UnixStream::connect(to).await.unwrap();
    // Whichever side ends it.
    let _ = copy_bidirectional(&mut near, &mut far).await;
}

/// A small image with one program, which does nothing and never ends.
const ENDLESS: &str = "practice/sandbox:1";

#[tokio::test]
async fn the_engine_dies_in_the_middle_of_a_build() {
    let mut desk = Desk::new("dies");
    let engine = SmallEngine::start(&cluster().await, 100_000_000, &[ENDLESS]).await.unwrap();
    desk.set("DOCKER_HOST", engine.docker_host());
    desk.write("Dockerfile", format!("FROM {ENDLESS}\nRUN --network=none [\"/sandbox\"]\n"));
    let mut running = desk.begins("up", &[]);
    // Told of once when it is planned, and again when it runs.
    for _ in 0..2 {
        running.until(|object| object["step"].as_str().is_some_and(|step| step.starts_with("Step 2 of 2")));
    }
    engine.kill_at_once().await.unwrap();
    let told = Told::by(running.ends()).is("docker-lost");
    assert_eq!(told.problem["retry"], true);
    table::add("the engine dies in the middle of a build", &told);
    engine.remove().await.unwrap();
    // The remedy: try again when it runs.
    desk.unset("DOCKER_HOST");
    desk.write("Dockerfile", crate::desk::DOCKERFILE);
    desk.reaches("image");
    desk.down();
}

#[tokio::test]
async fn the_engines_disk_is_full() {
    let mut desk = Desk::new("full");
    let engine = SmallEngine::start(&cluster().await, 200_000_000, &[]).await.unwrap();
    desk.set("DOCKER_HOST", engine.docker_host());
    desk.write("Dockerfile", "FROM scratch\nCOPY model.bin /\nCMD [\"/model.bin\"]\n");
    desk.write("model.bin", vec![7; 20_000_000]);
    engine.fill(4_000_000).unwrap();
    desk.stops("the engine's disk is full").is("docker-disk-full").shows(&["no space left on device"]);
    // The remedy: room.
    engine.unfill().unwrap();
    desk.reaches("image");
    engine.remove().await.unwrap();
}

#[tokio::test]
async fn the_engines_build_cache_lost_a_layer() {
    let mut desk = Desk::new("cache");
    let engine = SmallEngine::start(&cluster().await, 50_000_000, &[]).await.unwrap();
    desk.set("DOCKER_HOST", engine.docker_host());
    let recipe = "FROM scratch\nCOPY one /\nCOPY two /\n";
    desk.write("one", "1");
    desk.write("two", "2");
    desk.write("Dockerfile", format!("{recipe}CMD [\"/one\"]\n"));
    desk.reaches("image");
    engine.lose_cached_layers().await.unwrap();
    desk.write("Dockerfile", format!("{recipe}COPY one /three\nCMD [\"/one\"]\n"));
    // Slipway's own remedy: to build without the cache. docker would stumble each time.
    let again = |ran: &Ran| ran.out.contains("build again without it");
    assert!(again(&desk.reaches("image")));
    desk.write("two", "22");
    assert!(!again(&desk.reaches("image")), "the new layers are there");
    engine.remove().await.unwrap();
}

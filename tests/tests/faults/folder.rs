//! What is wrong with the folder, its Dockerfile, its .dockerignore, its files and slipway.toml.

use std::{
    ffi::OsStr,
    fs,
    os::unix::{
        ffi::OsStrExt,
        fs::{PermissionsExt, symlink},
        net::UnixListener,
    },
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
};

use slipway_tests::{image::SERVES, slipway::Ran};

use crate::{
    desk::{DOCKERFILE, Desk, world},
    engine::{Elsewhere, NOBODY},
    table,
    told::Told,
};

/// A desk that copies all of its folder.
fn copying_all(name: &str) -> Desk {
    let desk = Desk::new(name);
    desk.write("Dockerfile", DOCKERFILE.replace("COPY app.py /app.py", "COPY . /"));
    desk
}

#[test]
fn the_folder_is_missing() {
    let desk = Desk::new("missing");
    fs::rename(desk.folder(), desk.beside("elsewhere")).unwrap();
    let folder = desk.folder().display().to_string();
    desk.stops("the folder is missing")
        .is("folder-missing")
        .says(&[&folder])
        .shows(&["No such file or directory"])
        .before_anything_was_done();
}

#[test]
fn the_folder_is_a_file() {
    let desk = Desk::new("file");
    fs::remove_dir_all(desk.folder()).unwrap();
    fs::write(desk.folder(), "a notebook").unwrap();
    let told = desk.stops("the folder is a file").is("folder-is-file").before_anything_was_done();
    assert!(
        told.remedies()[0].contains(&desk.beside("").display().to_string().trim_end_matches('/').to_owned())
    );
}

#[test]
fn the_folder_is_unreadable() {
    let desk = Desk::new("unreadable");
    let mode = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    mode(desk.folder().parent().unwrap(), 0o755);
    mode(&desk.folder(), 0o700);
    let home = Elsewhere::new();
    let inspect = || {
        let mut command = home.command(NOBODY, NOBODY);
        Ran::json(command.arg("inspect").arg(desk.folder()).output().unwrap())
    };
    let told = Told::by(inspect())
        .is("folder-unreadable")
        .says(&[&desk.folder().display().to_string()])
        .shows(&["Permission denied"]);
    table::add("the folder is unreadable", &told);
    // The remedy: the right to read it.
    mode(&desk.folder(), 0o755);
    inspect().ended(0);
}

#[test]
fn there_is_no_dockerfile() {
    let desk = Desk::new("no-dockerfile");
    fs::remove_file(desk.at("Dockerfile")).unwrap();
    desk.stops("there is no Dockerfile")
        .is("dockerfile-missing")
        .says(&[&desk.folder().display().to_string()])
        .before_anything_was_done();
}

#[test]
fn the_dockerfile_is_empty() {
    let desk = Desk::new("empty");
    for content in ["", "# FROM python:3.13-slim\n\n"] {
        desk.write("Dockerfile", content);
        desk.stops("the Dockerfile is empty").is("dockerfile-empty").before_anything_was_done();
    }
}

#[test]
fn a_line_of_the_dockerfile_is_wrong() {
    let desk = Desk::new("wrong-line");
    desk.write("Dockerfile", DOCKERFILE.replace("WORKDIR", "WROKDIR"));
    desk.stops("a line of the Dockerfile is wrong")
        .is("dockerfile-invalid")
        .says(&["Line 2", "Dockerfile"])
        .shows(&["Dockerfile:2", "WROKDIR /srv"])
        .before_anything_was_done();
}

#[tokio::test]
async fn a_command_of_the_dockerfile_fails() {
    let before = world().await;
    let desk = Desk::new("run");
    desk.write(
        "Dockerfile",
        DOCKERFILE.replace("USER", "RUN echo 'no matching distribution: scikit-lern' >&2; exit 3\nUSER"),
    );
    desk.stops("a command of the Dockerfile fails")
        .is("build-failed")
        .says(&["line 4", "3"])
        .shows(&["Dockerfile:4: RUN echo", "no matching distribution: scikit-lern"]);
    world().await.must_equal(&before);
}

#[test]
fn the_dockerignore_hides_what_copy_wants() {
    let desk = Desk::new("ignored");
    desk.write(".dockerignore", "# notebooks\n*.ipynb\n*.py\n");
    let told = desk
        .stops("the .dockerignore hides what COPY wants")
        .is("build-file-ignored")
        .says(&["app.py", "line 3"])
        .shows(&["Dockerfile:3", ".dockerignore:3: *.py"]);
    // The remedy is a line for the file.
    desk.follows(&told.command("printf "));
    desk.reaches("trial");
    desk.leave();
}

#[test]
fn the_folder_has_a_link_that_leads_in_a_circle_and_a_socket() {
    let desk = copying_all("loop");
    symlink("around", desk.at("around")).unwrap();
    fs::create_dir(desk.at("data")).unwrap();
    symlink("..", desk.at("data/up")).unwrap();
    let _socket = UnixListener::bind(desk.at("app.sock")).unwrap();
    // Neither stops anything: links are copied as they are, and the folder is walked once.
    desk.reaches("trial");
    desk.leave();
}

#[test]
fn copy_wants_a_link_that_leads_in_a_circle() {
    let desk = Desk::new("circle");
    fs::remove_file(desk.at("app.py")).unwrap();
    symlink("main.py", desk.at("app.py")).unwrap();
    symlink("app.py", desk.at("main.py")).unwrap();
    desk.stops("COPY wants a link that leads in a circle")
        .is("build-file-circle")
        .says(&["app.py", "line 3"])
        .shows(&["app.py → main.py → app.py"]);
    // The remedy: the real file.
    fs::remove_file(desk.at("app.py")).unwrap();
    desk.write("app.py", SERVES);
    desk.reaches("image");
    desk.leave();
}

#[test]
fn a_files_name_is_not_utf_8() {
    let desk = copying_all("name");
    let name = OsStr::from_bytes(b"donn\xe9es.csv");
    fs::write(desk.folder().join(name), "1").unwrap();
    desk.stops("a file's name is not UTF-8").is("build-file-name").says(&["donn", ".csv"]);
    // The remedy, either way: rename it, or keep it out.
    desk.write(".dockerignore", "donn*\n");
    desk.reaches("image");
    desk.leave();
}

/// Changes a file all the time, until dropped.
struct Restless {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Restless {
    fn begins(mut change: impl FnMut() + Send + 'static) -> Self {
        let stop = Arc::<AtomicBool>::default();
        let told = stop.clone();
        let thread = thread::spawn(move || {
            while !told.load(Ordering::Relaxed) {
                change();
            }
        });
        Self { stop, thread: Some(thread) }
    }
}

impl Drop for Restless {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.take().unwrap().join().unwrap();
    }
}

#[tokio::test]
async fn a_file_grows_while_it_is_read() {
    let before = world().await;
    let desk = copying_all("grows");
    // Large, so that reading it takes a while: nothing but holes.
    fs::File::create(desk.at("train.log")).unwrap().set_len(64 << 20).unwrap();
    let mut log = fs::File::options().append(true).open(desk.at("train.log")).unwrap();
    let training = Restless::begins(move || std::io::Write::write_all(&mut log, b"epoch\n").unwrap());
    desk.stops("a file grows while it is read").is("build-file-changed").says(&["train.log"]);
    drop(training);
    world().await.must_equal(&before);
    // The remedy: what the image does not need is kept out.
    desk.write(".dockerignore", "train.log\n");
    desk.reaches("image");
    desk.leave();
}

#[tokio::test]
async fn a_file_vanishes_while_it_is_read() {
    let before = world().await;
    let desk = copying_all("vanishes");
    fs::File::create(desk.at("large.bin")).unwrap().set_len(64 << 20).unwrap();
    desk.write("z-checkpoint.tmp", "weights");
    let mut running = desk.begins("up", &[]);
    // It was there when the build was planned.
    running.until(|object| object["event"] == "action");
    fs::remove_file(desk.at("z-checkpoint.tmp")).unwrap();
    let told = Told::by(running.ends()).is("build-file-changed").says(&["z-checkpoint.tmp"]);
    table::add("a file vanishes while it is read", &told);
    world().await.must_equal(&before);
}

#[test]
fn slipway_toml_has_an_unknown_key() {
    let desk = Desk::new("key");
    desk.write("slipway.toml", "[deploy]\nreplcas = 2\n");
    desk.stops("slipway.toml has an unknown key")
        .is("settings-unknown-key")
        .says(&["replcas", "line 2"])
        .shows(&["slipway.toml:2"])
        .before_anything_was_done();
}

#[test]
fn a_name_is_no_dns_label() {
    let mut desk = Desk::new("label");
    desk.flag(&["--name", "My_Model"]);
    let told = desk
        .stops("a name is no DNS label")
        .is("name-invalid")
        .says(&["My_Model"])
        .shows(&["--name \"My_Model\""])
        .before_anything_was_done();
    assert!(told.command("slipway up").ends_with(" --name my-model"), "{:#}", told.problem);
    desk.without_flags();
    desk.flag(&["--namespace", "Team A"]);
    desk.stops("a namespace is no DNS label")
        .is("choice-invalid")
        .says(&["Team A", "namespace"])
        .before_anything_was_done();
    desk.without_flags();
    desk.flag(&["--host", "my_host.localhost"]);
    desk.stops("a host is no DNS name").is("choice-invalid").says(&["my_host.localhost", "host"]);
    // A folder's name is made into a label without a word.
    let named = desk.beside("My Model");
    fs::create_dir(&named).unwrap();
    fs::write(named.join("Dockerfile"), DOCKERFILE).unwrap();
    fs::write(named.join("app.py"), SERVES).unwrap();
    let inspect = desk.slipway.json(&["inspect", named.to_str().unwrap()]).ended(0);
    assert!(inspect.out.contains("my-model"), "{}", inspect.out);
}

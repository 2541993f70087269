//! Files of Slipway's own: whole or not there, for the user alone, and a problem where they cannot be written.
#![cfg(target_os = "linux")]

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;
use slipway_engine::places::write_atomically;
use slipway_tests::{controller, image::SERVES, namespace::in_a_namespace, slipway::Slipway};

const NAME: &str = "safety-files";

/// A folder with an app, and `slipway` with its home in `home` beside it.
struct Desk {
    root: tempfile::TempDir,
    slipway: Slipway,
    namespace: String,
}

impl Desk {
    fn new(namespace: String) -> Self {
        let root = tempfile::tempdir().unwrap();
        let project = root.path().join("project");
        fs::create_dir(&project).unwrap();
        let dockerfile =
            "FROM python:3.13-slim\nCOPY app.py /\nEXPOSE 8000\nUSER 1000\nCMD [\"python\", \"/app.py\"]\n";
        fs::write(project.join("Dockerfile"), dockerfile).unwrap();
        fs::write(project.join("app.py"), SERVES).unwrap();
        fs::write(project.join("slipway.toml"), format!("[deploy]\nhost = \"{namespace}.localhost\"\n"))
            .unwrap();
        Self { root, slipway: Slipway::new(), namespace }
    }

    fn home(&self) -> PathBuf {
        self.root.path().join("home")
    }

    /// Runs a shell in a mount namespace of its own, in which `$@` is `slipway` with this verb for the project.
    fn shell(&self, script: &str, verb: &[&str]) -> Output {
        let project = self.root.path().join("project");
        let words = [
            &[verb[0], project.to_str().unwrap(), "--name", NAME, "--namespace", &self.namespace],
            &verb[1..],
        ]
        .concat();
        let slipway = self.slipway.command(&words);
        let mut shell = Command::new("unshare");
        shell.args(["--mount", "sh", "-c", script, "sh"]).arg(slipway.get_program()).args(slipway.get_args());
        shell.env("SLIPWAY_HOME", self.home()).env("LANG", "C.UTF-8").env("HOME_OF_OURS", self.home());
        shell.stdin(Stdio::null()).output().unwrap()
    }

    fn run(&self, script: &str, verb: &[&str], code: i32) -> String {
        let ran = self.shell(script, verb);
        let said = String::from_utf8([ran.stdout, ran.stderr].concat()).unwrap();
        assert_eq!(ran.status.code(), Some(code), "{said}");
        said
    }
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().permissions().mode() & 0o7777
}

/// Everything below a folder.
fn below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(below(&path));
        }
        found.push(path);
    }
    found
}

/// Fails unless each of our files holds one whole JSON value.
fn whole(home: &Path) {
    for file in below(home).into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "json"))
    {
        let content = fs::read(&file).unwrap();
        serde_json::from_slice::<Value>(&content)
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_for_the_user_alone_whatever_the_umask_and_whatever_stood_there() {
    controller::installed().await;
    in_a_namespace(|_, namespace| async move {
        let desk = Desk::new(namespace);
        // As somebody may have left them.
        for folder in ["state/pins", "state/locks", "cache/content"] {
            fs::create_dir_all(desk.home().join(folder)).unwrap();
            fs::set_permissions(desk.home().join(folder), fs::Permissions::from_mode(0o777)).unwrap();
        }
        let lock = desk.home().join(format!("state/locks/{}.{NAME}.lock", desk.namespace));
        fs::write(&lock, "").unwrap();
        fs::set_permissions(&lock, fs::Permissions::from_mode(0o666)).unwrap();

        desk.run("umask 0; exec \"$@\"", &["up", "--yes"], 0);
        let (mut files, mut folders) = (0, 0);
        for path in below(&desk.home()) {
            // These two were made by this test, and hold nothing but folders of ours.
            if path.is_dir() && path.parent() == Some(&*desk.home()) {
                continue;
            }
            assert_eq!(mode(&path), if path.is_dir() { 0o700 } else { 0o600 }, "{}", path.display());
            *(if path.is_dir() { &mut folders } else { &mut files }) += 1;
        }
        assert!(files >= 4 && folders >= 4, "{files} files, {folders} folders");
        desk.run("exec \"$@\"", &["down", "--image", "--yes"], 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_and_breaks_no_file_and_with_room_again_the_journey_goes_on() {
    controller::installed().await;
    in_a_namespace(|_, namespace| async move {
        let desk = Desk::new(namespace);
        fs::create_dir(desk.home()).unwrap();
        // A small disk on which a first journey fits; then it is full and a trial is forgotten; then there is room.
        let small = "set -e; mount -t tmpfs -o size=256k tmpfs \"$HOME_OF_OURS\"; cd \"$HOME_OF_OURS\"\n\
             \"$@\" >/dev/null\n\
             rm -r state/trials; mkdir state/trials; dd if=/dev/zero of=full 2>/dev/null || true\n\
             code=0; \"$@\" 2>&1 || code=$?; echo \"code $code\"\n\
             for file in $(find . -name '*.json'); do echo \"file $file\"; cat \"$file\"; echo; echo end; done\n\
             rm full; exec \"$@\" >/dev/null";
        let said = desk.run(small, &["up", "--yes", "--color", "never"], 0);
        assert!(said.contains("code 1"), "{said}");
        assert!(said.contains("state-unwritable") && said.contains("No space left"), "{said}");
        let files: Vec<_> = said.split("\nfile ").skip(1).map(|file| file.split("\nend").next().unwrap()).collect();
        assert!(files.iter().any(|file| file.starts_with("./state/pins/")), "{said}");
        for file in files {
            let (name, content) = file.split_once('\n').unwrap();
            serde_json::from_str::<Value>(content).unwrap_or_else(|error| panic!("{name}: {error}: {said}"));
        }
        desk.run("exec \"$@\"", &["down", "--image", "--yes"], 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_home_that_can_only_be_read_is_told_before_anything_is_changed_and_looking_still_works() {
    controller::installed().await;
    in_a_namespace(|_, namespace| async move {
        let desk = Desk::new(namespace);
        fs::create_dir(desk.home()).unwrap();
        let read_only = "mount --bind \"$HOME_OF_OURS\" \"$HOME_OF_OURS\" && \
             mount -o remount,bind,ro \"$HOME_OF_OURS\" && exec \"$@\"";
        desk.run(read_only, &["inspect"], 0);
        desk.run(read_only, &["status"], 1);
        let said = desk.run(read_only, &["up", "--yes", "--json"], 1);
        assert!(said.contains("state-unwritable") && said.contains("Read-only file system"), "{said}");
        assert!(said.contains(&desk.home().display().to_string()), "it is named: {said}");
        assert!(!said.contains("\"event\":\"action\""), "nothing was begun: {said}");
        assert_eq!(below(&desk.home()), Vec::<PathBuf>::new());
    })
    .await;
}

const VICTIM: &str = "SLIPWAY_SAFETY_VICTIM";

#[test]
fn a_file_is_the_old_one_or_the_new_one_whenever_the_writer_is_killed() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("state/file.json");
    let mut seen = std::collections::BTreeSet::new();
    for round in 0..40_u64 {
        let mut writer = Command::new(std::env::current_exe().unwrap());
        writer.args(["--exact", "files::writes_until_it_is_killed", "--ignored"]).env(VICTIM, &file);
        let mut writer = writer.stdout(Stdio::null()).spawn().unwrap();
        let begun = Instant::now();
        while !file.exists() {
            assert!(begun.elapsed() < Duration::from_secs(20), "nothing is written");
            std::thread::sleep(Duration::from_millis(1));
        }
        // Wherever it is by then: in the middle of writing, renaming or neither.
        std::thread::sleep(Duration::from_micros(fastrand::u64(..20_000)));
        writer.kill().unwrap();
        writer.wait().unwrap();
        whole(root.path());
        let content: Vec<u64> = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        assert!(content.iter().all(|number| *number == content[0]), "one write, not two: round {round}");
        assert_eq!(mode(&file), 0o600);
        seen.insert(content[0]);
    }
    assert!(seen.len() > 1, "it was killed at more than one moment: {seen:?}");
}

/// The other process of the test above.
#[test]
#[ignore = "runs until it is killed"]
fn writes_until_it_is_killed() {
    let Some(file) = std::env::var_os(VICTIM) else { return };
    for number in 0_u64.. {
        let content = serde_json::to_vec(&vec![number; 20_000]).unwrap();
        write_atomically(Path::new(&file), &content).unwrap();
    }
}

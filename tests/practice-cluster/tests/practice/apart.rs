//! A network and a mount namespace of each test's own.

use std::{
    fs::{self, File},
    io::Read,
    path::Path,
    process::{Command, Stdio},
};

use practice_cluster::{Cluster, IMAGES_VARIABLE, Places, Progress, ROOT_VARIABLE};

/// Set where a test runs apart already.
const APART: &str = "PRACTICE_CLUSTER_APART";

/// The one image that no pod can do without.
pub const SANDBOX: &str = "practice/sandbox:1";

/// Runs `test`, the body of the test called `name`, in namespaces of its own with a root of its own.
pub fn apart(name: &str, test: impl AsyncFnOnce(&Cluster)) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    if std::env::var_os(APART).is_some() {
        let cluster = Cluster::at(Places::of_user().unwrap());
        runtime.block_on(test(&cluster));
        return;
    }
    let places = Places::of_user().unwrap();
    let _turn = turn(&places);
    // Inside there is no network to take anything from.
    runtime.block_on(Cluster::at(places.clone()).fill_cache(&Progress::printed())).unwrap();
    let root = places.cache().join("tests/root");
    let cluster = Cluster::at(places.with_root(&root));
    clear(&runtime, &cluster, &root);
    let passed = Command::new("unshare")
        .args(["--net", "--mount", "--propagation", "private"])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture", "--test-threads", "1"])
        .env(APART, "1")
        .env(ROOT_VARIABLE, &root)
        .env(IMAGES_VARIABLE, SANDBOX)
        .status()
        .unwrap();
    clear(&runtime, &cluster, &root);
    assert!(passed.success(), "{name} failed, see above");
}

/// One at a time, of this run and of another beside it: they are heavy, and have one root.
fn turn(places: &Places) -> File {
    let folder = places.cache().join("tests");
    fs::create_dir_all(&folder).unwrap();
    let file = File::create(folder.join("turn")).unwrap();
    file.lock().unwrap();
    file
}

/// What a test that failed left behind.
fn clear(runtime: &tokio::runtime::Runtime, cluster: &Cluster, root: &Path) {
    runtime.block_on(cluster.down(&Progress::silent())).unwrap();
    if root.exists() {
        fs::remove_dir_all(root).unwrap();
    }
}

/// The crate's own program, for what must be a process of its own.
pub fn program(verb: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_practice-cluster"));
    command.arg(verb);
    command
}

/// Runs it to its end; whether it succeeded, and what it said.
pub fn run(verb: &str) -> (bool, String) {
    let mut child = program(verb).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    (child.wait().unwrap().success(), said)
}

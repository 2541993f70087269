//! `.dockerignore` on a table of patterns: what we leave out is what the docker CLI leaves out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a failed expectation is a failed test

use std::{collections::BTreeSet, ops::ControlFlow, path::Path};

use slipway_engine::project::{context::Context, dockerignore::Dockerignore};
use slipway_tests::docker;

/// The files of the folder. Each name is there because some pattern below means it, or nearly.
const FILES: &[&str] = &[
    ".env",
    ".git/config",
    ".git/objects/aa",
    "#note",
    "!bang",
    "README.md",
    "app/__pycache__/main.pyc",
    "app/main.py",
    "app/main.pyc",
    "app/models/a.pkl",
    "app/models/b.pkl",
    "app/models/keep/c.pkl",
    "app/notes.md",
    "a*b",
    "a b.txt",
    "axb",
    "data/raw/2024/jan.csv",
    "data/raw/2024/feb.csv",
    "data/raw/index.csv",
    "data/small.csv",
    "dir.d/x",
    "dird/x",
    "doc/doc/doc.txt",
    "doc/readme.md",
    "f(1)+{3}$.txt",
    "file1",
    "file10",
    "filea",
    "foo",
    "foobar",
    "node_modules/x/index.js",
    "web/node_modules/y/index.js",
    "web/index.js",
    "v1/model.bin",
    "v2/model.bin",
    "模型/权重.bin",
];

/// Ignore files that docker takes. None has a wildcard beside brackets, braces or a plus: docker took these for signs
/// of a regular expression until 2025, and takes them for themselves since.
const TAKEN: &[&str] = &[
    "",
    "\u{feff}foo\n",
    "# a comment\n#note\n\\#note\n",
    " #note\n",
    "foo\n",
    "/foo\n",
    "foo/\n",
    "./foo\n",
    "  foo  \n",
    "foo\r\nfilea\r\n",
    "a b.txt\n",
    "doc\n",
    "doc/*\n",
    "doc/**\n",
    "**/doc\n",
    "**/doc/**\n",
    "*/doc\n",
    "*\n",
    "**\n",
    "**/*\n",
    "*/*\n",
    "**/*.pyc\n",
    "*.pyc\n",
    "**/__pycache__\n",
    "**/node_modules\n",
    "node_modules\n",
    "*.md\n!README.md\n",
    "!README.md\n*.md\n",
    "**/*.md\n!**/readme.md\n",
    "*\n!app\n",
    "*\n!app/main.py\n",
    "*\n!app/*.py\n",
    "*\n!app/**\napp/models\n!app/models/keep\n",
    "**\n!data/small.csv\n",
    "data\n!data/raw/index.csv\n",
    "data/**\n!data/raw/2024/jan.csv\n",
    "data/*\n!data/raw\n",
    "data/raw/*\n!data/raw/2024\ndata/raw/2024/feb*\n",
    "app/models\n!app/models/a.pkl\napp/models/a.pkl\n",
    "!foo\n",
    "file?\n",
    "file[0-9]\n",
    "file[^0-9]\n",
    "file[a-c1]\n",
    "file[[:digit:]]\n",
    "file*0\n",
    "a\\*b\n",
    "a*b\n",
    "\\!bang\n",
    "dir.d\n",
    "dir.?\n",
    ".*\n",
    ".git\n!.git/config\n",
    "f(1)+{3}$.txt\n",
    "foo**\n",
    "**foo\n",
    "**bar\n",
    "d**/*.csv\n",
    "d**c/readme.md\n",
    "doc/../foo\n",
    "../foo\n",
    "..\n",
    ".\n",
    "/\n",
    "//foo\n",
    "v*/model.bin\n",
    "v[12]\n",
    "模型\n",
    "**/权*\n",
    "?型\n",
    "**/models/**/*.pkl\n!**/keep/**\n",
    "app/models/**/c.pkl\n",
    "**/\n!foo\n",
];

/// Ignore files that docker refuses.
const REFUSED: &[&str] = &["[\n", "a[\n", "[]a]\n", "[a-\n", "foo\n!\n", "a\\\n", "[-x]\n", "[z-a]\n"];

fn folder_with(ignore: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in FILES {
        let path = folder.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, file).unwrap();
    }
    std::fs::create_dir(folder.path().join("empty")).unwrap();
    std::fs::write(folder.path().join("Dockerfile"), "FROM scratch\nCOPY . /\n").unwrap();
    std::fs::write(folder.path().join(".dockerignore"), ignore).unwrap();
    folder
}

fn walked(context: &Context) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    context
        .walk(&mut |entry| {
            paths.insert(entry.path);
            ControlFlow::Continue(())
        })
        .unwrap();
    paths
}

fn ours(folder: &Path) -> Result<BTreeSet<String>, String> {
    let ignored =
        Dockerignore::read(folder, &folder.join("Dockerfile")).map_err(|problem| problem.to_string())?;
    Ok(walked(&Context { ignored: ignored.patterns, ..Context::whole(folder) }))
}

fn dockers(folder: &Path) -> Result<BTreeSet<String>, String> {
    let out = tempfile::tempdir().unwrap();
    docker::build(&["--output", &format!("type=local,dest={}", out.path().display())], folder)?;
    Ok(walked(&Context::whole(out.path())))
}

/// Where we and docker differ on this ignore file.
fn difference(ignore: &str) -> Option<String> {
    let folder = folder_with(ignore);
    let only = |one: &BTreeSet<String>, other: &BTreeSet<String>| {
        one.difference(other).cloned().collect::<Vec<_>>().join(", ")
    };
    match (ours(folder.path()), dockers(folder.path())) {
        (Ok(ours), Ok(dockers)) if ours == dockers => None,
        (Ok(ours), Ok(dockers)) => Some(format!(
            "{ignore:?}: only ours: {}; only docker's: {}",
            only(&ours, &dockers),
            only(&dockers, &ours)
        )),
        (Err(_), Err(_)) => None,
        (Ok(_), Err(dockers)) => Some(format!("{ignore:?}: only docker refuses it: {dockers}")),
        (Err(ours), Ok(_)) => Some(format!("{ignore:?}: only we refuse it: {ours}")),
    }
}

/// Looks at each of a list, a few at a time: most of a build is waiting.
fn differences(table: &[&str]) -> Vec<String> {
    let each = |part: &[&str]| part.iter().filter_map(|ignore| difference(ignore)).collect::<Vec<_>>();
    std::thread::scope(|scope| {
        let parts: Vec<_> =
            table.chunks(table.len().div_ceil(4)).map(|part| scope.spawn(move || each(part))).collect();
        parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
    })
}

#[test]
fn we_leave_out_what_docker_leaves_out() {
    let differences = differences(TAKEN);
    assert!(differences.is_empty(), "{differences:#?}");
}

#[test]
fn we_refuse_what_docker_refuses() {
    for ignore in REFUSED {
        let folder = folder_with(ignore);
        assert!(ours(folder.path()).is_err(), "{ignore:?} was taken by us");
        let refusal = dockers(folder.path()).unwrap_err();
        let reason = ["syntax error in pattern", "illegal exclusion pattern"];
        assert!(reason.iter().any(|reason| refusal.contains(reason)), "{ignore:?}: {refusal}");
    }
}

#[test]
fn the_file_named_after_the_dockerfile_beats_the_folders_own() {
    let folder = folder_with("foo\n");
    std::fs::write(folder.path().join("Dockerfile.dockerignore"), "filea\n").unwrap();
    let ours = ours(folder.path()).unwrap();
    assert!(ours.contains("foo") && !ours.contains("filea"));
    assert_eq!(ours, dockers(folder.path()).unwrap());
}

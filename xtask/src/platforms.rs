//! Type-checks the workspace for Windows and macOS on one Debian machine: Rust's standard library is built from
//! Debian's own source of it, in a folder with a newer Debian in it.

use std::{
    collections::hash_map::DefaultHasher,
    fs,
    hash::{Hash, Hasher},
    path::{Path, PathBuf},
    time::Instant,
};

use clap::Args;

use crate::{
    machine::Machine,
    packages::{self, DEBIAN_FOLDERS},
    run::{Done, Stop, cache, cargo, cargo_home, fresh_log, program, quietly, root, time},
};

/// What to check.
#[derive(Debug, Args)]
pub struct Check {
    /// For Windows and macOS, not for this system alone.
    #[arg(long)]
    all_platforms: bool,
}

const PLATFORMS: [(&str, &str); 2] =
    [("Windows", "x86_64-pc-windows-gnu"), ("macOS", "aarch64-apple-darwin")];

const SUITE: &str = "forky";
const PACKAGES: &str =
    "rustc,cargo,rust-src,gcc-mingw-w64-x86-64,clang,llvm,gcc,libc6-dev,pkg-config,ca-certificates";

/// Runs the check.
pub fn run(check: &Check) -> Done {
    if !check.all_platforms {
        return quietly("check", cargo().args(["check", "--workspace", "--all-targets"]));
    }
    match all() {
        Ok(said) => {
            println!("{said}");
            Ok(())
        }
        Err(why) => Err(why),
    }
}

/// Checks for every platform; what was done, in a sentence.
pub fn all() -> Done<String> {
    if let Machine::Debian { sudo: false } = Machine::here() {
        return in_debian_folder();
    }
    with_rustup()
}

/// Elsewhere, rustup has the standard libraries, where the user installed them.
fn with_rustup() -> Done<String> {
    let installed =
        crate::run::output(program("rustup").args(["target", "list", "--installed"])).unwrap_or_default();
    let mut checked = Vec::new();
    for (name, triple) in PLATFORMS {
        if installed.lines().any(|line| line == triple) {
            quietly(
                "platforms",
                cargo().args(["check", "--workspace", "--all-targets", "--target", triple]),
            )?;
            checked.push(name);
        }
    }
    if checked.is_empty() {
        return Ok(format!(
            "not checked here: install the targets with rustup target add {}",
            PLATFORMS.map(|(_, triple)| triple).join(" ")
        ));
    }
    Ok(format!("{} checked", checked.join(" and ")))
}

fn in_debian_folder() -> Done<String> {
    fresh_log("platforms");
    packages::need(&[DEBIAN_FOLDERS])?;
    let debian = debian_folder()?;
    let target = cache()?.join("platforms/target");
    let registry = cargo_home()?.join("registry");
    for folder in [&target, &registry] {
        fs::create_dir_all(folder).map_err(|cause| Stop::File { path: folder.clone(), cause })?;
    }
    quietly("platforms", cargo().args(["fetch", "--locked"]))?;
    let mut said = Vec::new();
    for (name, triple) in PLATFORMS {
        let begun = Instant::now();
        let mut check = program("unshare");
        check.args(["--mount", "--propagation", "private", "sh"]);
        check.arg(root().join("xtask/platforms/check.sh"));
        check.args([debian.as_path(), &root(), &registry, &target, Path::new(triple)]);
        quietly("platforms", &mut check)?;
        said.push(format!("{name} {}", time(begun)));
    }
    Ok(said.join(", "))
}

/// A folder with Debian and the compilers in it; made once, under a name made from what is in it.
fn debian_folder() -> Done<PathBuf> {
    let mut hash = DefaultHasher::new();
    (SUITE, PACKAGES).hash(&mut hash);
    let folder = cache()?.join(format!("platforms/debian-{:016x}", hash.finish()));
    if folder.exists() {
        return Ok(folder);
    }
    println!("Making a folder with Debian {SUITE}, its Rust and its compilers (about a minute) …");
    let making = folder.with_extension(format!("making-{}", std::process::id()));
    fs::create_dir_all(&making).map_err(|cause| Stop::File { path: making.clone(), cause })?;
    let mirror = debian_mirror();
    let mut make = program("mmdebstrap");
    // A mirror that lags behind has a Release file past its date: no reason to stop.
    make.args([
        "--variant=minbase",
        "--aptopt=Acquire::Check-Valid-Until \"false\"",
        "--aptopt=APT::Install-Recommends \"false\"",
    ]);
    make.arg(format!("--include={PACKAGES}")).arg(SUITE).arg(&making);
    make.arg(format!("deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] {mirror} {SUITE} main"));
    quietly("platforms", &mut make)?;
    fs::rename(&making, &folder).map_err(|cause| Stop::File { path: folder.clone(), cause })?;
    Ok(folder)
}

/// The mirror that this machine's own packages come from.
fn debian_mirror() -> String {
    let sources = fs::read_to_string("/etc/apt/sources.list.d/debian.sources").unwrap_or_default();
    sources
        .lines()
        .find_map(|line| line.strip_prefix("URIs:"))
        .and_then(|uris| uris.split_whitespace().next())
        .unwrap_or("http://deb.debian.org/debian")
        .to_owned()
}

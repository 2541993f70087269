//! Kubernetes' programs and kubectl: one static binary, built from the published Go modules, whose sums are here.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use tokio::process::Command;

use crate::{
    cache::{self, Making},
    debian,
    error::{Doing, Error, Result},
    places,
    places::Places,
    programs,
    progress::{Progress, Step},
    system,
};

/// What is built.
pub const VERSION: &str = "1.37.2";

/// What the binary is called by; see main.go.
pub(crate) const PROGRAMS: &[&str] =
    &["kube-apiserver", "kube-controller-manager", "kube-proxy", "kube-scheduler", "kubectl", "kubelet"];

const SOURCES: &[(&str, &str)] = &[
    ("main.go", include_str!("../kube/main.go")),
    ("go.mod", include_str!("../kube/go.mod")),
    ("go.sum", include_str!("../kube/go.sum")),
];

/// Go's own minor version that the modules need.
const GO: u32 = 26;

/// Where no such Go is on the PATH, Debian has one.
const GO_SUITE: &str = "forky";
const GO_PACKAGES: &[&str] = &["golang-1.26-go", "ca-certificates"];

/// How many packages are compiled, about: for a sense of how far it is.
const COMPILED: usize = 1300;

/// How often the count is told.
const TELL: Duration = Duration::from_secs(10);

/// Changes when another binary would be built.
pub(crate) fn key() -> String {
    let flags = flags();
    places::key(SOURCES.iter().map(|(_, text)| text.as_bytes()).chain(flags.iter().map(String::as_bytes)))
}

/// The binary's path, whether it is built already or not.
pub(crate) fn path(places: &Places) -> PathBuf {
    places.cache().join(name()).join("kube")
}

fn name() -> String {
    format!("kube-{}", key())
}

/// Unset, the server would call itself v0.0.0, and clients refuse that.
fn flags() -> [String; 4] {
    let set = |name: &str, value: &str| format!("-X k8s.io/component-base/version.{name}={value}");
    let mut parts = VERSION.split('.');
    let (major, minor) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    [
        "-s -w".to_owned(),
        set("gitVersion", &format!("v{VERSION}")),
        set("gitMajor", major),
        set("gitMinor", minor),
    ]
}

/// Builds the binary when it is not in the cache.
pub(crate) async fn binary(places: &Places, progress: &Progress) -> Result<PathBuf> {
    let step = progress.step("kubernetes");
    cache::cached(places, &name(), &step, async |making: &Making| {
        fs::create_dir_all(&making.path).doing(|| format!("make {}", making.path.display()))?;
        build(making, &step).await
    })
    .await?;
    Ok(path(places))
}

async fn build(making: &Making, step: &Step) -> Result<()> {
    let sources = making.scratch.join("sources");
    fs::create_dir(&sources).doing(|| format!("make {}", sources.display()))?;
    for (name, text) in SOURCES {
        fs::write(sources.join(name), text).doing(|| format!("write {name}"))?;
    }
    let target = making.path.join("kube");
    step.says(format!("builds Kubernetes {VERSION} from its Go modules (5 to 10 min on 2 cores)"));
    match go_on_path().await {
        Some(version) => {
            step.says(format!("uses Go {version}, as found on the PATH"));
            let mut go = programs::contained("go", &making.scratch);
            go.args(build_arguments(&target)).current_dir(&sources);
            for (name, value) in SURROUNDINGS {
                go.env(name, value);
            }
            programs::told(&mut go, step, compiled()).await?;
        }
        None => build_with_debians_go(making, &sources, &target, step).await?,
    }
    system::set_mode(&target, 0o755).doing(|| format!("make {} runnable", target.display()))?;
    step.done(format!("Kubernetes {VERSION} is built"));
    Ok(())
}

/// A static binary, in half the time that Go's usual thrift with memory takes.
const SURROUNDINGS: &[(&str, &str)] = &[("CGO_ENABLED", "0"), ("GOGC", "400"), ("GOFLAGS", "-mod=readonly")];

fn build_arguments(target: &Path) -> Vec<String> {
    let flags = flags().join(" ");
    let target = target.display().to_string();
    ["build", "-v", "-trimpath", "-ldflags", &flags, "-o", &target, "."].map(str::to_owned).to_vec()
}

/// Counts what `go build -v` names.
fn compiled() -> impl FnMut(&str) -> Option<String> {
    let (mut count, mut told) = (0, Instant::now());
    move |line| {
        if line.starts_with("go: downloading") {
            return (told.elapsed() >= TELL).then(|| {
                told = Instant::now();
                line.trim_start_matches("go: ").to_owned()
            });
        }
        count += 1;
        (told.elapsed() >= TELL).then(|| {
            told = Instant::now();
            format!("{count} of about {COMPILED} packages compiled")
        })
    }
}

async fn go_on_path() -> Option<String> {
    let said = programs::output(Command::new("go").arg("version")).await.ok()?;
    let version = version_of(&said)?;
    (minor_of(&version)? >= GO).then_some(version)
}

/// `go version go1.26.8 linux/amd64` → `1.26.8`.
fn version_of(said: &str) -> Option<String> {
    said.split_whitespace().find_map(|word| word.strip_prefix("go1.")).map(|rest| format!("1.{rest}"))
}

fn minor_of(version: &str) -> Option<u32> {
    version.split('.').nth(1)?.chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok()
}

/// In a Debian that is thrown away afterwards; nothing is installed on the machine.
async fn build_with_debians_go(making: &Making, sources: &Path, target: &Path, step: &Step) -> Result<()> {
    step.says(format!(
        "no Go 1.{GO} on the PATH: uses Debian {GO_SUITE}'s, in a folder that is thrown away afterwards"
    ));
    let surroundings: Vec<_> = SURROUNDINGS.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let arguments: Vec<_> =
        build_arguments(Path::new("/build/kube")).iter().map(|word| format!("'{word}'")).collect();
    let (surroundings, arguments) = (surroundings.join(" "), arguments.join(" "));
    let proxies = proxies();
    let mut bootstrap = debian::bootstrap(making, GO_PACKAGES);
    bootstrap
        .args(["--variant=apt", "--format=null"])
        .arg("--customize-hook=mkdir \"$1/build\"")
        .arg(format!("--customize-hook=copy-in {}/. /build", sources.display()))
        // Where a proxy signs traffic anew, the modules come with the machine's own certificates only.
        .arg("--customize-hook=cp /etc/ssl/certs/ca-certificates.crt \"$1/etc/ssl/certs/ca-certificates.crt\"")
        .arg(format!(
            "--customize-hook=chroot \"$1\" sh -c \"cd /build && env HOME=/build {proxies} {surroundings} /usr/lib/go-1.{GO}/bin/go {arguments}\""
        ))
        .arg(format!("--customize-hook=copy-out /build/kube {}", target.parent().unwrap_or(target).display()))
        .arg(GO_SUITE)
        .arg("-")
        .arg(debian::source(GO_SUITE));
    let mut compiled = compiled();
    programs::told(&mut bootstrap, step, move |line| debian::stage(line).or_else(|| compiled(line))).await.map_err(
        |error| match error {
            Error::Command { command: _, status, end } => Error::Command {
                command: format!("mmdebstrap {GO_SUITE} with Go, building Kubernetes; a Go 1.{GO} on the PATH serves as well"),
                status,
                end,
            },
            other => other,
        },
    )
}

fn proxies() -> String {
    ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "GOPROXY"]
        .iter()
        .filter_map(|name| std::env::var(name).ok().map(|value| format!("{name}='{value}'")))
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gos_version_is_read() {
        let minor = |said: &str| version_of(said).and_then(|version| minor_of(&version));
        assert_eq!(minor("go version go1.26.8 linux/amd64"), Some(26));
        assert_eq!(minor("go version go1.27rc1 linux/amd64"), Some(27));
        assert_eq!(minor("go version devel linux/amd64"), None);
    }

    #[test]
    fn the_modules_are_of_the_version_that_is_told() {
        let (_, modules) = SOURCES[1];
        assert!(modules.contains(&format!("k8s.io/kubernetes v{VERSION}\n")));
    }

    #[test]
    fn each_program_is_one_that_main_go_knows() {
        let (_, main) = SOURCES[0];
        for program in PROGRAMS {
            assert!(main.contains(&format!("\"{program}\":")), "{program}");
        }
    }
}

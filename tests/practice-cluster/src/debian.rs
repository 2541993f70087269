//! Debian's own files, of any release, in a folder or a tar.

use std::fs;

use tokio::process::Command;

use crate::{
    cache::Making,
    error::{Doing, Result},
    programs,
    progress::Step,
};

const KEYS: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";
const MIRROR: &str = "http://deb.debian.org/debian";

/// Makes a folder, or a tar by its name's ending, of the release `suite` with these packages.
pub(crate) async fn make(step: &Step, suite: &str, making: &Making, packages: &[&str]) -> Result<()> {
    let mut bootstrap = bootstrap(making, packages);
    bootstrap.arg("--variant=minbase").arg(suite).arg(&making.path).arg(source(suite));
    programs::told(&mut bootstrap, step, stage).await
}

/// Makes a folder with the release in `base.tar`, and in `tools` the packages of `tools` and what they need that the
/// release with `packages` does not have.
pub(crate) async fn base_and_tools(
    step: &Step,
    suite: &str,
    making: &Making,
    packages: &[&str],
    tools: &[&str],
) -> Result<()> {
    let tools_folder = making.path.join("tools");
    fs::create_dir_all(&tools_folder).doing(|| format!("make {}", tools_folder.display()))?;
    let mut bootstrap = bootstrap(making, packages);
    bootstrap.arg("--variant=minbase");
    if !tools.is_empty() {
        let download = "apt-get install --yes --no-install-recommends --download-only";
        bootstrap
            .arg("--customize-hook=rm -f \"$1\"/var/cache/apt/archives/*.deb")
            .arg(format!("--customize-hook=chroot \"$1\" {download} {}", tools.join(" ")))
            .arg(format!(
                "--customize-hook=cp \"$1\"/var/cache/apt/archives/*.deb '{}'",
                tools_folder.display()
            ));
    }
    bootstrap.arg(suite).arg(making.path.join("base.tar")).arg(source(suite));
    programs::told(&mut bootstrap, step, stage).await
}

/// A command to which variant, target and hooks are added.
pub(crate) fn bootstrap(making: &Making, packages: &[&str]) -> Command {
    let mut bootstrap = programs::contained("mmdebstrap", &making.scratch);
    bootstrap
        .arg(format!("--include={}", packages.join(",")))
        // A mirror that is some days old is no reason to stop.
        .args(["--aptopt=Acquire::Check-Valid-Until \"false\"", "--aptopt=Acquire::Retries \"3\""])
        .args(["--aptopt=APT::Install-Recommends \"false\"", "--skip=output/mknod"]);
    bootstrap
}

/// The line for the release in apt's list, kept in what is made.
pub(crate) fn source(suite: &str) -> String {
    let mirror = ["/etc/apt/sources.list.d/debian.sources", "/etc/apt/sources.list"]
        .iter()
        .filter_map(|list| std::fs::read_to_string(list).ok())
        .find_map(|list| mirror_of(&list))
        .unwrap_or_else(|| MIRROR.to_owned());
    format!("deb [signed-by={KEYS}] {mirror} {suite} main")
}

/// The machine's own mirror of Debian, when it has one.
fn mirror_of(list: &str) -> Option<String> {
    list.lines()
        .filter(|line| line.starts_with("URIs:") || line.starts_with("deb "))
        .flat_map(str::split_whitespace)
        .find(|word| word.contains("://") && word.trim_end_matches('/').ends_with("/debian"))
        .map(str::to_owned)
}

/// What mmdebstrap says about its stages is worth telling.
pub(crate) fn stage(line: &str) -> Option<String> {
    let words = line.strip_prefix("I: ").filter(|words| !words.contains("hook"))?;
    ["running", "downloading", "extracting", "installing", "creating"]
        .iter()
        .any(|verb| words.starts_with(verb))
        .then(|| words.trim_end_matches('.').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mirror_is_the_machines_own_unless_it_is_no_debian() {
        let of = |list: &str| mirror_of(list);
        assert_eq!(
            of("Types: deb\nURIs: http://mirror.example/debian\nSuites: trixie\n").as_deref(),
            Some("http://mirror.example/debian")
        );
        assert_eq!(
            of("# deb http://old/debian x main\ndeb [arch=amd64] https://ftp.example/debian/ trixie main")
                .as_deref(),
            Some("https://ftp.example/debian/")
        );
        assert_eq!(of("deb http://archive.ubuntu.com/ubuntu noble main"), None);
    }
}

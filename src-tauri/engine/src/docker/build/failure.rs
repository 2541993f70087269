//! Why a build failed: the engine's words and the step at which it stopped, as a Problem.

use std::path::Path;

use super::{log::Failed, login::Login};
use crate::{
    docker::{credentials::registry_of, error},
    problem::{Code, Problem, Remedy},
    project::{
        content::Source,
        context::vanished,
        dockerfile::Step,
        dockerignore::{Dockerignore, Hidden},
        nearest,
        patterns::clean,
    },
    shell_words::quoted,
    stage::Evidence,
    text,
};

/// The problem that the engine's `words` are for a build of `source` that stopped at `failed`.
pub(super) fn problem(words: &str, failed: Option<Failed>, source: &Source) -> Problem {
    let failed = failed.unwrap_or_default();
    if error::disk_full(words) || failed.last.iter().any(|line| error::disk_full(line)) {
        let error = bollard::errors::Error::DockerStreamError { error: "no space left on device".into() };
        return with_evidence(error::problem("build", error), words, &failed, source);
    }
    if layer_is_lost(words) {
        return Problem::new(Code::BuildCacheBroken)
            .quoting(format!("build: {words}"))
            .remedy(Remedy::run(text!("remedy-cache-empty"), "docker builder prune"))
            .retry();
    }
    if let Some(image) = base_image(words, &failed) {
        return with_evidence(base(&image, words, &failed), words, &failed, source);
    }
    if let Some(path) = missing_file(words, &failed) {
        return with_evidence(file(&path, &failed, source), words, &failed, source);
    }
    if let Some(problem) = circle(words, &failed, source) {
        return with_evidence(problem, words, &failed, source);
    }
    match &failed.step {
        Some(step) => with_evidence(step_failed(step, words), words, &failed, source),
        None => Problem::new(Code::DockerRefused)
            .quoting(format!("build: {words}"))
            .remedy(Remedy::say(text!("remedy-read-engine-words"))),
    }
}

/// `… parent snapshot vquk does not exist: not found`: the cache names a layer that is no more.
fn layer_is_lost(words: &str) -> bool {
    words.contains("snapshot ") && words.ends_with(" does not exist: not found")
}

/// A registry that refuses is likely to, if the credentials for it could not be had.
pub(super) fn with_login_trouble(problem: Problem, login: &Login) -> Problem {
    match login.trouble() {
        Some(trouble) if matches!(problem.code, Code::RegistryDenied | Code::BaseImageUnavailable) => {
            problem.evidence.into_iter().fold(trouble, Problem::because)
        }
        _ => problem,
    }
}

fn step_failed(step: &Step, words: &str) -> Problem {
    let code = exit_code(words);
    let problem = Problem::new(Code::BuildFailed)
        .with("line", step.line)
        .with("step", &step.words)
        .with("exit", code.map_or_else(|| "none".to_owned(), |code| code.to_string()))
        .remedy(Remedy::say(text!("remedy-build-read-lines", line = step.line)));
    if code == Some(137) {
        return problem.remedy(Remedy::say(text!("remedy-build-memory")));
    }
    problem
}

/// The number at the end of `… did not complete successfully: exit code: 3` or `… returned a non-zero code: 3`.
fn exit_code(words: &str) -> Option<i64> {
    let (_, after) = words.rsplit_once("exit code: ").or_else(|| words.rsplit_once("non-zero code: "))?;
    after.trim().parse().ok()
}

/// The image that could not be had, if that is it.
fn base_image(words: &str, failed: &Failed) -> Option<String> {
    let resolving = words.split_once("failed to resolve source metadata for ").map(|(_, after)| after);
    let image = resolving.and_then(|after| after.split_once(": ")).map(|(image, _)| image);
    let image = image.or_else(|| failed.name.strip_prefix("[internal] load metadata for "));
    let from = failed.step.as_ref().filter(|step| step.words.starts_with("FROM "));
    let image = image.or_else(|| {
        let words = from?.words.split_whitespace();
        words.skip(1).find(|word| !word.starts_with("--"))
    })?;
    let familiar = image.strip_prefix("docker.io/").unwrap_or(image);
    Some(familiar.strip_prefix("library/").unwrap_or(familiar).to_owned())
}

fn base(image: &str, words: &str, failed: &Failed) -> Problem {
    let registry = registry_of(image);
    let line = failed.step.as_ref().map_or(0, |step| step.line);
    let problem =
        |code| Problem::new(code).with("image", image).with("registry", registry).with("line", line);
    if denied(words) {
        let login =
            if registry == "docker.io" { "docker login".into() } else { format!("docker login {registry}") };
        return problem(Code::RegistryDenied)
            .remedy(Remedy::say(text!("remedy-base-name", image = image)))
            .remedy(Remedy::run(text!("remedy-registry-login", registry = registry), login));
    }
    problem(Code::BaseImageUnavailable)
        .remedy(Remedy::run(text!("remedy-base-pull", image = image), format!("docker pull {image}")))
        .remedy(Remedy::say(text!("remedy-base-name", image = image)))
        .retry()
}

/// Registries say so in many words, or by their status.
fn denied(words: &str) -> bool {
    let words = words.to_lowercase();
    [
        "401 unauthorized",
        "403 forbidden",
        "authorization failed",
        "authentication required",
        "access denied",
        "insufficient_scope",
    ]
    .iter()
    .any(|sign| words.contains(sign))
        || words.contains("unauthorized:")
        || words.contains("denied:")
}

/// The path of the context that was to be copied and is not there.
fn missing_file(words: &str, failed: &Failed) -> Option<String> {
    let step = failed.step.as_ref()?;
    let copies = ["COPY ", "ADD "].iter().any(|keyword| step.words.starts_with(keyword));
    let elsewhere = step.words.split_whitespace().any(|word| word.starts_with("--from="));
    // … of ref v98r::k6sx: "/data/model.pkl": not found
    let buildkit = words.split_once("failed to calculate checksum of ref ").map(|(_, after)| after);
    let absent = ["not found", "file does not exist", "no such file or directory"];
    if elsewhere || !(copies || buildkit.is_some()) || !absent.iter().any(|sign| words.contains(sign)) {
        return None;
    }
    // COPY failed: file not found in build context or excluded by .dockerignore: stat model.pkl: file does not exist
    // copier: stat: "/model.pkl": no such file or directory
    let after = buildkit.or_else(|| words.split_once("stat").map(|(_, after)| after))?;
    let path = match after.split_once('"') {
        Some((_, quoted)) => quoted.split_once('"')?.0,
        None => after.split_once(": ")?.0,
    };
    Some(clean(&format!("/{}", path.trim())).split_off(1))
}

/// Adds the line that lets a path through, on a line of its own also where the last one has no end.
fn except(ignore: &Path, path: &str) -> String {
    let line = quoted(&format!("!{path}"));
    format!("printf '%s\\n' '' {line} >> {}", quoted(&ignore.display().to_string()))
}

/// A file that is not in the context: ignored, or not there at all.
fn file(path: &str, failed: &Failed, source: &Source) -> Problem {
    let line = failed.step.as_ref().map_or(0, |step| step.line);
    let there = source.context.join(path).symlink_metadata();
    let hidden =
        Dockerignore::read(&source.context, &source.dockerfile).ok().and_then(|file| file.hides(path));
    if let (Ok(_), Some(Hidden { file, line: at, pattern })) = (&there, hidden) {
        let file = file.display().to_string();
        return Problem::new(Code::BuildFileIgnored)
            .with("file", path)
            .with("line", line)
            .with("ignore", &file)
            .with("at", at)
            .with("pattern", &pattern)
            .because(Evidence::exactly(
                text!("build-ignored-by", file = &file, line = at),
                format!("{file}:{at}: {pattern}"),
            ))
            .remedy(Remedy::run(
                text!("remedy-ignore-except", file = &file, path = path),
                except(&source.context.join(&file), path),
            ))
            .remedy(Remedy::say(text!("remedy-ignore-remove", file = &file, line = at)));
    }
    let problem = Problem::new(Code::BuildFileMissing).with("file", path).with("line", line);
    match nearest_name(&source.context, path) {
        Some(near) => problem
            .remedy(Remedy::say(text!("remedy-copy-nearest", near = near, line = line)))
            .remedy(Remedy::say(text!("remedy-copy-add", file = path))),
        None => problem.remedy(Remedy::say(text!("remedy-copy-add", file = path))),
    }
}

/// The problem of links that lead back to themselves, if that is it.
fn circle(words: &str, failed: &Failed, source: &Source) -> Option<Problem> {
    let step = failed.step.as_ref().filter(|_| words.contains("too many links"))?;
    let copied = step.words.split_whitespace().skip(1).map(|word| word.trim_matches(['[', ']', '"', ',']));
    let way = copied.filter(|word| !word.starts_with("--")).find_map(|path| around(&source.context, path))?;
    Some(
        Problem::new(Code::BuildFileCircle)
            .with("file", way[0].as_str())
            .with("line", step.line)
            .because(Evidence::exactly(text!("build-circle"), way.join(" → ")))
            .remedy(Remedy::say(text!("remedy-file-circle", file = way[0].as_str()))),
    )
}

/// The way from link to link until it is at one again; `None`: it leads somewhere.
fn around(context: &Path, path: &str) -> Option<Vec<String>> {
    let within = |path: &str| clean(&format!("/{path}")).split_off(1);
    let mut way = vec![within(path)];
    loop {
        let link = way.last()?.clone();
        let target = std::fs::read_link(context.join(&link)).ok()?.to_str()?.replace('\\', "/");
        let folder = link.rsplit_once('/').map_or("", |(folder, _)| folder);
        let next =
            if target.starts_with('/') { within(&target) } else { within(&format!("{folder}/{target}")) };
        let again = way.contains(&next);
        way.push(next);
        if again {
            return Some(way);
        }
    }
}

/// The name beside the missing one that is most like it.
fn nearest_name(context: &Path, path: &str) -> Option<String> {
    let (mut folder, mut rest) = (String::new(), path);
    // The first part that is missing is the one that is wrong.
    loop {
        let (part, after) = rest.split_once('/').unwrap_or((rest, ""));
        let here = if folder.is_empty() { part.to_owned() } else { format!("{folder}/{part}") };
        match context.join(&here).symlink_metadata() {
            Err(error) if vanished(&error) => {
                let names: Vec<String> = std::fs::read_dir(context.join(&folder))
                    .ok()?
                    .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
                    .collect();
                let near = nearest::nearest(part, names.iter().map(String::as_str))?;
                let near = if folder.is_empty() { near.to_owned() } else { format!("{folder}/{near}") };
                return Some(if after.is_empty() { near } else { format!("{near}/{after}") });
            }
            Err(_) => return None,
            Ok(_) if after.is_empty() => return None,
            Ok(_) => (folder, rest) = (here, after),
        }
    }
}

/// Where it happened, the step's last lines, and the engine's own sentence.
fn with_evidence(mut problem: Problem, words: &str, failed: &Failed, source: &Source) -> Problem {
    if let Some(step) = &failed.step {
        let file = source.dockerfile_shown.display().to_string();
        problem = problem.because(Evidence::exactly(
            text!("build-stopped-at", file = &file, line = step.line),
            format!("{file}:{}: {}", step.line, step.words),
        ));
    }
    if !failed.last.is_empty() {
        problem = problem.because(Evidence::exactly(text!("build-last-lines"), failed.last.join("\n")));
    }
    problem.quoting(words)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn source(folder: &Path) -> Source {
        Source {
            context: folder.to_owned(),
            dockerfile: folder.join("Dockerfile"),
            dockerfile_shown: "Dockerfile".into(),
            target: None,
            args: BTreeMap::new(),
            platform: "linux/amd64".into(),
        }
    }

    fn at(words: &str, last: &[&str]) -> Failed {
        let step = Step { stage: None, number: 2, of: 3, line: 5, words: words.into() };
        let last = last.iter().map(|line| (*line).to_owned()).collect();
        Failed { name: format!("[2/3] {words}"), step: Some(step), last, error: String::new() }
    }

    fn code(words: &str, failed: Option<Failed>) -> Code {
        let folder = tempfile::tempdir().unwrap();
        let problem = problem(words, failed, &source(folder.path()));
        assert!(!problem.remedies.is_empty() && !problem.evidence.is_empty(), "{problem:?}");
        problem.code
    }

    #[cfg(unix)]
    #[test]
    fn links_that_lead_in_a_circle_are_named_one_after_the_other() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("src")).unwrap();
        for (link, target) in
            [("app.py", "src/main.py"), ("src/main.py", "../app.py"), ("fine.py", "nothing.py")]
        {
            std::os::unix::fs::symlink(target, folder.path().join(link)).unwrap();
        }
        let words = "failed to compute cache key: failed to calculate checksum of ref v9::k6: too many links";
        let problem = problem(words, Some(at("COPY fine.py app.py /", &[])), &source(folder.path()));
        assert_eq!((problem.code, &problem.args["file"]), (Code::BuildFileCircle, &"app.py".into()));
        assert_eq!(problem.evidence[0].exact.as_deref(), Some("app.py → src/main.py → app.py"));
    }

    /// The words are those of Docker Engine 28.5 and Podman 5.
    #[test]
    fn the_engines_words_and_the_step_tell_what_it_is() {
        let ended = "process \"/bin/sh -c pip install x\" did not complete successfully: exit code: 1";
        let absent = |path: &str| {
            format!(
                "failed to compute cache key: failed to calculate checksum of ref v9::k6: \"{path}\": not found"
            )
        };
        let unresolved =
            |why: &str| format!("a/b:1: failed to resolve source metadata for docker.io/a/b:1: {why}");
        let run = || Some(at("RUN pip install x", &[]));
        for (words, failed, expected) in [
            (ended.to_owned(), run(), Code::BuildFailed),
            (ended.into(), Some(at("RUN pip install x", &["OSError: [Errno 28] No space left on device"])), Code::DockerDiskFull),
            ("failed to copy files: write /var/lib/x: no space left on device".into(), None, Code::DockerDiskFull),
            (absent("/model.pkl"), Some(at("COPY model.pkl /", &[])), Code::BuildFileMissing),
            (absent("/r.txt"), Some(at("RUN --mount=type=bind,source=r.txt,target=/r pip install -r /r", &[])), Code::BuildFileMissing),
            (absent("/out"), Some(at("COPY --from=deps /out /", &[])), Code::BuildFailed),
            (
                "building at STEP \"COPY nope /\": checking on sources under \"/x\": copier: stat: \"/nope\": no such file or directory".into(),
                Some(at("COPY nope /", &[])),
                Code::BuildFileMissing,
            ),
            (
                "process \"/bin/sh -c stat /x\" did not complete successfully: stat /x: no such file or directory".into(),
                run(),
                Code::BuildFailed,
            ),
            ("process \"/bin/sh -c x\" did not complete successfully: unable to find user app: no matching entries in passwd file".into(), run(), Code::BuildFailed),
            ("Get \"https://x.example/y\": dial tcp: lookup x.example: no such host".into(), Some(at("ADD https://x.example/y /", &[])), Code::BuildFailed),
            (unresolved("failed to do request: Head \"https://registry-1.docker.io/v2/\": dial tcp: no such host"), None, Code::BaseImageUnavailable),
            (unresolved("docker.io/a/b:1: not found"), None, Code::BaseImageUnavailable),
            (unresolved("pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed"), None, Code::RegistryDenied),
            (unresolved("unexpected status from HEAD request to https://x/v2/a: 403 Forbidden"), None, Code::RegistryDenied),
            ("pull access denied for a/b, repository does not exist or may require 'docker login': denied: requested access to the resource is denied".into(), Some(at("FROM a/b", &[])), Code::RegistryDenied),
            ("manifest for python:9 not found: manifest unknown".into(), Some(at("FROM python:9", &[])), Code::BaseImageUnavailable),
            ("invalid reference format".into(), None, Code::DockerRefused),
            ("failed to prepare x as y: parent snapshot x does not exist: not found".into(), run(), Code::BuildCacheBroken),
        ] {
            assert_eq!(code(&words, failed), expected, "{words}");
        }
    }

    #[test]
    fn a_command_that_was_killed_for_memory_has_a_remedy_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let words = "process \"/bin/sh -c python train.py\" did not complete successfully: exit code: 137";
        let problem = problem(words, Some(at("RUN python train.py", &["Killed"])), &source(folder.path()));
        assert_eq!(problem.args["exit"], "137".into());
        assert!(problem.remedies.iter().any(|remedy| remedy.title.id == "remedy-build-memory"));
        let without = super::problem(
            "process \"x\": unable to find user a",
            Some(at("RUN x", &[])),
            &source(folder.path()),
        );
        assert_eq!(without.args["exit"], "none".into());
    }

    #[test]
    fn images_are_named_as_people_name_them() {
        for (words, name) in [
            ("failed to resolve source metadata for docker.io/library/python:9: x", "python:9"),
            ("failed to resolve source metadata for docker.io/team/base:1: x", "team/base:1"),
            ("failed to resolve source metadata for ghcr.io/team/base:1: x", "ghcr.io/team/base:1"),
        ] {
            assert_eq!(base_image(words, &Failed::default()).as_deref(), Some(name));
        }
        assert_eq!(
            base_image("x", &at("FROM --platform=linux/arm64 python:9 AS a", &[])).as_deref(),
            Some("python:9")
        );
        assert_eq!(base_image("exit code: 1", &at("RUN x", &[])), None);
    }

    #[test]
    fn the_part_of_a_path_that_is_wrong_is_the_one_that_is_corrected() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("models/iris")).unwrap();
        for (path, near) in [
            ("modells/iris/a.pkl", Some("models/iris/a.pkl")),
            ("models/irsi", Some("models/iris")),
            ("models/zzzzzz", None),
            ("models/iris", None),
        ] {
            assert_eq!(nearest_name(folder.path(), path).as_deref(), near, "{path}");
        }
    }
}

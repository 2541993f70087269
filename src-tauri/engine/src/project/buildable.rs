//! What of the folder can be built, and which of it will be.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use super::{compose, dockerfile::Dockerfile, patterns::clean};
use crate::{
    facts::{Buildable, Found},
    problem::{Code, Problem, Remedy},
    shell_words::quoted,
    stage::Evidence,
    text,
};

/// How deep Dockerfiles are looked for.
const DEPTH_AT_MOST: usize = 3;
/// How many entries of the folder are looked at.
const ENTRIES_AT_MOST: usize = 20_000;
/// How many candidates are offered.
const CANDIDATES_AT_MOST: usize = 30;

/// Folders that hold what others made.
const FOREIGN: [&str; 7] =
    ["node_modules", "venv", "env", "site-packages", "__pycache__", "vendor", "target"];

/// Endings of files that are about a Dockerfile and are none.
const NO_DOCKERFILE: [&str; 10] =
    ["dockerignore", "txt", "md", "j2", "template", "tmpl", "in", "bak", "orig", "swp"];

/// Something that can be built, with all that is known of how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its name and where it lies.
    pub buildable: Buildable,
    /// The stage, where a compose service names one.
    pub target: Option<String>,
    /// Build arguments of a compose service.
    pub args: BTreeMap<String, String>,
    /// The container's ports that a compose service publishes.
    pub ports: Vec<Found<u16>>,
}

/// What will be built, and what could be instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// What will be built.
    pub candidate: Candidate,
    /// The others.
    pub others: Vec<Buildable>,
}

/// Chooses by what the user said (a Dockerfile's path, or a candidate's label), else the folder's own Dockerfile,
/// else the only candidate.
pub fn choose(folder: &Path, said: Option<&Path>) -> Result<Chosen, Problem> {
    let mut candidates = candidates(folder);
    let at = match said {
        Some(said) => {
            let wanted = clean(&said.to_string_lossy().replace('\\', "/"));
            match candidates.iter().position(|candidate| candidate.is(said, &wanted)) {
                Some(at) => at,
                None if folder.join(said).is_file() => {
                    candidates.push(Candidate::dockerfile(folder, &wanted));
                    candidates.len() - 1
                }
                None => return Err(missing(folder, said, &candidates)),
            }
        }
        None => match (candidates.iter().position(Candidate::is_own), candidates.len()) {
            (Some(own), _) => own,
            (None, 1) => 0,
            (None, 0) => return Err(missing(folder, Path::new("Dockerfile"), &candidates)),
            (None, _) => return Err(choice(folder, &candidates)),
        },
    };
    let candidate = candidates.remove(at);
    Ok(Chosen { candidate, others: candidates.into_iter().map(|candidate| candidate.buildable).collect() })
}

impl Candidate {
    fn dockerfile(folder: &Path, path: &str) -> Self {
        let buildable =
            Buildable { label: path.to_owned(), dockerfile: path.into(), context: context(folder, path) };
        Self { buildable, target: None, args: BTreeMap::new(), ports: Vec::new() }
    }

    fn is(&self, said: &Path, wanted: &str) -> bool {
        Path::new(&self.buildable.label) == said || self.buildable.label == wanted
    }

    /// Whether it is the one that `docker build .` takes.
    fn is_own(&self) -> bool {
        ["Dockerfile", "dockerfile"].contains(&&*self.buildable.label)
    }
}

/// Everything that can be built, the folder's own Dockerfile first, then by path, then compose services.
fn candidates(folder: &Path) -> Vec<Candidate> {
    let mut found: Vec<Candidate> =
        dockerfiles(folder).iter().map(|path| Candidate::dockerfile(folder, path)).collect();
    let Some((file, services)) = compose::services(folder) else { return found };
    for service in services {
        if !folder.join(&service.dockerfile).is_file() {
            continue;
        }
        let same = found.iter_mut().find(|candidate| {
            candidate.buildable.dockerfile == service.dockerfile
                && candidate.buildable.context == service.context
        });
        match same {
            Some(same) if service.target.is_none() && service.args.is_empty() => {
                same.ports.extend(service.ports);
            }
            _ => found.push(Candidate {
                buildable: Buildable {
                    label: format!("{}:{}", file.display(), service.name),
                    dockerfile: service.dockerfile,
                    context: service.context,
                },
                target: service.target,
                args: service.args,
                ports: service.ports,
            }),
        }
    }
    found.truncate(CANDIDATES_AT_MOST);
    found
}

/// Paths of the Dockerfiles, `/` between their parts.
fn dockerfiles(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut looked_at = 0;
    let mut level = vec![String::new()];
    for depth in 0..=DEPTH_AT_MOST {
        let mut below = Vec::new();
        for inner in &level {
            let mut entries: Vec<_> = std::fs::read_dir(folder.join(inner))
                .into_iter()
                .flatten()
                .flatten()
                .take(ENTRIES_AT_MOST)
                .collect();
            entries.sort_by_key(std::fs::DirEntry::file_name);
            for entry in entries {
                looked_at += 1;
                let name = entry.file_name();
                let (Some(name), Ok(kind)) = (name.to_str(), entry.file_type()) else { continue };
                let path = if inner.is_empty() { name.to_owned() } else { format!("{inner}/{name}") };
                if kind.is_dir() {
                    if depth < DEPTH_AT_MOST && !name.starts_with('.') && !FOREIGN.contains(&name) {
                        below.push(path);
                    }
                } else if is_dockerfile(name) && folder.join(&path).is_file() {
                    found.push(path);
                }
            }
            if looked_at > ENTRIES_AT_MOST {
                break;
            }
        }
        level = below;
    }
    // On a disk that takes Dockerfile and dockerfile for one, there is one.
    found.sort_by_key(|path| (path.matches('/').count(), !["Dockerfile", "dockerfile"].contains(&&**path)));
    found
}

fn is_dockerfile(name: &str) -> bool {
    let lower = name.to_lowercase();
    match lower.split_once('.') {
        None => ["Dockerfile", "dockerfile", "Containerfile"].contains(&name),
        Some(("dockerfile", ending)) => {
            let last = ending.rsplit('.').next().unwrap_or(ending);
            !NO_DOCKERFILE.contains(&last) && !ending.ends_with('~')
        }
        Some((first, _)) => !first.is_empty() && lower.ends_with(".dockerfile"),
    }
}

/// The context of a Dockerfile in a subfolder: its own folder when what it copies is all there, as when one
/// builds there; else the project's folder, as with `docker build -f`.
fn context(folder: &Path, dockerfile: &str) -> PathBuf {
    let Some((inner, _)) = dockerfile.rsplit_once('/') else { return ".".into() };
    let sources = std::fs::read(folder.join(dockerfile))
        .ok()
        .and_then(|bytes| Dockerfile::parse_bytes(&bytes).ok())
        .and_then(|(parsed, _)| parsed.built(None, &BTreeMap::new()).ok())
        .map(|built| built.copied.into_iter().flat_map(|copied| copied.sources).collect::<Vec<_>>())
        .unwrap_or_default();
    let there = |root: &Path| {
        sources
            .iter()
            .filter(|source| !source.contains("://") && !source.contains(['*', '?', '[']))
            .all(|source| root.join(clean(source).trim_start_matches('/')).exists())
    };
    if there(&folder.join(inner)) || !there(folder) { inner.into() } else { ".".into() }
}

fn missing(folder: &Path, wanted: &Path, candidates: &[Candidate]) -> Problem {
    let mut problem = Problem::new(Code::DockerfileMissing)
        .with("folder", folder.display().to_string())
        .with("dockerfile", wanted.display().to_string());
    // `Dockerfile.txt` and `DockerFile` are what an editor or a habit makes of it.
    let near = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| {
            let near = ["dockerfile", "dockerfile.txt", "docker file", "dockerfile.md"];
            candidates.is_empty() && near.contains(&&*name.to_lowercase())
        })
        .min();
    if let Some(near) = near {
        problem = problem.because(Evidence::exactly(text!("dockerfile-near", file = &near), &near)).remedy(
            Remedy::run(
                text!("remedy-dockerfile-rename", file = &near),
                format!("mv {} Dockerfile", quoted(&folder.join(&near).display().to_string())),
            ),
        );
    }
    if candidates.is_empty() {
        return problem.because(text!("dockerfile-none")).remedy(Remedy::read(
            text!("remedy-dockerfile-add"),
            "https://docs.docker.com/get-started/docker-concepts/building-images/writing-a-dockerfile/",
        ));
    }
    offered(problem, folder, candidates)
}

fn choice(folder: &Path, candidates: &[Candidate]) -> Problem {
    let problem = Problem::new(Code::DockerfileChoice)
        .with("folder", folder.display().to_string())
        .with("count", candidates.len());
    offered(problem, folder, candidates)
}

/// Lists the candidates, each with how to choose it.
fn offered(mut problem: Problem, folder: &Path, candidates: &[Candidate]) -> Problem {
    for Candidate { buildable, .. } in candidates.iter().take(5) {
        let exact = format!("{} (context {})", buildable.dockerfile.display(), buildable.context.display());
        problem =
            problem.because(Evidence::exactly(text!("dockerfile-found", label = &buildable.label), exact));
        let own_context = buildable.dockerfile == buildable.context.join("Dockerfile");
        let title = text!("remedy-dockerfile-use", label = &buildable.label);
        problem = problem.remedy(if own_context {
            let inner = folder.join(&buildable.context);
            Remedy::run(title, format!("slipway up {}", quoted(&inner.display().to_string())))
        } else {
            Remedy::run(
                title,
                format!(
                    "printf '[build]\\ndockerfile = \"%s\"\\n' {} >> {}",
                    quoted(&buildable.label),
                    quoted(&folder.join("slipway.toml").display().to_string())
                ),
            )
        });
    }
    problem
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_of(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, content) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        folder
    }

    fn chosen(files: &[(&str, &str)], said: Option<&str>) -> Result<(String, String, Vec<String>), Problem> {
        let folder = folder_of(files);
        choose(folder.path(), said.map(Path::new)).map(|chosen| {
            let buildable = chosen.candidate.buildable;
            let others = chosen.others.into_iter().map(|other| other.label).collect();
            (buildable.label, buildable.context.display().to_string(), others)
        })
    }

    #[test]
    fn the_folders_own_dockerfile_wins_and_the_others_are_offered() {
        let files = [
            ("Dockerfile", "FROM a"),
            ("Dockerfile.gpu", "FROM a"),
            ("Dockerfile.dockerignore", ""),
            ("web/Dockerfile", "FROM a"),
            ("node_modules/x/Dockerfile", "FROM a"),
            (".github/Dockerfile", "FROM a"),
            ("a/b/c/d/Dockerfile", "FROM a"),
            (
                "compose.yaml",
                "services:\n  api:\n    build: .\n  dev:\n    build: {context: ., target: dev}\n",
            ),
        ];
        let (label, context, others) = chosen(&files, None).unwrap();
        assert_eq!((&*label, &*context), ("Dockerfile", "."));
        assert_eq!(others, ["Dockerfile.gpu", "web/Dockerfile", "compose.yaml:dev"]);
    }

    #[test]
    fn what_the_user_said_beats_what_is_found() {
        let files = [
            ("Dockerfile", "FROM a"),
            ("web/Dockerfile", "FROM a"),
            ("recipe", "FROM a"),
            ("compose.yml", "services:\n  dev:\n    build: {context: web, target: dev}\n"),
        ];
        for (said, label, context) in [
            ("./web/Dockerfile", "web/Dockerfile", "web"),
            ("recipe", "recipe", "."),
            ("compose.yml:dev", "compose.yml:dev", "web"),
        ] {
            let found = chosen(&files, Some(said)).unwrap();
            assert_eq!((&*found.0, &*found.1), (label, context), "{said}");
        }
    }

    #[test]
    fn the_only_candidate_is_taken_with_the_context_that_its_copies_mean() {
        for (files, context) in [
            (&[("api/Dockerfile", "FROM a\nCOPY app.py /"), ("api/app.py", "")][..], "api"),
            (&[("docker/Dockerfile", "FROM a\nCOPY app.py /"), ("app.py", "")], "."),
            (&[("docker/Dockerfile", "FROM a\nCOPY . /")], "docker"),
            (&[("docker/Dockerfile", "FRM a\n")], "docker"),
            (&[("iris.Dockerfile", "FROM a")], "."),
        ] {
            assert_eq!(chosen(files, None).unwrap().1, context, "{files:?}");
        }
    }

    #[test]
    fn several_without_one_of_the_folders_own_are_the_users_to_choose_from() {
        let problem = chosen(&[("a/Dockerfile", "FROM a"), ("b/Dockerfile.x", "FROM a")], None).unwrap_err();
        assert_eq!(problem.code, Code::DockerfileChoice);
        let commands: Vec<_> =
            problem.remedies.iter().map(|remedy| remedy.command.clone().unwrap()).collect();
        assert!(commands[0].starts_with("slipway up ") && commands[0].ends_with("/a"), "{commands:?}");
        assert!(commands[1].contains("b/Dockerfile.x >> "), "{commands:?}");
    }

    #[test]
    fn none_is_a_problem_that_names_what_comes_near() {
        for (files, evidence) in [
            (&[("app.py", "")][..], "dockerfile-none"),
            (&[("Dockerfile.txt", "FROM a")], "dockerfile-near"),
            (&[("DOCKERFILE", "FROM a")], "dockerfile-near"),
        ] {
            let problem = chosen(files, None).unwrap_err();
            assert_eq!(problem.code, Code::DockerfileMissing, "{files:?}");
            assert_eq!(problem.evidence[0].says.id, evidence, "{files:?}");
            assert!(!problem.remedies.is_empty());
        }
        let said = chosen(&[("Dockerfile", "FROM a")], Some("Dockerfil")).unwrap_err();
        assert_eq!((said.code, &*said.evidence[0].says.id), (Code::DockerfileMissing, "dockerfile-found"));
    }
}

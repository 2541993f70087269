//! The user's folder: what it holds, how it starts, and what was chosen for it. Reads only.

mod buildable;
mod compose;
pub mod content;
pub mod context;
mod context_size;
mod deploy;
pub mod dockerfile;
pub mod dockerignore;
pub mod folder;
mod name;
pub mod nearest;
pub mod patterns;
pub mod python;
pub mod settings;
mod start;

use std::{path::Path, time::Duration};

pub use deploy::SecretKey;
pub use name::another;
pub use nearest::nearest;

use self::{
    dockerfile::{Built, Dockerfile, What},
    dockerignore::Dockerignore,
    settings::Kept,
    start::Starts,
};
use crate::{
    choices::Choices,
    facts::{Found, Project},
    problem::Problem,
};

/// The longest that measuring the context may take.
const MEASURE_WITHIN: Duration = Duration::from_secs(2);

/// Reads the folder of these choices. Blocks: the folder may be large.
pub fn read(choices: &Choices) -> Result<Project, Problem> {
    let folder = folder::existing(&choices.folder)?;
    let kept = Kept::read(&folder)?;
    let settled = kept.under(choices);
    let giver = |key: &str| kept.line_giving(key, choices);
    let name = name::settle(settled.name.as_deref(), giver("name"), &folder)?;
    let deploy = deploy::settle(&settled, &giver)?;
    let chosen = buildable::choose(&folder, settled.dockerfile.as_deref())?;
    let buildable = chosen.candidate.buildable;
    let target = settled.target.clone().or(chosen.candidate.target);
    let mut args = chosen.candidate.args;
    args.extend(settled.args.clone());

    let path = &buildable.dockerfile;
    let (parsed, text) = parsed(&folder, path)?;
    let built = parsed.built(target.as_deref(), &args).map_err(|fault| {
        let line = giver("build.target").filter(|_| matches!(fault.what, What::TargetMissing { .. }));
        let problem = fault.problem(path, &text);
        match line {
            Some(line) => settings::given_by(line, problem),
            None => problem,
        }
    })?;
    let context = folder.join(&buildable.context);
    let starts = Starts {
        built: &built,
        dockerfile: path,
        context: &context,
        context_in_folder: &buildable.context,
        env: &settled.env,
    };
    let port = match settled.port {
        Some(value) => {
            Some(Found { value, file: giver("port").map(|_| settings::FILE.into()), line: giver("port") })
        }
        None => starts.port(&chosen.candidate.ports),
    };
    let ignore = Dockerignore::read(&context, &folder.join(path))?;
    Ok(Project {
        name,
        target,
        args,
        others: chosen.others,
        base: built.base.as_ref().map(|base| base.value.clone()),
        port,
        start: starts.command(),
        user: user(&built, path),
        size: context_size::measure(&context, &ignore, MEASURE_WITHIN),
        deploy,
        context: buildable.context,
        dockerfile: buildable.dockerfile,
        folder,
    })
}

/// The user's choices with those of slipway.toml filled in: what facts leave out, such as the values of
/// environment variables.
pub fn settled(choices: &Choices) -> Result<Choices, Problem> {
    let folder = folder::existing(&choices.folder)?;
    Ok(Kept::read(&folder)?.under(choices))
}

fn parsed(folder: &Path, path: &Path) -> Result<(Dockerfile, String), Problem> {
    let bytes =
        std::fs::read(folder.join(path)).map_err(|error| folder::unreadable(&folder.join(path), &error))?;
    Dockerfile::parse_bytes(&bytes).map_err(|(fault, text)| fault.problem(path, &text))
}

fn user(built: &Built, path: &Path) -> Option<Found<String>> {
    let user = built.user.as_ref()?;
    Some(Found { value: user.value.clone(), file: Some(path.to_owned()), line: Some(user.line) })
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::problem::Code;

    fn folder_of(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, content) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        folder
    }

    fn choices(folder: &tempfile::TempDir) -> Choices {
        Choices { folder: folder.path().to_owned(), name: Some("iris".into()), ..Choices::default() }
    }

    const DOCKERFILE: &str =
        "FROM python:3.13-slim AS prod\nCOPY . /app\nUSER app\nCMD uvicorn app:app --port 8000\n";

    #[test]
    fn a_folder_is_read_with_the_place_of_everything_found() {
        let folder = folder_of(&[
            ("Dockerfile", DOCKERFILE),
            ("app.py", "x"),
            (".dockerignore", ".dockerignore\nDockerfile\n"),
        ]);
        let project = read(&choices(&folder)).unwrap();
        let place = |line| (Some(PathBuf::from("Dockerfile")), Some(line));
        let port = project.port.unwrap();
        assert_eq!((port.value, (port.file, port.line)), (8000, place(4)));
        let user = project.user.unwrap();
        assert_eq!((&*user.value, (user.file, user.line)), ("app", place(3)));
        assert_eq!(project.base.as_deref(), Some("python:3.13-slim"));
        assert_eq!((project.size.files, project.size.bytes), (1, 1));
        assert_eq!(project.context, PathBuf::from("."));
    }

    #[test]
    fn a_choice_now_beats_the_file_and_the_file_beats_what_is_found() {
        let folder = folder_of(&[
            ("Dockerfile", DOCKERFILE),
            (
                "slipway.toml",
                "name = \"kept\"\nport = 9000\n[deploy]\nreplicas = 3\nhost = \"kept.localhost\"\n",
            ),
        ]);
        let project = read(&Choices { host: Some("now.localhost".into()), ..choices(&folder) }).unwrap();
        assert_eq!(
            (&*project.name, &*project.deploy.host, project.deploy.replicas),
            ("iris", "now.localhost", 3)
        );
        let port = project.port.unwrap();
        assert_eq!((port.value, port.file, port.line), (9000, Some("slipway.toml".into()), Some(2)));
    }

    #[test]
    fn a_stage_that_is_not_there_is_the_fault_of_whoever_named_it() {
        let files = [("Dockerfile", DOCKERFILE), ("slipway.toml", "[build]\ntarget = \"dev\"\n")];
        let folder = folder_of(&files);
        let problem = read(&choices(&folder)).unwrap_err();
        assert_eq!((problem.code, &problem.args["line"]), (Code::SettingsInvalid, &2_u32.into()));
        let problem = read(&Choices { target: Some("test".into()), ..choices(&folder) }).unwrap_err();
        assert_eq!((problem.code, &problem.args["field"]), (Code::ChoiceInvalid, &"target".into()));
        assert!(read(&Choices { target: Some("prod".into()), ..choices(&folder) }).is_ok());
    }

    #[test]
    fn faults_of_a_dockerfile_name_file_and_line() {
        for (content, code, exact) in [
            ("", Code::DockerfileEmpty, "Dockerfile"),
            ("# later\n", Code::DockerfileEmpty, "Dockerfile"),
            ("FROM a\n\nRUNN pip\n", Code::DockerfileInvalid, "Dockerfile:3: RUNN pip"),
            ("ARG A\n", Code::DockerfileInvalid, "Dockerfile"),
            ("RUN x\nFROM a\n", Code::DockerfileInvalid, "Dockerfile:1: RUN x"),
            ("\u{0}\u{1}", Code::DockerfileInvalid, "Dockerfile:1: \u{2400}\u{2401}"),
        ] {
            let problem = read(&choices(&folder_of(&[("Dockerfile", content)]))).unwrap_err();
            assert_eq!(
                (problem.code, problem.evidence[0].exact.as_deref()),
                (code, Some(exact)),
                "{content:?}"
            );
            assert!(!problem.remedies.is_empty());
        }
        let folder = folder_of(&[]);
        std::fs::write(folder.path().join("Dockerfile"), b"\xff\xfeF\0R\0").unwrap();
        let problem = read(&choices(&folder)).unwrap_err();
        assert_eq!(problem.evidence[0].says.id, "dockerfile-utf16");
    }
}

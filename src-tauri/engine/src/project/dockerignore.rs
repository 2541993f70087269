//! `.dockerignore`, with Docker's own meaning.

use std::{
    io,
    path::{Path, PathBuf},
};

use super::patterns::{BadPattern, Patterns, clean};
use crate::{
    problem::{Code, Problem, Remedy},
    text,
};

/// The longest line that docker reads, in bytes.
const LINE_AT_MOST: usize = 64 * 1024;

/// The ignore file of a build, read.
#[derive(Debug, Clone, Default)]
pub struct Dockerignore {
    /// The file as a person would name it, relative to the folder that is built; `None`: there is none.
    pub file: Option<PathBuf>,
    /// Its patterns.
    pub patterns: Patterns,
}

/// What hides a path from the build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    /// The ignore file.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: u32,
    /// The pattern that stands there, cleaned.
    pub pattern: String,
}

impl Dockerignore {
    /// Reads the ignore file for the build of `context` with `dockerfile` (absolute paths). One named after the
    /// Dockerfile (`Dockerfile.dockerignore`) beats the context's own.
    pub fn read(context: &Path, dockerfile: &Path) -> Result<Self, Problem> {
        let mut own = dockerfile.as_os_str().to_owned();
        own.push(".dockerignore");
        for path in [PathBuf::from(own), context.join(".dockerignore")] {
            let shown = path.strip_prefix(context).unwrap_or(&path);
            match std::fs::read(&path) {
                Ok(content) => {
                    let patterns = parse(&content).map_err(|bad| invalid(shown, &bad))?;
                    return Ok(Self { file: Some(shown.to_owned()), patterns });
                }
                Err(error) if absent(&error) => {}
                Err(error) => return Err(unreadable(shown, &error)),
            }
        }
        Ok(Self::default())
    }

    /// The line that hides `path` (relative to the context, `/` between its parts), if one does.
    pub fn hides(&self, path: &str) -> Option<Hidden> {
        let pattern = self.patterns.decider(path)?;
        Some(Hidden { file: self.file.clone()?, line: pattern.line, pattern: pattern.shown() })
    }
}

/// Reads an ignore file's lines. Bytes that are no UTF-8 fit no path, and are kept from being a fault.
pub fn parse(content: &[u8]) -> Result<Patterns, BadPattern> {
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    let text = String::from_utf8_lossy(content);
    let mut patterns = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        if line.len() > LINE_AT_MOST {
            return Err(BadPattern { line: number, pattern: line.chars().take(80).collect() });
        }
        if line.starts_with('#') {
            continue;
        }
        let line = line.trim();
        let (exception, path) = line.strip_prefix('!').map_or((false, line), |path| (true, path.trim()));
        if line.is_empty() {
            continue;
        }
        let mut pattern = if path.is_empty() { String::new() } else { clean(path) };
        if pattern.len() > 1 && pattern.starts_with('/') {
            pattern.remove(0);
        }
        patterns.push((number, if exception { format!("!{pattern}") } else { pattern }));
    }
    Patterns::new(patterns.iter().map(|(line, pattern)| (*line, pattern.as_str())))
}

fn absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::IsADirectory
    )
}

fn invalid(file: &Path, bad: &BadPattern) -> Problem {
    let file = file.display().to_string();
    Problem::new(Code::DockerignoreInvalid)
        .with("file", &file)
        .with("line", bad.line)
        .with("pattern", &bad.pattern)
        .quoting(format!("{file}:{}: {}", bad.line, bad.pattern))
        .remedy(Remedy::say(text!("remedy-dockerignore-line", file = &file, line = bad.line)))
}

fn unreadable(file: &Path, error: &io::Error) -> Problem {
    let file = file.display().to_string();
    Problem::new(Code::BuildFileUnreadable)
        .with("file", &file)
        .quoting(format!("{file}: {error}"))
        .remedy(Remedy::say(text!("remedy-file-readable", file = &file)))
        .retry()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(content: &str) -> Vec<(u32, String)> {
        parse(content.as_bytes()).unwrap().iter().map(|pattern| (pattern.line, pattern.shown())).collect()
    }

    #[test]
    fn lines_are_read_as_docker_reads_them() {
        let content = "\u{feff}# a note\ntest1\r\n/test2\n  /a/file/here \n\n #no-comment\n! /inverted/abs/path\n./x/../y/\n";
        let expected = [
            (2, "test1"),
            (3, "test2"),
            (4, "a/file/here"),
            (6, "#no-comment"),
            (7, "!inverted/abs/path"),
            (8, "y"),
        ];
        assert_eq!(shown(content), expected.map(|(line, pattern)| (line, pattern.to_owned())));
    }

    #[test]
    fn a_lone_exclamation_mark_is_refused_with_its_line() {
        assert_eq!(parse(b"a\n! \n").unwrap_err(), BadPattern { line: 2, pattern: "!".into() });
    }

    #[test]
    fn the_file_named_after_the_dockerfile_beats_the_folders_own() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        std::fs::create_dir(folder.join("docker")).unwrap();
        std::fs::write(folder.join(".dockerignore"), "a").unwrap();
        std::fs::write(folder.join("docker/api.dockerignore"), "b\n!b/c").unwrap();
        let general = Dockerignore::read(folder, &folder.join("Dockerfile")).unwrap();
        assert_eq!(
            general.hides("a/x"),
            Some(Hidden { file: ".dockerignore".into(), line: 1, pattern: "a".into() })
        );
        let own = Dockerignore::read(folder, &folder.join("docker/api")).unwrap();
        assert_eq!(own.file.as_deref(), Some(Path::new("docker/api.dockerignore")));
        assert_eq!(own.hides("a/x"), None);
        assert!(own.hides("b/x").is_some() && own.hides("b/c").is_none());
    }

    #[test]
    fn a_pattern_that_docker_refuses_is_a_problem_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(".dockerignore"), "fine\n[z").unwrap();
        let problem = Dockerignore::read(folder.path(), &folder.path().join("Dockerfile")).unwrap_err();
        assert_eq!(problem.code, Code::DockerignoreInvalid);
        assert_eq!(problem.evidence[0].says.args["text"], ".dockerignore:2: [z".into());
    }
}

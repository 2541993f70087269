//! What an engine's refusal or silence means: bollard's errors become Problems here and nowhere else.

use std::{error::Error as _, io};

use bollard::errors::Error;

use crate::{
    problem::{Code, Problem, Remedy},
    text,
};

/// The problem that an engine's error is, for an engine that answered before. `doing` says what was asked of it, in
/// the API's words (`create container`); it is shown below the sentence.
#[allow(clippy::needless_pass_by_value)] // so that it fits `map_err`
pub fn problem(doing: &str, error: Error) -> Problem {
    let words = words(&error);
    if disk_full(&words) {
        return Problem::new(Code::DockerDiskFull)
            .quoting(format!("{doing}: {words}"))
            .remedy(Remedy::run(text!("remedy-see-docker-disk"), "docker system df"))
            .remedy(Remedy::run(text!("remedy-free-docker-disk"), "docker builder prune"));
    }
    match error {
        Error::DockerResponseServerError { .. }
        | Error::DockerStreamError { .. }
        | Error::DockerContainerWaitError { .. } => Problem::new(Code::DockerRefused)
            .quoting(format!("{doing}: {words}"))
            .remedy(Remedy::say(text!("remedy-read-engine-words"))),
        _ => Problem::new(Code::DockerLost)
            .quoting(format!("{doing}: {words}"))
            .remedy(Remedy::run(text!("remedy-check-docker"), "docker version"))
            .retry(),
    }
}

/// Whether the engine says that there is no such thing.
pub fn is_missing(error: &Error) -> bool {
    status(error) == Some(404)
}

/// The HTTP status of the engine's refusal.
pub fn status(error: &Error) -> Option<u16> {
    match error {
        Error::DockerResponseServerError { status_code, .. } => Some(*status_code),
        _ => None,
    }
}

/// The engine's own sentence, or the innermost reason why there is none.
pub fn words(error: &Error) -> String {
    match error {
        Error::DockerResponseServerError { message, .. } => message.clone(),
        Error::DockerStreamError { error } | Error::DockerContainerWaitError { error, .. } => error.clone(),
        Error::RequestTimeoutError => "no answer in time".to_owned(),
        other => io_error(other).map_or_else(|| other.to_string(), ToString::to_string),
    }
}

/// The system's error below an error of bollard's.
pub(super) fn io_error(error: &Error) -> Option<&io::Error> {
    if let Error::IOError { err } = error {
        return Some(err);
    }
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(io) = error.downcast_ref() {
            return Some(io);
        }
        cause = error.source();
    }
    None
}

/// Whether these words of an engine say that its disk is full.
pub fn disk_full(words: &str) -> bool {
    let words = words.to_lowercase();
    words.contains("no space left on device") || words.contains("not enough space on the disk")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status_code: u16, message: &str) -> Error {
        Error::DockerResponseServerError { status_code, message: message.into() }
    }

    #[test]
    fn a_refusal_keeps_the_engines_sentence_and_what_was_asked() {
        let problem = problem("create container", refused(409, "Conflict. The name is in use"));
        assert_eq!(problem.code, Code::DockerRefused);
        assert_eq!(
            problem.evidence[0].says.args["text"],
            "create container: Conflict. The name is in use".into()
        );
        assert!(!problem.retry);
    }

    #[test]
    fn a_full_disk_is_named_whatever_says_it() {
        let stream = Error::DockerStreamError { error: "write /x: no space left on device".into() };
        assert_eq!(problem("build", stream).code, Code::DockerDiskFull);
        assert_eq!(problem("pull", refused(500, "No space left on device")).code, Code::DockerDiskFull);
    }

    #[test]
    fn a_connection_that_ends_can_be_tried_again() {
        let error = Error::IOError { err: io::ErrorKind::ConnectionReset.into() };
        let problem = problem("list images", error);
        assert_eq!((problem.code, problem.retry), (Code::DockerLost, true));
    }
}

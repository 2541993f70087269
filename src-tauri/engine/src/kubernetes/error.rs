//! What the cluster's refusals and silences mean, decided in one place.

use std::{error::Error as StdError, io, time::Duration};

use kube::{Error, client::AuthError, core::Status, runtime::watcher};

use super::kubeconfig;
use crate::{
    problem::{Code, Problem, Remedy},
    shell_words::ShellCommand,
    stage::Evidence,
    text,
};

/// Which cluster was asked, for the words of its problems.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The context's name.
    pub context: String,
    /// The server's address.
    pub server: String,
    /// The program that the credentials come from.
    pub credential_program: Option<String>,
}

impl Asked {
    /// What this error means.
    pub fn problem(&self, error: &Error) -> Problem {
        match error {
            Error::Api(status) => self.refused(status),
            Error::Auth(error) => self.credentials(error),
            Error::InferKubeconfig(error) => kubeconfig::unusable(&self.context, error),
            Error::RustlsTls(error) => self.credentials_unreadable(error),
            error => self.silent(error),
        }
    }

    /// What the error of a watch means.
    pub fn watch_problem(&self, error: &watcher::Error) -> Problem {
        match error {
            watcher::Error::InitialListFailed(error)
            | watcher::Error::WatchStartFailed(error)
            | watcher::Error::WatchFailed(error) => self.problem(error),
            watcher::Error::WatchError(status) => self.refused(status),
            watcher::Error::NoResourceVersion => self.of(Code::ClusterRefused).caused_by(error),
        }
    }

    /// The server took longer than this.
    pub fn too_slow(&self, within: Duration) -> Problem {
        self.unreachable()
            .because(text!("cluster-no-answer", ms = u64::try_from(within.as_millis()).unwrap_or(u64::MAX)))
    }

    /// A refusal in the server's own words.
    pub fn refused(&self, status: &Status) -> Problem {
        let words = server_words(status);
        match status.code {
            401 => self
                .of(Code::ClusterUnauthorized)
                .quoting(words)
                .remedy(Remedy::run(text!("remedy-sign-in-again"), self.kubectl(["get", "namespaces"])))
                .remedy(Remedy::say(text!("remedy-rewrite-context", context = &self.context))),
            403 => self.of(Code::ClusterForbidden).quoting(words).remedy(Remedy::run(
                text!("remedy-ask-for-rights"),
                self.kubectl(["auth", "can-i", "--list"]),
            )),
            429 => self
                .of(Code::ClusterBusy)
                .quoting(words)
                .remedy(Remedy::say(text!("remedy-wait-and-retry")))
                .retry(),
            500 | 503 | 504 => self
                .of(Code::ClusterNotReady)
                .quoting(words)
                .remedy(Remedy::run(
                    text!("remedy-wait-for-cluster"),
                    self.kubectl(["get", "--raw", "/readyz?verbose"]),
                ))
                .retry(),
            _ => self
                .of(Code::ClusterRefused)
                .quoting(words)
                .remedy(Remedy::run(text!("remedy-see-version"), self.kubectl(["version"]))),
        }
    }

    fn silent(&self, error: &Error) -> Problem {
        for cause in causes(error) {
            if let Some(error) = cause.downcast_ref::<AuthError>() {
                return self.credentials(error);
            }
            if let Some(error) = cause.downcast_ref::<rustls::Error>() {
                return self.certificate(error);
            }
        }
        self.unreachable().caused_by(error)
    }

    fn unreachable(&self) -> Problem {
        self.of(Code::ClusterUnreachable)
            .remedy(Remedy::run(text!("remedy-start-cluster"), self.kubectl(["cluster-info"])))
            .remedy(Remedy::say(text!("remedy-choose-other-cluster")))
            .retry()
    }

    fn certificate(&self, error: &rustls::Error) -> Problem {
        self.of(Code::ClusterCertificate)
            .caused_by(error)
            .remedy(Remedy::say(text!("remedy-rewrite-context", context = &self.context)))
    }

    fn credentials_unreadable(&self, error: &(dyn StdError + 'static)) -> Problem {
        self.of(Code::ClusterUnauthorized)
            .caused_by(error)
            .remedy(Remedy::say(text!("remedy-rewrite-context", context = &self.context)))
    }

    fn credentials(&self, error: &AuthError) -> Problem {
        let Some(program) = &self.credential_program else { return self.credentials_unreadable(error) };
        let problem = self.of(Code::CredentialProgram).with("program", program);
        let problem = match error {
            AuthError::AuthExecStart(error) if error.kind() == io::ErrorKind::NotFound => {
                problem.because(Evidence::exactly(text!("credential-program-not-found"), program))
            }
            AuthError::AuthExecRun { out, .. } => problem.because(Evidence::exactly(
                text!("credential-program-failed", status = out.status.to_string()),
                last_lines(&String::from_utf8_lossy(&out.stderr), 10),
            )),
            AuthError::AuthExecParse(error) => problem.quoting(kubeconfig::said_of_content(error)),
            error => problem.caused_by(error),
        };
        problem
            .remedy(Remedy::run(text!("remedy-run-credential-program"), program))
            .remedy(Remedy::run(text!("remedy-sign-in-again"), self.kubectl(["get", "namespaces"])))
    }

    /// A problem with this cluster's name and server as its variables.
    pub(super) fn of(&self, code: Code) -> Problem {
        Problem::new(code).with("context", &self.context).with("server", &self.server)
    }

    /// A kubectl command for this context.
    pub fn kubectl<'a>(&'a self, words: impl IntoIterator<Item = &'a str>) -> ShellCommand {
        ShellCommand::of(["kubectl", "--context", &self.context]).with(words)
    }
}

/// The server's sentence, else its status code.
pub(super) fn server_words(status: &Status) -> String {
    if status.message.trim().is_empty() {
        format!("HTTP {} {}", status.code, status.reason)
    } else {
        status.message.clone()
    }
}

/// An error and its causes, also those that an `io::Error` wraps without naming them as its source.
fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| {
        let error: &'a (dyn StdError + 'static) = *error;
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        match wrapped {
            Some(inner) => Some(inner as &(dyn StdError + 'static)),
            None => error.source(),
        }
    })
    .take(16)
}

fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked() -> Asked {
        Asked { context: "a".into(), server: "https://127.0.0.1:6443".into(), credential_program: None }
    }

    fn refusal(code: u16) -> Error {
        Error::Api(Box::new(Status::failure("the server's words", "Any").with_code(code)))
    }

    #[test]
    fn a_refusal_is_told_by_its_status_with_the_servers_words_and_a_remedy() {
        for (code, expected) in [
            (401, Code::ClusterUnauthorized),
            (403, Code::ClusterForbidden),
            (429, Code::ClusterBusy),
            (500, Code::ClusterNotReady),
            (503, Code::ClusterNotReady),
            (410, Code::ClusterRefused),
        ] {
            let problem = asked().problem(&refusal(code));
            assert_eq!(problem.code, expected);
            assert_eq!(problem.evidence, [Evidence::quoted("the server's words")]);
            assert!(!problem.remedies.is_empty());
        }
    }

    #[test]
    fn a_certificate_is_told_from_a_silent_server_however_deep_it_lies() {
        let invalid = rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer);
        let wrapped = io::Error::other(io::Error::new(io::ErrorKind::InvalidData, invalid));
        let problem = asked().problem(&Error::Service(Box::new(wrapped)));
        assert_eq!(problem.code, Code::ClusterCertificate);
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        let problem = asked().problem(&Error::Service(Box::new(refused)));
        assert_eq!(problem.code, Code::ClusterUnreachable);
        assert!(problem.retry);
    }

    #[test]
    fn a_credential_program_that_is_not_there_is_named() {
        let missing = AuthError::AuthExecStart(io::Error::from(io::ErrorKind::NotFound));
        let asked = Asked { credential_program: Some("gke-auth get".into()), ..asked() };
        for error in [Error::Auth(missing), Error::Service(Box::new(AuthError::ExecPluginFailed))] {
            let problem = asked.problem(&error);
            assert_eq!(problem.code, Code::CredentialProgram);
            assert_eq!(problem.args["program"], "gke-auth get".into());
        }
    }
}

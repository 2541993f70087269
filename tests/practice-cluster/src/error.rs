//! What can go wrong, each with what a person needs to mend it.

use std::{io, path::PathBuf, time::Duration};

/// Why the practice cluster does not stand as asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// This machine cannot run it: what is missing, a line each.
    #[error("the practice cluster cannot run on this machine:\n{}", lines(missing))]
    CannotRunHere {
        /// What is missing, and what would mend it.
        missing: Vec<String>,
    },
    /// What it needs belongs to another program.
    #[error(
        "{what} is in use by {holder}; the practice cluster needs it and touches nothing that is not its own"
    )]
    Occupied {
        /// An address, a port, a link or firewall rules.
        what: String,
        /// Who holds it, as far as can be seen.
        holder: String,
    },
    /// It was asked about, and does not stand.
    #[error("the practice cluster is not up: {0}")]
    NotUp(String),
    /// A program that it runs to the end failed.
    #[error("`{command}` ended with {status}; its last words:\n{end}")]
    Command {
        /// The command as typed.
        command: String,
        /// Exit code or signal.
        status: String,
        /// The last lines that it wrote.
        end: String,
    },
    /// A part ended by itself.
    #[error("{part} died; the end of its log ({}):\n{end}", log.display())]
    PartDied {
        /// Its program's name.
        part: &'static str,
        /// Where its whole log lies.
        log: PathBuf,
        /// The log's last lines.
        end: String,
    },
    /// A part runs and does not become healthy.
    #[error(
        "{part} is not healthy after {}: {said}; the end of its log ({}):\n{end}",
        seconds(*waited),
        log.display()
    )]
    PartSilent {
        /// Its program's name.
        part: &'static str,
        /// What its health check answered last.
        said: String,
        /// For how long it was awaited.
        waited: Duration,
        /// Where its whole log lies.
        log: PathBuf,
        /// The log's last lines.
        end: String,
    },
    /// A file, a mount or a process could not be handled.
    #[error("{doing}: {source}")]
    Io {
        /// What was tried.
        doing: String,
        /// The system's answer.
        source: io::Error,
    },
    /// The engine refused something.
    #[error("{doing}: {source}")]
    Docker {
        /// What was asked.
        doing: String,
        /// Its answer.
        source: bollard::errors::Error,
    },
    /// The API server refused something.
    #[error("{doing}: {source}")]
    Kubernetes {
        /// What was asked.
        doing: String,
        /// Its answer.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// No certificate could be made.
    #[error("certificates: {0}")]
    Certificates(#[from] rcgen::Error),
}

/// The usual result here.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Says what was being done when a call of the system failed.
pub(crate) trait Doing<T> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T>;
}

impl<T, E: Into<io::Error>> Doing<T> for Result<T, E> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|error| Error::Io { doing: what(), source: error.into() })
    }
}

fn lines(missing: &[String]) -> String {
    missing.iter().map(|one| format!("  - {one}")).collect::<Vec<_>>().join("\n")
}

fn seconds(duration: Duration) -> String {
    format!("{:.0} s", duration.as_secs_f64())
}

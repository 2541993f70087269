//! Whether a part works, asked of the part itself.

use std::time::Duration;

use bollard::Docker;

use crate::{programs, root::Root};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The way to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Health {
    /// By containerd's own client.
    Containerd,
    /// By the engine's `/_ping`.
    Engine,
    /// By an address that answers 200.
    Url(&'static str),
    /// It runs; it has nothing that could be asked.
    Running,
}

impl Health {
    /// Nothing, or what is wrong in its own words.
    pub async fn check(self, root: &Root) -> Result<(), String> {
        match tokio::time::timeout(PATIENCE, self.ask(root)).await {
            Ok(answer) => answer,
            Err(_) => Err(format!("no answer in {} s", PATIENCE.as_secs())),
        }
    }

    async fn ask(self, root: &Root) -> Result<(), String> {
        match self {
            Self::Containerd => {
                let mut ctr = programs::inside(root.path(), "ctr");
                programs::output(ctr.args(["--connect-timeout", "1s", "version"]))
                    .await
                    .map(drop)
                    .map_err(|_| "its socket does not answer".to_owned())
            }
            Self::Engine => {
                let docker = engine(root).map_err(|error| error.to_string())?;
                docker.ping().await.map(drop).map_err(|error| error.to_string())
            }
            Self::Url(url) => {
                let client = reqwest::Client::builder()
                    .no_proxy()
                    // Some have a certificate that they made themselves; all are on this machine.
                    .tls_danger_accept_invalid_certs(true)
                    .build()
                    .map_err(|error| error.to_string())?;
                let answer = client.get(url).send().await.map_err(|error| innermost(&error))?;
                if answer.status().is_success() {
                    return Ok(());
                }
                let status = answer.status();
                let body = answer.text().await.unwrap_or_default();
                Err(format!("{url} answers {status}: {}", failing(&body)))
            }
            Self::Running => Ok(()),
        }
    }
}

/// A client for the engine, from outside the root.
pub(crate) fn engine(root: &Root) -> Result<Docker, bollard::errors::Error> {
    Docker::connect_with_host(&format!("unix://{}", root.socket().display()))
}

fn innermost(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

/// Of the checks that an API server lists, those that fail.
fn failing(body: &str) -> String {
    let failing: Vec<_> = body.lines().filter(|line| line.starts_with("[-]")).collect();
    if failing.is_empty() { body.trim().chars().take(200).collect() } else { failing.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_checks_only_those_that_fail_are_told() {
        let body =
            "[+]ping ok\n[-]poststarthook/rbac/bootstrap-roles failed: reason withheld\nreadyz check failed";
        assert_eq!(failing(body), "[-]poststarthook/rbac/bootstrap-roles failed: reason withheld");
        assert_eq!(failing(" not found \n"), "not found");
    }
}

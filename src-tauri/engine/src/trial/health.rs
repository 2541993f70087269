//! The path that tells whether the app is well: named by the user, by the image, by custom, or the home page.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::{App, OPENAPI, Wish};
use crate::{
    facts::Answer,
    problem::{Code, Problem, Remedy},
    stage::Evidence,
    text,
};

/// Paths that frameworks and people use for this.
const CUSTOMARY: [&str; 9] = [
    "/healthz",
    "/health",
    "/livez",
    "/readyz",
    "/ready",
    "/ping",
    "/health/ready",
    "/_stcore/health",
    "/status",
];

/// So long an app may answer with server errors after its first answer: it may still load its model.
const SETTLES_WITHIN: Duration = Duration::from_secs(15);

/// Between two rounds of asking an app that is not well yet.
const PAUSE: Duration = Duration::from_millis(300);

/// How much of a body is shown as evidence.
const BODY_SHOWN: usize = 500;

/// What was learnt.
pub(super) struct Health {
    /// A path that answers 200 to 399, as a probe of Kubernetes wants it; `None`: there is none.
    pub(super) path: Option<String>,
    /// What the app said: its home page, where it has one, else that path's answer, else its refusal.
    pub(super) answer: Option<Answer>,
}

/// Finds the path, and refuses an app that only answers with server errors.
pub(super) async fn find(
    app: &App,
    wish: &Wish,
    has_openapi: bool,
    until: Instant,
) -> Result<Health, Problem> {
    let settles = until.min(Instant::now() + SETTLES_WITHIN);
    if let Some(path) = &wish.health {
        return named(app, path, until).await;
    }
    let mut candidates: Vec<String> = path_of_check(&wish.image.health_check).into_iter().collect();
    candidates.extend(CUSTOMARY.map(str::to_owned));
    loop {
        let home = app.get("/").await;
        let mut answers: Vec<_> = home.iter().cloned().collect();
        for path in &candidates {
            let Some(answer) = app.get(path).await else { continue };
            if well(&answer) {
                return Ok(Health { path: Some(path.clone()), answer: home.filter(well).or(Some(answer)) });
            }
            answers.push(answer);
        }
        if home.as_ref().is_some_and(well) {
            return Ok(Health { path: Some("/".to_owned()), answer: home });
        }
        let fault = answers.iter().find(|answer| answer.status >= 500);
        let Some(fault) = fault.filter(|_| answers.iter().all(|answer| !no_fault(answer))) else {
            let path = has_openapi.then(|| OPENAPI.to_owned());
            return Ok(Health { path, answer: home.filter(no_fault) });
        };
        if Instant::now() >= settles {
            return Err(server_error(fault));
        }
        sleep(PAUSE).await;
    }
}

/// The path that the user named must hold, and may take as long as the app may take to start.
async fn named(app: &App, path: &str, until: Instant) -> Result<Health, Problem> {
    loop {
        let answer = app.get(path).await;
        match answer {
            Some(answer) if well(&answer) => {
                let home = app.get("/").await.filter(well);
                return Ok(Health { path: Some(path.to_owned()), answer: home.or(Some(answer)) });
            }
            Some(answer) if no_fault(&answer) => {
                return Err(Problem::new(Code::TrialHealth)
                    .with("path", path)
                    .with("status", answer.status)
                    .because(quoted(&answer))
                    .remedy(Remedy::say(text!("remedy-correct-health", path = path))));
            }
            Some(answer) if Instant::now() >= until => return Err(server_error(&answer)),
            _ => sleep(PAUSE).await,
        }
    }
}

/// The app answers, but with a fault of its own.
pub(super) fn server_error(answer: &Answer) -> Problem {
    Problem::new(Code::TrialServerError)
        .with("status", answer.status)
        .with("request", &answer.request)
        .because(quoted(answer))
        .remedy(super::mend_and_run_again())
}

fn quoted(answer: &Answer) -> Evidence {
    let body: String = answer.body.chars().take(BODY_SHOWN).collect();
    let says = text!("trial-said", request = &answer.request, status = answer.status.to_string());
    Evidence::exactly(says, body.trim())
}

/// What a probe of Kubernetes takes for well.
fn well(answer: &Answer) -> bool {
    (200..400).contains(&answer.status)
}

fn no_fault(answer: &Answer) -> bool {
    answer.status < 500
}

/// The path that the image's own health check asks, where it is a request to the app itself.
fn path_of_check(command: &[String]) -> Option<String> {
    let words = command.iter().flat_map(|part| part.split([' ', '"', '\'', '(', ')', ',', ';', '|']));
    for word in words {
        let Some(rest) = word.strip_prefix("http://") else { continue };
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let host = host.split(':').next().unwrap_or(host);
        if ["localhost", "127.0.0.1", "0.0.0.0"].contains(&host) && !path.contains(['$', '{']) {
            return Some(format!("/{path}"));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_an_images_check_is_found_in_each_of_its_usual_forms() {
        for (command, path) in [
            (&["CMD-SHELL", "curl -f http://localhost:8000/healthz || exit 1"][..], Some("/healthz")),
            (&["CMD", "curl", "--fail", "http://127.0.0.1:8501/_stcore/health"], Some("/_stcore/health")),
            (&["CMD-SHELL", "wget -qO- http://localhost:80"], Some("/")),
            (
                &[
                    "CMD",
                    "python",
                    "-c",
                    "import urllib.request; urllib.request.urlopen('http://localhost:8000/up')",
                ],
                Some("/up"),
            ),
            (&["CMD-SHELL", "curl http://example.com/x"], None),
            (&["CMD-SHELL", "curl http://localhost:$PORT/$HEALTH"], None),
            (&["NONE"], None),
            (&[], None),
        ] {
            let command: Vec<_> = command.iter().map(|&word| word.to_owned()).collect();
            assert_eq!(path_of_check(&command).as_deref(), path, "{command:?}");
        }
    }
}

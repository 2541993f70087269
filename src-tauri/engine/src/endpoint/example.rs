//! The request that proves the address: the example of the trial, at the rule's address.

use reqwest::Url;

use crate::{facts::Trial, http::Ask, openapi};

/// The trial's own example below `base`, the address of the rule for `path`; without one, the path that tells whether
/// the app is well; without that, `base` itself.
pub fn ask(trial: Option<&Trial>, health: Option<&str>, base: &str, path: &str) -> Ask {
    example(trial, base, path).unwrap_or_else(|| {
        let health = health.and_then(|health| Some(below(Url::parse(base).ok()?, path, health)));
        Ask::get(health.map_or_else(|| base.to_owned(), String::from))
    })
}

/// The address of `asked`, a path of the app, below the rule's `path`.
fn below(mut base: Url, path: &str, asked: &str) -> Url {
    let prefix = path.trim_end_matches('/');
    let inside = asked == prefix || asked.starts_with(&format!("{prefix}/"));
    base.set_path(&if inside { asked.to_owned() } else { format!("{prefix}{asked}") });
    base
}

fn example(trial: Option<&Trial>, base: &str, path: &str) -> Option<Ask> {
    let trial = trial?;
    let (method, url) = trial.answer.as_ref()?.request.split_once(' ')?;
    let asked = Url::parse(url).ok()?;
    let mut ask = if method == "GET" {
        Ask::get(url)
    } else {
        // Only the app's own description holds the body that belongs to it.
        let operation = openapi::to_try(&trial.operations).filter(|operation| operation.method == method)?;
        openapi::ask(operation, base)?
    };
    let mut at = below(Url::parse(base).ok()?, path, asked.path());
    at.set_query(asked.query());
    ask.url = at.into();
    Some(ask)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Answer, Operation};

    fn tried(request: &str) -> Trial {
        let answer = Answer { request: request.into(), status: 200, ms: 1.0, body: String::new() };
        Trial { answer: Some(answer), ..Trial::default() }
    }

    #[test]
    fn the_trials_example_is_asked_at_the_rules_address() {
        for (request, base, path, url) in [
            (
                "GET http://127.0.0.1:49153/predict?x=1",
                "http://localhost/",
                "/",
                "http://localhost/predict?x=1",
            ),
            ("GET http://127.0.0.1/", "http://localhost:8080/", "/", "http://localhost:8080/"),
            ("GET http://127.0.0.1/predict", "http://a.test/iris", "/iris", "http://a.test/iris/predict"),
            (
                "GET http://127.0.0.1/iris/predict",
                "http://a.test/iris",
                "/iris",
                "http://a.test/iris/predict",
            ),
            ("nothing", "http://localhost/", "/", "http://localhost/"),
        ] {
            assert_eq!(ask(Some(&tried(request)), None, base, path), Ask::get(url), "{request}");
        }
        assert_eq!(ask(None, None, "http://localhost/", "/"), Ask::get("http://localhost/"));
        let well = ask(None, Some("/health"), "http://a.test/iris", "/iris");
        assert_eq!(well, Ask::get("http://a.test/iris/health"));
    }

    #[test]
    fn a_body_comes_from_the_apps_own_description() {
        let mut trial = tried("POST http://127.0.0.1:49153/predict");
        trial.operations = vec![Operation {
            method: "POST".into(),
            path: "/predict".into(),
            summary: None,
            parameters: Vec::new(),
            body: Some("[{}]".into()),
            made_up: false,
        }];
        let ask = ask(Some(&trial), None, "http://localhost/", "/");
        assert_eq!(
            (&*ask.method, &*ask.url, ask.body.as_deref()),
            ("POST", "http://localhost/predict", Some("[{}]"))
        );
    }
}

//! The page's request form: asks the app that the window shows, and nobody else.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use slipway_engine::{
    facts::Answer,
    http::{Ask, AskError},
    problem::{Code, Problem, Remedy},
    text,
};
use tauri::Url;

/// How long the app may think.
const PATIENCE: Duration = Duration::from_mins(1);

/// The address of the app that the window shows.
#[derive(Debug, Default)]
pub struct Shown(Mutex<Option<String>>);

impl Shown {
    /// From now on this address may be asked, and no other.
    pub fn show(&self, address: Option<String>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = address;
    }

    /// Asks the app. The connection goes to this computer, whatever the address's host may be looked up as.
    pub async fn ask(&self, ask: &Ask) -> Result<Answer, Problem> {
        let address = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let port = allowed(&ask.url, address.as_deref())?;
        let to = |ip: IpAddr| SocketAddr::new(ip, port);
        match ask.send(Some(to(Ipv4Addr::LOCALHOST.into())), PATIENCE).await {
            Err(AskError::Connect(_)) => ask.send(Some(to(Ipv6Addr::LOCALHOST.into())), PATIENCE).await,
            other => other,
        }
        .map_err(|error| unanswered(&ask.url, &error))
    }
}

/// The port to ask, if `url` has scheme, host and port of the `address` that is shown.
fn allowed(url: &str, address: Option<&str>) -> Result<u16, Problem> {
    let asked = Url::parse(url).map_err(|error| unanswered(url, &AskError::Invalid(error.to_string())))?;
    let shown = address.and_then(|address| Url::parse(address).ok());
    match (shown, asked.port_or_known_default()) {
        (Some(shown), Some(port)) if asked.scheme() == "http" && shown.origin() == asked.origin() => Ok(port),
        _ => Err(Problem::new(Code::AskRefused)
            .with("url", url)
            .with("address", address.unwrap_or("-"))
            .remedy(Remedy::say(text!("remedy-ask-shown", address = address.unwrap_or("-"))))),
    }
}

fn unanswered(url: &str, error: &AskError) -> Problem {
    let problem = match error {
        AskError::Invalid(_) => Problem::new(Code::AskInvalid).remedy(Remedy::say(text!("remedy-ask-mend"))),
        AskError::Connect(_) | AskError::Timeout(_) | AskError::Cut(_) => {
            Problem::new(Code::AskUnanswered).remedy(Remedy::say(text!("remedy-ask-check"))).retry()
        }
    };
    problem.with("url", url).caused_by(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_app_that_is_shown_may_be_asked() {
        let shown = Some("http://iris.test:8080/predict");
        assert_eq!(allowed("http://iris.test:8080/other?x=1", shown), Ok(8080));
        assert_eq!(allowed("http://localhost/", Some("http://localhost/")), Ok(80));
        for other in [
            "http://iris.test/predict",
            "http://iris.test:6443/",
            "https://iris.test:8080/",
            "http://169.254.169.254/",
            "http://iris.test:8080@evil.test/",
            "file:///etc/passwd",
        ] {
            assert_eq!(allowed(other, shown).unwrap_err().code, Code::AskRefused, "{other}");
        }
        assert_eq!(allowed("http://localhost/", None).unwrap_err().code, Code::AskRefused);
        assert_eq!(allowed("no address", shown).unwrap_err().code, Code::AskInvalid);
    }
}

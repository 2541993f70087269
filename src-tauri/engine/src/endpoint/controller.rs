//! The third hop: whether what listens is the ingress controller.

use std::{net::SocketAddr, time::Duration};

use futures_util::future::join_all;

use super::answers;
use crate::{
    facts::{Answer, Ingress},
    http::{Ask, AskError},
    problem::{Code, Problem, Remedy},
    stage::Evidence,
    text,
    text::Text,
};

/// A controller answers a host that it does not know at once.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// A name that no rule has: the domain `invalid` is reserved for such.
const UNKNOWN_HOST: &str = "no-rule.slipway.invalid";

/// The address at which the controller answers; it must at each that is open, for a browser may try any.
pub async fn answers(open: &[SocketAddr], ingress: &Ingress) -> Result<(SocketAddr, Text), Problem> {
    let ask = Ask::get(format!("http://{UNKNOWN_HOST}/"));
    let answers = join_all(open.iter().map(|address| ask.send(Some(*address), ANSWER_WITHIN))).await;
    for (address, answer) in open.iter().zip(&answers) {
        judge(*address, answer, ingress.default_answer.as_ref())?;
    }
    match open.first() {
        Some(&address) => Ok((address, text!("endpoint-hop-controller", controller = &ingress.controller))),
        None => Err(Problem::new(Code::EndpointController).with("address", "-").remedy(holder(0))),
    }
}

/// Whether the answer to a host without a rule is the controller's.
fn judge(
    address: SocketAddr,
    answer: &Result<Answer, AskError>,
    default: Option<&Answer>,
) -> Result<(), Problem> {
    let evidence = match (answer, default) {
        (Err(error), _) => Evidence::exactly(text!("endpoint-no-http"), error.to_string()),
        (Ok(answer), Some(default)) if answer.status != default.status => Evidence::exactly(
            text!(
                "endpoint-other-answer",
                status = answer.status.to_string(),
                expected = default.status.to_string()
            ),
            answers::shown(answer),
        ),
        _ => return Ok(()),
    };
    let problem =
        Problem::new(Code::EndpointController).with("address", address.to_string()).because(evidence);
    Err(problem.remedy(holder(address.port())).retry())
}

/// How to see who holds the port.
fn holder(port: u16) -> Remedy {
    let command = if cfg!(windows) {
        format!("Get-Process -Id (Get-NetTCPConnection -State Listen -LocalPort {port}).OwningProcess")
    } else if cfg!(target_os = "macos") {
        format!("sudo lsof -nP -iTCP:{port} -sTCP:LISTEN")
    } else {
        format!("sudo ss -ltnp 'sport = :{port}'")
    };
    Remedy::run(text!("remedy-endpoint-holder", port = port.to_string()), command)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16) -> Answer {
        Answer { request: String::new(), status, ms: 1.0, body: "404 page not found".into() }
    }

    fn judged(answer: Result<Answer, AskError>, default: Option<u16>) -> Option<Problem> {
        let default = default.map(self::answer);
        judge("127.0.0.1:80".parse().unwrap(), &answer, default.as_ref()).err()
    }

    #[test]
    fn whoever_answers_as_the_controller_did_is_the_controller() {
        assert_eq!(judged(Ok(answer(404)), Some(404)), None);
        assert_eq!(judged(Ok(answer(404)), None), None);
    }

    #[test]
    fn another_server_and_one_that_speaks_no_http_are_named() {
        for (answer, says) in [
            (Ok(answer(200)), "endpoint-other-answer"),
            (Err(AskError::Cut("connection closed".into())), "endpoint-no-http"),
            (Err(AskError::Timeout(ANSWER_WITHIN)), "endpoint-no-http"),
        ] {
            let problem = judged(answer, Some(404)).unwrap();
            assert_eq!((problem.code, &*problem.evidence[0].says.id), (Code::EndpointController, says));
        }
    }
}

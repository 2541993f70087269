//! Which context is used when the user named none. The kubeconfig's current context is never followed: it
//! changes behind the user's back, and may be somebody's production.

use std::time::Duration;

use futures_util::future::join_all;
use kube::config::Kubeconfig;

use super::{
    client::{self, Credentials},
    guard,
    kubeconfig::{self, Context},
    local,
};
use crate::{
    problem::{Code, Problem, Remedy},
    stage::Evidence,
    text,
};

/// How long a cluster may take to say that it is there, when several are asked.
pub(super) const PROBE: Duration = Duration::from_secs(3);

/// A context, as the choice sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Candidate {
    name: String,
    local: bool,
    answers: bool,
    credential_program: bool,
}

#[derive(Debug, PartialEq, Eq)]
enum Choice<'a> {
    Take(&'a str),
    Ask,
}

/// The only local context that answers; among several, Docker Desktop's own; else the user is asked.
fn decide(candidates: &[Candidate]) -> Choice<'_> {
    // A program is run only for a context that the user named.
    let local: Vec<_> =
        candidates.iter().filter(|candidate| candidate.local && !candidate.credential_program).collect();
    let answering: Vec<_> = local.iter().copied().filter(|candidate| candidate.answers).collect();
    // When none answers, the one that should have is taken: connecting to it says why it does not.
    let eligible = if answering.is_empty() { local } else { answering };
    match eligible[..] {
        [only] => Choice::Take(&only.name),
        _ if eligible.iter().any(|candidate| candidate.name == DOCKER_DESKTOP) => {
            Choice::Take(DOCKER_DESKTOP)
        }
        _ => Choice::Ask,
    }
}

const DOCKER_DESKTOP: &str = "docker-desktop";

/// The context to use, by these rules.
pub(super) async fn settle(kubeconfig: &Kubeconfig) -> Result<String, Problem> {
    let contexts = kubeconfig::contexts(kubeconfig);
    let local =
        join_all(contexts.iter().map(|context| local::is_local(&context.server, context.proxied))).await;
    let several = local.iter().filter(|local| **local).count() > 1;
    let candidates = join_all(contexts.iter().zip(local).map(|(context, local)| async move {
        Candidate {
            name: context.name.clone(),
            local,
            answers: local && several && answers(kubeconfig, context).await,
            credential_program: context.credential_program.is_some(),
        }
    }))
    .await;
    match decide(&candidates) {
        Choice::Take(name) => Ok(name.to_owned()),
        Choice::Ask => Err(match (&contexts[..], &candidates[..]) {
            ([only], [Candidate { local: false, .. }]) => guard::not_local(&only.asked()),
            _ => ask(&contexts, &candidates),
        }),
    }
}

/// Whether a server is there. It is asked without credentials, so that no program runs for them.
async fn answers(kubeconfig: &Kubeconfig, context: &Context) -> bool {
    let Ok(client) = client::open(kubeconfig, context, true, Credentials::None).await else { return false };
    match tokio::time::timeout(PROBE, client.apiserver_version()).await {
        Ok(Ok(_) | Err(kube::Error::Api(_))) => true,
        Ok(Err(_)) | Err(_) => false,
    }
}

fn ask(contexts: &[Context], candidates: &[Candidate]) -> Problem {
    let mut problem = Problem::new(Code::ContextChoice).with("count", contexts.len());
    for (context, candidate) in contexts.iter().zip(candidates) {
        let says = match (&context.credential_program, candidate.local) {
            (Some(program), true) => {
                text!("context-local-with-program", context = &context.name, program = program)
            }
            (None, true) => text!("context-local", context = &context.name),
            (_, false) => text!("context-elsewhere", context = &context.name),
        };
        problem = problem.because(Evidence::exactly(says, &context.server));
    }
    let first = candidates.iter().find(|candidate| candidate.local).or(candidates.first());
    let named = first.map_or_else(String::new, |candidate| crate::shell_words::quoted(&candidate.name));
    problem.remedy(Remedy::run(text!("remedy-choose-context"), format!("slipway up --context {named}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(name: &str, local: bool, answers: bool) -> Candidate {
        Candidate { name: name.into(), local, answers, credential_program: false }
    }

    #[test]
    fn the_only_local_context_that_answers_is_taken_whatever_it_is_called() {
        let candidates = [
            candidate("docker-desktop", false, true),
            candidate("kind-a", true, true),
            candidate("b", true, false),
        ];
        assert_eq!(decide(&candidates), Choice::Take("kind-a"));
    }

    #[test]
    fn among_several_local_contexts_docker_desktop_is_taken_and_no_other() {
        let several = [candidate("kind-a", true, true), candidate("docker-desktop", true, true)];
        assert_eq!(decide(&several), Choice::Take("docker-desktop"));
        let others = [candidate("kind-a", true, true), candidate("kind-b", true, true)];
        assert_eq!(decide(&others), Choice::Ask);
    }

    #[test]
    fn a_context_elsewhere_is_never_taken() {
        assert_eq!(decide(&[candidate("docker-desktop", false, true)]), Choice::Ask);
        assert_eq!(decide(&[]), Choice::Ask);
    }

    #[test]
    fn a_context_that_would_run_a_program_is_asked_for() {
        let program = Candidate { credential_program: true, ..candidate("kind-a", true, true) };
        assert_eq!(decide(&[program]), Choice::Ask);
    }

    #[test]
    fn when_no_local_context_answers_the_one_there_is_says_why() {
        assert_eq!(decide(&[candidate("kind-a", true, false)]), Choice::Take("kind-a"));
    }
}

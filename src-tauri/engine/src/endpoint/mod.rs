//! The way of a request to the app, hop by hop: name, TCP, controller, Ingress, Service, endpoints, pod, app.
//!
//! [`Way::walk`] goes it once. The first hop that fails is named with its evidence; the proof at the end is a real
//! request through the ingress whose answer is the pod's own.

mod address;
mod answers;
mod controller;
mod example;
mod name;
mod pods;
mod rule;
mod service;

use std::{net::SocketAddr, time::Duration};

use futures_util::future::join_all;
use k8s_openapi::api::{
    core::v1::{Event, Pod, Service},
    discovery::v1::EndpointSlice,
    networking::v1::Ingress,
};

use tokio::time::sleep;

use self::answers::Verdict;
pub use self::example::ask;
use crate::{
    choices::Choices,
    facts::{self, Answer, Endpoint, Hop, Trial},
    http::{Ask, AskError},
    kubernetes::{Connection, mark},
    problem::{Code, Problem, Remedy},
    shell_words::ShellCommand,
    stage::{Evidence, State},
    text,
    text::Text,
};

/// The hops, in order.
const HOPS: [&str; 8] = ["name", "tcp", "controller", "ingress", "service", "endpoints", "pod", "app"];

/// The shortest that an app is given to answer; a model that was slow in its trial gets more.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// After a change the app is asked again this long after it first answered: while a controller takes over a new
/// configuration, its old processes still answer some connections, as they did before. NGINX ends them 100 ms after
/// the new ones have begun.
const SETTLED: Duration = Duration::from_millis(120);
const SETTLED_ASKS: usize = 6;

/// How many pods are asked for their own answer.
const PODS_ASKED: usize = 3;

/// What is to be reached, and how.
#[derive(Debug)]
pub struct Way<'a> {
    /// The cluster.
    pub connection: &'a Connection,
    /// What the user asked for, for the commands of remedies.
    pub choices: &'a Choices,
    /// The project's name: that of its Ingress, Service and Deployment.
    pub name: &'a str,
    /// Namespace, host and path.
    pub deploy: &'a facts::Deploy,
    /// The controller.
    pub ingress: &'a facts::Ingress,
    /// What the container answered alone, whose example is asked again.
    pub trial: Option<&'a Trial>,
    /// The path that tells whether the app is well: what is asked where no trial has an example.
    pub health: Option<&'a str>,
    /// Whether something was changed just now: then the app must go on answering.
    pub settles: bool,
}

/// How far the way was gone.
#[derive(Debug)]
pub struct Walked {
    /// The address, each hop, and the answer where there was one.
    pub endpoint: Endpoint,
    /// Why it ended early.
    pub problem: Option<Problem>,
}

/// What the steps taken so far have shown.
#[derive(Default)]
struct Seen {
    hops: Vec<Hop>,
    answer: Option<Answer>,
    address: Option<String>,
}

impl Seen {
    /// Notes a hop's outcome.
    fn hop<T>(&mut self, hop: &str, outcome: Result<(T, Text), Problem>) -> Result<T, Problem> {
        let (state, says) = match &outcome {
            Ok((_, says)) => (State::Proven, says.clone()),
            Err(problem) => (State::Failed, problem.summary()),
        };
        match self.hops.iter_mut().find(|seen| seen.hop == hop) {
            Some(seen) => (seen.state, seen.says) = (state, says),
            None => self.hops.push(Hop { hop: hop.to_owned(), state, says }),
        }
        outcome.map(|(found, _)| found)
    }

    /// All hops: those not come to are unknown.
    fn all(mut self) -> Vec<Hop> {
        for hop in &HOPS[self.hops.len()..] {
            let says = text!("endpoint-not-reached");
            self.hops.push(Hop { hop: (*hop).to_owned(), state: State::Unknown, says });
        }
        self.hops
    }
}

/// The address of the rule, at a controller that answers on this port.
pub fn base(deploy: &facts::Deploy, port: u16) -> String {
    let port = if port == 80 { String::new() } else { format!(":{port}") };
    format!("http://{}{port}{}", deploy.host, deploy.path)
}

impl Way<'_> {
    /// Goes the way once.
    pub async fn walk(&self) -> Walked {
        let mut seen = Seen::default();
        let problem = Box::pin(self.go(&mut seen)).await.err();
        let address = seen.address.take().unwrap_or_else(|| self.base());
        let answer = seen.answer.take();
        Walked { endpoint: Endpoint { address, hops: seen.all(), answer }, problem }
    }

    async fn go(&self, seen: &mut Seen) -> Result<(), Problem> {
        let host = &self.deploy.host;
        let addresses = seen.hop("name", name::addresses(host, self.ingress.port, self.choices).await)?;
        let open = seen.hop("tcp", self.open(&addresses).await)?;
        let to = seen.hop("controller", controller::answers(&open, self.ingress).await)?;
        // Asked at once, as if each led to the next, and looked at one after the other.
        let (rule, service, slices) =
            tokio::join!(self.rule(), self.read_service(self.name), self.read_slices(self.name));
        let backend = seen.hop("ingress", rule)?;
        let ours = backend.service == self.name;
        let service = if ours { service } else { self.read_service(&backend.service).await };
        let port = seen.hop("service", self.service(&backend, service))?;
        let slices = if ours { slices } else { self.read_slices(&backend.service).await };
        let ready = seen.hop("endpoints", self.ready(&port, slices).await)?;

        let ask = example::ask(self.trial, self.health, &self.base(), &self.deploy.path);
        let own = seen.hop("pod", self.own_answers(&ready, &ask).await)?;
        let mut judged = self.through(&ask, to, &own, &ready, 1).await;
        if judged.is_ok() && self.settles {
            sleep(SETTLED).await;
            judged = self.through(&ask, to, &own, &ready, SETTLED_ASKS).await;
        }
        let judged = judged.map_err(|blamed| {
            // A hop that looked well until a real request came is the one that fails.
            let _ = seen.hop::<()>(blamed.hop, Err(blamed.problem.clone()));
            blamed.problem
        });
        let (answer, says) = judged?;
        seen.address = Some(self.address(&ask, to).await);
        seen.answer = Some(answer);
        seen.hop("app", Ok(((), says)))
    }

    /// The answers through the controller, each on a connection of its own, for what answers one may not be what
    /// answers the next; judged by the pods' own.
    async fn through(
        &self,
        ask: &Ask,
        to: SocketAddr,
        own: &[Answer],
        ready: &[pods::Ready],
        times: usize,
    ) -> Result<(Answer, Text), Blamed> {
        let send = || ask.send(Some(to), self.within());
        let (first, others) = tokio::join!(send(), join_all((1..times).map(|_| send())));
        let judged = self.judge(ask, first, own, ready).await?;
        for other in others {
            self.judge(ask, other, own, ready).await?;
        }
        Ok(judged)
    }

    /// The address of the rule: what a browser is given.
    fn base(&self) -> String {
        base(self.deploy, self.ingress.port)
    }

    /// The rule's own address, or the example's where the app has nothing at the rule's.
    async fn address(&self, ask: &Ask, to: SocketAddr) -> String {
        let base = self.base();
        if ask.url == base || ask.method != "GET" {
            return base;
        }
        match Ask::get(&base).send(Some(to), self.within()).await {
            Ok(answer) if answer.status < 400 => base,
            _ => ask.url.clone(),
        }
    }

    fn within(&self) -> Duration {
        let slowest =
            self.trial.and_then(|trial| trial.answer.as_ref()).map_or(0.0, |answer| answer.ms * 3.0);
        ANSWER_WITHIN.max(Duration::from_secs_f64((slowest / 1_000.0).clamp(0.0, 600.0)))
    }

    async fn open(&self, addresses: &[SocketAddr]) -> Result<(Vec<SocketAddr>, Text), Problem> {
        let reached = address::reach_all(addresses).await;
        match address::open(&reached) {
            Ok(open) => Ok(open),
            Err(problem) => Err(self.with_pending(problem).await.remedy(self.up_again())),
        }
    }

    /// A LoadBalancer that still waits for its address is why nothing listens.
    async fn with_pending(&self, mut problem: Problem) -> Problem {
        let services = self.connection.all::<Service>().list("").await.unwrap_or_default();
        for words in services.iter().filter_map(|service| service::pending(service, self.ingress.port)) {
            problem = problem.because(Evidence::exactly(text!("endpoint-pending"), words));
        }
        problem
    }

    async fn rule(&self) -> Result<(rule::Backend, Text), Problem> {
        let namespace = &self.deploy.namespace;
        let ingress = self.connection.within::<Ingress>(namespace).get(self.name).await?;
        let wanted = rule::Wanted {
            name: self.name,
            namespace,
            host: &self.deploy.host,
            path: &self.deploy.path,
            class: &self.ingress.class,
        };
        let found = match rule::backend(ingress.as_ref(), &wanted) {
            Ok(backend) => {
                let fields = format!("involvedObject.kind=Ingress,involvedObject.name={}", self.name);
                let events = self.connection.within::<Event>(namespace).list_where(&fields).await?;
                match rule::refusal(ingress.as_ref(), &events) {
                    Some(words) => Err(Evidence::exactly(text!("endpoint-rule-rejected"), words)),
                    None => Ok(backend),
                }
            }
            Err(evidence) => Err(evidence),
        };
        match found {
            Ok(backend) => {
                Ok((backend, text!("endpoint-hop-ingress", host = wanted.host, path = wanted.path)))
            }
            Err(evidence) => Err(self.no_rule(evidence).await),
        }
    }

    /// The problem of a rule that the controller does not serve, with the rules of others that claim the same.
    async fn no_rule(&self, evidence: Evidence) -> Problem {
        let mut problem = self.problem(Code::EndpointRule).because(evidence);
        let all = self.connection.all::<Ingress>().list("").await.unwrap_or_default();
        for other in
            rule::claimants(&all, &self.deploy.namespace, self.name, &self.deploy.host, &self.deploy.path)
        {
            problem = problem.because(Evidence::exactly(text!("endpoint-rule-other"), other));
        }
        problem.remedy(self.up_again()).remedy(Remedy::run(
            text!("remedy-endpoint-look", object = format!("Ingress/{}", self.name)),
            self.kubectl(["describe", "ingress", self.name]),
        ))
    }

    async fn read_service(&self, name: &str) -> Result<Option<Service>, Problem> {
        self.connection.within::<Service>(&self.deploy.namespace).get(name).await
    }

    async fn read_slices(&self, service: &str) -> Result<Vec<EndpointSlice>, Problem> {
        let label = format!("kubernetes.io/service-name={service}");
        self.connection.within::<EndpointSlice>(&self.deploy.namespace).list(&label).await
    }

    fn service(
        &self,
        backend: &rule::Backend,
        service: Result<Option<Service>, Problem>,
    ) -> Result<(service::Port, Text), Problem> {
        service::port(service?.as_ref(), backend).map_err(|evidence| {
            self.problem(Code::EndpointService)
                .with("service", &backend.service)
                .because(evidence)
                .remedy(self.up_again())
                .remedy(Remedy::run(
                    text!("remedy-endpoint-look", object = format!("Service/{}", backend.service)),
                    self.kubectl(["get", "service", &backend.service, "--output", "wide"]),
                ))
        })
    }

    async fn ready(
        &self,
        port: &service::Port,
        slices: Result<Vec<EndpointSlice>, Problem>,
    ) -> Result<(Vec<pods::Ready>, Text), Problem> {
        let namespace = &self.deploy.namespace;
        let slices = slices?;
        let ready = pods::ready(&slices, port.name.as_deref());
        if let Some(first) = ready.first() {
            let says = text!("endpoint-hop-endpoints", count = ready.len(), port = first.port.to_string());
            return Ok((ready, says));
        }
        let all = self.connection.within::<Pod>(namespace).list("").await?;
        let evidence = pods::why_none(&all, &port.selector, &mark::labels(self.name), !slices.is_empty());
        let mut problem = self.problem(Code::EndpointNoPods).retry();
        problem.evidence = evidence;
        let selector =
            port.selector.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(",");
        Err(problem.remedy(self.up_again()).remedy(Remedy::run(
            text!("remedy-endpoint-look", object = "Pod"),
            self.kubectl(["get", "pods", "--selector", &selector]),
        )))
    }

    /// What the pods answer themselves, past Service and Ingress.
    async fn own_answers(&self, ready: &[pods::Ready], ask: &Ask) -> Result<(Vec<Answer>, Text), Problem> {
        let namespace = &self.deploy.namespace;
        let asked = ready.iter().take(PODS_ASKED).map(|ready| async move {
            let answer = self.connection.ask_pod(namespace, &ready.pod, ready.port, ask, self.within()).await;
            (ready, answer)
        });
        let mut own = Vec::new();
        let mut failed = None;
        for (ready, answer) in join_all(asked).await {
            match answer {
                Ok(answer) => own.push(answer),
                Err(error) => failed = failed.or(Some((ready, error))),
            }
        }
        match failed {
            None => Ok((own, text!("endpoint-hop-pod", pod = ready.first().map_or("", |ready| &ready.pod)))),
            Some((ready, error)) => Err(self.pod_silent(ready, &error).await),
        }
    }

    async fn pod_silent(&self, ready: &pods::Ready, error: &AskError) -> Problem {
        let port = ready.port.to_string();
        match error {
            AskError::Connect(words) => self
                .problem(Code::EndpointBadGateway)
                .because(Evidence::exactly(
                    text!("endpoint-pod-refused", pod = &ready.pod, port = &port),
                    words,
                ))
                .remedy(Remedy::say(text!("remedy-endpoint-listen", port = &port)))
                .remedy(self.logs())
                .retry(),
            error => {
                let says = text!("endpoint-pod-silent", pod = &ready.pod, port = &port);
                self.app_error(ready, "none", Evidence::exactly(says, error.to_string())).await
            }
        }
    }

    /// Judges the answer through the ingress by the pods' own.
    async fn judge(
        &self,
        ask: &Ask,
        through: Result<Answer, AskError>,
        own: &[Answer],
        ready: &[pods::Ready],
    ) -> Result<(Answer, Text), Blamed> {
        let through = match through {
            Ok(through) => through,
            Err(error) => {
                let evidence = Evidence::exactly(text!("endpoint-cut"), error.to_string());
                let problem =
                    self.problem(Code::EndpointBadGateway).because(evidence).remedy(self.logs()).retry();
                return Err(Blamed { hop: "app", problem });
            }
        };
        // Where the pods differ among themselves or from one time to the next, equality proves too much.
        let again = if own.contains(&through) || own.iter().any(|own| answers::same(&through, own)) {
            Vec::new()
        } else {
            self.own_answers(ready, ask).await.map(|(own, _)| own).unwrap_or_default()
        };
        let default = self.ingress.default_answer.as_ref();
        match answers::judge(&through, own, &again, default) {
            Verdict::Same => {
                let says = text!("endpoint-hop-app", status = through.status.to_string());
                Ok((through, says))
            }
            Verdict::SameKind => {
                let says = text!("endpoint-hop-app-varies", status = through.status.to_string());
                Ok((through, says))
            }
            Verdict::NoRule => {
                let evidence = Evidence::exactly(text!("endpoint-rule-unserved"), answers::shown(&through));
                Err(Blamed { hop: "ingress", problem: self.no_rule(evidence).await.retry() })
            }
            Verdict::Gateway => {
                let evidence = Evidence::exactly(
                    text!("endpoint-gateway-said", status = through.status.to_string()),
                    answers::shown(&through),
                );
                let port = ready.first().map_or_else(String::new, |ready| ready.port.to_string());
                let problem = self
                    .problem(Code::EndpointBadGateway)
                    .because(evidence)
                    .because(text!("endpoint-loopback-only"))
                    .remedy(Remedy::say(text!("remedy-endpoint-listen", port = port)))
                    .remedy(self.logs())
                    .retry();
                Err(Blamed { hop: "pod", problem })
            }
            Verdict::AppError => {
                let status = through.status.to_string();
                let says = text!("endpoint-app-said", status = &status);
                let evidence = Evidence::exactly(says, answers::shown(&through));
                // The answers stand in the order of the pods that were asked.
                let failing = own.iter().position(|own| own.status == through.status).unwrap_or_default();
                let Some(ready) = ready.get(failing) else {
                    return Err(Blamed {
                        hop: "app",
                        problem: self.problem(Code::EndpointAppError).because(evidence),
                    });
                };
                Err(Blamed { hop: "app", problem: self.app_error(ready, &status, evidence).await })
            }
            Verdict::Different => {
                let mut problem = self.problem(Code::EndpointDiffers).because(Evidence::exactly(
                    text!("endpoint-said-through", status = through.status.to_string()),
                    answers::shown(&through),
                ));
                if let Some(own) = own.first() {
                    problem = problem.because(Evidence::exactly(
                        text!("endpoint-said-pod", status = own.status.to_string()),
                        answers::shown(own),
                    ));
                }
                let all = self.connection.all::<Ingress>().list("").await.unwrap_or_default();
                let claimants = rule::claimants(
                    &all,
                    &self.deploy.namespace,
                    self.name,
                    &self.deploy.host,
                    &self.deploy.path,
                );
                for other in claimants {
                    problem = problem.because(Evidence::exactly(text!("endpoint-rule-other"), other));
                }
                let problem = problem.remedy(Remedy::run(
                    text!("remedy-endpoint-look", object = "Ingress"),
                    self.connection.asked().kubectl(["get", "ingress", "--all-namespaces"]),
                ));
                Err(Blamed { hop: "app", problem: problem.remedy(self.up_again()).retry() })
            }
        }
    }

    /// The app's own failure, with the last lines of its log.
    async fn app_error(&self, ready: &pods::Ready, status: &str, evidence: Evidence) -> Problem {
        let mut problem = self.problem(Code::EndpointAppError).with("status", status).because(evidence);
        let pods = self.connection.within::<Pod>(&self.deploy.namespace);
        if let Ok(log) = pods.log(&ready.pod, None, false, 20).await
            && !log.trim().is_empty()
        {
            problem =
                problem.because(Evidence::exactly(text!("endpoint-log", pod = &ready.pod), log.trim_end()));
        }
        problem.remedy(Remedy::say(text!("remedy-endpoint-mend-app"))).remedy(self.logs())
    }

    /// A problem of this way, with the variables that all of its messages may use.
    fn problem(&self, code: Code) -> Problem {
        Problem::new(code)
            .with("name", self.name)
            .with("namespace", &self.deploy.namespace)
            .with("host", &self.deploy.host)
            .with("path", &self.deploy.path)
            .with("address", self.base())
    }

    fn up_again(&self) -> Remedy {
        Remedy::run(text!("remedy-endpoint-up"), self.choices.command("up"))
    }

    fn logs(&self) -> Remedy {
        let selector = mark::selector(self.name);
        let command = self.kubectl(["logs", "--selector", &selector, "--tail", "50"]);
        Remedy::run(text!("remedy-endpoint-logs"), command)
    }

    fn kubectl<'w>(&'w self, words: impl IntoIterator<Item = &'w str>) -> ShellCommand {
        self.connection.asked().kubectl(["--namespace", &self.deploy.namespace]).with(words)
    }
}

/// A problem and the hop that it belongs to.
struct Blamed {
    hop: &'static str,
    problem: Problem,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hops_that_were_not_come_to_are_unknown_and_all_are_told_in_order() {
        let mut seen = Seen::default();
        seen.hop("name", Ok(((), text!("endpoint-not-reached")))).unwrap();
        seen.hop::<()>("tcp", Err(Problem::new(Code::EndpointConnect))).unwrap_err();
        let hops = seen.all();
        let told: Vec<_> = hops.iter().map(|hop| (&*hop.hop, hop.state)).collect();
        assert_eq!(
            told[..3],
            [("name", State::Proven), ("tcp", State::Failed), ("controller", State::Unknown)]
        );
        assert_eq!(told.iter().map(|(hop, _)| *hop).collect::<Vec<_>>(), HOPS);
    }

    #[test]
    fn a_hop_that_a_real_request_shows_to_fail_is_marked_after_all() {
        let mut seen = Seen::default();
        seen.hop("name", Ok(((), text!("endpoint-not-reached")))).unwrap();
        let _ = seen.hop::<()>("name", Err(Problem::new(Code::EndpointName)));
        let hops = seen.all();
        assert_eq!((hops.len(), hops[0].state), (HOPS.len(), State::Failed));
    }
}

//! An engine that answers: found, its API version negotiated, its abilities read.

use std::{
    net::{IpAddr, Ipv4Addr},
    pin::pin,
    time::Duration,
};

use bollard::{
    API_DEFAULT_VERSION, ClientVersion, Docker,
    models::{SystemInfo, SystemVersion},
};
use bytes::Bytes;
use futures_util::future::{Either, select};
use http_body_util::{BodyExt, Empty};
use hyper::http::response::Parts;
use tokio::time::timeout;

use super::{
    address::Address,
    error,
    rule::{self, Candidate},
    surroundings::Surroundings,
    unreachable,
    wire::Wire,
};
use crate::{
    problem::{Code, Problem, Remedy},
    stage::harmless,
    text,
    text::Text,
};

/// The oldest API that Slipway speaks: Docker 19.03.
const OLDEST: ClientVersion = ClientVersion { major_version: 1, minor_version: 40 };

/// The longest that an engine may take to say what it is. One that starts accepts connections but does not answer.
const GREET_WITHIN: Duration = Duration::from_secs(10);

/// The longest that it may take to say how it is: an engine with many containers counts them.
const INFO_WITHIN: Duration = Duration::from_mins(1);

/// A day: longer than anything that Slipway waits for.
const PATIENCE: Duration = Duration::from_hours(24);

/// What Docker Desktop calls itself.
const DESKTOP: &str = "Docker Desktop";

/// A Docker Engine that answers.
#[derive(Debug, Clone)]
pub struct Engine {
    /// The client, its API version negotiated. It waits two minutes for the beginning of an answer; see
    /// [`Engine::patient`].
    pub client: Docker,
    /// The way to it, for what bollard does not do.
    pub wire: Wire,
    /// Its address, such as `unix:///var/run/docker.sock`.
    pub host: String,
    /// By which of docker's rules it was chosen.
    pub rule: Text,
    /// What it calls itself, such as `Docker Desktop`.
    pub product: String,
    /// Its version, such as `28.5.2`.
    pub version: String,
    /// The API version that was negotiated, such as `1.51`.
    pub api: String,
    /// `linux` or `windows`: of the containers.
    pub os: String,
    /// Its architecture in OCI's words, such as `amd64`.
    pub arch: String,
    /// `containerd` or the graph driver's name, such as `overlay2`.
    pub store: String,
    /// Whether it builds with BuildKit.
    pub buildkit: bool,
    /// Memory given to it, in bytes.
    pub memory: u64,
    /// Processors given to it.
    pub cpus: u64,
    /// The folder, on the engine's machine, in which it keeps its images.
    pub data_folder: Option<String>,
}

/// What an engine says of itself before any version is agreed upon.
#[derive(Debug, Clone, Default, PartialEq)]
struct Greeting {
    api: String,
    min_api: String,
    version: String,
    product: String,
    arch: String,
    buildkit: bool,
}

impl Engine {
    /// Finds the engine by docker's own rules.
    pub async fn find() -> Result<Self, Problem> {
        Self::find_in(&Surroundings::here()).await
    }

    /// Finds the engine by docker's own rules, in these surroundings.
    pub async fn find_in(surroundings: &Surroundings) -> Result<Self, Problem> {
        let candidates = rule::candidates(surroundings)?;
        let mut failures = Vec::new();
        for candidate in candidates {
            match Box::pin(Self::at(&candidate)).await {
                Ok(engine) => return Ok(engine),
                Err(Failure::Problem(problem)) => return Err(*problem),
                Err(Failure::Silent(error)) => failures.push((candidate, error)),
            }
        }
        // A named engine that is silent: is there another one that would do?
        let others = if failures.len() == 1 { rule::defaults(surroundings)? } else { Vec::new() };
        for other in others {
            if failures.iter().all(|(tried, _)| tried.address != other.address)
                && let Ok(engine) = Box::pin(Self::at(&other)).await
            {
                return Err(unreachable::but_another_answers(surroundings.system, &failures, &engine));
            }
        }
        Err(unreachable::problem(surroundings.system, &failures, &unreachable::Installed::look(surroundings)))
    }

    /// Where ports that containers publish can be asked: at this machine's own loopback, or at the address of the
    /// engine's machine where that is another.
    pub async fn publishes_at(&self) -> IpAddr {
        let here = IpAddr::from(Ipv4Addr::LOCALHOST);
        let Ok(Address::Tcp { host, port }) = Address::parse(&self.host, "") else { return here };
        let found = tokio::net::lookup_host((host, port.unwrap_or_default())).await;
        let address = found.ok().and_then(|mut found| found.next()).map_or(here, |found| found.ip());
        if address.is_loopback() { here } else { address }
    }

    /// A client that waits a day for the beginning of an answer: for waiting on containers and for builds that are
    /// sent a long time. Streams that have begun may take any time with either client.
    pub fn patient(&self) -> Docker {
        self.client.clone().with_timeout(PATIENCE)
    }

    /// Free space where it keeps its images, in bytes; `None` where this machine cannot see that folder.
    pub fn disk_free(&self) -> Option<u64> {
        // The folder's path means this machine's folder only where no machine of the engine's own lies between.
        let here = cfg!(target_os = "linux") && self.host.starts_with("unix://") && self.product != DESKTOP;
        fs4::available_space(self.data_folder.as_ref().filter(|_| here)?).ok()
    }

    async fn at(candidate: &Candidate) -> Result<Self, Failure> {
        let wire = Wire::to(candidate)?;
        let (greeting, info) = ask(&wire).await?;
        let version = agreed(&greeting, *API_DEFAULT_VERSION)?;
        let asking = |error| Failure::Problem(Box::new(error::problem("info", error)));
        let client = wire.client(&version).map_err(asking)?;
        let (_, info) = info.map_err(asking)?;
        let info: SystemInfo = serde_json::from_slice(&info).map_err(|error| asking(error.into()))?;
        let os = info.os_type.clone().unwrap_or_else(|| "linux".to_owned());
        if os == "windows" {
            return Err(windows_containers(candidate).into());
        }
        Ok(Self {
            client,
            wire,
            host: candidate.address.shown(),
            rule: candidate.rule.clone(),
            product: product(&greeting, &info),
            version: greeting.version,
            api: version.to_string(),
            os,
            arch: greeting.arch,
            store: store(&info),
            buildkit: greeting.buildkit,
            memory: info.mem_total.and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or_default(),
            cpus: info.ncpu.and_then(|cpus| u64::try_from(cpus).ok()).unwrap_or_default(),
            data_folder: info.docker_root_dir,
        })
    }
}

/// Why there is no engine at an address.
pub(super) enum Failure {
    /// Nothing answers there as an engine does.
    Silent(bollard::errors::Error),
    /// Something else is wrong, which trying elsewhere would hide.
    Problem(Box<Problem>),
}

impl From<bollard::errors::Error> for Failure {
    fn from(error: bollard::errors::Error) -> Self {
        Self::Silent(error)
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

type Answered<T> = Result<T, bollard::errors::Error>;

/// Asks an engine what it is and how it is, at once: each answer takes one some ten milliseconds. One that does not
/// greet is not waited for.
async fn ask(wire: &Wire) -> Answered<(Greeting, Answered<(Parts, Bytes)>)> {
    let greeting = pin!(within(GREET_WITHIN, greet(wire)));
    let info = pin!(within(INFO_WITHIN, get(wire, "/info")));
    match select(greeting, info).await {
        Either::Left((greeting, info)) => Ok((greeting?, info.await)),
        Either::Right((info, greeting)) => Ok((greeting.await?, info)),
    }
}

/// The answer, where it comes in time.
async fn within<T>(time: Duration, answer: impl Future<Output = Answered<T>>) -> Answered<T> {
    timeout(time, answer).await.unwrap_or(Err(bollard::errors::Error::RequestTimeoutError))
}

/// Asks an engine without an API version in the path: every version answers that.
async fn get(wire: &Wire, path: &str) -> Answered<(Parts, Bytes)> {
    let request = hyper::Request::get(path).body(Empty::<Bytes>::new())?;
    let response = wire.request(request).await?;
    let (head, body) = response.into_parts();
    let body = body.collect().await?.to_bytes();
    if !head.status.is_success() {
        return Err(bollard::errors::Error::DockerResponseServerError {
            status_code: head.status.as_u16(),
            message: String::from_utf8_lossy(&body).into_owned(),
        });
    }
    Ok((head, body))
}

/// Asks an engine what it is.
async fn greet(wire: &Wire) -> Answered<Greeting> {
    let ((head, _), (_, body)) = tokio::try_join!(get(wire, "/_ping"), get(wire, "/version"))?;
    let version: SystemVersion = serde_json::from_slice(&body)?;
    let builder = head.headers.get("builder-version").is_some_and(|version| version == "2");
    Ok(greeting(version, builder))
}

fn greeting(version: SystemVersion, buildkit: bool) -> Greeting {
    let component = version.components.unwrap_or_default().into_iter().next();
    let component = component.map(|component| component.name).unwrap_or_default();
    let platform = version.platform.map(|platform| platform.name).unwrap_or_default();
    let product = match (component.as_str(), platform.as_str()) {
        ("Podman Engine", _) => "Podman".to_owned(),
        (_, "") => "Docker Engine".to_owned(),
        (_, platform) => platform.to_owned(),
    };
    let said = |words: Option<String>| harmless(&words.unwrap_or_default());
    Greeting {
        api: said(version.api_version),
        min_api: said(version.min_api_version),
        version: said(version.version),
        product: harmless(&product),
        arch: said(version.arch),
        buildkit,
    }
}

/// The API version to speak: the newest that both know.
fn agreed(greeting: &Greeting, ours: ClientVersion) -> Result<ClientVersion, Problem> {
    let problem = |code| {
        Problem::new(code)
            .with("version", &greeting.version)
            .with("api", &greeting.api)
            .quoting(format!("GET /version: ApiVersion {}, MinAPIVersion {}", greeting.api, greeting.min_api))
    };
    let update =
        || Remedy::read(text!("remedy-update-docker"), "https://docs.docker.com/get-started/get-docker/");
    let theirs = parsed(&greeting.api).ok_or_else(|| problem(Code::DockerTooOld).remedy(update()))?;
    if theirs < OLDEST {
        return Err(problem(Code::DockerTooOld).remedy(update()));
    }
    if parsed(&greeting.min_api).is_some_and(|least| least > ours) {
        return Err(problem(Code::DockerTooNew).remedy(Remedy::say(text!("remedy-update-slipway"))));
    }
    Ok(if theirs < ours { theirs } else { ours })
}

fn parsed(version: &str) -> Option<ClientVersion> {
    let (major, minor) = version.split_once('.')?;
    Some(ClientVersion { major_version: major.parse().ok()?, minor_version: minor.parse().ok()? })
}

fn product(greeting: &Greeting, info: &SystemInfo) -> String {
    match info.operating_system.as_deref() {
        Some(DESKTOP) => DESKTOP.to_owned(),
        _ => greeting.product.clone(),
    }
}

fn store(info: &SystemInfo) -> String {
    let containerd = info.driver_status.iter().flatten().any(|row| {
        matches!(row.as_slice(), [name, value] if name == "driver-type" && value.starts_with("io.containerd.snapshotter"))
    });
    if containerd { "containerd".to_owned() } else { info.driver.clone().unwrap_or_default() }
}

fn windows_containers(candidate: &Candidate) -> Problem {
    Problem::new(Code::DockerWindowsContainers)
        .quoting(format!("{}: OSType windows", candidate.address.shown()))
        .remedy(Remedy::run(text!("remedy-linux-containers"), "docker desktop engine use linux"))
}

#[cfg(test)]
mod tests {
    use bollard::models::{SystemVersionComponents, SystemVersionPlatform};

    use super::*;

    fn engine(api: &str, min_api: &str) -> Greeting {
        Greeting { api: api.into(), min_api: min_api.into(), ..Greeting::default() }
    }

    fn ours() -> ClientVersion {
        ClientVersion { major_version: 1, minor_version: 53 }
    }

    #[test]
    fn the_newest_version_that_both_know_is_spoken() {
        assert_eq!(agreed(&engine("1.51", "1.24"), ours()).unwrap().to_string(), "1.51");
        assert_eq!(agreed(&engine("1.60", "1.44"), ours()).unwrap().to_string(), "1.53");
        assert_eq!(agreed(&engine("1.40", ""), ours()).unwrap().to_string(), "1.40");
    }

    #[test]
    fn an_engine_that_is_too_old_or_too_new_is_a_problem_with_both_versions() {
        let old = agreed(&engine("1.39", "1.12"), ours()).unwrap_err();
        assert_eq!(old.code, Code::DockerTooOld);
        assert_eq!(
            old.evidence[0].says.args["text"],
            "GET /version: ApiVersion 1.39, MinAPIVersion 1.12".into()
        );
        assert_eq!(agreed(&engine("1.70", "1.60"), ours()).unwrap_err().code, Code::DockerTooNew);
        assert_eq!(agreed(&engine("", ""), ours()).unwrap_err().code, Code::DockerTooOld);
    }

    #[test]
    fn products_are_recognised_by_what_they_say_of_themselves() {
        let says = |platform: &str, component: &str| {
            let version = SystemVersion {
                platform: Some(SystemVersionPlatform { name: platform.into() }),
                components: Some(vec![SystemVersionComponents {
                    name: component.into(),
                    ..SystemVersionComponents::default()
                }]),
                ..SystemVersion::default()
            };
            greeting(version, true).product
        };
        assert_eq!(says("", "Engine"), "Docker Engine");
        assert_eq!(says("Docker Engine - Community", "Engine"), "Docker Engine - Community");
        assert_eq!(says("linux/amd64/fedora-43", "Podman Engine"), "Podman");
        let desktop = SystemInfo { operating_system: Some("Docker Desktop".into()), ..SystemInfo::default() };
        assert_eq!(product(&Greeting::default(), &desktop), "Docker Desktop");
    }

    #[test]
    fn the_containerd_store_is_told_from_a_graph_driver() {
        let row = vec!["driver-type".to_owned(), "io.containerd.snapshotter.v1".to_owned()];
        let info = SystemInfo {
            driver: Some("overlayfs".into()),
            driver_status: Some(vec![row]),
            ..SystemInfo::default()
        };
        assert_eq!(store(&info), "containerd");
        let info = SystemInfo { driver: Some("overlay2".into()), ..SystemInfo::default() };
        assert_eq!(store(&info), "overlay2");
    }
}

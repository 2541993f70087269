//! Building an image: the engine is told what to build, reads the context from us, and tells how far it is.
//!
//! Dropping the future of [`build`] ends the build on the engine, the session and every reader of ours.

mod failure;
mod filesync;
mod log;
mod login;
mod session;
mod tar;

use std::collections::{BTreeMap, HashMap};

use bollard::{
    body_full,
    errors::Error,
    query_parameters::{BuildImageOptions, BuilderVersion},
};
use bollard_stubs::models::{BuildInfo, BuildInfoAux};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};

pub use self::filesync::{Part, Sent, StillSame};
use self::{filesync::FileSync, log::Log, login::Login, session::Session};
use super::{Engine, Surroundings, config::DockerConfig, credentials::Keyring, error, proxies};
use crate::{
    event::Teller,
    problem::{Code, Problem, internal},
    project::{content::Source, dockerfile::Step},
};

/// What to build.
pub struct Order<'a> {
    /// From what, and how.
    pub source: &'a Source,
    /// The steps that are known before.
    pub steps: Vec<Step>,
    /// The image's tag.
    pub tag: &'a str,
    /// Labels for the image.
    pub labels: BTreeMap<String, String>,
    /// Names the folder to the engine, which keeps what it was sent under this name.
    pub shared_key: &'a str,
    /// Asked when the engine has read the Dockerfile and the context, before it goes on.
    pub still_same: StillSame,
    /// Where docker's configuration is found: credentials and proxies.
    pub surroundings: Surroundings,
}

/// An image that was built.
#[derive(Debug, Clone)]
pub struct Built {
    /// The engine's id of it.
    pub id: String,
    /// What crossed to the engine for it.
    pub sent: Sent,
}

/// Builds, and tells every step and line. Dropped, it leaves nothing on the engine but layers of its cache.
pub async fn build(engine: &Engine, order: Order<'_>, teller: &Teller) -> Result<Built, Problem> {
    let options = options(engine, &order, &DockerConfig::read(&order.surroundings)?);
    let keyring = Keyring::read(order.surroundings.clone())?;
    match once(engine, &order, options.clone(), keyring.clone(), teller).await {
        // The engine would stumble over it each time that it looks into its cache (moby/buildkit#6808).
        Err(problem) if problem.code == Code::BuildCacheBroken => {
            log::begins_without_cache(teller);
            once(engine, &order, BuildImageOptions { nocache: true, ..options }, keyring, teller).await
        }
        ended => ended,
    }
}

async fn once(
    engine: &Engine,
    order: &Order<'_>,
    options: BuildImageOptions,
    keyring: Keyring,
    teller: &Teller,
) -> Result<Built, Problem> {
    let log = Log::new(teller.clone(), order.steps.clone());
    let still_same = order.still_same.clone();
    if engine.buildkit {
        with_buildkit(engine, order.source, order.shared_key, still_same, options, keyring, log).await
    } else {
        tar::build(engine, order.source, still_same, options, keyring, log).await
    }
}

fn options(engine: &Engine, order: &Order<'_>, config: &DockerConfig) -> BuildImageOptions {
    let source = order.source;
    let mut args: HashMap<String, String> = source.args.clone().into_iter().collect();
    args.extend(proxies::build_args(config, &engine.host, &source.args));
    BuildImageOptions {
        t: Some(order.tag.to_owned()),
        buildargs: Some(args),
        labels: Some(order.labels.clone().into_iter().collect()),
        target: source.target.clone().unwrap_or_default(),
        rm: true,
        forcerm: true,
        ..BuildImageOptions::default()
    }
}

async fn with_buildkit(
    engine: &Engine,
    source: &Source,
    shared_key: &str,
    still_same: StillSame,
    options: BuildImageOptions,
    keyring: Keyring,
    log: Log,
) -> Result<Built, Problem> {
    let folder = source.dockerfile.parent().ok_or_else(|| internal("a Dockerfile without a folder"))?;
    let name = source.dockerfile.file_name().and_then(|name| name.to_str());
    let name = name.ok_or_else(|| internal("a Dockerfile without a name"))?;
    let files = FileSync::new(source.context.clone(), folder.to_owned(), still_same);
    let login = Login::new(keyring);
    let session = Session::open(engine, shared_key, files.clone(), login.clone()).await?;
    let options = BuildImageOptions {
        dockerfile: name.to_owned(),
        version: BuilderVersion::BuilderBuildKit,
        session: Some(session.id.clone()),
        remote: Some("client-session".to_owned()),
        ..options
    };
    let client = engine.patient();
    let stream = client.build_image(options, None, Some(body_full(Bytes::new())));
    match follow(stream, log, source).await {
        Ok(id) => Ok(Built { id, sent: files.sent }),
        // What kept us from giving the engine what it asked for is the reason, where there is one.
        Err(problem) => Err(files.trouble().unwrap_or_else(|| failure::with_login_trouble(problem, &login))),
    }
}

/// Follows the engine's account of a build to its end; the image's id.
async fn follow(
    stream: impl Stream<Item = Result<BuildInfo, Error>>,
    mut log: Log,
    source: &Source,
) -> Result<String, Problem> {
    let mut stream = std::pin::pin!(stream);
    let mut id = None;
    while let Some(item) = stream.next().await {
        match item {
            Ok(BuildInfo { aux: Some(BuildInfoAux::BuildKit(status)), .. }) => log.status(status),
            Ok(BuildInfo { aux: Some(BuildInfoAux::Default(image)), .. }) => id = image.id.or(id),
            Ok(BuildInfo { stream: Some(text), .. }) => log.text(&text),
            Ok(_) => {}
            Err(Error::DockerStreamError { error }) => {
                return Err(failure::problem(&error, log.failed(), source));
            }
            Err(error @ Error::DockerResponseServerError { .. }) => {
                return Err(failure::problem(&error::words(&error), log.failed(), source));
            }
            Err(error) => return Err(error::problem("build", error)),
        }
    }
    log.ended();
    id.ok_or_else(|| {
        let silent =
            std::io::Error::new(std::io::ErrorKind::UnexpectedEof, "the engine ended without a word");
        error::problem("build", Error::IOError { err: silent })
    })
}

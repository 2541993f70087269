//! All contexts of the kubeconfig, for the user to choose from: which are local, which answer.

use futures_util::future::join_all;
use kube::config::Kubeconfig;

use super::{
    choose::PROBE,
    client::{self, Credentials},
    kubeconfig::{self, Context, Sources},
    local, pin,
};
use crate::{choices::Choices, facts::ClusterChoice, places::Places, problem::Problem, target::Target};

/// Every context, each asked whether it is there. No credential program runs, but for the pinned one's.
pub async fn clusters(
    choices: &Choices,
    places: &Places,
    sources: &Sources,
) -> Result<Vec<ClusterChoice>, Problem> {
    let kubeconfig = sources.read()?;
    let pinned = pin::read(places, &pin::folder(&choices.folder));
    let contexts = kubeconfig::contexts(&kubeconfig);
    Ok(join_all(contexts.into_iter().map(|context| choice(&kubeconfig, context, pinned.as_ref()))).await)
}

async fn choice(kubeconfig: &Kubeconfig, context: Context, pinned: Option<&Target>) -> ClusterChoice {
    let local = local::is_local(&context.server, context.proxied).await;
    let pinned = pinned.is_some_and(|pinned| pinned.context == context.name);
    let credentials = if context.credential_program.is_none() || pinned {
        Credentials::OfContext
    } else {
        Credentials::None
    };
    let (version, problem) = match version(kubeconfig, &context, local, credentials).await {
        Ok(version) => (version, None),
        Err(problem) => (None, Some(problem)),
    };
    ClusterChoice {
        context: context.name,
        server: context.server,
        local,
        current: context.current,
        pinned,
        version,
        problem,
        credential_program: context.credential_program,
    }
}

/// Its version; `None`: it answers, but not this to somebody without credentials.
async fn version(
    kubeconfig: &Kubeconfig,
    context: &Context,
    local: bool,
    credentials: Credentials,
) -> Result<Option<String>, Problem> {
    let asked = context.asked();
    let ask = async {
        let client = client::open(kubeconfig, context, local, credentials).await?;
        match client.apiserver_version().await {
            Ok(version) => Ok(Some(version.git_version)),
            Err(kube::Error::Api(_)) if credentials == Credentials::None => Ok(None),
            Err(error) => Err(asked.problem(&error)),
        }
    };
    tokio::time::timeout(PROBE, ask).await.unwrap_or_else(|_| Err(asked.too_slow(PROBE)))
}

//! The cluster: contexts and the guard, apply, rollout, watches.
//!
//! [`Connection::choose`] connects. Whoever has a connection can read through it ([`Reads`]); to write, they need
//! a [`Writer`], which only [`Connection::verified`] gives, and which checks again that the cluster is the chosen one.

pub mod apply;
mod choose;
mod client;
mod delete;
mod diff;
pub mod error;
mod forward;
mod guard;
pub mod kubeconfig;
mod list;
mod local;
pub mod manifest;
pub mod mark;
pub mod nodes;
pub mod objects;
pub mod obstacle;
pub mod pin;
mod reads;
pub mod rights;
pub mod rollout;
pub mod yaml;

use std::sync::Arc;

pub use diff::{Difference, compared};
pub use guard::Writer;
pub use list::clusters;
pub use reads::Reads;

use self::{client::Credentials, error::Asked, kubeconfig::Sources};
use crate::{
    choices::Choices,
    places::Places,
    problem::{Code, Problem, Remedy},
    shell_words::ShellCommand,
    stage::Evidence,
    target::Target,
    text,
};

/// A connection to the chosen cluster. It reads; a write goes through [`Connection::verified`].
#[derive(Clone)]
pub struct Connection {
    /// Which cluster.
    pub target: Target,
    /// Whether its server's address is this computer.
    pub local: bool,
    /// Whether it may be written to: it is local, or the user named it in full.
    consented: bool,
    asked: Arc<Asked>,
    sources: Sources,
    /// Whether it reads as if Slipway had never been there.
    without_ours: bool,
    // Never leaves this room: whoever had it could write past the guard.
    client: kube::Client,
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection").field("target", &self.target).finish_non_exhaustive()
    }
}

impl Connection {
    /// Connects to the cluster that the user named, or that is pinned for the folder, or the only local one that
    /// answers (among several, Docker Desktop's). The kubeconfig's current context is not followed.
    pub async fn choose(choices: &Choices, places: &Places, sources: &Sources) -> Result<Self, Problem> {
        let kubeconfig = sources.read()?;
        let pinned = pin::read(places, &pin::folder(&choices.folder)).filter(|_| choices.context.is_none());
        let name = match (&choices.context, &pinned) {
            (Some(name), _) => name.clone(),
            (None, Some(pinned)) => pinned.context.clone(),
            (None, None) => choose::settle(&kubeconfig).await?,
        };
        let context =
            kubeconfig::context(&kubeconfig, &name).ok_or_else(|| context_missing(&name, &kubeconfig))?;
        let local = local::is_local(&context.server, context.proxied).await;
        let asked = Arc::new(context.asked());
        let client = client::open(&kubeconfig, &context, local, Credentials::OfContext).await?;
        let cluster_uid = guard::cluster_uid(&client, &asked).await?;
        let target = Target { context: name, server: context.server, cluster_uid };
        if let Some(pinned) = pinned
            && pinned.cluster_uid != target.cluster_uid
        {
            let evidence = Evidence::exactly(
                text!("cluster-other-identity"),
                format!("kube-system {}, was {}", target.cluster_uid, pinned.cluster_uid),
            );
            return Err(guard::changed(&asked, evidence));
        }
        let consented = local || choices.confirm_cluster.as_deref() == Some(target.context.as_str());
        Ok(Self { target, local, consented, asked, sources: sources.clone(), without_ours: false, client })
    }

    /// Whether it may be written to: it is local, or the user named it in full.
    pub fn consented(&self) -> bool {
        self.consented
    }

    /// The same cluster, read as if Slipway had never been there: what carries our mark is not seen. For plans of
    /// what another cluster like this one would need.
    pub(crate) fn without_ours(&self) -> Self {
        Self { without_ours: true, ..self.clone() }
    }

    /// Whether what carries our mark is seen.
    pub(crate) fn sees_ours(&self) -> bool {
        !self.without_ours
    }

    /// Which cluster this is, for the words of problems and commands.
    pub fn asked(&self) -> &Asked {
        &self.asked
    }
}

fn context_missing(name: &str, kubeconfig: &kube::config::Kubeconfig) -> Problem {
    let contexts = kubeconfig::contexts(kubeconfig);
    let mut problem = Problem::new(Code::ContextMissing).with("context", name);
    for context in &contexts {
        problem = problem
            .because(Evidence::exactly(text!("context-there", context = &context.name), &context.server));
    }
    let names = contexts.iter().map(|context| context.name.as_str());
    if let Some(nearest) = crate::project::nearest(name, names) {
        let command = ShellCommand::of(["slipway", "up", "--context", nearest]);
        problem = problem.remedy(Remedy::run(text!("remedy-nearest-context", context = nearest), command));
    }
    problem.remedy(Remedy::run(text!("remedy-list-clusters"), "slipway clusters"))
}

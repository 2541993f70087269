//! The guard before every write: the cluster that was chosen is still the one that would be written to.

use k8s_openapi::api::core::v1::Namespace;
use kube::{Api, Client};

use super::{
    Connection,
    error::Asked,
    kubeconfig,
    reads::{ANSWER, answered},
};
use crate::{
    problem::{Code, Problem, Remedy},
    shell_words::ShellCommand,
    stage::Evidence,
    text,
};

/// What may write to the cluster: made by [`Connection::verified`] alone.
pub struct Writer<'a> {
    connection: &'a Connection,
}

impl Connection {
    /// Checks that the context still names the same server, that the server is still the same cluster, and that
    /// a cluster elsewhere was named in full by the user. Everything that writes begins here.
    pub async fn verified(&self) -> Result<Writer<'_>, Problem> {
        if !self.consented {
            return Err(self.not_local());
        }
        self.same_cluster().await?;
        Ok(Writer { connection: self })
    }

    async fn same_cluster(&self) -> Result<(), Problem> {
        self.same_server()?;
        let uid = cluster_uid(&self.client, &self.asked).await?;
        if uid == self.target.cluster_uid {
            return Ok(());
        }
        Err(self.changed(Evidence::exactly(
            text!("cluster-other-identity"),
            format!("kube-system {uid}, was {}", self.target.cluster_uid),
        )))
    }

    /// Whether the context names the server that it named before, by the kubeconfig as it stands now.
    fn same_server(&self) -> Result<(), Problem> {
        let now = self.sources.read()?;
        let server = kubeconfig::context(&now, &self.target.context).map(|context| context.server);
        if server.as_deref() == Some(self.target.server.as_str()) {
            return Ok(());
        }
        let now = server.unwrap_or_else(|| "-".into());
        Err(self.changed(Evidence::exactly(
            text!("cluster-other-server"),
            format!("{now}, was {}", self.target.server),
        )))
    }

    pub(super) fn changed(&self, evidence: Evidence) -> Problem {
        changed(&self.asked, evidence)
    }

    /// The problem of a cluster elsewhere that the user did not name in full.
    pub fn not_local(&self) -> Problem {
        not_local(&self.asked)
    }
}

pub(super) fn not_local(asked: &Asked) -> Problem {
    let context = asked.context.as_str();
    let consent = ShellCommand::of(["slipway", "up", "--context", context, "--confirm-cluster", context]);
    asked
        .of(Code::ClusterNotLocal)
        .because(Evidence::quoted(&asked.server))
        .remedy(Remedy::say(text!("remedy-choose-local-cluster")))
        .remedy(Remedy::run(text!("remedy-confirm-cluster", context = context), consent))
}

pub(super) fn changed(asked: &Asked, evidence: Evidence) -> Problem {
    asked.of(Code::ClusterChanged).because(evidence).remedy(Remedy::run(
        text!("remedy-choose-context-again"),
        format!("slipway up --context {}", crate::shell_words::quoted(&asked.context)),
    ))
}

impl<'a> Writer<'a> {
    /// The client, for what is written next: kubeconfig and cluster are looked at again first, since minutes may
    /// have passed.
    pub(super) async fn client(&self) -> Result<Client, Problem> {
        self.connection.same_cluster().await?;
        Ok(self.connection.client.clone())
    }

    pub(super) fn connection(&self) -> &'a Connection {
        self.connection
    }
}

/// The cluster's identity: the UID of its namespace kube-system.
pub(super) async fn cluster_uid(client: &Client, asked: &Asked) -> Result<String, Problem> {
    let namespaces: Api<Namespace> = Api::all(client.clone());
    let system = answered(asked, ANSWER, namespaces.get_metadata("kube-system")).await?;
    // Without one, any two clusters would look the same.
    let uid = system.metadata.uid.filter(|uid| !uid.is_empty());
    uid.ok_or_else(|| {
        asked
            .of(Code::ClusterRefused)
            .quoting("namespaces \"kube-system\": metadata.uid is missing")
            .remedy(Remedy::run(text!("remedy-see-version"), asked.kubectl(["version"])))
    })
}

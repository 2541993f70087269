//! Reading one kind of objects. Nothing here can change the cluster.

use std::{fmt::Debug, future::Future, sync::Arc, time::Duration};

use futures_util::{Stream, StreamExt};
use k8s_openapi::{NamespaceResourceScope, api::core::v1::Pod};
use kube::{
    Api, Resource,
    api::{DynamicObject, ListParams, LogParams},
    runtime::{WatchStreamExt, watcher},
};
use serde::de::DeserializeOwned;

use super::{Connection, error::Asked, manifest, mark};
use crate::problem::{Code, Problem};

/// How long one answer of the server may take.
pub(super) const ANSWER: Duration = Duration::from_secs(15);

/// One kind's objects, in one namespace or in all, for reading only.
#[derive(Clone)]
pub struct Reads<K> {
    api: Api<K>,
    asked: Arc<Asked>,
    without_ours: bool,
}

impl Connection {
    /// The objects of a kind in a namespace.
    pub fn within<K>(&self, namespace: &str) -> Reads<K>
    where
        K: Resource<Scope = NamespaceResourceScope, DynamicType = ()>,
    {
        self.reads(Api::namespaced(self.client.clone(), namespace))
    }

    /// The objects of a kind in all namespaces, or of a kind that has none.
    pub fn all<K: Resource<DynamicType = ()>>(&self) -> Reads<K> {
        self.reads(Api::all(self.client.clone()))
    }

    /// The objects of a kind that is known by name alone.
    pub fn dynamic(&self, api_version: &str, kind: &str, namespace: Option<&str>) -> Reads<DynamicObject> {
        let resource = manifest::resource(api_version, kind);
        let api = match namespace {
            Some(namespace) => Api::namespaced_with(self.client.clone(), namespace, &resource),
            None => Api::all_with(self.client.clone(), &resource),
        };
        self.reads(api)
    }

    fn reads<K>(&self, api: Api<K>) -> Reads<K> {
        Reads { api, asked: self.asked.clone(), without_ours: self.without_ours }
    }
}

impl<K> Reads<K>
where
    K: Resource + Clone + DeserializeOwned + Debug + Send + 'static,
{
    /// The object of this name; `None` where there is none.
    pub async fn get(&self, name: &str) -> Result<Option<K>, Problem> {
        let found = answered(&self.asked, ANSWER, self.api.get_opt(name)).await?;
        Ok(found.filter(|object| self.sees(object)))
    }

    /// All objects that carry these labels (`a=b,c=d`; empty: all).
    pub async fn list(&self, labels: &str) -> Result<Vec<K>, Problem> {
        let params = ListParams { label_selector: selector(labels), ..ListParams::default() };
        self.listed(&params).await
    }

    /// All objects whose fields are as told (`involvedObject.name=iris`).
    pub async fn list_where(&self, fields: &str) -> Result<Vec<K>, Problem> {
        let params = ListParams::default().fields(fields);
        self.listed(&params).await
    }

    async fn listed(&self, params: &ListParams) -> Result<Vec<K>, Problem> {
        let mut found = answered(&self.asked, ANSWER, self.api.list(params)).await?.items;
        found.retain(|object| self.sees(object));
        Ok(found)
    }

    fn sees(&self, object: &K) -> bool {
        !(self.without_ours && mark::is_ours(object.meta()))
    }

    /// Everything that happens to the objects of these labels, beginning with those that are there. It never
    /// ends: an error is an item, and the watch goes on after a pause that grows.
    pub fn watch(
        &self,
        labels: &str,
    ) -> impl Stream<Item = watcher::Result<watcher::Event<K>>> + Send + use<K> {
        let config = watcher::Config { label_selector: selector(labels), ..watcher::Config::default() };
        watcher(self.api.clone(), config).default_backoff()
    }

    /// Everything that happens to the objects whose fields are as told (`type=Warning`).
    pub fn watch_where(
        &self,
        fields: &str,
    ) -> impl Stream<Item = watcher::Result<watcher::Event<K>>> + Send + use<K> {
        watcher(self.api.clone(), watcher::Config::default().fields(fields)).default_backoff()
    }

    /// One object, again at each change; `None` while there is none.
    pub fn watch_one(&self, name: &str) -> impl Stream<Item = watcher::Result<Option<K>>> + Send + use<K> {
        kube::runtime::watcher::watch_object(self.api.clone(), name).default_backoff()
    }

    /// Waits until the object is as wanted (`None`: while there is none) and returns it. The watch's own errors
    /// are waited out, but a refusal that waiting cannot mend is returned.
    pub async fn wait_for(
        &self,
        name: &str,
        mut wanted: impl FnMut(Option<&K>) -> bool + Send,
    ) -> Result<Option<K>, Problem> {
        let mut changes = std::pin::pin!(self.watch_one(name));
        while let Some(change) = changes.next().await {
            match change {
                Ok(object) if wanted(object.as_ref()) => return Ok(object),
                Ok(_) => {}
                Err(error) => drop(self.passing(&error)?),
            }
        }
        Err(crate::problem::internal("a watch ended"))
    }

    /// The problem that a watch's error means: `Err` where waiting cannot mend it, `Ok` where the watch goes on by
    /// itself, such as with a server that is away for a moment.
    pub fn passing(&self, error: &watcher::Error) -> Result<Problem, Problem> {
        let problem = self.asked.watch_problem(error);
        match problem.code {
            Code::ClusterUnauthorized
            | Code::ClusterForbidden
            | Code::ClusterCertificate
            | Code::CredentialProgram
            | Code::KubeconfigBroken => Err(problem),
            _ => Ok(problem),
        }
    }
}

impl Reads<Pod> {
    /// The last lines of a pod's log, of its container's last run but one when `previous`.
    pub async fn log(
        &self,
        pod: &str,
        container: Option<&str>,
        previous: bool,
        lines: i64,
    ) -> Result<String, Problem> {
        let params = LogParams {
            container: container.map(str::to_owned),
            previous,
            tail_lines: Some(lines),
            limit_bytes: Some(256 * 1024),
            ..LogParams::default()
        };
        answered(&self.asked, ANSWER, self.api.logs(pod, &params)).await
    }
}

/// The answer, or the problem of its error or of its taking too long.
pub(super) async fn answered<T>(
    asked: &Asked,
    within: Duration,
    answer: impl Future<Output = kube::Result<T>>,
) -> Result<T, Problem> {
    match tokio::time::timeout(within, answer).await {
        Ok(answer) => answer.map_err(|error| asked.problem(&error)),
        Err(_) => Err(asked.too_slow(within)),
    }
}

fn selector(labels: &str) -> Option<String> {
    (!labels.is_empty()).then(|| labels.to_owned())
}

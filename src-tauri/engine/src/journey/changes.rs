//! Knowing that something of the app changed in the cluster, without asking again and again.

use futures_util::{Stream, StreamExt, future::ready, stream::select_all};
use k8s_openapi::api::{
    apps::v1::Deployment,
    core::v1::{Pod, Service},
    networking::v1::Ingress,
};
use kube::runtime::watcher::{self, Event};

use super::{Journey, table};
use crate::{facts::Facts, kubernetes::mark, problem::Problem, stage::Stage};

impl Journey {
    /// An item whenever something of the app may have changed in the cluster: then it is time to look again. The
    /// first one comes when the watch begins, so that nothing is missed between a look and the watch. It never
    /// ends; a watch that is cut begins again after a pause that grows.
    pub async fn changes(&self) -> Result<impl Stream<Item = ()> + Send + Unpin + use<>, Problem> {
        let mut facts = Facts::default();
        table(Stage::Project).0.observe(self, &mut facts).await?;
        let project = facts.project()?;
        let namespace = &project.deploy.namespace;
        let labels = mark::selector(&project.name);
        let connection = self.connection().await?;
        Ok(select_all([
            changed(connection.within::<Deployment>(namespace).watch(&labels)).boxed(),
            changed(connection.within::<Pod>(namespace).watch(&labels)).boxed(),
            changed(connection.within::<Service>(namespace).watch(&labels)).boxed(),
            changed(connection.within::<Ingress>(namespace).watch(&labels)).boxed(),
        ]))
    }
}

/// An item for each event after which what is known may be wrong: also for an error, since a cluster that does not
/// answer is to be seen.
fn changed<K>(events: impl Stream<Item = watcher::Result<Event<K>>>) -> impl Stream<Item = ()> {
    events.filter_map(|event| ready((!matches!(event, Ok(Event::Init | Event::InitApply(_)))).then_some(())))
}

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;

    #[tokio::test]
    async fn a_list_counts_once_and_each_change_and_error_counts() {
        let events = [
            Ok(Event::Init),
            Ok(Event::InitApply(1)),
            Ok(Event::InitApply(2)),
            Ok(Event::InitDone),
            Ok(Event::Apply(3)),
            Err(watcher::Error::NoResourceVersion),
            Ok(Event::Delete(3)),
        ];
        assert_eq!(changed(stream::iter(events)).count().await, 4);
    }
}

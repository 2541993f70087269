//! Deleting one object that is ours, and waiting until it is gone.

use std::time::Duration;

use kube::{
    Api,
    api::{DeleteParams, DynamicObject, ObjectMeta, Preconditions},
};

use super::{
    Writer,
    manifest::ObjectRef,
    mark,
    reads::{ANSWER, answered},
};
use crate::{
    problem::{Code, Problem, Remedy},
    stage::Evidence,
    text,
};

impl Writer<'_> {
    /// Deletes the object and what depends on it, and waits until it is gone. It must carry our mark, and be the
    /// one that was seen; one that is gone already, or replaced by another of its name, is left.
    pub async fn delete(&self, object: &ObjectRef, within: Duration) -> Result<(), Problem> {
        let connection = self.connection();
        // First of all: that an object is gone is no news from another cluster.
        let client = self.client().await?;
        let reads = connection.dynamic(&object.api_version, &object.kind, object.namespace.as_deref());
        let Some(live) = reads.get(&object.name).await? else { return Ok(()) };
        let Some(uid) = live.metadata.uid.clone() else { return Ok(()) };
        if object.uid.as_ref().is_some_and(|seen| *seen != uid) {
            return Ok(());
        }
        if !may_delete(&live.metadata, object.app.as_deref()) {
            return Err(connection
                .asked()
                .of(Code::NotOurs)
                .with("object", object.shown())
                .because(Evidence::quoted(format!("{} {:?}", object.shown(), live.metadata.labels)))
                .remedy(Remedy::run(
                    text!("remedy-delete-yourself"),
                    object.kubectl_delete(connection.asked()),
                )));
        }
        let api: Api<DynamicObject> = match &object.namespace {
            Some(namespace) => Api::namespaced_with(client, namespace, &object.resource()),
            None => Api::all_with(client, &object.resource()),
        };
        let params = DeleteParams::foreground()
            .preconditions(Preconditions { uid: Some(uid.clone()), resource_version: None });
        match answered(connection.asked(), ANSWER, gone_is_fine(api.delete(&object.name, &params))).await? {
            Deletion::Begun => {}
            Deletion::NothingThere => return Ok(()),
        }
        self.gone(object, Some(&uid), within).await
    }

    /// Waits until the object of this UID is gone.
    pub(super) async fn gone(
        &self,
        object: &ObjectRef,
        uid: Option<&str>,
        within: Duration,
    ) -> Result<(), Problem> {
        let reads = self.connection().dynamic(&object.api_version, &object.kind, object.namespace.as_deref());
        let gone =
            reads.wait_for(&object.name, |now| now.is_none_or(|now| now.metadata.uid.as_deref() != uid));
        match tokio::time::timeout(within, gone).await {
            Ok(gone) => gone.map(|_| ()),
            Err(_) => Err(self.still_there(object, reads.get(&object.name).await?.as_ref(), within)),
        }
    }

    fn still_there(&self, object: &ObjectRef, now: Option<&DynamicObject>, within: Duration) -> Problem {
        let asked = self.connection().asked();
        let mut problem = asked
            .of(Code::DeleteTimeout)
            .with("object", object.shown())
            .with("ms", u64::try_from(within.as_millis()).unwrap_or(u64::MAX));
        if let Some(finalizers) = now.and_then(|now| now.metadata.finalizers.as_ref()) {
            problem = problem.because(Evidence::exactly(text!("delete-awaits"), finalizers.join(", ")));
        }
        if let Some(since) = now.and_then(|now| now.metadata.deletion_timestamp.as_ref()) {
            problem = problem.quoting(format!("{} metadata.deletionTimestamp: {}", object.shown(), since.0));
        }
        problem.remedy(Remedy::run(text!("remedy-see-object"), object.kubectl_get(asked))).retry()
    }
}

enum Deletion {
    Begun,
    NothingThere,
}

/// It went by itself, or another one took its name: either way ours is gone.
async fn gone_is_fine<T>(deletion: impl Future<Output = kube::Result<T>>) -> kube::Result<Deletion> {
    match deletion.await {
        Ok(_) => Ok(Deletion::Begun),
        Err(kube::Error::Api(status)) if status.is_not_found() || status.is_conflict() => {
            Ok(Deletion::NothingThere)
        }
        Err(error) => Err(error),
    }
}

/// Slipway removes only what carries its mark, and of an app only what carries the app's name too.
fn may_delete(live: &ObjectMeta, app: Option<&str>) -> bool {
    mark::is_ours(live) && app.is_none_or(|app| mark::app(live) == Some(app))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_carries_our_mark_and_the_apps_name_may_be_deleted() {
        let ours = ObjectMeta { labels: Some(mark::labels("iris")), ..ObjectMeta::default() };
        assert!(may_delete(&ours, Some("iris")));
        assert!(may_delete(&ours, None));
        assert!(!may_delete(&ours, Some("other")));
        let theirs = ObjectMeta {
            labels: Some([(mark::NAME.to_owned(), "iris".to_owned())].into()),
            ..ObjectMeta::default()
        };
        assert!(!may_delete(&theirs, Some("iris")));
        assert!(!may_delete(&ObjectMeta::default(), None));
    }
}

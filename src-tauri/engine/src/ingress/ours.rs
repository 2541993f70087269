//! What Slipway installed of a controller, as it stands in the cluster.

use futures_util::future::try_join_all;
use kube::api::{DynamicObject, ObjectMeta};

use crate::{
    kubernetes::{Connection, manifest::ObjectRef, mark},
    problem::{Code, Problem},
};

/// The kinds that a controller's installation consists of, in the order in which they are removed: first what
/// answers, last what the others lie in. With the namespace where the kind has one.
const KINDS: [(&str, &str, bool); 12] = [
    ("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", false),
    ("networking.k8s.io/v1", "IngressClass", false),
    ("apps/v1", "Deployment", true),
    ("v1", "Service", true),
    ("batch/v1", "Job", true),
    ("v1", "ConfigMap", true),
    ("rbac.authorization.k8s.io/v1", "RoleBinding", true),
    ("rbac.authorization.k8s.io/v1", "Role", true),
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", false),
    ("rbac.authorization.k8s.io/v1", "ClusterRole", false),
    ("v1", "ServiceAccount", true),
    ("v1", "Namespace", false),
];

/// Objects of a controller's installation that carry our mark.
pub async fn objects(connection: &Connection, namespace: &str, app: &str) -> Result<Vec<ObjectRef>, Problem> {
    let selector = mark::selector(app);
    let lists = KINDS.iter().map(|&(api_version, kind, within)| {
        let selector = &selector;
        async move {
            let namespace = within.then_some(namespace);
            let found = match connection.dynamic(api_version, kind, namespace).list(selector).await {
                // What this user may not see, they may not remove either.
                Err(problem) if problem.code == Code::ClusterForbidden => Vec::new(),
                found => found?,
            };
            Ok::<_, Problem>(found.into_iter().map(move |object| reference(api_version, kind, object)))
        }
    });
    Ok(try_join_all(lists).await?.into_iter().flatten().collect())
}

/// What people put into namespaces, beside what Kubernetes itself makes there.
const PUT: [(&str, &str); 17] = [
    ("apps/v1", "Deployment"),
    ("apps/v1", "StatefulSet"),
    ("apps/v1", "DaemonSet"),
    ("apps/v1", "ReplicaSet"),
    ("batch/v1", "Job"),
    ("batch/v1", "CronJob"),
    ("v1", "Pod"),
    ("v1", "Service"),
    ("v1", "ConfigMap"),
    ("v1", "Secret"),
    ("v1", "PersistentVolumeClaim"),
    ("v1", "ServiceAccount"),
    ("networking.k8s.io/v1", "Ingress"),
    ("networking.k8s.io/v1", "NetworkPolicy"),
    ("rbac.authorization.k8s.io/v1", "Role"),
    ("rbac.authorization.k8s.io/v1", "RoleBinding"),
    ("autoscaling/v2", "HorizontalPodAutoscaler"),
];

/// What lies in the namespace and is not ours, as `Kind/name`: it would go with the namespace.
pub async fn strangers(connection: &Connection, namespace: &str) -> Result<Vec<String>, Problem> {
    let lists = PUT.iter().map(|&(api_version, kind)| async move {
        let found = match connection.dynamic(api_version, kind, Some(namespace)).list("").await {
            // What cannot be seen may be there.
            Err(problem) if problem.code == Code::ClusterForbidden => return Ok(vec![format!("{kind}/?")]),
            found => found?,
        };
        let strange = found.into_iter().filter(move |object| is_strange(kind, &object.metadata));
        Ok(strange.map(move |object| reference(api_version, kind, object).shown()).collect::<Vec<_>>())
    });
    Ok(try_join_all(lists).await?.into_iter().flatten().collect())
}

fn is_strange(kind: &str, meta: &ObjectMeta) -> bool {
    let of_kubernetes = matches!(
        (kind, meta.name.as_deref().unwrap_or_default()),
        // The last is made by a Job of the controller's own.
        ("ConfigMap", "kube-root-ca.crt")
            | ("ServiceAccount", "default")
            | ("Secret", "ingress-nginx-admission")
    );
    // What another object made goes with that one, which is listed itself.
    let made_by_another = meta.owner_references.as_ref().is_some_and(|owners| !owners.is_empty());
    !mark::is_ours(meta) && !of_kubernetes && !made_by_another
}

fn reference(api_version: &str, kind: &str, object: DynamicObject) -> ObjectRef {
    ObjectRef {
        api_version: api_version.to_owned(),
        kind: kind.to_owned(),
        namespace: object.metadata.namespace,
        name: object.metadata.name.unwrap_or_default(),
        uid: object.metadata.uid,
        app: None,
    }
}

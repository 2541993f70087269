//! An object to be applied, and the name of one to be deleted.

use kube::api::{ApiResource, DynamicObject, GroupVersionKind, TypeMeta};

use super::error::Asked;
use crate::shell_words::ShellCommand;

/// An object as it is applied and as a person reads it.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest {
    /// The object, with `apiVersion` and `kind`.
    pub object: DynamicObject,
    /// The same as YAML that a person would write.
    pub yaml: String,
}

/// One object of the cluster, and which one of that name it was when it was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectRef {
    /// Such as `apps/v1`.
    pub api_version: String,
    /// Such as `Deployment`.
    pub kind: String,
    /// Its namespace, where its kind has one.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
    /// Its UID when it was seen; `None`: the one that carries our mark when it is deleted.
    pub uid: Option<String>,
    /// The app that it must belong to, where it is one of an app's objects.
    pub app: Option<String>,
}

impl Manifest {
    /// Which object it is, whichever one of that name.
    pub fn reference(&self) -> ObjectRef {
        let types = self.object.types.clone().unwrap_or_default();
        ObjectRef {
            api_version: types.api_version,
            kind: types.kind,
            namespace: self.object.metadata.namespace.clone(),
            name: self.object.metadata.name.clone().unwrap_or_default(),
            uid: None,
            app: None,
        }
    }
}

impl ObjectRef {
    /// `Deployment/iris`, as evidence and changes name it.
    pub fn shown(&self) -> String {
        format!("{}/{}", self.kind, self.name)
    }

    /// `deployment/iris`, as kubectl takes it.
    pub fn typed(&self) -> String {
        let group = self.api_version.split_once('/').map(|(group, _)| group);
        match group {
            // kubectl knows the kinds of Kubernetes' own groups by their short name
            Some(group) if group.contains('.') && !group.ends_with(".k8s.io") => {
                format!("{}.{group}/{}", self.kind.to_lowercase(), self.name)
            }
            _ => format!("{}/{}", self.kind.to_lowercase(), self.name),
        }
    }

    /// What a person would type to see it.
    pub fn kubectl_get(&self, asked: &Asked) -> ShellCommand {
        self.kubectl(asked, "get").with(["-o", "yaml"])
    }

    /// What a person would type to delete it.
    pub fn kubectl_delete(&self, asked: &Asked) -> ShellCommand {
        self.kubectl(asked, "delete")
    }

    fn kubectl(&self, asked: &Asked, verb: &str) -> ShellCommand {
        let command = asked.kubectl([verb, &self.typed()]);
        match &self.namespace {
            Some(namespace) => command.with(["--namespace", namespace]),
            None => command,
        }
    }

    /// How the API server names its kind.
    pub(super) fn resource(&self) -> ApiResource {
        resource(&self.api_version, &self.kind)
    }
}

/// How the API server names a kind. Its plural is made by the rule that all of Kubernetes' own kinds follow.
pub(super) fn resource(api_version: &str, kind: &str) -> ApiResource {
    let types = TypeMeta { api_version: api_version.to_owned(), kind: kind.to_owned() };
    let gvk =
        GroupVersionKind::try_from(types).unwrap_or_else(|_| GroupVersionKind::gvk("", api_version, kind));
    ApiResource::from_gvk(&gvk)
}

//! The objects of an app as a person would write them: the same that Slipway writes, for kubectl to apply.

use serde_json::{Value, json};

use super::stand::NAMESPACE;

/// An app to be applied.
#[derive(Debug, Clone)]
pub struct App<'a> {
    /// The name of each object.
    pub name: &'a str,
    /// The image.
    pub image: &'a str,
    /// How many pods.
    pub replicas: u32,
    /// The IngressClass.
    pub class: &'a str,
    /// Whether the pods are asked before they count as ready.
    pub probed: bool,
}

impl App<'_> {
    /// The host of its rule.
    pub fn host(&self) -> String {
        format!("{}.localhost", self.name)
    }

    /// Deployment, Service and Ingress in a list, as JSON: YAML's simplest form.
    pub fn list(&self) -> String {
        let items = [self.deployment(), self.service(), self.ingress()];
        json!({"apiVersion": "v1", "kind": "List", "items": items}).to_string()
    }

    fn metadata(&self) -> Value {
        json!({"name": self.name, "namespace": NAMESPACE, "labels": {"app": self.name}})
    }

    fn deployment(&self) -> Value {
        let mut container = json!({
            "name": self.name,
            "image": self.image,
            "imagePullPolicy": "IfNotPresent",
            "ports": [{"name": "http", "containerPort": 8000}],
            "lifecycle": {"preStop": {"sleep": {"seconds": 5}}},
            "resources": {"requests": {"cpu": "10m", "memory": "32Mi"}},
            "securityContext": {"allowPrivilegeEscalation": false},
        });
        if self.probed {
            container["readinessProbe"] =
                json!({"httpGet": {"path": "/", "port": "http"}, "periodSeconds": 2, "timeoutSeconds": 5});
        }
        json!({
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": self.metadata(),
            "spec": {
                "replicas": self.replicas,
                "selector": {"matchLabels": {"app": self.name}},
                "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
                "template": {
                    "metadata": {"labels": {"app": self.name}},
                    "spec": {
                        "containers": [container],
                        "securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
                        "terminationGracePeriodSeconds": 15,
                    },
                },
            },
        })
    }

    fn service(&self) -> Value {
        json!({
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": self.metadata(),
            "spec": {
                "selector": {"app": self.name},
                "ports": [{"name": "http", "port": 80, "targetPort": "http"}],
            },
        })
    }

    fn ingress(&self) -> Value {
        json!({
            "apiVersion": "networking.k8s.io/v1",
            "kind": "Ingress",
            "metadata": self.metadata(),
            "spec": {"ingressClassName": self.class, "rules": [{
                "host": self.host(),
                "http": {"paths": [{
                    "path": "/",
                    "pathType": "Prefix",
                    "backend": {"service": {"name": self.name, "port": {"name": "http"}}},
                }]},
            }]},
        })
    }
}

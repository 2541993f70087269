//! The app as Kubernetes objects: a typed model made into the Deployment, Service and Ingress that a person would
//! write.

use std::{collections::BTreeMap, path::PathBuf};

use serde_json::{Map, Value, json};

use super::{manifest::Manifest, mark, yaml};
use crate::{
    facts::Deploy,
    problem::{Problem, internal},
    project::{SecretKey, folder::as_mark},
    shell_words,
};

/// What is deployed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// The project's name: of each object, and of the container.
    pub name: String,
    /// The namespace.
    pub namespace: String,
    /// The project's folder.
    pub folder: PathBuf,
    /// The image's tag.
    pub image: String,
    /// The user that the image's process runs as; empty: root.
    pub user: String,
    /// The port on which the app listens.
    pub port: u16,
    /// How many pods.
    pub replicas: u32,
    /// The path that the readiness probe asks; `None`: the port alone is probed.
    pub health: Option<String>,
    /// Environment variables.
    pub env: BTreeMap<String, EnvValue>,
    /// CPU request.
    pub cpu: String,
    /// Memory request.
    pub memory: String,
    /// The IngressClass.
    pub class: String,
    /// The rule's host; empty: any.
    pub host: String,
    /// The rule's path.
    pub path: String,
    /// Whether the cluster knows the hook that sleeps (from 1.30 on).
    pub can_sleep: bool,
}

/// The value of an environment variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnvValue {
    /// As it is.
    Plain(String),
    /// As it is, but not to be shown.
    Secret(String),
    /// A key of a Secret of the cluster.
    FromSecret {
        /// The Secret's name.
        name: String,
        /// Its key.
        key: String,
    },
}

impl EnvValue {
    /// Reads a value as it is chosen: `from-secret:NAME/KEY`, or the value itself.
    pub fn of(chosen: String) -> Self {
        match SecretKey::of(&chosen) {
            Some(Ok(SecretKey { name, key })) => Self::FromSecret { name, key },
            _ => Self::Plain(chosen),
        }
    }

    /// The same, not to be shown.
    #[must_use]
    pub fn hidden(self) -> Self {
        match self {
            Self::Plain(value) => Self::Secret(value),
            other => other,
        }
    }

    /// The variable of this name as the cluster is to have it.
    fn wanted(&self, name: &str) -> Value {
        match self {
            Self::Plain(value) | Self::Secret(value) => json!({"name": name, "value": value}),
            Self::FromSecret { name: secret, key } => {
                json!({"name": name, "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}})
            }
        }
    }

    /// The variable of this name as it is shown.
    fn shown(&self, name: &str) -> Value {
        match self {
            Self::Secret(_) => json!({"name": name, "value": shell_words::reference(name)}),
            other => other.wanted(name),
        }
    }
}

/// The longest that a pod may take to end, in seconds. Many an app ignores the signal and is waited for so long at
/// each removal, so it is less than the usual 30: after the drain, ten seconds are left for requests under way.
const GRACE: u32 = 15;
/// How long a pod that leaves goes on answering, in seconds: until the controller has heard that it leaves.
const DRAIN: u32 = 5;

impl App {
    /// The same app with this host, path and number of pods.
    #[must_use]
    pub fn with(self, deploy: &Deploy) -> Self {
        let Deploy { replicas, host, path, .. } = deploy.clone();
        Self { replicas, host, path, ..self }
    }

    /// Its three objects. Their YAML has the values of secret variables by name alone.
    pub fn manifests(&self) -> Result<Vec<Manifest>, Problem> {
        let [mut deployment, service, ingress] =
            [self.deployment(EnvValue::wanted), self.service(), self.ingress()].map(manifest);
        if let Ok(deployment) = &mut deployment {
            deployment.yaml = yaml::document(&self.deployment(EnvValue::shown))?;
            for reference in self.secrets().map(shell_words::reference) {
                // In single quotes it stays a string, whatever a shell puts there.
                let (as_written, quoted) = (yaml::value(&reference), format!("value: '{reference}'\n"));
                deployment.yaml = deployment.yaml.replace(&format!("value: {as_written}\n"), &quoted);
            }
        }
        [deployment, service, ingress].into_iter().collect()
    }

    /// The variables whose values are not in the YAML.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.env
            .iter()
            .filter(|(_, value)| matches!(value, EnvValue::Secret(_)))
            .map(|(name, _)| name.as_str())
    }

    fn metadata(&self) -> Value {
        json!({
            "name": self.name,
            "namespace": self.namespace,
            "labels": mark::labels(&self.name),
            "annotations": {mark::FOLDER: as_mark(&self.folder)},
        })
    }

    fn deployment(&self, value: fn(&EnvValue, &str) -> Value) -> Value {
        json!({
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": self.metadata(),
            "spec": {
                "replicas": self.replicas,
                "selector": {"matchLabels": mark::labels(&self.name)},
                "strategy": {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
                "template": {
                    "metadata": {"labels": mark::labels(&self.name)},
                    "spec": {
                        "containers": [self.container(value)],
                        "securityContext": self.pod_security(),
                        "terminationGracePeriodSeconds": GRACE,
                    },
                },
            },
        })
    }

    fn container(&self, value: fn(&EnvValue, &str) -> Value) -> Value {
        let mut container = Map::new();
        container.insert("name".into(), json!(self.name));
        container.insert("image".into(), json!(self.image));
        container.insert("imagePullPolicy".into(), json!("IfNotPresent"));
        container.insert("ports".into(), json!([{"name": "http", "containerPort": self.port}]));
        if !self.env.is_empty() {
            let variables = self.env.iter().map(|(name, chosen)| value(chosen, name));
            container.insert("env".into(), variables.collect());
        }
        container.insert("readinessProbe".into(), self.probe());
        if self.can_sleep {
            container.insert("lifecycle".into(), json!({"preStop": {"sleep": {"seconds": DRAIN}}}));
        }
        container.insert("resources".into(), json!({"requests": {"cpu": self.cpu, "memory": self.memory}}));
        container.insert("securityContext".into(), json!({"allowPrivilegeEscalation": false}));
        Value::Object(container)
    }

    fn probe(&self) -> Value {
        match &self.health {
            Some(path) => json!({
                "httpGet": {"path": path, "port": "http"},
                "periodSeconds": 2,
                "timeoutSeconds": 5,
            }),
            None => json!({"tcpSocket": {"port": "http"}, "periodSeconds": 2}),
        }
    }

    fn pod_security(&self) -> Value {
        let mut security = Map::new();
        if runs_as_other_than_root(&self.user) {
            security.insert("runAsNonRoot".into(), json!(true));
        }
        security.insert("seccompProfile".into(), json!({"type": "RuntimeDefault"}));
        Value::Object(security)
    }

    fn service(&self) -> Value {
        json!({
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": self.metadata(),
            "spec": {
                "selector": mark::labels(&self.name),
                "ports": [{"name": "http", "port": 80, "targetPort": "http"}],
            },
        })
    }

    fn ingress(&self) -> Value {
        let mut rule = Map::new();
        if !self.host.is_empty() && self.host != "*" {
            rule.insert("host".into(), json!(self.host));
        }
        rule.insert(
            "http".into(),
            json!({"paths": [{
                "path": self.path,
                "pathType": "Prefix",
                "backend": {"service": {"name": self.name, "port": {"name": "http"}}},
            }]}),
        );
        json!({
            "apiVersion": "networking.k8s.io/v1",
            "kind": "Ingress",
            "metadata": self.metadata(),
            "spec": {"ingressClassName": self.class, "rules": [rule]},
        })
    }
}

/// Kubernetes can tell that a user is not root only by its number.
fn runs_as_other_than_root(user: &str) -> bool {
    let user = user.split(':').next().unwrap_or_default();
    user.parse::<u32>().is_ok_and(|id| id != 0)
}

/// An object and its YAML, from its fields in the order in which they are to be read.
pub fn manifest(object: Value) -> Result<Manifest, Problem> {
    let yaml = yaml::document(&object)?;
    Ok(Manifest { object: serde_json::from_value(object).map_err(internal)?, yaml })
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::{apps::v1::Deployment, core::v1::Service, networking::v1::Ingress};
    use serde::{Serialize, de::DeserializeOwned};

    use super::*;

    fn app() -> App {
        App {
            name: "iris".into(),
            namespace: "default".into(),
            folder: "/home/ada/iris".into(),
            image: "iris:0123456789ab".into(),
            user: "1000:1000".into(),
            port: 8000,
            replicas: 2,
            health: Some("/healthz".into()),
            env: [
                ("MODE".to_owned(), EnvValue::Plain("on".into())),
                ("TOKEN".to_owned(), EnvValue::FromSecret { name: "keys".into(), key: "token".into() }),
            ]
            .into(),
            cpu: "100m".into(),
            memory: "128Mi".into(),
            class: "nginx".into(),
            host: "localhost".into(),
            path: "/".into(),
            can_sleep: true,
        }
    }

    #[test]
    fn the_deployment_reads_as_a_person_would_write_it() {
        let manifests = app().manifests().unwrap();
        assert_eq!(
            manifests[0].yaml,
            r#"apiVersion: apps/v1
kind: Deployment
metadata:
  name: iris
  namespace: default
  labels:
    app.kubernetes.io/managed-by: slipway
    app.kubernetes.io/name: iris
  annotations:
    slipway.local/folder: /home/ada/iris
spec:
  replicas: 2
  selector:
    matchLabels:
      app.kubernetes.io/managed-by: slipway
      app.kubernetes.io/name: iris
  strategy:
    rollingUpdate:
      maxSurge: 1
      maxUnavailable: 0
  template:
    metadata:
      labels:
        app.kubernetes.io/managed-by: slipway
        app.kubernetes.io/name: iris
    spec:
      containers:
      - name: iris
        image: iris:0123456789ab
        imagePullPolicy: IfNotPresent
        ports:
        - name: http
          containerPort: 8000
        env:
        - name: MODE
          value: "on"
        - name: TOKEN
          valueFrom:
            secretKeyRef:
              name: keys
              key: token
        readinessProbe:
          httpGet:
            path: /healthz
            port: http
          periodSeconds: 2
          timeoutSeconds: 5
        lifecycle:
          preStop:
            sleep:
              seconds: 5
        resources:
          requests:
            cpu: 100m
            memory: 128Mi
        securityContext:
          allowPrivilegeEscalation: false
      securityContext:
        runAsNonRoot: true
        seccompProfile:
          type: RuntimeDefault
      terminationGracePeriodSeconds: 15
"#
        );
    }

    #[test]
    fn the_way_in_reads_as_a_person_would_write_it() {
        let manifests = app().manifests().unwrap();
        assert!(
            manifests[1].yaml.ends_with(
                "spec:\n  selector:\n    app.kubernetes.io/managed-by: slipway\n    app.kubernetes.io/name: iris\n  \
                 ports:\n  - name: http\n    port: 80\n    targetPort: http\n"
            ),
            "{}",
            manifests[1].yaml
        );
        assert!(
            manifests[2].yaml.ends_with(
                "spec:\n  ingressClassName: nginx\n  rules:\n  - host: localhost\n    http:\n      paths:\n      - path: \
                 /\n        pathType: Prefix\n        backend:\n          service:\n            name: iris\n            \
                 port:\n              name: http\n"
            ),
            "{}",
            manifests[2].yaml
        );
    }

    /// Every field that we write is one that Kubernetes knows, at its place and of its type.
    #[test]
    fn every_field_is_one_of_kubernetes_own() {
        fn same<K: Serialize + DeserializeOwned>(manifest: &Manifest) {
            let written: Value = serde_saphyr::from_str(&manifest.yaml).unwrap();
            let mut known: Value =
                serde_json::to_value(serde_json::from_value::<K>(written.clone()).unwrap()).unwrap();
            // Quantities are read as they are; an empty status is not written.
            known.as_object_mut().unwrap().retain(|field, _| field != "status");
            assert_eq!(written, known);
        }
        let manifests = app().manifests().unwrap();
        same::<Deployment>(&manifests[0]);
        same::<Service>(&manifests[1]);
        same::<Ingress>(&manifests[2]);
    }

    #[test]
    fn only_a_user_known_by_number_can_be_promised_not_to_be_root() {
        for (user, promised) in
            [("1000", true), ("1000:0", true), ("", false), ("0", false), ("0:1000", false), ("app", false)]
        {
            assert_eq!(runs_as_other_than_root(user), promised, "{user}");
        }
    }

    #[test]
    fn without_a_path_the_port_is_probed_and_without_a_host_any_is_served() {
        let app = App { health: None, host: "*".into(), can_sleep: false, env: BTreeMap::new(), ..app() };
        let manifests = app.manifests().unwrap();
        assert!(
            manifests[0].yaml.contains("readinessProbe:\n          tcpSocket:\n            port: http\n")
        );
        assert!(!manifests[0].yaml.contains("lifecycle"));
        assert!(!manifests[0].yaml.contains("env:"));
        assert!(manifests[2].yaml.contains("rules:\n  - http:\n"), "{}", manifests[2].yaml);
    }

    #[test]
    fn a_secret_value_is_in_the_object_and_not_in_its_yaml() {
        let env = [("KEY".to_owned(), EnvValue::of("s3cret".into()).hidden())].into();
        let app = App { env, ..app() };
        let manifests = app.manifests().unwrap();
        assert!(serde_json::to_string(&manifests[0].object).unwrap().contains("s3cret"));
        assert!(manifests[0].yaml.contains("value: '${KEY}'\n"), "{}", manifests[0].yaml);
        assert!(!manifests[0].yaml.contains("s3cret"));
        assert_eq!(app.secrets().collect::<Vec<_>>(), ["KEY"]);
    }

    #[test]
    fn a_variable_names_a_secret_or_is_a_value() {
        assert_eq!(EnvValue::of("a/b".into()), EnvValue::Plain("a/b".into()));
        assert_eq!(
            EnvValue::of("from-secret:keys/token".into()),
            EnvValue::FromSecret { name: "keys".into(), key: "token".into() }
        );
    }
}

//! The fourth hop: the Ingress and its rule, as the cluster has them. Pure functions of the objects read.

use k8s_openapi::api::{
    core::v1::Event,
    networking::v1::{Ingress, IngressBackend},
};
use kube::ResourceExt;

use crate::{stage::Evidence, text};

/// The rule that is looked for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The Ingress's name.
    pub name: &'a str,
    /// Its namespace.
    pub namespace: &'a str,
    /// The rule's host.
    pub host: &'a str,
    /// The rule's path.
    pub path: &'a str,
    /// The class that the controller serves.
    pub class: &'a str,
}

/// Where a rule sends requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backend {
    /// The Service's name.
    pub service: String,
    /// Its port, by number or name.
    pub port: String,
}

/// Where the rule sends requests, or what keeps the controller from serving it.
pub fn backend(ingress: Option<&Ingress>, wanted: &Wanted<'_>) -> Result<Backend, Evidence> {
    let Wanted { name, namespace, host, path, class } = *wanted;
    let Some(ingress) = ingress else {
        return Err(text!("endpoint-rule-no-object", name = name, namespace = namespace).into());
    };
    let spec = ingress.spec.clone().unwrap_or_default();
    let named = spec.ingress_class_name.unwrap_or_default();
    if named != class {
        let says = text!("endpoint-rule-class", class = class);
        return Err(Evidence::exactly(says, format!("Ingress/{name} spec.ingressClassName: {named:?}")));
    }
    let rules = rules(ingress);
    let found = rules.iter().find(|rule| rule.host == host && rule.path == path);
    let backend = found.and_then(|rule| rule.backend.as_ref()?.service.as_ref());
    let Some(service) = backend else {
        let shown =
            rules.iter().map(|rule| format!("{}{}", rule.host, rule.path)).collect::<Vec<_>>().join("\n");
        return Err(Evidence::exactly(text!("endpoint-rule-host", host = host, path = path), shown));
    };
    let port = service.port.clone().unwrap_or_default();
    let port = port.name.filter(|name| !name.is_empty()).or(port.number.map(|number| number.to_string()));
    Ok(Backend { service: service.name.clone(), port: port.unwrap_or_default() })
}

struct Rule {
    host: String,
    path: String,
    backend: Option<IngressBackend>,
}

fn rules(ingress: &Ingress) -> Vec<Rule> {
    let rules = ingress.spec.iter().flat_map(|spec| spec.rules.iter().flatten());
    rules
        .flat_map(|rule| {
            let host = rule.host.clone().unwrap_or_default();
            rule.http.iter().flat_map(|http| &http.paths).map(move |path| Rule {
                host: host.clone(),
                path: path.path.clone().unwrap_or_else(|| "/".into()),
                backend: Some(path.backend.clone()),
            })
        })
        .collect()
}

/// The controller's own words where the last thing that it said of this very Ingress is that it refuses it.
pub fn refusal(ingress: Option<&Ingress>, events: &[Event]) -> Option<String> {
    let uid = ingress?.uid()?;
    let last = events
        .iter()
        .filter(|event| event.involved_object.uid.as_deref() == Some(uid.as_str()))
        .filter(|event| {
            event
                .reason
                .as_deref()
                .is_some_and(|reason| reason.starts_with("AddedOrUpdated") || reason == "Rejected")
        })
        .max_by_key(|event| {
            let last = event.last_timestamp.as_ref().map(|time| time.0);
            last.or(event.event_time.as_ref().map(|time| time.0))
                .or(event.first_timestamp.as_ref().map(|time| time.0))
        })?;
    let reason = last.reason.as_deref().unwrap_or_default();
    let refused = reason == "Rejected" || reason.ends_with("WithError");
    refused.then(|| format!("{reason}: {}", last.message.clone().unwrap_or_default()))
}

/// Other Ingresses that claim the same host and path, as `namespace/name host path (class)`.
pub fn claimants(all: &[Ingress], namespace: &str, name: &str, host: &str, path: &str) -> Vec<String> {
    all.iter()
        .filter(|other| !(other.name_any() == name && other.namespace().as_deref() == Some(namespace)))
        .filter(|other| rules(other).iter().any(|rule| rule.host == host && rule.path == path))
        .map(|other| {
            let class =
                other.spec.as_ref().and_then(|spec| spec.ingress_class_name.clone()).unwrap_or_default();
            format!(
                "Ingress {}/{} {host}{path} (class {class})",
                other.namespace().unwrap_or_default(),
                other.name_any()
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const WANTED: Wanted<'_> =
        Wanted { name: "iris", namespace: "default", host: "localhost", path: "/", class: "nginx" };

    fn ingress(class: &str, host: &str, path: &str, port: &Value) -> Ingress {
        serde_json::from_value(json!({
            "metadata": {"name": "iris", "namespace": "default", "uid": "u1"},
            "spec": {"ingressClassName": class, "rules": [{"host": host, "http": {"paths": [
                {"path": path, "pathType": "Prefix", "backend": {"service": {"name": "iris", "port": port}}},
            ]}}]},
        }))
        .unwrap()
    }

    fn event(reason: &str, at: &str, uid: &str) -> Event {
        serde_json::from_value(json!({
            "metadata": {"name": reason}, "reason": reason, "message": "its words", "lastTimestamp": at,
            "involvedObject": {"kind": "Ingress", "name": "iris", "uid": uid},
        }))
        .unwrap()
    }

    #[test]
    fn the_rule_leads_to_a_service_by_port_name_or_number() {
        for (port, expected) in [(json!({"name": "http"}), "http"), (json!({"number": 80}), "80")] {
            let found = backend(Some(&ingress("nginx", "localhost", "/", &port)), &WANTED).unwrap();
            assert_eq!(found, Backend { service: "iris".into(), port: expected.into() });
        }
    }

    #[test]
    fn what_keeps_the_controller_from_serving_is_told() {
        let port = json!({"number": 80});
        for (ingress, says) in [
            (None, "endpoint-rule-no-object"),
            (Some(ingress("other", "localhost", "/", &port)), "endpoint-rule-class"),
            (Some(ingress("nginx", "iris.test", "/", &port)), "endpoint-rule-host"),
            (Some(ingress("nginx", "localhost", "/x", &port)), "endpoint-rule-host"),
        ] {
            assert_eq!(backend(ingress.as_ref(), &WANTED).unwrap_err().says.id, says);
        }
    }

    #[test]
    fn the_controllers_last_word_on_this_very_ingress_counts() {
        let ingress = ingress("nginx", "localhost", "/", &json!({"number": 80}));
        let refusal = |events: &[Event]| refusal(Some(&ingress), events);
        let refused = event("Rejected", "2026-01-01T00:00:02Z", "u1");
        let served = event("AddedOrUpdated", "2026-01-01T00:00:01Z", "u1");
        let served_later = event("AddedOrUpdated", "2026-01-01T00:00:03Z", "u1");
        assert_eq!(refusal(&[refused.clone(), served.clone()]).as_deref(), Some("Rejected: its words"));
        assert_eq!(refusal(&[refused, served_later]), None);
        assert_eq!(refusal(&[event("Rejected", "2026-01-01T00:00:02Z", "an earlier one")]), None);
        assert_eq!(refusal(&[event("Sync", "2026-01-01T00:00:02Z", "u1"), served]), None);
    }

    #[test]
    fn whoever_claims_the_same_is_named() {
        let mut other = ingress("nginx", "localhost", "/", &json!({"number": 80}));
        other.metadata.namespace = Some("shop".into());
        let all = [ingress("nginx", "localhost", "/", &json!({"number": 80})), other];
        let named = claimants(&all, "default", "iris", "localhost", "/");
        assert_eq!(named, ["Ingress shop/iris localhost/ (class nginx)"]);
    }
}

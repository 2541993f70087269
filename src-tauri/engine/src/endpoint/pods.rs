//! The sixth hop: which pods take requests now, and why there are none. Pure functions of the objects read.

use std::collections::BTreeMap;

use k8s_openapi::api::{core::v1::Pod, discovery::v1::EndpointSlice};
use kube::ResourceExt;

use crate::{kubernetes::obstacle::obstacle, stage::Evidence, text};

/// A pod that takes requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ready {
    /// Its name.
    pub pod: String,
    /// The port on which it takes them.
    pub port: u16,
}

/// The pods that are ready, with their port of this name.
pub fn ready(slices: &[EndpointSlice], port: Option<&str>) -> Vec<Ready> {
    let mut all = Vec::new();
    for slice in slices {
        let ports = slice.ports.iter().flatten();
        let mut named =
            ports.filter(|known| known.name.as_deref().unwrap_or_default() == port.unwrap_or_default());
        let Some(port) = named.find_map(|known| u16::try_from(known.port?).ok()) else { continue };
        for endpoint in &slice.endpoints {
            let ready = endpoint.conditions.as_ref().and_then(|conditions| conditions.ready).unwrap_or(true);
            if let Some(target) = endpoint.target_ref.as_ref().filter(|_| ready) {
                all.push(Ready { pod: target.name.clone().unwrap_or_default(), port });
            }
        }
    }
    all.sort_by(|a, b| a.pod.cmp(&b.pod));
    // A pod with two address families stands in two slices.
    all.dedup();
    all
}

/// Why no pod takes requests: none is meant, none is there, or those that are there are kept from it.
pub fn why_none(
    pods: &[Pod],
    selector: &BTreeMap<String, String>,
    app: &BTreeMap<String, String>,
    listed: bool,
) -> Vec<Evidence> {
    let carries = |pod: &Pod, wanted: &BTreeMap<String, String>| {
        wanted.iter().all(|(name, value)| pod.labels().get(name) == Some(value))
    };
    let meant: Vec<_> = pods.iter().filter(|pod| !selector.is_empty() && carries(pod, selector)).collect();
    if meant.is_empty() {
        let own: Vec<_> = pods.iter().filter(|pod| carries(pod, app)).collect();
        let wanted = shown(selector);
        return match own.first() {
            None => vec![Evidence::exactly(text!("endpoint-pods-none"), wanted)],
            Some(pod) => vec![Evidence::exactly(
                text!("endpoint-pods-unselected"),
                format!("Service spec.selector: {wanted}\n{}: {}", pod.name_any(), shown(pod.labels())),
            )],
        };
    }
    let kept: Vec<_> = meant
        .iter()
        .filter_map(|pod| obstacle(pod))
        .map(|found| {
            let says = text!("endpoint-pods-waiting", pod = &found.pod);
            if found.words.is_empty() { says.into() } else { Evidence::exactly(says, found.words) }
        })
        .collect();
    if !kept.is_empty() {
        return kept;
    }
    // Ready pods, and yet none behind the Service: it asks for a port that they do not name.
    let names = meant.iter().map(|pod| pod.name_any()).collect::<Vec<_>>().join("\n");
    if listed {
        vec![Evidence::exactly(text!("endpoint-pods-port"), names)]
    } else {
        vec![Evidence::exactly(text!("endpoint-pods-unlisted"), names)]
    }
}

fn shown(labels: &BTreeMap<String, String>) -> String {
    labels.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn slice(endpoints: &Value) -> EndpointSlice {
        serde_json::from_value(json!({
            "metadata": {"name": "iris-1"}, "addressType": "IPv4",
            "ports": [{"name": "http", "port": 8000}], "endpoints": endpoints,
        }))
        .unwrap()
    }

    fn pod(name: &str, labels: &Value, ready: &str) -> Pod {
        serde_json::from_value(json!({
            "metadata": {"name": name, "labels": labels},
            "status": {"conditions": [{"type": "Ready", "status": ready}]},
        }))
        .unwrap()
    }

    fn labels(app: &str) -> BTreeMap<String, String> {
        [("app".to_owned(), app.to_owned())].into()
    }

    #[test]
    fn only_ready_endpoints_with_the_port_take_requests() {
        let slices = [slice(&json!([
            {"addresses": ["10.0.0.2"], "conditions": {"ready": true}, "targetRef": {"kind": "Pod", "name": "b"}},
            {"addresses": ["10.0.0.1"], "targetRef": {"kind": "Pod", "name": "a"}},
            {"addresses": ["10.0.0.3"], "conditions": {"ready": false}, "targetRef": {"kind": "Pod", "name": "c"}},
        ]))];
        let found = ready(&slices, Some("http"));
        assert_eq!(found, [Ready { pod: "a".into(), port: 8000 }, Ready { pod: "b".into(), port: 8000 }]);
        assert_eq!(ready(&slices, Some("metrics")), []);
    }

    #[test]
    fn why_there_are_none_is_told_by_what_the_pods_show() {
        let says = |pods: &[Pod], selector: &str, listed| {
            why_none(pods, &labels(selector), &labels("iris"), listed)[0].says.id.clone()
        };
        let iris = json!({"app": "iris"});
        assert_eq!(says(&[], "iris", true), "endpoint-pods-none");
        assert_eq!(says(&[pod("a", &iris, "True")], "irsi", true), "endpoint-pods-unselected");
        assert_eq!(says(&[pod("a", &iris, "False")], "iris", true), "endpoint-pods-waiting");
        assert_eq!(says(&[pod("a", &iris, "True")], "iris", true), "endpoint-pods-port");
        assert_eq!(says(&[pod("a", &iris, "True")], "iris", false), "endpoint-pods-unlisted");
    }
}

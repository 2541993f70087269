//! What ingress classes there are, and which pods and Services answer for them.

use std::collections::BTreeMap;

use k8s_openapi::{
    api::{
        core::v1::{Container, Pod, Service, ServicePort},
        networking::v1::IngressClass,
    },
    apimachinery::pkg::util::intstr::IntOrString,
};
use kube::ResourceExt;

use super::flavour::Flavour;
use crate::{
    kubernetes::{Connection, mark, obstacle},
    problem::Problem,
};

/// An IngressClass and who answers for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Class {
    /// Its name.
    pub name: String,
    /// Its `spec.controller`.
    pub controller: String,
    /// Whether the cluster takes it for Ingresses that name no class.
    pub default: bool,
    /// Whether Slipway made it.
    pub ours: bool,
    /// Its flavour, where Slipway knows it.
    pub flavour: Option<&'static Flavour>,
    /// The controller's pod, a ready one where there is one.
    pub server: Option<Server>,
}

/// A controller's pod and the way to it from this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Its namespace.
    pub namespace: String,
    /// The pod's name.
    pub pod: String,
    /// The port on which it answers HTTP.
    pub pod_port: u16,
    /// Whether the pod is ready.
    pub ready: bool,
    /// The Service in front of it.
    pub service: Option<String>,
    /// The port of this machine that leads to it; `None`: none does, or not yet.
    pub port: Option<u16>,
}

/// All classes with their controllers.
pub async fn classes(connection: &Connection) -> Result<Vec<Class>, Problem> {
    let all_classes = connection.all::<IngressClass>();
    let all_pods = connection.all::<Pod>();
    let all_services = connection.all::<Service>();
    let (classes, pods, services) =
        tokio::try_join!(all_classes.list(""), all_pods.list(""), all_services.list(""))?;
    Ok(classes.iter().map(|class| read(class, &pods, &services)).collect())
}

fn read(class: &IngressClass, pods: &[Pod], services: &[Service]) -> Class {
    let controller = class.spec.as_ref().and_then(|spec| spec.controller.clone()).unwrap_or_default();
    let flavour = Flavour::of(&controller);
    let default = class
        .annotations()
        .get("ingressclass.kubernetes.io/is-default-class")
        .is_some_and(|value| value == "true");
    let mut servers: Vec<_> = flavour
        .map(|flavour| pods.iter().filter_map(|pod| server(pod, flavour, services)).collect())
        .unwrap_or_default();
    servers.sort_by_key(|server: &Server| (!server.ready, server.port.is_none()));
    Class {
        name: class.name_any(),
        controller,
        default,
        ours: mark::is_ours(&class.metadata),
        flavour,
        server: servers.into_iter().next(),
    }
}

/// The pod as a controller of this flavour, if it is one.
fn server(pod: &Pod, flavour: &Flavour, services: &[Service]) -> Option<Server> {
    let containers = &pod.spec.as_ref()?.containers;
    let container = containers
        .iter()
        .find(|container| container.image.as_deref().is_some_and(|image| image.contains(flavour.image)))?;
    let namespace = pod.namespace().unwrap_or_default();
    let leading = services
        .iter()
        .filter(|service| service.namespace().as_deref() == Some(&namespace) && selects(service, pod))
        .max_by_key(|service| is_load_balancer(service));
    let service_port = leading.and_then(http_port);
    let host_port = container
        .ports
        .iter()
        .flatten()
        .find(|port| port.host_port.is_some() && port.name.as_deref() != Some("https"))
        .and_then(|port| port.host_port);
    let pod_port = service_port.and_then(|port| target(port, container)).or_else(|| {
        container
            .ports
            .iter()
            .flatten()
            .find(|port| is_http(port.name.as_deref()))
            .map(|port| port.container_port)
    });
    let reached = leading
        .filter(|service| local_address(service))
        .and_then(http_port)
        .map(|port| port.port)
        .or(host_port);
    Some(Server {
        namespace,
        pod: pod.name_any(),
        pod_port: pod_port.and_then(|port| u16::try_from(port).ok()).unwrap_or(80),
        ready: obstacle::is_ready(pod) && pod.metadata.deletion_timestamp.is_none(),
        service: leading.map(ResourceExt::name_any),
        port: reached.and_then(|port| u16::try_from(port).ok()),
    })
}

fn selects(service: &Service, pod: &Pod) -> bool {
    let Some(selector) = service.spec.as_ref().and_then(|spec| spec.selector.as_ref()) else { return false };
    let labels: &BTreeMap<String, String> = pod.labels();
    !selector.is_empty() && selector.iter().all(|(name, value)| labels.get(name) == Some(value))
}

/// Whether it asks for an address outside the cluster.
pub fn is_load_balancer(service: &Service) -> bool {
    service.spec.as_ref().and_then(|spec| spec.type_.as_deref()) == Some("LoadBalancer")
}

/// Whether a load balancer gave it an address of this machine.
pub fn local_address(service: &Service) -> bool {
    let given = service
        .status
        .as_ref()
        .and_then(|status| status.load_balancer.as_ref()?.ingress.as_ref())
        .into_iter()
        .flatten();
    is_load_balancer(service)
        && given.into_iter().any(|address| {
            address.hostname.as_deref() == Some("localhost") || address.ip.as_deref().is_some()
        })
}

/// The Service's port for HTTP.
pub fn http_port(service: &Service) -> Option<&ServicePort> {
    let ports = service.spec.as_ref()?.ports.as_ref()?;
    ports
        .iter()
        .find(|port| port.port == 80)
        .or_else(|| ports.iter().find(|port| is_http(port.name.as_deref())))
}

fn is_http(name: Option<&str>) -> bool {
    matches!(name, Some("http" | "web"))
}

fn target(port: &ServicePort, container: &Container) -> Option<i32> {
    match port.target_port.as_ref() {
        None => Some(port.port),
        Some(IntOrString::Int(number)) => Some(*number),
        Some(IntOrString::String(name)) => container
            .ports
            .iter()
            .flatten()
            .find(|port| port.name.as_deref() == Some(name))
            .map(|port| port.container_port),
    }
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeOwned;
    use serde_json::{Value, json};

    use super::*;

    fn object<K: DeserializeOwned>(object: Value) -> K {
        serde_json::from_value(object).unwrap()
    }

    fn class() -> IngressClass {
        object(json!({"metadata": {"name": "nginx"}, "spec": {"controller": "nginx.org/ingress-controller"}}))
    }

    fn pod(ready: &str) -> Pod {
        object(json!({
            "metadata": {"name": "nginx-1", "namespace": "n", "labels": {"app": "nginx"}},
            "spec": {"containers": [{
                "name": "c", "image": "nginx/nginx-ingress:5.5.4",
                "ports": [{"name": "http", "containerPort": 8000}]
            }]},
            "status": {"conditions": [{"type": "Ready", "status": ready}]}
        }))
    }

    fn service(given: Value) -> Service {
        object(json!({
            "metadata": {"name": "front", "namespace": "n"},
            "spec": {"type": "LoadBalancer", "selector": {"app": "nginx"},
                     "ports": [{"name": "http", "port": 80, "targetPort": "http"}]},
            "status": {"loadBalancer": given}
        }))
    }

    #[test]
    fn a_class_is_followed_to_the_pod_and_the_port_of_this_machine() {
        let services = [service(json!({"ingress": [{"hostname": "localhost"}]}))];
        let server = read(&class(), &[pod("True")], &services).server.unwrap();
        assert_eq!(
            server,
            Server {
                namespace: "n".into(),
                pod: "nginx-1".into(),
                pod_port: 8000,
                ready: true,
                service: Some("front".into()),
                port: Some(80)
            }
        );
    }

    #[test]
    fn a_service_that_still_waits_gives_no_port() {
        let server = read(&class(), &[pod("False")], &[service(json!({}))]).server.unwrap();
        assert_eq!((server.ready, server.port, server.service.as_deref()), (false, None, Some("front")));
    }

    #[test]
    fn a_class_without_a_controller_has_no_server() {
        assert_eq!(read(&class(), &[], &[]).server, None);
    }
}

//! The fifth hop: the Service and the port that the rule sends to. Pure functions of the objects read.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::Service;
use kube::ResourceExt;

use super::rule::Backend;
use crate::{stage::Evidence, text, text::Text};

/// A Service's port and the pods behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// The Service's name.
    pub service: String,
    /// The port's name, by which EndpointSlices know it.
    pub name: Option<String>,
    /// Which labels the pods must carry.
    pub selector: BTreeMap<String, String>,
}

/// The Service's port that the rule means, or why there is none.
pub fn port(service: Option<&Service>, backend: &Backend) -> Result<(Port, Text), Evidence> {
    let Some(service) = service else {
        return Err(text!("endpoint-service-missing", service = &backend.service).into());
    };
    let spec = service.spec.clone().unwrap_or_default();
    let ports = spec.ports.unwrap_or_default();
    let wanted = &backend.port;
    let found = ports
        .iter()
        .find(|port| port.name.as_deref() == Some(wanted.as_str()) || port.port.to_string() == *wanted);
    let Some(found) = found else {
        let has = ports.iter().map(|port| format!("{} {}", port.name.clone().unwrap_or_default(), port.port));
        let says = text!("endpoint-service-port", service = &backend.service, port = wanted);
        return Err(Evidence::exactly(says, has.collect::<Vec<_>>().join("\n")));
    };
    let port = Port {
        service: backend.service.clone(),
        name: found.name.clone(),
        selector: spec.selector.unwrap_or_default(),
    };
    Ok((port, text!("endpoint-hop-service", service = &backend.service, port = found.port.to_string())))
}

/// Names a LoadBalancer that wants this port of the machine and has not got it.
pub fn pending(service: &Service, port: u16) -> Option<String> {
    let spec = service.spec.as_ref()?;
    let wants = spec.ports.iter().flatten().any(|wanted| wanted.port == i32::from(port));
    let has = service
        .status
        .iter()
        .filter_map(|status| status.load_balancer.as_ref()?.ingress.as_ref())
        .any(|got| !got.is_empty());
    (spec.type_.as_deref() == Some("LoadBalancer") && wants && !has).then(|| {
        format!(
            "Service {}/{} EXTERNAL-IP <pending>",
            service.namespace().unwrap_or_default(),
            service.name_any()
        )
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn service() -> Service {
        serde_json::from_value(json!({
            "metadata": {"name": "iris", "namespace": "default"},
            "spec": {"selector": {"app": "iris"}, "ports": [{"name": "http", "port": 80, "targetPort": 8000}]},
        }))
        .unwrap()
    }

    fn backend(port: &str) -> Backend {
        Backend { service: "iris".into(), port: port.into() }
    }

    #[test]
    fn the_port_is_found_by_name_and_by_number() {
        for wanted in ["http", "80"] {
            let (found, _) = port(Some(&service()), &backend(wanted)).unwrap();
            assert_eq!(found.name.as_deref(), Some("http"));
            assert_eq!(found.selector, [("app".to_owned(), "iris".to_owned())].into());
        }
    }

    #[test]
    fn a_service_or_a_port_that_is_not_there_is_told() {
        assert_eq!(port(None, &backend("80")).unwrap_err().says.id, "endpoint-service-missing");
        let wrong = port(Some(&service()), &backend("8080")).unwrap_err();
        assert_eq!((&*wrong.says.id, wrong.exact.as_deref()), ("endpoint-service-port", Some("http 80")));
    }

    #[test]
    fn only_a_load_balancer_without_an_address_is_pending() {
        let mut service = service();
        assert_eq!(pending(&service, 80), None, "it is none");
        service.spec.as_mut().unwrap().type_ = Some("LoadBalancer".into());
        assert_eq!(pending(&service, 80).as_deref(), Some("Service default/iris EXTERNAL-IP <pending>"));
        assert_eq!(pending(&service, 443), None, "it does not want that port");
        service.status =
            serde_json::from_value(json!({"loadBalancer": {"ingress": [{"hostname": "localhost"}]}}))
                .unwrap();
        assert_eq!(pending(&service, 80), None, "it has its address");
    }
}

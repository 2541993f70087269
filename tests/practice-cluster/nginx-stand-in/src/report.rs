//! What the cluster hears of each Ingress: events, and the address in its status.

use std::{collections::BTreeMap, sync::Arc};

use k8s_openapi::{
    api::{
        core::v1::{Event, EventSource, Service},
        networking::v1::{Ingress, IngressLoadBalancerIngress, IngressLoadBalancerStatus, IngressPortStatus},
    },
    apimachinery::pkg::apis::meta::v1::Time,
    jiff::Timestamp,
};
use kube::{Api, Client, Resource as _, ResourceExt, api::PostParams};

use crate::{configuration::Verdict, info, warning};

const COMPONENT: &str = "nginx-ingress-controller";

/// Tells what became of Ingresses, each change once.
pub struct Reporter {
    client: Client,
    me: String,
    told: BTreeMap<String, (Option<i64>, String)>,
}

impl Reporter {
    /// A reporter that has told nothing yet. `me` is the pod's name.
    pub fn new(client: Client, me: String) -> Self {
        Self { client, me, told: BTreeMap::new() }
    }

    /// An event for each Ingress of which something new is to be said.
    pub async fn tell(&mut self, verdicts: &[Verdict], failure: Option<&str>) {
        let mut told = BTreeMap::new();
        for verdict in verdicts {
            let (kind, reason, message) = words(verdict, failure);
            let uid = verdict.ingress.uid().unwrap_or_default();
            let news = (verdict.ingress.metadata.generation, format!("{reason} {message}"));
            if self.told.get(&uid) != Some(&news) {
                info!("{kind} {reason} {message}");
                if let Err(error) = self.event(&verdict.ingress, kind, reason, &message).await {
                    warning!("an event could not be written: {error}");
                    continue; // it is new the next time, too
                }
            }
            told.insert(uid, news);
        }
        self.told = told;
    }

    async fn event(
        &self,
        ingress: &Ingress,
        kind: &str,
        reason: &str,
        message: &str,
    ) -> Result<(), kube::Error> {
        let namespace = ingress.namespace().unwrap_or_default();
        let now = Timestamp::now();
        let event = Event {
            metadata: kube::api::ObjectMeta {
                name: Some(format!("{}.{:x}", ingress.name_any(), now.as_nanosecond())),
                ..Default::default()
            },
            involved_object: ingress.object_ref(&()),
            type_: Some(kind.to_owned()),
            reason: Some(reason.to_owned()),
            message: Some(message.to_owned()),
            first_timestamp: Some(Time(now)),
            last_timestamp: Some(Time(now)),
            count: Some(1),
            source: Some(EventSource { component: Some(COMPONENT.to_owned()), host: None }),
            reporting_component: Some(COMPONENT.to_owned()),
            reporting_instance: Some(self.me.clone()),
            ..Event::default()
        };
        let events = Api::<Event>::namespaced(self.client.clone(), &namespace);
        match events.create(&PostParams::default(), &event).await {
            Ok(_) => Ok(()),
            // Its namespace is going away: nobody will read it.
            Err(kube::Error::Api(status)) if matches!(status.code, 403 | 404) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Writes the address into the status of each Ingress that is served, and takes it from one that is not.
    pub async fn addresses(&self, verdicts: &[Verdict], service: Option<&Arc<Service>>) {
        let address = service.map(|service| address(service)).unwrap_or_default();
        for verdict in verdicts {
            let wanted = if verdict.outcome.is_ok() { address.clone() } else { Vec::new() };
            let now = verdict.ingress.status.as_ref().and_then(|status| status.load_balancer.as_ref());
            if now.and_then(|now| now.ingress.clone()).unwrap_or_default() == wanted {
                continue;
            }
            let mut ingress = (*verdict.ingress).clone();
            ingress.status.get_or_insert_default().load_balancer =
                Some(IngressLoadBalancerStatus { ingress: Some(wanted) });
            let ingresses =
                Api::<Ingress>::namespaced(self.client.clone(), &ingress.namespace().unwrap_or_default());
            let written =
                ingresses.replace_status(&ingress.name_any(), &PostParams::default(), &ingress).await;
            match written {
                Ok(_) => {}
                // Changed or gone meanwhile: the watch brings it again.
                Err(kube::Error::Api(status)) if matches!(status.code, 404 | 409) => {}
                Err(error) => warning!("the status of {} could not be written: {error}", ingress.name_any()),
            }
        }
    }
}

/// Type, reason and message of the event for a verdict.
fn words(verdict: &Verdict, failure: Option<&str>) -> (&'static str, &'static str, String) {
    let name = format!("{}/{}", verdict.ingress.namespace().unwrap_or_default(), verdict.ingress.name_any());
    match (&verdict.outcome, failure) {
        (Err(why), _) => ("Warning", "Rejected", why.clone()),
        (Ok(_), Some(failure)) => (
            "Warning",
            "AddedOrUpdatedWithError",
            format!("Configuration for {name} was added or updated but was not applied: {failure}"),
        ),
        (Ok(warnings), None) if warnings.is_empty() => {
            ("Normal", "AddedOrUpdated", format!("Configuration for {name} was added or updated"))
        }
        (Ok(warnings), None) => (
            "Warning",
            "AddedOrUpdatedWithWarning",
            format!("Configuration for {name} was added or updated with warning(s): {}", warnings.join("; ")),
        ),
    }
}

/// The address that a Service of type LoadBalancer has outside.
fn address(service: &Service) -> Vec<IngressLoadBalancerIngress> {
    let ports: Vec<_> = service
        .spec
        .iter()
        .flat_map(|spec| spec.ports.iter().flatten())
        .map(|port| IngressPortStatus { port: port.port, protocol: "TCP".into(), error: None })
        .collect();
    let status = service.status.as_ref().and_then(|status| status.load_balancer.as_ref());
    let given = status.into_iter().flat_map(|status| status.ingress.iter().flatten());
    given
        .map(|given| IngressLoadBalancerIngress {
            hostname: given.hostname.clone(),
            ip: given.ip.clone(),
            ports: Some(ports.clone()),
        })
        .collect()
}

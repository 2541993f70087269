//! Everything that stands in the cluster and on the engine, to be compared before and after.

use std::{collections::BTreeMap, time::Duration};

use bollard::{
    Docker,
    query_parameters::{
        InspectContainerOptions, ListContainersOptions, ListImagesOptions, ListNetworksOptions,
        ListVolumesOptions,
    },
};
use k8s_openapi::api::core::v1::Namespace;
use kube::{
    Api,
    api::{DynamicObject, ListParams},
    discovery::{Discovery, verbs},
};
use serde_json::Value;

use crate::{backend::SOON, namespace::client};

/// All that stands, word for word.
#[derive(Debug, Clone)]
pub struct World(BTreeMap<String, Thing>);

/// One thing: its name is its key.
#[derive(Debug, Clone, PartialEq)]
struct Thing {
    /// Whether it carries Slipway's mark.
    marked: bool,
    /// All of it but what others count or note on it while it stands.
    whole: Value,
}

/// What comes and goes by itself: records of what happened, heartbeats, measurements, the addresses of Services.
const PASSING: &[&str] = &["Event", "Lease", "EndpointSlice", "Endpoints", "ComponentStatus", "IPAddress"];

/// What the API server counts by itself.
const COUNTED: &[&str] = &["managedFields", "resourceVersion", "generation"];

impl World {
    /// As it stands now, when all namespaces that are on their way out are gone: tests leave them behind.
    pub async fn now() -> Self {
        let namespaces: Api<Namespace> = Api::all(client().await);
        let leaving = async {
            let leaves = |namespace: &Namespace| namespace.metadata.deletion_timestamp.is_some();
            while namespaces.list(&ListParams::default()).await.unwrap().iter().any(leaves) {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        tokio::time::timeout(SOON, leaving).await.expect("namespaces go");
        let mut world = Self(BTreeMap::new());
        world.see_cluster().await;
        world.see_engine().await;
        world
    }

    /// Without what carries Slipway's mark.
    #[must_use]
    pub fn foreign(mut self) -> Self {
        self.0.retain(|_, thing| !thing.marked);
        self
    }

    /// Fails with what came, what went and what changed unless both are the same.
    pub fn must_equal(&self, before: &Self) {
        let missing = |here: &Self, there: &Self| -> Vec<String> {
            there.0.keys().filter(|name| !here.0.contains_key(*name)).cloned().collect()
        };
        let (came, went) = (missing(before, self), missing(self, before));
        assert!(came.is_empty() && went.is_empty(), "came: {came:#?}\nwent: {went:#?}");
        self.must_hold(before);
    }

    /// Fails unless everything that stood before still stands as it was. More may stand.
    pub fn must_hold(&self, before: &Self) {
        for (name, was) in &before.0 {
            let Some(is) = self.0.get(name) else { panic!("it is gone: {name}") };
            assert_eq!(is, was, "it has changed: {name}");
        }
    }

    /// How many things have this in their name.
    pub fn count(&self, name: &str) -> usize {
        self.0.keys().filter(|key| key.contains(name)).count()
    }

    fn add(&mut self, name: String, marked: bool, whole: Value) {
        self.0.insert(name, Thing { marked, whole });
    }

    async fn see_cluster(&mut self) {
        let client = client().await;
        let discovery = Discovery::new(client.clone()).run().await.unwrap();
        for group in discovery.groups() {
            for (resource, capabilities) in group.recommended_resources() {
                if !capabilities.supports_operation(verbs::LIST) || PASSING.contains(&resource.kind.as_str())
                {
                    continue;
                }
                let api = Api::<DynamicObject>::all_with(client.clone(), &resource);
                let Ok(list) = api.list(&ListParams::default()).await else { continue };
                for object in list {
                    let meta = &object.metadata;
                    let name = format!(
                        "{}/{} {} {} {}",
                        resource.api_version,
                        resource.kind,
                        meta.namespace.clone().unwrap_or_default(),
                        meta.name.clone().unwrap_or_default(),
                        meta.uid.clone().unwrap_or_default()
                    );
                    let label = |name: &str| meta.labels.as_ref().and_then(|labels| labels.get(name));
                    let marked = label("app.kubernetes.io/managed-by").is_some_and(|by| by == "slipway");
                    let mut whole = serde_json::to_value(&object).unwrap();
                    // What its controller says of it, which may be one that comes and goes.
                    whole.as_object_mut().unwrap().remove("status");
                    whole["metadata"].as_object_mut().unwrap().retain(|key, _| !COUNTED.contains(&&**key));
                    self.add(name, marked, whole);
                }
            }
        }
    }

    async fn see_engine(&mut self) {
        let docker = Docker::connect_with_defaults().unwrap().negotiate_version().await.unwrap();
        let images =
            docker.list_images(Some(ListImagesOptions { all: true, ..Default::default() })).await.unwrap();
        for image in images {
            let whole = docker.inspect_image(&image.id).await.unwrap();
            let marked = image.labels.contains_key("slipway.project");
            for tag in &image.repo_tags {
                self.add(
                    format!("image {tag} {}", image.id),
                    marked,
                    serde_json::to_value(&whole.config).unwrap(),
                );
            }
        }
        let all = ListContainersOptions { all: true, ..Default::default() };
        for container in docker.list_containers(Some(all)).await.unwrap() {
            let id = container.id.unwrap_or_default();
            let marked = container.labels.unwrap_or_default().contains_key("slipway.trial");
            let whole = docker.inspect_container(&id, None::<InspectContainerOptions>).await.unwrap();
            let state = whole.state.and_then(|state| state.status);
            let whole = serde_json::to_value((
                (whole.name, whole.image, whole.created, state),
                (whole.config, whole.host_config, whole.mounts, whole.restart_count),
            ));
            self.add(format!("container {id}"), marked, whole.unwrap());
        }
        let volumes = docker.list_volumes(None::<ListVolumesOptions>).await.unwrap();
        for volume in volumes.volumes.into_iter().flatten() {
            let name = format!("volume {}", volume.name);
            self.add(name, false, serde_json::to_value(volume).unwrap());
        }
        for network in docker.list_networks(None::<ListNetworksOptions>).await.unwrap() {
            let name = format!("network {}", network.id.clone().unwrap_or_default());
            self.add(name, false, serde_json::to_value(network).unwrap());
        }
    }
}

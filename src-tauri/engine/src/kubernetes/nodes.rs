//! The cluster's version and its nodes: whether they are ready, and which images they have.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::Node;
use kube::ResourceExt;

use super::{
    Connection,
    reads::{ANSWER, answered},
};
use crate::{
    problem::{Code, Problem, Remedy},
    shell_words::ShellCommand,
    stage::Evidence,
    text,
};

impl Connection {
    /// The server's version, such as `v1.37.2`.
    pub async fn version(&self) -> Result<String, Problem> {
        Ok(answered(&self.asked, ANSWER, self.client.apiserver_version()).await?.git_version)
    }

    /// The problem of a cluster without a ready node.
    pub(crate) fn not_ready(&self, nodes: &[Node]) -> Problem {
        let mut problem = self.asked.of(Code::ClusterNotReady);
        for node in nodes {
            let words = ready_condition(node).and_then(|ready| ready.message.clone()).unwrap_or_default();
            problem =
                problem.because(Evidence::exactly(text!("node-not-ready", node = node.name_any()), words));
        }
        problem
            .remedy(Remedy::run(text!("remedy-wait-for-cluster"), self.asked.kubectl(["get", "nodes"])))
            .retry()
    }
}

fn ready_condition(node: &Node) -> Option<&k8s_openapi::api::core::v1::NodeCondition> {
    node.status.as_ref()?.conditions.as_ref()?.iter().find(|condition| condition.type_ == "Ready")
}

/// Whether the node says that it is ready.
pub fn is_ready(node: &Node) -> bool {
    ready_condition(node).is_some_and(|ready| ready.status == "True")
}

/// Whether a server of this version knows the hook that sleeps: from 1.30 on it does without being asked to.
pub fn can_sleep(version: &str) -> bool {
    let mut numbers = version.trim_start_matches('v').split('.').map(|part| {
        part.chars().take_while(char::is_ascii_digit).collect::<String>().parse::<u32>().unwrap_or_default()
    });
    let major = numbers.next().unwrap_or_default();
    let minor = numbers.next().unwrap_or_default();
    (major, minor) >= (1, 30)
}

/// What a person would type to bring an image of the engine onto nodes that keep images of their own, where the kind
/// of cluster is known.
pub fn load_command(nodes: &[Node], image: &str) -> Option<ShellCommand> {
    let node = nodes.first()?;
    let provider = node.spec.as_ref().and_then(|spec| spec.provider_id.as_deref()).unwrap_or_default();
    if let Some(cluster) = provider.strip_prefix("kind://").and_then(|rest| rest.split('/').nth(1)) {
        return Some(ShellCommand::of(["kind", "load", "docker-image", image, "--name", cluster]));
    }
    if let Some(profile) = node.labels().get("minikube.k8s.io/name") {
        return Some(ShellCommand::of(["minikube", "image", "load", image, "--profile", profile]));
    }
    let name = node.name_any();
    let cluster = name.strip_prefix("k3d-")?.rsplitn(3, '-').nth(2)?;
    Some(ShellCommand::of(["k3d", "image", "import", image, "--cluster", cluster]))
}

/// How many of the nodes' images the engine is asked about.
const SAMPLE: usize = 2;

/// Some of the images on the nodes, by the names that an engine has for them. (Kubelet lists at most 50, the largest
/// first, and new ones only after minutes.)
pub fn some_images(nodes: &[Node]) -> Vec<String> {
    let on_nodes: BTreeSet<&str> = nodes
        .iter()
        .filter_map(|node| node.status.as_ref())
        .flat_map(|status| status.images.iter().flatten())
        .flat_map(|image| image.names.iter().flatten())
        .filter(|name| !name.contains('@'))
        .map(|name| short(name))
        .collect();
    let step = on_nodes.len().div_ceil(SAMPLE).max(1);
    on_nodes.into_iter().step_by(step).map(str::to_owned).collect()
}

/// Whether the nodes use the engine's images: it has at least half of those. (Not all: one may have been removed
/// just now. Clusters with a store of their own have next to none of an engine's images.)
pub fn share_images(on_nodes: &[String], on_engine: &[String]) -> bool {
    !on_engine.is_empty() && 2 * on_engine.len() >= on_nodes.len()
}

/// `iris:1` for `docker.io/library/iris:1`: nodes write names in full, engines do not.
fn short(name: &str) -> &str {
    let name = name.strip_prefix("docker.io/").unwrap_or(name);
    name.strip_prefix("library/").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn node(images: &[&str]) -> Node {
        let images: Vec<_> = images.iter().map(|name| json!({"names": [name]})).collect();
        serde_json::from_value(json!({"status": {"images": images}})).unwrap()
    }

    fn owned(names: &[&str]) -> Vec<String> {
        names.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_engine_is_asked_for_a_few_of_the_nodes_images_by_its_own_names() {
        let few = [node(&[
            "docker.io/library/iris:1",
            "docker.io/me/app:2",
            "registry.k8s.io/pause:3",
            "k@sha256:1",
        ])];
        assert_eq!(some_images(&few), ["iris:1", "registry.k8s.io/pause:3"]);
        let many: Vec<_> = (10..60).map(|number| format!("a:{number}")).collect();
        let many = [node(&many.iter().map(String::as_str).collect::<Vec<_>>())];
        assert_eq!(some_images(&many), ["a:10", "a:35"]);
        assert!(some_images(&[]).is_empty());
    }

    #[test]
    fn nodes_share_an_engines_images_when_it_has_half_of_theirs() {
        let on_nodes = owned(&["iris:1", "me/app:2", "registry.k8s.io/pause:3"]);
        assert!(share_images(&on_nodes, &on_nodes));
        assert!(share_images(&on_nodes, &owned(&["me/app:2", "registry.k8s.io/pause:3"])));
        assert!(!share_images(&on_nodes, &owned(&["me/app:2"])), "one image by chance");
        assert!(!share_images(&on_nodes, &[]));
        assert!(!share_images(&[], &[]));
    }

    #[test]
    fn how_an_image_comes_onto_the_nodes_depends_on_what_made_the_cluster() {
        let node = |value: serde_json::Value| [serde_json::from_value::<Node>(value).unwrap()];
        let command = |nodes: &[Node]| load_command(nodes, "iris:1").map(|command| command.to_string());
        let kind = node(json!({"spec": {"providerID": "kind://docker/lab/lab-control-plane"}}));
        assert_eq!(command(&kind).as_deref(), Some("kind load docker-image iris:1 --name lab"));
        let minikube = node(json!({"metadata": {"labels": {"minikube.k8s.io/name": "lab"}}}));
        assert_eq!(command(&minikube).as_deref(), Some("minikube image load iris:1 --profile lab"));
        let k3d = node(json!({"metadata": {"name": "k3d-my-lab-server-0"}}));
        assert_eq!(command(&k3d).as_deref(), Some("k3d image import iris:1 --cluster my-lab"));
        assert_eq!(command(&node(json!({"metadata": {"name": "docker-desktop"}}))), None);
        assert_eq!(command(&[]), None);
    }

    #[test]
    fn the_sleeping_hook_is_there_from_1_30_on() {
        for (version, there) in
            [("v1.29.9", false), ("v1.30.0", true), ("v1.37.2+k3s1", true), ("v2.0.0", true), ("", false)]
        {
            assert_eq!(can_sleep(version), there, "{version}");
        }
    }
}

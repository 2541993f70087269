//! What keeps a pod from being ready, read from its status: a pure function, so that each case is a test.

use k8s_openapi::api::core::v1::{ContainerState, ContainerStatus, Pod};
use kube::ResourceExt;

/// What keeps a pod from being ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// The pod's name.
    pub pod: String,
    /// The container; `None`: the pod as a whole.
    pub container: Option<String>,
    /// Which kind.
    pub kind: Kind,
    /// The cluster's own words, such as `ErrImageNeverPull: Container image …`.
    pub words: String,
}

/// The kinds of obstacles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// The image is not on the node, and may not be pulled.
    ImageMissing {
        /// The image's name.
        image: String,
    },
    /// The image cannot be pulled.
    ImagePull {
        /// The image's name.
        image: String,
    },
    /// The container ended, and is started again and again.
    Crashing {
        /// Its exit code.
        exit: i32,
        /// Whether the log of the run that ended is that of the container's run before the present one.
        previous: bool,
    },
    /// The container was ended because it used more memory than it may.
    OutOfMemory {
        /// Whether the log of the run that ended is that of the container's run before the present one.
        previous: bool,
    },
    /// No node can take the pod.
    Unschedulable,
    /// What the pod's specification names is not there, or cannot be.
    Config,
    /// Being made: nothing is wrong yet.
    Starting,
    /// The container runs, and its readiness probe fails or has not been asked yet.
    NotReady,
}

impl Kind {
    /// Whether waiting will not help by itself.
    pub fn stops(&self) -> bool {
        !matches!(self, Self::Starting | Self::NotReady)
    }
}

/// What keeps this pod from being ready; `None` for a pod that is ready, or on its way out.
pub fn obstacle(pod: &Pod) -> Option<Obstacle> {
    let status = pod.status.as_ref()?;
    if pod.metadata.deletion_timestamp.is_some() || is_ready(pod) {
        return None;
    }
    let of_pod = |kind, words: String| Obstacle { pod: pod.name_any(), container: None, kind, words };
    if let Some(scheduled) = condition(pod, "PodScheduled")
        && scheduled.status == "False"
    {
        let words = scheduled.message.clone().unwrap_or_default();
        let unschedulable = scheduled.reason.as_deref() == Some("Unschedulable");
        return Some(of_pod(if unschedulable { Kind::Unschedulable } else { Kind::Starting }, words));
    }
    let containers =
        status.init_container_statuses.iter().flatten().chain(status.container_statuses.iter().flatten());
    let mut found: Option<Obstacle> = None;
    for container in containers {
        let Some((kind, words)) = of_container(container) else { continue };
        let better = found.as_ref().is_none_or(|found| kind.stops() && !found.kind.stops());
        if better {
            found =
                Some(Obstacle { pod: pod.name_any(), container: Some(container.name.clone()), kind, words });
        }
    }
    found.or_else(|| Some(of_pod(Kind::Starting, status.phase.clone().unwrap_or_default())))
}

/// Whether the pod's condition `Ready` is true.
pub fn is_ready(pod: &Pod) -> bool {
    condition(pod, "Ready").is_some_and(|ready| ready.status == "True")
}

fn condition<'a>(pod: &'a Pod, kind: &str) -> Option<&'a k8s_openapi::api::core::v1::PodCondition> {
    pod.status.as_ref()?.conditions.as_ref()?.iter().find(|condition| condition.type_ == kind)
}

fn of_container(container: &ContainerStatus) -> Option<(Kind, String)> {
    if container.ready {
        return None;
    }
    let state = container.state.clone().unwrap_or_default();
    if let Some(waiting) = &state.waiting {
        let reason = waiting.reason.as_deref().unwrap_or_default();
        let words = said(reason, waiting.message.as_deref());
        let image = container.image.clone();
        return Some(match reason {
            "ErrImageNeverPull" => (Kind::ImageMissing { image }, words),
            "ErrImagePull"
            | "ImagePullBackOff"
            | "InvalidImageName"
            | "ImageInspectError"
            | "RegistryUnavailable" => (Kind::ImagePull { image }, words),
            "CreateContainerConfigError" | "CreateContainerError" | "RunContainerError" => {
                (Kind::Config, words)
            }
            "CrashLoopBackOff" => ended(container.last_state.as_ref(), true)
                .unwrap_or((Kind::Crashing { exit: 0, previous: true }, words)),
            _ => (Kind::Starting, words),
        });
    }
    if state.terminated.is_some() {
        return ended(Some(&state), false);
    }
    Some((Kind::NotReady, String::new()))
}

/// How a container's run ended.
fn ended(state: Option<&ContainerState>, previous: bool) -> Option<(Kind, String)> {
    let ended = state?.terminated.as_ref()?;
    let reason = ended.reason.as_deref().unwrap_or("Error");
    let words = said(&format!("{reason}, exit code {}", ended.exit_code), ended.message.as_deref());
    Some(match reason {
        "OOMKilled" => (Kind::OutOfMemory { previous }, words),
        // an init container that is done
        "Completed" if !previous => (Kind::Starting, words),
        _ => (Kind::Crashing { exit: ended.exit_code, previous }, words),
    })
}

fn said(reason: &str, message: Option<&str>) -> String {
    match message.map(str::trim).filter(|message| !message.is_empty()) {
        Some(message) => format!("{reason}: {message}"),
        None => reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn pod(status: Value) -> Pod {
        serde_json::from_value(json!({"metadata": {"name": "iris-1"}, "status": status})).unwrap()
    }

    fn with_container(container: Value) -> Pod {
        let mut status =
            json!({"name": "iris", "image": "iris:1", "imageID": "", "ready": false, "restartCount": 0});
        for (field, value) in container.as_object().unwrap() {
            status[field] = value.clone();
        }
        pod(json!({
            "phase": "Pending",
            "conditions": [{"type": "PodScheduled", "status": "True"}, {"type": "Ready", "status": "False"}],
            "containerStatuses": [status],
        }))
    }

    fn waiting(reason: &str, message: &str) -> Pod {
        with_container(json!({"state": {"waiting": {"reason": reason, "message": message}}}))
    }

    fn kind(pod: &Pod) -> Kind {
        obstacle(pod).expect("an obstacle").kind
    }

    #[test]
    fn images_that_are_missing_and_images_that_cannot_be_pulled_are_told_apart() {
        let image = || "iris:1".to_owned();
        assert_eq!(
            kind(&waiting("ErrImageNeverPull", "is not present with pull policy of Never")),
            Kind::ImageMissing { image: image() }
        );
        for reason in ["ErrImagePull", "ImagePullBackOff", "InvalidImageName"] {
            assert_eq!(kind(&waiting(reason, "denied")), Kind::ImagePull { image: image() });
        }
    }

    #[test]
    fn the_clusters_own_words_are_kept() {
        let found = obstacle(&waiting("CreateContainerConfigError", r#"secret "keys" not found"#)).unwrap();
        assert_eq!(found.kind, Kind::Config);
        assert_eq!(found.words, r#"CreateContainerConfigError: secret "keys" not found"#);
        assert_eq!(found.container.as_deref(), Some("iris"));
    }

    #[test]
    fn a_crash_is_seen_at_its_first_end_and_while_it_backs_off() {
        let ended = json!({"terminated": {"exitCode": 3, "reason": "Error"}});
        let first = with_container(json!({"state": ended}));
        assert_eq!(kind(&first), Kind::Crashing { exit: 3, previous: false });
        let backing_off = with_container(
            json!({"state": {"waiting": {"reason": "CrashLoopBackOff"}}, "lastState": ended, "restartCount": 2}),
        );
        assert_eq!(kind(&backing_off), Kind::Crashing { exit: 3, previous: true });
        let running_again =
            with_container(json!({"state": {"running": {}}, "lastState": ended, "restartCount": 1}));
        assert_eq!(kind(&running_again), Kind::NotReady, "it may yet become ready");
    }

    #[test]
    fn running_out_of_memory_is_no_ordinary_crash() {
        let killed = json!({"terminated": {"exitCode": 137, "reason": "OOMKilled"}});
        let pod = with_container(
            json!({"state": {"waiting": {"reason": "CrashLoopBackOff"}}, "lastState": killed}),
        );
        assert_eq!(kind(&pod), Kind::OutOfMemory { previous: true });
    }

    #[test]
    fn a_pod_that_no_node_takes_is_told_in_the_schedulers_words() {
        let pod = pod(json!({
            "phase": "Pending",
            "conditions": [{
                "type": "PodScheduled", "status": "False", "reason": "Unschedulable",
                "message": "0/1 nodes are available: 1 Insufficient memory.",
            }],
        }));
        let found = obstacle(&pod).unwrap();
        assert_eq!(found.kind, Kind::Unschedulable);
        assert_eq!(found.words, "0/1 nodes are available: 1 Insufficient memory.");
    }

    #[test]
    fn what_is_being_made_or_probed_is_waited_for() {
        assert!(!kind(&waiting("ContainerCreating", "")).stops());
        assert!(!kind(&with_container(json!({"state": {"running": {}}}))).stops());
        assert!(!kind(&pod(json!({"phase": "Pending"}))).stops());
    }

    #[test]
    fn a_ready_pod_and_one_on_its_way_out_have_no_obstacle() {
        let ready = pod(json!({"conditions": [{"type": "Ready", "status": "True"}]}));
        assert_eq!(obstacle(&ready), None);
        let mut leaving = waiting("ErrImagePull", "denied");
        leaving.metadata.deletion_timestamp = serde_json::from_value(json!("2026-01-01T00:00:00Z")).unwrap();
        assert_eq!(obstacle(&leaving), None);
    }

    #[test]
    fn an_obstacle_that_stops_is_told_before_one_that_is_waited_for() {
        let pod = pod(json!({
            "initContainerStatuses": [
                {"name": "first", "image": "a", "imageID": "", "ready": false, "restartCount": 0,
                 "state": {"waiting": {"reason": "PodInitializing"}}},
            ],
            "containerStatuses": [
                {"name": "iris", "image": "b", "imageID": "", "ready": false, "restartCount": 0,
                 "state": {"waiting": {"reason": "ErrImagePull"}}},
            ],
        }));
        assert_eq!(obstacle(&pod).unwrap().container.as_deref(), Some("iris"));
    }
}

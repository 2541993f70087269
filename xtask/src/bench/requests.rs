//! What a journey's requests to the API server are for.

use practice_cluster::faults::Came;

/// What a request is for.
pub type Purpose = &'static str;

const APPLIED: &str = "cluster: applies the objects";
const CONTROLLER: &str = "ingress: which classes, controllers and ways to them there are";
const DRY_RUN: &str = "app: what applying would change";
const NAMESPACE: &str = "app: whether the namespace is there";
const POD: &str = "ingress, endpoint: a pod's own answer";
const RIGHTS: &str = "cluster: what the user may do";
const ROLLOUT: &str = "app: follows the rollout";
const STANDING: &str = "app, endpoint: the objects as they stand";

/// Method, part of the path, part of the query; what it is for. The first that fits counts.
const PURPOSES: &[(&str, &str, &str, Purpose)] = &[
    (
        "GET",
        "/namespaces/kube-system",
        "",
        "cluster: which one it is, when it is chosen and before each write",
    ),
    ("GET", "/version", "", "cluster: its version"),
    ("GET", "/api/v1/nodes", "", "cluster: its nodes"),
    ("POST", "/selfsubjectrulesreviews", "", RIGHTS),
    ("POST", "/selfsubjectaccessreviews", "", RIGHTS),
    ("GET", "/ingressclasses", "", CONTROLLER),
    ("PATCH", "", "dryRun=All", DRY_RUN),
    ("PATCH", "", "", APPLIED),
    ("GET", "", "watch=true", ROLLOUT),
    ("GET", "/portforward", "", POD),
    ("GET", "/endpointslices", "", "endpoint: which pods are ready"),
    ("GET", "/events", "involvedObject", "endpoint: what the controller says of the rule"),
    ("GET", "/events", "type%3DWarning", ROLLOUT),
    ("GET", "/replicasets", "", ROLLOUT),
    ("GET", "/deployments", "fieldSelector", ROLLOUT),
    ("GET", "/deployments/", "", STANDING),
    ("GET", "/ingresses/", "", STANDING),
    ("GET", "/ingresses", "", "app: whether another rule has its host and path"),
    ("GET", "/api/v1/pods", "", CONTROLLER),
    ("GET", "/api/v1/services", "", CONTROLLER),
    ("GET", "/services/", "", STANDING),
    ("GET", "/pods", "", ROLLOUT),
];

/// What it is for; `None`: nobody knows.
pub fn purpose(came: &Came) -> Option<Purpose> {
    find(came.method.as_str(), &came.path, &came.query)
}

fn find(method: &str, path: &str, query: &str) -> Option<Purpose> {
    let fits = |(of_method, part, of_query, _): &&(&str, &str, &str, Purpose)| {
        method == *of_method && path.contains(part) && query.contains(of_query)
    };
    let namespace = path.strip_prefix("/api/v1/namespaces/").filter(|name| !name.contains('/'));
    let of_namespace = namespace.filter(|_| method == "GET").map(|_| NAMESPACE);
    PURPOSES.iter().find(fits).map(|(.., purpose)| *purpose).or(of_namespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_request_has_one_purpose_and_a_stranger_none() {
        let app = "/apis/apps/v1/namespaces/lab/deployments/iris";
        assert_eq!(find("GET", app, ""), Some(STANDING));
        assert_eq!(find("PATCH", app, "fieldManager=slipway&dryRun=All"), Some(DRY_RUN));
        assert_eq!(find("PATCH", app, "fieldManager=slipway"), Some(APPLIED));
        assert_eq!(find("GET", "/api/v1/namespaces/lab/pods", "labelSelector=a"), Some(ROLLOUT));
        assert_eq!(find("GET", "/api/v1/pods", ""), Some(CONTROLLER));
        assert_eq!(find("GET", "/api/v1/namespaces/lab", ""), Some(NAMESPACE));
        assert_eq!(find("GET", "/api/v1/namespaces/lab/secrets", ""), None);
        assert_eq!(find("DELETE", app, ""), None);
    }
}

//! What is compared and what must hold: the lines of the table, by part.

use super::table::{Line, Unit};

const DOCKER: &str = "docker build (CLI with buildx)";
const KUBECTL_APPLY: &str = "kubectl apply --server-side";
const KUBECTL_READY: &str = "kubectl apply --server-side, kubectl rollout status";
const LIMIT: &str = "the limit";

const fn wall(work: &'static str, against: &'static str, must: f64) -> Line {
    Line { work, against, unit: Unit::Ms, must }
}

const fn memory(work: &'static str, against: &'static str, must: f64) -> Line {
    Line { work, against, unit: Unit::MiB, must }
}

/// Building.
pub const FIRST_BUILD: [Line; 2] = both("first build, 300 MiB in 3,000 files, COPY . .", 1.0, 0.2);
pub const EDITED_ALL: [Line; 2] = both("one line edited, COPY . ., built again", 1.05, 0.2);
pub const EDITED_PART: [Line; 2] =
    both("one line edited, a Dockerfile that copies what it needs, built again", 0.5, 0.2);

const fn both(work: &'static str, must_wall: f64, must_memory: f64) -> [Line; 2] {
    [wall(work, DOCKER, must_wall), memory(work, DOCKER, must_memory)]
}

/// Kubernetes.
pub const APPLIED: [Line; 1] = [wall("three objects applied", KUBECTL_APPLY, 0.3)];
pub const READY: [Line; 2] = [
    wall("three objects applied, until 3 of 3 are Ready", KUBECTL_READY, 1.02),
    memory("three objects applied, until 3 of 3 are Ready", KUBECTL_READY, 0.25),
];

/// The journey.
pub const EDIT: [Line; 1] = [wall(
    "one line of the app edited, until the new answer comes through the ingress",
    "docker build, kubectl set image, kubectl rollout status, curl",
    1.0,
)];
pub const UNCHANGED: [Line; 2] = [
    wall("slipway up with nothing changed", "docker build, kubectl apply, with nothing changed", 1.0),
    wall("slipway up with nothing changed", LIMIT, 1.0),
];
/// In milliseconds.
pub const UNCHANGED_LIMIT: f64 = 2000.0;
pub const STATUS: [Line; 1] =
    [wall("slipway status --json of a deployed app", "kubectl get deploy,svc,ingress,pods", 1.0)];
pub const JOURNEY_MEMORY: [Line; 1] =
    [memory("slipway up, the whole journey", "the larger of docker and kubectl in the same journey", 0.4)];

const fn requests(work: &'static str) -> Line {
    Line { work, against: LIMIT, unit: Unit::Requests, must: 1.0 }
}

/// What the journey costs by itself: all of it, and with nothing changed.
pub const OWN_TIME: [Line; 2] = [
    wall("Slipway's own time in slipway up, the whole journey", LIMIT, 1.0),
    wall("Slipway's own time in slipway up with nothing changed", LIMIT, 1.0),
];
/// In milliseconds.
pub const OWN_TIME_LIMIT: f64 = 300.0;
pub const REQUESTS: [Line; 2] = [
    requests("requests to the API server, slipway up, the whole journey"),
    requests("requests to the API server, slipway up with nothing changed"),
];
pub const REQUESTS_LIMITS: [f64; 2] = [80.0, 50.0];

/// A context of some size.
#[derive(Debug, Clone, Copy)]
pub struct Context {
    pub lines: [Line; 2],
    pub files: u64,
    pub bytes: u64,
}

const fn context(work: &'static str, files: u64, bytes: u64) -> Context {
    Context { lines: both(work, 1.0, 0.2), files, bytes }
}

/// Contexts that grow in bytes, then in files.
pub const CONTEXTS: [Context; 4] = [
    context("first build of 10 MiB in 100 files", 100, 10 << 20),
    context("first build of 100 MiB in 100 files", 100, 100 << 20),
    context("first build of 1,000 files of 1 KiB", 1_000, 1_000 << 10),
    context("first build of 10,000 files of 1 KiB", 10_000, 10_000 << 10),
];
pub const LARGE_CONTEXTS: [Context; 2] = [
    context("first build of 1,000 MiB in 100 files", 100, 1_000 << 20),
    context("first build of 100,000 files of 1 KiB", 100_000, 100_000 << 10),
];

/// Pods of an app that is looked at.
pub const PODS: [(Line, u32); 2] =
    [(looked_at("status --json of 1 pod"), 1), (looked_at("status --json of 10 pods"), 10)];
pub const MANY_PODS: [(Line, u32); 1] = [(looked_at("status --json of 100 pods"), 100)];

const fn looked_at(work: &'static str) -> Line {
    wall(work, "kubectl get deploy,svc,ingress,pods", 1.0)
}

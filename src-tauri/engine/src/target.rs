//! The one cluster that may be written to.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A chosen cluster. Every write goes through a value of this type, whose identity is checked again first: the
/// user may switch contexts meanwhile, and nothing may land elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Target {
    /// The kubeconfig context's name.
    pub context: String,
    /// The API server's address, as the context gives it.
    pub server: String,
    /// UID of the namespace kube-system, which is the cluster's identity.
    pub cluster_uid: String,
}

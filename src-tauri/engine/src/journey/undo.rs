//! How far `down` goes.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What `down` removes beside the app's objects.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(export)]
pub struct Scope {
    /// The project's images too.
    pub image: bool,
    /// The ingress controller too, if Slipway installed it and no other app of Slipway's uses it.
    pub ingress: bool,
}

impl Scope {
    /// Everything that Slipway made for this project.
    pub const ALL: Self = Self { image: true, ingress: true };
}

//! Faults on demand, for tests: each is real, each can be mended, and none outlives `down`.

mod api_proxy;
mod kubeconfig;
mod port;
mod small_engine;
mod stopped;

pub use api_proxy::{ApiFault, ApiProxy, Came, Rule};
pub use kubeconfig::with_server;
pub use port::TakenPort;
pub use small_engine::SmallEngine;
pub use stopped::Stopped;

//! Raises a real Docker Engine and a real one-node Kubernetes that share one image store, as Docker Desktop's do, on
//! a bare Debian machine: [`Cluster::ensure_up`].

mod cache;
mod certificates;
mod cgroup;
mod clients;
mod cluster;
mod command;
mod debian;
mod down;
mod engine;
mod error;
pub mod faults;
mod firewall;
mod health;
mod images;
mod kubernetes;
pub mod load_balancer;
mod lock;
mod machine;
mod mounts;
mod network;
mod parts;
mod places;
mod processes;
mod programs;
mod progress;
mod reset;
mod root;
mod settings;
mod status;
mod system;
mod up;
mod workspace;

pub use cluster::{Cluster, Env};
pub use command::{ClusterCommand, run};
pub use error::{Error, Result};
pub use kubernetes::VERSION as KUBERNETES_VERSION;
pub use machine::can_run_here;
pub use network::{API_PORT, NODE};
pub use parts::Part;
pub use places::{IMAGES_VARIABLE, Places, ROOT_VARIABLE};
pub use progress::{Event, Progress};
pub use settings::CONTEXT;
pub use status::{State, Status};

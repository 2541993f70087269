//! The Docker Engine: which one, what it can, images and containers.
//!
//! [`Engine::find`] is the door. [`rule`] decides which engine, [`wire`] opens connections to it, [`error`] turns
//! its refusals into Problems.

pub mod address;
pub mod build;
pub mod config;
pub mod containers;
pub mod credentials;
mod engine;
pub mod error;
pub mod images;
mod known;
pub mod labels;
pub mod lines;
pub mod listening;
pub mod proxies;
pub mod rule;
pub mod surroundings;
mod tls;
mod unreachable;
#[cfg(windows)]
mod windows;
pub mod wire;

pub use engine::Engine;
pub use surroundings::{Surroundings, System};

//! What the tests share: the real `slipway`, and the world before and after.
//!
//! The engine and the cluster come from the environment (`DOCKER_HOST`, `KUBECONFIG`): `cargo xtask test` raises
//! the practice cluster and sets them; by hand, `eval "$(cargo xtask cluster env)"` does.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // test support: a failed expectation is a failed test

pub mod backend;
pub mod controller;
pub mod docker;
pub mod image;
pub mod image_files;
pub mod namespace;
pub mod slipway;
#[cfg(target_os = "linux")]
pub mod window;
pub mod world;

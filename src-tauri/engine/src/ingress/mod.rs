//! Ingress controllers: which are there, whether they serve, and how each flavour is installed.
//!
//! [`found::classes`] reads the cluster; [`serving`] asks a controller for its own answer; `f5` and
//! `ingress_nginx` are what Slipway can install.

pub mod f5;
pub mod flavour;
pub mod found;
pub mod ingress_nginx;
pub mod ours;
pub mod serving;

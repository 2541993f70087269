//! Slipway's engine: takes a folder with a model to a live endpoint on a local Kubernetes.
//!
//! Start with [`journey`]: a list of stages, each with the four verbs `observe`, `plan`, `act` and `prove`.
//! The other modules are one outside world each. Nothing here knows a window or a terminal: a sentence for a
//! person leaves as a [`text::Text`], and the edge that shows it puts it into words.

pub mod action;
pub mod choices;
pub mod docker;
pub mod endpoint;
pub mod event;
pub mod facts;
pub mod foreign;
pub mod http;
pub mod ingress;
pub mod journey;
pub mod kubernetes;
pub mod lock;
pub mod model;
pub mod openapi;
pub mod places;
pub mod ports;
pub mod problem;
pub mod project;
pub mod shell_words;
pub mod stage;
pub mod target;
pub mod text;
pub mod trial;
pub mod work;

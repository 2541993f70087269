//! The practice cluster itself: it comes up, it can be killed at any moment, it leaves nothing behind, and its faults
//! are real. Each test runs in a network of its own, so that a cluster of the machine's is never touched.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)] // a test ends so

mod apart;
mod faults;
mod killed;
mod life;
mod traces;

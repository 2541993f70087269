//! Bad input and bad luck: everything that goes wrong on real laptops, injected for real, each in a test that bears
//! its name. Each is one Problem with its own code, the exact thing as its evidence and a remedy that works when it is
//! followed; nothing is lost, and nothing is left half-done unseen.
//!
//! What was told is kept as a table in `target/faults.md`, to be read aloud.
#![cfg(target_os = "linux")] // the practice cluster's faults are
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)] // a test fails so, or tells its seed

mod app;
mod cluster;
mod desk;
mod engine;
mod folder;
mod interrupted;
mod table;
mod together;
mod told;

//! What Slipway promises about safety, each promise put to the test on a real engine and cluster.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a failed expectation is a failed test

mod escapes;
mod files;
mod foreign;
mod other_clusters;
mod recorder;
mod secrets;

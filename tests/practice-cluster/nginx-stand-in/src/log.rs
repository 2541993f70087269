//! The log, on standard output as the real controller's.

use std::io::{self, Write as _};

use k8s_openapi::jiff::Timestamp;

/// Writes a line with its severity (`I`, `W`, `E` or `F`) and the time.
pub fn line(severity: char, words: std::fmt::Arguments) {
    // Nobody reads: nothing to do about it.
    writeln!(io::stdout().lock(), "{severity} {:.6} {words}", Timestamp::now()).ok();
}

/// Says what happened.
#[macro_export]
macro_rules! info {
    ($($words:tt)*) => { $crate::log::line('I', format_args!($($words)*)) };
}

/// Says what is not as it should be.
#[macro_export]
macro_rules! warning {
    ($($words:tt)*) => { $crate::log::line('W', format_args!($($words)*)) };
}

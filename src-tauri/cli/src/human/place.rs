//! Where something was read.

use std::path::Path;

use slipway_engine::{text, text::Text};

/// `FILE:LINE`, as far as it is known.
pub fn place(file: Option<&Path>, line: Option<u32>) -> String {
    let file = file.map(|file| file.display().to_string()).unwrap_or_default();
    line.map_or_else(|| file.clone(), |line| format!("{file}:{line}"))
}

/// A value and where it was read; without a file it was chosen.
pub fn read(value: &str, file: Option<&Path>, line: Option<u32>) -> Text {
    match file {
        Some(_) => text!("cli-inspect-read", value = value, place = place(file, line)),
        None => text!("cli-inspect-chosen", value = value),
    }
}

//! A value and where it was read.

use std::path::PathBuf;

use serde::Serialize;

/// A value and where it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found<T> {
    /// The value.
    pub value: T,
    /// The file, relative to the folder; `None`: it was chosen, not read.
    pub file: Option<PathBuf>,
    /// The line, from 1.
    pub line: Option<u32>,
}

impl<T> Found<T> {
    /// A value that stands in this line of this file.
    pub fn at(value: T, file: &str, line: u32) -> Self {
        Self { value, file: Some(PathBuf::from(file)), line: Some(line) }
    }

    /// Another value of the same place.
    pub fn map<U>(self, to: impl FnOnce(T) -> U) -> Found<U> {
        Found { value: to(self.value), file: self.file, line: self.line }
    }
}

//! Why a file could not be read to its end.

use std::fmt;

/// What stopped the reading, and at which byte. In a compressed file that is the byte of what came out of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// No format that is known here.
    Unknown,
    /// The file ends in the middle.
    Truncated {
        /// Where it ends.
        at: u64,
    },
    /// It is not what its beginning says.
    Malformed {
        /// Where.
        at: u64,
        /// What is wrong there, in English, for a log.
        what: &'static str,
    },
    /// More than any honest file has.
    TooLarge {
        /// Where.
        at: u64,
        /// Which bound of `limits.rs` was met.
        bound: Bound,
    },
    /// The system could not read the file.
    Io(String),
}

/// The bounds of `limits.rs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // each is explained there
pub enum Bound {
    Nodes,
    Cells,
    Objects,
    Memo,
    Stack,
    Marks,
    Opcodes,
    Globals,
    Texts,
    Memory,
    Inflated,
    Window,
    Time,
    Entries,
    Depth,
    Json,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => write!(f, "the format is not known"),
            Self::Truncated { at } => write!(f, "the file ends at byte {at}, in the middle"),
            Self::Malformed { at, what } => write!(f, "at byte {at}: {what}"),
            Self::TooLarge { at, bound } => write!(f, "at byte {at}: beyond the bound for {bound:?}"),
            Self::Io(says) => write!(f, "{says}"),
        }
    }
}

impl std::error::Error for Fault {}

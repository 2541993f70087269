//! How the program ends, as scripts rely on it.

use std::process::ExitCode;

/// The exit codes of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// It holds; for diff: nothing to change.
    Holds,
    /// A Problem was told, or something does not hold.
    Problem,
    /// Wrong usage that only this program can see; clap sees the rest.
    Usage,
    /// Consent was needed and not given: nothing was changed.
    NoConsent,
    /// For diff: there is something to change.
    Changes,
    /// Interrupted.
    Interrupted,
}

impl Exit {
    /// The number.
    pub const fn code(self) -> u8 {
        match self {
            Self::Holds => 0,
            Self::Problem => 1,
            Self::Usage => 2,
            Self::NoConsent => 3,
            Self::Changes => 4,
            Self::Interrupted => 130,
        }
    }

    /// [`Exit::Holds`] or [`Exit::Problem`].
    pub const fn of(ok: bool) -> Self {
        if ok { Self::Holds } else { Self::Problem }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

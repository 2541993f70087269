//! What kind of machine this is: whether packages can be installed, and how.

use std::fs;

use crate::run::{output, program};

/// Where packages come from on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Machine {
    /// Debian or Ubuntu, and we may install: as root, or by sudo without a password.
    Debian {
        /// Whether commands go through sudo.
        sudo: bool,
    },
    /// Debian or Ubuntu without the right to install.
    DebianWithoutRights,
    /// Any other system.
    Other,
}

impl Machine {
    /// This machine.
    pub fn here() -> Self {
        let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
        let debian = release
            .lines()
            .any(|line| matches!(line.trim_matches('"'), "ID=debian" | "ID=ubuntu" | "ID_LIKE=debian"));
        if !debian {
            return Self::Other;
        }
        if output(program("id").arg("-u")).as_deref() == Some("0") {
            return Self::Debian { sudo: false };
        }
        if output(program("sudo").args(["-n", "true"])).is_some() {
            return Self::Debian { sudo: true };
        }
        Self::DebianWithoutRights
    }
}

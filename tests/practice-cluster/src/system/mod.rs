//! What only Linux can do: mounts, signals, who the user is. Elsewhere each of these says so, and
//! [`crate::machine`] refuses long before any is tried.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
pub(crate) use linux::*;

#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(not(target_os = "linux"))]
pub(crate) use elsewhere::*;

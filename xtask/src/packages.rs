//! The system's packages that building and testing need, and installing them after saying so.

use std::{collections::BTreeSet, process::Command};

use crate::{
    machine::Machine,
    run::{Done, Stop, output, program, quietly},
};

/// A set of packages, by what they are for.
#[derive(Debug, Clone, Copy)]
pub struct Packages {
    /// What they are for, as the end of the sentence "… is needed to …".
    pub purpose: &'static str,
    /// Debian's names.
    pub debian: &'static [&'static str],
    /// What to install elsewhere, in words.
    pub elsewhere: &'static str,
}

/// To build the window.
pub const WINDOW: Packages = Packages {
    purpose: "build the window",
    debian: &["libwebkit2gtk-4.1-dev", "librsvg2-dev", "build-essential", "pkg-config", "file"],
    elsewhere: "On macOS: xcode-select --install. On Windows: the C++ build tools and WebView2. On other Linux systems: WebKitGTK 4.1 with its headers.",
};

/// To drive the window in tests and to make its pictures.
pub const WINDOW_TESTS: Packages = Packages {
    purpose: "drive the window without a display",
    debian: &[
        "xvfb",
        "xauth",
        "webkit2gtk-driver",
        "imagemagick",
        "fonts-inter",
        "fonts-noto-core",
        "fonts-noto-cjk",
    ],
    elsewhere: "The window tests run on Linux only.",
};

/// To make folders with another Debian in them.
pub const DEBIAN_FOLDERS: Packages = Packages {
    purpose: "make a folder with a newer Debian in it",
    debian: &["mmdebstrap"],
    elsewhere: "This works on Debian and Ubuntu only.",
};

/// Installs what of these packages is missing, or says what is to be installed.
pub fn need(wanted: &[Packages]) -> Done {
    let machine = Machine::here();
    if machine == Machine::Other {
        for packages in wanted {
            println!("To {}: {}", packages.purpose, packages.elsewhere);
        }
        return Ok(()); // what is missing, the build itself says
    }
    let installed = installed();
    let mut missing: Vec<&str> = Vec::new();
    for packages in wanted {
        let lacking: Vec<_> =
            packages.debian.iter().copied().filter(|name| !installed.contains(*name)).collect();
        if !lacking.is_empty() {
            println!("To {}, these packages are needed: {}", packages.purpose, lacking.join(" "));
            missing.extend(lacking);
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let Machine::Debian { sudo } = machine else {
        return Err(Stop::Because(format!(
            "Please install them, then run this again: sudo apt-get install {}",
            missing.join(" ")
        )));
    };
    println!("Installing them now with apt-get ({} packages and what they stand on) …", missing.len());
    let apt = |words: &[&str]| -> Command {
        let mut command = if sudo { program("sudo") } else { program("apt-get") };
        if sudo {
            command.args(["-n", "apt-get"]);
        }
        command.env("DEBIAN_FRONTEND", "noninteractive").args(words);
        command
    };
    quietly("packages", &mut apt(&["update"]))?;
    let mut install = apt(&["install", "--yes", "--no-install-recommends"]);
    quietly("packages", install.args(missing))
}

fn installed() -> BTreeSet<String> {
    let list = output(program("dpkg-query").args(["-W", "-f", "${Package} ${db:Status-Status}\n"]));
    list.unwrap_or_default()
        .lines()
        .filter_map(|line| line.strip_suffix(" installed"))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_package_is_named_twice() {
        let all: Vec<_> = [WINDOW, WINDOW_TESTS, DEBIAN_FOLDERS].iter().flat_map(|set| set.debian).collect();
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
    }
}

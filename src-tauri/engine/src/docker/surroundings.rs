//! What docker's rules read of the user's surroundings: the system, the home folder, the environment.
//! Read once, so that every rule is a pure function of it.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// The system on which Slipway runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    /// Linux and other Unixes.
    Linux,
    /// macOS.
    MacOs,
    /// Windows.
    Windows,
}

impl System {
    /// The system of this program.
    pub const HERE: Self = if cfg!(windows) {
        Self::Windows
    } else if cfg!(target_os = "macos") {
        Self::MacOs
    } else {
        Self::Linux
    };
}

/// The user's surroundings.
#[derive(Clone, PartialEq, Eq)]
pub struct Surroundings {
    /// The system.
    pub system: System,
    /// The user's home folder.
    pub home: PathBuf,
    /// The environment.
    pub vars: BTreeMap<String, String>,
}

impl Surroundings {
    /// Those of this process.
    pub fn here() -> Self {
        Self {
            system: System::HERE,
            home: etcetera::home_dir().unwrap_or_default(),
            vars: std::env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
                .collect(),
        }
    }

    /// A variable of the environment, where it is set and not empty: to docker, empty means unset.
    pub fn var(&self, name: &str) -> Option<&str> {
        self.vars.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The folder of docker's configuration.
    pub fn docker_folder(&self) -> PathBuf {
        self.var("DOCKER_CONFIG").map_or_else(|| self.home.join(".docker"), PathBuf::from)
    }

    /// Where programs are looked for: `PATH`, then the folders of Docker Desktop and of package installers. An app
    /// that is started from a desktop has a minimal `PATH`, and would miss docker's helpers otherwise.
    pub fn program_folders(&self) -> Vec<PathBuf> {
        let in_path = self.var("PATH").map(std::env::split_paths).into_iter().flatten();
        let more = match self.system {
            System::MacOs => vec![
                PathBuf::from("/Applications/Docker.app/Contents/Resources/bin"),
                self.home.join(".docker/bin"),
                "/opt/homebrew/bin".into(),
                "/usr/local/bin".into(),
                self.home.join(".rd/bin"),
                self.home.join(".orbstack/bin"),
            ],
            System::Windows => ["ProgramFiles", "ProgramW6432"]
                .into_iter()
                .filter_map(|name| self.var(name))
                .map(|folder| Path::new(folder).join(r"Docker\Docker\resources\bin"))
                .collect(),
            System::Linux => vec![
                "/opt/docker-desktop/bin".into(),
                self.home.join(".docker/bin"),
                self.home.join(".local/bin"),
                "/usr/local/bin".into(),
                "/usr/bin".into(),
            ],
        };
        let mut folders: Vec<PathBuf> = Vec::new();
        for folder in in_path.chain(more).filter(|folder| folder.is_absolute()) {
            if !folders.contains(&folder) {
                folders.push(folder);
            }
        }
        folders
    }

    /// The program of this name (without `.exe`), where there is one.
    pub fn program(&self, name: &str) -> Option<PathBuf> {
        let file = if self.system == System::Windows { format!("{name}.exe") } else { name.to_owned() };
        if Path::new(&file).components().count() != 1 {
            return None; // a path, not a name
        }
        self.program_folders().into_iter().map(|folder| folder.join(&file)).find(|path| path.is_file())
    }

    /// The folder in which sockets of this login lie.
    pub fn runtime_folder(&self) -> Option<&Path> {
        self.var("XDG_RUNTIME_DIR").map(Path::new)
    }
}

impl std::fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The environment may hold secrets.
        f.debug_struct("Surroundings")
            .field("system", &self.system)
            .field("home", &self.home)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
impl Surroundings {
    pub(crate) fn of(system: System, home: impl Into<PathBuf>, vars: &[(&str, &str)]) -> Self {
        let vars = vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { system, home: home.into(), vars }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_found_in_docker_desktops_folder_when_path_is_minimal() {
        let home = tempfile::tempdir().unwrap();
        let surroundings = Surroundings::of(System::Linux, home.path(), &[("PATH", "/nowhere")]);
        assert_eq!(surroundings.program("docker-credential-test"), None);
        let program = home.path().join(".docker/bin/docker-credential-test");
        std::fs::create_dir_all(program.parent().unwrap()).unwrap();
        std::fs::write(&program, "").unwrap();
        assert_eq!(surroundings.program("docker-credential-test"), Some(program));
        assert_eq!(surroundings.program("../bin/docker-credential-test"), None);
    }
}

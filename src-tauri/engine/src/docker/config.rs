//! docker's own configuration file, `config.json`: what Slipway needs of it.

use std::{collections::BTreeMap, io, path::Path};

use serde::Deserialize;

use super::surroundings::Surroundings;
use crate::problem::{Code, Problem, Remedy};

/// What Slipway reads of `config.json`. Fields that it does not know are left alone.
#[derive(Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct DockerConfig {
    /// The context in use, where none is named elsewhere.
    pub current_context: Option<String>,
    /// Credentials kept in the file itself, by registry.
    #[serde(deserialize_with = "null_is_empty")]
    pub auths: BTreeMap<String, StoredAuth>,
    /// The credential helper for all registries.
    pub creds_store: Option<String>,
    /// Credential helpers by registry.
    #[serde(deserialize_with = "null_is_empty")]
    pub cred_helpers: BTreeMap<String, String>,
    /// Proxies for builds and containers, by engine address or `default`.
    #[serde(deserialize_with = "null_is_empty")]
    pub proxies: BTreeMap<String, ProxySettings>,
}

/// Credentials for one registry, as the file keeps them.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct StoredAuth {
    /// `user:password` in base64.
    pub auth: String,
    /// The user's name, in very old files.
    pub username: String,
    /// The password, in very old files.
    pub password: String,
    /// A token that stands for name and password.
    #[serde(rename = "identitytoken")]
    pub identity_token: String,
    /// A token that is sent to the registry as it is.
    #[serde(rename = "registrytoken")]
    pub registry_token: String,
}

/// Proxies as `config.json` keeps them.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ProxySettings {
    /// For `http://`.
    pub http_proxy: String,
    /// For `https://`.
    pub https_proxy: String,
    /// For `ftp://`.
    pub ftp_proxy: String,
    /// For everything.
    pub all_proxy: String,
    /// Hosts that are reached without.
    pub no_proxy: String,
}

/// Some programs write an empty map as `null`.
fn null_is_empty<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

impl DockerConfig {
    /// Reads the file in docker's folder. One that is not there, or is empty, says nothing.
    pub fn read(surroundings: &Surroundings) -> Result<Self, Problem> {
        let path = surroundings.docker_folder().join("config.json");
        match std::fs::read(&path) {
            Ok(content) => Self::parse(&content, &path),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                Ok(Self::default())
            }
            Err(error) => Err(broken(&path, &error)),
        }
    }

    fn parse(content: &[u8], path: &Path) -> Result<Self, Problem> {
        if content.trim_ascii().is_empty() {
            return Ok(Self::default());
        }
        serde_json::from_slice(content).map_err(|error| broken(path, &error))
    }
}

impl std::fmt::Debug for DockerConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Everything else of it is a secret or may hold one.
        f.debug_struct("DockerConfig").field("current_context", &self.current_context).finish_non_exhaustive()
    }
}

/// The problem of a file of docker's that cannot be read. The values in it may be secret.
pub(super) fn broken(path: &Path, error: &(dyn std::error::Error + 'static)) -> Problem {
    let path = path.display().to_string();
    Problem::new(Code::DockerConfigBroken)
        .with("path", &path)
        .caused_by(error)
        .remedy(Remedy::say(crate::text!("remedy-mend-docker-config", path = &path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_config_that_is_not_there_says_nothing() {
        let home = tempfile::tempdir().unwrap();
        let surroundings = Surroundings::of(super::super::System::Linux, home.path(), &[]);
        assert_eq!(DockerConfig::read(&surroundings).unwrap().current_context, None);
    }

    #[test]
    fn a_broken_config_is_named_with_its_line_and_without_its_secrets() {
        let content = b"{\n  \"auths\": {\"registry.example\": {\"auth\": \"c2VjcmV0\"}},\n}";
        let problem = DockerConfig::parse(content, Path::new("/home/mia/.docker/config.json")).unwrap_err();
        assert_eq!(problem.code, Code::DockerConfigBroken);
        let shown = serde_json::to_string(&problem).unwrap();
        assert!(shown.contains("line 3"), "{shown}");
        assert!(!shown.contains("c2VjcmV0"), "{shown}");
    }

    #[test]
    fn an_empty_config_is_no_fault() {
        for content in [&b" \n"[..], b"{}", br#"{"auths": null, "credHelpers": null}"#] {
            assert!(DockerConfig::parse(content, Path::new("config.json")).is_ok());
        }
    }
}

//! Credentials for registries, as docker keeps them: in `config.json`, or with a helper, a program named
//! `docker-credential-NAME` that is asked on its standard input. They are never logged and never shown.

use std::{fmt, process::Stdio, time::Duration};

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use bollard::auth::DockerCredentials;
use serde::Deserialize;
use tokio::{io::AsyncWriteExt, process::Command, time::timeout};

use super::{
    config::{DockerConfig, StoredAuth},
    surroundings::Surroundings,
};
use crate::{
    problem::{Code, Problem, Remedy},
    text,
};

/// Under this key docker keeps the credentials for Docker Hub.
const DOCKER_HUB: &str = "https://index.docker.io/v1/";

/// The longest that a helper may take. It may ask the user for permission.
const HELPER_WITHIN: Duration = Duration::from_mins(1);

/// The name that says: the secret is an identity token.
const TOKEN_NAME: &str = "<token>";

/// Name and password, or a token, for one registry.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Credentials {
    /// The user's name.
    pub username: String,
    /// The password.
    pub password: String,
    /// Stands for name and password where it is set.
    pub identity_token: String,
    /// Sent to the registry as it is where it is set.
    pub registry_token: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(hidden)")
    }
}

impl From<Credentials> for DockerCredentials {
    fn from(credentials: Credentials) -> Self {
        let some = |value: String| Some(value).filter(|value| !value.is_empty());
        Self {
            username: some(credentials.username),
            password: some(credentials.password),
            identitytoken: some(credentials.identity_token),
            registrytoken: some(credentials.registry_token),
            ..Self::default()
        }
    }
}

/// All that docker was told of credentials.
#[derive(Debug, Clone)]
pub struct Keyring {
    surroundings: Surroundings,
    config: DockerConfig,
}

impl Keyring {
    /// The user's.
    pub fn read(surroundings: Surroundings) -> Result<Self, Problem> {
        let config = DockerConfig::read(&surroundings)?;
        Ok(Self { surroundings, config })
    }

    /// The credentials for a registry (`docker.io`, `ghcr.io`, `localhost:5000`); `None`: there are none.
    ///
    /// A helper that is missing or fails is a Problem: many images need no credentials, so go on without, and
    /// raise it only if the registry then refuses.
    pub async fn credentials(&self, registry: &str) -> Result<Option<Credentials>, Problem> {
        let key = key(registry);
        // What the environment says beats helpers and file, as in docker since 28.3.
        if let Some(stored) = self.surroundings.var("DOCKER_AUTH_CONFIG")
            && let Ok(config) = serde_json::from_str::<DockerConfig>(stored)
            && let Some(found) = in_file(&config, key)
        {
            return Ok(Some(found));
        }
        let helper = self.config.cred_helpers.get(key).or(self.config.creds_store.as_ref());
        match helper.filter(|name| !name.is_empty()) {
            Some(name) => self.ask(name, key).await,
            None => Ok(in_file(&self.config, key)),
        }
    }

    /// The registries for which something is kept in the file or with a helper of their own.
    pub fn registries(&self) -> impl Iterator<Item = &str> {
        self.config.auths.keys().chain(self.config.cred_helpers.keys()).map(String::as_str)
    }

    async fn ask(&self, helper: &str, key: &str) -> Result<Option<Credentials>, Problem> {
        let name = format!("docker-credential-{helper}");
        let Some(program) = self.surroundings.program(&name) else {
            return Err(Problem::new(Code::CredentialHelperMissing)
                .with("helper", &name)
                .with("registry", key)
                .quoting(format!(
                    "{}: {helper}",
                    self.surroundings.docker_folder().join("config.json").display()
                ))
                .remedy(Remedy::say(text!("remedy-install-credential-helper", helper = &name)))
                .remedy(Remedy::say(text!("remedy-remove-credential-helper", helper = helper))));
        };
        let failed = |words: &str| {
            Problem::new(Code::CredentialHelperFailed)
                .with("helper", &name)
                .with("registry", key)
                .quoting(format!("{} get: {words}", program.display()))
                .remedy(Remedy::run(text!("remedy-docker-login"), "docker login"))
                .retry()
        };
        let mut command = Command::new(&program);
        if let Ok(path) = std::env::join_paths(self.surroundings.program_folders()) {
            command.env("PATH", path); // helpers call other programs
        }
        command
            .arg("get")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        let asked = async {
            let mut child = command.spawn()?;
            if let Some(mut input) = child.stdin.take() {
                // One that answers without reading is fine.
                input.write_all(key.as_bytes()).await.ok();
            }
            child.wait_with_output().await
        };
        let output = match timeout(HELPER_WITHIN, asked).await {
            Ok(Ok(output)) => output,
            Ok(Err(error)) => return Err(failed(&error.to_string())),
            Err(_) => return Err(failed("no answer in time")),
        };
        if !output.status.success() {
            // Helpers say on their standard output what went wrong.
            let words = String::from_utf8_lossy(&output.stdout);
            let words = words.trim();
            return if words.starts_with("credentials not found") { Ok(None) } else { Err(failed(words)) };
        }
        // Not quoted: it may hold the secret.
        let said: HelperSaid =
            serde_json::from_slice(&output.stdout).map_err(|_| failed("no valid answer"))?;
        Ok(said.credentials())
    }
}

/// A helper's answer.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct HelperSaid {
    username: String,
    secret: String,
}

impl HelperSaid {
    fn credentials(self) -> Option<Credentials> {
        if self.username == TOKEN_NAME {
            return Some(Credentials { identity_token: self.secret, ..Credentials::default() });
        }
        let empty = self.username.is_empty() && self.secret.is_empty();
        (!empty).then(|| Credentials {
            username: self.username,
            password: self.secret,
            ..Credentials::default()
        })
    }
}

/// The registry of an image's name: `docker.io` where it names none.
pub fn registry_of(image: &str) -> &str {
    match image.split_once('/') {
        Some((first, _)) if first.contains(['.', ':']) || first == "localhost" => first,
        _ => "docker.io",
    }
}

/// The name under which docker keeps a registry's credentials.
fn key(registry: &str) -> &str {
    match registry {
        "docker.io" | "index.docker.io" | "registry-1.docker.io" => DOCKER_HUB,
        other => other,
    }
}

fn in_file(config: &DockerConfig, key: &str) -> Option<Credentials> {
    let stored = config.auths.get(key).or_else(|| {
        // Old files have URLs as keys.
        config.auths.iter().find(|(name, _)| host(name) == host(key)).map(|(_, stored)| stored)
    })?;
    decoded(stored)
}

/// The host of a key of `auths`, which may be a URL.
fn host(key: &str) -> &str {
    let key = key.strip_prefix("https://").or_else(|| key.strip_prefix("http://")).unwrap_or(key);
    key.split('/').next().unwrap_or(key)
}

fn decoded(stored: &StoredAuth) -> Option<Credentials> {
    let either = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let pair = GeneralPurpose::new(&alphabet::STANDARD, either).decode(stored.auth.trim()).ok()?;
    let pair = String::from_utf8(pair).ok()?;
    let (username, password) = match pair.split_once(':') {
        Some((username, password)) => (username.to_owned(), password.trim_matches('\0').to_owned()),
        None => (stored.username.clone(), stored.password.clone()),
    };
    let credentials = Credentials {
        username,
        password,
        identity_token: stored.identity_token.clone(),
        registry_token: stored.registry_token.clone(),
    };
    (credentials != Credentials::default()).then_some(credentials)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docker::System;

    fn keyring(config: serde_json::Value, vars: &[(&str, &str)], home: &std::path::Path) -> Keyring {
        let surroundings = Surroundings::of(System::HERE, home, vars);
        Keyring { surroundings, config: serde_json::from_value(config).unwrap() }
    }

    fn mia(password: &str) -> Credentials {
        Credentials { username: "mia".into(), password: password.into(), ..Credentials::default() }
    }

    #[test]
    fn an_images_registry_is_read_as_docker_reads_it() {
        for (image, registry) in [
            ("python:3.13-slim", "docker.io"),
            ("library/python", "docker.io"),
            ("ghcr.io/mia/iris:1", "ghcr.io"),
            ("localhost/iris", "localhost"),
            ("localhost:5000/iris", "localhost:5000"),
        ] {
            assert_eq!(registry_of(image), registry, "{image}");
        }
    }

    #[tokio::test]
    async fn credentials_of_the_file_are_decoded_whatever_form_their_registry_has() {
        let config = serde_json::json!({"auths": {
            "https://index.docker.io/v1/": {"auth": "bWlhOnM6MQ=="}, // mia:s:1
            "https://ghcr.io/v2/": {"auth": "bWlhOnM"}, // mia:s, without padding
            "token.example": {"identitytoken": "t"},
            "empty.example": {},
        }});
        let keyring = keyring(config, &[], "/nowhere".as_ref());
        assert_eq!(keyring.credentials("docker.io").await.unwrap(), Some(mia("s:1")));
        assert_eq!(keyring.credentials("ghcr.io").await.unwrap(), Some(mia("s")));
        let token = Credentials { identity_token: "t".into(), ..Credentials::default() };
        assert_eq!(keyring.credentials("token.example").await.unwrap(), Some(token));
        assert_eq!(keyring.credentials("empty.example").await.unwrap(), None);
        assert_eq!(keyring.credentials("other.example").await.unwrap(), None);
    }

    #[tokio::test]
    async fn the_environment_beats_the_file() {
        let config = serde_json::json!({"auths": {"ghcr.io": {"auth": "bWlhOnM="}}});
        let env = r#"{"auths": {"ghcr.io": {"auth": "bWlhOmU="}}}"#;
        let keyring = keyring(config, &[("DOCKER_AUTH_CONFIG", env)], "/nowhere".as_ref());
        assert_eq!(keyring.credentials("ghcr.io").await.unwrap(), Some(mia("e")));
    }

    #[test]
    fn a_secret_is_never_printed() {
        assert_eq!(format!("{:?}", mia("secret")), "Credentials(hidden)");
    }

    /// Helpers as docker's protocol has them, as shell scripts.
    #[cfg(unix)]
    mod helpers {
        use std::os::unix::fs::PermissionsExt;

        use super::*;

        fn home_with_helper(script: &str) -> tempfile::TempDir {
            let home = tempfile::tempdir().unwrap();
            let program = home.path().join(".docker/bin/docker-credential-test");
            std::fs::create_dir_all(program.parent().unwrap()).unwrap();
            std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
            std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
            home
        }

        fn asking(home: &tempfile::TempDir, config: serde_json::Value) -> Keyring {
            keyring(config, &[("PATH", "/usr/bin:/bin")], home.path())
        }

        #[tokio::test]
        async fn a_helper_is_asked_for_the_registry() {
            let home = home_with_helper(
                r#"read -r url; echo "{\"ServerURL\":\"$url\",\"Username\":\"mia\",\"Secret\":\"for $url\"}""#,
            );
            let keyring = asking(&home, serde_json::json!({"credsStore": "test"}));
            let found = keyring.credentials("docker.io").await.unwrap();
            assert_eq!(found, Some(mia("for https://index.docker.io/v1/")));
        }

        #[tokio::test]
        async fn a_helper_of_a_registry_serves_that_registry_alone() {
            let home = home_with_helper(r#"echo '{"Username":"<token>","Secret":"t"}'"#);
            let config = serde_json::json!({"credHelpers": {"ghcr.io": "test"}, "auths": {"quay.io": {"auth": "bWlhOnM="}}});
            let keyring = asking(&home, config);
            assert_eq!(keyring.credentials("ghcr.io").await.unwrap().unwrap().identity_token, "t");
            assert_eq!(keyring.credentials("quay.io").await.unwrap(), Some(mia("s")));
        }

        #[tokio::test]
        async fn a_helper_that_has_nothing_is_no_fault_and_one_that_fails_is() {
            let nothing = home_with_helper("echo 'credentials not found in native keychain'; exit 1");
            let keyring = asking(&nothing, serde_json::json!({"credsStore": "test"}));
            assert_eq!(keyring.credentials("ghcr.io").await.unwrap(), None);
            let broken = home_with_helper("echo 'the keychain is locked'; exit 1");
            let keyring = asking(&broken, serde_json::json!({"credsStore": "test"}));
            let problem = keyring.credentials("ghcr.io").await.unwrap_err();
            assert_eq!(problem.code, Code::CredentialHelperFailed);
            assert!(format!("{problem:?}").contains("the keychain is locked"));
        }

        #[tokio::test]
        async fn a_helper_that_is_not_there_is_named() {
            let home = tempfile::tempdir().unwrap();
            let keyring = asking(&home, serde_json::json!({"credsStore": "absent"}));
            let problem = keyring.credentials("docker.io").await.unwrap_err();
            assert_eq!(problem.code, Code::CredentialHelperMissing);
            assert_eq!(problem.args["helper"], "docker-credential-absent".into());
        }
    }
}

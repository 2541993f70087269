//! ingress-nginx, as in the older articles: the release's published manifest, pinned by its digest. The project is
//! archived, which is said.

use std::{fmt::Write, path::Path, time::Duration};

use sha2::{Digest, Sha256};

use super::f5::documents;
use crate::{
    kubernetes::{manifest::Manifest, mark},
    problem::{Code, Problem, Remedy},
    shell_words::ShellCommand,
    stage::Evidence,
    text,
};

/// The release.
pub const VERSION: &str = "v1.15.1";
/// The namespace of all that is installed.
pub const NAMESPACE: &str = "ingress-nginx";
/// The Deployment, and the Service in front of it.
pub const NAME: &str = "ingress-nginx-controller";
/// The class that it makes.
pub const CLASS: &str = "nginx";
/// What its objects carry as `app.kubernetes.io/name`.
pub const APP: &str = "ingress-nginx";
/// Where the release's manifest is published.
pub const URL: &str = "https://raw.githubusercontent.com/kubernetes/ingress-nginx/controller-v1.15.1/deploy/static/provider/cloud/deploy.yaml";
const SHA256: &str = "502fddca66b09c20dd48b6d0a792a9671cd663a3a0d2a8bda5ae990d13b6c5b2";
const AT_MOST: usize = 1024 * 1024;

/// Its objects, from `file` where one is given, else from where the release is published; verified, and marked
/// as ours.
pub async fn manifests(file: Option<&Path>) -> Result<Vec<Manifest>, Problem> {
    let bytes = match file {
        Some(path) => {
            tokio::fs::read(path).await.map_err(|error| unavailable(&path.display().to_string(), &error))?
        }
        None => fetched().await?,
    };
    let origin = file.map_or_else(|| URL.to_owned(), |path| path.display().to_string());
    verified(&bytes, &origin)?;
    let mut all = documents(&String::from_utf8_lossy(&bytes))?;
    for manifest in &mut all {
        let labels = manifest.object.metadata.labels.get_or_insert_default();
        labels.insert(mark::MANAGED_BY.to_owned(), mark::SLIPWAY.to_owned());
    }
    Ok(all)
}

async fn fetched() -> Result<Vec<u8>, Problem> {
    let fetch = async {
        let client = reqwest::Client::builder()
            .https_only(true)
            .connect_timeout(Duration::from_secs(10))
            .timeout(Duration::from_mins(1))
            .build()?;
        let mut answer = client.get(URL).send().await?.error_for_status()?;
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > AT_MOST {
                break; // its digest then is another
            }
        }
        Ok::<_, reqwest::Error>(bytes)
    };
    fetch.await.map_err(|error| unavailable(URL, &error.without_url()))
}

fn verified(bytes: &[u8], origin: &str) -> Result<(), Problem> {
    let mut digest = String::new();
    for byte in Sha256::digest(bytes) {
        let _ = write!(digest, "{byte:02x}"); // a String takes it all
    }
    if digest == SHA256 {
        return Ok(());
    }
    Err(Problem::new(Code::IngressManifestAltered)
        .with("origin", origin)
        .with("version", VERSION)
        .because(Evidence::quoted(format!("SHA-256 {digest}, {SHA256} expected")))
        .remedy(Remedy::run(text!("remedy-use-f5"), "slipway up --ingress f5"))
        .remedy(Remedy::read(text!("remedy-fetch-manifest", digest = SHA256), URL)))
}

fn unavailable(origin: &str, error: &(dyn std::error::Error + 'static)) -> Problem {
    let by_hand = ShellCommand::of(["curl", "--location", "--output", "ingress-nginx.yaml", URL]);
    Problem::new(Code::IngressManifestUnavailable)
        .with("origin", origin)
        .with("version", VERSION)
        .caused_by(error)
        .remedy(Remedy::run(text!("remedy-use-f5"), "slipway up --ingress f5"))
        .remedy(Remedy::run(text!("remedy-manifest-file"), by_hand))
        .retry()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_altered_copy_is_refused_and_a_missing_one_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deploy.yaml");
        let missing = manifests(Some(&path)).await.unwrap_err();
        assert_eq!(missing.code, Code::IngressManifestUnavailable);
        std::fs::write(&path, "kind: Namespace\n").unwrap();
        let altered = manifests(Some(&path)).await.unwrap_err();
        assert_eq!(altered.code, Code::IngressManifestAltered);
        assert!(!altered.remedies.is_empty());
    }
}

//! A certificate authority of the cluster's own, what it signs, and the kubeconfigs made of that.

use std::{fs, io, path::Path};

use base64::{Engine, prelude::BASE64_STANDARD};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};

use crate::{
    error::{Doing, Result},
    network::{API_PORT, API_SERVICE, NODE},
    root::Root,
    settings::CONTEXT,
    system,
};

/// The folder of all of it, in [`Root::file`].
pub(crate) const FOLDER: &str = "keys";

/// Whoever speaks with the API server: name, user, group.
const CLIENTS: &[(&str, &str, Option<&str>)] = &[
    ("admin", "admin", Some("system:masters")),
    ("controllers", "system:kube-controller-manager", None),
    ("scheduler", "system:kube-scheduler", None),
    ("kubelet", NODE_USER, Some("system:nodes")),
    ("proxy", "system:kube-proxy", None),
];

const NODE_USER: &str = "system:node:docker-desktop";

/// Makes all of it, unless it is there: a kubeconfig stays good for as long as the root.
pub(crate) fn make(root: &Root) -> Result<()> {
    let folder = root.file(FOLDER);
    if folder.exists() {
        return Ok(());
    }
    let partial = root.file("partial-keys");
    match fs::remove_dir_all(&partial) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(error).doing(|| format!("remove {}", partial.display()));
        }
        _ => {}
    }
    fs::create_dir_all(&partial).doing(|| format!("make {}", partial.display()))?;
    fill(&partial)?;
    fs::rename(&partial, &folder).doing(|| format!("move {}", partial.display()))
}

fn fill(folder: &Path) -> Result<()> {
    let put = |name: &str, text: &str| -> Result<()> {
        let path = folder.join(name);
        fs::write(&path, text)
            .and_then(|()| system::set_mode(&path, 0o600))
            .doing(|| format!("write {}", path.display()))
    };
    let mut params = params("practice-cluster-ca", None);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
    let ca = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
    put("ca.crt", &ca.pem())?;

    let names = ["kubernetes", "kubernetes.default", "kubernetes.default.svc", "localhost"]
        .map(str::to_owned)
        .into_iter()
        .chain(["127.0.0.1".to_owned(), NODE.to_string(), API_SERVICE.to_string()]);
    let mut server = CertificateParams::new(names.collect::<Vec<_>>())?;
    server.distinguished_name.push(DnType::CommonName, "kube-apiserver");
    let server = signed(server, ExtendedKeyUsagePurpose::ServerAuth, &ca)?;
    put("apiserver.crt", &server.certificate)?;
    put("apiserver.key", &server.key)?;

    for (name, user, group) in CLIENTS {
        let client = signed(self::params(user, *group), ExtendedKeyUsagePurpose::ClientAuth, &ca)?;
        put(&format!("{name}.conf"), &kubeconfig(name, &ca.pem(), &client)?)?;
        put(&format!("{name}.crt"), &client.certificate)?;
        put(&format!("{name}.key"), &client.key)?;
    }

    let accounts = KeyPair::generate()?;
    put("accounts.key", &accounts.serialize_pem())?;
    put("accounts.pub", &accounts.public_key_pem())
}

/// PEM texts.
struct Signed {
    certificate: String,
    key: String,
}

fn params(user: &str, group: Option<&str>) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, user);
    if let Some(group) = group {
        params.distinguished_name.push(DnType::OrganizationName, group);
    }
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2099, 1, 1);
    params
}

fn signed(
    mut params: CertificateParams,
    usage: ExtendedKeyUsagePurpose,
    ca: &CertifiedIssuer<'_, KeyPair>,
) -> Result<Signed> {
    params.extended_key_usages = vec![usage];
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    let key = KeyPair::generate()?;
    let certificate = params.signed_by(&key, ca)?.pem();
    Ok(Signed { certificate, key: key.serialize_pem() })
}

fn kubeconfig(user: &str, ca: &str, client: &Signed) -> Result<String> {
    let base64 = |text: &str| BASE64_STANDARD.encode(text);
    let config = serde_json::json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": CONTEXT, "cluster": {
            "server": format!("https://127.0.0.1:{API_PORT}"),
            "certificate-authority-data": base64(ca),
        }}],
        "users": [{"name": user, "user": {
            "client-certificate-data": base64(&client.certificate),
            "client-key-data": base64(&client.key),
        }}],
        "contexts": [{"name": CONTEXT, "context": {"cluster": CONTEXT, "user": user}}],
        "current-context": CONTEXT,
    });
    // JSON is YAML, and every reader of kubeconfigs takes it.
    serde_json::to_string_pretty(&config).doing(|| "write a kubeconfig".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::NODE_NAME;

    #[test]
    fn the_nodes_user_is_the_node() {
        assert_eq!(NODE_USER, format!("system:node:{NODE_NAME}"));
    }

    #[tokio::test]
    async fn each_kubeconfig_holds_a_client_that_can_be_made() {
        let folder = tempfile::tempdir().unwrap();
        fill(folder.path()).unwrap();
        for (name, ..) in CLIENTS {
            let config =
                kube::config::Kubeconfig::read_from(folder.path().join(format!("{name}.conf"))).unwrap();
            assert_eq!(config.current_context.as_deref(), Some(CONTEXT));
            let options = kube::config::KubeConfigOptions::default();
            let config = kube::Config::from_custom_kubeconfig(config, &options).await.unwrap();
            let _ = rustls::crypto::ring::default_provider().install_default();
            kube::Client::try_from(config).unwrap();
        }
    }
}

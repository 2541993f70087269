//! TLS with an engine: its certificate is checked against the authorities that docker was given, and ours is shown.

use std::{io, path::Path, sync::Arc};

use rustls::{
    ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject},
};
use rustls_platform_verifier::BuilderVerifierExt;

use super::{config::broken, rule::TlsFiles};
use crate::problem::{Problem, internal};

/// A client's TLS configuration.
pub(super) type ClientTls = ClientConfig;

/// The name that the engine's certificate must bear.
pub(super) fn server_name(host: &str) -> io::Result<ServerName<'static>> {
    ServerName::try_from(host.to_owned()).map_err(io::Error::other)
}

/// Reads the files.
pub(super) fn client(files: &TlsFiles) -> Result<ClientTls, Problem> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(internal)?;
    let builder = match (&files.authorities, files.verify) {
        (_, false) => builder.dangerous().with_custom_certificate_verifier(Arc::new(Anyone(provider))),
        (Some(path), true) => {
            let mut roots = RootCertStore::empty();
            for certificate in certificates(path)? {
                roots.add(certificate).map_err(|error| broken(path, &error))?;
            }
            builder.with_root_certificates(roots)
        }
        (None, true) => builder.with_platform_verifier().map_err(internal)?,
    };
    let Some((certificate, key)) = &files.client else { return Ok(builder.with_no_client_auth()) };
    let secret = PrivateKeyDer::from_pem_file(key).map_err(|error| broken(key, &error))?;
    builder
        .with_client_auth_cert(certificates(certificate)?, secret)
        .map_err(|error| broken(certificate, &error))
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, Problem> {
    CertificateDer::pem_file_iter(path).and_then(Iterator::collect).map_err(|error| broken(path, &error))
}

/// Accepts any certificate: the user told docker so (`SkipTLSVerify`, or `DOCKER_TLS` without `DOCKER_TLS_VERIFY`).
#[derive(Debug)]
struct Anyone(Arc<CryptoProvider>);

impl ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

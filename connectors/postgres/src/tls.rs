//! Encryption of the connection: rustls with ring, and the server's certificate is always checked.

use crate::settings::{Settings, Tls};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};
use std::{path::Path, sync::Arc};
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

/// How tokio-postgres names what an operator chose.
pub(crate) fn mode(tls: Tls) -> SslMode {
    match tls {
        Tls::Require => SslMode::Require,
        Tls::Prefer => SslMode::Prefer,
        Tls::Disable => SslMode::Disable,
    }
}

/// Makes encrypted connections; says in words why it cannot.
pub(crate) fn connector(settings: &Settings) -> Result<MakeRustlsConnect, String> {
    let roots = match &settings.tls_ca_file {
        Some(file) => read_roots(file)?,
        None => webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect(),
    };
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|e| format!("TLS: {e}"))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

fn read_roots(file: &Path) -> Result<RootCertStore, String> {
    let unreadable = |e: &dyn std::fmt::Display| format!("tls_ca_file {}: {e}", file.display());
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(|e| unreadable(&e))? {
        let certificate = certificate.map_err(|e| unreadable(&e))?;
        roots.add(certificate).map_err(|e| unreadable(&e))?;
    }
    if roots.is_empty() {
        return Err(unreadable(&"holds no certificate; hint: it must be PEM (-----BEGIN CERTIFICATE-----)"));
    }
    Ok(roots)
}

//! The server side of TLS: one certificate chain and its key, rustls with ring.

use std::sync::Arc;

use rustls::ServerConfig;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use crate::StartError;

/// Builds the acceptor from PEM text. The provider is given explicitly, so that a process default, or its absence,
/// makes no difference.
pub(crate) fn acceptor(certificate_pem: &[u8], key_pem: &[u8]) -> Result<TlsAcceptor, StartError> {
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(certificate_pem)
        .collect::<Result<_, _>>()
        .map_err(|error| StartError::certificate("the certificate is not readable PEM", error))?;
    if chain.is_empty() {
        return Err(StartError::Certificate {
            problem: "no CERTIFICATE block in the certificate PEM",
            source: None,
        });
    }
    let key = PrivateKeyDer::from_pem_slice(key_pem)
        .map_err(|error| StartError::certificate("no usable PRIVATE KEY block in the key PEM", error))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|config| config.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|error| {
            StartError::certificate("the certificate and the key do not work together", error)
        })?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

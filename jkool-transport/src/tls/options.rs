//! The options for TLS.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};

use super::any_certificate::AnyCertificate;
use super::cipher_suites;
use super::pem_source::PemSource;
use crate::{ErrorKind, TlsVersion, TransportError};

/// Options for TLS; the defaults suit a public service: the certificates that this machine trusts, TLS 1.2 or 1.3.
///
/// Setters never fail; [`build`](Self::build) reads the files and tells what is wrong. No option changes anything
/// outside of the configuration that is built: the crypto provider (ring) is part of it, and none is installed for
/// the process.
///
/// ```
/// use jkool_transport::{TlsOptions, TlsVersion};
///
/// let options = TlsOptions::new().min_version(TlsVersion::V1_3).ciphers("TLS_AES_256_GCM_SHA384");
/// # let options = options.danger_accept_invalid_certs(true); // a machine that runs the examples may have no roots
/// let config: rustls::ClientConfig = options.build()?;
/// # Ok::<(), jkool_transport::TransportError>(())
/// ```
#[derive(Clone, Default)]
#[must_use = "options do nothing until they are given to a transport"]
pub struct TlsOptions {
    ca_certs: Option<PemSource>,
    client_cert: Option<(PemSource, PemSource)>,
    min_version: TlsVersion,
    ciphers: Option<String>,
    accept_invalid_certs: bool,
}

impl TlsOptions {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Trusts the authorities (CAs) in this PEM file *instead of* those that this machine trusts.
    pub fn ca_certs_file(self, path: impl Into<PathBuf>) -> Self {
        Self {
            ca_certs: Some(PemSource::File(path.into())),
            ..self
        }
    }

    /// Trusts the authorities (CAs) in this PEM text *instead of* those that this machine trusts.
    pub fn ca_certs_pem(self, pem: impl Into<Vec<u8>>) -> Self {
        Self {
            ca_certs: Some(PemSource::memory(pem.into())),
            ..self
        }
    }

    /// Shows a client certificate where the far end asks for one: a PEM file with the certificate and those between
    /// it and its authority, and a PEM file with its private key, not encrypted. Both may be one file.
    pub fn client_cert_files(self, cert: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        Self {
            client_cert: Some((PemSource::File(cert.into()), PemSource::File(key.into()))),
            ..self
        }
    }

    /// As [`client_cert_files`](Self::client_cert_files), from PEM texts.
    pub fn client_cert_pem(self, cert: impl Into<Vec<u8>>, key: impl Into<Vec<u8>>) -> Self {
        Self {
            client_cert: Some((PemSource::memory(cert.into()), PemSource::memory(key.into()))),
            ..self
        }
    }

    /// The least version of TLS to accept. Default: 1.2.
    pub fn min_version(self, version: TlsVersion) -> Self {
        Self {
            min_version: version,
            ..self
        }
    }

    /// Offers these cipher suites only, with colons or commas between them, the preferred one first: by the names of
    /// OpenSSL (`ECDHE-RSA-AES256-GCM-SHA384`, `TLS_AES_256_GCM_SHA384`) or of rustls. Default: all that are safe.
    ///
    /// Unlike in OpenSSL the list holds for every version: TLS 1.3 is offered only if one of its suites is named.
    pub fn ciphers(self, names: impl Into<String>) -> Self {
        Self {
            ciphers: Some(names.into()),
            ..self
        }
    }

    /// **Danger**: accepts any certificate, of whatever authority and for whatever host. Whoever is on the way can
    /// then read the access token and the data. For tests only; [`ca_certs_file`](Self::ca_certs_file) is the right
    /// answer to a private authority. Default: off.
    pub fn danger_accept_invalid_certs(self, accept: bool) -> Self {
        Self {
            accept_invalid_certs: accept,
            ..self
        }
    }

    /// Makes the configuration. Reads the files, and without CAs of its own the certificates that the machine trusts:
    /// about 2 ms for 150 of them where these are files, as on Linux.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`], naming the file or option and what was expected.
    pub fn build(&self) -> Result<ClientConfig, TransportError> {
        let provider = Arc::new(self.provider()?);
        let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(&self.versions(&provider)?)
            .map_err(|error| config_error("TLS cannot be set up with these options").with_source(error))?
            .dangerous()
            .with_custom_certificate_verifier(self.verifier(provider)?);
        let Some((cert, key)) = &self.client_cert else {
            return Ok(config.with_no_client_auth());
        };
        let certs = cert.certificates("the client certificate")?;
        let private_key = key.private_key("the key of the client certificate")?;
        config
            .with_client_auth_cert(certs, private_key)
            .map_err(|error| unusable_client_cert(cert, key, error))
    }

    fn provider(&self) -> Result<CryptoProvider, TransportError> {
        let mut provider = rustls::crypto::ring::default_provider();
        if let Some(list) = &self.ciphers {
            provider.cipher_suites = cipher_suites::parse(list, &provider.cipher_suites)?;
        }
        Ok(provider)
    }

    /// The versions that are allowed and have a suite: rustls would offer a version without one, and fail later.
    fn versions(
        &self,
        provider: &CryptoProvider,
    ) -> Result<Vec<&'static SupportedProtocolVersion>, TransportError> {
        let versions: Vec<_> = [&TLS13, &TLS12]
            .into_iter()
            .filter(|version| self.min_version == TlsVersion::V1_2 || version.version == TLS13.version)
            .filter(|version| {
                provider
                    .cipher_suites
                    .iter()
                    .any(|suite| suite.version().version == version.version)
            })
            .collect();
        if versions.is_empty() {
            return Err(config_error(
                "no cipher suite of the list is one of TLS 1.3, which is the least version allowed: add \
                 TLS_AES_256_GCM_SHA384, or allow TLS 1.2",
            ));
        }
        Ok(versions)
    }

    fn verifier(&self, provider: Arc<CryptoProvider>) -> Result<Arc<dyn ServerCertVerifier>, TransportError> {
        if self.accept_invalid_certs {
            return Ok(Arc::new(AnyCertificate(provider)));
        }
        let Some(source) = &self.ca_certs else {
            let verifier = rustls_platform_verifier::Verifier::new(provider).map_err(|error| {
                config_error(
                    "the certificates that this machine trusts cannot be read: install them (on Linux the package \
                     ca-certificates), name their file in SSL_CERT_FILE, or give TlsOptions::ca_certs_file",
                )
                .with_source(error)
            })?;
            return Ok(Arc::new(verifier));
        };
        let mut roots = RootCertStore::empty();
        for (number, certificate) in (1..).zip(source.certificates("the CA certificates")?) {
            roots.add(certificate).map_err(|error| {
                config_error(format!(
                    "certificate number {number} in {source} cannot be a CA: expected one of X.509 version 3"
                ))
                .with_source(error)
            })?;
        }
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
            .build()
            .map(|verifier| verifier as Arc<dyn ServerCertVerifier>)
            .map_err(|error| {
                config_error(format!("the CA certificates in {source} cannot be used")).with_source(error)
            })
    }
}

impl fmt::Debug for TlsOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsOptions")
            .field("ca_certs", &self.ca_certs)
            .field("client_cert", &self.client_cert)
            .field("min_version", &self.min_version)
            .field("ciphers", &self.ciphers)
            .field("danger_accept_invalid_certs", &self.accept_invalid_certs)
            .finish()
    }
}

fn unusable_client_cert(cert: &PemSource, key: &PemSource, error: rustls::Error) -> TransportError {
    let message = match &error {
        rustls::Error::InconsistentKeys(_) => format!(
            "the key in {key} does not belong to the client certificate in {cert}: expected the key that the first \
             certificate was made for"
        ),
        rustls::Error::InvalidCertificate(_) => {
            format!("the client certificate in {cert} cannot be read: expected X.509 version 3")
        }
        _ => format!(
            "the key in {key} cannot be used: expected RSA of at least 2048 bits, ECDSA P-256 or P-384, or Ed25519"
        ),
    };
    config_error(message).with_source(error)
}

fn config_error(message: impl Into<std::borrow::Cow<'static, str>>) -> TransportError {
    TransportError::new(ErrorKind::Config, message)
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair};
    use rstest::rstest;

    use super::*;

    /// A certificate and its key, in PEM.
    fn pair() -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let cert = CertificateParams::new(["localhost".to_owned()])
            .unwrap()
            .self_signed(&key)
            .unwrap();
        (cert.pem(), key.serialize_pem())
    }

    fn with_any_ca() -> TlsOptions {
        TlsOptions::new().ca_certs_pem(pair().0)
    }

    fn chain(error: &dyn std::error::Error) -> String {
        let mut text = format!("{error} {error:?}");
        let mut next = error.source();
        while let Some(error) = next {
            text.push_str(&format!(" {error} {error:?}"));
            next = error.source();
        }
        text
    }

    #[test]
    fn builds_from_files_and_from_memory() {
        let dir = tempfile::tempdir().unwrap();
        let (cert, key) = pair();
        let file = |name: &str, text: &str| {
            let path = dir.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let (ca, both) = (file("ca.pem", &cert), file("both.pem", &format!("{cert}{key}")));
        let config = TlsOptions::new()
            .ca_certs_file(&ca)
            .client_cert_files(&both, &both)
            .build()
            .unwrap();
        assert!(config.client_auth_cert_resolver.has_certs());
        let config = with_any_ca().client_cert_pem(cert, key).build().unwrap();
        assert!(config.client_auth_cert_resolver.has_certs());
        assert!(
            !with_any_ca()
                .build()
                .unwrap()
                .client_auth_cert_resolver
                .has_certs()
        );
    }

    #[rstest]
    #[case::missing(None, "cannot read the file")]
    #[case::empty(Some(""), "it holds none")]
    #[case::key(
        Some("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
        "it holds a private key"
    )]
    #[case::der(Some("0\u{1}\u{2}"), "it is DER, not PEM")]
    #[case::no_end(Some("-----BEGIN CERTIFICATE-----\nAAAA\n"), "a section has no END line")]
    #[case::no_base64(
        Some("-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n"),
        "no Base64"
    )]
    #[case::no_certificate(
        Some("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
        "certificate number 1"
    )]
    fn names_the_ca_file_and_its_problem(#[case] text: Option<&str>, #[case] problem: &str) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("roots.pem");
        if let Some(text) = text {
            std::fs::write(&path, text).unwrap();
        }
        let error = TlsOptions::new().ca_certs_file(&path).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        let text = error.to_string();
        assert!(
            text.contains(problem) && text.contains(&path.display().to_string()),
            "{text}"
        );
    }

    #[rstest]
    #[case::other_key(pair().1, "does not belong to the client certificate")]
    #[case::certificate(pair().0, "it holds a certificate only")]
    #[case::empty(String::new(), "no private key in the PEM text given")]
    #[case::pkcs8(
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n".to_owned(),
        "is encrypted: expected one without a passphrase"
    )]
    #[case::pkcs1(
        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: x\n\nAAAA\n-----END RSA PRIVATE KEY-----\n"
            .to_owned(),
        "is encrypted: expected one without a passphrase"
    )]
    #[case::no_key("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n".to_owned(), "cannot be used")]
    fn names_the_problem_of_a_client_key(#[case] key: String, #[case] problem: &str) {
        let error = with_any_ca().client_cert_pem(pair().0, key).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains(problem), "{error}");
    }

    #[test]
    fn offers_only_versions_with_a_suite() {
        let options = with_any_ca().ciphers("ECDHE-RSA-AES128-GCM-SHA256");
        let config = options.build().unwrap();
        assert_eq!(config.crypto_provider().cipher_suites.len(), 1);
        let error = options.min_version(TlsVersion::V1_3).build().unwrap_err();
        assert!(error.to_string().contains("TLS_AES_256_GCM_SHA384"), "{error}");
    }

    #[test]
    fn installs_no_provider_for_the_process() {
        with_any_ca().build().unwrap();
        assert!(CryptoProvider::get_default().is_none());
    }

    #[test]
    fn shows_no_key_material() {
        let (cert, key) = pair();
        let secret = key.lines().nth(1).unwrap().to_owned();
        let options = with_any_ca().client_cert_pem(cert.clone(), key.clone());
        assert!(!format!("{options:?}").contains(&secret));
        let damaged = format!("-----BEGIN PRIVATE KEY-----\n{secret}!\n-----END PRIVATE KEY-----\n");
        for key in [
            damaged,
            format!("-----BEGIN {secret}\n"),
            format!("-----BEGIN PRIVATE KEY-----\n{secret}"),
        ] {
            let error = with_any_ca()
                .client_cert_pem(cert.clone(), key)
                .build()
                .unwrap_err();
            assert!(!chain(&error).contains(&secret), "{error}");
        }
    }
}

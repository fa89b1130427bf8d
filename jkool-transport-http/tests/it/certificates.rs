//! Certificates made for a test.

use std::sync::Arc;

use jkool_transport::TlsOptions;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::version::{TLS12, TLS13};
use rustls::{RootCertStore, ServerConfig, SupportedProtocolVersion};
use tokio_rustls::TlsAcceptor;

/// An authority that signs certificates.
pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

/// A certificate and its key, in PEM.
pub(crate) struct Identity {
    pub(crate) cert: String,
    pub(crate) key: String,
}

impl Authority {
    pub(crate) fn new() -> Self {
        Self::named("an authority for tests")
    }

    pub(crate) fn named(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        Self {
            issuer: CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap(),
        }
    }

    pub(crate) fn pem(&self) -> String {
        self.issuer.pem()
    }

    /// Options that trust this authority alone.
    pub(crate) fn trusted(&self) -> TlsOptions {
        TlsOptions::new().ca_certs_pem(self.pem())
    }

    pub(crate) fn identity(&self, host: &str) -> Identity {
        self.sign(server_params(host))
    }

    pub(crate) fn expired(&self, host: &str) -> Identity {
        let mut params = server_params(host);
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(2021, 1, 1);
        self.sign(params)
    }

    pub(crate) fn client(&self) -> Identity {
        let mut params = CertificateParams::new(vec!["a-client".to_owned()]).unwrap();
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.sign(params)
    }

    fn sign(&self, params: CertificateParams) -> Identity {
        let key = KeyPair::generate().unwrap();
        Identity {
            cert: params.signed_by(&key, &self.issuer).unwrap().pem(),
            key: key.serialize_pem(),
        }
    }

    fn roots(&self) -> Arc<RootCertStore> {
        let mut roots = RootCertStore::empty();
        roots.add(self.issuer.der().clone()).unwrap();
        Arc::new(roots)
    }
}

impl Identity {
    /// A server that shows this identity.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        self.acceptor_of(&[&TLS12, &TLS13], None)
    }

    /// A server that wants a client certificate of this authority, over this version of TLS.
    pub(crate) fn demanding(
        &self,
        clients: &Authority,
        version: &'static SupportedProtocolVersion,
    ) -> TlsAcceptor {
        self.acceptor_of(&[version], Some(clients))
    }

    pub(crate) fn acceptor_of(
        &self,
        versions: &[&'static SupportedProtocolVersion],
        clients: Option<&Authority>,
    ) -> TlsAcceptor {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier = match clients {
            None => WebPkiClientVerifier::no_client_auth(),
            Some(clients) => {
                WebPkiClientVerifier::builder_with_provider(clients.roots(), Arc::clone(&provider))
                    .build()
                    .unwrap()
            }
        };
        let certs = CertificateDer::pem_slice_iter(self.cert.as_bytes())
            .collect::<Result<Vec<_>, _>>()
            .unwrap();
        let config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)
            .unwrap()
            .with_client_cert_verifier(verifier)
            .with_single_cert(certs, PrivateKeyDer::from_pem_slice(self.key.as_bytes()).unwrap())
            .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }
}

/// Options that need nothing of the machine, for tests that never get as far as a handshake.
pub(crate) fn some_ca() -> TlsOptions {
    Authority::new().trusted()
}

fn server_params(host: &str) -> CertificateParams {
    let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params
}

//! Certificates and keys in PEM, from a file or from memory.

use std::borrow::Cow;
use std::fmt;
use std::path::PathBuf;

use rustls_pki_types::pem::{self, PemObject};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretSlice};

use crate::{ErrorKind, TransportError};

/// Where PEM comes from. It may hold a private key, so nothing of the contents is shown.
#[derive(Clone)]
pub(super) enum PemSource {
    File(PathBuf),
    Memory(SecretSlice<u8>),
}

impl PemSource {
    pub(super) fn memory(pem: Vec<u8>) -> Self {
        Self::Memory(SecretSlice::from(pem))
    }

    /// All certificates, at least one. `what` names them in errors, such as "the CA certificates".
    pub(super) fn certificates(&self, what: &str) -> Result<Vec<CertificateDer<'static>>, TransportError> {
        let pem = self.read(what)?;
        let certificates = CertificateDer::pem_slice_iter(pem.bytes())
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| self.damaged(what, error))?;
        if certificates.is_empty() {
            let found = if looks_like_der(pem.bytes()) {
                "it is DER, not PEM; `openssl x509 -inform der` converts it"
            } else if pem.contains("PRIVATE KEY-----") {
                "it holds a private key"
            } else {
                "it holds none"
            };
            return Err(config(format!(
                "no certificate in {self} for {what}: expected PEM with a section BEGIN CERTIFICATE, but {found}"
            )));
        }
        Ok(certificates)
    }

    /// The first private key. `what` names it in errors, such as "the key of the client certificate".
    pub(super) fn private_key(&self, what: &str) -> Result<PrivateKeyDer<'static>, TransportError> {
        let pem = self.read(what)?;
        if pem.contains("BEGIN ENCRYPTED PRIVATE KEY") || pem.contains("Proc-Type: 4,ENCRYPTED") {
            return Err(config(format!(
                "{what} in {self} is encrypted: expected one without a passphrase; `openssl pkey` decrypts it"
            )));
        }
        match PrivateKeyDer::from_pem_slice(pem.bytes()) {
            Ok(key) => Ok(key),
            Err(pem::Error::NoItemsFound) => {
                let found = if looks_like_der(pem.bytes()) {
                    "it is DER, not PEM; `openssl pkey -inform der` converts it"
                } else if pem.contains("BEGIN CERTIFICATE") {
                    "it holds a certificate only"
                } else {
                    "it holds none"
                };
                Err(config(format!(
                    "no private key in {self} for {what}: expected PEM with a section BEGIN PRIVATE KEY, but {found}"
                )))
            }
            Err(error) => Err(self.damaged(what, error)),
        }
    }

    fn read(&self, what: &str) -> Result<Pem<'_>, TransportError> {
        match self {
            Self::Memory(pem) => Ok(Pem::Borrowed(pem.expose_secret())),
            Self::File(path) => std::fs::read(path)
                .map(|bytes| Pem::Owned(Zeroizing::new(bytes)))
                .map_err(|error| config(format!("cannot read {self} for {what}")).with_source(error)),
        }
    }

    /// The text of a PEM error may quote a line of the file: only its kind is told.
    fn damaged(&self, what: &str, error: pem::Error) -> TransportError {
        let problem: Cow<'static, str> = match error {
            pem::Error::MissingSectionEnd { .. } => "a section has no END line".into(),
            pem::Error::IllegalSectionStart { .. } => "a BEGIN line is malformed".into(),
            pem::Error::Base64Decode(_) => "a section is no Base64".into(),
            pem::Error::Io(error) => format!("it cannot be read ({})", error.kind()).into(),
            _ => "it is no PEM".into(),
        };
        config(format!("damaged PEM in {self} for {what}: {problem}"))
    }
}

impl fmt::Display for PemSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "the file {}", path.display()),
            Self::Memory(_) => f.write_str("the PEM text given"),
        }
    }
}

impl fmt::Debug for PemSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.fmt(f),
            Self::Memory(pem) => write!(f, "[{} bytes]", pem.expose_secret().len()),
        }
    }
}

/// PEM text, wiped from memory where it was read from a file.
enum Pem<'a> {
    Borrowed(&'a [u8]),
    Owned(Zeroizing<Vec<u8>>),
}

impl Pem<'_> {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Borrowed(bytes) => bytes,
            Self::Owned(bytes) => bytes,
        }
    }

    fn contains(&self, text: &str) -> bool {
        self.bytes()
            .windows(text.len())
            .any(|window| window == text.as_bytes())
    }
}

/// DER begins with the tag of a sequence; no PEM does.
fn looks_like_der(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x30])
}

fn config(message: String) -> TransportError {
    TransportError::new(ErrorKind::Config, message)
}

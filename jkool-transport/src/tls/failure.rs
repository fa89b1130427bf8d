//! What a failed TLS handshake means, and what to do about it.

use std::error::Error;
use std::fmt::Display;
use std::io;

use rustls::{AlertDescription, CertificateError};

use crate::{ErrorKind, TransportError};

/// Looks for a failed TLS handshake in a chain of errors, and words it: what is wrong with the connection to `peer`,
/// and what to do. `None` when the chain holds none, or only what a broken connection explains: trying again helps
/// there.
///
/// The result has [`ErrorKind::Tls`]; its source is the failure alone, without the layers above it.
pub fn tls_failure(peer: impl Display, error: &(dyn Error + 'static)) -> Option<TransportError> {
    let failure = find(error).filter(|failure| is_lasting(failure))?;
    let message = format!("no TLS connection to {peer}: {}", explain(failure));
    Some(TransportError::new(ErrorKind::Tls, message).with_source(failure.clone()))
}

fn find<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        // What an I/O error was made from is not its source: that would be one step further.
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = match inner {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

/// Whether the same handshake would fail again.
fn is_lasting(failure: &rustls::Error) -> bool {
    use AlertDescription as A;
    use rustls::Error as E;
    match failure {
        E::InvalidCertificate(_)
        | E::PeerIncompatible(_)
        | E::InvalidMessage(_)
        | E::NoCertificatesPresented
        | E::NoApplicationProtocol
        | E::UnsupportedNameType => true,
        E::AlertReceived(alert) => !matches!(
            alert,
            A::CloseNotify | A::UserCanceled | A::InternalError | A::UnexpectedMessage | A::BadRecordMac
        ),
        _ => false,
    }
}

fn explain(failure: &rustls::Error) -> &'static str {
    use rustls::Error as E;
    match failure {
        E::InvalidCertificate(problem) => explain_certificate(problem),
        E::AlertReceived(alert) => explain_alert(*alert),
        E::PeerIncompatible(_) => {
            "it has no version of TLS, or no cipher suite, in common with us; TLS 1.2 is the least, \
             TlsOptions::min_version and ciphers may narrow it further"
        }
        E::InvalidMessage(_) => {
            "it does not speak TLS; check the port, or whether the address should begin with http"
        }
        E::NoCertificatesPresented => "it shows no certificate",
        E::NoApplicationProtocol => {
            "it refuses the protocol we speak inside TLS; check the address and the port"
        }
        _ => "the handshake failed; check the address, and what the far end asks for",
    }
}

fn explain_certificate(problem: &CertificateError) -> &'static str {
    use CertificateError as C;
    match problem {
        C::UnknownIssuer => {
            "its certificate is from an authority unknown here; give its CA with TlsOptions::ca_certs_file, or add it to \
             the certificates this machine trusts"
        }
        C::BadSignature => {
            "its certificate is not signed by the authority trusted here under that name, which may have a new key; give \
             its CA of today with TlsOptions::ca_certs_file"
        }
        C::NotValidForName | C::NotValidForNameContext { .. } => {
            "its certificate is for another host; check the address"
        }
        C::Expired | C::ExpiredContext { .. } => {
            "its certificate has expired; it must be renewed there, or the clock of this machine is wrong"
        }
        C::NotValidYet | C::NotValidYetContext { .. } => {
            "its certificate is not valid yet; check the clock of this machine"
        }
        C::Revoked => "its certificate was revoked; it must be replaced there",
        C::InvalidPurpose | C::InvalidPurposeContext { .. } => "its certificate is not one for servers",
        // The verifier has no name of its own for this common mistake.
        C::Other(other) if format!("{:?}", other.0).contains("CaUsedAsEndEntity") => {
            "its certificate is itself a CA, which servers must not show; it needs one made for the server \
             (basicConstraints CA:FALSE)"
        }
        _ => "its certificate cannot be trusted; TlsOptions::ca_certs_file sets whom to trust",
    }
}

fn explain_alert(alert: AlertDescription) -> &'static str {
    use AlertDescription as A;
    match alert {
        A::CertificateRequired | A::NoCertificate => {
            "it asks for a client certificate; give one with TlsOptions::client_cert_files"
        }
        A::BadCertificate
        | A::UnsupportedCertificate
        | A::CertificateRevoked
        | A::CertificateExpired
        | A::CertificateUnknown
        | A::UnknownCA
        | A::DecryptError
        | A::AccessDenied => {
            "it does not accept our client certificate; check TlsOptions::client_cert_files, and which CA it trusts"
        }
        A::ProtocolVersion | A::InsufficientSecurity => {
            "it has no version of TLS or strength of encryption in common with us; TLS 1.2 is the least, \
             TlsOptions::min_version and ciphers may narrow it further"
        }
        A::HandshakeFailure => {
            "it refuses the handshake: no cipher suite in common, or it asks for a client certificate \
             (TlsOptions::client_cert_files)"
        }
        A::UnrecognisedName => "it knows no such host; check the address",
        _ => "it broke off the handshake; check the address, and what the far end asks for",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_failure_below_io_errors() {
        let failure = rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer);
        let chain = io::Error::other(io::Error::new(io::ErrorKind::InvalidData, failure));
        let error = tls_failure("https://a.b", &chain).unwrap();
        assert_eq!(error.kind(), ErrorKind::Tls);
        assert!(error.to_string().contains("https://a.b"), "{error}");
        assert!(error.to_string().contains("TlsOptions::ca_certs_file"), "{error}");
        assert!(error.source().unwrap().to_string().contains("UnknownIssuer"));
    }

    #[test]
    fn leaves_other_errors_alone() {
        assert!(tls_failure("https://a.b", &io::Error::other("reset")).is_none());
        assert!(tls_failure("https://a.b", &io::Error::from(io::ErrorKind::ConnectionReset)).is_none());
        let broken = io::Error::other(rustls::Error::AlertReceived(AlertDescription::InternalError));
        assert!(tls_failure("https://a.b", &broken).is_none());
    }
}

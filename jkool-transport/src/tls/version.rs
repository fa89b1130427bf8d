//! The least version of TLS to accept.

use std::fmt;
use std::str::FromStr;

/// The least version of TLS to accept. What is older than 1.2 is broken and cannot be chosen.
///
/// Versions are read from the names that OpenSSL and Python give them:
///
/// ```
/// use jkool_transport::TlsVersion;
///
/// assert_eq!("1.3".parse(), Ok(TlsVersion::V1_3));
/// assert_eq!("TLSv1.2".parse(), Ok(TlsVersion::V1_2));
/// assert_eq!("PROTOCOL_TLSv1_2".parse(), Ok(TlsVersion::V1_2));
///
/// let error = "PROTOCOL_TLSv1".parse::<TlsVersion>().unwrap_err();
/// assert_eq!(error.to_string(), r#""PROTOCOL_TLSv1" is no longer safe: TLS 1.2 is the least; give 1.2 or 1.3"#);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum TlsVersion {
    /// TLS 1.2 and newer; the default.
    #[default]
    V1_2,
    /// TLS 1.3 only.
    V1_3,
}

/// A name that is no version of TLS, or one of a version that is no longer safe.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseTlsVersionError {
    /// SSL, TLS 1.0 or TLS 1.1, as in the `PROTOCOL_TLSv1` of older Python programs.
    #[error("{name:?} is no longer safe: TLS 1.2 is the least; give 1.2 or 1.3")]
    TooOld {
        /// The name that was given.
        name: String,
    },
    /// No version at all.
    #[error("{name:?} is no version of TLS: expected 1.2 or 1.3")]
    Unknown {
        /// The name that was given.
        name: String,
    },
}

impl FromStr for TlsVersion {
    type Err = ParseTlsVersionError;

    /// Reads `1.2`, `TLS1.2`, `TLSv1.2`, `TLSv1_2`, `PROTOCOL_TLSv1_2` and the like, in any case. Python's
    /// `PROTOCOL_TLS`, `PROTOCOL_TLS_CLIENT` and `PROTOCOL_SSLv23` negotiate the version and stand for the default.
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let plain: String = name
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|char| char.to_ascii_lowercase())
            .collect();
        let plain = plain.strip_prefix("protocol").unwrap_or(&plain);
        match plain.strip_prefix("tlsversion").unwrap_or(plain) {
            "12" | "tls12" | "tlsv12" | "tls" | "tlsclient" | "sslv23" => Ok(Self::V1_2),
            "13" | "tls13" | "tlsv13" => Ok(Self::V1_3),
            "1" | "10" | "tls1" | "tlsv1" | "tls10" | "tlsv10" | "11" | "tls11" | "tlsv11" | "ssl2"
            | "sslv2" | "ssl3" | "sslv3" => Err(ParseTlsVersionError::TooOld {
                name: name.to_owned(),
            }),
            _ => Err(ParseTlsVersionError::Unknown {
                name: name.to_owned(),
            }),
        }
    }
}

impl fmt::Display for TlsVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V1_2 => "1.2",
            Self::V1_3 => "1.3",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_names_of_openssl_and_python() {
        for name in [
            "1.2",
            "TLSv1.2",
            "tls1_2",
            "TLSv1_2",
            "TLSVersion.TLSv1_2",
            "PROTOCOL_TLSv1_2",
            "PROTOCOL_TLS",
            "PROTOCOL_TLS_CLIENT",
            "PROTOCOL_SSLv23",
        ] {
            assert_eq!(name.parse(), Ok(TlsVersion::V1_2), "{name}");
        }
        for name in ["1.3", "TLSv1.3", "tls1.3", "TLSVersion.TLSv1_3"] {
            assert_eq!(name.parse(), Ok(TlsVersion::V1_3), "{name}");
        }
    }

    #[test]
    fn tells_what_is_too_old_from_what_is_none() {
        for name in [
            "PROTOCOL_TLSv1",
            "PROTOCOL_TLSv1_1",
            "TLSv1",
            "1.0",
            "1.1",
            "PROTOCOL_SSLv3",
            "SSLv2",
        ] {
            let error = name.parse::<TlsVersion>().unwrap_err();
            assert!(
                matches!(error, ParseTlsVersionError::TooOld { .. }),
                "{name}: {error}"
            );
            assert!(error.to_string().contains("TLS 1.2 is the least"), "{error}");
        }
        for name in ["", "1.4", "2", "DTLS", "12.0", "v", "protocol"] {
            let error = name.parse::<TlsVersion>().unwrap_err();
            assert!(
                matches!(error, ParseTlsVersionError::Unknown { .. }),
                "{name}: {error}"
            );
        }
    }

    #[test]
    fn shows_what_it_reads() {
        for version in [TlsVersion::V1_2, TlsVersion::V1_3] {
            assert_eq!(version.to_string().parse(), Ok(version));
        }
        assert!(TlsVersion::V1_2 < TlsVersion::V1_3);
    }
}

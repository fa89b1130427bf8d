//! Cipher suites by the names of rustls, of the standards and of OpenSSL.

use rustls::SupportedCipherSuite;

use crate::{ErrorKind, TransportError};

/// The name that OpenSSL uses, and the one of rustls. A suite of TLS 1.3 has the standard's name in OpenSSL.
const ALIASES: [(&str, &str); 9] = [
    ("TLS_AES_256_GCM_SHA384", "TLS13_AES_256_GCM_SHA384"),
    ("TLS_AES_128_GCM_SHA256", "TLS13_AES_128_GCM_SHA256"),
    ("TLS_CHACHA20_POLY1305_SHA256", "TLS13_CHACHA20_POLY1305_SHA256"),
    (
        "ECDHE-ECDSA-AES256-GCM-SHA384",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    ),
    (
        "ECDHE-ECDSA-AES128-GCM-SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    ),
    (
        "ECDHE-ECDSA-CHACHA20-POLY1305",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    ),
    (
        "ECDHE-RSA-AES256-GCM-SHA384",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    ),
    (
        "ECDHE-RSA-AES128-GCM-SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    ),
    (
        "ECDHE-RSA-CHACHA20-POLY1305",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    ),
];

/// The suites named in a list with colons or commas between them, in the order of the list.
pub(super) fn parse(
    list: &str,
    supported: &[SupportedCipherSuite],
) -> Result<Vec<SupportedCipherSuite>, TransportError> {
    let mut suites = Vec::new();
    for name in list.split([':', ',', ' ']).filter(|name| !name.is_empty()) {
        let suite = find(name, supported).ok_or_else(|| unknown(name))?;
        if !suites.contains(&suite) {
            suites.push(suite);
        }
    }
    if suites.is_empty() {
        return Err(TransportError::new(
            ErrorKind::Config,
            format!("the list of cipher suites is empty: expected some of {}", names()),
        ));
    }
    Ok(suites)
}

fn find(name: &str, supported: &[SupportedCipherSuite]) -> Option<SupportedCipherSuite> {
    let name = ALIASES
        .iter()
        .find(|(alias, _)| alias.eq_ignore_ascii_case(name))
        .map_or(name, |(_, canonical)| canonical);
    supported
        .iter()
        .copied()
        .find(|suite| canonical(*suite).is_some_and(|canonical| canonical.eq_ignore_ascii_case(name)))
}

fn canonical(suite: SupportedCipherSuite) -> Option<&'static str> {
    suite.suite().as_str()
}

fn unknown(name: &str) -> TransportError {
    let is_rule = name.starts_with(['!', '-', '+', '@'])
        || ["ALL", "DEFAULT", "HIGH", "MEDIUM", "LOW", "SECURE"]
            .iter()
            .any(|word| name.eq_ignore_ascii_case(word));
    let problem = if is_rule {
        "is a rule of OpenSSL, not a cipher suite"
    } else {
        "is no cipher suite that is supported here"
    };
    TransportError::new(
        ErrorKind::Config,
        format!("{name:?} {problem}: expected some of {}", names()),
    )
}

fn names() -> String {
    ALIASES.map(|(alias, _)| alias).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(list: &str) -> Result<Vec<&'static str>, TransportError> {
        let suites = parse(list, &rustls::crypto::ring::default_provider().cipher_suites)?;
        Ok(suites.into_iter().filter_map(canonical).collect())
    }

    #[test]
    fn reads_either_name_and_keeps_the_order() {
        assert_eq!(
            parsed("ECDHE-RSA-AES128-GCM-SHA256:tls_aes_256_gcm_sha384, TLS13_AES_128_GCM_SHA256").unwrap(),
            [
                "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                "TLS13_AES_256_GCM_SHA384",
                "TLS13_AES_128_GCM_SHA256"
            ]
        );
        assert_eq!(
            parsed("TLS_AES_128_GCM_SHA256:TLS13_AES_128_GCM_SHA256")
                .unwrap()
                .len(),
            1
        );
    }

    #[test]
    fn every_alias_names_a_suite_and_every_suite_has_an_alias() {
        let all = parsed(&names()).unwrap();
        assert_eq!(all, ALIASES.map(|(_, canonical)| canonical));
        assert_eq!(
            all.len(),
            rustls::crypto::ring::default_provider().cipher_suites.len()
        );
    }

    #[test]
    fn says_what_could_be_given_instead() {
        for (list, problem) in [
            ("AES256-SHA", "no cipher suite that is supported"),
            (
                "ECDHE-RSA-AES128-GCM-SHA256:!aNULL",
                "\"!aNULL\" is a rule of OpenSSL",
            ),
            ("HIGH", "a rule of OpenSSL"),
            (" : ", "list of cipher suites is empty"),
        ] {
            let error = parsed(list).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config);
            let text = error.to_string();
            assert!(
                text.contains(problem) && text.contains("ECDHE-RSA-AES256-GCM-SHA384"),
                "{text}"
            );
        }
    }
}

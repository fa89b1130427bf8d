//! Who may stream: the token that the collector expects, if it expects one.

use std::fmt;
use std::hint::black_box;

use axum::http::HeaderMap;

/// The token that requests must present. Without one, everybody is admitted.
pub(crate) struct Authority {
    token: Option<String>,
}

/// What a request shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    /// The right token, or none is needed.
    Admitted,
    /// A token, but not the right one.
    Wrong,
    /// No token at all.
    Missing,
}

impl Authority {
    pub(crate) fn new(token: Option<String>) -> Self {
        Self { token }
    }

    /// Judges the `X-API-Key` and `token` headers of a request; one of them suffices. A header speaks before the
    /// handshake that the connection may have made.
    pub(crate) fn judge(&self, headers: &HeaderMap) -> Claim {
        if self.token.is_none() {
            return Claim::Admitted;
        }
        let mut claim = Claim::Missing;
        for presented in ["x-api-key", "token"]
            .iter()
            .filter_map(|name| headers.get(*name))
        {
            if self.is_token(presented.as_bytes()) {
                return Claim::Admitted;
            }
            claim = Claim::Wrong;
        }
        claim
    }

    /// Whether this is the expected token; any is if none is expected.
    pub(crate) fn is_token(&self, presented: &[u8]) -> bool {
        self.token
            .as_ref()
            .is_none_or(|token| takes_equal_time(token.as_bytes(), presented))
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authority")
            .field("token", &self.token.as_ref().map(|_| "[redacted]"))
            .finish()
    }
}

/// Compares without telling by its duration where the texts differ.
fn takes_equal_time(expected: &[u8], presented: &[u8]) -> bool {
    let mut difference = usize::from(expected.len() != presented.len());
    for (position, byte) in presented.iter().enumerate() {
        let wanted = expected.get(position).copied().unwrap_or(!byte);
        difference |= usize::from(wanted ^ byte);
    }
    black_box(difference) == 0
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(&[], Claim::Missing)]
    #[case(&[("x-api-key", "secret")], Claim::Admitted)]
    #[case(&[("token", "secret")], Claim::Admitted)]
    #[case(&[("x-api-key", "other"), ("token", "secret")], Claim::Admitted)]
    #[case(&[("token", "secre")], Claim::Wrong)]
    #[case(&[("token", "secrets")], Claim::Wrong)]
    #[case(&[("token", "")], Claim::Wrong)]
    fn one_right_header_suffices(#[case] headers: &[(&'static str, &'static str)], #[case] expected: Claim) {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect();
        assert_eq!(
            Authority::new(Some("secret".to_owned())).judge(&headers),
            expected
        );
        assert_eq!(Authority::new(None).judge(&headers), Claim::Admitted);
    }

    #[test]
    fn debug_hides_the_token() {
        let shown = format!("{:?}", Authority::new(Some("canary".to_owned())));
        assert!(!shown.contains("canary") && shown.contains("redacted"), "{shown}");
    }
}

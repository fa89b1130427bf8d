//! The headers of each request, made once.

use jkool_transport::{AccessToken, ErrorKind, TransportError};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};

use crate::identity::identity_headers;

/// The headers of the three kinds of requests.
pub(crate) struct RequestHeaders {
    pub(crate) json: HeaderMap,
    pub(crate) ndjson: HeaderMap,
    pub(crate) access_request: HeaderMap,
}

impl RequestHeaders {
    pub(crate) fn new(token: &AccessToken, with_identity: bool) -> Result<Self, TransportError> {
        let mut secret = HeaderValue::from_str(token.expose()).map_err(|_| {
            TransportError::new(
                ErrorKind::Config,
                "the access token cannot stand in a request header",
            )
        })?;
        secret.set_sensitive(true);
        let mut headers = if with_identity {
            identity_headers()
        } else {
            HeaderMap::new()
        };
        // The clients of the service use one name or the other; together they suit every version of it.
        headers.insert(HeaderName::from_static("x-api-key"), secret.clone());
        headers.insert(HeaderName::from_static("token"), secret);
        let with_type = |content_type| {
            let mut headers = headers.clone();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
            headers
        };
        Ok(Self {
            json: with_type("application/json"),
            ndjson: with_type("application/x-ndjson"),
            access_request: with_type("text/plain"),
        })
    }
}

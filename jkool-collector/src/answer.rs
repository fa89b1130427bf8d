//! What a request gets back.

use axum::body::Body;
use axum::http::header::{ALLOW, CONNECTION, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, Response, StatusCode};

const PLAIN: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const XML: HeaderValue = HeaderValue::from_static("text/xml; charset=utf-8");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

const ABOUT: &str = "\
This is a jKool collector: a local receiver of the jKool streaming protocol.

POST /       one JSON entity, or several, one per line; its \"type\" tells what it is
POST /event  the same for one kind: /event, /activity, /snapshot, /dataset, /log
GET /stats   what has been received, as JSON
";

const ONLY_POST: &str = "\
Entities are sent with POST; GET / says more, GET /stats shows what has been received.
";

/// The entities are accepted.
pub(crate) fn accepted() -> Response<Body> {
    empty(StatusCode::ACCEPTED)
}

/// A ping is answered.
pub(crate) fn pong() -> Response<Body> {
    empty(StatusCode::OK)
}

/// A one-line reason. Whatever of the body is still under way is not read, so a refusal that comes before its end
/// also ends the connection.
pub(crate) fn refusal(status: StatusCode, reason: &str) -> Response<Body> {
    let mut response = text(status, PLAIN, format!("{reason}\n"));
    if matches!(
        status,
        StatusCode::PAYLOAD_TOO_LARGE | StatusCode::REQUEST_TIMEOUT
    ) {
        response
            .headers_mut()
            .insert(CONNECTION, HeaderValue::from_static("close"));
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

/// The answer to a handshake.
pub(crate) fn access(status: StatusCode, body: String) -> Response<Body> {
    text(status, XML, body)
}

/// The counters.
pub(crate) fn stats(json: String) -> Response<Body> {
    text(StatusCode::OK, JSON, json)
}

/// What this is.
pub(crate) fn about() -> Response<Body> {
    text(StatusCode::OK, PLAIN, ABOUT.to_owned())
}

/// Any method but POST.
pub(crate) fn only_post() -> Response<Body> {
    let mut response = text(StatusCode::METHOD_NOT_ALLOWED, PLAIN, ONLY_POST.to_owned());
    response
        .headers_mut()
        .insert(ALLOW, HeaderValue::from_static("POST"));
    response
}

fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

fn text(status: StatusCode, content_type: HeaderValue, body: String) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}

//! What may be asked of a collector, and how each request is answered.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::State;
use axum::http::{HeaderMap, Response, StatusCode, Uri};
use axum::routing::{MethodRouter, get, post};
use axum::{Extension, Router};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use jkool_model::EntityKind;

use crate::authority::{Authority, Claim};
use crate::intake::Intake;
use crate::reading::read_entities;
use crate::{Received, TakeError, answer, handshake};

/// What all connections share.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) authority: Authority,
    pub(crate) intake: Intake,
    pub(crate) max_body_bytes: usize,
    pub(crate) body_timeout: Duration,
}

/// What the requests of one connection share.
#[derive(Debug)]
pub(crate) struct Caller {
    pub(crate) peer: SocketAddr,
    /// Whether a handshake has succeeded: TNT4PY presents its token only there.
    pub(crate) is_admitted: AtomicBool,
    /// Whether a request was answered before all of its body was read.
    pub(crate) is_cut_short: AtomicBool,
}

/// The routes. A client uses the path that it is configured with as it stands, so entities are taken at any path; only
/// its last segment may mean something.
pub(crate) fn routes(desk: Arc<Desk>) -> Router {
    let only_post = || async { answer::only_post() };
    let with_page = |page: MethodRouter<Arc<Desk>>| page.post(take).fallback(only_post);
    Router::new()
        .route("/", with_page(get(async || answer::about())))
        .route("/stats", with_page(get(stats)))
        .fallback_service(post(take).fallback(only_post).with_state(Arc::clone(&desk)))
        .with_state(desk)
}

/// Whether the sender wants no answer at all.
pub(crate) fn wants_no_answer(headers: &HeaderMap) -> bool {
    has_pragma(headers, "no-response")
}

async fn stats(State(desk): State<Arc<Desk>>) -> Response<Body> {
    match serde_json::to_string_pretty(&desk.intake.stats()) {
        Ok(json) => answer::stats(json + "\n"),
        Err(error) => answer::refusal(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

async fn take(
    State(desk): State<Arc<Desk>>,
    Extension(caller): Extension<Arc<Caller>>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response<Body> {
    if has_pragma(&headers, "ping") {
        desk.intake.counters.pings.add(1);
        return answer::pong();
    }
    let body = match desk.read(body).await {
        Ok(body) => body,
        Err(response) => {
            caller.is_cut_short.store(true, Ordering::Relaxed);
            return response;
        }
    };
    if handshake::is_handshake(&body) {
        return desk.shake_hands(&caller, &body);
    }
    if let Some(refusal) = desk.refusal(&caller, &headers) {
        return refusal;
    }
    desk.accept(&caller, uri.path(), &body)
}

impl Desk {
    async fn read(&self, body: Body) -> Result<Bytes, Response<Body>> {
        // An announced length is judged before the client is asked to go on.
        if body.size_hint().lower() > self.max_body_bytes as u64 {
            return Err(self.too_large());
        }
        let whole = Limited::new(body, self.max_body_bytes).collect();
        match tokio::time::timeout(self.body_timeout, whole).await {
            Ok(Ok(whole)) => Ok(whole.to_bytes()),
            Ok(Err(error)) if error.is::<LengthLimitError>() => Err(self.too_large()),
            Ok(Err(error)) => {
                self.intake.counters.invalid.add(1);
                let reason = format!("the body could not be read: {error}");
                Err(answer::refusal(StatusCode::BAD_REQUEST, &reason))
            }
            Err(_) => {
                self.intake.counters.too_slow.add(1);
                let reason = format!("the body did not arrive within {:?}", self.body_timeout);
                Err(answer::refusal(StatusCode::REQUEST_TIMEOUT, &reason))
            }
        }
    }

    fn too_large(&self) -> Response<Body> {
        self.intake.counters.too_large.add(1);
        let reason = format!("the body is over the limit of {} bytes", self.max_body_bytes);
        answer::refusal(StatusCode::PAYLOAD_TOO_LARGE, &reason)
    }

    /// Answers a handshake. A refusal is both a 401, which TNT4PY looks at, and `success` false, which JESL reads.
    fn shake_hands(&self, caller: &Caller, body: &[u8]) -> Response<Body> {
        match handshake::requested_token(body) {
            Ok(token) if self.authority.is_token(token.as_bytes()) => {
                caller.is_admitted.store(true, Ordering::Relaxed);
                self.intake.counters.handshakes.add(1);
                answer::access(StatusCode::OK, handshake::answer(&token, None))
            }
            Ok(token) => {
                caller.is_admitted.store(false, Ordering::Relaxed);
                self.intake.counters.unauthorized.add(1);
                let reason = "this is not the token that the collector expects";
                answer::access(StatusCode::UNAUTHORIZED, handshake::answer(&token, Some(reason)))
            }
            Err(reason) => {
                self.intake.counters.invalid.add(1);
                answer::refusal(StatusCode::BAD_REQUEST, &reason)
            }
        }
    }

    fn refusal(&self, caller: &Caller, headers: &HeaderMap) -> Option<Response<Body>> {
        let reason = match self.authority.judge(headers) {
            Claim::Admitted => return None,
            Claim::Missing if caller.is_admitted.load(Ordering::Relaxed) => return None,
            Claim::Missing => {
                "no token: send it in the header X-API-Key, or in a handshake on this connection"
            }
            Claim::Wrong => "this is not the token that the collector expects",
        };
        self.intake.counters.unauthorized.add(1);
        Some(answer::refusal(StatusCode::UNAUTHORIZED, reason))
    }

    fn accept(&self, caller: &Caller, path: &str, body: &[u8]) -> Response<Body> {
        match self.take(kind_of(path), path, Some(caller.peer), body) {
            Ok(_) => answer::accepted(),
            Err(TakeError::NotStored(error)) => {
                let reason = format!("the output file cannot be written: {error}");
                answer::refusal(StatusCode::SERVICE_UNAVAILABLE, &reason)
            }
            Err(error) => answer::refusal(StatusCode::BAD_REQUEST, &error.to_string()),
        }
    }

    /// Reads and checks a body, counts and keeps the entities in it, or none; returns how many.
    pub(crate) fn take(
        &self,
        kind: Option<EntityKind>,
        source: &str,
        peer: Option<SocketAddr>,
        body: &[u8],
    ) -> Result<usize, TakeError> {
        let counters = &self.intake.counters;
        if body.len() > self.max_body_bytes {
            counters.too_large.add(1);
            return Err(TakeError::TooLarge {
                max_bytes: self.max_body_bytes,
            });
        }
        let entities = read_entities(kind, body).map_err(|reason| {
            counters.invalid.add(1);
            TakeError::Invalid { reason }
        })?;
        let all: Vec<Received> = entities
            .into_iter()
            .map(|(entity, text)| Received::new(entity, text, source.to_owned(), peer))
            .collect();
        self.intake.take(&all).map_err(|error| {
            counters.not_stored.add(1);
            TakeError::NotStored(error)
        })?;
        Ok(all.len())
    }
}

/// The kind that a path such as `/event` or `/JESL/event` asks for.
fn kind_of(path: &str) -> Option<EntityKind> {
    let last = path.trim_end_matches('/').rsplit('/').next()?;
    EntityKind::ALL
        .iter()
        .copied()
        .find(|kind| kind.path().eq_ignore_ascii_case(last))
}

fn has_pragma(headers: &HeaderMap, word: &str) -> bool {
    headers
        .get_all(axum::http::header::PRAGMA)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|value| value.trim().eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_segment_names_a_kind() {
        for (path, kind) in [
            ("/", None),
            ("", None),
            ("/JESL", None),
            ("/event/other", None),
            ("/event", Some(EntityKind::Event)),
            ("/JESL/activity/", Some(EntityKind::Activity)),
            ("/jesl/Log", Some(EntityKind::LogEntry)),
        ] {
            assert_eq!(kind_of(path), kind, "{path}");
        }
    }
}

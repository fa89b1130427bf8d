//! What an answer means for the records of its request.

use std::time::{Duration, SystemTime};

use jkool_transport::{AccessToken, Endpoint, ErrorKind, Outcome, Refusal, RefusalKind, TransportError};
use reqwest::StatusCode;
use reqwest::header::{LOCATION, RETRY_AFTER};
use url::Url;

use crate::access_request::AccessResponse;
use crate::answer::Answer;
use crate::excerpt::excerpt;

/// Whom the request went to, and what must not be shown of the answer.
pub(crate) struct Origin<'a> {
    pub(crate) endpoint: &'a Endpoint,
    pub(crate) url: &'a Url,
    pub(crate) token: &'a AccessToken,
}

/// The outcome of every record in the request that was answered so. `now` is asked only for a `Retry-After` that
/// names a date.
pub(crate) fn outcome(answer: &Answer, origin: &Origin<'_>, now: impl FnOnce() -> SystemTime) -> Outcome {
    let status = answer.status;
    if status.is_success() && answer.body.is_empty() {
        return Outcome::Delivered;
    }
    let text = String::from_utf8_lossy(&answer.body);
    let access = AccessResponse::parse(&text);
    let is_web_page = answer.is_web_page();
    let says = match &access {
        Some(access) => access.reason.as_deref().unwrap_or_default(),
        None if is_web_page => "",
        None => &text,
    };
    let message = Message {
        origin,
        status,
        says: excerpt(says, origin.token),
    };
    let is_refused_access = access.is_some_and(|access| !access.is_granted);
    match status.as_u16() {
        200..=499 if is_refused_access => {
            message.fail(ErrorKind::Unauthorized, "refuses the access token", CHECK_TOKEN)
        }
        200..=299 if is_web_page => message.fail(
            ErrorKind::Misdirected,
            "answers with a web page, as no jKool service does",
            "check the URL, and whether a proxy or a login page is on the way",
        ),
        200..=299 => Outcome::Delivered,
        400 | 422 => message.refuse(RefusalKind::Invalid, "the far end finds it invalid"),
        413 => message.refuse(RefusalKind::TooLarge, "the far end finds it too large"),
        401 => message.fail(ErrorKind::Unauthorized, "refuses the access token", CHECK_TOKEN),
        403 => message.fail(
            ErrorKind::Unauthorized,
            "does not allow this access token to stream",
            CHECK_TOKEN,
        ),
        407 => message.fail(
            ErrorKind::Proxy,
            "is behind a proxy that wants other credentials",
            "give them with Proxy::credentials, or in the URL of the proxy",
        ),
        501 | 505 => message.fail(ErrorKind::Misdirected, "cannot take what we send", CHECK_URL),
        408 | 425 | 429 | 500..=599 => {
            let delay = answer
                .header(RETRY_AFTER)
                .and_then(|value| retry_after(value, now));
            let error = message.error(ErrorKind::Busy, "cannot take events just now", "");
            Outcome::of_failed_link(error.with_retry_after(delay))
        }
        300..=399 => message.redirect(answer.header(LOCATION)),
        other => message.fail(ErrorKind::Misdirected, misdirected(other), hint(other)),
    }
}

const CHECK_TOKEN: &str = "check the token, and that it belongs to this service";
const CHECK_URL: &str = "check the URL";

fn misdirected(status: u16) -> &'static str {
    match status {
        402 => "wants payment",
        404 | 410 => "has nothing at this address that takes events",
        405 => "does not take events at this path",
        411 => "wants requests of another form",
        415 => "does not take this type of body",
        421 => "does not serve this host",
        426 => "wants another protocol",
        431 => "finds the headers of the request too large",
        _ => "answers as no jKool service does",
    }
}

fn hint(status: u16) -> &'static str {
    match status {
        402 => "check the account of the token",
        404 | 405 | 410 => "check the URL and its path, and the path mode",
        415 => "check the URL; BodyFraming::Single is what every service takes",
        431 => "check the URL; HttpBuilder::identity_headers(false) makes them shorter",
        _ => CHECK_URL,
    }
}

struct Message<'a> {
    origin: &'a Origin<'a>,
    status: StatusCode,
    says: String,
}

impl Message<'_> {
    fn fail(&self, kind: ErrorKind, what: &str, hint: &str) -> Outcome {
        Outcome::of_failed_link(self.error(kind, what, hint))
    }

    fn error(&self, kind: ErrorKind, what: &str, hint: &str) -> TransportError {
        let mut message = format!("{} {what} (HTTP {})", self.origin.endpoint, self.status.as_u16());
        if !hint.is_empty() {
            message.push_str(&format!(": {hint}"));
        }
        if !self.says.is_empty() {
            message.push_str(&format!("; it says: {}", self.says));
        }
        TransportError::new(kind, message).with_status(self.status.as_u16())
    }

    fn refuse(&self, kind: RefusalKind, what: &str) -> Outcome {
        let mut reason = format!("{what} (HTTP {})", self.status.as_u16());
        if !self.says.is_empty() {
            reason.push_str(&format!("; it says: {}", self.says));
        }
        Outcome::Refused(Refusal::new(kind, reason))
    }

    /// The page that comes with a redirect repeats it, and is not shown.
    fn redirect(self, location: Option<&str>) -> Outcome {
        let target = location
            .and_then(|location| self.origin.url.join(location).ok())
            .and_then(|url| Endpoint::parse(url.as_str()).ok())
            .map(|target| excerpt(&target.to_string(), self.origin.token));
        let message = Self {
            says: String::new(),
            ..self
        };
        match target {
            Some(target) => message.fail(
                ErrorKind::Misdirected,
                &format!("redirects to {target}"),
                "it is not followed, since the access token must not go to another host; if it is the right address, \
                 set the URL to it",
            ),
            None => message.fail(ErrorKind::Misdirected, "answers as no jKool service does", CHECK_URL),
        }
    }
}

/// Reads `Retry-After`: seconds, or a date. A date that has passed asks for no delay.
fn retry_after(value: &str, now: impl FnOnce() -> SystemTime) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now()).unwrap_or_default())
}
#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

    use super::*;

    const TOKEN: &str = "canary-token";
    /// 2015-10-21 07:28:00 UTC.
    const NOW: u64 = 1_445_412_480;

    type Headers = [(&'static str, &'static str)];

    fn judged(status: u16, headers: &Headers, body: &str) -> Outcome {
        let answer = Answer {
            status: StatusCode::from_u16(status).unwrap(),
            headers: headers
                .iter()
                .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
                .collect::<HeaderMap>(),
            body: Bytes::copy_from_slice(body.as_bytes()),
        };
        let url = Url::parse("https://jkool.test/JESL").unwrap();
        let origin = Origin {
            endpoint: &Endpoint::parse(url.as_str()).unwrap(),
            url: &url,
            token: &AccessToken::new(TOKEN),
        };
        outcome(&answer, &origin, || {
            SystemTime::UNIX_EPOCH + Duration::from_secs(NOW)
        })
    }

    /// `delivered`, `refused KIND`, or `not sent KIND` and `unknown KIND`; and the text.
    fn named(outcome: &Outcome) -> (String, String) {
        match outcome {
            Outcome::Delivered => ("delivered".to_owned(), String::new()),
            Outcome::Refused(refusal) => (format!("refused {:?}", refusal.kind()), refusal.to_string()),
            Outcome::NotSent(error) => (format!("not sent {:?}", error.kind()), error.to_string()),
            Outcome::Unknown(error) => (format!("unknown {:?}", error.kind()), error.to_string()),
            other => (format!("{other:?}"), String::new()),
        }
    }

    #[test]
    fn every_status_has_its_outcome() {
        let expected = |status: u16| match status {
            200..=299 => "delivered",
            400 | 422 => "refused Invalid",
            413 => "refused TooLarge",
            401 | 403 => "not sent Unauthorized",
            407 => "not sent Proxy",
            501 | 505 => "not sent Misdirected",
            408 | 425 | 429 | 500..=599 => "unknown Busy",
            _ => "not sent Misdirected",
        };
        for status in 100..=999 {
            let outcome = judged(status, &[], "");
            let (name, text) = named(&outcome);
            assert_eq!(name, expected(status), "{status}");
            if let Outcome::NotSent(error) | Outcome::Unknown(error) = &outcome {
                assert_eq!(error.status(), Some(status));
                assert!(text.contains("https://jkool.test/JESL"), "{text}");
            }
            assert!(
                text.is_empty() || text.contains(&format!("(HTTP {status})")),
                "{text}"
            );
        }
    }

    #[test]
    fn bodies_decide_where_the_status_does_not() {
        let refusal = "<access-resp><token>t</token><success>false</success><reason>expired &amp; gone</reason></access-resp>";
        let grant = "<access-resp><success>true</success></access-resp>";
        let html = [("content-type", "text/html; charset=utf-8")];
        let cases: &[(u16, &Headers, &str, &str, &str)] = &[
            (200, &[], "{\"ok\":true}", "delivered", ""),
            (202, &[], grant, "delivered", ""),
            (
                200,
                &[],
                refusal,
                "not sent Unauthorized",
                "it says: expired & gone",
            ),
            (
                400,
                &[],
                refusal,
                "not sent Unauthorized",
                "it says: expired & gone",
            ),
            (
                401,
                &[],
                refusal,
                "not sent Unauthorized",
                "it says: expired & gone",
            ),
            (500, &[], refusal, "unknown Busy", "it says: expired & gone"),
            (400, &[], grant, "refused Invalid", ""),
            (
                200,
                &[],
                "<!DOCTYPE html><p>log in",
                "not sent Misdirected",
                "answers with a web page",
            ),
            (
                200,
                &[],
                "\u{feff}\n <HTML>",
                "not sent Misdirected",
                "answers with a web page",
            ),
            (
                200,
                &html,
                "<?xml version='1.0'?><html/>",
                "not sent Misdirected",
                "answers with a web page",
            ),
            (200, &html, "", "delivered", ""),
            (200, &html, "ok", "delivered", ""),
            (200, &html, grant, "delivered", ""),
            (
                404,
                &html,
                "<html>secret page",
                "not sent Misdirected",
                "check the URL and its path",
            ),
            (
                400,
                &[],
                "no field \"type\"",
                "refused Invalid",
                "it says: no field \"type\"",
            ),
            (413, &[], "", "refused TooLarge", "too large (HTTP 413)"),
            (503, &[], "over\nloaded", "unknown Busy", "it says: over loaded"),
        ];
        for (status, headers, body, name, part) in cases {
            let (got, text) = named(&judged(*status, headers, body));
            assert_eq!(
                (got.as_str(), text.contains(part)),
                (*name, true),
                "{status} {body}: {text}"
            );
            assert!(!text.contains("secret page"), "{text}");
        }
    }

    #[test]
    fn reads_how_long_to_wait() {
        let delay = |status, value| match judged(status, &[("retry-after", value)], "") {
            Outcome::Unknown(error) | Outcome::NotSent(error) => {
                error.retry_after().map(|delay| delay.as_secs())
            }
            other => panic!("{other:?}"),
        };
        for status in [408, 425, 429, 500, 503] {
            assert_eq!(delay(status, "120"), Some(120), "{status}");
        }
        assert_eq!(delay(503, " 0 "), Some(0));
        assert_eq!(delay(503, "Wed, 21 Oct 2015 07:29:30 GMT"), Some(90));
        assert_eq!(
            delay(503, "Wed, 21 Oct 2015 07:00:00 GMT"),
            Some(0),
            "a date that has passed"
        );
        for nonsense in ["", "soon", "-1", "1.5", "99999999999999999999999"] {
            assert_eq!(delay(503, nonsense), None, "{nonsense}");
        }
        assert_eq!(delay(401, "120"), None, "a hold has its own rhythm");
    }

    #[test]
    fn names_where_a_redirect_leads_without_its_secrets() {
        for (location, target) in [
            (
                "https://u:canary-token@other.test/a?key=canary-token",
                "redirects to https://other.test/a (HTTP 307)",
            ),
            (
                "//other.test:8443/canary-token",
                "redirects to https://other.test:8443/[redacted] (HTTP 307)",
            ),
            ("/login", "redirects to https://jkool.test/login (HTTP 307)"),
            ("mailto:x", "answers as no jKool service does (HTTP 307)"),
            ("http://", "answers as no jKool service does (HTTP 307)"),
        ] {
            let (name, text) = named(&judged(307, &[("location", location)], "moved canary-token"));
            assert_eq!(name, "not sent Misdirected");
            assert!(
                text.contains(target) && !text.contains(TOKEN),
                "{location}: {text}"
            );
        }
    }

    #[test]
    fn never_shows_the_token() {
        for status in [400, 401, 404, 500] {
            let outcome = judged(status, &[], &format!("bad key {TOKEN}"));
            let text = format!("{outcome:?} {}", named(&outcome).1);
            assert!(
                !text.contains(TOKEN) && text.contains("bad key [redacted]"),
                "{text}"
            );
        }
    }
}

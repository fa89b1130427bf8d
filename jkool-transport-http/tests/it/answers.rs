//! What becomes of records when the far end answers oddly, or not at all.

use std::time::Duration;

use jkool_transport::{ErrorKind, Outcome};

use crate::exchange::{TOKEN, chain, connect, event, failed, http, names, send, send_one};
use crate::server::{Server, Step, answer, refusing};

#[tokio::test]
async fn a_refused_connection_is_retried_and_nothing_was_sent() {
    let (_socket, address) = refusing();
    let url = format!("http://{address}");
    let (error, is_not_sent) = failed(send_one(http(&url)).await);
    assert_eq!(
        (error.kind(), is_not_sent),
        (ErrorKind::Connect, true),
        "{error:?}"
    );
    assert!(error.to_string().contains(&url), "{error}");
    assert!(chain(&error).contains("refused"), "{error:?}");
}

#[tokio::test]
async fn an_unknown_host_does_not_resolve() {
    let url = "http://no-such-host.invalid:6580/JESL";
    let (error, is_not_sent) = failed(send_one(http(url).allow_plaintext(true)).await);
    assert_eq!(
        (error.kind(), is_not_sent),
        (ErrorKind::Resolve, true),
        "{error:?}"
    );
    assert!(
        error
            .to_string()
            .contains("no-such-host.invalid does not resolve"),
        "{error}"
    );
}

#[tokio::test]
async fn a_reset_leaves_the_record_in_doubt_and_the_next_one_passes() {
    for step in [Step::ResetConnection, Step::ResetAfterRequest] {
        let server = Server::plain([step.clone()]).await;
        let link = connect(http(&server.url())).await;
        let (result, mut outcomes) = send(&*link, [event("one")]).await;
        let (error, is_not_sent) = failed(outcomes.remove(0));
        assert_eq!(
            (error.kind(), is_not_sent),
            (ErrorKind::Io, false),
            "{step:?}: {error:?}"
        );
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Io);
        let (result, outcomes) = send(&*link, [event("two")]).await;
        assert!(result.is_ok());
        assert_eq!(names(&outcomes), ["Delivered"]);
        assert_eq!(server.records(), [crate::exchange::body("two")]);
    }
}

#[tokio::test]
async fn silence_is_a_time_out() {
    let server = Server::plain([Step::Stall]).await;
    let (error, is_not_sent) = failed(send_one(http(&server.url()).timeout(Duration::from_secs(2))).await);
    assert_eq!(
        (error.kind(), is_not_sent),
        (ErrorKind::Timeout, false),
        "{error:?}"
    );
    assert!(error.to_string().contains("within 2s"), "{error}");
    assert_eq!(server.requests().len(), 1, "the far end had the record");
}

#[tokio::test]
async fn a_success_that_breaks_off_is_in_doubt() {
    for cut in [
        "HTTP/1.1 20",
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    ] {
        let server = Server::plain([Step::RawThenClose(cut.as_bytes().to_vec())]).await;
        let (error, is_not_sent) = failed(send_one(http(&server.url())).await);
        assert_eq!(
            (error.kind(), is_not_sent),
            (ErrorKind::Io, false),
            "{cut}: {error:?}"
        );
    }
}

#[tokio::test]
async fn a_body_that_never_ends_is_a_time_out() {
    let server = Server::plain([Step::Raw(
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf".to_vec(),
    )])
    .await;
    let (error, _) = failed(send_one(http(&server.url()).timeout(Duration::from_millis(200))).await);
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error:?}");
}

#[tokio::test]
async fn a_failure_that_breaks_off_is_still_known() {
    let cut = b"HTTP/1.1 401 No\r\nContent-Length: 100\r\n\r\ntoken expired".to_vec();
    let server = Server::plain([Step::RawThenClose(cut)]).await;
    let (error, is_not_sent) = failed(send_one(http(&server.url())).await);
    assert_eq!(
        (error.kind(), is_not_sent),
        (ErrorKind::Unauthorized, true),
        "{error:?}"
    );
    assert!(error.to_string().ends_with("it says: token expired"), "{error}");
}

#[tokio::test]
async fn what_is_no_http_is_no_success() {
    let server = Server::plain([Step::RawThenClose(b"SSH-2.0-OpenSSH_9.9\r\n".to_vec())]).await;
    let (error, _) = failed(send_one(http(&server.url())).await);
    assert_eq!(error.kind(), ErrorKind::Io, "{error:?}");
}

#[tokio::test]
async fn a_redirect_is_never_followed() {
    let elsewhere = Server::plain([]).await;
    for status in [301, 302, 303, 307, 308] {
        let location = format!("Location: {}/there?key=1", elsewhere.url());
        let server = Server::plain([Step::answer(status, &[&location], "moved")]).await;
        let (error, is_not_sent) = failed(send_one(http(&server.url())).await);
        assert_eq!(
            (error.kind(), is_not_sent),
            (ErrorKind::Misdirected, true),
            "{error:?}"
        );
        let target = format!("redirects to {}/there (HTTP {status})", elsewhere.url());
        assert!(error.to_string().contains(&target), "{error}");
        assert_eq!(error.status(), Some(status));
    }
    assert_eq!(elsewhere.connections(), 0);
}

#[tokio::test]
async fn a_huge_body_is_not_read_to_its_end() {
    let huge = format!("{}{}", "x".repeat(70 << 10), "y".repeat(30 << 20));
    let server = Server::plain([Step::answer(500, &[], &huge)]).await;
    let link = connect(http(&server.url())).await;
    let (result, mut outcomes) = send(&*link, [event("one")]).await;
    result.unwrap();
    let (error, _) = failed(outcomes.remove(0));
    assert_eq!((error.kind(), error.status()), (ErrorKind::Busy, Some(500)));
    assert!(error.to_string().len() < 500, "{error}");
    let (result, outcomes) = send(&*link, [event("two")]).await;
    result.unwrap();
    assert_eq!(names(&outcomes), ["Delivered"]);
    assert_eq!(server.connections(), 2, "the first connection is given up");
}

#[tokio::test]
async fn a_web_page_and_a_refused_access_are_no_success() {
    let page = "<!doctype html><title>Log in</title>";
    let refusal = "<access-resp><success>false</success><reason>unknown token</reason></access-resp>";
    let server = Server::plain([Step::answer(200, &[], page), Step::answer(200, &[], refusal)]).await;
    let link = connect(http(&server.url())).await;
    let (result, mut outcomes) = send(&*link, [event("one")]).await;
    assert!(result.is_ok(), "the link itself is sound: {result:?}");
    assert_eq!(failed(outcomes.remove(0)).0.kind(), ErrorKind::Misdirected);
    let (result, mut outcomes) = send(&*link, [event("one")]).await;
    let (error, is_not_sent) = failed(outcomes.remove(0));
    assert_eq!((error.kind(), is_not_sent), (ErrorKind::Unauthorized, true));
    assert!(error.to_string().ends_with("it says: unknown token"), "{error}");
    assert_eq!(
        result.unwrap_err().kind(),
        ErrorKind::Unauthorized,
        "a new transport reads the token anew"
    );
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_busy_far_end_says_how_long_to_wait() {
    let later = httpdate::fmt_http_date(std::time::SystemTime::now() + Duration::from_secs(600));
    let dated = format!("Retry-After: {later}");
    let server = Server::plain([
        Step::answer(429, &["Retry-After: 7"], ""),
        Step::answer(503, &[&dated], ""),
        Step::answer(503, &[], ""),
    ])
    .await;
    let link = connect(http(&server.url())).await;
    let mut delays = Vec::new();
    for _ in 0..3 {
        let (result, mut outcomes) = send(&*link, [event("one")]).await;
        result.unwrap();
        let (error, _) = failed(outcomes.remove(0));
        assert_eq!(error.kind(), ErrorKind::Busy);
        delays.push(error.retry_after());
    }
    assert_eq!((delays[0], delays[2]), (Some(Duration::from_secs(7)), None));
    let dated = delays[1].unwrap().as_secs();
    assert!((500..=600).contains(&dated), "{dated}");
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn an_echo_of_the_token_and_control_characters_are_not_shown() {
    let echo = format!("bad key {TOKEN}\u{1b}[2J\r\n");
    let server = Server::plain([Step::answer(400, &[], &echo), Step::answer(404, &[], &echo)]).await;
    let link = connect(http(&server.url())).await;
    let (_, outcomes) = send(&*link, [event("one")]).await;
    let Outcome::Refused(refusal) = &outcomes[0] else {
        panic!("{outcomes:?}");
    };
    assert!(
        refusal
            .reason()
            .ends_with(r"it says: bad key [redacted]\u{1b}[2J"),
        "{refusal}"
    );
    let (_, mut outcomes) = send(&*link, [event("two")]).await;
    let text = chain(&failed(outcomes.remove(0)).0);
    assert!(!text.contains(TOKEN) && !text.contains('\u{1b}'), "{text}");
}

#[tokio::test]
async fn an_answer_that_comes_before_the_whole_request_is_heard() {
    // What a server does with a body that it will not take.
    let server = Server::plain([Step::RawThenClose(answer(
        413,
        &["Connection: close"],
        "too much",
    ))])
    .await;
    let outcome = send_one(http(&server.url())).await;
    assert!(
        matches!(&outcome, Outcome::Refused(refusal) if refusal.reason().contains("too much")),
        "{outcome:?}"
    );
}

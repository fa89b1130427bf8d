//! What `build` refuses.

use std::time::Duration;

use jkool_transport::{Connect, ErrorKind};
use jkool_transport_http::{DEFAULT_URL, Http, HttpBuilder};

use crate::exchange::{TOKEN, http};

fn problem(builder: HttpBuilder) -> String {
    let error = builder.build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    error.to_string()
}

#[test]
fn the_default_is_the_address_of_the_seed() {
    let http = Http::builder(TOKEN)
        .tls(crate::certificates::some_ca())
        .build()
        .unwrap();
    assert_eq!(http.endpoint().to_string(), DEFAULT_URL);
}

#[test]
fn names_what_is_wrong_with_a_url() {
    for (url, part) in [
        ("", "is no address"),
        ("data.jkoolcloud.com", "is no address"),
        ("localhost:6580", "is no address"),
        ("mqtt://broker", "begins with https://"),
        ("https://", "is no address"),
        ("https://me:canary@host/JESL", "user or password"),
    ] {
        let text = problem(http(url));
        assert!(text.contains(part) && !text.contains("canary"), "{url}: {text}");
    }
}

#[test]
fn the_token_goes_unencrypted_only_to_this_machine() {
    for url in ["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1"] {
        http(url).build().unwrap();
        http(url).proxy("http://127.0.0.1:3128").build().unwrap();
        let text = problem(http(url).proxy("http://proxy.test:3128"));
        assert!(text.contains("unencrypted"), "{text}");
    }
    for url in [
        "http://jkool.test",
        "http://10.0.0.1:6580/JESL",
        "http://localhost.jkool.test",
    ] {
        let text = problem(http(url));
        assert!(
            text.contains("unencrypted") && text.contains("allow_plaintext(true)"),
            "{text}"
        );
        http(url).allow_plaintext(true).build().unwrap();
    }
}

#[test]
fn waiting_no_time_at_all_is_an_error() {
    assert!(problem(http("http://localhost").timeout(Duration::ZERO)).starts_with("timeout is zero"));
    let text = problem(http("http://localhost").connect_timeout(Duration::ZERO));
    assert!(text.starts_with("connect_timeout is zero"), "{text}");
}

#[test]
fn a_bad_proxy_and_bad_tls_options_show_at_once() {
    let text = problem(http("https://jkool.test").proxy("ftp://proxy.test"));
    assert!(
        text.contains("the proxy, ftp://proxy.test, has an unknown scheme"),
        "{text}"
    );
    let tls = jkool_transport::TlsOptions::new().ca_certs_file("/no/such/roots.pem");
    let text = problem(http("https://jkool.test").tls(tls));
    assert!(text.contains("/no/such/roots.pem"), "{text}");
}

#[tokio::test]
async fn a_bad_token_shows_when_connecting() {
    for token in ["", "two words", "ü"] {
        let http = Http::builder(token).url("http://localhost:1").build().unwrap();
        let error = http.connect().await.err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    }
}

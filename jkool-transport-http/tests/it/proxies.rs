//! Through proxies: given, and from the environment.

use std::time::Duration;

use jkool_transport::{ErrorKind, Outcome};
use jkool_transport_http::{Http, Proxy};

use crate::certificates::Authority;
use crate::exchange::{TOKEN, chain, failed, http, send_one};
use crate::server::{Server, Step, refusing};
use crate::tunnels::{Kind, PASSWORD, Tunnel, USER};

const FAR_END: &str = "https://jkool.test/JESL";

/// A TLS far end known as jkool.test, and the authority of its certificate.
async fn far_end() -> (Server, Authority) {
    let authority = Authority::new();
    let server = Server::tls(authority.identity("jkool.test").acceptor()).await;
    (server, authority)
}

fn given(scheme: &str, tunnel: &Tunnel) -> Proxy {
    Proxy::new(format!("{scheme}://{}", tunnel.address()))
}

#[tokio::test]
async fn streams_through_proxies_with_credentials() {
    for (kind, scheme, asked) in [
        (Kind::Connect, "http", "CONNECT jkool.test:443 HTTP/1.1"),
        (Kind::Socks, "socks5h", "jkool.test:443"),
    ] {
        let (server, authority) = far_end().await;
        let tunnel = Tunnel::new(kind, server.address()).await;
        let in_url = Proxy::new(format!("{scheme}://{USER}:p%40ss%2Fword@{}", tunnel.address()));
        for proxy in [given(scheme, &tunnel).credentials(USER, PASSWORD), in_url] {
            let outcome = send_one(http(FAR_END).proxy(proxy).tls(authority.trusted())).await;
            assert!(matches!(outcome, Outcome::Delivered), "{kind:?}: {outcome:?}");
        }
        assert_eq!(tunnel.asked(), [asked, asked]);
        assert_eq!(server.records().len(), 2);
        let request = server.requests().remove(0);
        assert_eq!(
            request.header("proxy-authorization"),
            None,
            "the far end hears nothing of the proxy"
        );
    }
}

#[tokio::test]
async fn socks5_resolves_here_and_socks5h_there() {
    let server = Server::plain([]).await;
    let tunnel = Tunnel::new(Kind::Socks, server.address()).await;
    let (local, remote) = ("http://localhost:81/", "http://no-such-host.invalid:81/");
    for (scheme, url) in [("socks5", local), ("socks5h", remote)] {
        let proxy = given(scheme, &tunnel).credentials(USER, PASSWORD);
        let outcome = send_one(http(url).allow_plaintext(true).proxy(proxy)).await;
        assert!(matches!(outcome, Outcome::Delivered), "{scheme}: {outcome:?}");
    }
    let asked = tunnel.asked();
    assert!(
        asked[0].starts_with("address ") && asked[0].ends_with(":81"),
        "{asked:?}"
    );
    assert_eq!(asked[1], "no-such-host.invalid:81");

    let proxy = given("socks5", &tunnel).credentials(USER, PASSWORD);
    let (error, _) = failed(send_one(http(remote).allow_plaintext(true).proxy(proxy)).await);
    assert_eq!(error.kind(), ErrorKind::Resolve, "{}", chain(&error));
}

#[tokio::test]
async fn a_plain_request_goes_to_the_proxy_as_a_whole() {
    let server = Server::plain([
        Step::answer(202, &[], ""),
        Step::answer(407, &["Proxy-Authenticate: Basic"], ""),
    ])
    .await;
    let builder = || {
        let proxy = Proxy::new(format!("http://{}", server.address())).credentials(USER, PASSWORD);
        http("http://jkool.test/JESL").allow_plaintext(true).proxy(proxy)
    };
    assert!(matches!(send_one(builder()).await, Outcome::Delivered));
    let request = server.requests().remove(0);
    assert_eq!(request.target, "POST http://jkool.test/JESL HTTP/1.1");
    assert_eq!(
        request.header("proxy-authorization"),
        Some("Basic dXNlcjpwQHNzL3dvcmQ=")
    );
    let (error, is_not_sent) = failed(send_one(builder()).await);
    assert_eq!(
        (error.kind(), is_not_sent, error.status()),
        (ErrorKind::Proxy, true, Some(407))
    );
}

#[tokio::test]
async fn says_what_a_proxy_did_not_like() {
    let (server, authority) = far_end().await;
    for (kind, scheme, password, expected, part) in [
        (
            Kind::Connect,
            "http",
            "wrong",
            ErrorKind::Proxy,
            "wants other credentials",
        ),
        (
            Kind::Socks,
            "socks5h",
            "wrong",
            ErrorKind::Proxy,
            "wants other credentials",
        ),
        (
            Kind::SocksRefusing(2),
            "socks5h",
            PASSWORD,
            ErrorKind::Proxy,
            "forbids the connection",
        ),
        (
            Kind::SocksRefusing(5),
            "socks5h",
            PASSWORD,
            ErrorKind::Connect,
            "cannot connect us",
        ),
        (
            Kind::ConnectWithoutWay,
            "http",
            PASSWORD,
            ErrorKind::Connect,
            "cannot connect us",
        ),
    ] {
        let tunnel = Tunnel::new(kind, server.address()).await;
        let proxy = given(scheme, &tunnel).credentials(USER, password);
        let (error, is_not_sent) =
            failed(send_one(http(FAR_END).proxy(proxy).tls(authority.trusted())).await);
        assert_eq!(
            (error.kind(), is_not_sent),
            (expected, true),
            "{kind:?}: {}",
            chain(&error)
        );
        let text = error.to_string();
        assert!(
            text.contains(part) && text.contains("https://jkool.test/JESL"),
            "{kind:?}: {text}"
        );
        assert!(
            text.contains(&format!("{scheme}://{}", tunnel.address())),
            "{text}"
        );
    }
    let tunnel = Tunnel::new(Kind::Socks, server.address()).await;
    let (error, _) = failed(
        send_one(
            http(FAR_END)
                .proxy(given("socks5h", &tunnel))
                .tls(authority.trusted()),
        )
        .await,
    );
    assert_eq!(
        error.kind(),
        ErrorKind::Proxy,
        "without credentials: {}",
        chain(&error)
    );
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_proxy_that_is_not_there_or_silent_is_no_connection() {
    let (server, authority) = far_end().await;
    let silent = Tunnel::new(Kind::Silent, server.address()).await;
    let (_socket, gone) = refusing();
    for scheme in ["http", "socks5h"] {
        for address in [silent.address(), gone] {
            let proxy = Proxy::new(format!("{scheme}://{address}")).credentials(USER, PASSWORD);
            let builder = http(FAR_END)
                .proxy(proxy)
                .tls(authority.trusted())
                .connect_timeout(Duration::from_millis(300));
            let (error, is_not_sent) = failed(send_one(builder).await);
            assert_eq!(
                (error.kind(), is_not_sent),
                (ErrorKind::Connect, true),
                "{}",
                chain(&error)
            );
            assert!(error.to_string().contains(&address.to_string()), "{error}");
            let is_named = error
                .to_string()
                .contains("cannot be reached on the way to https://jkool.test/JESL");
            assert_eq!(is_named, address == gone, "{error}");
        }
    }
}

#[tokio::test]
async fn no_credential_of_a_proxy_is_shown() {
    let (server, authority) = far_end().await;
    for (kind, scheme) in [
        (Kind::Connect, "http"),
        (Kind::Socks, "socks5h"),
        (Kind::Silent, "http"),
    ] {
        let tunnel = Tunnel::new(kind, server.address()).await;
        let proxy = Proxy::new(format!("{scheme}://user:canary-1@{}", tunnel.address()));
        for proxy in [proxy.clone(), proxy.credentials("canary-2", "canary-3")] {
            let builder = http(FAR_END)
                .proxy(proxy)
                .tls(authority.trusted())
                .connect_timeout(Duration::from_millis(300));
            let shown = format!("{builder:?} {:?}", builder.clone().build().unwrap());
            let (error, _) = failed(send_one(builder).await);
            let text = format!("{shown} {}", chain(&error));
            assert!(!text.contains("canary-1") && !text.contains("canary-3"), "{text}");
            assert!(!text.contains("canary-2"), "{text}");
        }
    }
}

#[tokio::test]
async fn a_proxy_whose_name_does_not_resolve_is_named() {
    for scheme in ["http", "socks5h"] {
        let proxy = format!("{scheme}://no-such-proxy.invalid:3128");
        let builder = http(FAR_END).proxy(proxy).tls(Authority::new().trusted());
        let (error, is_not_sent) = failed(send_one(builder).await);
        assert!(
            matches!(error.kind(), ErrorKind::Resolve | ErrorKind::Connect) && is_not_sent,
            "{}",
            chain(&error)
        );
        assert!(error.to_string().contains("no-such-proxy.invalid"), "{error}");
    }
}

/// The environment belongs to the whole process, so a child process sends.
#[tokio::test]
async fn the_environment_names_a_proxy() {
    let (server, authority) = far_end().await;
    let tunnel = Tunnel::new(Kind::Connect, server.address()).await;
    let proxy = format!("http://{USER}:p%40ss%2Fword@{}", tunnel.address());
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        let said = child(FAR_END, &authority, &[(name, &proxy)]).await;
        assert!(said.contains("outcome: Delivered"), "{name}: {said}");
    }
    assert_eq!((tunnel.asked().len(), server.records().len()), (3, 3));

    let wrong = format!("http://user:canary@{}", tunnel.address());
    let said = child(FAR_END, &authority, &[("HTTPS_PROXY", &wrong)]).await;
    assert!(
        said.contains("the proxy that the environment names wants other credentials"),
        "{said}"
    );
    assert!(!said.contains("canary"), "{said}");

    let asked = tunnel.asked().len();
    let local = server.url();
    let said = child(&local, &authority, &[("HTTPS_PROXY", &proxy)]).await;
    assert!(
        said.contains("another host"),
        "a far end on this machine is reached directly: {said}"
    );
    let exempt = [("HTTPS_PROXY", proxy.as_str()), ("NO_PROXY", "jkool.test")];
    let said = child(FAR_END, &authority, &exempt).await;
    assert!(said.contains("jkool.test does not resolve"), "{said}");
    assert_eq!(tunnel.asked().len(), asked);
}

async fn child(url: &str, authority: &Authority, environment: &[(&str, &str)]) -> String {
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command.args([
        "--exact",
        "proxies::sends_by_its_environment",
        "--ignored",
        "--nocapture",
    ]);
    for name in [
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
        "REQUEST_METHOD",
    ] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    command
        .env("JKOOL_TEST_URL", url)
        .env("JKOOL_TEST_CA", authority.pem())
        .envs(environment.iter().copied());
    let output = tokio::task::spawn_blocking(move || command.output())
        .await
        .unwrap()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[tokio::test]
#[ignore = "the child process of the_environment_names_a_proxy"]
async fn sends_by_its_environment() {
    let url = std::env::var("JKOOL_TEST_URL").unwrap();
    let tls = jkool_transport::TlsOptions::new().ca_certs_pem(std::env::var("JKOOL_TEST_CA").unwrap());
    let builder = Http::builder(TOKEN).url(url).tls(tls);
    match send_one(builder).await {
        Outcome::NotSent(error) | Outcome::Unknown(error) => println!("outcome: {}", chain(&error)),
        outcome => println!("outcome: {outcome:?}"),
    }
}

//! HTTPS, with certificates of our own making.

use jkool_collector::Collector;

use crate::command::{TOKEN, run};
#[cfg(all(unix, not(target_vendor = "apple")))]
use crate::command::{finish, jkool};
use crate::far_end::FarEnd;

fn far_end(names: &[&str]) -> (FarEnd, String) {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    let (certificate, key) = (made.cert.pem(), made.signing_key.serialize_pem());
    (
        FarEnd::with(Collector::builder().token(TOKEN).tls(certificate.clone(), key)),
        certificate,
    )
}

#[test]
fn an_unknown_certificate_is_not_trusted() {
    let (far_end, _) = far_end(&["localhost", "127.0.0.1"]);
    let url = far_end.url();
    assert!(url.starts_with("https://"));
    run(["m", "--https", TOKEN, "--url", &url]).assert_failed(4, &[&url, "certificate"]);
    run(["check", "--https", TOKEN, "--url", &url]).assert_failed(4, &[&url, "certificate"]);
    assert_eq!(far_end.stats().requests, 0);
}

/// Where the system keeps its roots in files, `SSL_CERT_FILE` names another one.
#[cfg(all(unix, not(target_vendor = "apple")))]
#[test]
fn a_trusted_certificate_is_enough() {
    let (far_end, certificate) = far_end(&["localhost", "127.0.0.1"]);
    let folder = tempfile::tempdir().unwrap();
    let roots = folder.path().join("roots.pem");
    std::fs::write(&roots, certificate).unwrap();
    for url in [
        far_end.url(),
        format!("https://localhost:{}/JESL", far_end.port()),
    ] {
        let arguments = ["m", "--https", TOKEN, "--url", &url];
        finish(jkool().args(arguments).env("SSL_CERT_FILE", &roots)).assert_quiet_success();
    }
    assert_eq!(far_end.stats().accepted, 2);
}

#[cfg(all(unix, not(target_vendor = "apple")))]
#[test]
fn a_certificate_for_another_name_is_not_trusted() {
    let (far_end, certificate) = far_end(&["other.example"]);
    let folder = tempfile::tempdir().unwrap();
    let roots = folder.path().join("roots.pem");
    std::fs::write(&roots, certificate).unwrap();
    let url = far_end.url();
    let done = finish(
        jkool()
            .args(["m", "--https", TOKEN, "--url", &url])
            .env("SSL_CERT_FILE", &roots),
    );
    done.assert_failed(4, &[&url]);
    assert_eq!(far_end.stats().requests, 0);
}

#[test]
fn https_to_a_plain_port_is_told() {
    let plain = FarEnd::start();
    let url = plain.url().replace("http://", "https://");
    run(["m", "--https", TOKEN, "--url", &url, "--timeout", "0.5"]).assert_failed(4, &[&url]);
}

//! What is built, and what is not.

use std::error::Error;

use jkool_transport::testing::Recording;
use rstest::rstest;

use super::*;
use crate::{Client, RateLimit};

fn built(variables: &[(&str, &str)]) -> Result<Client, BuildError> {
    let variable = |name: &str| {
        variables
            .iter()
            .find(|(other, _)| *other == name)
            .map(|(_, value)| (*value).to_owned())
    };
    ClientBuilder::from_variables(variable).build()
}

fn error(builder: ClientBuilder) -> String {
    builder.build().unwrap_err().to_string()
}

#[test]
fn faults_are_told_by_build_with_what_to_do() {
    assert!(error(Client::builder()).starts_with("no destination: call `http(token)`"));
    assert!(error(Client::builder().transport(Recording::new()).in_flight(0)).starts_with("`in_flight(0)`"));
    assert!(error(Client::builder().url("gopher://hole")).starts_with("no transport for \"gopher\" URLs"));
}

#[cfg(feature = "http")]
#[test]
fn a_url_needs_a_token_and_may_be_wrong() {
    assert!(error(Client::builder().url("https://data.example.com")).starts_with("no access token"));
    let fault = Client::builder()
        .http("canary")
        .url("https://")
        .build()
        .unwrap_err();
    assert!(fault.source().is_some());
    assert!(!format!("{fault:?} {fault}").contains("canary"));
}

#[cfg(feature = "http")]
#[rstest]
#[case(&[("JKOOL_TOKEN", "t")], "https://data.jkoolcloud.com")]
#[case(&[("JKOOL_TOKEN_FILE", "/no/such/file"), ("JKOOL_URL", "https://stream.meshiq.com")], "https://stream.meshiq.com")]
#[case(&[("JKOOL_TOKEN", "t"), ("JKOOL_TOKEN_FILE", ""), ("JKOOL_LEVEL", "warn")], "https://data.jkoolcloud.com")]
fn the_environment_is_enough(#[case] variables: &[(&str, &str)], #[case] endpoint: &str) {
    assert_eq!(built(variables).unwrap().endpoint().to_string(), endpoint);
}

#[rstest]
#[case("JKOOL_LEVEL", "loud")]
#[case("JKOOL_SOURCE_FQN", "APPL")]
fn a_fault_of_the_environment_names_the_variable(#[case] name: &str, #[case] value: &str) {
    let fault = built(&[("JKOOL_TOKEN", "t"), (name, value)]).unwrap_err();
    assert_eq!(
        fault.to_string(),
        format!("the environment variable {name} has an unusable value")
    );
    assert!(fault.source().unwrap().to_string().contains(value));
}

#[test]
fn no_debug_shows_a_secret() {
    let builder = Client::builder().http("canary").url("https://user:canary@host/");
    assert!(!format!("{builder:?}").contains("canary"));
}

#[test]
fn filters_that_make_no_sense_are_told() {
    let builder = || Client::builder().transport(Recording::new());
    for share in [f64::NAN, -0.1, 1.000_001, f64::INFINITY] {
        let expected = format!("`sample({share})` is no share of the whole");
        assert!(error(builder().sample(share)).starts_with(&expected));
    }
    for share in [0.0, -0.0, 1.0] {
        assert!(builder().sample(share).build().is_ok());
    }
    let rate = |limit| error(builder().rate_limit(limit));
    assert!(
        rate(RateLimit::per_second(0).burst(9)).starts_with("`RateLimit::per_second(0)` would let nothing")
    );
    assert!(rate(RateLimit::per_second(9).burst(0)).starts_with("`RateLimit::burst(0)` would let nothing"));
    assert!(builder().suppress_repeats(Duration::ZERO).build().is_ok());
}

//! Source FQNs, strict and lenient.

use jkool_model::{ParseSourceFqnError, SourceFqn, SourceFqnErrorKind, SourceType};
use rstest::rstest;

use SourceFqnErrorKind::{
    DoubledEquals, Empty, EmptyElement, EmptyName, EmptyVariable, ForbiddenCharacter, MissingEquals, TooLong,
    TooManyElements, UnknownType,
};

type Outcome = Result<&'static str, (SourceFqnErrorKind, usize)>;

fn outcome(parsed: Result<SourceFqn, ParseSourceFqnError>) -> Result<String, (SourceFqnErrorKind, usize)> {
    parsed
        .map(|source| source.to_string())
        .map_err(|error| (error.kind(), error.position()))
}

#[rstest]
#[case("APPL=a#SERVER=b", Ok("APPL=a#SERVER=b"), Ok("APPL=a#SERVER=b"))]
#[case("APPL=a#APPL=b", Ok("APPL=a#APPL=b"), Ok("APPL=a#APPL=b"))]
#[case(
    "GEOADDR=52.52437,13.41053",
    Ok("GEOADDR=52.52437,13.41053"),
    Ok("GEOADDR=52.52437,13.41053")
)]
#[case("APPL=?#SERVER=$HOST", Ok("APPL=?#SERVER=$HOST"), Ok("APPL=?#SERVER=$HOST"))]
#[case("APPL=a=b", Ok("APPL=a=b"), Ok("APPL=a=b"))]
#[case("APPL=", Err((EmptyName, 5)), Err((EmptyName, 5)))]
#[case("APPL= ", Ok("APPL= "), Err((EmptyName, 6)))]
#[case("APPL", Err((MissingEquals, 0)), Err((MissingEquals, 0)))]
#[case("APPL=a#SERVER", Err((MissingEquals, 7)), Err((MissingEquals, 7)))]
#[case("=", Err((UnknownType, 0)), Err((UnknownType, 0)))]
#[case("=x", Err((UnknownType, 0)), Err((UnknownType, 0)))]
#[case("FOO=x", Err((UnknownType, 0)), Err((UnknownType, 0)))]
#[case("APPL=a#APP=x", Err((UnknownType, 7)), Err((UnknownType, 7)))]
#[case("APPL==b", Err((DoubledEquals, 5)), Ok("APPL==b"))]
#[case("appl=x", Err((UnknownType, 0)), Ok("APPL=x"))]
#[case(" APPL =x", Err((UnknownType, 0)), Ok("APPL=x"))]
#[case("APPL= a b \t#SERVER=s\n", Err((ForbiddenCharacter, 10)), Ok("APPL=a b#SERVER=s"))]
#[case("APPL= a b ", Ok("APPL= a b "), Ok("APPL=a b"))]
#[case("APPL=a#", Err((EmptyElement, 7)), Ok("APPL=a"))]
#[case("##APPL=a##SERVER=b", Err((EmptyElement, 0)), Ok("APPL=a#SERVER=b"))]
#[case("APPL=a# #SERVER=b", Err((MissingEquals, 7)), Ok("APPL=a#SERVER=b"))]
#[case("", Err((Empty, 0)), Err((Empty, 0)))]
#[case("#", Err((Empty, 0)), Err((Empty, 0)))]
#[case("  ", Err((MissingEquals, 0)), Err((Empty, 0)))]
#[case("APPL=$", Err((EmptyVariable, 5)), Err((EmptyVariable, 5)))]
#[case("APPL=a\u{7}b", Err((ForbiddenCharacter, 6)), Err((ForbiddenCharacter, 6)))]
fn the_table(#[case] text: &str, #[case] strict: Outcome, #[case] lenient: Outcome) {
    assert_eq!(outcome(text.parse()), strict.map(str::to_owned), "strict");
    assert_eq!(
        outcome(SourceFqn::parse_lenient(text)),
        lenient.map(str::to_owned),
        "lenient"
    );
}

#[test]
fn limits() {
    let long = format!("APPL={}", "x".repeat(SourceFqn::MAX_BYTES - 5));
    assert!(long.parse::<SourceFqn>().is_ok());
    assert_eq!(
        format!("{long}y").parse::<SourceFqn>().unwrap_err().kind(),
        TooLong
    );
    let deep = vec!["APPL=x"; SourceFqn::MAX_ELEMENTS].join("#");
    assert!(deep.parse::<SourceFqn>().is_ok());
    assert_eq!(
        outcome(format!("{deep}#APPL=y").parse()),
        Err((TooManyElements, deep.len() + 1))
    );
}

#[test]
fn an_unknown_type_lists_the_legal_ones() {
    let error = "APPL=a#APP=b".parse::<SourceFqn>().unwrap_err();
    assert_eq!(error.piece(), "APP");
    assert_eq!(
        error.to_string(),
        "source FQN: unknown type \"APP\" at byte 7; expected one of GENERIC, USER, APPL, PROCESS, APPSERVER, \
         SERVER, RUNTIME, VIRTUAL, NETWORK, DEVICE, NETADDR, GEOADDR, DATACENTER, DATASTORE, CACHE, SERVICE, \
         QUEUE, FILE, TOPIC"
    );
}

#[test]
fn the_first_of_a_type_is_found() {
    let source: SourceFqn = "APPL=inner#SERVER=s#APPL=outer".parse().unwrap();
    assert_eq!(source.get(SourceType::Appl), Some("inner"));
    assert_eq!(source.get(SourceType::User), None);
    assert_eq!(source.elements().len(), 3);
}

#[test]
fn building() {
    let source = SourceFqn::builder()
        .element(SourceType::Appl, "Shop")
        .default_element(SourceType::Server)
        .element(SourceType::Datacenter, "$DC")
        .build()
        .unwrap();
    assert_eq!(source.to_string(), "APPL=Shop#SERVER=?#DATACENTER=$DC");
    assert_eq!(source.to_string().parse(), Ok(source));

    let build = |name: &'static str| {
        SourceFqn::builder()
            .element(SourceType::User, "u")
            .element(SourceType::Appl, name)
            .build()
    };
    assert_eq!(outcome(build("a#b")), Err((ForbiddenCharacter, 13)));
    assert_eq!(outcome(build("")), Err((EmptyName, 12)));
    assert_eq!(outcome(build("=b")), Err((DoubledEquals, 12)));
    assert_eq!(outcome(SourceFqn::builder().build()), Err((Empty, 0)));
}

#[test]
fn resolving() {
    let source: SourceFqn = "APPL=fixed#SERVER=?#USER=$WHO#CACHE=$NONE#FILE=$EMPTY"
        .parse()
        .unwrap();
    assert!(!source.is_resolved());
    let resolved = source.resolve(|source_type, key| match (source_type, key) {
        (SourceType::Server, None) => Some("a#b\n".to_owned()),
        (SourceType::User, Some("WHO")) => Some("alice".to_owned()),
        (SourceType::File, Some("EMPTY")) => Some(String::new()),
        _ => None,
    });
    assert_eq!(
        resolved.to_string(),
        "APPL=fixed#SERVER=a_b_#USER=alice#CACHE=UNKNOWN#FILE=UNKNOWN"
    );
    assert!(resolved.is_resolved());
}

#[test]
fn through_serde() {
    let source: SourceFqn = serde_json::from_str(r#""APPL=a#SERVER=b""#).unwrap();
    assert_eq!(serde_json::to_string(&source).unwrap(), r#""APPL=a#SERVER=b""#);
    let error = serde_json::from_str::<SourceFqn>(r#""APP=a""#).unwrap_err();
    assert!(error.to_string().contains("unknown type \"APP\""), "{error}");
}

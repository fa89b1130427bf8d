//! Properties that hold for every entity and every input.

use jkool_model::{Dialect, Entity, EntityKind, SourceFqn, TrackingId};
use proptest::prelude::*;
use serde_json::Value;

use crate::arbitrary;

/// Reading what another client wrote, writing it, and reading that.
fn settles(entity: &Entity) {
    for dialect in [Dialect::Tnt4j, Dialect::Tnt4py] {
        let json = entity.to_json(dialect);
        assert!(!json.contains('\n'), "{json}");
        let again = Entity::from_json_as(entity.kind(), json.as_bytes()).unwrap();
        assert_eq!(again.to_json(dialect), json);
    }
}

/// An error of any input is told on one line.
fn one_line<T, E: std::error::Error>(result: Result<T, E>) {
    if let Err(error) = result {
        let message = error.to_string();
        assert!(
            !message.is_empty() && !message.contains(['\n', '\r']),
            "{message:?}"
        );
    }
}

/// Both sides of a comparison go through this: `serde_json` rounds some floats on the way in.
fn parse(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

/// The names of the outermost object, which must all differ.
fn names_differ(json: &str) {
    struct Names(Vec<String>);
    impl<'de> serde::Deserialize<'de> for Names {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Visitor;
            impl<'de> serde::de::Visitor<'de> for Visitor {
                type Value = Names;
                fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    formatter.write_str("an object")
                }
                fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Names, A::Error> {
                    let mut names = Vec::new();
                    while let Some((name, _)) = map.next_entry::<String, serde::de::IgnoredAny>()? {
                        names.push(name);
                    }
                    Ok(Names(names))
                }
            }
            deserializer.deserialize_map(Visitor)
        }
    }
    let mut names = serde_json::from_str::<Names>(json).unwrap().0;
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count, "{json}");
}

proptest! {
    #[test]
    fn entities_survive_writing_and_reading(entity in arbitrary::entity()) {
        for dialect in [Dialect::Tnt4j, Dialect::Tnt4py] {
            let json = entity.to_json(dialect);
            prop_assert!(!json.contains('\n'));
            names_differ(&json);
            prop_assert_eq!(&Entity::from_json(json.as_bytes()).unwrap(), &entity);
        }
        prop_assert_eq!(
            parse(&serde_json::to_string(&entity).unwrap()),
            parse(&entity.to_json(Dialect::Tnt4j))
        );
        one_line(entity.validate());
    }

    #[test]
    fn bodies_of_any_content_settle(body in arbitrary::body()) {
        for kind in EntityKind::ALL {
            match Entity::from_json_as(*kind, body.as_bytes()) {
                Ok(entity) => {
                    settles(&entity);
                    names_differ(&entity.to_json(Dialect::Tnt4j));
                    names_differ(&entity.to_json(Dialect::Tnt4py));
                    one_line(entity.validate());
                }
                Err(error) => one_line::<(), _>(Err(error)),
            }
        }
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        one_line(Entity::from_json(&bytes));
    }

    #[test]
    fn no_json_panics(value in arbitrary::json()) {
        one_line(Entity::from_json(value.to_string().as_bytes()));
        let own = serde_json::json!({ "type": "EVENT", "own": value }).to_string();
        let entity = Entity::from_json(own.as_bytes()).unwrap();
        prop_assert_eq!(parse(&entity.to_json(Dialect::Tnt4j)), parse(&own));
    }

    #[test]
    fn source_fqns_round_trip(text in "([A-Za-z]{0,8}|APPL|SERVER|GEOADDR)[= ]{0,2}[^\u{0}]{0,12}(#(APPL|FILE)=[ -~]{0,9}){0,3}#?") {
        if let Ok(source) = text.parse::<SourceFqn>() {
            prop_assert_eq!(source.to_string(), text.clone());
        }
        if let Ok(source) = SourceFqn::parse_lenient(&text) {
            prop_assert_eq!(SourceFqn::parse_lenient(&source.to_string()), Ok(source));
        }
    }

    #[test]
    fn no_source_fqn_panics(text in any::<String>()) {
        for result in [text.parse::<SourceFqn>(), SourceFqn::parse_lenient(&text)] {
            if let Err(error) = result {
                prop_assert!(error.position() <= text.len());
                prop_assert!(!error.to_string().contains('\n'));
            }
        }
    }

    #[test]
    fn tracking_ids_keep_their_text(text in any::<String>()) {
        prop_assert_eq!(TrackingId::from(text.clone()).to_string(), text);
    }
}

//! No bytes make the reader panic, and what it reads is written and read again without change.
#![no_main]

use jkool_model::{Dialect, Entity, EntityKind};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|json: &[u8]| {
    for kind in EntityKind::ALL {
        let entity = match Entity::from_json_as(*kind, json) {
            Ok(entity) => entity,
            Err(error) => {
                assert!(!error.to_string().is_empty());
                continue;
            }
        };
        let _ = entity.validate();
        for dialect in [Dialect::Tnt4j, Dialect::Tnt4py] {
            let written = entity.to_json(dialect);
            assert!(!written.contains('\n'));
            let again = Entity::from_json_as(*kind, written.as_bytes()).expect("what is written can be read");
            assert_eq!(again.to_json(dialect), written);
        }
    }
});

//! No text makes the parsers of source FQNs panic, and what they accept round-trips.
#![no_main]

use jkool_model::SourceFqn;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match text.parse::<SourceFqn>() {
        Ok(source) => assert_eq!(source.to_string(), text),
        Err(error) => assert!(error.position() <= text.len() && !error.to_string().is_empty()),
    }
    match SourceFqn::parse_lenient(text) {
        Ok(source) => assert_eq!(SourceFqn::parse_lenient(&source.to_string()), Ok(source)),
        Err(error) => assert!(error.position() <= text.len() && !error.to_string().is_empty()),
    }
});

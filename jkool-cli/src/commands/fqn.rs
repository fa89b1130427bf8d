//! `jkool fqn`: what a source FQN says.

use std::fmt::Write;

use jkool_client::SourceFqn;
use jkool_collector::Escaped;

use crate::args::FqnArgs;
use crate::failure::{Failure, Status};
use crate::output;

/// Checks a source FQN strictly and shows its elements.
pub(crate) fn fqn(args: &FqnArgs) -> Result<(), Failure> {
    let source_fqn: SourceFqn = args.text.parse().map_err(|error| {
        let failure = Failure::new(Status::Usage, error);
        // What other clients would tolerate is worth a proposal.
        match SourceFqn::parse_lenient(&args.text) {
            Ok(meant) => failure.context(format!("not a source FQN (meant {meant}?)")),
            Err(_) => failure.context("not a source FQN"),
        }
    })?;
    let mut text = String::new();
    for element in source_fqn.elements() {
        let meaning = match (element.is_default(), element.variable()) {
            (true, _) => "  (filled in when sent)".to_owned(),
            (false, Some(key)) => format!("  (the environment variable {key})"),
            (false, None) => String::new(),
        };
        let _ = writeln!(
            text,
            "{:<10}  {}{meaning}",
            element.source_type().as_str(),
            Escaped(element.name())
        );
    }
    output::print(text)
}

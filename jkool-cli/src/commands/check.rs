//! `jkool check`: are URL and token right?

use crate::args::{CheckArgs, DialectArg};
use crate::failure::Failure;
use crate::link::Link;
use crate::output;

/// Asks the far end without sending an event.
pub(crate) fn check(args: &CheckArgs) -> Result<(), Failure> {
    let link = Link {
        destination: &args.destination,
        dialect: DialectArg::default(),
        source_fqn: None,
        to_stdout: false,
    };
    let client = link.client()?;
    client.check(args.destination.timeout)?;
    output::print(format!(
        "{}: reachable, and the token is accepted\n",
        client.endpoint()
    ))
}

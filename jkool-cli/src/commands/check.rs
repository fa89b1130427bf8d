//! `jkool check`: are destination and credentials right?

use crate::args::{CheckArgs, DialectArg};
use crate::destination::is_broker;
use crate::failure::Failure;
use crate::link::{Link, Pace};
use crate::output;

/// Asks the far end without sending an event.
pub(crate) fn check(args: &CheckArgs) -> Result<(), Failure> {
    let link = Link {
        destination: &args.destination,
        dialect: DialectArg::default(),
        source_fqn: None,
        to_stdout: None,
        pace: Pace::within(args.timeout),
    };
    let client = link.client()?;
    client.check(args.timeout)?;
    let endpoint = client.endpoint();
    let accepted = if is_broker(&endpoint.to_string()) {
        "the broker lets us in"
    } else {
        "the token is accepted"
    };
    output::print(format!("{endpoint}: reachable, and {accepted}\n"))
}

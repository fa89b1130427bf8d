//! Why a command failed, and the exit status that says so.

use std::io::Write;
use std::process::ExitCode;

use jkool_client::{ErrorKind, TransportError};
use jkool_collector::Escaped;

/// The documented exit statuses besides 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Status {
    NotDelivered = 1,
    Usage = 2,
    Refused = 3,
    Unreachable = 4,
    /// 128 and the number of the signal, as shells have it.
    Interrupted = 130,
    Terminated = 143,
}

/// A failed command: shown as one line, with all its causes.
#[derive(Debug)]
pub(crate) struct Failure {
    status: Status,
    /// `None` if it was told already.
    error: Option<anyhow::Error>,
}

impl Failure {
    pub(crate) fn new(status: Status, error: impl Into<anyhow::Error>) -> Self {
        Self {
            status,
            error: Some(error.into()),
        }
    }

    /// All was told already; what is left is the status.
    pub(crate) fn told(status: Status) -> Self {
        Self { status, error: None }
    }

    /// Wrong usage, said in a line that names what to do.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Status::Usage, anyhow::Error::msg(message.into()))
    }

    /// Puts what was attempted in front.
    pub(crate) fn context(self, attempted: impl Into<String>) -> Self {
        Self {
            status: self.status,
            error: self.error.map(|error| error.context(attempted.into())),
        }
    }

    /// Tells standard error, and returns the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        if let Some(error) = &self.error {
            // A closed standard error leaves only the exit code to tell.
            let _ = writeln!(std::io::stderr(), "jkool: {}", line(error));
        }
        ExitCode::from(self.status as u8)
    }
}

/// The error and its causes in one line. What a step before has told already is left out, and so are the layers of
/// the network library: beneath a failed link only the innermost cause is news.
fn line(error: &anyhow::Error) -> String {
    let mut line = String::new();
    let mut steps = error.chain();
    while let Some(step) = steps.next() {
        push_step(&mut line, &step.to_string());
        if step.is::<TransportError>() {
            if let Some(root) = steps.last() {
                push_step(&mut line, &root.to_string());
            }
            break;
        }
    }
    line
}

fn push_step(line: &mut String, step: &str) {
    let step = Escaped(step.trim()).to_string();
    if line.contains(&step) {
        return;
    }
    if !line.is_empty() {
        line.push_str(": ");
    }
    line.push_str(&step);
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    /// The status follows from the failed link, if there is one among the causes.
    fn from(error: E) -> Self {
        let error = error.into();
        let link = error
            .chain()
            .find_map(|cause| cause.downcast_ref::<TransportError>());
        let status = link.map_or(Status::NotDelivered, |link| status_of(link.kind()));
        Self::new(status, error)
    }
}

/// The exit status for a link that failed.
fn status_of(kind: ErrorKind) -> Status {
    match kind {
        ErrorKind::Unauthorized => Status::Refused,
        ErrorKind::Resolve
        | ErrorKind::Connect
        | ErrorKind::Tls
        | ErrorKind::Proxy
        | ErrorKind::Timeout
        | ErrorKind::Io
        | ErrorKind::Closed => Status::Unreachable,
        ErrorKind::Config => Status::Usage,
        _ => Status::NotDelivered,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_with_all_causes_and_nothing_twice() {
        let cause = std::io::Error::other("connection refused\n(os error 111)");
        let link = TransportError::new(ErrorKind::Connect, "cannot connect to http://h/").with_source(cause);
        let failure = Failure::from(link).context("not delivered");
        assert_eq!(
            line(&failure.error.unwrap()),
            "not delivered: cannot connect to http://h/: connection refused\\n(os error 111)"
        );
        let failure = Failure::usage("no token").context("no token");
        assert_eq!(line(&failure.error.unwrap()), "no token");
    }

    #[test]
    fn every_kind_has_its_documented_status() {
        for kind in ErrorKind::ALL {
            let expected = match kind {
                ErrorKind::Unauthorized => 3,
                ErrorKind::Busy | ErrorKind::Misdirected => 1,
                ErrorKind::Config => 2,
                _ => 4,
            };
            assert_eq!(status_of(kind) as u8, expected, "{kind:?}");
        }
    }
}
